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
  const ort = await importRuntime(gpu ? 'webgpu' : 'wasm')
  const sessions = new Map<GraphRole, Ort.InferenceSession>()
  const disposeSessions = async () => {
    await Promise.all([...sessions.values()].map((session) => session.release().catch(() => {})))
  }
  try {
    for (const [done, role] of filmRoles.entries()) {
      onCompile(role, done)
      sessions.set(role, await openSession(ort, pack, role, gpu))
    }
  } catch (error) {
    await disposeSessions()
    throw memoryErrorOf(error) ?? new RuntimeError(
      `The ${gpu ? 'WebGPU' : 'wasm'} runtime could not start on this machine (${firstLine(error)}). The model is kept. ` +
        'Close other tabs to free memory, then reload the page.',
    )
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

async function openSession(ort: typeof Ort, pack: LoadedPack, role: FilmRole, gpu: Gpu | undefined): Promise<Ort.InferenceSession> {
  const graph = pack.manifest.graphs[role]
  const options: Ort.InferenceSession.SessionOptions = {
    executionProviders: gpu ? [{ name: 'webgpu', device: gpu.device }] : ['wasm'],
    graphOptimizationLevel: 'all',
    // Errors only: shape nodes that stay on the main processor are meant to.
    logSeverityLevel: 3,
  }
  if (graph.dataBytes > 0) options.externalData = [{ path: graph.data, data: expandGraph(graph, pack.weights) }]
  if (gpu && role === 'step') options.preferredOutputLocation = 'gpu-buffer'
  return ort.InferenceSession.create(pack.graphs[role], options)
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
