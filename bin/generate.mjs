/**
 * `npm run -s generate`: the same job as on the page, from a shell. Opens the real page in a headless browser, asks it for
 * a film through `window.kinora` (src/lib/automation.ts) and saves the MP4.
 *
 * Exit status: 0 saved, 1 it could not be made, 2 the arguments make no sense.
 */
import { randomInt } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ArgumentError, readArguments, usage } from './arguments.mjs'
import { browserArgs, findBrowser, softwareWebGpuArgs } from './browser.mjs'
import { dist, ensureBuilt } from './build.mjs'
import { ensureInstalled } from './install.mjs'
import { serve } from './serve.mjs'

try {
  const wish = readArguments(process.argv.slice(2))
  if (wish.help) console.log(usage)
  else await main(wish)
} catch (error) {
  const wrongArguments = error.name === 'ArgumentError'
  console.error(wrongArguments ? `${error.message}\n\n${usage}` : sentence(error))
  process.exitCode = wrongArguments ? 2 : 1
}

async function main(wish) {
  await ensureInstalled()
  await ensureBuilt()
  await checkPack(wish.pack)
  const server = await serve({ folder: dist })
  try {
    const report = wish.json ? () => undefined : progressLine()
    const film = await inPage(server.url, wish, (page) => makeFilm(page, wish, report))
    await writeFile(wish.out, Buffer.from(film.base64, 'base64'))
    const summary = summarise(wish.out, film)
    if (wish.json) console.log(JSON.stringify(summary))
    else {
      const { width, height, fps, seed, backend, timings } = summary
      console.error(`${wish.out}: ${summary.seconds} s, ${width} × ${height}, ${fps} fps, seed ${seed}, ${backend}, made in ${(timings.total / 1000).toFixed(1)} s`)
    }
  } finally {
    await server.close()
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

/** Opens the page and hands it to `work`. With --backend webgpu and no graphics card, on a software adapter. */
async function inPage(url, wish, work) {
  const { chromium } = await import('@playwright/test')
  const executablePath = await findBrowser()
  const open = async (args) => {
    const browser = await chromium.launch({ executablePath, args: [...browserArgs, ...args] })
    try {
      const page = await browser.newPage()
      await page.goto(`${url}?${query(wish)}`)
      if (wish.backend === 'webgpu' && args !== softwareWebGpuArgs && !(await page.evaluate(hasAdapter))) return undefined
      return { result: await work(page) }
    } finally {
      await browser.close()
    }
  }
  const done = await open(['--enable-unsafe-webgpu'])
  if (done) return done.result
  console.error('No graphics card here: WebGPU runs on the processor, which is very slow. --backend wasm is not.')
  return (await open(softwareWebGpuArgs)).result
}

function query({ pack, backend }) {
  return new URLSearchParams({ ...(pack && { pack }), ...(backend && { backend }) })
}

/** Runs in the page. */
async function hasAdapter() {
  return Boolean(await navigator.gpu?.requestAdapter().catch(() => null))
}

async function makeFilm(page, wish, report) {
  await page.exposeFunction('reportToShell', report)
  await page.waitForFunction(() => 'kinora' in window, undefined, { timeout: 60_000 })
  report({ phase: 'load' })
  const engine = await page.evaluate(() => window.kinora.ready)
  checkSteps(wish.steps, engine.pack)
  if (wish.backend && engine.backend !== wish.backend) throw new Error(engine.fallback ?? `${wish.backend} does not work here.`)

  const request = {
    prompt: wish.prompt,
    negative: wish.negative,
    seed: wish.seed ?? randomInt(2 ** 32),
    seconds: wish.seconds,
    ...(wish.steps !== undefined && { steps: wish.steps }),
  }
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
  const { prompt, seed, pack, backend, steps, width, height, fps, frameCount, timings } = summary
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
