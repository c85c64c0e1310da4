/**
 * `npm run -s generate`: the same job as on the page, from a shell. Opens the real page in a headless browser, asks it for
 * films through `window.kinora` (src/lib/automation.ts) and saves the MP4s.
 *
 * Exit status: 0 saved, 1 something could not be made, 2 the arguments make no sense.
 */
import { randomInt } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ArgumentError, readArguments, usage } from './arguments.mjs'
import { browserArgs, findBrowser, softwareWebGpuArgs } from './browser.mjs'
import { dist, ensureBuilt } from './build.mjs'
import { ensureInstalled } from './install.mjs'
import { serve } from './serve.mjs'

try {
  const asked = readArguments(process.argv.slice(2))
  if (asked.help) console.log(usage)
  else await main(asked)
} catch (error) {
  const wrongArguments = error.name === 'ArgumentError'
  console.error(wrongArguments ? `${error.message}\n\n${usage}` : sentence(error))
  process.exitCode = wrongArguments ? 2 : 1
}

async function main(asked) {
  await ensureInstalled()
  if (asked.batch === undefined) {
    const session = new Session(asked.json ? () => undefined : progressLine())
    try {
      tell(await session.make(asked, asked.out), asked.json)
    } finally {
      await session.close()
    }
  } else await makeBatch(asked)
}

/** Makes what is not there yet, one film after another; a film that fails stops no other. */
async function makeBatch({ batch, out, json, defaults }) {
  // Only now: what it needs may have been missing.
  const { isMade, readJobs } = await import('./batch.mjs')
  const text = await readFile(batch, 'utf8').catch((error) => {
    throw new ArgumentError(`The batch ${batch} cannot be read: ${error.message}`)
  })
  const jobs = readJobs(text, defaults, out)
  await mkdir(out, { recursive: true })
  const session = new Session(json ? () => undefined : progressLine())
  const counts = { made: 0, skipped: 0, failed: 0 }
  try {
    for (const job of jobs) {
      const { line, wish, file } = job
      if (await isMade(job)) {
        counts.skipped++
        if (json) console.log(JSON.stringify({ line, file, skipped: true }))
        continue
      }
      try {
        if (!json) console.error(`Line ${line}: ${wish.prompt}`)
        tell(await session.make(wish, file), json, { line })
        counts.made++
      } catch (error) {
        counts.failed++
        const reason = sentence(error)
        if (json) console.log(JSON.stringify({ line, file, error: reason }))
        console.error(`Line ${line} failed: ${reason}`)
        // A worker or a browser that broke down must not take the next film with it.
        await session.closePage()
      }
    }
  } finally {
    await session.close()
  }
  console.error(`${counts.made} made, ${counts.skipped} there already, ${counts.failed} failed.`)
  if (counts.failed > 0) process.exitCode = 1
}

/** The page, opened when first needed and kept for films that need the same one. */
class Session {
  #report
  #server
  #open

  /** @param {(event: object) => void} report hears of the progress */
  constructor(report) {
    this.#report = report
  }

  /** Makes a film and saves it; the file appears under its name only when it is complete. Returns what `--json` prints. */
  async make(wish, file) {
    const film = await makeFilm(await this.#pageFor(wish), wish, this.#report)
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

/** Says that a film is there. */
function tell(summary, json, more = {}) {
  if (json) {
    console.log(JSON.stringify({ ...more, ...summary }))
    return
  }
  const { file, seconds, width, height, fps, seed, backend, timings } = summary
  console.error(`${file}: ${seconds} s, ${width} × ${height}, ${fps} fps, seed ${seed}, ${backend}, made in ${(timings.total / 1000).toFixed(1)} s`)
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
  const text = wish.details ? await page.evaluate(([prompt, seed]) => window.kinora.addDetails(prompt, seed), [wish.prompt, seed]) : { prompt: wish.prompt }
  const request = { ...text, negative: wish.negative, seed, seconds: wish.seconds, ...(wish.steps !== undefined && { steps: wish.steps }) }
  const summary = await page.evaluate(
    (request) => window.kinora.generate(request, (event) => void window.reportToShell({ ...event, preview: undefined })),
    request,
  )
  report({ phase: 'export' })
  const exported = await page.evaluate(() => window.kinora.exportLast())
  return { engine, summary, ...exported }
}

/** @throws {ArgumentError} */
function checkSteps(steps, { name, sampler: { minSteps, maxSteps } }) {
  if (steps !== undefined && (steps < minSteps || steps > maxSteps)) {
    throw new ArgumentError(`--steps needs a number from ${minSteps} to ${maxSteps} with the pack ${name}, not ${steps}.`)
  }
}

/** What --json prints. Times in milliseconds; `total` is all of them: loading, generating, encoding. */
function summarise(file, { engine, summary, encodeMs }) {
  const { prompt, written, seed, pack, backend, steps, width, height, fps, frameCount, timings } = summary
  const { load, text, steps: stepTimes, decode, vocoder, total } = timings
  const times = { load, text, steps: stepTimes, decode, vocoder, encode: encodeMs, total: load + total + encodeMs }
  const rounded = Object.fromEntries(Object.entries(times).map(([name, value]) => [name, Array.isArray(value) ? value.map(tenth) : tenth(value)]))
  return {
    file,
    seconds: frameCount / fps,
    fps,
    width,
    height,
    prompt,
    ...(written !== undefined && { written }),
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

/** One line on stderr that keeps up with the work; plain lines where stderr is no terminal. */
function progressLine() {
  const tty = process.stderr.isTTY
  let last = ''
  return (event) => {
    const text = describe(event)
    if (text === last) return
    last = text
    process.stderr.write(tty ? `\r${text}\u001b[K` : `${text}\n`)
    if (tty && event.phase === 'export') process.stderr.write('\n')
  }
}

function describe(event) {
  switch (event.phase) {
    case 'load':
      return 'Opening the model …'
    case 'text':
      return 'Reading the prompt …'
    case 'step': {
      const window = event.windows > 1 ? `part ${event.window + 1} of ${event.windows}, ` : ''
      return `Generating: ${window}step ${event.step} of ${event.steps}, ${Math.ceil(event.remainingMs / 1000)} s left`
    }
    case 'decode':
      return 'Drawing the frames …'
    case 'sound':
      return 'Sounding …'
    case 'export':
      return 'Writing the film …'
    default:
      return 'Working …'
  }
}

/** An error of the page says what happened and what to do; the driver's stack around it helps nobody. */
function sentence(error) {
  const [line = 'The film could not be made.'] = String(error.message ?? error).split('\n')
  return line.replace(/^(page\.\w+: )?(Error: )*/, '')
}
