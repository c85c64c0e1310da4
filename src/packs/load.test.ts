import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PackLoad } from './load.svelte.ts'

describe('PackLoad', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('estimates the time left from what this visit fetched, not from the cache', () => {
    const load = new PackLoad()
    load.start()
    load.take({ phase: 'fetch', loadedBytes: 6e6, totalBytes: 12e6, fromCache: 6e6 })
    expect(load.remainingMs).toBeNull()
    vi.advanceTimersByTime(1000)
    load.take({ phase: 'fetch', loadedBytes: 8e6, totalBytes: 12e6, fromCache: 6e6 })
    expect(load.remainingMs).toBeCloseTo(2000, -1)
  })

  it('never goes back and never claims to be done before the check is', () => {
    const load = new PackLoad()
    load.start()
    const seen: number[] = []
    for (const event of [
      { phase: 'fetch', loadedBytes: 12, totalBytes: 12, fromCache: 0 },
      { phase: 'expand' },
      { phase: 'compile', graph: 'text', done: 0, total: 2 },
      { phase: 'compile', graph: 'step', done: 2, total: 2 },
      { phase: 'compile', graph: 'text', done: 0, total: 2 },
      { phase: 'check', backend: 'wasm' },
    ] as const) {
      load.take(event)
      seen.push(load.progress)
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(seen.at(-1)).toBeLessThan(1)
  })
})
