import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { ChunkCache } from './cache'
import { DownloadError, PackError } from './errors'
import { loadPack, type FetchProgress } from './store'
import { tinyManifest } from './testPack'
import { graphRoles, type Manifest } from './manifest'

const baseUrl = new URL('http://localhost/app/')
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A server that holds one pack and can fail in the ways servers do. */
class FakeServer {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>()
  readonly asked: string[] = []
  manifest: Manifest = tinyManifest()
  offline = false
  /** Answers with these bytes once, then with the right ones. */
  damagedOnce = new Map<string, Uint8Array<ArrayBuffer>>()
  failing = new Set<string>()

  constructor() {
    for (const role of graphRoles) this.put(this.manifest.graphs[role], `onnx${role[0]}`)
    this.put(this.manifest.weights[0]!, '0123456789')
    this.put(this.manifest.weights[1]!, 'abcdef')
  }

  put(entry: { file: string; bytes: number; sha256: string }, content: string): void {
    const bytes = new TextEncoder().encode(content)
    this.files.set(entry.file, bytes)
    entry.bytes = bytes.length
    entry.sha256 = sha256(bytes)
  }

  fetch = async (url: RequestInfo | URL): Promise<Response> => {
    const path = new URL(String(url)).pathname
    const file = path.slice('/app/packs/tiny/'.length)
    this.asked.push(file)
    if (this.offline || this.failing.has(file)) throw new TypeError('Failed to fetch')
    if (file === 'manifest.json') return new Response(JSON.stringify(this.manifest))
    const damaged = this.damagedOnce.get(file)
    this.damagedOnce.delete(file)
    const bytes = damaged ?? this.files.get(file)
    return bytes ? new Response(bytes) : new Response('no', { status: 404 })
  }
}

class FakeCache implements ChunkCache {
  readonly entries = new Map<string, unknown>()
  refuse: Error | undefined
  readonly order: string[] = []
  async get(key: string) {
    return structuredClone(this.entries.get(key))
  }
  async set(key: string, value: unknown) {
    if (this.refuse) throw this.refuse
    this.order.push(key)
    this.entries.set(key, structuredClone(value))
  }
  async remove(keys: string[]) {
    for (const key of keys) this.entries.delete(key)
  }
  async keys() {
    return [...this.entries.keys()]
  }
}

const plenty = { estimate: async () => ({ quota: 1e9, usage: 0 }) }

