import { describe, expect, it } from 'vitest'
import { layout } from './film.ts'
import { clip } from './testFilm.ts'
import { cellsInView, cuts, dropIndex, snap, tickSeconds } from './view.ts'

const places = layout([clip('a', { frames: 10 }), clip('b', { start: 4, frames: 20 }), clip('c', { frames: 30, dissolve: 5 })])

describe('snap', () => {
  it('goes to the nearest mark within reach, else stays', () => {
    expect(snap(11, [0, 10, 30], 2)).toBe(10)
    expect(snap(29, [0, 10, 30], 2)).toBe(30)
    expect(snap(13, [0, 10, 30], 2)).toBe(13)
    expect(snap(13, [], 2)).toBe(13)
  })

  it('finds every beginning and end once', () => {
    expect(cuts(places)).toEqual([0, 10, 25, 30, 55])
  })
})

describe('dropIndex', () => {
  it('puts a clip before those whose middle is further on', () => {
    expect([2, 6, 21, 41, 90].map((frame) => dropIndex(places, 'b', frame))).toEqual([0, 1, 1, 2, 2])
  })
})

describe('cellsInView', () => {
  it('covers every clip from its own beginning without a gap', () => {
    const cells = cellsInView(places.slice(0, 2), 10, 0, 1000, 64)
    expect(cells.map(({ x, width }) => [x, width])).toEqual([[0, 64], [64, 36], [100, 64], [164, 64], [228, 64], [292, 8]])
    expect(cells.map(({ media, frame }) => [media, frame])).toEqual([['m-a', 3], ['m-a', 8], ['m-b', 7], ['m-b', 13], ['m-b', 20], ['m-b', 23]])
  })

  it('is as much as the view is wide, however long the film', () => {
    const long = layout(Array.from({ length: 1000 }, (_, i) => clip(String(i))))
    const cells = cellsInView(long, 24, 300_000, 800, 64)
    expect(cells.length).toBeLessThan(800 / 64 + 4)
    expect(cells[0]?.x).toBeGreaterThan(-64)
    expect(cells.every(({ x, width }) => x + width > 0 && x < 800)).toBe(true)
  })
})

it('tickSeconds keeps the marks of the ruler apart', () => {
  expect(tickSeconds(100, 60)).toBe(1)
  expect(tickSeconds(20, 60)).toBe(5)
  expect(tickSeconds(0.01, 60)).toBe(3600)
})
