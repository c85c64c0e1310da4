/**
 * `npm run bench`: how fast Kinora is on this machine, in the browser and beside native ONNX Runtime on the same graphs with as many threads.
 * Everything in one run and in turns, because a machine is never twice the same, nor from one second to the next. Ratios travel between machines
 * better than times: `--keep` writes them to bin/bench.json, `--check` fails (status 1) when one was more than a fifth worse in every round.
 */
import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { dist, ensureBuilt } from './build.mjs'
import { ensureInstalled, root } from './install.mjs'
import { measureFirstFilm, measureUse, measureVisits, median, openBrowser, openEngine, openServers } from './measure.mjs'
import { measureFilm } from './measureFilm.mjs'
import { ensureNative } from './native.mjs'

const usage = `Usage: npm run bench [-- options]

  --json        print one line of JSON instead of tables
  --check       fail when a ratio was more than 20 % worse than in bin/bench.json in every round
  --keep        write this run's ratios to bin/bench.json
  --pack NAME   which model (default kinora-s)
  --clips N     rounds to take medians of; in each, every engine makes a film (default 5)
  --ratios      only what takes turns: the engines and saving, all that --check and --keep need
  --film        only a film of a minute: scrubbing it, its memory, its picture against its sound
  --no-native   leave native ONNX Runtime out (it is fetched once, 100 MB)`

const kept = join(root, 'bin/bench.json')
const tolerance = 1.2
const parts = ['text', 'step', 'decode', 'vocoder']
/** px: the film as it is, and scaled. */
const saved = [256, 512]

/** How many times each graph runs for the two seconds of one window: `text` for the prompt and the negative. */
async function runsPerClip(pack) {
  const { video } = JSON.parse(await readFile(join(dist, 'packs', pack, 'manifest.json'), 'utf8'))
  return { text: 2, step: 1, decode: video.latentFrames, vocoder: 1 }
}

/** Native ONNX Runtime, which measures when it is told to. */
async function openNative(pack, threads) {
  const runs = await runsPerClip(pack)
  const child = spawn(process.execPath, [fileURLToPath(new URL('native.mjs', import.meta.url)), join(dist, 'packs', pack), String(threads), '7'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    about: { threads },
    async film() {
      child.stdin.write('\n')
      const { done, value } = await lines.next()
      if (done) throw new Error('Native ONNX Runtime ended: see above.')
      const once = JSON.parse(value)
      return Object.fromEntries(parts.map((part) => [part, once[part] * runs[part]]))
    },
    close: async () => void child.stdin.end(),
  }
}

/**
 * All engines in turns: what else the machine does meets them all alike.
 * @returns by name what each is (`about`) and the times of its films, one a round; and of each size saved what it took
 */
async function measureInTurns(browser, servers, { pack, clips, native }) {
  const engines = {}
  const add = (name, engine) => engine && (engines[name] = engine)
  try {
    add('wasm, 1 thread', await openEngine(browser, servers.plain, pack, 'wasm'))
    const threaded = await openEngine(browser, servers.isolated, pack, 'wasm')
    const { threads } = threaded.about
    add(`wasm, ${threads} threads`, threaded)
    add('WebGPU', await openEngine(browser, servers.isolated, pack, 'webgpu'))
    if (native) {
      await ensureNative()
      for (const count of new Set([1, threads])) add(`native, ${count} ${count === 1 ? 'thread' : 'threads'}`, await openNative(pack, count))
    }
    const measured = Object.fromEntries(Object.entries(engines).map(([name, { about }]) => [name, { about, films: [] }]))
    const saves = Object.fromEntries(saved.map((side) => [side, []]))
    // In the first one, which is not counted, code is compiled.
    for (let round = 0; round <= clips; round++) {
      console.error(round === 0 ? 'Warming up …' : `Measuring, round ${round} of ${clips} …`)
      for (const [name, engine] of Object.entries(engines)) {
        const film = await engine.film(round)
        if (round > 0) measured[name].films.push(film)
      }
      for (const side of saved) {
        const save = await threaded.save(side)
        if (round > 0) saves[side].push(save)
      }
    }
    return { measured, saves }
  } finally {
    for (const engine of Object.values(engines)) await engine.close()
  }
}

/** @returns {Promise<object>} what `--json` prints */
async function bench({ pack, clips, native, ratios }) {
  const servers = await openServers()
  const browser = await openBrowser()
  const say = (what) => console.error(`Measuring ${what} …`)
  try {
    const { measured, saves } = await measureInTurns(browser, servers, { pack, clips, native })
    const engines = Object.fromEntries(Object.entries(measured).map(([name, { about, films }]) => [name, { ...about, ...mediansOf(films) }]))
    const saving = saved.map((side) => ({ width: side, height: side, seconds: saves[side][0].seconds, ms: median(saves[side].map(({ ms }) => ms)), timesRealTime: median(saves[side].map(({ seconds, ms }) => (1000 * seconds) / ms)) }))
    const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGB: Math.round(totalmem() / 1e9), browser: browser.version(), node: process.version }
    const inTurns = { machine, pack, clips, engines, ratios: ratiosOf(measured, saves), saving }
    if (ratios) return inTurns
    say('visits')
    const visits = await measureVisits(browser, servers.isolated, pack)
    const slow = await measureFirstFilm(browser, pack)
    say('scrubbing and memory')
    const use = await measureUse(browser, servers.isolated, pack)
    say('a film of a minute')
    const film = await measureFilm(browser, servers.isolated, pack)
    return { ...inTurns, ...visits, loads: { ...visits.loads, ...slow }, ...use, film }
  } finally {
    await browser.close()
    await servers.close()
  }
}

