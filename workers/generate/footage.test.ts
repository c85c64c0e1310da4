import { describe, expect, it } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { RequestError } from './errors'
import { FakeRunner, halvingStep } from './fakeRunner'
import { encodeFootage, encodeStill, keepFootage } from './footage'
import { sampleFilm } from './sampler'
import { checkSource, stepCount } from './source'
import type { Footage, Latents, Source } from './types'
import { planFilm } from './windows'

const manifest = tinyManifest()
const { width, height, fps } = manifest.video
const size = width * height * 4
const go = async () => {}
const hooks = { checkpoint: go, afterStep: go }

/** Every frame is as bright as its number says, in steps of `step`. */
function footage(seconds: number, step = 1): Footage {
  const frameCount = seconds * fps
  const rgba = new Uint8ClampedArray(frameCount * size).map((_, i) => step * Math.floor(i / size))
  return { width, height, fps, frameCount, rgba, sampleRate: 8000, pcm: new Float32Array(seconds * 8000).fill(0.5) }
}

/** Tells the brightness of the first and the last of the eight frames it was given. */
const encoder = () =>
  new FakeRunner({
    encode: ({ pixels }) => ({ video: new Float32Array(36).fill(Math.round(pixels![0]! * 255)).fill(Math.round(pixels!.at(-1)! * 255), 18) }),
    step: halvingStep(manifest),
  })
const square = tinyManifest()
square.video.encodeSize = 16

describe('film from elsewhere', () => {
  it('becomes tokens of the plan of its length, its state unknown', async () => {
    const tokens = await encodeFootage(encoder(), square, footage(4), go)
    expect(tokens.video).toHaveLength(planFilm(square, 4).tokens.video * 3)
    expect(tokens.sound).toHaveLength(4 * 32 * 64)
    expect(tokens.state).toHaveLength(0)
    expect([0, 35, 36, 71].map((i) => tokens.video[i])).toEqual([0, 7, 8, 15])
  })

  it('stands still as one frame', async () => {
    const still = await encodeStill(encoder(), square, footage(2), 5, go)
    expect(new Set(still)).toEqual(new Set([5]))
  })

  it('of another size is refused', async () => {
    await expect(encodeFootage(encoder(), square, { ...footage(2), fps: 8 }, go)).rejects.toThrow(RequestError)
  })
})

describe('what is kept', () => {
  const film = (seconds: number) => ({ rgba: new Uint8ClampedArray(seconds * fps * size).fill(200), pcm: new Float32Array(seconds * 8000), sampleRate: 8000 })
  const origin = { prompt: 'a.mp4', seed: 0 }

  it('comes as it came: picture or sound of a remix', () => {
    const made = film(2)
    keepFootage(made, { ...origin, how: 'remix', keep: 'picture' }, footage(2))
    expect(made.rgba.at(-1)).toBe(7)
    expect(made.pcm[0]).toBe(0)
    keepFootage(made, { ...origin, how: 'remix', keep: 'sound' }, footage(2))
    expect(made.pcm[0]).toBe(0.5)
  })

  it('stands at the beginning or at the end of what is made longer, its sound joined without a step', () => {
    const after = film(4)
    keepFootage(after, { ...origin, how: 'extend' }, footage(2))
    expect([after.rgba[7 * size], after.rgba[8 * size]]).toEqual([7, 200])
    expect([after.pcm[0], after.pcm[16_000]]).toEqual([0.5, 0])
    expect(after.pcm[15_999]).toBeLessThan(0.01)
    const before = film(4)
    keepFootage(before, { ...origin, how: 'extend', before: true }, footage(2))
    expect([before.rgba[7 * size], before.rgba[15 * size]]).toEqual([200, 7])
    expect(before.pcm[16_000]).toBeLessThan(0.01)
    expect(before.pcm.at(-1)).toBe(0.5)
  })

  it('is the first and the last frame, and dissolves into the film', () => {
    const made = film(2)
    keepFootage(made, { ...origin, how: 'frames', at: 'both' }, footage(2, 10))
    expect([0, 1, 3, 6, 7].map((frame) => made.rgba[frame * size])).toEqual([0, 100, 200, 135, 70])
  })
})

