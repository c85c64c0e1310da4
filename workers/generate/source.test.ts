import { describe, expect, it } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { RequestError } from './errors'
import { FakeRunner, halvingStep } from './fakeRunner'
import { fillNoise, modalities } from './noise'
import { sampleFilm } from './sampler'
import { checkSource, sourceTimesteps, stepCount } from './source'
import type { Latents, Source } from './types'
import { planFilm } from './windows'

const manifest = tinyManifest()
const hooks = { checkpoint: async () => {}, afterStep: async () => {} }

/** A film of `seconds` whose tokens count up. */
function film(seconds: number): Latents {
  const plan = planFilm(manifest, seconds)
  const rows = (modality: (typeof modalities)[number]) =>
    Float32Array.from({ length: plan.tokens[modality] * manifest[modality].dim }, (_, i) => i)
  return { video: rows('video'), sound: rows('sound'), state: rows('state') }
}

const remix = (keep: 'nothing' | 'picture' | 'sound', strength: number, seconds = 2): Extract<Source, { how: 'remix' }> => ({ how: 'remix', keep, strength, latents: film(seconds) })
const extend = (seconds: number): Extract<Source, { how: 'extend' }> => ({ how: 'extend', seconds, latents: film(seconds) })
const job = (seconds: number, source: Source) => ({
  text: new Float32Array(2 * manifest.text.tokens * manifest.text.dim),
  seed: 5,
  steps: 4,
  plan: planFilm(manifest, seconds),
  source,
})

describe('a remix', () => {
  it('walks the share of the steps that its strength says, from where the source is as noisy', () => {
    expect(sourceTimesteps(4, 1, remix('nothing', 0.5))).toEqual([0.5, 0.75, 1])
    expect(sourceTimesteps(4, 1, remix('nothing', 1))).toEqual([0, 0.25, 0.5, 0.75, 1])
    expect(sourceTimesteps(4, 1, remix('nothing', 0.01))).toEqual([0.99, 1])
    expect(stepCount(manifest, planFilm(manifest, 4), 4, remix('nothing', 0.5, 4))).toBe(2 * planFilm(manifest, 4).windows)
  })

  it('begins from the source mixed with noise, the state further along than picture and sound', async () => {
    const runner = new FakeRunner({ step: halvingStep(manifest) })
    await sampleFilm(runner, manifest, job(2, remix('nothing', 0.5)), hooks)
    const { inputs } = runner.calls[0]!
    const noise = (modality: (typeof modalities)[number], i: number) =>
      fillNoise(new Float32Array(manifest[modality].tokens * manifest[modality].dim), 5, 0, modality)[i]!
    expect(inputs['video']![7]).toBeCloseTo(0.5 * 7 + 0.5 * noise('video', 7), 5)
    expect(inputs['state']![3]).toBeCloseTo((1 - 0.5 ** 2.5) * 3 + 0.5 ** 2.5 * noise('state', 3), 5)
    expect(inputs['videoMask']!.every((m) => m === 0)).toBe(true)
  })

  it('is told what its new words make of things, where the pack says where that stands', async () => {
    const told = tinyManifest()
    const { dim, tokens } = told.state
    told.state.parts = { rest: dim - 1, kind: 1 }
    const runner = new FakeRunner({ step: halvingStep(told) })
    await sampleFilm(runner, told, job(2, remix('nothing', 0.5)), hooks)
    expect(runner.calls.map(({ inputs }) => [inputs['t']![0], inputs['tNext']![0]].map((t) => Math.round(t! * 100) / 100))).toEqual([[0.06, 0.5], [0.5, 1], [0.5, 0.75], [0.75, 1]])
    expect(runner.live).toBe(0)
    // The draft's end: its beginning, halved twice.
    const at = (t: number) => 1 - (1 - t) ** 2.5
    const noise = fillNoise(new Float32Array(tokens * dim), 5, 0, 'state')
    const end = (i: number) => (at(0.06) * i + (1 - at(0.06)) * noise[i]!) / 4
    const kind = dim - 1
    const mean = Array.from({ length: tokens }, (_, token) => end(token * dim + kind)).reduce((a, b) => a + b) / tokens
    const begun = runner.calls[2]!.inputs['state']!
    for (const token of [0, tokens - 1]) expect(begun[token * dim + kind]).toBeCloseTo(at(0.5) * mean + (1 - at(0.5)) * noise[token * dim + kind]!, 4)
    expect(begun[dim]).toBeCloseTo(at(0.5) * dim + (1 - at(0.5)) * noise[dim]!, 4)
    // Nothing of the source is left at full strength, and what is kept is not told anew.
    for (const source of [remix('nothing', 1), remix('sound', 0.5)]) {
      const other = new FakeRunner({ step: halvingStep(told) })
      await sampleFilm(other, told, job(2, source), hooks)
      expect(other.calls[0]!.inputs['t']![0]).not.toBeCloseTo(0.06)
    }
  })

  it('gives back what it keeps untouched, and draws the rest', async () => {
    const runner = new FakeRunner({ step: halvingStep(manifest) })
    const source = remix('picture', 1)
    const made = await sampleFilm(runner, manifest, job(2, source), hooks)
    expect(made.video).toEqual(source.latents.video)
    expect(made.state).toEqual(source.latents.state)
    expect(made.sound).toEqual(fillNoise(new Float32Array(made.sound.length), 5, 0, 'sound').map((x) => x / 16))
    const sounding = await sampleFilm(runner, manifest, job(2, remix('sound', 1)), hooks)
    expect(sounding.sound).toEqual(source.latents.sound)
    expect(sounding.video).not.toEqual(source.latents.video)
  })
})

