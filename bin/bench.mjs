/**
 * `npm run bench`: how fast Kinora is on this machine, in the browser and beside native ONNX Runtime on the same graphs with as many threads.
 * Everything in one run, because a machine is never twice the same. Ratios travel between machines better than times: `--keep` writes them to
 * bin/bench.json, `--check` fails (status 1) when one has become more than a fifth worse.
 */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { dist, ensureBuilt } from './build.mjs'
import { ensureInstalled, root } from './install.mjs'
import { measureEngine, measureUse, measureVisits, openBrowser, openServers } from './measure.mjs'
import { measureFilm } from './measureFilm.mjs'
import { ensureNative } from './native.mjs'

const usage = `Usage: npm run bench [-- options]

  --json        print one line of JSON instead of tables
  --check       fail when a ratio is more than 20 % worse than in bin/bench.json
  --keep        write this run's ratios to bin/bench.json
  --pack NAME   which model (default kinora-s)
  --clips N     films to take medians of (default 5)
  --film        only a film of a minute: scrubbing it, its memory, its picture against its sound
  --no-native   leave native ONNX Runtime out (it is fetched once, 100 MB)`

const kept = join(root, 'bin/bench.json')
const tolerance = 1.2
const parts = ['text', 'step', 'decode', 'vocoder']

/** How many times each graph runs for the two seconds of one window: `text` for the prompt and the negative. */
async function runsPerClip(pack) {
  const { video } = JSON.parse(await readFile(join(dist, 'packs', pack, 'manifest.json'), 'utf8'))
  return { text: 2, step: 1, decode: video.latentFrames, vocoder: 1 }
}

async function measureNative(pack, threads, runs) {
  const args = [fileURLToPath(new URL('native.mjs', import.meta.url)), join(dist, 'packs', pack), String(threads), '15']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
  const once = JSON.parse(stdout)
  return { threads, ...Object.fromEntries(parts.map((part) => [part, once[part] * runs[part]])) }
}

/** @returns {Promise<object>} what `--json` prints */
async function bench({ pack, clips, native }) {
  const servers = await openServers()
  const browser = await openBrowser()
  try {
    const engines = {}
    const say = (what) => console.error(`Measuring ${what} …`)
    say('wasm with one thread')
    engines['wasm, 1 thread'] = await measureEngine(browser, servers.plain, pack, 'wasm', clips)
    say('wasm with all threads')
    const threaded = await measureEngine(browser, servers.isolated, pack, 'wasm', clips)
    engines[`wasm, ${threaded.threads} threads`] = threaded
    say('WebGPU, if there is a real adapter')
    const webgpu = await measureEngine(browser, servers.isolated, pack, 'webgpu', clips)
    if (webgpu) engines.WebGPU = webgpu
    if (native) {
      await ensureNative()
      const runs = await runsPerClip(pack)
      for (const threads of new Set([1, threaded.threads])) {
        say(`native ONNX Runtime, ${threads} threads`)
        engines[`native, ${threads} ${threads === 1 ? 'thread' : 'threads'}`] = await measureNative(pack, threads, runs)
      }
    }
    say('visits')
    const visits = await measureVisits(browser, servers.isolated, pack)
    say('saving, scrubbing and memory')
    const use = await measureUse(browser, servers.isolated, pack)
    say('a film of a minute')
    const film = await measureFilm(browser, servers.isolated, pack)
    const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGB: Math.round(totalmem() / 1e9), browser: browser.version(), node: process.version }
    return { machine, pack, clips, engines, ratios: ratiosOf(engines, use), ...visits, ...use, film }
  } finally {
    await browser.close()
    await servers.close()
  }
}

async function onlyFilm(pack) {
  const servers = await openServers()
  const browser = await openBrowser()
  try {
    return await measureFilm(browser, servers.isolated, pack)
  } finally {
    await browser.close()
    await servers.close()
  }
}

/** What should hold on any machine; greater is worse. */
export function ratiosOf(engines, { export: saved }) {
  const ratios = {}
  for (const [name, wasm] of Object.entries(engines)) {
    const peer = name.startsWith('wasm') && Object.entries(engines).find(([other, { threads }]) => other.startsWith('native') && threads === wasm.threads)?.[1]
    if (!peer) continue
    for (const part of parts) ratios[`${part}, wasm to native, ${wasm.threads} threads`] = wasm[part] / peer[part]
  }
  ratios['saving to real time'] = 1 / saved.timesRealTime
  return ratios
}

