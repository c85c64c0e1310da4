/** The last films made here, newest first. */
import type { Clip, Latents } from '../../workers/generate/types.ts'
import { tokensDigest } from '../export/lineage.ts'
import { FilmStore, type Entry } from './store.ts'
import { thumbnail } from './thumbnail.ts'

/** A film's latents take about 50 kB a second: so many short films take 24 MB, and a queue of 64 pushes nothing out that was made just before. */
const LIMIT = 240

/** Films ready to show again without drawing them anew, by bytes of pixels. */
const READY_BYTES = 96 * 2 ** 20

export class Library {
  entries = $state.raw<Entry[]>([])
  /** Bytes of this origin, models included, and what the browser would give; null where it does not tell. */
  room = $state.raw<{ used: number; free: number } | null>(null)
  readonly #store = new FilmStore()
  readonly #ready = new Map<string, Clip>()

  async open(): Promise<void> {
    this.entries = await this.#store.list().catch(() => [])
  }

  /** Asks how much room everything takes. */
  async measure(): Promise<void> {
    const { usage, quota } = (await navigator.storage?.estimate().catch(() => undefined)) ?? {}
    if (usage !== undefined && quota !== undefined) this.room = { used: usage, free: Math.max(0, quota - usage) }
  }

  /** Keeps a film. @throws DOMException QuotaExceededError and the like; the film then stays in memory alone. */
  async add(clip: Clip): Promise<Entry> {
    const { request, pack, latents } = clip
    const entry: Entry = { id: crypto.randomUUID(), created: Date.now(), request, pack, thumbnail: thumbnail(clip) }
    this.remember(entry.id, clip)
    this.entries = await this.#store.add(entry, latents, LIMIT)
    return entry
  }

  ready(id: string): Clip | undefined {
    return this.#ready.get(id)
  }

  remember(id: string, clip: Clip): void {
    this.#ready.delete(id)
    this.#ready.set(id, clip)
    let bytes = 0
    for (const [age, [key, { rgba }]] of [...this.#ready].toReversed().entries()) {
      bytes += rgba.byteLength
      // Two stay at any size: a dissolve shows both at every frame.
      if (bytes > READY_BYTES && age > 1) this.#ready.delete(key)
    }
  }

  /** The film with these tokens, by their digest. Only films of this seed are looked at. */
  async find(film: string, seed: number): Promise<Entry | undefined> {
    for (const entry of this.entries) {
      if (entry.request.seed !== seed) continue
      const latents = await this.#store.latents(entry.id).catch(() => undefined)
      if (latents && (await tokensDigest(latents)) === film) return entry
    }
    return undefined
  }

  latents(id: string): Promise<Latents | undefined> {
    return this.#store.latents(id)
  }

  /** Deletes a film and gives the way to take that back. */
  async remove(id: string): Promise<() => Promise<void>> {
    const entry = this.entries.find((item) => item.id === id)
    const latents = await this.#store.latents(id)
    this.entries = this.entries.filter((item) => item.id !== id)
    await this.#store.remove(id)
    return async () => {
      if (entry && latents) this.entries = await this.#store.add(entry, latents, LIMIT)
    }
  }
}
