import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spread, spreadInLine, type Spot } from './spread.ts'

const overlap = (spots: readonly Spot[], side: number) =>
  spots.some((a, i) => spots.slice(i + 1).some((b) => Math.abs(a.x - b.x) < side - 0.01 && Math.abs(a.y - b.y) < side - 0.01))

describe('spread', () => {
  it('leaves alone what is apart', () => {
    const spots = [{ x: 10, y: 10 }, { x: 40, y: 10 }, { x: 10, y: 60 }]
    expect(spread(spots, 28, 300, 300)).toEqual(spots)
  })

  it('moves up to twelve targets apart wherever they lie, and keeps them inside', () => {
    const spot = fc.record({ x: fc.integer({ min: 0, max: 320 }), y: fc.integer({ min: 0, max: 320 }) })
    fc.assert(
      fc.property(fc.array(spot, { maxLength: 12 }), (spots) => {
        const moved = spread(spots, 28, 320, 320)
        expect(overlap(moved, 28)).toBe(false)
        expect(moved.every(({ x, y }) => x >= 0 && x <= 320 && y >= 0 && y <= 320)).toBe(true)
      }),
      { numRuns: 300, seed: 20261126 },
    )
  })

  it('moves marks of one line along it, in their order', () => {
    expect(spreadInLine([100, 104, 110, 296], 28, 300)).toEqual([100, 128, 156, 296])
    expect(spreadInLine([250, 280, 296], 28, 300)).toEqual([244, 272, 300])
    expect(spreadInLine([], 28, 300)).toEqual([])
  })
})
