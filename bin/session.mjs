/** The page in a headless browser, as `npm run -s generate` drives it: opened when first needed, kept for every film that needs the same one. */
import { randomInt } from 'node:crypto'
import { readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ArgumentError } from './arguments.mjs'
import { browserArgs, findBrowser, softwareWebGpuArgs } from './browser.mjs'
import { dist, ensureBuilt } from './build.mjs'
import { serve } from './serve.mjs'

export class Session {
  #report
  #server
  #open

  /** @param {(event: object) => void} report hears of the progress */
  constructor(report) {
    this.#report = report
  }

  /** Makes a film and saves it; the file appears under its name only when it is complete. Returns what `--json` prints. */
  async make(wish, file) {
    const open = await this.#pageFor(wish)
    await open.page.evaluate((name) => window.kinora.mayBeCalled(name), basename(file))
    const film = await makeFilm(open, wish, this.#report)
    const part = `${file}.${process.pid}.part`
    try {
      await writeFile(part, Buffer.from(film.base64, 'base64'))
      await rename(part, file)
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
    return summarise(file, film)
  }

  async closePage() {
    const open = this.#open
    this.#open = undefined
    await open?.browser.close().catch(() => undefined)
  }

  async close() {
    await this.closePage()
    await this.#server?.close()
  }

  async #pageFor(wish) {
    const key = query(wish).toString()
    if (this.#open?.key === key) return this.#open
    await this.closePage()
    if (!this.#server) {
      await ensureBuilt()
      await checkPack(wish.pack)
      this.#server = await serve({ folder: dist })
    } else await checkPack(wish.pack)
    const { browser, page } = await openPage(this.#server.url, wish)
    try {
      await page.exposeFunction('reportToShell', this.#report)
      await page.waitForFunction(() => 'kinora' in window, undefined, { timeout: 60_000 })
      this.#report({ phase: 'load' })
      const engine = await page.evaluate(() => window.kinora.ready)
      if (wish.backend && engine.backend !== wish.backend) throw new Error(engine.fallback ?? `${wish.backend} does not work here.`)
      this.#open = { key, browser, page, engine }
      return this.#open
    } catch (error) {
      await browser.close().catch(() => undefined)
      throw error
    }
  }
}

/** @throws {ArgumentError} */
async function checkPack(name) {
  const entries = await readdir(join(dist, 'packs'), { withFileTypes: true }).catch(() => [])
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  if (name !== undefined && !names.includes(name)) {
    throw new ArgumentError(`There is no pack "${name}". There ${names.length === 1 ? 'is' : 'are'}: ${names.join(', ') || 'none'}.`)
  }
}

/** Opens the page. With --backend webgpu and no graphics card, on a software adapter. */
async function openPage(url, wish) {
  const { chromium } = await import('@playwright/test')
  const executablePath = await findBrowser()
  const launch = async (args) => {
    const browser = await chromium.launch({ executablePath, args: [...browserArgs, ...args] })
    try {
      const page = await browser.newPage()
      await page.goto(`${url}?${query(wish)}`)
      return { browser, page }
    } catch (error) {
      await browser.close()
      throw error
    }
  }
  const open = await launch(['--enable-unsafe-webgpu'])
  if (wish.backend !== 'webgpu' || (await open.page.evaluate(hasAdapter))) return open
  await open.browser.close()
  console.error('No graphics card here: WebGPU runs on the processor, which is very slow. --backend wasm is not.')
  return launch(softwareWebGpuArgs)
}

function query({ pack, backend }) {
  return new URLSearchParams({ ...(pack && { pack }), ...(backend && { backend }) })
}

/** Runs in the page. */
async function hasAdapter() {
  return Boolean(await navigator.gpu?.requestAdapter().catch(() => null))
}

async function makeFilm({ page, engine }, wish, report) {
  checkSteps(wish.steps, engine.pack)
  const seed = wish.seed ?? randomInt(2 ** 32)
  const { notes = [], ...text } = wish.details ? await page.evaluate(([prompt, seed]) => window.kinora.addDetails(prompt, seed), [wish.prompt, seed]) : { prompt: wish.prompt }
  const request = { ...text, negative: wish.negative, seed, seconds: wish.seconds, ...(wish.steps !== undefined && { steps: wish.steps }) }
  const summary = await page.evaluate(
    (request) => window.kinora.generate(request, (event) => void window.reportToShell({ ...event, preview: undefined })),
    request,
  )
  report({ phase: 'export' })
  const exported = await page.evaluate(() => window.kinora.exportLast())
  return { engine, summary, notes, ...exported }
}

/** @throws {ArgumentError} */
function checkSteps(steps, { name, sampler: { minSteps, maxSteps } }) {
  if (steps !== undefined && (steps < minSteps || steps > maxSteps)) {
    throw new ArgumentError(`--steps needs a number from ${minSteps} to ${maxSteps} with the pack ${name}, not ${steps}.`)
  }
}

/** What --json prints. Times in milliseconds; `total` is all of them: loading, generating, encoding, signing. */
function summarise(file, { engine, summary, notes, encodeMs, signMs }) {
  const { prompt, written, seed, pack, backend, steps, width, height, fps, frameCount, timings } = summary
  const { load, text, steps: stepTimes, decode, vocoder, total } = timings
  const times = { load, text, steps: stepTimes, decode, vocoder, encode: encodeMs, sign: signMs, total: load + total + encodeMs + signMs }
  const rounded = Object.fromEntries(Object.entries(times).map(([name, value]) => [name, Array.isArray(value) ? value.map(tenth) : tenth(value)]))
  return {
    file,
    seconds: frameCount / fps,
    fps,
    width,
    height,
    prompt,
    ...(written !== undefined && { written }),
    ...(notes.length > 0 && { notes }),
    seed,
    pack,
    backend,
    steps,
    timings: rounded,
    threads: engine.threads,
  }
}

function tenth(milliseconds) {
  return Math.round(milliseconds * 10) / 10
}
