import { describe, expect, it } from 'vitest'
import { add, move, remove, setLevel, settle, split, trimEnd, trimStart, withClips } from './edits.ts'
import { filmFrames, layout, partsAt } from './film.ts'
import { clip, film, place } from './testFilm.ts'

const three = [clip('a'), clip('b', { start: 8, frames: 16 }), clip('c')]
const ids = (clips: readonly { id: string }[]) => clips.map(({ id }) => id).join('')

describe('order', () => {
  it('adds at the end or between', () => {
    expect(ids(add(three, clip('d')))).toBe('abcd')
    expect(ids(add(three, clip('d'), 1))).toBe('adbc')
  })

  it('moves a clip to a place counted without it, and stays within the film', () => {
    expect(ids(move(three, 'a', 1))).toBe('bac')
    expect(ids(move(three, 'c', 0))).toBe('cab')
    expect(ids(move(three, 'a', 9))).toBe('bca')
    expect(ids(move(three, 'gone', 0))).toBe('abc')
  })

  it('closes the gap that a removed clip leaves', () => {
    const rest = remove(three, 'b')
    expect(ids(rest)).toBe('ac')
    expect(place(rest, 'c').from).toBe(32)
  })
})

describe('trimming', () => {
  it('moves the beginning within the generated clip and leaves the end where it is in there', () => {
    expect(place(trimStart(three, 'b', 4), 'b').clip).toMatchObject({ start: 12, frames: 12 })
    expect(place(trimStart(three, 'b', -20), 'b').clip).toMatchObject({ start: 0, frames: 24 })
    expect(place(trimStart(three, 'b', 99), 'b').clip).toMatchObject({ start: 23, frames: 1 })
  })

  it('moves the end as far as there are frames', () => {
    expect(place(trimEnd(three, 'b', -4), 'b').clip).toMatchObject({ start: 8, frames: 12 })
    expect(place(trimEnd(three, 'b', 99), 'b').clip).toMatchObject({ start: 8, frames: 24 })
    expect(place(trimEnd(three, 'b', -99), 'b').clip.frames).toBe(1)
  })

  it('shortens fades that no longer fit', () => {
    const faded = setLevel(three, 'a', { fadeIn: 10, fadeOut: 10 })
    expect(place(trimEnd(faded, 'a', -20), 'a').clip).toMatchObject({ frames: 12, fadeIn: 10, fadeOut: 2 })
  })
})

describe('split', () => {
  it('shows the same frames as before, in the same order, and is as long', () => {
    const places = layout(three)
    const cut = layout(split(three, 37, 'new'))
    expect(cut.map(({ clip }) => clip.id)).toEqual(['a', 'b', 'new', 'c'])
    expect(filmFrames(cut)).toBe(filmFrames(places))
    for (let frame = 0; frame < filmFrames(places); frame++) {
      const seen = (at: typeof places) => partsAt(at, frame).map(({ clip, frame }) => [clip.media, frame])
      expect(seen(cut)).toEqual(seen(places))
    }
  })

  it('keeps each fade at the outer end it belongs to', () => {
    const cut = split(setLevel(three, 'a', { fadeIn: 6, fadeOut: 4 }), 16, 'new')
    expect(cut.slice(0, 2)).toMatchObject([{ fadeIn: 6, fadeOut: 0 }, { fadeIn: 0, fadeOut: 4 }])
  })

  it('does nothing where a clip begins or the film is over', () => {
    for (const frame of [0, 32, 48, 80]) expect(split(three, frame, 'new')).toEqual(three)
  })
})

describe('levels', () => {
  it('are kept within what can be heard and what fits', () => {
    expect(setLevel(three, 'a', { volume: 9 })[0]?.volume).toBe(2)
    expect(setLevel(three, 'a', { volume: -1 })[0]?.volume).toBe(0)
    expect(setLevel(setLevel(three, 'a', { fadeOut: 20 }), 'a', { fadeIn: 32 })[0]).toMatchObject({ fadeIn: 12, fadeOut: 20 })
    expect(setLevel(setLevel(three, 'a', { fadeIn: 20 }), 'a', { fadeOut: 32 })[0]).toMatchObject({ fadeIn: 20, fadeOut: 12 })
  })
})

describe('dissolves', () => {
  it('leave every clip a frame of its own', () => {
    const clips = setLevel(setLevel([clip('a'), clip('b', { frames: 10 }), clip('c')], 'b', { dissolve: 6 }), 'c', { dissolve: 20 })
    expect(clips.map(({ dissolve }) => dissolve)).toEqual([0, 6, 3])
    const starts = layout(clips).map(({ from }) => from)
    expect(starts).toEqual(starts.toSorted((a, b) => a - b))
    expect(new Set(starts).size).toBe(3)
  })

  it('need a clip before, and take the place of fades', () => {
    expect(setLevel(three, 'a', { dissolve: 8 })[0]?.dissolve).toBe(0)
    const faded = setLevel(setLevel(three, 'a', { fadeOut: 8 }), 'b', { fadeIn: 8 })
    expect(setLevel(faded, 'b', { dissolve: 4 }).slice(0, 2)).toMatchObject([{ fadeOut: 0 }, { fadeIn: 0, dissolve: 4 }])
    expect(move(setLevel(three, 'b', { dissolve: 4 }), 'b', 0)[0]?.dissolve).toBe(0)
  })

  it('cannot be cut through; what is cut after them keeps its pictures', () => {
    const clips = setLevel(setLevel(three, 'b', { dissolve: 4 }), 'c', { dissolve: 4 })
    expect(split(clips, 30, 'new')).toEqual(clips)
    const cut = split(clips, 36, 'new')
    for (let frame = 0; frame < filmFrames(layout(clips)); frame++) {
      const seen = (clips: typeof cut) => partsAt(layout(clips), frame).map(({ clip, frame, weight }) => [clip.media, frame, weight])
      expect(seen(cut)).toEqual(seen(clips))
    }
  })
})

describe('settle', () => {
  it('brings anything within its clip, and changes nothing twice', () => {
    const wild = [clip('a', { start: -4, frames: 99.4, fadeIn: 70, fadeOut: -3, volume: 3 }), clip('b', { start: 40, frames: 0 })]
    const settled = settle(wild)
    expect(settled[0]).toMatchObject({ start: 0, frames: 32, fadeIn: 32, fadeOut: 0, volume: 2 })
    expect(settled[1]).toMatchObject({ start: 31, frames: 1 })
    expect(settle(settled)).toEqual(settled)
  })
})

describe('withClips', () => {
  it('gives the very same film when nothing differs', () => {
    const before = film('f', three)
    expect(withClips(before, trimStart(three, 'a', -5))).toBe(before)
    expect(withClips(before, remove(three, 'a')).clips).toHaveLength(2)
  })
})
