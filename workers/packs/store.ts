/**
 * Gets a pack from our own origin once and keeps it in IndexedDB. Files are keyed by their SHA-256 and checked both before
 * they are written and each time they are read, so an interrupted download goes on where it stopped and a damaged copy heals.
 * The exporter cuts weights into files of 8 MiB: a file is the chunk.
 */
import { alone, askForRoom, hash, keep, openCache, readCommit, writeCommit, type ChunkCache, type CommitRecord, type StorageEstimator } from './cache'
import { DownloadError, PackError, QuotaError } from './errors'
import { inflate } from './inflate'
import { checkPackName, expandedTotal, graphRoles, parseManifest, total, type GraphRole, type Manifest } from './manifest'

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
  /** All weight files, expanded, one after another. */
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
  storage?: StorageEstimator
}

interface PackFile {
  file: string
  bytes: number
  sha256: string
  target: Uint8Array<ArrayBuffer>
}

/** Files on their way at once: more do not arrive sooner, and each takes its length in memory twice while it is being kept. */
const fetchedAtOnce = 3

/**
 * @throws PackError when the pack is missing or damaged at its source
 * @throws DownloadError when the network fails; the files that had arrived are kept
 */
export async function loadPack(name: string, options: LoadPackOptions): Promise<LoadedPack> {
  checkPackName(name)
  const { cache = openCache(), onProgress = () => {} } = options
  const fetcher = options.fetch ?? globalThis.fetch.bind(globalThis)

  const committed = await readCommit(cache, name)
  const folder = new URL(committed?.added?.url ?? `packs/${name}/`, options.baseUrl)
  const json = committed?.added ? committed.manifest : await fetchManifest(name, folder, fetcher, committed)
  const manifest = parseManifest(json, name)

  const weights = new Uint8Array(expandedTotal(manifest.weights))
  const graphs = {} as Record<GraphRole, Uint8Array<ArrayBuffer>>
  const files: PackFile[] = []
  for (const role of graphRoles) {
    const { file, bytes, sha256 } = manifest.graphs[role]
    graphs[role] = new Uint8Array(bytes)
    files.push({ file, bytes, sha256, target: graphs[role] })
  }
  let at = 0
  const packed: { target: Uint8Array<ArrayBuffer>; into: Uint8Array<ArrayBuffer>; file: string }[] = []
  for (const { file, bytes, sha256, expandedBytes } of manifest.weights) {
    const into = weights.subarray(at, at + (expandedBytes ?? bytes))
    const target = expandedBytes == null ? into : new Uint8Array(bytes)
    files.push({ file, bytes, sha256, target })
    if (expandedBytes != null) packed.push({ target, into, file })
    at += into.length
  }

  const progress: FetchProgress = { loadedBytes: 0, totalBytes: total(files), fromCache: 0 }
  const report = () => onProgress({ ...progress })
  const findKept = async (wanted: readonly PackFile[]): Promise<PackFile[]> => {
    const missing: PackFile[] = []
    for (const file of wanted) {
      if (await readCached(cache, file)) {
        progress.loadedBytes += file.bytes
        progress.fromCache += file.bytes
        report()
      } else missing.push(file)
    }
    return missing
  }

  let notKept: string | undefined
  const unlessFull = async (store: () => Promise<void>) => {
    if (notKept !== undefined) return
    await store().catch((error: unknown) => {
      if (!(error instanceof QuotaError)) throw error
      notKept = error.message
    })
  }
  const fetchMissing = async (wanted: readonly PackFile[]) => {
    // Another tab may have fetched them while this one waited.
    const missing = await findKept(wanted)
    if (missing.length > 0 && committed?.added && !committed.added.url) {
      throw new PackError(`${missing[0]?.file} of the model "${name}" is damaged on this machine. Delete the model and add it again from where you have it.`)
    }
    if (missing.length > 0) await unlessFull(() => askForRoom(total(missing), options.storage))
    await inParallel(missing, async (file) => {
      await fetchFile(name, folder, file, fetcher, (bytes) => {
        progress.loadedBytes += bytes
        report()
      })
      await unlessFull(() => keep(cache, file, total(missing)))
    })
    if (notKept !== undefined) return
    const { added } = committed ?? {}
    const record: CommitRecord = { manifest: json, files: files.map(({ sha256 }) => sha256), ...(added && { added }) }
    await writeCommit(cache, name, record, committed).catch(() => {
      // The files are there and will be found by their hashes; only the offline copy of the manifest is missing.
    })
  }
  const missing = await findKept(files)
  if (missing.length > 0 || committed?.manifest !== json) await alone(() => fetchMissing(missing))
  for (const { target, into, file } of packed) {
    await inflate(target, into).catch(() => {
      throw new PackError(`${file} of the model "${name}" is not what its manifest says: it does not expand to ${into.length} bytes. Choose another model or a newer version of it.`)
    })
  }
  return notKept === undefined ? { manifest, graphs, weights } : { manifest, graphs, weights, notKept }
}

/** The text of the manifest of a pack that is kept on this machine; undefined when there is none. */
export async function keptManifest(name: string, cache: ChunkCache = openCache()): Promise<string | undefined> {
  return (await readCommit(cache, name))?.manifest
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

/** Does `work` for every item, a few at once. After a failure nothing new begins, and it is thrown when all that had begun is over. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const takeTurns = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await work(item)
      } catch (error) {
        waiting.length = 0
        throw error
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: fetchedAtOnce }, takeTurns))
  const failed = ends.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
