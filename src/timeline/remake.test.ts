import { describe, expect, it } from 'vitest'
import type { FilmTags } from '../../workers/media/types.ts'
import { cutsOf, recipesOf } from './remake.ts'
import { media } from './testFilm.ts'

const a = 'a'.repeat(64)
const tags: FilmTags = {
  prompt: 'rain', negative: 'cars', seed: 1, steps: 4, seconds: 2, pack: 'p', packVersion: '1.0.0', backend: 'wasm', title: 'My film',
  shots: [
    { prompt: 'rain', written: 'hujan', negative: '', seed: 1, steps: 4, seconds: 2, film: a, startFrame: 0, frames: 12, clipStart: 4, volume: 0.5, fadeIn: 2, fadeOut: 0, dissolve: 0 },
    { prompt: 'a ball', negative: '', seed: 2, steps: 6, seconds: 4, startFrame: 8, frames: 20, clipStart: 0, volume: 1, fadeIn: 0, fadeOut: 0, dissolve: 4, from: { how: 'extend', prompt: 'x', seed: 9 } },
    { prompt: 'rain', written: 'hujan', negative: '', seed: 1, steps: 4, seconds: 2, film: a, startFrame: 28, frames: 8, clipStart: 20, volume: 1, fadeIn: 0, fadeOut: 0, dissolve: 0 },
  ],
}

describe('a film of several clips is made again from its tags', () => {
  it('by making every clip once', () => {
    expect(recipesOf(tags)).toEqual([
      { key: a, film: a, request: { prompt: 'rain', written: 'hujan', negative: '', seed: 1, steps: 4, seconds: 2 } },
      { key: expect.any(String) as string, request: { prompt: 'a ball', negative: '', seed: 2, steps: 6, seconds: 4, from: { how: 'extend', prompt: 'x', seed: 9 } } },
    ])
  })

  it('and cutting them as they were', () => {
    const [one, other] = recipesOf(tags)
    const made = new Map([[one!.key, media('one')], [other!.key, media('other')]])
    expect(cutsOf(tags, made)).toEqual([
      { media: expect.objectContaining({ id: 'one' }) as unknown, start: 4, frames: 12, volume: 0.5, fadeIn: 2, fadeOut: 0, dissolve: 0 },
      { media: expect.objectContaining({ id: 'other' }) as unknown, start: 0, frames: 20, volume: 1, fadeIn: 0, fadeOut: 0, dissolve: 4 },
      { media: expect.objectContaining({ id: 'one' }) as unknown, start: 20, frames: 8, volume: 1, fadeIn: 0, fadeOut: 0, dissolve: 0 },
    ])
  })

  it('also from a file that says no more than each shot’s words and seed', () => {
    const old = { ...tags, shots: [{ prompt: 'snow', seed: 5, startFrame: 0, frames: 32 }] }
    expect(recipesOf(old)[0]?.request).toEqual({ prompt: 'snow', negative: 'cars', seed: 5, steps: 4, seconds: 2 })
    expect(cutsOf(old, new Map([[recipesOf(old)[0]!.key, media('m')]]))).toMatchObject([{ start: 0, frames: 32, volume: 1, dissolve: 0 }])
  })
})
