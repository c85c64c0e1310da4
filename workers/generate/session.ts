/** ONNX Runtime sessions of a pack's graphs, on wasm or on WebGPU. */
import type * as Ort from 'onnxruntime-web'
import { expandGraph } from '../packs/expand'
import type { GraphRole } from '../packs/manifest'
import type { LoadedPack } from '../packs/store'
import type { Gpu } from './device'
import { memoryErrorOf, RuntimeError } from './errors'
import type { GraphRunner, Tensors } from './runner'
import type { Backend } from './types'

/** What making a film needs, and `encode`, which is small, for films that come from elsewhere. */
export const filmRoles = ['text', 'step', 'decode', 'vocoder', 'encode'] as const satisfies readonly GraphRole[]
type FilmRole = (typeof filmRoles)[number]

/** More threads than this wait for each other longer than they compute, at our matrix sizes. */
const maxThreads = 8

/** Threads that wasm will use: one unless the page is cross-origin isolated. */
export function threadCount(): number {
  return globalThis.crossOriginIsolated ? Math.min(maxThreads, navigator.hardwareConcurrency || 1) : 1
}

/**
 * @param gpu undefined for wasm
 * @param onCompile called before each graph
 * @throws RuntimeError when the runtime does not start; this worker cannot try again
 */
export async function openRunner(pack: LoadedPack, gpu: Gpu | undefined, onCompile: (graph: FilmRole, done: number) => void): Promise<GraphRunner> {
  const starting = startRuntime(gpu ? 'webgpu' : 'wasm')
  // On this thread, while others compile the runtime.
  const data = filmRoles.map((role) => expanded(pack, role))
  const ort = await starting
  const sessions = new Map<GraphRole, Ort.InferenceSession>()
  const disposeSessions = async () => {
    await Promise.all([...sessions.values()].map((session) => session.release().catch(() => {})))
  }
  try {
    for (const [done, role] of filmRoles.entries()) {
      onCompile(role, done)
      sessions.set(role, await openSession(ort, pack.graphs[role], role, data.shift(), gpu))
    }
  } catch (error) {
    await disposeSessions()
    throw notStarted(error, gpu)
  }
  const work = gpu ? untilLost(gpu) : <T>(promise: Promise<T>) => promise
  return {
    backend: gpu ? 'webgpu' : 'wasm',
    tensor: (data, dims) =>
      data instanceof Float32Array ? new ort.Tensor('float32', data, dims) : new ort.Tensor('int32', data, dims),
    run: (role, feeds) => {
      const session = sessions.get(role)
      if (!session) throw new TypeError(`The graph "${role}" is not loaded.`)
      return work(runSession(session, feeds, role === 'step' ? gpu : undefined)).then((outputs) => (gpu ? guarded(outputs, work) : outputs))
    },
    dispose: async () => {
      await disposeSessions()
      gpu?.device.destroy()
    },
  }
}

/** A run on a lost device may never end. Not `Promise.race`: `lost` lives as long as the page and would hold every result. */
function untilLost(gpu: Gpu): <T>(promise: Promise<T>) => Promise<T> {
  const pending = new Set<(error: unknown) => void>()
  let lost: unknown
  gpu.lost.catch((error: unknown) => {
    lost = error
    for (const reject of pending) reject(error)
  })
  return (promise) =>
    new Promise((resolve, reject) => {
      if (lost !== undefined) reject(lost)
      pending.add(reject)
      promise
        .then(resolve, (error: unknown) => reject(lost ?? error))
        .finally(() => pending.delete(reject))
    })
}

/** Reading back from a lost device may never end either. */
function guarded(outputs: Tensors, work: <T>(promise: Promise<T>) => Promise<T>): Tensors {
  for (const tensor of Object.values(outputs)) {
    const read = tensor.getData.bind(tensor)
    tensor.getData = () => work(read())
  }
  return outputs
}

async function runSession(session: Ort.InferenceSession, feeds: Tensors, gpu: Gpu | undefined): Promise<Tensors> {
  // A runner is only ever given tensors that it made.
  const outputs = await session.run(feeds as Record<string, Ort.Tensor>)
  // Outputs that stay on the device are there before they are computed: without waiting, steps could be neither timed nor cancelled.
  await gpu?.device.queue.onSubmittedWorkDone()
  return outputs
}

interface ExternalData {
  path: string
  data: Uint8Array<ArrayBuffer>
}

/** A graph's weights as ONNX Runtime reads them; undefined where it has none. */
function expanded({ manifest, weights }: LoadedPack, role: FilmRole): ExternalData | undefined {
  const graph = manifest.graphs[role]
  return graph.dataBytes > 0 ? { path: graph.data, data: expandGraph(graph, weights) } : undefined
}

async function openSession(ort: typeof Ort, graph: Uint8Array<ArrayBuffer>, role: FilmRole, data: ExternalData | undefined, gpu: Gpu | undefined): Promise<Ort.InferenceSession> {
  const options: Ort.InferenceSession.SessionOptions = {
    executionProviders: gpu ? [{ name: 'webgpu', device: gpu.device }] : ['wasm'],
    graphOptimizationLevel: 'all',
    // Errors only: shape nodes that stay on the main processor are meant to.
    logSeverityLevel: 3,
  }
  if (data) options.externalData = [data]
  if (gpu && role === 'step') options.preferredOutputLocation = 'gpu-buffer'
  return ort.InferenceSession.create(graph, options)
}

function notStarted(error: unknown, gpu: Gpu | undefined): Error {
  return memoryErrorOf(error) ?? new RuntimeError(
    `The ${gpu ? 'WebGPU' : 'wasm'} runtime could not start on this machine (${firstLine(error)}). The model is kept. ` +
      'Close other tabs to free memory, then reload the page.',
  )
}

/** y = x, in ONNX: a runtime is fetched, compiled and gets its threads with its first session. */
const nothing = Uint8Array.from(atob('CAgSADo3ChAKAXgSAXkiCElkZW50aXR5EgFnWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAUIECgAQDQ=='), (letter) => letter.charCodeAt(0))

const started = new Map<Backend, Promise<typeof Ort>>()

/**
 * Begins to start a runtime, which takes as long as reading a pack: call it before. `openRunner` waits for it.
 * Rejects with RuntimeError, and does so ever after: this worker cannot try again.
 */
export function startRuntime(backend: Backend): Promise<typeof Ort> {
  const starting = started.get(backend) ?? importRuntime(backend).then(async (ort) => {
    const session = await ort.InferenceSession.create(nothing, { executionProviders: ['wasm'] }).catch((error: unknown) => Promise.reject(notStarted(error, undefined)))
    await session.release()
    return ort
  })
  started.set(backend, starting)
  // Whoever waits for it hears of it.
  starting.catch(() => {})
  return starting
}

/** The two builds are modules of their own: a page on wasm never fetches the twice as large WebGPU one, and neither spoils the other. */
async function importRuntime(backend: Backend): Promise<typeof Ort> {
  try {
    const [ort, wasm] =
      backend === 'webgpu'
        ? await Promise.all([import('onnxruntime-web/webgpu'), import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url')])
        : await Promise.all([import('onnxruntime-web/wasm'), import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url')])
    ort.env.wasm.wasmPaths = { wasm: new URL(wasm.default, globalThis.location.href).href }
    ort.env.wasm.numThreads = threadCount()
    ort.env.logLevel = 'error'
    return ort
  } catch (error) {
    throw new RuntimeError(`A part of Kinora that computes films could not be fetched (${firstLine(error)}). Check the connection and reload the page.`)
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
}
