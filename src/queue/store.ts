/** The queue on this device: what is still to be made survives a reload, a crash and an empty battery. */
import { createStore, get, set, type UseStore } from 'idb-keyval'
import * as v from 'valibot'
import { StoredRequest } from '../lib/request.ts'

/** The shape of the list; raise it and write a migration when a job changes. */
const KEY = 'jobs-1'

const Job = v.object({
  id: v.string(),
  request: StoredRequest,
  /** 'stopped' by the person, 'failed' by itself. */
  state: v.picklist(['waiting', 'running', 'failed', 'stopped']),
  /** The name of the error it failed with; its sentence depends on the language of the page. */
  error: v.optional(v.string()),
})

export type Job = v.InferOutput<typeof Job>

/** Jobs that can be read; broken ones are left out. */
export function parseJobs(value: unknown): Job[] {
  return Array.isArray(value) ? value.flatMap((item) => (v.is(Job, item) ? [item] : [])) : []
}

/** Where a queue is kept. */
export interface Shelf {
  read(): Promise<Job[]>
  write(jobs: readonly Job[]): Promise<void>
}

export function indexedShelf(): Shelf {
  // Opened when first needed: outside a browser there is none.
  let store: UseStore | undefined
  const opened = () => (store ??= createStore('kinora-queue', 'jobs'))
  return {
    read: async () => parseJobs(await get(KEY, opened())),
    write: (jobs) => set(KEY, jobs, opened()),
  }
}
