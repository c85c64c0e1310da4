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
  /** Of films that could not be kept: they last as long as the page. */
  readonly #unkept = new Map<string, Latents>()

  async open(): Promise<void> {
    this.entries = await this.#store.list().catch(() => [])
  }

  /** Asks how much room everything takes. */
  async measure(): Promise<void> {
    const { usage, quota } = (await navigator.storage?.estimate().catch(() => undefined)) ?? {}
    if (usage !== undefined && quota !== undefined) this.room = { used: usage, free: Math.max(0, quota - usage) }
  }

  /** Keeps a film. Where storage is full or forbidden it stays in memory alone, as long as the page: `failure` is then what the browser said. */
  async add(clip: Clip): Promise<{ entry: Entry; failure?: unknown }> {
    const { request, pack, latents } = clip
    // The newest is the newest, though the clock was set back: the oldest are forgotten first.
    const created = Math.max(Date.now(), (this.entries[0]?.created ?? 0) + 1)
    const entry: Entry = { id: crypto.randomUUID(), created, request, pack, thumbnail: thumbnail(clip) }
    this.remember(entry.id, clip)
    try {
      this.entries = this.#withUnkept(await this.#store.add(entry, latents, LIMIT))
      return { entry }
    } catch (failure) {
      this.#unkept.set(entry.id, latents)
      this.entries = [entry, ...this.entries].slice(0, LIMIT)
      return { entry, failure }
    }
  }

  #withUnkept(kept: Entry[]): Entry[] {
    const unkept = this.entries.filter(({ id }) => this.#unkept.has(id) && !kept.some((entry) => entry.id === id))
    return unkept.length > 0 ? [...kept, ...unkept].toSorted((a, b) => b.created - a.created) : kept
  }

  /** Whether a film is in memory alone. */
  get holdsUnkept(): boolean {
    return this.entries.some(({ id }) => this.#unkept.has(id))
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
      const latents = await this.latents(entry.id).catch(() => undefined)
      if (latents && (await tokensDigest(latents)) === film) return entry
    }
    return undefined
  }

  async latents(id: string): Promise<Latents | undefined> {
    return this.#unkept.get(id) ?? this.#store.latents(id)
  }

  /** Deletes a film and gives the way to take that back. */
  async remove(id: string): Promise<() => Promise<void>> {
    const entry = this.entries.find((item) => item.id === id)
    const latents = await this.latents(id)
    this.entries = this.entries.filter((item) => item.id !== id)
    if (this.#unkept.delete(id)) {
      return async () => {
        if (!entry || !latents) return
        this.#unkept.set(id, latents)
        this.entries = this.#withUnkept([entry, ...this.entries]).toSorted((a, b) => b.created - a.created)
      }
    }
    await this.#store.remove(id)
    return async () => {
      if (entry && latents) this.entries = this.#withUnkept(await this.#store.add(entry, latents, LIMIT))
    }
  }
}
