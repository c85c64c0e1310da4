import { describe, expect, it } from 'vitest'
import { sidesFor, sizeOf } from './size.ts'

const film = { width: 512, height: 512 }

describe('sizeOf', () => {
  it.each([
    ['film', 512, [512, 512]],
    ['square', 1080, [1080, 1080]],
    ['wide', 1080, [1920, 1080]],
    ['tall', 1080, [1080, 1920]],
    ['wide', 256, [456, 256]],
  ] as const)('%s with a short side of %i px', (shape, side, [width, height]) => {
    expect(sizeOf(film, shape, side)).toEqual({ width, height })
  })

  it('keeps the shape of a film that is not square', () => {
    expect(sizeOf({ width: 640, height: 480 }, 'film', 240)).toEqual({ width: 320, height: 240 })
  })
})

it('offers the film’s own size among the others', () => {
  expect(sidesFor(film)).toEqual([256, 512, 720, 1080])
  expect(sidesFor({ width: 192, height: 128 })).toEqual([128, 256, 512, 720, 1080])
})
