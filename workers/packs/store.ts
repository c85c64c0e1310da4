/**
 * Gets a pack from our own origin once and keeps it in IndexedDB. Files are keyed by their SHA-256 and checked both before
 * they are written and each time they are read, so an interrupted download goes on where it stopped and a damaged copy heals.
 * The exporter cuts weights into files of 8 MiB: a file is the chunk.
 */
import { createStore, delMany, get, keys, set } from 'idb-keyval'
import { DownloadError, PackError, QuotaError } from './errors'
import { checkPackName, graphRoles, parseManifest, total, type GraphRole, type Manifest } from './manifest'

/** Where files stay between visits. */
export interface ChunkCache {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  remove(keys: string[]): Promise<void>
  keys(): Promise<string[]>
}

export interface FetchProgress {
  loadedBytes: number
  totalBytes: number
  /** Bytes of `loadedBytes` that were already on this machine. */
  fromCache: number
}

export interface LoadedPack {
  manifest: Manifest
  /** The `.onnx` files. */
  graphs: Record<GraphRole, Uint8Array<ArrayBuffer>>
  /** All weight files, one after another. */
  weights: Uint8Array<ArrayBuffer>
  /** Set when the pack could not be kept for the next visit: a sentence saying why. */
  notKept?: string
}

export interface LoadPackOptions {
  /** The page's base address; packs lie at `packs/NAME/` below it. */
  baseUrl: URL
  cache?: ChunkCache
  onProgress?: (progress: FetchProgress) => void
  /** Replaced in tests. */
  fetch?: typeof globalThis.fetch
  storage?: { estimate(): Promise<StorageEstimate>; persist?(): Promise<boolean> }
}

/** Written after all files of a pack, so that its presence means they are all there. */
interface CommitRecord {
  manifest: string
  files: string[]
}

interface PackFile {
  file: string
  bytes: number
  sha256: string
  target: Uint8Array<ArrayBuffer>
}

/** Room left for the browser's own bookkeeping when storage is nearly full. */
const quotaMargin = 1.05

/**
 * @throws PackError when the pack is missing or damaged at its source
 * @throws DownloadError when the network fails; the files that had arrived are kept
 */
export async function loadPack(name: string, options: LoadPackOptions): Promise<LoadedPack> {
  checkPackName(name)
  const { cache = openCache(), onProgress = () => {} } = options
  const fetcher = options.fetch ?? globalThis.fetch.bind(globalThis)
  const folder = new URL(`packs/${name}/`, options.baseUrl)

  const committed = await readCommit(cache, name)
  const json = await fetchManifest(name, folder, fetcher, committed)
  const manifest = parseManifest(json, name)

  const weights = new Uint8Array(total(manifest.weights))
  const graphs = {} as Record<GraphRole, Uint8Array<ArrayBuffer>>
  const files: PackFile[] = []
  for (const role of graphRoles) {
    const { file, bytes, sha256 } = manifest.graphs[role]
    graphs[role] = new Uint8Array(bytes)
    files.push({ file, bytes, sha256, target: graphs[role] })
  }
  let at = 0
  for (const { file, bytes, sha256 } of manifest.weights) {
    files.push({ file, bytes, sha256, target: weights.subarray(at, at + bytes) })
    at += bytes
  }

  const progress: FetchProgress = { loadedBytes: 0, totalBytes: total(files), fromCache: 0 }
  const report = () => onProgress({ ...progress })
  const missing: PackFile[] = []
  for (const file of files) {
    if (await readCached(cache, file)) {
      progress.loadedBytes += file.bytes
      progress.fromCache += file.bytes
      report()
    } else {
      missing.push(file)
    }
  }

  let notKept: string | undefined
  const unlessFull = async (store: () => Promise<void>) => {
    if (notKept !== undefined) return
    await store().catch((error: unknown) => {
      if (!(error instanceof QuotaError)) throw error
      notKept = error.message
    })
  }
  if (missing.length > 0) await unlessFull(() => askForRoom(total(missing), options.storage ?? globalThis.navigator?.storage))
  for (const file of missing) {
    await fetchFile(name, folder, file, fetcher, (bytes) => {
      progress.loadedBytes += bytes
      report()
    })
    await unlessFull(() => keep(cache, file, total(missing)))
  }
  const record: CommitRecord = { manifest: json, files: files.map(({ sha256 }) => sha256) }
  if (notKept === undefined && (missing.length > 0 || committed?.manifest !== json)) {
    await commit(cache, name, record, committed).catch(() => {
      // The files are there and will be found by their hashes; only the offline copy of the manifest is missing.
    })
  }
  return notKept === undefined ? { manifest, graphs, weights } : { manifest, graphs, weights, notKept }
}

/** The text of the manifest of a pack that is kept on this machine; undefined when there is none. */
export async function keptManifest(name: string, cache: ChunkCache = openCache()): Promise<string | undefined> {
  return (await readCommit(cache, name))?.manifest
}

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

