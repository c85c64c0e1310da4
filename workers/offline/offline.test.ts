import { afterEach, describe, expect, it, vi } from 'vitest'
import { isolated } from './isolated'
import { isKeptPackFile, networkThenCache } from './pack-files'

/** As much of the Cache API as is used here. */
class MemoryCache {
  readonly kept = new Map<string, Response>()
  async put(request: Request, response: Response): Promise<void> {
    this.kept.set(request.url, response)
  }
  async match(request: Request): Promise<Response | undefined> {
    return this.kept.get(request.url)?.clone()
  }
}

function withNetwork(fetch: () => Promise<Response>): MemoryCache {
  const cache = new MemoryCache()
  vi.stubGlobal('caches', { open: async () => cache })
  vi.stubGlobal('fetch', vi.fn(fetch))
  return cache
}

afterEach(() => vi.unstubAllGlobals())

describe('isolated', () => {
  it('adds the isolation headers and keeps status, body and the other headers', async () => {
    const answer = isolated(new Response('<html>', { status: 203, headers: { 'Content-Type': 'text/html' } }))
    expect(answer.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin')
    expect(answer.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp')
    expect(answer.headers.get('Content-Type')).toBe('text/html')
    expect(answer.status).toBe(203)
    expect(await answer.text()).toBe('<html>')
  })

  it('leaves an error answer as it is', () => {
    const error = Response.error()
    expect(isolated(error)).toBe(error)
  })
})

describe('pack files', () => {
  it('keeps manifests and graphs at any sub-path, never weights', () => {
    expect(isKeptPackFile('/packs/kinora-s/manifest.json')).toBe(true)
    expect(isKeptPackFile('/films/kinora/packs/kinora-s/step.onnx')).toBe(true)
    expect(isKeptPackFile('/packs/kinora-s/weights-0.bin')).toBe(false)
    expect(isKeptPackFile('/assets/manifest.json')).toBe(false)
  })

  it('answers from the network and, when that is gone, with what was last seen', async () => {
    let online = true
    withNetwork(async () => {
      if (!online) throw new TypeError('Failed to fetch')
      return new Response('{"version":"2"}')
    })
    const request = new Request('http://localhost/packs/kinora-s/manifest.json')
    expect(await (await networkThenCache(request)).text()).toBe('{"version":"2"}')
    online = false
    expect(await (await networkThenCache(request)).text()).toBe('{"version":"2"}')
  })

  it('does not keep a refusal', async () => {
    const cache = withNetwork(async () => new Response('gone', { status: 404 }))
    const answer = await networkThenCache(new Request('http://localhost/packs/kinora-s/manifest.json'))
    expect(answer.status).toBe(404)
    expect(cache.kept.size).toBe(0)
  })

  it('fails as the network does when nothing was kept', async () => {
    withNetwork(async () => {
      throw new TypeError('Failed to fetch')
    })
    await expect(networkThenCache(new Request('http://localhost/packs/x/step.onnx'))).rejects.toThrow('Failed to fetch')
  })
})
