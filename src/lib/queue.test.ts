import { describe, expect, it } from 'vitest'
import { SerialQueue } from './queue.ts'

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('SerialQueue', () => {
  it('runs jobs one after another, in order', async () => {
    const queue = new SerialQueue()
    const log: string[] = []
    const job = (name: string, ms: number) => () =>
      (async () => {
        log.push(`${name} starts`)
        await later(ms)
        log.push(`${name} ends`)
        return name
      })()
    const results = await Promise.all([queue.add(job('a', 20)), queue.add(job('b', 1))])
    expect(results).toEqual(['a', 'b'])
    expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends'])
  })

  it('goes on after a job that fails, and the failure reaches its owner alone', async () => {
    const queue = new SerialQueue()
    const bad = queue.add(async () => {
      throw new Error('broken')
    })
    const good = queue.add(async () => 'fine')
    await expect(bad).rejects.toThrow('broken')
    await expect(good).resolves.toBe('fine')
  })
})
