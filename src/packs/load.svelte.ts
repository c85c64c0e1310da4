/** How far the model is on its way, from the engine's load events. */
import type { LoadEvent } from '../../workers/generate/types.ts'
import { m } from '../i18n/paraglide/messages.js'
import { bytes, wait } from '../lib/format.ts'

/** Shares of the bar: fetching dominates a first visit, preparing a later one. */
const FETCHED = 0.7
const EXPANDED = 0.75
const COMPILED = 0.95

export class PackLoad {
  event = $state.raw<LoadEvent | null>(null)
  /** 0…1, never going back within one load. */
  progress = $state(0)
  remainingMs = $state<number | null>(null)
  #began: { at: number; fetched: number } | undefined

  start(): void {
    this.event = null
    this.progress = 0
    this.remainingMs = null
    this.#began = undefined
  }

  take(event: LoadEvent): void {
    this.event = event
    this.progress = Math.max(this.progress, share(event))
    this.remainingMs = event.phase === 'fetch' ? this.#remaining(event) : null
  }

  get sentence(): string {
    const { event } = this
    if (!event) return m.load_cached()
    if (event.phase === 'fetch') {
      if (event.fromCache >= event.totalBytes) return m.load_cached()
      return m.load_fetch({ loaded: bytes(event.loadedBytes), total: bytes(event.totalBytes) })
    }
    if (event.phase === 'expand') return m.load_expand()
    if (event.phase === 'compile') return m.load_compile({ done: event.done, total: event.total })
    return m.load_check()
  }

  get timeLeft(): string {
    return this.remainingMs === null ? '' : m.time_left({ time: wait(this.remainingMs) })
  }

  /** From what this visit fetched: what came from the cache says nothing about the connection. */
  #remaining({ loadedBytes, totalBytes, fromCache }: LoadEvent & { phase: 'fetch' }): number | null {
    const fetched = loadedBytes - fromCache
    const now = performance.now()
    this.#began ??= { at: now, fetched }
    const bytesPerMs = (fetched - this.#began.fetched) / (now - this.#began.at)
    return bytesPerMs > 0 ? (totalBytes - loadedBytes) / bytesPerMs : null
  }
}

function share(event: LoadEvent): number {
  if (event.phase === 'fetch') return FETCHED * (event.totalBytes ? event.loadedBytes / event.totalBytes : 0)
  if (event.phase === 'expand') return FETCHED
  if (event.phase === 'compile') return EXPANDED + (COMPILED - EXPANDED) * (event.total ? event.done / event.total : 0)
  return COMPILED
}
