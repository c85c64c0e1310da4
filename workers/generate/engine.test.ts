import { beforeEach, describe, expect, it, vi } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { PolicyError } from '../policy/screen'
import { loadPack } from '../packs/store'
import { openGpu } from './device'
import { checkRequest, Engine } from './engine'
import { CancelledError, DeviceLostError, GoldenError, MemoryError, NotLoadedError, RequestError } from './errors'
import { FakeRunner, halvingStep, type FakeGraph } from './fakeRunner'
import { fillNoise } from './noise'
import * as session from './session'
import type { GenerateEvent, GenerateRequest, Snapshot, SnapshotEvent } from './types'

vi.mock('../packs/store', () => ({ loadPack: vi.fn() }))
vi.mock('./device', () => ({ openGpu: vi.fn() }))
vi.mock('./session', async (original) => ({ ...(await original<typeof session>()), openRunner: vi.fn() }))

const { openRunner } = session

const request: GenerateRequest = { prompt: 'a ball', negative: '', seed: 1, seconds: 2, steps: 4 }
const options = { pack: 'tiny', backend: 'auto' as const }
const area = 32 * 16

function manifestWithGolden() {
  const manifest = tinyManifest()
  const noise = fillNoise(new Float32Array(1), 1, 0, 'video')
  manifest.golden.checks = [{ output: 'videoNext', index: [0], value: [noise[0]! / 2] }]
  return manifest
}

const graphs: Partial<Record<string, FakeGraph>> = {
  text: ({ bytes }) => ({ text: new Float32Array(42).fill(bytes![0]!) }),
  step: halvingStep(tinyManifest()),
  decode: ({ video }) => ({ pixels: new Float32Array(2 * 3 * area).fill(Math.abs(video![0]!)) }),
  vocoder: ({ sound }) => ({ wave: new Float32Array(16000).fill(sound![0]!) }),
}
const wrongStep: FakeGraph = (inputs) => ({ ...halvingStep(tinyManifest())(inputs), videoNext: new Float32Array(36).fill(9) })

const gpu = (software: boolean) => ({
  device: { destroy: vi.fn() } as unknown as GPUDevice,
  name: 'acme gpu',
  software,
  lost: new Promise<never>(() => {}),
})

/** Makes openRunner hand out one fake for WebGPU and another for wasm. */
function runners(onGpu: Partial<Record<string, FakeGraph>>, onWasm: Partial<Record<string, FakeGraph>>) {
  vi.mocked(openRunner).mockImplementation(async (_, device) => {
    const runner = new FakeRunner(device ? onGpu : onWasm)
    return Object.assign(runner, { backend: device ? 'webgpu' : 'wasm' })
  })
}

beforeEach(() => {
  vi.mocked(loadPack).mockReset().mockResolvedValue({ manifest: manifestWithGolden(), graphs: {} as never, weights: new Uint8Array() })
  vi.mocked(openGpu).mockReset().mockResolvedValue(undefined)
  runners(graphs, graphs)
})

const engine = () => new Engine(new URL('http://localhost/'))
async function loaded(choice: Partial<typeof options> = {}) {
  const ready = engine()
  await ready.load({ ...options, ...choice })
  // Waits for its turn, behind what is left of the first.
  await ready.load({ ...options, ...choice })
  return ready
}

