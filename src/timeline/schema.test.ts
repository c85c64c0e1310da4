import { describe, expect, it } from 'vitest'
import { parseFilm, parseMedia, serialize, VERSION } from './schema.ts'
import { clip, film, media } from './testFilm.ts'

/** A film as each version wrote it, and what it is today. Never change an entry; add one for every new version. */
const WRITTEN: Record<number, unknown> = {
  1: {
    version: 1,
    id: 'f',
    name: 'f',
    created: 1,
    changed: 1,
    thumbnail: 'data:,',
    format: { width: 2, height: 2, fps: 16, sampleRate: 16_000 },
    clips: [
      { id: 'a', media: 'm-a', mediaFrames: 32, start: 4, frames: 20, volume: 0.5, fadeIn: 2, fadeOut: 3 },
      { id: 'b', media: 'm-b', mediaFrames: 32, start: 0, frames: 32, volume: 1, fadeIn: 0, fadeOut: 0 },
    ],
  },
  2: {
    version: 2,
    id: 'f',
    name: 'f',
    created: 1,
    changed: 1,
    thumbnail: 'data:,',
    format: { width: 2, height: 2, fps: 16, sampleRate: 16_000 },
    clips: [
      { id: 'a', media: 'm-a', mediaFrames: 32, start: 4, frames: 20, volume: 0.5, fadeIn: 2, fadeOut: 3, dissolve: 0 },
      { id: 'b', media: 'm-b', mediaFrames: 32, start: 0, frames: 32, volume: 1, fadeIn: 0, fadeOut: 0, dissolve: 0 },
    ],
  },
}
const today = film('f', [clip('a', { start: 4, frames: 20, volume: 0.5, fadeIn: 2, fadeOut: 3 }), clip('b')])

describe('a kept film', () => {
  it.each(Array.from({ length: VERSION }, (_, i) => i + 1))('of version %i opens as it was', (version) => {
    expect(parseFilm(structuredClone(WRITTEN[version]))).toEqual(today)
  })

  it('comes back as it was kept', () => {
    expect(parseFilm(structuredClone(serialize(today)))).toEqual(today)
  })

  it('of a later version, or none, is not touched', () => {
    expect(parseFilm({ ...today, version: VERSION + 1 })).toBeUndefined()
    expect(parseFilm({ ...today })).toBeUndefined()
    expect(parseFilm('film')).toBeUndefined()
  })

  it.each([
    ['reaches beyond its media', { start: 20, frames: 20 }],
    ['has fades longer than itself', { fadeIn: 20, fadeOut: 20 }],
    ['counts in seconds', { frames: 1.5 }],
    ['has no frames', { frames: 0 }],
    ['is louder than possible', { volume: 3 }],
  ])('with a clip that %s is refused', (_, wrong) => {
    expect(parseFilm({ version: VERSION, ...film('f', [clip('a', wrong)]) })).toBeUndefined()
  })
})

describe('kept media', () => {
  it('are refused without their sound or their latents', () => {
    expect(parseMedia(media('m'))).toEqual(media('m'))
    expect(parseMedia({ ...media('m'), pcm: [0, 1] })).toBeUndefined()
    expect(parseMedia({ ...media('m'), latents: {} })).toBeUndefined()
    expect(parseMedia(undefined)).toBeUndefined()
  })
})
