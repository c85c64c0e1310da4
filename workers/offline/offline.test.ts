import { describe, expect, it } from 'vitest'
import { precachedAddress } from './address'
import { isolated, needsIsolation } from './isolated'
import { isKept } from './kept'

describe('isolated', () => {
  it('adds the isolation headers and the policy, and keeps status, body and the other headers', async () => {
    const answer = isolated(new Response('<html>', { status: 203, headers: { 'Content-Type': 'text/html' } }))
    expect(answer.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin')
    expect(answer.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp')
    expect(answer.headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/)
    expect(answer.headers.get('Content-Type')).toBe('text/html')
    expect(answer.status).toBe(203)
    expect(await answer.text()).toBe('<html>')
  })

  it('leaves an error answer as it is', () => {
    const error = Response.error()
    expect(isolated(error)).toBe(error)
  })
})

it('marks pages and workers, and hands on what they load as it lies in the cache', () => {
  const marked = (mode: RequestMode, destination: RequestDestination) => needsIsolation({ mode, destination })
  expect([marked('navigate', 'document'), marked('same-origin', 'worker')]).toEqual([true, true])
  // A module, its imports, WebAssembly by fetch, a style.
  expect([marked('cors', 'script'), marked('cors', ''), marked('no-cors', 'style')]).toEqual([false, false, false])
})

describe('precachedAddress', () => {
  const scope = 'https://films.example/kinora/'
  const request = (path: string, mode: RequestMode = 'cors', method = 'GET') => ({ url: new URL(path, scope).href, mode, method })

  it('is the page for every visit to the scope', () => {
    for (const path of ['', 'index.html', '?pack=kinora-s', '#film']) {
      expect(precachedAddress(request(path, 'navigate'), scope)).toBe(`${scope}index.html`)
    }
  })

  it('is the file itself for what the page loads, without its query', () => {
    expect(precachedAddress(request('assets/app-1.js?v=2'), scope)).toBe(`${scope}assets/app-1.js`)
  })

  it('is nothing outside the scope, for writes, and for visits to other addresses', () => {
    expect(precachedAddress(request('/other/assets/app-1.js'), scope)).toBeUndefined()
    expect(precachedAddress(request('https://elsewhere.example/kinora/a.js'), scope)).toBeUndefined()
    expect(precachedAddress(request('', 'navigate', 'POST'), scope)).toBeUndefined()
    expect(precachedAddress(request('packs/kinora-s/manifest.json', 'navigate'), scope)).toBeUndefined()
  })
})

it('keeps what sees a face or looks at a picture, and nothing else, once it was fetched', () => {
  const scope = 'https://films.example/kinora/'
  const kept = (path: string) => isKept(scope + path, scope)
  expect(['cameo/3.3.6/blazeface.bin', 'assets/human.esm-abc.js', 'assets/tfjs-backend-wasm-simd-abc.wasm', 'assets/nsfw-abc.onnx'].every(kept)).toBe(true)
  expect(['', 'packs/kinora-s/weights-0.bin', 'assets/Cameo-abc.js', 'x/cameo/a.bin'].some(kept)).toBe(false)
})
