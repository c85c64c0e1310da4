/**
 * What is kept of packs in IndexedDB: files under their SHA-256, shared by the packs that hold the same file, and for every pack that is
 * there completely a record under its name. One tab writes at a time.
 */
import { createStore, delMany, get, keys, set } from 'idb-keyval'
import { QuotaError } from './errors'

/** Where files stay between visits. */
export interface ChunkCache {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  remove(keys: string[]): Promise<void>
  keys(): Promise<string[]>
}

/** Written after all files of a pack, so that its presence means they are all there. */
export interface CommitRecord {
  /** The text of `manifest.json`. */
  manifest: string
  /** SHA-256 of each file. */
  files: string[]
  /** Brought by the person: the host of the page is not asked for it. `url` is its folder, if it came from one of the page's own origin. */
  added?: { url?: string }
}

export interface StorageEstimator {
  estimate(): Promise<StorageEstimate>
  persist?(): Promise<boolean>
}

/** Room left for the browser's own bookkeeping when storage is nearly full. */
const quotaMargin = 1.05

const packKey = 'pack:'
/** Stands there while a pack is being added, with the files that go away if that does not end well. */
const addingKey = 'adding:'
const lockName = 'kinora-packs'

/** IndexedDB through idb-keyval, opened at first use: where it is forbidden every call rejects, and the pack stays in memory. */
export function openCache(): ChunkCache {
  let store: ReturnType<typeof createStore> | undefined
  const open = () => (store ??= createStore('kinora-packs', 'files'))
  return {
    get: async (key) => get<unknown>(key, open()),
    set: async (key, value) => set(key, value, open()),
    remove: async (list) => delMany(list, open()),
    keys: async () => keys<string>(open()),
  }
}

/** Runs `work` while no other tab writes packs (Web Locks): a second download of the same files waits and then finds them. */
export async function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks
  return locks ? locks.request(lockName, work) : work()
}

/** As `alone`, but not at all while another tab writes. */
export async function ifAlone(work: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks
  await (locks ? locks.request(lockName, { ifAvailable: true }, (lock) => (lock ? work() : undefined)) : work())
}

export async function readCommit(cache: ChunkCache, name: string): Promise<CommitRecord | undefined> {
  const record = await cache.get(packKey + name).catch(() => undefined)
  return isCommit(record) ? record : undefined
}

/** Every pack that is here completely. */
export async function readCommits(cache: ChunkCache): Promise<Array<[name: string, record: CommitRecord]>> {
  const found: Array<[string, CommitRecord]> = []
  for (const key of await cache.keys()) {
    if (!key.startsWith(packKey)) continue
    const record = await cache.get(key)
    if (isCommit(record)) found.push([key.slice(packKey.length), record])
  }
  return found
}

/** Writes the record, then drops files that only the former version of this pack used. */
export async function writeCommit(cache: ChunkCache, name: string, record: CommitRecord, former: CommitRecord | undefined): Promise<void> {
  await cache.set(packKey + name, record)
  if (former) await dropUnused(cache, former.files)
}

export async function dropCommit(cache: ChunkCache, name: string): Promise<void> {
  const record = await readCommit(cache, name)
  await cache.remove([packKey + name])
  if (record) await dropUnused(cache, record.files)
}

/** Says which files are about to be written, so that they can be taken away even if this tab does not live to do it. */
export async function beginAdding(cache: ChunkCache, name: string, files: string[]): Promise<void> {
  await cache.set(addingKey + name, files)
}

/** Ends what `beginAdding` began; files that no complete pack holds are taken away. */
export async function endAdding(cache: ChunkCache, name: string): Promise<void> {
  const files = await cache.get(addingKey + name)
  if (Array.isArray(files)) await dropUnused(cache, files.map(String))
  await cache.remove([addingKey + name])
}

/** Takes away what tabs left that were closed while they added a pack. */
export async function sweep(cache: ChunkCache): Promise<void> {
  for (const key of await cache.keys()) if (key.startsWith(addingKey)) await endAdding(cache, key.slice(addingKey.length))
}

/** Drops those of `files` that no complete pack holds. */
async function dropUnused(cache: ChunkCache, files: readonly string[]): Promise<void> {
  const used = new Set((await readCommits(cache)).flatMap(([, record]) => record.files))
  await cache.remove(files.filter((file) => !used.has(file)))
}

/**
 * @param bytes what will be written
 * @throws QuotaError when the browser says beforehand that there is too little room
 */
export async function askForRoom(bytes: number, storage: StorageEstimator | undefined = globalThis.navigator?.storage): Promise<void> {
  // `persist` exists in windows only: the page asks before it starts us. Where a worker has it too, asking again costs nothing.
  await storage?.persist?.().catch(() => false)
  const estimate = await storage?.estimate().catch(() => undefined)
  if (estimate?.quota === undefined) return
  const free = estimate.quota - (estimate.usage ?? 0)
  if (free < bytes * quotaMargin) throw new QuotaError(quotaSentence(bytes))
}

/** @throws QuotaError when storage is full or forbidden */
export async function keep(cache: ChunkCache, { sha256, target }: { sha256: string; target: Uint8Array<ArrayBuffer> }, packBytes: number): Promise<void> {
  try {
    await cache.set(sha256, target.slice())
  } catch (error) {
    throw new QuotaError(
      isQuotaExceeded(error)
        ? quotaSentence(packBytes)
        : 'This browser does not let Kinora keep files (a private window, perhaps), so the model stays in memory and is fetched again next time.',
    )
  }
}

/** SHA-256 in lower-case hexadecimal. */
export async function hash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function isCommit(value: unknown): value is CommitRecord {
  return (
    typeof value === 'object' && value !== null && 'manifest' in value && typeof value.manifest === 'string' &&
    'files' in value && Array.isArray(value.files)
  )
}

function isQuotaExceeded(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError'
}

function quotaSentence(bytes: number): string {
  const megabytes = Math.ceil(bytes / 1e6)
  return `The browser has no room for the ${megabytes} MB of this model, so it stays in memory and is fetched again next time. Free some storage to keep it.`
}