describe('load', () => {
  it('takes WebGPU when its golden test passes', async () => {
    vi.mocked(openGpu).mockResolvedValue(gpu(false))
    const info = await engine().load(options)
    expect(info).toMatchObject({ backend: 'webgpu', adapter: 'acme gpu' })
    expect(info.fallback).toBeUndefined()
  })

  it('falls back to wasm and says so when WebGPU computes wrongly', async () => {
    vi.mocked(openGpu).mockResolvedValue(gpu(false))
    runners({ ...graphs, step: wrongStep }, graphs)
    const info = await engine().load(options)
    expect(info.backend).toBe('wasm')
    expect(info.fallback).toMatch(/acme gpu.*computes this model wrongly/)
  })

  it('falls back to wasm and says so when WebGPU does not start', async () => {
    vi.mocked(openGpu).mockResolvedValue(gpu(false))
    runners({}, graphs)
    expect(await engine().load(options)).toMatchObject({ backend: 'wasm', fallback: expect.stringMatching(/could not be started/) })
  })

  it('uses a software adapter only when WebGPU is asked for by name', async () => {
    vi.mocked(openGpu).mockResolvedValue(gpu(true))
    expect((await engine().load(options)).backend).toBe('wasm')
    expect((await engine().load({ ...options, backend: 'webgpu' as never })).backend).toBe('webgpu')
  })

  it('says so when WebGPU was asked for and there is none', async () => {
    const info = await engine().load({ pack: 'tiny', backend: 'webgpu' })
    expect(info).toMatchObject({ backend: 'wasm', fallback: expect.stringMatching(/no graphics processor/) })
  })

  it('refuses to work where wasm itself computes wrongly', async () => {
    runners(graphs, { ...graphs, step: wrongStep })
    await expect(engine().load(options)).rejects.toThrow(GoldenError)
  })

  it('keeps the present model when another cannot be fetched', async () => {
    const ready = await loaded()
    vi.mocked(loadPack).mockRejectedValueOnce(new Error('offline'))
    await expect(ready.load({ ...options, pack: 'other' })).rejects.toThrow('offline')
    expect((await ready.generate(request)).frameCount).toBe(8)
  })

  it('does not start again for the same pack and backend', async () => {
    const ready = await loaded()
    await ready.load(options)
    expect(loadPack).toHaveBeenCalledTimes(1)
  })

  it('fetches from its own origin only', async () => {
    await expect(engine().load({ ...options, baseUrl: 'https://example.org/' })).rejects.toThrow(RequestError)
  })
})

