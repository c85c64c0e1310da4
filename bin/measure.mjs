/** What `npm run bench` measures in a real browser. Every function opens what it needs and closes it again. Times in milliseconds. */
import { readFile, symlink, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { browserArgs, findBrowser } from './browser.mjs'
import { dist } from './build.mjs'
import { serve } from './serve.mjs'

export const prompt = 'a blue metal ball falls onto a stone floor'

export async function openBrowser() {
  const { chromium } = await import('@playwright/test')
  return chromium.launch({ executablePath: await findBrowser(), args: [...browserArgs, '--enable-unsafe-webgpu'] })
}

/** Serves the build twice: as it is, and in a folder without headers, where wasm has one thread. */
export async function openServers() {
  const site = await mkdtemp(join(tmpdir(), 'kinora-bench-'))
  await mkdir(join(site, 'plain'))
  await symlink(dist, join(site, 'plain/kinora'))
  const [isolated, plain] = [await serve({ folder: dist }), await serve({ folder: site })]
  return {
    isolated: isolated.url,
    plain: `${plain.url}plain/kinora/`,
    close: async () => {
      await Promise.all([isolated.close(), plain.close()])
      await rm(site, { recursive: true, force: true })
    },
  }
}

/** Milliseconds from the navigation until the model is ready, and what the engine says of itself. */
export async function openPage(page, url, pack, backend) {
  await page.goto(`${url}?${new URLSearchParams({ pack, backend })}`)
  await page.waitForFunction(() => 'kinora' in window, undefined, { timeout: 120_000 })
  return page.evaluate(async () => ({ engine: await window.kinora.ready, ms: performance.now() }))
}

/**
 * A page with a model, for films one after another: `film(seed)` gives the times of its parts, `save(side)` how long it takes to encode and sign it
 * at that size (px), and how much film that was.
 * @returns undefined where this backend is not really there
 */
export async function openEngine(browser, url, pack, backend) {
  const context = await browser.newContext({ serviceWorkers: 'block', reducedMotion: 'reduce' })
  const page = await context.newPage()
  const { engine } = await openPage(page, url, pack, backend)
  if (engine.backend !== backend || /swiftshader|llvmpipe|software/i.test(engine.adapter ?? '')) {
    await context.close()
    return undefined
  }
  let seconds = 0
  return {
    about: { threads: engine.threads, ...(engine.adapter && { adapter: engine.adapter }) },
    async film(seed) {
      const { timings, frameCount, fps } = await page.evaluate((wish) => window.kinora.generate(wish), { prompt, seed })
      seconds = frameCount / fps
      const { text, steps, decode, vocoder, total } = timings
      return { text, step: median(steps), decode, vocoder, clip: total }
    },
    save: async (side) => ({ seconds, ms: await page.evaluate((side) => window.kinora.exportLast(side).then(({ encodeMs, signMs }) => encodeMs + signMs), side) }),
    close: () => context.close(),
  }
}

/** bytes/s: 50 Mbit/s, shared by all that a first visit fetches, what the service worker keeps for offline included. */
const line = 50e6 / 8

/** From the first navigation on a slow line until the first film can be played. */
export async function measureFirstFilm(browser, pack) {
  const { url, close } = await serve({ folder: dist, bytesPerSecond: line })
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const { ms } = await openPage(page, url, pack, 'wasm')
    const film = await page.evaluate((wish) => window.kinora.generate(wish).then(() => performance.now()), { prompt, seed: 1 })
    return { 'ready, first visit at 50 Mbit/s': ms, 'first film, first visit at 50 Mbit/s': film }
  } finally {
    await context.close()
    await close()
  }
}