describe('sampling', () => {
  const tokens = (seconds: number): Latents => {
    const plan = planFilm(manifest, seconds)
    const rows = (modality: 'video' | 'sound') => Float32Array.from({ length: plan.tokens[modality] * manifest[modality].dim }, (_, i) => i)
    return { video: rows('video'), sound: rows('sound'), state: new Float32Array(0) }
  }
  const job = (seconds: number, source: Source) => ({ text: new Float32Array(84), seed: 5, steps: 4, plan: planFilm(manifest, seconds), source })
  const masks = (runner: FakeRunner, call: number) =>
    Object.fromEntries((['video', 'sound', 'state'] as const).map((modality) => [modality, [...runner.calls[call]!.inputs[`${modality}Mask`]!].join('')]))

  it('reads what happens off picture and sound before a remix of a film from elsewhere', async () => {
    const runner = encoder()
    const source: Source = { how: 'remix', keep: 'nothing', strength: 0.5, latents: tokens(2) }
    checkSource(source, manifest, 2)
    await sampleFilm(runner, manifest, job(2, source), hooks)
    expect(runner.calls).toHaveLength(stepCount(manifest, planFilm(manifest, 2), 4, source))
    expect(masks(runner, 0)).toEqual({ video: '1'.repeat(12), sound: '1'.repeat(8), state: '0000' })
    expect(masks(runner, 4)).toEqual({ video: '0'.repeat(12), sound: '0'.repeat(8), state: '0000' })
    expect(runner.live).toBe(0)
  })

  it('takes silence for no fact', async () => {
    const runner = encoder()
    const latents = tokens(2)
    latents.sound.fill(-1.3)
    await sampleFilm(runner, manifest, job(2, { how: 'remix', keep: 'nothing', strength: 0.5, latents }), hooks)
    expect(masks(runner, 0)).toMatchObject({ sound: '0'.repeat(8) })
  })

  it('makes sound for a picture from elsewhere, and what happens with it', async () => {
    const runner = encoder()
    const source: Source = { how: 'remix', keep: 'picture', strength: 1, latents: tokens(2) }
    const made = await sampleFilm(runner, manifest, job(2, source), hooks)
    expect(masks(runner, 0)).toEqual({ video: '1'.repeat(12), sound: '0'.repeat(8), state: '0000' })
    expect(made.video).toEqual(source.latents.video)
  })

  it('puts what comes before a film in front of it, the last window first', async () => {
    const runner = encoder()
    const latents = { ...tokens(2), state: new Float32Array(8).fill(3) }
    const source: Source = { how: 'extend', before: true, seconds: 2, latents }
    checkSource(source, manifest, 4)
    const made = await sampleFilm(runner, manifest, job(4, source), hooks)
    expect(runner.calls).toHaveLength(8)
    expect(masks(runner, 0)).toEqual({ video: '000000111111', sound: '00001111', state: '0011' })
    expect(Array.from(runner.calls[0]!.inputs['video']!.slice(18))).toEqual([...latents.video.subarray(0, 18)])
    expect(made.video.slice(36)).toEqual(latents.video)
    // What the second drawn window was given is what the first had drawn.
    expect(Array.from(runner.calls[4]!.inputs['video']!.slice(18))).toEqual([...made.video.subarray(18, 36)])
    expect(made.video.subarray(0, 36).some((x) => x === 0)).toBe(false)
  })

  it('continues a film from elsewhere without believing what was read of it', async () => {
    const runner = encoder()
    const source: Source = { how: 'extend', seconds: 2, latents: tokens(2) }
    const made = await sampleFilm(runner, manifest, job(4, source), hooks)
    expect(runner.calls).toHaveLength(stepCount(manifest, planFilm(manifest, 4), 4, source))
    expect(masks(runner, 4)).toEqual({ video: '111111000000', sound: '11110000', state: '0000' })
    expect(masks(runner, 8)).toMatchObject({ state: '1100' })
    expect(made.video.subarray(0, 36)).toEqual(source.latents.video)
    expect(made.state.every((x) => x !== 0)).toBe(true)
  })

  it('begins and ends with a picture', async () => {
    // As long as a token of the picture is, half a window.
    const short = tinyManifest()
    Object.assign(short.video, { frames: 16, latentFrames: 8 })
    const runner = encoder()
    const source: Source = { how: 'frames', first: new Float32Array(36).fill(7), last: new Float32Array(36).fill(9) }
    checkSource(source, short, 3)
    await sampleFilm(runner, short, { ...job(3, source), plan: planFilm(short, 3) }, hooks)
    expect(masks(runner, 0)).toMatchObject({ video: '111111000000', sound: '00000000' })
    expect(runner.calls[0]!.inputs['video']![17]).toBe(7)
    expect(masks(runner, 4)).toMatchObject({ video: '111111111111' })
    expect(runner.calls[4]!.inputs['video']!.at(-1)).toBe(9)
    expect(() => checkSource({ how: 'frames' }, manifest, 2)).toThrow(RequestError)
  })
})