describe('generate', () => {
  it('makes a film and tells how it gets on', async () => {
    const ready = await loaded()
    const events: (GenerateEvent | SnapshotEvent)[] = []
    const clip = await ready.generate({ ...request, seconds: 3 }, (event) => void events.push(event))
    expect(clip).toMatchObject({ frameCount: 12, width: 32, height: 16, backend: 'wasm', pack: { name: 'tiny' } })
    expect(clip.rgba).toHaveLength(12 * area * 4)
    expect(clip.pcm).toHaveLength(24000)
    expect(clip.timings.steps).toHaveLength(8)
    const steps = events.filter((event) => event.phase === 'step')
    expect(steps.map(({ window, step }) => [window, step])).toEqual([[0, 1], [0, 2], [0, 3], [0, 4], [1, 1], [1, 2], [1, 3], [1, 4]])
    expect(steps[0]!.preview).toMatchObject({ width: 32, height: 16, frame: 4 })
    const progress = events.flatMap((event) => ('progress' in event ? [event.progress] : []))
    expect(progress.at(-1)).toBe(1)
    expect(progress.every((p, i) => i === 0 || p >= progress[i - 1]!)).toBe(true)
  })

  it('goes on from any snapshot, in another engine, to the very same film', async () => {
    const film = { ...request, seconds: 4 }
    const snapshots: Snapshot[] = []
    let reached: Snapshot | undefined
    const whole = await (await loaded()).generate(film, (event) => {
      if (event.phase === 'snapshot') snapshots.push((reached = { ...event.snapshot, ...((event.snapshot.film ?? reached?.film) && { film: event.snapshot.film ?? reached?.film }) }))
    })
    expect(snapshots.map(({ windows, step }) => `${windows}.${step}`)).toEqual(['0.1', '0.2', '0.3', '1.0', '1.1', '1.2', '1.3', '2.0', '2.1', '2.2', '2.3', '3.0'])
    for (const snapshot of snapshots) {
      const ready = await loaded()
      const runner = (await vi.mocked(openRunner).mock.results.at(-1)!.value) as FakeRunner
      runner.calls.length = 0
      const clip = await ready.generate(film, () => {}, undefined, undefined, snapshot)
      expect(clip.latents).toEqual(whole.latents)
      expect(clip.rgba).toEqual(whole.rgba)
      const left = 12 - 4 * snapshot.windows - snapshot.step
      expect(runner.calls.filter(({ role }) => role === 'step')).toHaveLength(left)
      expect(runner.live).toBe(0)
    }
  })

  it('keeps what a film was continued from, and leaves a snapshot aside that does not fit', async () => {
    const parent = await (await loaded()).generate(request)
    const source = { how: 'extend', latents: parent.latents, seconds: 2 } as const
    const film = { ...request, seed: 2, seconds: 3 }
    let second: Snapshot | undefined
    const whole = await (await loaded()).generate(film, (event) => void (event.phase === 'snapshot' && event.snapshot.step === 2 && (second = event.snapshot)), source)
    expect(second?.film).toBeUndefined()
    expect((await (await loaded()).generate(film, () => {}, source, undefined, second)).latents).toEqual(whole.latents)
    const odd = { ...second!, step: 99 }
    expect((await (await loaded()).generate(film, () => {}, source, undefined, odd)).latents).toEqual(whole.latents)
  })

  it.each([new Error('std::bad_alloc'), new RangeError('Array buffer allocation failed'), new Error('Aborted(OOM). Build with -sASSERTIONS')])('says that memory ran out at %s', async (cause) => {
    const ready = await loaded()
    const runner = (await vi.mocked(openRunner).mock.results.at(-1)!.value) as FakeRunner
    vi.spyOn(runner, 'run').mockRejectedValueOnce(cause)
    await expect(ready.generate(request)).rejects.toThrow(MemoryError)
  })

  it('shows the same film again from its tokens', async () => {
    const ready = await loaded()
    const clip = await ready.generate({ ...request, seconds: 4 })
    const again = await ready.render(clip.request, clip.latents)
    expect(again.rgba).toEqual(clip.rgba)
    expect(again.pcm).toEqual(clip.pcm)
  })

  it('refuses tokens of another length', async () => {
    const ready = await loaded()
    const clip = await ready.generate(request)
    await expect(ready.render({ ...request, seconds: 3 }, clip.latents)).rejects.toThrow(RequestError)
  })

  it('stops between two steps when it is cancelled, and is ready for the next film', async () => {
    const ready = await loaded()
    let steps = 0
    const job = ready.generate({ ...request, steps: 48 }, ({ phase }) => {
      if (phase === 'step' && ++steps === 2) ready.cancel()
    })
    await expect(job).rejects.toThrow(CancelledError)
    expect(steps).toBe(2)
    expect((await ready.generate(request)).frameCount).toBe(8)
  })

  it('takes one job at a time, in the order they came', async () => {
    const ready = await loaded()
    const order: string[] = []
    const job = (name: string) => ready.generate(request, ({ phase }) => void order.push(name + phase))
    await Promise.all([job('a'), job('b')])
    expect(order.lastIndexOf('asound')).toBeLessThan(order.indexOf('btext'))
  })

  it('has to be loaded again after the device was lost', async () => {
    const ready = await loaded()
    const runner = (await vi.mocked(openRunner).mock.results.at(-1)!.value) as FakeRunner
    vi.spyOn(runner, 'run').mockRejectedValueOnce(new DeviceLostError('sleep'))
    await expect(ready.generate(request)).rejects.toThrow(DeviceLostError)
    await expect(ready.generate(request)).rejects.toThrow(NotLoadedError)
    await ready.load(options)
    expect((await ready.generate(request)).frameCount).toBe(8)
  })

  it('screens a prompt before anything else', async () => {
    await expect(engine().generate({ ...request, prompt: 'nude' })).rejects.toThrow(PolicyError)
  })

  it('says that a model has to be loaded first', async () => {
    await expect(engine().generate(request)).rejects.toThrow(NotLoadedError)
  })
})

describe('checkRequest', () => {
  it.each([
    { seed: -1 }, { seed: 1.5 }, { seed: 2 ** 32 }, { seconds: 1 }, { seconds: 61 }, { seconds: 2.5 }, { steps: 1 }, { steps: 49 }, { steps: NaN },
  ])('refuses %o', (change) => {
    expect(() => checkRequest({ ...request, ...change }, tinyManifest())).toThrow(RequestError)
  })

  it('accepts the ends of every range', () => {
    expect(() => checkRequest({ ...request, seed: 2 ** 32 - 1, seconds: 60, steps: 48 }, tinyManifest())).not.toThrow()
  })
})
