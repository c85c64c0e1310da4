import { describe, expect, it } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { filmFrame, joinWave, newLatentFrames, planFilm } from './windows'

const manifest = tinyManifest()

describe('planFilm', () => {
  it.each([
    [2, 1],
    [3, 2],
    [20, 19],
  ])('covers %i seconds with %i windows of two seconds', (seconds, windows) => {
    const plan = planFilm(manifest, seconds)
    expect(plan.windows).toBe(windows)
    expect(plan.frameCount).toBe(4 * seconds)
    expect(plan.sampleCount).toBe(8000 * seconds)
    expect(plan.tokens).toEqual({ video: 6 * seconds, sound: 4 * seconds, state: 2 * seconds })
  })

  it('lays every frame of the film exactly once, in order', () => {
    const plan = planFilm(manifest, 5)
    const first = Array.from({ length: plan.windows }, (_, w) => newLatentFrames(manifest, plan, w).map((l) => filmFrame(manifest, plan, w, l))).flat()
    expect(first).toEqual(Array.from({ length: 10 }, (_, i) => 2 * i))
  })
})

describe('joinWave', () => {
  it('takes every sample from the window whose middle is nearest', () => {
    const plan = planFilm(manifest, 4)
    const film = new Float32Array(plan.sampleCount).fill(-1)
    for (let w = 0; w < plan.windows; w++) joinWave(film, new Float32Array(16000).fill(w), manifest, plan, w)
    // Windows begin at 0, 1 and 2 s; the cuts lie at 1.5 s and 2.5 s.
    expect(film.indexOf(1)).toBe(12000)
    expect(film.indexOf(2)).toBe(20000)
    expect(film.includes(-1)).toBe(false)
  })

  it('is seamless where the windows agree', () => {
    const plan = planFilm(manifest, 6)
    const truth = Float32Array.from({ length: plan.sampleCount }, (_, i) => Math.sin(i / 20))
    const film = new Float32Array(plan.sampleCount)
    for (let w = 0; w < plan.windows; w++) joinWave(film, truth.slice(w * 8000, w * 8000 + 16000), manifest, plan, w)
    expect(film).toEqual(truth)
  })
})
