import { describe, expect, it, vi } from 'vitest'
import type { Clip, EngineInfo, Generator, LoadOptions, Snapshot } from '../../workers/generate/types.ts'
import type { Bridge } from './bridge.ts'
import { Engine } from './engine.svelte.ts'

// What crosses to a real worker is not the matter here.
vi.mock('comlink', () => ({ proxy: (callback: unknown) => callback }))

const tokens = (value: number) => ({ video: new Float32Array([value]), sound: new Float32Array([value]), state: new Float32Array([value]) })

/** A generator whose device goes away in the first `losses` films, each a step after the one before. Every end of its worker begins a new epoch. */
function workshop(losses: number, name = 'DeviceLostError') {
  const loaded: LoadOptions['backend'][] = []
  const begun: (Snapshot | undefined)[] = []
  let left = losses
  const remote: Partial<Generator> = {
    load: async ({ backend }) => (loaded.push(backend), { backend: 'webgpu', pack: { name: 'tiny' } } as unknown as EngineInfo),
    generate: async (request, onEvent, _, _footage, snapshot) => {
      begun.push(snapshot)
      const step = (snapshot?.step ?? 0) + 1
      onEvent?.({ phase: 'snapshot', snapshot: { windows: 1, step, latents: tokens(step), ...(step === 1 && { film: tokens(9) }) } })
      if (left-- > 0) {
        // A worker that died is not there to be ended.
        if (name === 'WorkerError') bridge.epoch++
        throw Object.assign(new Error('gone'), { name })
      }
      return { request } as Clip
    },
  }
  const bridge = {
    epoch: 1,
    alive: true,
    run: (job: (remote: unknown) => Promise<unknown>) => job(remote),
    terminate: () => void bridge.epoch++,
  }
  const engine = new Engine(bridge as unknown as Bridge<Generator>, { pack: 'tiny', backend: 'auto' })
  const make = (signal = new AbortController().signal) => engine.generate({ prompt: 'a ball', negative: '', seed: 1, seconds: 2, steps: 4 }, () => undefined, signal)
  return { engine, loaded, begun, make }
}

describe('Engine', () => {
  it.each(['DeviceLostError', 'MemoryError', 'RuntimeError', 'WorkerError'])('goes on with a film in a new worker, after its last finished step, at a %s', async (name) => {
    const { engine, loaded, begun, make } = workshop(1, name)
    expect((await make()).request.seed).toBe(1)
    expect(loaded).toEqual(['auto', 'auto'])
    expect(begun).toEqual([undefined, { windows: 1, step: 1, latents: tokens(1), film: tokens(9) }])
    expect(engine).toMatchObject({ restarts: { count: 1, after: name }, state: 'ready' })
  })

  it('goes on with the main processor when the second one is lost too', async () => {
    const { engine, loaded, begun, make } = workshop(2)
    await make()
    expect(loaded).toEqual(['auto', 'auto', 'wasm'])
    // The film came with the first step alone, and holds.
    expect(begun[2]).toEqual({ windows: 1, step: 2, latents: tokens(2), film: tokens(9) })
    expect(engine.restarts.count).toBe(2)
  })

  it('does not try for ever, nor after other failures, nor against the wish of the person', async () => {
    await expect(workshop(3).make()).rejects.toThrow('gone')
    const other = workshop(1, 'RequestError')
    await expect(other.make()).rejects.toThrow('gone')
    expect(other.loaded).toEqual(['auto'])
    const stopped = new AbortController()
    stopped.abort()
    const late = workshop(1)
    await expect(late.make(stopped.signal)).rejects.toThrow('gone')
    expect(late.engine.restarts.count).toBe(0)
  })
})
