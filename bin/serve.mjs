/**
 * Serves a built Kinora from a folder, with the headers that public/_headers asks of any host. Nothing but GET and HEAD,
 * nothing outside the folder, localhost only.
 */
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp4': 'video/mp4',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * Starts to serve `folder`. `port` 0 takes any free one; a taken one fails with EADDRINUSE. `bytesPerSecond` is what all answers together may take.
 * @param {{ folder: string, port?: number, bytesPerSecond?: number }} options
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export async function serve({ folder, port = 0, bytesPerSecond = Infinity }) {
  const pace = paceOf(bytesPerSecond)
  const rules = parseHeaders(await readFile(join(folder, '_headers'), 'utf8').catch(() => ''))
  const server = createServer((request, response) => {
    answer(folder, rules, pace, request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500, { 'Content-Type': 'text/plain' })
      response.end('Kinora could not read this file.')
      console.error(error)
    })
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  return {
    // "localhost" and not 127.0.0.1: the same origin whichever way people type it into the address bar later.
    url: `http://localhost:${actual}/`,
    port: actual,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(folder, rules, pace, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end()
    return
  }
  const path = pathOf(request.url ?? '/')
  const headers = headersFor(rules, path ?? '/')
  const file = path === undefined ? undefined : await existing(folder, path)
  if (!file) {
    response.writeHead(404, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }).end('There is no such file.')
    return
  }
  const tag = `"${file.size.toString(16)}-${Math.trunc(file.mtimeMs).toString(16)}"`
  Object.assign(headers, {
    'Content-Type': types[extname(file.path)] ?? 'application/octet-stream',
    ETag: tag,
    'Accept-Ranges': 'bytes',
  })
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304, headers).end()
    return
  }
  const range = rangeOf(request.headers.range, file.size)
  if (range === null) {
    response.writeHead(416, { ...headers, 'Content-Range': `bytes */${file.size}` }).end()
    return
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 }
  headers['Content-Length'] = String(end - start + 1)
  if (range) headers['Content-Range'] = `bytes ${start}-${end}/${file.size}`
  response.writeHead(range ? 206 : 200, headers)
  if (request.method === 'HEAD' || file.size === 0) response.end()
  else await pipeline(createReadStream(file.path, { start, end }), pace, response).catch(() => response.destroy())
}

/** Lets bytes through no faster than that, all streams together, each in turn by what it reads at a time. */
function paceOf(bytesPerSecond) {
  let free = 0
  return async function* (chunks) {
    for await (const chunk of chunks) {
      const now = performance.now()
      free = Math.max(free, now) + (1000 * chunk.length) / bytesPerSecond
      if (free > now + 1) await sleep(free - now)
      yield chunk
    }
  }
}

/** The path inside the folder that a request means; undefined for one that makes no sense. */
export function pathOf(url) {
  try {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname))
    return path.includes('\0') ? undefined : path
  } catch {
    return undefined
  }
}

async function existing(folder, path) {
  const candidates = path.endsWith(sep) || path.endsWith('/') ? [join(path, 'index.html')] : [path]
  for (const candidate of candidates) {
    const full = join(folder, candidate)
    if (!full.startsWith(folder + sep)) return undefined
    const info = await stat(full).catch(() => undefined)
    if (info?.isFile()) return { path: full, size: info.size, mtimeMs: info.mtimeMs }
  }
  return undefined
}

/** The one range a request asks for; undefined for none (or several: then all is sent), null for one outside the file. */
export function rangeOf(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  return start > end || start >= size ? null : { start, end }
}

/** The format of Netlify and Cloudflare Pages: a path pattern, then indented `Name: value` lines. */
export function parseHeaders(text) {
  const rules = []
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    if (/^\s/.test(line)) {
      const colon = line.indexOf(':')
      rules.at(-1)?.headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()])
    } else {
      const pattern = line.trim().split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*')
      rules.push({ pattern: new RegExp(`^${pattern}$`), headers: [] })
    }
  }
  return rules
}

/** Later rules win. */
export function headersFor(rules, path) {
  return Object.fromEntries(rules.filter(({ pattern }) => pattern.test(path)).flatMap(({ headers }) => headers))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '5270' }, folder: { type: 'string' } } })
  const folder = values.folder ?? fileURLToPath(new URL('../dist', import.meta.url))
  const { url } = await serve({ folder, port: Number(values.port) })
  console.log(`Kinora is at ${url}`)
}
