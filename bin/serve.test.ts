import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rangeOf, serve } from './serve.mjs'

let root: string
let server: Awaited<ReturnType<typeof serve>>

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kinora-serve-'))
  await mkdir(join(root, 'dist/assets'), { recursive: true })
  await writeFile(join(root, 'secret.txt'), 'secret')
  await writeFile(join(root, 'dist/index.html'), '<h1>Kinora</h1>')
  await writeFile(join(root, 'dist/assets/app-1.js'), '0123456789')
  await writeFile(join(root, 'dist/_headers'), '/*\n  X-All: yes\n  Cache-Control: no-cache\n/assets/*\n  Cache-Control: immutable\n')
  server = await serve({ folder: join(root, 'dist') })
})

afterAll(async () => {
  await server.close()
  await rm(root, { recursive: true })
})

/** Unlike fetch, sends the path as it is. */
function rawStatus(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest({ port: server.port, host: '127.0.0.1', path }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

describe('serve', () => {
  it('gives the page at the root, with the headers of _headers', async () => {
    const response = await fetch(server.url)
    expect(await response.text()).toBe('<h1>Kinora</h1>')
    expect(response.headers.get('content-type')).toMatch('text/html')
    expect(response.headers.get('x-all')).toBe('yes')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect((await fetch(`${server.url}assets/app-1.js`)).headers.get('cache-control')).toBe('immutable')
  })

  it('says that a missing file is missing, also in a folder that exists', async () => {
    expect((await fetch(`${server.url}packs/none/manifest.json`)).status).toBe(404)
    expect((await fetch(`${server.url}assets`)).status).toBe(404)
  })

  it.each(['/../secret.txt', '/assets/../../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/%00', '/%zz'])(
    'never leaves its folder for %s',
    async (path) => expect(await rawStatus(path)).toBe(404),
  )

  it('answers a range with its part and an impossible one with 416', async () => {
    const part = await fetch(`${server.url}assets/app-1.js`, { headers: { Range: 'bytes=2-4' } })
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, '234', 'bytes 2-4/10'])
    expect((await fetch(`${server.url}assets/app-1.js`, { headers: { Range: 'bytes=10-' } })).status).toBe(416)
  })

  it('reads ranges as RFC 9110 §14.1.2 does', () => {
    expect(rangeOf('bytes=-3', 10)).toEqual({ start: 7, end: 9 })
    expect(rangeOf('bytes=4-', 10)).toEqual({ start: 4, end: 9 })
    expect(rangeOf('bytes=0-99', 10)).toEqual({ start: 0, end: 9 })
    expect(rangeOf('bytes=5-2', 10)).toBeNull()
    expect(rangeOf('bytes=1-2,4-5', 10)).toBeUndefined()
  })

  it('answers 304 to what the browser has, and 405 to a write', async () => {
    const tag = (await fetch(server.url)).headers.get('etag')!
    expect((await fetch(server.url, { headers: { 'If-None-Match': tag } })).status).toBe(304)
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(405)
  })
})

describe('a slow line', () => {
  it('is shared by all that is fetched', async () => {
    await writeFile(join(root, 'dist/assets/large-1.js'), 'x'.repeat(200_000))
    const slow = await serve({ folder: join(root, 'dist'), bytesPerSecond: 1e6 })
    const start = performance.now()
    const sizes = await Promise.all([1, 2].map(async () => (await (await fetch(`${slow.url}assets/large-1.js`)).arrayBuffer()).byteLength))
    expect(sizes).toEqual([200_000, 200_000])
    // 400 kB at 1 MB/s, the first part of which waits for nothing.
    expect(performance.now() - start).toBeGreaterThan(250)
    await slow.close()
  })
})
