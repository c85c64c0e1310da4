import { describe, expect, it } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { FakeRunner } from './fakeRunner'
import { previewFrame, renderFilm } from './render'
import { planFilm } from './windows'

const manifest = tinyManifest()
const area = 32 * 16
const hooks = { checkpoint: async () => {}, afterFrames: () => {}, afterWave: () => {} }

/** Paints each frame in one colour: red tells the window's first token, green the latent frame, blue the frame within it or, in the second frame, the window's first state token. */
const runner = () =>
  new FakeRunner({
    decode: ({ video, state, index }) => {
      const pixels = new Float32Array(2 * 3 * area)
      for (let j = 0; j < 2; j++) {
        pixels.fill(video![0]! / 255, 3 * j * area, (3 * j + 1) * area)
        pixels.fill(index![0]! / 255, (3 * j + 1) * area, (3 * j + 2) * area)
        pixels.fill(j === 0 ? -0.5 : 1.5 - state![0]!, (3 * j + 2) * area, (3 * j + 3) * area)
      }
      return { pixels }
    },
    vocoder: ({ sound }) => ({ wave: new Float32Array(16000).fill(sound![0]!) }),
  })

/** Tokens whose first element is their place in the film. */
const latents = (seconds: number) => {
  const numbered = (tokens: number, dim: number) => Float32Array.from({ length: tokens * seconds * dim }, (_, i) => Math.floor(i / dim))
  return { video: numbered(6, 3), sound: numbered(4, 5), state: numbered(2, 2) }
}

describe('renderFilm', () => {
  it('decodes each latent frame from the window that made it, clamps, and closes alpha', async () => {
    const plan = planFilm(manifest, 3)
    const fake = runner()
    const { rgba, pcm } = await renderFilm(fake, manifest, plan, latents(3), hooks)
    const pixel = (frame: number) => Array.from(rgba.subarray(frame * area * 4, frame * area * 4 + 4))
    expect(rgba).toHaveLength(12 * area * 4)
    expect(pixel(0)).toEqual([0, 0, 0, 255])
    expect(pixel(7)).toEqual([0, 3, 255, 255])
    // The second window begins at token 6 and adds its latent frames 2 and 3.
    expect(pixel(8)).toEqual([6, 2, 0, 255])
    expect(pixel(11)).toEqual([6, 3, 0, 255])
    expect([pcm[0], pcm[11999], pcm[12000], pcm[23999]]).toEqual([0, 0, 4, 4])
    expect(fake.live).toBe(0)
  })

  it('reports frames and waves as they come', async () => {
    const seen: (number | string)[] = []
    await renderFilm(runner(), manifest, planFilm(manifest, 3), latents(3), {
      ...hooks,
      afterFrames: (done) => void seen.push(done),
      afterWave: () => void seen.push('wave'),
    })
    expect(seen).toEqual([2, 4, 6, 8, 'wave', 10, 12, 'wave'])
  })
})

describe('previewFrame', () => {
  it('shows the middle of what is new in a window', async () => {
    const fake = runner()
    const clean = { video: fake.tensor(new Float32Array(36), [1, 12, 3]), state: fake.tensor(new Float32Array(8), [1, 4, 2]) }
    const plan = planFilm(manifest, 3)
    const first = await previewFrame(fake, manifest, plan, clean, 0)
    expect([first.frame, first.rgba[1], first.rgba.length]).toEqual([4, 2, area * 4])
    expect((await previewFrame(fake, manifest, plan, clean, 1)).frame).toBe(10)
  })
})