describe('a film that is continued', () => {
  it('keeps its beginning bit for bit and draws only the windows after it', async () => {
    const runner = new FakeRunner({ step: halvingStep(manifest) })
    const source = extend(3)
    const made = await sampleFilm(runner, manifest, job(5, source), hooks)
    const before = planFilm(manifest, 3)
    expect(runner.calls).toHaveLength((planFilm(manifest, 5).windows - before.windows) * 4)
    for (const modality of modalities) {
      expect(made[modality].subarray(0, source.latents[modality].length)).toEqual(source.latents[modality])
      expect(made[modality]).toHaveLength(planFilm(manifest, 5).tokens[modality] * manifest[modality].dim)
    }
    const known = before.history.video * manifest.video.dim
    expect(runner.calls[0]!.inputs['video']!.subarray(0, known)).toEqual(source.latents.video.subarray(-known))
    expect(runner.live).toBe(0)
  })
})

describe('a film that is held', () => {
  const hold = (seconds: number): Source => ({ how: 'hold', state: film(seconds).state })

  it('is given what happens in every window, and draws picture and sound from nothing but noise', async () => {
    const runner = new FakeRunner({ step: halvingStep(manifest) })
    const made = await sampleFilm(runner, manifest, job(4, hold(4)), hooks)
    const plan = planFilm(manifest, 4)
    expect(runner.calls).toHaveLength(4 * plan.windows)
    const { inputs } = runner.calls[0]!
    expect(inputs['stateMask']!.every((m) => m === 1)).toBe(true)
    expect(inputs['videoMask']!.some((m) => m === 1)).toBe(false)
    expect(inputs['soundMask']!.some((m) => m === 1)).toBe(false)
    expect(inputs['video']).toEqual(fillNoise(new Float32Array(inputs['video']!.length), 5, 0, 'video'))
    expect(runner.calls.at(-1)!.inputs['stateMask']!.every((m) => m === 1)).toBe(true)
    expect(made.state).toEqual(film(4).state)
    expect(runner.live).toBe(0)
  })

  it('has to have the length of the request, and to be somewhere', () => {
    expect(() => checkSource(hold(4), manifest, 4)).not.toThrow()
    expect(() => checkSource(hold(3), manifest, 4)).toThrow(/another length/)
    const nowhere = film(2).state
    nowhere[3] = Number.NaN
    expect(() => checkSource({ how: 'hold', state: nowhere }, manifest, 2)).toThrow(/no place/)
  })
})

describe('checkSource', () => {
  it('takes what fits', () => {
    expect(() => checkSource(extend(2), manifest, 3)).not.toThrow()
    expect(() => checkSource(remix('sound', 0.3, 4), manifest, 4)).not.toThrow()
  })

  it.each([
    [extend(3), 3, /more than that/],
    [extend(2.5), 4, /whole number/],
    [{ ...extend(2), seconds: 3 } as Source, 5, /another model/],
    [remix('nothing', 0), 2, /more than 0/],
    [remix('nothing', Number.NaN), 2, /more than 0/],
    [remix('picture', 0.5, 3), 2, /another length/],
  ])('refuses what does not, saying why', (source, seconds, sentence) => {
    const check = () => checkSource(source, manifest, seconds)
    expect(check).toThrow(RequestError)
    expect(check).toThrow(sentence)
  })
})