const commitKey = (name: string) => `pack:${name}`

async function readCommit(cache: ChunkCache, name: string): Promise<CommitRecord | undefined> {
  const record = await cache.get(commitKey(name)).catch(() => undefined)
  return isCommit(record) ? record : undefined
}

function isCommit(value: unknown): value is CommitRecord {
  return (
    typeof value === 'object' && value !== null && 'manifest' in value && typeof value.manifest === 'string' &&
    'files' in value && Array.isArray(value.files)
  )
}

/** The server's manifest, or the one kept from an earlier visit when there is no network. */
async function fetchManifest(name: string, folder: URL, fetcher: typeof fetch, committed: CommitRecord | undefined): Promise<string> {
  const url = new URL('manifest.json', folder)
  let response: Response
  try {
    response = await fetcher(url, { cache: 'no-cache' })
  } catch {
    if (committed) return committed.manifest
    throw new DownloadError(`The model "${name}" is not on this machine yet, and there is no connection to fetch it. Connect once; after that Kinora works offline.`)
  }
  // Hosts of single pages answer a missing file with their front page.
  const missing = response.status === 404 || response.headers.get('content-type')?.includes('text/html')
  if (response.ok && !missing) return response.text()
  if (committed && response.status >= 500) return committed.manifest
  if (missing) throw new PackError(`There is no model named "${name}" here. Choose one from the list.`)
  throw new DownloadError(`The server answered ${response.status} when asked for the model "${name}". Try again in a moment.`)
}

/** Whether a sound copy of the file was there; then it lies in `file.target`. */
async function readCached(cache: ChunkCache, file: PackFile): Promise<boolean> {
  const value = await cache.get(file.sha256).catch(() => undefined)
  if (!(value instanceof Uint8Array) || value.length !== file.bytes) return false
  file.target.set(value)
  return (await hash(file.target)) === file.sha256
}

/** @throws QuotaError when the browser says beforehand that there is too little room */
async function askForRoom(bytes: number, storage: LoadPackOptions['storage']): Promise<void> {
  // `persist` exists in windows only: the page asks before it starts us. Where a worker has it too, asking again costs nothing.
  await storage?.persist?.().catch(() => false)
  const estimate = await storage?.estimate().catch(() => undefined)
  if (estimate?.quota === undefined) return
  const free = estimate.quota - (estimate.usage ?? 0)
  if (free < bytes * quotaMargin) throw new QuotaError(quotaSentence(bytes))
}

function quotaSentence(bytes: number): string {
  const megabytes = Math.ceil(bytes / 1e6)
  return `The browser has no room for the ${megabytes} MB of this model, so it stays in memory and is fetched again next time. Free some storage to keep it.`
}

/** Fetches into `file.target`. A file that arrives damaged is asked for once more, past every cache. */
async function fetchFile(name: string, folder: URL, file: PackFile, fetcher: typeof fetch, onBytes: (bytes: number) => void): Promise<void> {
  const modes = ['no-store', 'reload'] as const
  for (const cache of modes) {
    let received = 0
    try {
      const response = await fetcher(new URL(file.file, folder), { cache })
      if (!response.ok || !response.body) {
        throw new DownloadError(`The server answered ${response.status} when asked for ${file.file} of the model "${name}". Try again in a moment; what had arrived is kept.`)
      }
      const reader = response.body.getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) break
        if (received + value.length > file.bytes) {
          received = file.bytes + 1
          await reader.cancel()
          break
        }
        file.target.set(value, received)
        received += value.length
        onBytes(value.length)
      }
    } catch (error) {
      if (error instanceof DownloadError) throw error
      throw new DownloadError(`The connection broke while the model "${name}" was being fetched. What had arrived is kept; try again to go on from there.`)
    }
    if (received === file.bytes && (await hash(file.target)) === file.sha256) return
    onBytes(-Math.min(received, file.bytes))
  }
  throw new PackError(`${file.file} of the model "${name}" is damaged on the server: it is not the file its manifest describes. Nothing of it was kept. Choose another model or try again later.`)
}

/** @throws QuotaError when storage is full or forbidden */
async function keep(cache: ChunkCache, { sha256, target }: PackFile, packBytes: number): Promise<void> {
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

function isQuotaExceeded(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError'
}

/** Writes the record, then drops files that only the former version of this pack used. */
async function commit(cache: ChunkCache, name: string, record: CommitRecord, former: CommitRecord | undefined): Promise<void> {
  await cache.set(commitKey(name), record)
  if (!former) return
  const used = new Set(record.files)
  for (const key of await cache.keys()) {
    if (!key.startsWith('pack:')) continue
    const other = await cache.get(key)
    if (isCommit(other)) for (const file of other.files) used.add(file)
  }
  await cache.remove(former.files.filter((file) => !used.has(file)))
}

async function hash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
