import { describe, expect, it } from 'vitest'
import { markIn, markOut, parseRange, within } from './range.ts'

describe('the marked part of a film', () => {
  it('goes from the mark to the film’s end, or from its beginning to the mark, until the other end is marked as well', () => {
    expect(markIn(null, 10, 64)).toEqual({ from: 10, to: 64 })
    expect(markOut(null, 10)).toEqual({ from: 0, to: 11 })
    expect(markOut(markIn(null, 10, 64), 20)).toEqual({ from: 10, to: 21 })
    expect(markIn(markOut(null, 20), 10, 64)).toEqual({ from: 10, to: 21 })
  })

  it('may be one frame, and never less: a mark beyond the other one lets go of it', () => {
    expect(markOut({ from: 10, to: 64 }, 10)).toEqual({ from: 10, to: 11 })
    expect(markOut({ from: 10, to: 64 }, 9)).toEqual({ from: 0, to: 10 })
    expect(markIn({ from: 0, to: 11 }, 10, 64)).toEqual({ from: 10, to: 11 })
    expect(markIn({ from: 0, to: 11 }, 11, 64)).toEqual({ from: 11, to: 64 })
  })

  it('is cut with the film', () => {
    expect(within({ from: 10, to: 21 }, 64)).toEqual({ from: 10, to: 21 })
    expect(within({ from: 10, to: 21 }, 15)).toEqual({ from: 10, to: 15 })
    expect(within({ from: 10, to: 21 }, 10)).toBeNull()
    expect(within(null, 10)).toBeNull()
  })

  it('is none where what was kept makes no sense', () => {
    expect(parseRange({ from: 10, to: 21 })).toEqual({ from: 10, to: 21 })
    for (const damaged of [undefined, null, [], { from: 10 }, { from: 10, to: 10 }, { from: -1, to: 4 }, { from: 0.5, to: 4 }, { from: 0, to: Infinity }]) expect(parseRange(damaged)).toBeNull()
  })
})