describe('loadPack', () => {
  let server: FakeServer
  let cache: FakeCache
  let progress: FetchProgress[]
  const load = (storage: { estimate(): Promise<StorageEstimate> } = plenty) =>
    loadPack('tiny', { baseUrl, cache, fetch: server.fetch, storage, onProgress: (p) => progress.push(p) })

  beforeEach(() => {
    server = new FakeServer()
    cache = new FakeCache()
    progress = []
  })

  it('joins the weight files in order, keeps every file by its hash, and writes the commit record last', async () => {
    const pack = await load()
    expect(new TextDecoder().decode(pack.weights)).toBe('0123456789abcdef')
    expect(new TextDecoder().decode(pack.graphs.vocoder)).toBe('onnxv')
    expect(pack.notKept).toBeUndefined()
    expect(cache.order.at(-1)).toBe('pack:tiny')
    expect(cache.order).toHaveLength(8)
    expect(progress.at(-1)).toEqual({ loadedBytes: 41, totalBytes: 41, fromCache: 0 })
  })

  it('asks only for the manifest the second time', async () => {
    await load()
    server.asked.length = 0
    await load()
    expect(server.asked).toEqual(['manifest.json'])
    expect(progress.at(-1)).toEqual({ loadedBytes: 41, totalBytes: 41, fromCache: 41 })
  })

  it('works without a network after the first visit', async () => {
    await load()
    server.offline = true
    expect(new TextDecoder().decode((await load()).weights)).toBe('0123456789abcdef')
  })

  it('says so when it is offline and has nothing', async () => {
    server.offline = true
    await expect(load()).rejects.toThrow(DownloadError)
  })

  it('goes on with the missing files after a broken connection', async () => {
    server.failing.add('weights-1.bin')
    await expect(load()).rejects.toThrow(/What had arrived is kept/)
    expect(cache.entries.has('pack:tiny')).toBe(false)
    server.failing.clear()
    server.asked.length = 0
    await load()
    expect(server.asked).toEqual(['manifest.json', 'weights-1.bin'])
  })

  it('fetches a cached file again when it was damaged', async () => {
    await load()
    const key = server.manifest.weights[0]!.sha256
    cache.entries.set(key, new TextEncoder().encode('0123x56789'))
    server.asked.length = 0
    expect(new TextDecoder().decode((await load()).weights)).toBe('0123456789abcdef')
    expect(server.asked).toEqual(['manifest.json', 'weights-0.bin'])
    expect(cache.entries.get(key)).toEqual(new TextEncoder().encode('0123456789'))
  })

  it('asks once more when a file arrives damaged, and never keeps the damaged one', async () => {
    server.damagedOnce.set('weights-0.bin', new TextEncoder().encode('damagedd!!'))
    expect(new TextDecoder().decode((await load()).weights)).toBe('0123456789abcdef')
    expect(progress.at(-1)?.loadedBytes).toBe(41)
  })

  it.each(['tampered!!', 'far longer than the manifest says', 'short'])('refuses a pack whose file is "%s"', async (content) => {
    server.files.set('weights-0.bin', new TextEncoder().encode(content))
    await expect(load()).rejects.toThrow(PackError)
    expect(cache.entries.has(server.manifest.weights[0]!.sha256)).toBe(false)
  })

  it('goes on in memory when writing hits the quota, and says so', async () => {
    cache.refuse = new DOMException('full', 'QuotaExceededError')
    const pack = await load()
    expect(pack.weights).toHaveLength(16)
    expect(pack.notKept).toMatch(/stays in memory/)
    expect(cache.entries.size).toBe(0)
  })

  it('does not begin to write when the browser says beforehand that there is no room', async () => {
    const pack = await load({ estimate: async () => ({ quota: 100, usage: 90 }) })
    expect(pack.notKept).toMatch(/no room/)
    expect(cache.order).toEqual([])
  })

  it('drops the files of a former version, but not those it shares with another pack', async () => {
    await load()
    const [first, second] = server.manifest.weights.map((w) => w.sha256)
    cache.entries.set('pack:other', { manifest: '', files: [second] })
    server.put(server.manifest.weights[0]!, '9876543210')
    server.put(server.manifest.weights[1]!, 'fedcba')
    await load()
    expect(cache.entries.has(first!)).toBe(false)
    expect(cache.entries.has(second!)).toBe(true)
    expect(cache.entries.has(server.manifest.weights[0]!.sha256)).toBe(true)
  })

  it('tells a missing pack from a broken connection', async () => {
    const missing = async () => new Response('no', { status: 404 })
    const frontPage = async () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html; charset=utf-8' } })
    for (const fetch of [missing, frontPage]) {
      await expect(loadPack('nowhere', { baseUrl, cache, fetch, storage: plenty })).rejects.toThrow(/no model named "nowhere"/)
    }
  })

  it('fetches a few files at once, and after a failure begins no more', async () => {
    let together = 0
    let most = 0
    const slow: typeof fetch = async (url) => {
      if (!String(url).endsWith('manifest.json')) most = Math.max(most, ++together)
      await new Promise((resolve) => setTimeout(resolve, 5))
      const answer = await server.fetch(url as URL)
      if (!String(url).endsWith('manifest.json')) together--
      return answer
    }
    server.failing.add('text.onnx')
    await expect(loadPack('tiny', { baseUrl, cache, fetch: slow, storage: plenty })).rejects.toThrow(DownloadError)
    expect(most).toBe(3)
    expect(server.asked).toHaveLength(1 + 3)
    expect([...cache.entries.keys()], 'what had arrived is kept').toHaveLength(2)
  })

  it('finds the files that another tab fetched while this one waited for its turn', async () => {
    let free = () => {}
    const busy = new Promise<void>((resolve) => (free = resolve))
    const locks = { request: async (_: string, work: () => Promise<unknown>) => (await busy, work()) }
    vi.stubGlobal('navigator', { locks })
    try {
      const second = load()
      await new Promise((resolve) => setTimeout(resolve, 10))
      vi.unstubAllGlobals()
      await load()
      server.asked.length = 0
      free()
      expect(new TextDecoder().decode((await second).weights)).toBe('0123456789abcdef')
      expect(server.asked).toEqual([])
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it('never asks for a path outside its folder', async () => {
    await expect(loadPack('../x', { baseUrl, cache, fetch: server.fetch, storage: plenty })).rejects.toThrow(PackError)
    expect(server.asked).toEqual([])
  })
})
