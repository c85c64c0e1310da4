/** Where the files of a pack that a person adds come from: a folder of the page's own origin, a folder on this machine, or a zip. */
import { BlobReader, ZipReader, type FileEntry } from '@zip.js/zip.js/index-native.js'
import { DownloadError, PackError } from './errors'

export interface PackSource {
  /** The bytes of one file of the pack, by its plain name. @throws PackError when it is missing, DownloadError when the network fails */
  open(file: string): Promise<ReadableStream<Uint8Array>>
  /** For the record, where the pack may be fetched again. */
  url?: string
  /** Lets go of what was opened. */
  close(): Promise<void>
}

/** More files than any pack has; a longer list is an attack or a mistake. */
const maxEntries = 4096

/**
 * @param address of the folder or of the manifest in it
 * @param page the page's own address: nobody else is asked, and the page's policy would not let us
 * @throws PackError for any other origin
 */
export function folderAt(address: string, page: URL, fetcher: typeof fetch = globalThis.fetch.bind(globalThis)): PackSource {
  const folder = parseFolder(address, page)
  if (folder.origin !== page.origin) {
    throw new PackError(`Kinora asks no other host than ${page.host}, so that nobody learns what you do. Download the model from ${folder.host} and add it as a folder or zip.`)
  }
  return {
    url: folder.href,
    open: async (file) => {
      const response = await fetcher(new URL(encodeURIComponent(file), folder), { cache: 'no-cache' }).catch(() => {
        throw new DownloadError('The connection broke while the model was being fetched. Nothing of it was kept; try again.')
      })
      // Hosts of single pages answer a missing file with their front page.
      if (response.status === 404 || response.headers.get('content-type')?.includes('text/html')) throw missing(file)
      if (!response.ok || !response.body) throw new DownloadError(`The server answered ${response.status} when asked for ${file}. Try again in a moment.`)
      return response.body
    },
    close: async () => {},
  }
}

/** @throws PackError when there is no manifest among the files */
export function folderOf(files: ReadonlyArray<readonly [path: string, file: Blob]>): PackSource {
  const named = new Map(files)
  const folder = folderOfManifest([...named.keys()])
  return {
    open: async (file) => {
      const found = named.get(folder + file)
      if (!found) throw missing(file)
      return found.stream()
    },
    close: async () => {},
  }
}

/** @throws PackError when it is no zip, an ambiguous or encrypted one, or when a name in it leads elsewhere */
export async function zipOf(file: Blob): Promise<PackSource> {
  // 'strict' refuses what different programs would read differently: prefixes, overlaps, doubled or unsafe names.
  const reader = new ZipReader(new BlobReader(file), { strictness: 'strict', useWebWorkers: false })
  const entries = new Map<string, FileEntry>()
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (entries.size >= maxEntries) throw new PackError('This zip holds far more files than a model has. Nothing of it was kept.')
      if (!isPlainPath(entry.filename) || entries.has(entry.filename)) {
        throw new PackError(`This zip holds a file whose name leads elsewhere (${JSON.stringify(entry.filename.slice(0, 80))}). Nothing of it was kept.`)
      }
      if (!entry.directory) entries.set(entry.filename, entry)
    }
    const folder = folderOfManifest([...entries.keys()])
    return {
      open: async (name) => {
        const entry = entries.get(folder + name)
        if (!entry) throw missing(name)
        if (entry.encrypted) throw new PackError('This zip is encrypted. Unpack it and add the folder.')
        return unpack(entry)
      },
      close: () => reader.close(),
    }
  } catch (error) {
    await reader.close().catch(() => undefined)
    if (error instanceof PackError) throw error
    throw new PackError('This file is no zip that can be read, or it was not copied to its end. Nothing of it was kept.')
  }
}

function unpack(entry: FileEntry): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  // What goes wrong ends the stream with an error as well: there it is heard.
  entry.getData(writable, { checkSignature: true }).catch((error: unknown) => writable.abort(error).catch(() => undefined))
  return readable
}

/** The path before `manifest.json`, nearest to the top. */
function folderOfManifest(paths: readonly string[]): string {
  const depth = (path: string) => path.split('/').length
  const [first] = paths.filter((path) => /(^|\/)manifest\.json$/.test(path)).toSorted((a, b) => depth(a) - depth(b))
  if (first === undefined) throw new PackError('There is no manifest.json in it, so this is no model of Kinora.')
  return first.slice(0, -'manifest.json'.length)
}

/** Whether a path stays below where it is unpacked, on every system. */
export function isPlainPath(path: string): boolean {
  // eslint-disable-next-line no-control-regex
  return path.length <= 1024 && !/[\\:\u0000-\u001f]/.test(path) && !path.startsWith('/') && !path.split('/').includes('..')
}

function parseFolder(address: string, page: URL): URL {
  try {
    return new URL('./', new URL(address.trim().replace(/\/?(manifest\.json)?$/, '/'), page))
  } catch {
    throw new PackError('This is no address of a folder. Write it as the address bar shows it.')
  }
}

function missing(file: string): PackError {
  return new PackError(`${file} is missing, so this model is not complete. Nothing of it was kept.`)
}
