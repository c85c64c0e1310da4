/**
 * `npm run soak`: many films in one page, and whether its memory stays where it was. The level is what the page, its workers and their wasm heaps
 * hold after the 20th film, when every store that is bounded is full; after the last one it may be a tenth higher.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { browserArgs, findBrowser } from './browser.mjs'
import { dist, ensureBuilt } from './build.mjs'
import { serve } from './serve.mjs'

/** Without it, Chromium measures when it next happens to collect garbage, which may be never. */
export const measuringArgs = ['--enable-blink-features=ForceEagerMeasureMemory', '--js-flags=--expose-gc']

/** Times it is measured at the level and at the end; the least counts, as garbage comes and goes. */
const MEASUREMENTS = 3

/**
 * @param {import('@playwright/test').Page} page with the model loaded, isolated, in a browser with `measuringArgs`
 * @param {{ films: number, after: number, onFilm?: (film: number) => void }} options `after` the films after which the level is taken
 * @returns {Promise<{ level: number, end: number, ratio: number }>} bytes of JavaScript and wasm memory, workers included
 */
export async function soak(page, { films, after, onFilm = () => {} }) {
  let level = 0
  for (let film = 1; film <= films; film++) {
    await page.evaluate((seed) => window.kinora.generate({ prompt: `a red ball, take ${seed}`, seed, steps: 2 }), film)
    onFilm(film)
    if (film === after) level = await measure(page)
  }
  const end = await measure(page)
  return { level, end, ratio: end / level }
}

async function measure(page) {
  const found = []
  for (let i = 0; i < MEASUREMENTS; i++) found.push(await page.evaluate(async () => (await performance.measureUserAgentSpecificMemory()).bytes))
  return Math.min(...found)
}

/** Resident memory of the page's process, bytes; undefined where the system does not tell. Said beside the figure that counts, as it rarely shrinks. */
function resident() {
  try {
    const sizes = readdirSync('/proc').flatMap((pid) => {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return []
      const [, parent = ''] = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
      return isOurs(parent) ? [Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024] : []
    })
    return Math.max(0, ...sizes) || undefined
  } catch {
    return undefined
  }
}

/** Whether a process descends from this one: other browsers may be open. */
function isOurs(pid) {
  for (let at = pid; Number(at) > 1; at = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${at}/status`, 'utf8'))?.[1] ?? '0') {
    if (Number(at) === process.pid) return true
  }
  return false
}

async function main() {
  const { values } = parseArgs({ options: { films: { type: 'string', default: '200' }, after: { type: 'string', default: '20' }, pack: { type: 'string', default: 'kinora-test' } } })
  const { chromium } = await import('@playwright/test')
  await ensureBuilt()
  const server = await serve({ folder: dist })
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: [...browserArgs, ...measuringArgs] })
  try {
    const page = await browser.newPage()
    await page.goto(`${server.url}?${new URLSearchParams({ pack: values.pack, backend: 'wasm' })}`)
    await page.waitForFunction(() => 'kinora' in window)
    await page.evaluate(() => window.kinora.ready)
    const began = performance.now()
    const { level, end, ratio } = await soak(page, {
      films: Number(values.films),
      after: Number(values.after),
      onFilm: (film) => {
        if (film % 20 === 0) console.error(`${film} films, ${((performance.now() - began) / film / 1000).toFixed(2)} s each, resident ${megabytes(resident() ?? 0)}`)
      },
    })
    console.log(`${values.pack}: ${megabytes(level)} after ${values.after} films, ${megabytes(end)} after ${values.films}: ${(100 * (ratio - 1)).toFixed(1)} % more`)
    process.exitCode = ratio <= 1.1 ? 0 : 1
  } finally {
    await browser.close()
    await server.close()
  }
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
