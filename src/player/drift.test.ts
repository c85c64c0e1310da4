import { describe, expect, it } from 'vitest'
import { Drift, offBy } from './drift.ts'

const frame = { start: 1, end: 1.0625 }

describe('a picture against the sound', () => {
  it('is not off while the sound is within its frame', () => {
    expect(offBy(frame, { from: 1.01, to: 1.03 }, 60)).toBe(0)
  })

  it('is early by what the sound lacks, late by what it is beyond', () => {
    expect(offBy(frame, { from: 0.99, to: 1.01 }, 60)).toBeCloseTo(0.01)
    expect(offBy(frame, { from: 1.05, to: 1.0725 }, 60)).toBeCloseTo(0.01)
    expect(offBy(frame, { from: 3, to: 3.1 }, 60)).toBeCloseTo(2.0375)
  })

  it('is measured the short way around the seam of a loop', () => {
    const last = { start: 1.9375, end: 2 }
    expect(offBy(last, { from: 1.99, to: 0.01 }, 2)).toBeCloseTo(0.01)
    expect(offBy({ start: 0, end: 0.0625 }, { from: 1.99, to: 0.006 }, 2)).toBeCloseTo(0.01)
  })
})

describe('the account of a whole film', () => {
  it('tells the worst, the last, and what most stayed below', () => {
    const drift = new Drift()
    expect(drift.quantile(0.95)).toBe(0)
    for (let i = 0; i < 95; i++) drift.add(i % 2 ? 3.2 : 0)
    for (let i = 0; i < 5; i++) drift.add(20 + i)
    drift.add(1)
    expect(drift.maxMs).toBe(24)
    expect(drift.lastMs).toBe(1)
    expect(drift.quantile(0.5)).toBe(3.5)
    expect(drift.quantile(0.3)).toBe(0.5)
    expect(drift.quantile(1)).toBe(24.5)
    drift.add(99_999)
    expect(drift.quantile(1)).toBe(1000)
  })
})
