import { expect, it } from 'vitest'
import { cropOf, footageSeconds } from './fit'

const square = { width: 256, height: 256 }

it('keeps the largest part of the right shape, where the person wants it', () => {
  expect(cropOf({ width: 1920, height: 1080 }, square, { across: 0, down: 0.5 })).toEqual({ x: 0, y: 0, width: 1080, height: 1080 })
  expect(cropOf({ width: 1920, height: 1080 }, square, { across: 1, down: 0.5 })).toEqual({ x: 840, y: 0, width: 1080, height: 1080 })
  expect(cropOf({ width: 100, height: 300 }, square, { across: 0.5, down: 0.25 })).toEqual({ x: 0, y: 50, width: 100, height: 100 })
  expect(cropOf({ width: 64, height: 64 }, { width: 32, height: 16 }, { across: 0.5, down: 0.5 })).toEqual({ x: 0, y: 16, width: 64, height: 32 })
})

it('counts whole seconds between the shortest and the longest clip', () => {
  expect(footageSeconds(0.4, 2, 20)).toBe(2)
  expect(footageSeconds(4.9, 2, 20)).toBe(5)
  expect(footageSeconds(4.8, 2, 20)).toBe(4)
  expect(footageSeconds(3600, 2, 20)).toBe(20)
})
