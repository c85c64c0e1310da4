import { describe, expect, it } from 'vitest'
import { JobProgress, PreviewBudget } from './progress'

describe('JobProgress', () => {
  it('counts decoding and sound in the time left', () => {
    const job = new JobProgress({ text: 1, step: 10, frames: 16, wave: 1 }, { text: 10, step: 400, frames: 20, wave: 50 })
    expect(job.remainingMs).toBe(10 + 4000 + 320 + 50)
  })

  it('reaches 1 with the last unit and never falls, even when steps slow down', () => {
    const job = new JobProgress({ text: 1, step: 4, frames: 2, wave: 1 }, {})
    const seen: number[] = []
    const finish = (kind: 'text' | 'step' | 'frames' | 'wave', ms: number) => {
      job.finish(kind, ms)
      seen.push(job.progress)
    }
    finish('text', 10)
    for (const ms of [100, 400, 400, 900]) finish('step', ms)
    finish('frames', 30)
    finish('frames', 30)
    finish('wave', 50)
    expect(seen.at(-1)).toBe(1)
    expect(seen.every((p, i) => i === 0 || p >= seen[i - 1]!)).toBe(true)
    expect(job.remainingMs).toBe(0)
  })

  it('believes its first measurement over what a cold start took', () => {
    const job = new JobProgress({ text: 0, step: 3, frames: 0, wave: 0 }, { step: 900 })
    job.finish('step', 100)
    expect(job.remainingMs).toBe(200)
  })

  it('stands where an earlier attempt came to', () => {
    const job = new JobProgress({ text: 0, step: 4, frames: 0, wave: 0 }, { step: 100 })
    job.skip('step', 2)
    expect(job.remainingMs).toBe(200)
    job.finish('step', 100)
    expect(job.progress).toBe(0.75)
  })

  it('gives the next job what it measured', () => {
    const durations = {}
    new JobProgress({ text: 0, step: 1, frames: 0, wave: 0 }, durations).finish('step', 300)
    expect(new JobProgress({ text: 0, step: 2, frames: 0, wave: 0 }, durations).remainingMs).toBe(600)
  })
})

describe('PreviewBudget', () => {
  const share = (previewMs: number) => {
    const budget = new PreviewBudget()
    let shown = 0
    for (let step = 0; step < 40; step++) {
      budget.afterStep(100)
      if (!budget.allows) continue
      budget.afterPreview(previewMs)
      shown++
    }
    return shown
  }

  it('shows every step when decoding is quick', () => {
    expect(share(15)).toBe(40)
  })

  it('skips when it is slow, and stays within a fifth of the time', () => {
    expect(share(100)).toBe(8)
  })

  it('always shows the first', () => {
    expect(share(1e6)).toBe(1)
  })
})
