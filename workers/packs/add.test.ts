import { gunzipSync } from 'node:zlib'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/index-native.js'
import { beforeEach, describe, expect, it } from 'vitest'
import { addPack } from './add'
import type { ChunkCache } from './cache'
import { CancelledError, DownloadError, PackError, QuotaError } from './errors'
import { listPacks, removePack, verifyPack } from './installed'
import { graphRoles, type Manifest } from './manifest'
import { folderAt, folderOf, isPlainPath, zipOf } from './source'
import { loadPack } from './store'

const testPack = fileURLToPath(new URL('../../models/packs/kinora-test/', import.meta.url))
const page = new URL('https://films.example/kinora/')
const plenty = { estimate: async () => ({ quota: 1e9, usage: 0 }) }
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

class MemoryCache implements ChunkCache {
  readonly entries = new Map<string, unknown>()
  /** Fails once so many values were written. */
  room = Infinity
  get = async (key: string) => structuredClone(this.entries.get(key))
  set = async (key: string, value: unknown) => {
    if (this.entries.size >= this.room) throw new DOMException('full', 'QuotaExceededError')
    this.entries.set(key, structuredClone(value))
  }
  remove = async (keys: string[]) => keys.forEach((key) => this.entries.delete(key))
  keys = async () => [...this.entries.keys()]
}

/** The pack that lies in the repository, as files that a test may spoil. */
class Shelf {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>()
  readonly asked: string[] = []
  manifest: Manifest

  constructor() {
    const read = (file: string) => new Uint8Array(readFileSync(testPack + file))
    this.manifest = JSON.parse(new TextDecoder().decode(read('manifest.json'))) as Manifest
    for (const { file } of [...graphRoles.map((role) => this.manifest.graphs[role]), ...this.manifest.weights]) this.files.set(file, read(file))
  }

  /** Puts another file in the place of one, and the right size and hash into the manifest: as an author of a hostile pack would. */
  replace(entry: { file: string; bytes: number; sha256: string }, bytes: Uint8Array<ArrayBuffer>): void {
    this.files.set(entry.file, bytes)
    Object.assign(entry, { bytes: bytes.length, sha256: sha256(bytes) })
  }

  all(): Array<[string, Uint8Array<ArrayBuffer>]> {
    return [['manifest.json', new TextEncoder().encode(JSON.stringify(this.manifest))], ...this.files]
  }

  folder() {
    return folderOf(this.all().map(([name, bytes]) => [`kinora-test/${name}`, new Blob([bytes])] as const))
  }

  async zip(extra: Array<[string, Uint8Array<ArrayBuffer>]> = [], within = 'kinora-test/'): Promise<Blob> {
    const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false })
    for (const [name, bytes] of [...this.all(), ...extra]) await writer.add(name.startsWith('!') ? name.slice(1) : within + name, new Uint8ArrayReader(bytes))
    return writer.close()
  }

  fetch: typeof fetch = async (url) => {
    const name = new URL(url as URL).pathname.split('/').at(-1) ?? ''
    this.asked.push(name)
    const bytes = new Map(this.all()).get(name)
    return bytes ? new Response(bytes) : new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })
  }
}

