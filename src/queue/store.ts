/**
 * The queue on this device: what is still to be made survives a reload, a crash and an empty battery. Every tab has a list of its own, so that
 * none overwrites another's; what a closed tab leaves goes to one that is open, or to the next.
 */
import { createStore, keys, promisifyRequest, set, type UseStore } from 'idb-keyval'
import * as v from 'valibot'
import { StoredRequest } from '../lib/request.ts'

/** The shape of the list; raise it and write a migration when a job changes. The list of a tab is at `jobs-1:TAB`. */
const KEY = 'jobs-1'

/** The shot of a storyboard that a film is made for (src/prompt/storyboard). */
const ShotRef = v.object({ board: v.string(), shot: v.string(), join: v.picklist(['cut', 'continues']) })

export type ShotRef = v.InferOutput<typeof ShotRef>

const Job = v.object({
  id: v.string(),
  request: StoredRequest,
  shot: v.optional(ShotRef),
  /** 'stopped' by the person, 'failed' by itself. */
  state: v.picklist(['waiting', 'running', 'failed', 'stopped']),
  /** The name of the error it failed with, and the rule of a refusal; its sentence depends on the language of the page (troubleOf). */
  error: v.optional(v.string()),
})

export type Job = v.InferOutput<typeof Job>

/** Jobs that can be read; broken ones are left out. */
export function parseJobs(value: unknown): Job[] {
  return Array.isArray(value) ? value.flatMap((item) => (v.is(Job, item) ? [item] : [])) : []
}

/** Where a queue is kept. */
export interface Shelf {
  /** What closed tabs have left. What tabs that are open now leave one day goes to `inherit`, unless another tab gets it. */
  read(inherit: (jobs: Job[]) => void): Promise<Job[]>
  write(jobs: readonly Job[]): Promise<void>
}

/** @param tab the name of this tab's list */
export function indexedShelf(tab: string = crypto.randomUUID()): Shelf {
  const own = `${KEY}:${tab}`
  // Opened when first needed: outside a browser there is none.
  let store: UseStore | undefined
  const opened = () => (store ??= createStore('kinora-queue', 'jobs'))

  /** Moves a list into ours, in one transaction: killed at any time, every job is in one list. */
  const take = (key: string): Promise<Job[]> =>
    opened()('readwrite', async (objects) => {
      const [theirs, ours] = [objects.get(key), objects.get(own)]
      ours.addEventListener('success', () => {
        objects.put([...parseJobs(theirs.result), ...parseJobs(ours.result)], own)
        objects.delete(key)
      })
      await promisifyRequest(objects.transaction)
      return parseJobs(theirs.result)
    })

  return {
    async read(inherit) {
      hold(own)
      const found: Job[] = []
      for (const key of (await keys(opened())).map(String).filter((key) => key.startsWith(KEY) && key !== own)) {
        const move = async () => void found.push(...(await take(key)))
        // The list of an earlier Kinora belongs to no tab.
        if (key === KEY) await move()
        else if (!(await unlessHeld(key, move))) whenFree(key, async () => inherit(await take(key)))
      }
      return found
    },
    write: (jobs) => set(own, jobs, opened()),
  }
}

/** A tab holds the lock of its list as long as it lives (Web Locks). Without them, every other list counts as left. */
const locks = (): LockManager | undefined => globalThis.navigator?.locks
const lockOf = (list: string) => `kinora-queue ${list}`

function hold(list: string): void {
  void locks()?.request(lockOf(list), () => new Promise(() => undefined))
}

/** @returns whether the tab of the list is gone, and `work` was done */
async function unlessHeld(list: string, work: () => Promise<void>): Promise<boolean> {
  const free = async (lock: Lock | null) => {
    if (lock) await work()
    return lock !== null
  }
  const manager = locks()
  if (manager) return manager.request(lockOf(list), { ifAvailable: true }, free)
  await work()
  return true
}

/** Does `work` once the tab of the list is gone. */
function whenFree(list: string, work: () => Promise<void>): void {
  void locks()?.request(lockOf(list), work)
}
