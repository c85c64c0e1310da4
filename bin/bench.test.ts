import { describe, expect, it } from 'vitest'
import { ratiosOf, regressions } from './bench.mjs'
import { median, quantile } from './measure.mjs'

const times = (text: number, step: number) => ({ text, step, decode: 4, vocoder: 2 })
const measured = {
  'wasm, 1 thread': { about: { threads: 1 }, films: [times(4, 30), times(4, 60), times(4, 32)] },
  'wasm, 2 threads': { about: { threads: 2 }, films: [times(4, 18), times(4, 18), times(4, 18)] },
  WebGPU: { about: { threads: 2 }, films: [times(1, 1), times(1, 1), times(1, 1)] },
  'native, 1 thread': { about: { threads: 1 }, films: [times(2, 10), times(2, 20), times(2, 8)] },
  'native, 2 threads': { about: { threads: 2 }, films: [times(2, 6), times(2, 9), times(2, 6)] },
}
const saves = { 512: [{ seconds: 2, ms: 400 }, { seconds: 2, ms: 800 }, { seconds: 2, ms: 400 }] }

describe('the bench', () => {
  it('sets wasm beside native with as many threads in the same round, whatever else the machine did in it', () => {
    const same = (value: number) => ({ median: value, least: value, most: value })
    expect(ratiosOf(measured, saves)).toEqual({
      'text, wasm to native, 1 thread': same(2),
      'step, wasm to native, 1 thread': { median: 3, least: 3, most: 4 },
      'decode, wasm to native, 1 thread': same(1),
      'vocoder, wasm to native, 1 thread': same(1),
      'text, wasm to native, 2 threads': same(2),
      'step, wasm to native, 2 threads': { median: 3, least: 2, most: 3 },
      'decode, wasm to native, 2 threads': same(1),
      'vocoder, wasm to native, 2 threads': same(1),
      'saving a second at 512×512, in native steps': { median: 20, least: 20, most: 25 },
    })
  })

  it('tells what was more than a fifth worse in every round, or is no longer measured', () => {
    const ratio = (median: number, least = median) => ({ median, least, most: 2 * median })
    const before = { a: ratio(1), b: ratio(2), c: ratio(3), noisy: ratio(1, 0.5) }
    expect(regressions({ a: ratio(1.19), b: ratio(2.6, 2.41), noisy: ratio(1.6, 1.1) }, before)).toEqual(['b: 2.60, at least 2.41, was 2.00', 'c: not measured, was 3.00'])
    expect(regressions({ a: ratio(0.5), b: ratio(2), c: ratio(3), noisy: ratio(1) }, before)).toEqual([])
  })

  it('takes medians and quantiles of what was measured, whatever its order', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(quantile(Array.from({ length: 100 }, (_, i) => 99 - i), 0.95)).toBe(95)
  })
})