/** The first visit, the second, and the second with the network cut; and what the first one fetched, by kind. */
export async function measureVisits(browser, url, pack) {
  const context = await browser.newContext()
  try {
    const bytes = { 'page script': 0, 'page script, gzip': 0, styles: 0, fonts: 0, wasm: 0, pack: 0, other: 0, 'kept for offline by the service worker': 0 }
    const pending = []
    context.on('requestfinished', (request) => pending.push(count(request, bytes).catch(() => undefined)))
    const first = await context.newPage()
    const cold = (await openPage(first, url, pack, 'wasm')).ms
    await first.evaluate(async () => {
      await navigator.serviceWorker.ready
      while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 50))
    })
    await Promise.all(pending)
    const counted = { ...bytes }
    await first.close()
    const open = async () => {
      const page = await context.newPage()
      const { ms } = await openPage(page, url, pack, 'wasm')
      await page.close()
      return ms
    }
    const warm = median([await open(), await open(), await open()])
    await context.setOffline(true)
    const offline = median([await open(), await open(), await open()])
    return { loads: { cold, warm, offline }, bytes: counted }
  } finally {
    await context.close()
  }
}

async function count(request, bytes) {
  const { responseBodySize } = await request.sizes()
  const { pathname } = new URL(request.url())
  if (request.serviceWorker()) {
    bytes['kept for offline by the service worker'] += responseBodySize
    return
  }
  const kind = kindOf(pathname)
  bytes[kind] += responseBodySize
  if (kind === 'page script') bytes['page script, gzip'] += gzipSync(await readFile(join(dist, pathname.slice(1)))).length
}

function kindOf(path) {
  if (path.includes('/packs/')) return 'pack'
  if (path.endsWith('.js')) return 'page script'
  if (path.endsWith('.css')) return 'styles'
  if (path.endsWith('.woff2')) return 'fonts'
  if (path.endsWith('.wasm')) return 'wasm'
  return 'other'
}

/** How long a scrub takes to be seen, and the most memory all of it took. */
export async function measureUse(browser, url, pack) {
  const context = await browser.newContext({ serviceWorkers: 'block', reducedMotion: 'reduce' })
  try {
    const page = await context.newPage()
    await openPage(page, url, pack, 'wasm')
    await page.evaluate((wish) => window.kinora.generate(wish), { prompt, seed: 1 })
    const scrubs = await page.evaluate(scrub)
    return {
      scrub: { p50: quantile(scrubs, 0.5), p95: quantile(scrubs, 0.95), seeks: scrubs.length },
      peakMemoryMB: await peakMemory(browser),
    }
  } finally {
    await context.close()
  }
}

/** In the page: drags over the timeline, and times each move until after the frame in which it is painted. */
async function scrub() {
  const slider = document.querySelector('[role=slider]')
  const { left, top, width, height } = slider.getBoundingClientRect()
  const send = (type, fraction) =>
    slider.dispatchEvent(new PointerEvent(type, { pointerId: 1, bubbles: true, button: 0, clientX: left + fraction * width, clientY: top + height / 2 }))
  // A pointer that the page made itself cannot be captured; the timeline only asks whether it is.
  slider.setPointerCapture = () => {}
  slider.hasPointerCapture = () => true
  send('pointerdown', 0)
  const taken = []
  for (let i = 1; i <= 100; i++) {
    const began = performance.now()
    send('pointermove', (i * 0.618) % 1)
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    taken.push(performance.now() - began)
  }
  send('pointerup', 0)
  return taken
}

/** Peak resident memory of all the browser's processes together, in MB; undefined where /proc does not tell. */
async function peakMemory(browser) {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const peaks = await Promise.all(
    processInfo.map(async ({ id }) => Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${id}/status`, 'utf8').catch(() => ''))?.[1] ?? Number.NaN)),
  )
  const sum = peaks.filter(Number.isFinite).reduce((all, kB) => all + kB, 0)
  return sum > 0 ? sum / 1000 : undefined
}

export function median(values) {
  return quantile(values, 0.5)
}

/** The value below which a share of the others lies. */
export function quantile(values, share) {
  const inOrder = values.toSorted((a, b) => a - b)
  return inOrder[Math.min(inOrder.length - 1, Math.floor(share * inOrder.length))]
}
