/** Small films for the tests. */
import { layout, newFilm, type Film, type FilmClip, type Placed } from './film.ts'
import type { Media } from './schema.ts'

export function clip(id: string, change: Partial<FilmClip> = {}): FilmClip {
  return { id, media: `m-${id}`, mediaFrames: 32, start: 0, frames: 32, volume: 1, fadeIn: 0, fadeOut: 0, dissolve: 0, ...change }
}

export function film(id: string, clips: FilmClip[]): Film {
  return { ...newFilm(id, id, 1), thumbnail: 'data:,', format: { width: 2, height: 2, fps: 16, sampleRate: 16_000 }, clips }
}

export function place(clips: FilmClip[], id: string): Placed {
  const place = layout(clips).find(({ clip }) => clip.id === id)
  if (!place) throw new TypeError(`There is no clip ${id}.`)
  return place
}

export function media(id: string): Media {
  const floats = () => new Float32Array([0.5])
  return {
    id,
    request: { prompt: 'a red ball', negative: '', seed: 7, seconds: 2, steps: 4 },
    pack: { name: 'kinora-test', version: '1.0.0' },
    backend: 'wasm',
    thumbnail: 'data:,',
    format: { width: 2, height: 2, fps: 16, sampleRate: 16_000 },
    frameCount: 32,
    pcm: floats(),
    latents: { video: floats(), sound: floats(), state: floats() },
  }
}
