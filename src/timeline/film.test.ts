import { describe, expect, it } from 'vitest'
import { filmFrames, layout, partsAt, placeAt } from './film.ts'
import { clip } from './testFilm.ts'

const places = layout([clip('a', { frames: 10 }), clip('b', { start: 4, frames: 20 }), clip('c', { frames: 1 })])

describe('layout', () => {
  it('lets every clip begin where the one before it ends', () => {
    expect(places.map(({ from, to }) => [from, to])).toEqual([[0, 10], [10, 30], [30, 31]])
    expect(filmFrames(places)).toBe(31)
    expect(filmFrames([])).toBe(0)
  })

  it('gives each frame to one clip, a cut to the clip that begins there', () => {
    expect([0, 9, 10, 29, 30, 31].map((frame) => placeAt(places, frame)?.clip.id)).toEqual(['a', 'a', 'b', 'b', 'c', undefined])
  })
})

describe('a dissolve', () => {
  const places = layout([clip('a', { frames: 10 }), clip('b', { frames: 12, dissolve: 4 }), clip('c', { frames: 8, dissolve: 2 })])

  it('lets a clip begin before the last one ends, and shortens the film', () => {
    expect(places.map(({ from, to }) => [from, to])).toEqual([[0, 10], [6, 18], [16, 24]])
  })

  it('shares the light of every frame between two clips, or gives all of it to one', () => {
    expect(partsAt(places, 7).map(({ clip, frame, weight }) => [clip.id, frame, weight])).toEqual([['a', 7, 0.625], ['b', 1, 0.375]])
    for (let frame = 0; frame < 24; frame++) {
      const parts = partsAt(places, frame)
      expect(parts.length).toBeLessThanOrEqual(2)
      expect(parts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9)
    }
  })
})

describe('partsAt', () => {
  it('counts the frames of the generated clip from where it was trimmed to', () => {
    expect(partsAt(places, 12)).toMatchObject([{ frame: 6, weight: 1 }])
    expect(partsAt(places, 31)).toEqual([])
  })

  it('rises from black and falls to it evenly, with neither end quite black', () => {
    const faded = layout([clip('a', { frames: 8, fadeIn: 4, fadeOut: 2 })])
    const weights = Array.from({ length: 8 }, (_, frame) => partsAt(faded, frame)[0]?.weight)
    expect(weights).toEqual([0.125, 0.375, 0.625, 0.875, 1, 1, 0.75, 0.25])
  })
})
