import { describe, expect, it, vi } from 'vitest'
import type { Clip, EngineInfo, Generator, LoadOptions } from '../../workers/generate/types.ts'
import type { Bridge } from './bridge.ts'
import { Engine } from './engine.svelte.ts'

// What crosses to a real worker is not the matter here.
vi.mock('comlink', () => ({ proxy: (callback: unknown) => callback }))

/** A generator whose device goes away in the first `losses` films. Every end of its worker begins a new epoch. */
function workshop(losses: number, name = 'DeviceLostError') {
  const loaded: LoadOptions['backend'][] = []
  let left = losses
  const remote: Partial<Generator> = {
    load: async ({ backend }) => (loaded.push(backend), { backend: 'webgpu', pack: { name: 'tiny' } } as unknown as EngineInfo),
    generate: async (request) => {
      if (left-- > 0) throw Object.assign(new Error('gone'), { name })
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
  return { engine, loaded, make }
}

describe('Engine', () => {
  it('makes a film again on a new device, in a new worker, when the first one is lost', async () => {
    const { engine, loaded, make } = workshop(1)
    expect((await make()).request.seed).toBe(1)
    expect(loaded).toEqual(['auto', 'auto'])
    expect(engine).toMatchObject({ restarts: 1, state: 'ready' })
  })

  it('goes on with the main processor when the second one is lost too', async () => {
    const { engine, loaded, make } = workshop(2)
    await make()
    expect(loaded).toEqual(['auto', 'auto', 'wasm'])
    expect(engine.restarts).toBe(2)
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
    expect(late.engine.restarts).toBe(0)
  })
})