describe('adding a pack', () => {
  let shelf: Shelf
  let cache: MemoryCache
  beforeEach(() => {
    shelf = new Shelf()
    cache = new MemoryCache()
  })
  const options = () => ({ cache, storage: plenty })
  const nothing = () => expect([...cache.entries.keys()]).toEqual([])

  it('takes a folder, a zip and an address of the same origin; then it is listed, whole, and loads without a network', async () => {
    const name = shelf.manifest.name
    const dark: typeof fetch = async () => Promise.reject(new TypeError('no network'))
    const sources = [shelf.folder(), await zipOf(await shelf.zip()), folderAt('packs/other/', page, shelf.fetch)]
    for (const source of sources) {
      expect(await addPack(source, options())).toBe(name)
      const [pack] = await listPacks(cache)
      expect(pack).toMatchObject({ name, added: true, facts: { licence: 'Apache-2.0', version: shelf.manifest.version } })
      expect(await verifyPack(name, cache)).toEqual({ files: shelf.files.size, damaged: [] })
      const loaded = await loadPack(name, { baseUrl: page, cache, fetch: dark, storage: plenty })
      expect(Buffer.compare(loaded.weights, gunzipSync(shelf.files.get(shelf.manifest.weights[0]!.file)!))).toBe(0)
      await removePack(name, cache)
      nothing()
    }
  })

  it('asks no other host, whatever it is called', () => {
    for (const address of ['https://elsewhere.example/pack/', '//elsewhere.example/pack', 'http://films.example/kinora/packs/x', 'javascript:alert(1)', 'data:,x', 'file:///etc/']) {
      expect(() => folderAt(address, page, shelf.fetch), address).toThrow(PackError)
    }
    expect(folderAt('packs/other/manifest.json', page, shelf.fetch).url).toBe('https://films.example/kinora/packs/other/')
    expect(shelf.asked).toEqual([])
  })

  it.each<[string, (shelf: Shelf) => void]>([
    ['a manifest that names a path', ({ manifest }) => (manifest.weights[0]!.file = '../../secret.bin')],
    ['a manifest that names an address', ({ manifest }) => (manifest.graphs.step.file = 'https://elsewhere.example/step.onnx')],
    ['two files of one name', ({ manifest }) => (manifest.graphs.step.file = manifest.graphs.text.file)],
    ['a chunk too large to hold', ({ manifest }) => (manifest.weights[0]!.bytes = 2 ** 30)],
    ['a graph that is none', (shelf) => shelf.replace(shelf.manifest.graphs.text, new TextEncoder().encode('<!doctype html>'))],
    ['a graph of another role', (shelf) => shelf.replace(shelf.manifest.graphs.vocoder, shelf.files.get('encode.onnx')!)],
    ['weights that a graph reads from elsewhere', (shelf) => shelf.replace(shelf.manifest.graphs.text, swap(shelf.files.get('text.onnx')!, 'text.data', '/etc/pass'))],
    ['a graph within a graph that is no branch', (shelf) => shelf.replace(shelf.manifest.graphs.decode, swap(shelf.files.get('decode.onnx')!, '\x22\x02If', '\x22\x02Or'))],
    ['an operator that may not end', (shelf) => shelf.replace(shelf.manifest.graphs.step, swap(shelf.files.get('step.onnx')!, 'Gemm', 'Loop'))],
  ])('refuses %s before any weights are taken, and keeps nothing', async (_, spoil) => {
    spoil(shelf)
    const source = folderAt('packs/other/', page, shelf.fetch)
    await expect(addPack(source, options())).rejects.toThrow(PackError)
    expect(shelf.asked.filter((file) => file.startsWith('weights'))).toEqual([])
    nothing()
  })

  it.each<[string, (shelf: Shelf) => void]>([
    ['damaged', ({ files, manifest }) => (files.get(manifest.weights[0]!.file)![7]! ^= 1)],
    ['cut off', ({ files, manifest }) => files.set(manifest.weights[0]!.file, files.get(manifest.weights[0]!.file)!.slice(0, 100))],
    ['longer than it says', ({ files, manifest }) => files.set(manifest.weights[0]!.file, new Uint8Array(2 ** 22))],
    ['missing', ({ files, manifest }) => files.delete(manifest.weights[0]!.file)],
  ])('refuses a pack whose weights are %s, from a folder and from a zip, and keeps nothing', async (_, spoil) => {
    spoil(shelf)
    await expect(addPack(shelf.folder(), options())).rejects.toThrow(PackError)
    await expect(addPack(await zipOf(await shelf.zip()), options())).rejects.toThrow(PackError)
    nothing()
  })

  it.each(['!../evil.bin', '!/etc/evil.bin', '!a/../../evil.bin'])('refuses a zip that holds %s', async (name) => {
    await expect((async () => addPack(await zipOf(await shelf.zip([[name, new Uint8Array(3)]])), options()))()).rejects.toThrow(PackError)
    nothing()
  })

  it('refuses a zip that is cut off, empty, or none', async () => {
    const zip = new Uint8Array(await (await shelf.zip()).arrayBuffer())
    for (const bytes of [zip.slice(0, zip.length - 30), zip.slice(0, 4000), new Uint8Array(), new TextEncoder().encode('hello')]) {
      await expect(zipOf(new Blob([bytes]))).rejects.toThrow(PackError)
    }
  })

  it('does not take the place of a pack that is there', async () => {
    await addPack(shelf.folder(), options())
    const before = [...cache.entries.keys()]
    shelf.manifest.version = '99'
    await expect(addPack(shelf.folder(), options())).rejects.toThrow(/Delete it first/)
    expect([...cache.entries.keys()]).toEqual(before)
  })

  it('keeps nothing when storage is full, beforehand or half way', async () => {
    await expect(addPack(shelf.folder(), { cache, storage: { estimate: async () => ({ quota: 100, usage: 90 }) } })).rejects.toThrow(QuotaError)
    nothing()
    cache.room = 4
    await expect(addPack(shelf.folder(), options())).rejects.toThrow(QuotaError)
    nothing()
  })

  it('keeps nothing when it is stopped, or when the connection breaks', async () => {
    const stop = new AbortController()
    const onProgress = () => stop.abort(new CancelledError())
    await expect(addPack(shelf.folder(), { ...options(), signal: stop.signal, onProgress })).rejects.toThrow(CancelledError)
    nothing()
    const broken: typeof fetch = async (url) => (String(url).includes('weights') ? Promise.reject(new TypeError('gone')) : shelf.fetch(url))
    await expect(addPack(folderAt('packs/other/', page, broken), options())).rejects.toThrow(DownloadError)
    nothing()
  })

  it('takes away what a tab left that was closed in the middle, but not what another pack shares', async () => {
    await addPack(shelf.folder(), options())
    const before = [...cache.entries.keys()].toSorted()
    const shared = shelf.manifest.weights[0]!.sha256
    cache.entries.set('adding:half', [shared, 'f'.repeat(64)])
    cache.entries.set('f'.repeat(64), new Uint8Array(3))
    await listPacks(cache)
    expect([...cache.entries.keys()].toSorted()).toEqual(before)
  })

  it('tells which file is damaged on this machine, and that an added pack has to be added again', async () => {
    await addPack(shelf.folder(), options())
    const { file, sha256: key } = shelf.manifest.weights[0]!
    cache.entries.set(key, new Uint8Array(shelf.files.get(file)!.length))
    expect(await verifyPack(shelf.manifest.name, cache)).toMatchObject({ damaged: [file] })
    await expect(loadPack(shelf.manifest.name, { baseUrl: page, cache, fetch: shelf.fetch, storage: plenty })).rejects.toThrow(/add it again/)
    expect(shelf.asked).toEqual([])
  })
})

