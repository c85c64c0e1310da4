/**
 * Films kept on this device: the request and the latents, a hundredth of the film's size, from which the generator draws it again.
 * The index is one small value, so that the list shows without reading any latents.
 */
import { createStore, del, get, set, update, type UseStore } from 'idb-keyval'
import * as v from 'valibot'
import { StoredRequest } from '../lib/request.ts'
import { StoredThumbnail } from './storedThumbnail.ts'
import type { Latents } from '../../workers/generate/types.ts'

/** The shape of the index; raise it and write a migration when an entry changes. */
const INDEX = 'index-1'

const Entry = v.object({
  id: v.string(),
  /** ms since 1970 */
  created: v.number(),
  request: StoredRequest,
  pack: v.object({ name: v.string(), version: v.string() }),
  /** One frame, as a data: URL. */
  thumbnail: StoredThumbnail,
})

export type Entry = v.InferOutput<typeof Entry>

const Floats = v.custom<Float32Array<ArrayBuffer>>((value) => value instanceof Float32Array)
const StoredLatents = v.object({ video: Floats, sound: Floats, state: Floats })

const latentsKey = (id: string) => `latents:${id}`

/** Entries that can be read, newest first; broken ones are left out. */
function parseIndex(value: unknown): Entry[] {
  return Array.isArray(value) ? value.flatMap((item) => (v.is(Entry, item) ? [item] : [])) : []
}

export class FilmStore {
  readonly #store: UseStore = createStore('kinora-films', 'films')

  async list(): Promise<Entry[]> {
    return parseIndex(await get(INDEX, this.#store))
  }

  /** Adds a film, newest first by `created`, and forgets the oldest beyond `limit`. */
  async add(entry: Entry, latents: Latents, limit: number): Promise<Entry[]> {
    await set(latentsKey(entry.id), latents, this.#store)
    let all: Entry[] = []
    // In one transaction: two tabs may finish a film at the same time.
    const change = (index: unknown) => {
      all = [entry, ...parseIndex(index).filter(({ id }) => id !== entry.id)].toSorted((a, b) => b.created - a.created)
      return all.slice(0, limit)
    }
    await update(INDEX, change, this.#store)
    for (const { id } of all.slice(limit)) await del(latentsKey(id), this.#store)
    return all.slice(0, limit)
  }

  async remove(id: string): Promise<void> {
    await update(INDEX, (index) => parseIndex(index).filter((entry) => entry.id !== id), this.#store)
    await del(latentsKey(id), this.#store)
  }

  /** undefined when they are gone or cannot be read. */
  async latents(id: string): Promise<Latents | undefined> {
    const value: unknown = await get(latentsKey(id), this.#store)
    return v.is(StoredLatents, value) ? value : undefined
  }
}
