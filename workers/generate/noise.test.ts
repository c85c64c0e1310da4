import { describe, expect, it } from 'vitest'
import { fillNoise, type Modality } from './noise'

// Computed by an independent numpy implementation of models/PACKS.md ("Noise"): uint64 arithmetic masked to 32 bits, float64, float32.
const reference: [seed: number, window: number, modality: Modality, values: number[]][] = [
  [0, 0, 'video', [-0.328043848, -0.992025435, 0.0952423736, 0.0898207501, -1.81874502]],
  [7, 0, 'sound', [-0.769587934, -0.507057846, -0.540765166, -0.1724848, 0.0136967599]],
  [7, 3, 'state', [1.20998466, 0.0183172952, 0.530005157, 1.03818691, -0.62034905]],
  [4294967295, 18, 'video', [-0.152772501, 0.318237245, 0.704666138, -0.805239499, 0.674232781]],
]

describe('fillNoise', () => {
  it.each(reference)('agrees with numpy for seed %i, window %i, %s', (seed, window, modality, values) => {
    const noise = fillNoise(new Float32Array(values.length), seed, window, modality)
    values.forEach((value, i) => expect(Math.abs(noise[i]! - value)).toBeLessThan(1e-6))
  })

  it('gives a position the same value however much is drawn', () => {
    const noise = fillNoise(new Float32Array(16384), 1, 0, 'video')
    expect(noise[16383]).toBeCloseTo(0.206642359, 6)
    expect(fillNoise(new Float32Array(3), 1, 0, 'video')).toEqual(noise.slice(0, 3))
  })

  it('is standard normal', () => {
    const noise = fillNoise(new Float32Array(200_000), 1, 0, 'video')
    const moment = (k: number) => noise.reduce((sum, x) => sum + x ** k, 0) / noise.length
    // Four standard errors of each moment at n = 200,000.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / 200_000))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / 200_000))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / 200_000))
  })
})