describe('figures', () => {
  it('stand beside the ceiling and the floor that were measured with them', async () => {
    const shelf = new Shelf()
    const quality = { clips: 32, command: 'python -m models.kinora.evaluate', model: { flight: { g_median: 8.1 } }, ceiling: { flight: { g_median: 9.76 } }, floor: {} }
    Object.assign(shelf.manifest, { quality })
    const cache = new MemoryCache()
    await addPack(shelf.folder(), { cache, storage: plenty })
    expect((await listPacks(cache))[0]?.facts).toMatchObject({
      figures: [{ name: 'flight g_median', model: 8.1, ceiling: 9.76 }],
      measured: { clips: 32, command: quality.command },
    })
  })
})

describe('isPlainPath', () => {
  it.each(['a/b.bin', 'manifest.json', 'Modèle 1/weights-0.bin'])('takes %s', (path) => expect(isPlainPath(path)).toBe(true))
  it.each(['../a', 'a/../../b', '/etc/passwd', 'C:/x', 'a\\b', 'a\0b', 'a\nb'])('refuses %j', (path) => expect(isPlainPath(path)).toBe(false))
})

/** `bytes` with one ASCII text in the place of another of the same length. */
function swap(bytes: Uint8Array<ArrayBuffer>, from: string, to: string): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(bytes).toString('latin1')
  expect(text).toContain(from)
  expect(to).toHaveLength(from.length)
  return new Uint8Array(Buffer.from(text.replaceAll(from, to), 'latin1'))
}