/** The ratios that are worse than they were, as sentences. */
export function regressions(now, before) {
  return Object.entries(before).flatMap(([name, was]) => {
    const is = now[name]
    if (is === undefined) return [`${name}: not measured, was ${was.toFixed(2)}`]
    return is > was * tolerance ? [`${name}: ${is.toFixed(2)}, was ${was.toFixed(2)}`] : []
  })
}

const ms = (value) => (value === undefined ? '–' : value.toFixed(value < 10 ? 2 : 0))

function print({ machine, pack, clips, engines, ratios, loads, bytes, export: saved, scrub, peakMemoryMB, film }) {
  const rows = (list) => list.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  console.log(`${machine.processor}, ${machine.cores} cores, ${machine.memoryGB} GB, Chromium ${machine.browser}, Node ${machine.node}; pack ${pack}, medians of ${clips} clips.\n`)
  const columns = [...parts, 'clip']
  console.log(rows([['ms', ...columns], ['---', ...columns.map(() => '---:')], ...Object.entries(engines).map(([name, times]) => [name].concat(columns.map((part) => ms(times[part]))))]))
  console.log(`\n${rows([['ratio', ''], ['---', '---:'], ...Object.entries(ratios).map(([name, value]) => [name, value.toFixed(2)])])}`)
  console.log(`\n${rows([['until ready', 'ms'], ['---', '---:'], ...Object.entries(loads).map(([name, value]) => [name, ms(value)])])}`)
  console.log(`\n${rows([['first visit', 'kB'], ['---', '---:'], ...Object.entries(bytes).map(([name, value]) => [name, Math.round(value / 1000)])])}`)
  console.log(`\nSaving ${saved.seconds} s at ${saved.width}×${saved.height}: ${ms(saved.encodeMs)} ms, ${saved.timesRealTime.toFixed(1)} × real time.`)
  console.log(`Scrubbing: p50 ${ms(scrub.p50)} ms, p95 ${ms(scrub.p95)} ms over ${scrub.seeks} moves, until painted. Peak memory of the browser: ${ms(peakMemoryMB)} MB.`)
  printFilm(film)
}

function printFilm({ seconds, clips, cold, again, memoryMB, playing }) {
  console.log(`A film of ${seconds} s in ${clips} clips, just opened: scrubbing p50 ${ms(cold.p50)} ms, p95 ${ms(cold.p95)} ms, at most ${ms(cold.max)} ms over ${cold.seeks} moves, until the exact frame was painted; the same moves again p50 ${ms(again.p50)} ms, p95 ${ms(again.p95)} ms.`)
  console.log(`Memory of the browser: ${ms(memoryMB.before)} MB when the film was opened, ${ms(memoryMB.after)} MB after scrubbing, ${ms(memoryMB.again)} MB after scrubbing again.`)
  console.log(`Playing it${playing.audible ? '' : ' (without a sound device)'}: the picture was at most ${ms(playing.maxDriftMs)} ms from the sound, in 95 of 100 display frames below ${ms(playing.p95DriftMs)} ms; the browser let the display wait for ${ms(playing.longestWaitMs)} ms at worst; in ${playing.standIns} display frames a small picture stood in.`)
}

async function main() {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      json: { type: 'boolean', default: false }, check: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false },
      pack: { type: 'string', default: 'kinora-s' }, clips: { type: 'string', default: '5' }, native: { type: 'boolean', default: true }, film: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(usage)
  const before = values.check ? JSON.parse(await readFile(kept, 'utf8').catch(() => 'null')) : undefined
  if (before === null) {
    console.error('There is no bin/bench.json to check against. Write one with: npm run bench -- --keep')
    process.exitCode = 2
    return
  }
  await ensureInstalled()
  await ensureBuilt()
  if (values.film) {
    const film = await onlyFilm(values.pack)
    return values.json ? console.log(JSON.stringify(film)) : printFilm(film)
  }
  const result = await bench({ pack: values.pack, clips: Math.max(1, Number(values.clips) || 5), native: values.native })
  if (values.json) console.log(JSON.stringify(result))
  else print(result)
  if (values.keep) await writeFile(kept, `${JSON.stringify({ machine: result.machine, pack: result.pack, ratios: result.ratios }, null, 2)}\n`)
  const worse = before ? regressions(result.ratios, before.ratios) : []
  for (const sentence of worse) console.error(`Worse by more than 20 %: ${sentence}`)
  if (worse.length > 0) process.exitCode = 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
