import { describe, expect, it } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { FakeRunner, halvingStep } from './fakeRunner'
import { fillNoise } from './noise'
import { sampleFilm, type StepReport } from './sampler'
import { planFilm } from './windows'

const manifest = tinyManifest()
const hooks = { checkpoint: async () => {}, afterStep: async () => {} }
const job = (seconds: number, seed = 5) => ({ text: new Float32Array(2 * 6 * 7), seed, steps: 3, plan: planFilm(manifest, seconds) })

describe('sampleFilm', () => {
  it('feeds the noise through the schedule, step after step', async () => {
    const runner = new FakeRunner({ step: halvingStep(manifest) })
    const film = await sampleFilm(runner, manifest, job(2), hooks)
    const noise = fillNoise(new Float32Array(36), 5, 0, 'video')
    expect(film.video).toEqual(noise.map((x) => x / 8))
    const times = runner.calls.map(({ inputs }) => [inputs['t']![0], inputs['tNext']![0]])
    expect(times.flat().map((t) => Number(t!.toFixed(4)))).toEqual([0, 0.3333, 0.3333, 0.6667, 0.6667, 1])
    expect([...runner.calls[0]!.inputs['guidance']!]).toEqual([2, 2, 1.5])
  })

  it('begins each further window with the end of the former one, marked as known, and noise of its own behind it', async () => {
    const runner = new FakeRunner({ step: halvingStep(manifest) })
    const film = await sampleFilm(runner, manifest, job(4), hooks)
    const { inputs } = runner.calls[6]!
    expect([...inputs['videoMask']!]).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    expect([...inputs['soundMask']!]).toEqual([1, 1, 1, 1, 0, 0, 0, 0])
    expect([...inputs['stateMask']!]).toEqual([1, 1, 0, 0])
    expect(inputs['video']!.slice(0, 18)).toEqual(film.video.slice(36, 54))
    expect(inputs['video']!.slice(18)).toEqual(fillNoise(new Float32Array(36), 5, 2, 'video').slice(18))
    expect(film.video.slice(54)).toEqual(fillNoise(new Float32Array(36), 5, 2, 'video').slice(18).map((x) => x / 8))
    expect(film.sound).toHaveLength(16 * 5)
  })

  it('begins the first window with nothing known', async () => {
    const runner = new FakeRunner({ step: halvingStep(manifest) })
    await sampleFilm(runner, manifest, job(2), hooks)
    expect(runner.calls[0]!.inputs['videoMask']!.every((m) => m === 0)).toBe(true)
  })

  it('reports every step and lets every tensor go', async () => {
    const runner = new FakeRunner({ step: halvingStep(manifest) })
    const reports: [number, number][] = []
    const afterStep = async ({ window, step }: StepReport) => void reports.push([window, step])
    await sampleFilm(runner, manifest, job(3), { ...hooks, afterStep })
    expect(reports).toEqual([[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]])
    expect(runner.live).toBe(0)
  })

  it('stops at a checkpoint without leaving a tensor behind', async () => {
    const runner = new FakeRunner({ step: halvingStep(manifest) })
    let checks = 0
    const checkpoint = async () => {
      if (++checks === 3) throw new Error('stop')
    }
    await expect(sampleFilm(runner, manifest, job(2), { ...hooks, checkpoint })).rejects.toThrow('stop')
    expect(runner.calls).toHaveLength(2)
    expect(runner.live).toBe(0)
  })

  it('tells a pack that speaks what is said in each window, and holds the last of it', async () => {
    const speaking = { ...manifest, speech: { frames: 4, dim: 2, features: ['voice', 'open'] } }
    const runner = new FakeRunner({ step: halvingStep(manifest) })
    const speech = Float32Array.from([1, 10, 2, 20, 3, 30, 4, 40, 5, 50])
    await sampleFilm(runner, speaking, { ...job(4), speech }, hooks)
    const [first, second, third] = [0, 3, 6].map((call) => Array.from(runner.calls[call]!.inputs['speech']!))
    expect(first).toEqual([1, 10, 2, 20, 3, 30, 4, 40])
    expect(second).toEqual([3, 30, 4, 40, 5, 50, 5, 50])
    expect(third).toEqual([5, 50, 5, 50, 5, 50, 5, 50])
    await sampleFilm(runner, speaking, job(2), hooks)
    expect([...runner.calls.at(-1)!.inputs['speech']!]).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    expect(runner.live).toBe(0)
  })

  it('lets every tensor go when the runtime fails', async () => {
    const runner = new FakeRunner({})
    await expect(sampleFilm(runner, manifest, job(2), hooks)).rejects.toThrow('no step')
    expect(runner.live).toBe(0)
  })
})
