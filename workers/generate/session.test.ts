import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { GraphRole } from '../packs/manifest'
import type { LoadedPack } from '../packs/store'
import { tinyManifest } from '../packs/testPack'
import type { Gpu } from './device'
import { DeviceLostError, RuntimeError } from './errors'
import { openRunner, threadCount } from './session'

const runtime = vi.hoisted(() => {
  const create = vi.fn()
  class Tensor {
    constructor(readonly type: string, readonly data: unknown, readonly dims: number[]) {}
  }
  return { create, module: { env: { wasm: {} as Record<string, unknown> }, Tensor, InferenceSession: { create } } }
})
vi.mock('onnxruntime-web/webgpu', () => runtime.module)
vi.mock('onnxruntime-web/wasm', () => runtime.module)
vi.mock('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url', () => ({ default: '/assets/webgpu.wasm' }))
vi.mock('onnxruntime-web/ort-wasm-simd-threaded.wasm?url', () => ({ default: '/assets/wasm.wasm' }))

const bytes = new Uint8Array(5)
const pack: LoadedPack = {
  manifest: tinyManifest(),
  graphs: { text: bytes, step: bytes, decode: bytes, encode: bytes, vocoder: bytes },
  weights: new Uint8Array(16),
}
const session = (run: () => Promise<unknown>) => ({ run, release: vi.fn(async () => {}) })

function fakeGpu() {
  let lose: (error: Error) => void = () => {}
  const lost = new Promise<never>((_, reject) => (lose = reject))
  lost.catch(() => {})
  const device = { destroy: vi.fn(), queue: { onSubmittedWorkDone: vi.fn(async () => {}) } }
  return { gpu: { device: device as unknown as GPUDevice, name: 'acme', software: false, lost } satisfies Gpu, device, lose }
}

beforeEach(() => {
  vi.stubGlobal('location', new URL('http://localhost/assets/worker.js'))
  runtime.create.mockReset().mockImplementation(async () => session(async () => ({})))
})

/** The pack's graphs that were opened; what starts the runtime is none of them. */
const opened = () => runtime.create.mock.calls.filter(([graph]) => graph === bytes)
describe('openRunner', () => {
  it('opens each graph of a film with its expanded weights, from our own origin', async () => {
    const compiled: [GraphRole, number][] = []
    await openRunner(pack, undefined, (graph, done) => compiled.push([graph, done]))
    expect(compiled).toEqual([['text', 0], ['step', 1], ['decode', 2], ['vocoder', 3], ['encode', 4]])
    expect(runtime.module.env.wasm['wasmPaths']).toEqual({ wasm: 'http://localhost/assets/wasm.wasm' })
    const [, options] = opened()[1]!
    expect(options).toMatchObject({ executionProviders: ['wasm'], externalData: [{ path: 'step.data' }] })
    expect(options.externalData[0].data).toHaveLength(24)
    expect(options.preferredOutputLocation).toBeUndefined()
  })

  it('keeps the outputs of a step, and of nothing else, on the device', async () => {
    const { gpu } = fakeGpu()
    await openRunner(pack, gpu, () => {})
    expect(opened().map(([, options]) => options.preferredOutputLocation)).toEqual([undefined, 'gpu-buffer', undefined, undefined, undefined])
    expect(opened()[1]![1].executionProviders).toEqual([{ name: 'webgpu', device: gpu.device }])
  })

  it('waits for the device at the end of a step, so that steps can be timed', async () => {
    const { gpu, device } = fakeGpu()
    const runner = await openRunner(pack, gpu, () => {})
    await runner.run('decode', {})
    expect(device.queue.onSubmittedWorkDone).not.toHaveBeenCalled()
    await runner.run('step', {})
    expect(device.queue.onSubmittedWorkDone).toHaveBeenCalledOnce()
  })

  it('ends a run that would never end when the device is lost, and every run after it', async () => {
    runtime.create.mockImplementation(async () => session(() => new Promise(() => {})))
    const { gpu, lose } = fakeGpu()
    const runner = await openRunner(pack, gpu, () => {})
    const run = runner.run('step', {})
    lose(new DeviceLostError('sleep'))
    await expect(run).rejects.toThrow(DeviceLostError)
    await expect(runner.run('step', {})).rejects.toThrow(DeviceLostError)
  })

  it('ends reading back from the device as well when it is lost', async () => {
    runtime.create.mockImplementation(async () => session(async () => ({ videoNext: { getData: () => new Promise(() => {}) } })))
    const { gpu, lose } = fakeGpu()
    const runner = await openRunner(pack, gpu, () => {})
    const reading = (await runner.run('step', {}))['videoNext']!.getData()
    lose(new DeviceLostError('sleep'))
    await expect(reading).rejects.toThrow(DeviceLostError)
  })

  it('releases what had started when a later graph does not, and says what to do', async () => {
    const first = session(async () => ({}))
    runtime.create.mockResolvedValueOnce(first).mockRejectedValueOnce(new Error('no available backend found\nmore'))
    const error: unknown = await openRunner(pack, undefined, () => {}).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RuntimeError)
    expect((error as RuntimeError).message).toMatch(/no available backend found\).*reload/)
    expect(first.release).toHaveBeenCalledOnce()
  })
})

describe('threadCount', () => {
  it.each([
    [true, 4, 4],
    [true, 64, 8],
    [false, 4, 1],
  ])('isolated %s with %i cores gives %i', (isolated, cores, threads) => {
    vi.stubGlobal('crossOriginIsolated', isolated)
    vi.stubGlobal('navigator', { hardwareConcurrency: cores })
    expect(threadCount()).toBe(threads)
    vi.unstubAllGlobals()
  })
})
