import { describe, expect, it } from 'vitest'
import { resample } from './resample'

function tone(hertz: number, rate: number, seconds: number): Float32Array {
  return Float32Array.from({ length: rate * seconds }, (_, n) => Math.sin((2 * Math.PI * hertz * n) / rate))
}

/** Level of the difference in dB, without the ends, where the tone begins and stops. */
function errorDecibels(actual: Float32Array, expected: Float32Array, edge: number): number {
  let error = 0
  let count = 0
  for (let i = edge; i < expected.length - edge; i++, count++) error += (actual[i]! - expected[i]!) ** 2
  return 10 * Math.log10(error / count)
}

describe('resample', () => {
  it.each([100, 440, 3000, 7000])('carries a %d Hz tone from 16 to 48 kHz with its phase, to −80 dB', (hertz) => {
    const result = resample(tone(hertz, 16000, 0.5), 16000, 48000)
    expect(result.length).toBe(24000)
    expect(errorDecibels(result, tone(hertz, 48000, 0.5), 2000)).toBeLessThan(-80)
  })

  it('goes between rates without a small common factor', () => {
    const result = resample(tone(1000, 44100, 0.5), 44100, 48000)
    expect(errorDecibels(result, tone(1000, 48000, 0.5), 2000)).toBeLessThan(-80)
  })

  it('removes what the lower rate cannot carry', () => {
    const result = resample(tone(10000, 48000, 0.5), 48000, 16000)
    expect(errorDecibels(result, new Float32Array(8000), 500)).toBeLessThan(-75)
  })

  it('keeps a click at its instant', () => {
    const click = new Float32Array(1600)
    click[800] = 1
    const result = resample(click, 16000, 48000)
    expect(result.indexOf(Math.max(...result))).toBe(2400)
  })

  it('refuses rates that are not whole hertz', () => {
    expect(() => resample(new Float32Array(1), 16000.5, 48000)).toThrow(TypeError)
  })
})