function mediansOf(films) {
  return Object.fromEntries(Object.keys(films[0]).map((part) => [part, median(films.map((film) => film[part]))]))
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

/**
 * What should hold on any machine; greater is worse. Each of what was measured in the same round: the median of the rounds, the least and the most.
 * Saving a second of film is counted in steps of the net in native ONNX Runtime.
 */
export function ratiosOf(measured, saves) {
  const ratios = {}
  const native = (threads) => Object.entries(measured).find(([name, { about }]) => name.startsWith('native') && about.threads === threads)?.[1].films
  const put = (name, rounds) => (ratios[name] = { median: median(rounds), least: Math.min(...rounds), most: Math.max(...rounds) })
  for (const [name, { about, films }] of Object.entries(measured)) {
    const peer = native(about.threads)
    if (!name.startsWith('wasm') || !peer) continue
    for (const part of parts) put(`${part}, wasm to native, ${about.threads} ${about.threads === 1 ? 'thread' : 'threads'}`, films.map((film, round) => film[part] / peer[round][part]))
  }
  const one = native(1)
  for (const [side, list] of Object.entries(saves)) if (one) put(`saving a second at ${side}×${side}, in native steps`, list.map(({ seconds, ms }, round) => ms / seconds / one[round].step))
  return ratios
}

/** The ratios that are worse than they were, as sentences: by more than a fifth of what was kept, in every round. */
export function regressions(now, before) {
  return Object.entries(before).flatMap(([name, { median: was }]) => {
    const is = now[name]
    if (is === undefined) return [`${name}: not measured, was ${was.toFixed(2)}`]
    return is.least > was * tolerance ? [`${name}: ${is.median.toFixed(2)}, at least ${is.least.toFixed(2)}, was ${was.toFixed(2)}`] : []
  })
}

const ms = (value) => (value === undefined ? '–' : value.toFixed(value < 10 ? 2 : 0))

function print({ machine, pack, clips, engines, ratios, loads, bytes, saving, scrub, peakMemoryMB, film }) {
  const rows = (list) => list.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  console.log(`${machine.processor}, ${machine.cores} cores, ${machine.memoryGB} GB, Chromium ${machine.browser}, Node ${machine.node}; pack ${pack}, medians of ${clips} clips.\n`)
  const columns = [...parts, 'clip']
  console.log(rows([['ms', ...columns], ['---', ...columns.map(() => '---:')], ...Object.entries(engines).map(([name, times]) => [name].concat(columns.map((part) => ms(times[part]))))]))
  console.log(`\n${rows([['ratio', '', 'least', 'most'], ['---', '---:', '---:', '---:'], ...Object.entries(ratios).map(([name, { median, least, most }]) => [name].concat([median, least, most].map((value) => value.toFixed(2))))])}`)
  console.log('')
  for (const { seconds, width, height, ms: taken, timesRealTime } of saving) console.log(`Saving ${seconds} s at ${width}×${height}, marked and signed: ${ms(taken)} ms, ${timesRealTime.toFixed(1)} × real time.`)
  if (!loads) return
  console.log(`\n${rows([['until ready', 'ms'], ['---', '---:'], ...Object.entries(loads).map(([name, value]) => [name, ms(value)])])}`)
  console.log(`\n${rows([['first visit', 'kB'], ['---', '---:'], ...Object.entries(bytes).map(([name, value]) => [name, Math.round(value / 1000)])])}`)
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
      pack: { type: 'string', default: 'kinora-s' }, clips: { type: 'string', default: '5' }, native: { type: 'boolean', default: true }, film: { type: 'boolean', default: false }, ratios: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
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
  const result = await bench({ pack: values.pack, clips: Math.max(1, Number(values.clips) || 5), native: values.native, ratios: values.ratios })
  if (values.json) console.log(JSON.stringify(result))
  else print(result)
  if (values.keep) await writeFile(kept, `${JSON.stringify({ machine: result.machine, pack: result.pack, ratios: result.ratios }, null, 2)}\n`)
  const worse = before ? regressions(result.ratios, before.ratios) : []
  for (const sentence of worse) console.error(`Worse by more than 20 % in every round: ${sentence}`)
  if (worse.length > 0) process.exitCode = 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
