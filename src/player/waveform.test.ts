import { describe, expect, it } from 'vitest'
import { outline, peaks } from './waveform.ts'

describe('peaks', () => {
  it('puts a click into the stretch where it happens', () => {
    const pcm = new Float32Array(32_000)
    pcm[16_000] = -0.8
    const values = peaks(pcm, 64)
    expect(values.indexOf(1)).toBe(32)
    expect(values.filter((value) => value > 0)).toHaveLength(1)
  })

  it('keeps proportions and fills the height', () => {
    const pcm = new Float32Array(1000).fill(0.1, 0, 500).fill(0.2, 500)
    expect([...peaks(pcm, 2)]).toEqual([0.5, 1])
  })

  it('does not draw silence as noise', () => {
    expect(Math.max(...peaks(new Float32Array(1000).fill(0.001), 10))).toBeLessThan(0.05)
  })
})

describe('outline', () => {
  it('is mirrored about the middle and closed', () => {
    expect(outline(new Float32Array([1, 0.5]))).toBe('M0 0.000L1 0.500L1 1.500L0 2.000Z')
  })
})
