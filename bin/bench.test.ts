import { describe, expect, it } from 'vitest'
import { ratiosOf, regressions } from './bench.mjs'
import { median, quantile } from './measure.mjs'

const engines = {
  'wasm, 1 thread': { threads: 1, text: 4, step: 30, decode: 8, vocoder: 6 },
  'wasm, 2 threads': { threads: 2, text: 4, step: 18, decode: 8, vocoder: 6 },
  WebGPU: { threads: 2, text: 1, step: 1, decode: 1, vocoder: 1 },
  'native, 1 thread': { threads: 1, text: 2, step: 10, decode: 4, vocoder: 2 },
  'native, 2 threads': { threads: 2, text: 2, step: 6, decode: 4, vocoder: 2 },
}
const use = { export: { timesRealTime: 5 } }

describe('the bench', () => {
  it('sets wasm beside native with as many threads, and counts saving so that more is worse', () => {
    expect(ratiosOf(engines, use)).toEqual({
      'text, wasm to native, 1 threads': 2,
      'step, wasm to native, 1 threads': 3,
      'decode, wasm to native, 1 threads': 2,
      'vocoder, wasm to native, 1 threads': 3,
      'text, wasm to native, 2 threads': 2,
      'step, wasm to native, 2 threads': 3,
      'decode, wasm to native, 2 threads': 2,
      'vocoder, wasm to native, 2 threads': 3,
      'saving to real time': 0.2,
    })
  })

  it('tells what became more than a fifth worse, or is no longer measured', () => {
    const before = { a: 1, b: 2, c: 3 }
    expect(regressions({ a: 1.19, b: 2.41 }, before)).toEqual(['b: 2.41, was 2.00', 'c: not measured, was 3.00'])
    expect(regressions({ a: 0.5, b: 2, c: 3 }, before)).toEqual([])
  })

  it('takes medians and quantiles of what was measured, whatever its order', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(quantile(Array.from({ length: 100 }, (_, i) => 99 - i), 0.95)).toBe(95)
  })
})
