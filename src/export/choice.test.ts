import { describe, expect, it, vi } from 'vitest'
import type { Film } from '../../workers/media/types.ts'
import { ExportChoice } from './choice.svelte.ts'
import type { Exporter } from './exporter.svelte.ts'

const film: Film = {
  width: 512, height: 512, fps: 16, frameCount: 32, sampleRate: 16_000, pcm: new Float32Array(32_000), mark: null,
  tags: { prompt: 'she says "hello"', negative: '', seed: 1, steps: 4, seconds: 2, pack: 'p', packVersion: '1.0.0', backend: 'wasm' },
}
const exporter = { abilities: async () => ({ codecs: ['vp9'], webp: true }), estimate: async () => ({ bytes: 1, ms: 1 }) } as unknown as Exporter
const choice = (changes: Partial<ExportChoice> = {}, of = film) => Object.assign(new ExportChoice({ film: of, frames: async () => new Uint8ClampedArray() }, exporter), changes)

// There is no canvas here: letters half as wide as they are high.
vi.stubGlobal('OffscreenCanvas', class { getContext = () => ({ measureText: (text: string) => ({ width: 50 * text.length }) }) })

describe('what is chosen', () => {
  it('is at first the film as it is', () => {
    expect(choice({}, { ...film, tags: { ...film.tags, prompt: 'rain' } }).plan).toEqual({ format: 'mp4', from: 0, to: 32, width: 512, height: 512, fit: 'letterbox', fps: 16, between: 'repeat', quality: 0.9 })
  })

  it('is a range with its last frame in it, or no range at all', () => {
    expect(choice({ part: 'range', from: 8, last: 15 }).plan).toMatchObject({ from: 8, to: 16 })
    expect(choice({ part: 'range', from: 8, last: 8 }).isSound).toBe(true)
    for (const wrong of [{ from: 9, last: 8 }, { last: 32 }, { from: -1 }, { from: null as unknown as number }, { from: 1.5 }]) expect(choice({ part: 'range', ...wrong }).isSound).toBe(false)
  })

  it('is the marked part, where one is', () => {
    const marked = new ExportChoice({ film, frames: async () => new Uint8ClampedArray() }, exporter, { from: 8, to: 16 })
    expect(marked.plan).toMatchObject({ from: 8, to: 16 })
    expect([marked.part, marked.last]).toEqual(['range', 15])
  })

  it('asks what does not fit only where the shape changes', () => {
    expect(choice({ side: 1080 }).reshapes).toBe(false)
    expect(choice({ shape: 'wide', side: 256 }).reshapes).toBe(true)
  })

  it('keeps to what a format can do: a GIF knows no 60 frames a second, sound and captions no size, frames no rate', () => {
    expect(choice({ format: 'gif' }).rates).toEqual([16, 24, 30])
    expect(choice({ format: 'gif', fps: 60 }).plan.fps).toBe(16)
    expect(choice({ format: 'png', fps: 60 }).plan.fps).toBe(16)
    expect(choice({ format: 'webp', codec: 'vp9', captions: 'speech' }).plan).not.toHaveProperty('codec')
    expect(choice({ format: 'webp', captions: 'speech' }).plan).not.toHaveProperty('captions')
  })

  it('has the quoted words in the picture, unless they are not wanted or there is no picture', () => {
    expect(choice().plan.words).toMatchObject([{ from: 0, to: 32, text: 'hello', lines: [{ text: 'hello' }] }])
    for (const without of [{ showsWords: false }, { format: 'wav' }, { format: 'vtt' }] as const) expect(choice(without).plan).not.toHaveProperty('words')
    const [square, wide] = [choice().plan.words!, choice({ shape: 'wide' }).plan.words!].map(([one]) => one!.size)
    expect(wide).toBe(square)
  })

  it('has captions of what is said, or of what is seen where nothing is', () => {
    expect(choice({ format: 'vtt' }).plan.captions).toEqual([{ start: 0, end: 2, text: 'hello' }])
    expect(choice({ format: 'vtt' }, { ...film, tags: { ...film.tags, prompt: 'rain' } }).plan.captions).toEqual([{ start: 0, end: 2, text: 'rain' }])
    expect(choice().plan).not.toHaveProperty('captions')
  })
})
