import { describe, expect, it } from 'vitest'
import type { Clip } from '../../workers/generate/types.ts'
import type { Entry } from '../library/store.ts'
import { namesFor, Several } from './several.svelte.ts'

const entry = (id: string, prompt: string, seed: number): Entry => ({
  id, created: 1, thumbnail: 'data:,', pack: { name: 'p', version: '1.0.0' }, request: { prompt, negative: '', seed, seconds: 2, steps: 4 },
})
const floats = () => new Float32Array([0.5])
const clipOf = async ({ request, pack }: Entry): Promise<Clip> =>
  ({ request, pack, backend: 'wasm', width: 2, height: 2, fps: 16, frameCount: 1, sampleRate: 16_000, pcm: floats(), rgba: new Uint8ClampedArray(16), latents: { video: floats(), sound: floats(), state: floats() } }) as unknown as Clip

function several(encode: (prompt: string) => void) {
  const offered: string[] = []
  Object.assign(globalThis, { window: {} })
  const films = new Several({
    clipOf: async (wanted) => (wanted.id === 'other model' ? undefined : clipOf(wanted)),
    exporter: {
      async encode({ film }) {
        encode(film.tags.prompt)
        return { encodeMs: 1, bytes: 1, signMs: 1, file: new Blob(['x']) }
      },
      sayable: async (tags) => tags,
    },
    offer: (_, name) => void offered.push(name),
  })
  return { films, offered }
}

describe('several films', () => {
  it('are named by their words, and numbered where those are the same', () => {
    expect(namesFor([entry('1', 'A red ball', 1), entry('2', 'a blue ball', 1), entry('3', 'a red ball!', 1)])).toEqual(['a-red-ball-1.mp4', 'a-blue-ball-1.mp4', 'a-red-ball-1-2.mp4'])
  })

  it('are saved one after another; one that fails stops no other and is named', async () => {
    const { films, offered } = several((prompt) => {
      if (prompt === 'bad') throw Object.assign(new Error('no'), { name: 'EncodeError' })
    })
    await films.save([entry('1', 'red', 1), entry('2', 'bad', 2), entry('other model', 'old', 3), entry('4', 'blue', 4)])
    expect(offered).toEqual(['red-1.mp4', 'blue-4.mp4'])
    expect(films.result).toEqual({ saved: 2, missed: ['bad-2.mp4', 'old-3.mp4'] })
    expect(films.progress).toBeNull()
  })

  it('stop all when the person stops one', async () => {
    const { films, offered } = several((prompt) => {
      if (prompt === 'long') throw Object.assign(new Error('Stopped.'), { name: 'CancelledError' })
    })
    await films.save([entry('1', 'red', 1), entry('2', 'long', 2), entry('3', 'blue', 3)])
    expect(offered).toEqual(['red-1.mp4'])
    expect(films.result).toEqual({ saved: 1, missed: [] })
  })
})
