/**
 * Takes a pack from wherever a person has it. The manifest is read and checked first, then the graphs; only when all of them are in order is
 * the first byte of weights taken. Whatever goes wrong, nothing of the pack stays.
 */
import { alone, askForRoom, beginAdding, endAdding, hash, keep, readCommit, writeCommit, type ChunkCache, type CommitRecord, type StorageEstimator } from './cache'
import { PackError } from './errors'
import { checkGraph } from './graph'
import { graphRoles, parseManifest, total } from './manifest'
import type { PackSource } from './source'

/** Ours has 40 kB. */
const maxManifestBytes = 8 * 2 ** 20

export interface AddOptions {
  cache: ChunkCache
  storage?: StorageEstimator
  onProgress?: (progress: { loadedBytes: number; totalBytes: number }) => void
  /** Rejects with its reason between two pieces of a file. */
  signal?: AbortSignal
}

/**
 * @returns the pack's name
 * @throws PackError when it is not in order or there is one of its name, QuotaError when there is no room, DownloadError
 */
export async function addPack(source: PackSource, { cache, storage, onProgress = () => {}, signal }: AddOptions): Promise<string> {
  try {
    const json = new TextDecoder().decode(await readUpTo(await source.open('manifest.json'), maxManifestBytes, signal))
    const manifest = parseManifest(json)
    const { name } = manifest
    const files = [...graphRoles.map((role) => manifest.graphs[role]), ...manifest.weights]
    if (new Set(files.map(({ file }) => file)).size < files.length) throw new PackError('This model gives two of its files the same name. Nothing of it was kept.')

    await alone(async () => {
      if (await readCommit(cache, name)) throw new PackError(`There is a model named "${name}" on this machine already. Delete it first, then add this one.`)
      await askForRoom(total(files), storage)
      let loadedBytes = 0
      const take = async ({ file, bytes, sha256 }: { file: string; bytes: number; sha256: string }) => {
        const target = await readUpTo(await source.open(file), bytes, signal)
        if (target.length !== bytes || (await hash(target)) !== sha256) {
          throw new PackError(`${file} is not the file that the model's manifest describes: it was changed or not copied to its end. Nothing of it was kept.`)
        }
        loadedBytes += bytes
        onProgress({ loadedBytes, totalBytes: total(files) })
        return { sha256, target }
      }
      const checked = []
      for (const role of graphRoles) {
        const taken = await take(manifest.graphs[role])
        checkGraph(taken.target, role, { data: manifest.graphs[role].data, speaks: Boolean(manifest.speech) })
        checked.push(taken)
      }
      const hashes = files.map(({ sha256 }) => sha256)
      await beginAdding(cache, name, hashes)
      try {
        for (const graph of checked) await keep(cache, graph, total(files))
        for (const file of manifest.weights) await keep(cache, await take(file), total(files))
        signal?.throwIfAborted()
        const record: CommitRecord = { manifest: json, files: hashes, added: source.url === undefined ? {} : { url: source.url } }
        await writeCommit(cache, name, record, undefined)
      } finally {
        await endAdding(cache, name)
      }
    })
    return name
  } finally {
    await source.close().catch(() => undefined)
  }
}

/** All bytes of a stream, which is left as soon as there are more than `most`: a zip of 1 kB may unpack to 1 GB. */
async function readUpTo(stream: ReadableStream<Uint8Array>, most: number, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader()
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      signal?.throwIfAborted()
      const { done, value } = await reader.read()
      if (done) break
      pieces.push(value)
      length += value.length
      if (length > most) throw new PackError('A file of this model is longer than its manifest says. Nothing of it was kept.')
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined)
    if (error instanceof PackError || signal?.aborted) throw error
    throw new PackError('A file of this model could not be read to its end. Nothing of it was kept.')
  }
  const all = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
