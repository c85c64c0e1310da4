import { describe, expect, it } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { FakeRunner, halvingStep } from './fakeRunner'
import { fillNoise } from './noise'
import { deciding, lifeless, noiseWindow } from './redraw'
import { sampleFilm, type StepReport } from './sampler'
import { timesteps } from './schedule'
import { planFilm } from './windows'

/** One object of three numbers, then two kinds; the second kind is what may be drawn again. */
const manifest = {
  ...tinyManifest(),
  state: { tokens: 4, dim: 6, objects: 1, parts: { objects: 3, kind: 2 }, object: ['there', 'vx', 'vy'] },
  sampler: { ...tinyManifest().sampler, redraw: { tries: 3, at: 0.25, still: [{ kind: 1, speed: 0.6 }] } },
}
/** Four tokens alike. @param speed picture sides a second */
const state = (there: number, speed: number, kind: number) => Float32Array.from({ length: 24 }, (_, i) => [there, speed / 1.2, 0, -0.15, kind, 9][i % 6]!)

describe('lifeless', () => {
  it('is a scene of the kind in which nothing is as fast', () => {
    expect(lifeless(state(1, 0.5, 1), manifest)).toBe(true)
    expect(lifeless(state(1, 0.7, 1), manifest)).toBe(false)
  })

  it('is a throw that does not go up, and a sky in which nothing flashes', () => {
    const sky = {
      ...manifest,
      state: { tokens: 4, dim: 6, objects: 1, parts: { objects: 3, flash: 1, kind: 2 }, object: ['there', 'x', 'y'] },
      sampler: { ...manifest.sampler, redraw: { tries: 3, at: 0.25, still: [{ kind: 0, height: 0.7 }, { kind: 1, flash: 0.25 }] } },
    }
    const tokens = (y: number, flash: number, kind: 0 | 1) => Float32Array.from({ length: 24 }, (_, i) => [1, 0, (i < 6 ? y - 0.5 : -0.4) * 3, i > 17 ? flash * 2 : 0, 1.05 - 1.2 * kind, 1.2 * kind - 0.15][i % 6]!)
    expect([0.69, 0.71].map((y) => lifeless(tokens(y, 0, 0), sky))).toEqual([true, false])
    expect([0.24, 0.26].map((flash) => lifeless(tokens(0.2, flash, 1), sky))).toEqual([true, false])
    // A pack that tells the light alone.
    const light = { ...sky, state: { ...sky.state, object: null } }
    expect([0.24, 0.26].map((flash) => lifeless(tokens(0.2, flash, 1), light))).toEqual([true, false])
  })

  it('leaves other kinds alone, counts only what is there, and needs a rule', () => {
    expect(lifeless(state(1, 0, -0.15), manifest)).toBe(false)
    expect(lifeless(state(-1, 5, 1), manifest)).toBe(true)
    expect(lifeless(state(1, 0, 1), { ...manifest, sampler: tinyManifest().sampler })).toBe(false)
  })
})

describe('deciding', () => {
  it('is the step that reaches a quarter of the way, whatever the number of steps', () => {
    expect([2, 3, 4, 8, 12].map((steps) => deciding(timesteps(steps, 1), manifest))).toEqual([0, 0, 0, 1, 2])
    expect(deciding(timesteps(4, 1), tinyManifest())).toBe(-1)
  })
})

describe('a film that is drawn again', () => {
  const noise = (draw: number) => fillNoise(new Float32Array(36), 5, noiseWindow(0, draw), 'video')
  /** Says that nothing happens in the first `still` guesses it makes at the beginning. */
  const run = async (still: number, extra: object = {}, steps = 4) => {
    let begun = 0
    const runner = new FakeRunner({
      step: (inputs) => {
        if (inputs['t']![0] === 0) begun++
        return { ...halvingStep(manifest)(inputs), stateClean: state(1, begun <= still ? 0.1 : 2, 1) as Float32Array<ArrayBuffer> }
      },
    })
    const redraws: number[][] = []
    const reports: number[] = []
    const film = await sampleFilm(
      runner,
      manifest,
      { text: new Float32Array(2 * 6 * 7), seed: 5, steps, plan: planFilm(manifest, 2), ...extra },
      { checkpoint: async () => {}, afterStep: async ({ step }: StepReport) => void reports.push(step), afterRedraw: (...args) => void redraws.push(args) },
    )
    return { film, redraws, reports, runner }
  }

  it('keeps its first noise when something happens', async () => {
    const { film, redraws } = await run(0)
    expect(film.video).toEqual(noise(0).map((x) => x / 16))
    expect(redraws).toEqual([])
  })

  it('takes the next noise while nothing does, reports only the steps that count, and lets every tensor go', async () => {
    const { film, redraws, reports, runner } = await run(2)
    expect(film.video).toEqual(noise(2).map((x) => x / 16))
    expect(redraws).toEqual([[1, 0], [2, 0]])
    expect(reports).toEqual([0, 1, 2, 3])
    expect(runner.live).toBe(0)
  })

  it('says which reported steps are walked again where more steps lead to the decision', async () => {
    const { redraws, reports } = await run(1, {}, 8)
    expect(redraws).toEqual([[1, 1]])
    expect(reports).toEqual([0, 0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('gives up after as many tries as the pack allows', async () => {
    const { film } = await run(99)
    expect(film.video).toEqual(noise(3).map((x) => x / 16))
  })

  it('is drawn from the noise that is asked for', async () => {
    const { film, redraws } = await run(99, { draw: 1 })
    expect(film.video).toEqual(noise(1).map((x) => x / 16))
    expect(redraws).toEqual([])
  })
})
