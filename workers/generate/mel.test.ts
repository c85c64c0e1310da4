import { expect, it } from 'vitest'
import { logMel } from './mel'

const shape = { sampleRate: 16_000, hopSamples: 250, mels: 64 }

it('computes what models/kinora/mel.py computes', () => {
  // A chirp in bursts; the figures are log_mel's of the same samples (PyTorch).
  const wave = Float32Array.from({ length: 32_000 }, (_, n) => (n % 4000 < 2000 ? 0.5 * Math.sin(2 * Math.PI * (100 * (n / 16_000) + 900 * (n / 16_000) ** 2)) : 0))
  const mel = logMel(wave, shape)
  expect(mel).toHaveLength(128 * 64)
  const reference = [
    [0, 0, 2.51832],
    [0, 20, 0.38464],
    [1, 5, 1.33486],
    [10, 9, -1.30944],
    [16, 30, 1.09926],
    [33, 12, 0.76851],
    [64, 25, 1.16038],
    [100, 40, 1.32358],
    [127, 33, -1.30944],
    [50, 63, -1.30944],
  ] as const
  for (const [frame, band, value] of reference) expect(mel[frame * 64 + band]).toBeCloseTo(value, 3)
  const mean = mel.reduce((sum, x) => sum + x, 0) / mel.length
  expect(mean).toBeCloseTo(-0.51283, 4)
  expect(Math.sqrt(mel.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (mel.length - 1))).toBeCloseTo(1.08356, 4)
})

it('says of silence what the floor says', () => {
  const mel = logMel(new Float32Array(8000), shape)
  expect(new Set(mel).size).toBe(1)
  expect(mel[0]).toBeCloseTo((Math.log(0.04) + 0.6) / 2, 5)
})
