/**
 * A pack's graphs in native ONNX Runtime: the peer that wasm and WebGPU are measured against. Run by bin/bench.mjs as a program of its own, so
 * that nothing else shares its threads: node bin/native.mjs PACK-FOLDER THREADS RUNS. For every line that it reads it measures once more, and
 * writes one line of JSON: milliseconds by graph, medians of RUNS.
 *
 * The runtime is 100 MB and needed for nothing else, so it is no dependency: it is installed into .bench on first use.
 */
import { gunzipSync } from 'node:zlib'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { root, run } from './install.mjs'

const place = join(root, '.bench')
/** The version of onnxruntime-web: other versions have other kernels. */
const version = JSON.parse(await readFile(join(root, 'node_modules/onnxruntime-web/package.json'), 'utf8')).version

/** Throws when it cannot be installed. */
export async function ensureNative() {
  if (existsSync(join(place, 'node_modules/onnxruntime-node'))) return
  // Without the 300 MB of GPU libraries.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' }
  const status = await run('npm', ['install', '--prefix', place, '--no-audit', '--no-fund', `onnxruntime-node@${version}`], { env, shell: process.platform === 'win32' })
  if (status !== 0) throw new Error('onnxruntime-node could not be installed: see above. A network is needed once.')
}

async function openSessions(folder, threads) {
  const ort = createRequire(join(place, 'package.json'))('onnxruntime-node')
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const weights = new Uint8Array(Buffer.concat(await Promise.all(manifest.weights.map(({ file, expandedBytes }) => readFile(join(folder, file)).then((bytes) => (expandedBytes == null ? bytes : gunzipSync(bytes)))))))
  const vite = await createServer({ root, configFile: false, logLevel: 'error', server: { middlewareMode: true, hmr: false } })
  const temporary = await mkdtemp(join(tmpdir(), 'kinora-bench-'))
  try {
    const { expandGraph } = await vite.ssrLoadModule('/workers/packs/expand.ts')
    const sessions = {}
    for (const role of ['text', 'step', 'decode', 'vocoder']) {
      const graph = manifest.graphs[role]
      await copyFile(join(folder, graph.file), join(temporary, graph.file))
      await writeFile(join(temporary, graph.data), expandGraph(graph, weights))
      const options = { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all' }
      const session = await ort.InferenceSession.create(join(temporary, graph.file), options)
      sessions[role] = { session, feeds: Object.fromEntries(session.inputMetadata.map((input) => [input.name, tensorFor(ort, input)])) }
    }
    return sessions
  } finally {
    await rm(temporary, { recursive: true, force: true })
    await vite.close()
  }
}

async function measure(sessions, runs) {
  const times = {}
  for (const [role, { session, feeds }] of Object.entries(sessions)) {
    const taken = []
    for (let i = 0; i <= runs; i++) {
      const began = performance.now()
      await session.run(feeds)
      // The first one also grows the memory.
      if (i > 0) taken.push(performance.now() - began)
    }
    times[role] = taken.toSorted((a, b) => a - b)[taken.length >> 1]
  }
  return times
}

/** What is computed does not change how long it takes: no graph branches. */
function tensorFor(ort, { name, type, shape }) {
  const size = shape.reduce((product, n) => product * Number(n), 1)
  if (type === 'int32') return new ort.Tensor('int32', new Int32Array(size), shape.map(Number))
  const value = { t: 0.25, tNext: 0.5, guidance: 2 }[name]
  const data = Float32Array.from({ length: size }, (_, i) => value ?? (name.endsWith('Mask') ? 0 : Math.sin(12.9898 * i)))
  return new ort.Tensor('float32', data, shape.map(Number))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, threads, runs] = process.argv.slice(2)
  const sessions = await openSessions(folder, Number(threads))
  for await (const _ of createInterface({ input: process.stdin })) console.log(JSON.stringify(await measure(sessions, Number(runs))))
}
