import { describe, expect, it, vi } from 'vitest'
import type { GenerateRequest } from '../../workers/generate/types.ts'
import { CancelledError } from '../lib/bridge.ts'
import { Queue } from './queue.svelte.ts'
import { parseJobs, type Job, type Shelf } from './store.ts'

const film = (prompt: string): GenerateRequest => ({ prompt, negative: '', seed: 1, seconds: 2, steps: 4 })
const films = (...prompts: string[]) => prompts.map(film)

class Failure extends Error {
  constructor(override readonly name: string) {
    super(name)
  }
}

/** A maker that waits to be told how each film ends, and a shelf in memory. */
function bench(kept: Job[] = []) {
  let stored: unknown = structuredClone(kept)
  const made: string[] = []
  let end: { resolve: () => void; reject: (error: Error) => void } | undefined
  const shelf: Shelf = { read: async () => parseJobs(stored), write: async (jobs) => void (stored = structuredClone(jobs)) }
  const queue = new Queue(
    {
      busy: () => null,
      make: ({ prompt }) => {
        expect(end, 'one at a time').toBeUndefined()
        made.push(prompt)
        return new Promise<void>((resolve, reject) => (end = { resolve, reject }))
      },
      stop: () => settle(new CancelledError()),
    },
    shelf,
  )
  function settle(error?: Error): void {
    const ending = end
    end = undefined
    if (error) ending?.reject(error)
    else ending?.resolve()
  }
  const finish = async (error?: Error) => {
    settle(error)
    await new Promise((resolve) => setTimeout(resolve))
  }
  const list = () => queue.jobs.map(({ request, state }) => `${request.prompt} ${state}`)
  const id = (prompt: string) => queue.jobs.find(({ request }) => request.prompt === prompt)?.id ?? ''
  return { queue, made, finish, list, id, stored: () => parseJobs(stored) }
}

describe('Queue', () => {
  it('makes one film after another, in order, and lets go of what is made', async () => {
    const { queue, made, finish, list } = bench()
    queue.add(films('a', 'b'))
    queue.add(films('c'))
    expect([made, list()]).toEqual([['a'], ['a running', 'b waiting', 'c waiting']])
    await finish()
    expect([made, list(), queue.done]).toEqual([['a', 'b'], ['b running', 'c waiting'], 1])
    await finish()
    await finish()
    expect([made, list(), queue.done, queue.running]).toEqual([['a', 'b', 'c'], [], 3, false])
  })

  it('finishes the film at hand when paused, and goes on when told', async () => {
    const { queue, made, finish, list } = bench()
    queue.add(films('a', 'b'))
    queue.pause()
    await finish()
    expect([made, list()]).toEqual([['a'], ['b waiting']])
    queue.add(films('c'))
    expect(list()).toEqual(['b waiting', 'c waiting'])
    queue.resume()
    expect(made).toEqual(['a', 'b'])
  })

  it('moves jobs, but none before the one being made', () => {
    const { queue, list, id } = bench()
    queue.add(films('a', 'b', 'c'))
    queue.move(id('c'), 'up')
    expect(list()).toEqual(['a running', 'c waiting', 'b waiting'])
    queue.move(id('c'), 'up')
    queue.move(id('a'), 'down')
    queue.move(id('b'), 'down')
    expect(list()).toEqual(['a running', 'c waiting', 'b waiting'])
  })

  it('cancels a job that waits, and one that is being made, and goes on', async () => {
    const { queue, made, finish, list, id } = bench()
    queue.add(films('a', 'b', 'c'))
    queue.cancel(id('b'))
    queue.cancel(id('a'))
    await vi.waitFor(() => expect(list()).toEqual(['c running']))
    await finish()
    expect(list()).toEqual([])
    expect([made, queue.done]).toEqual([['a', 'c'], 1])
  })

  it('pauses when the person stops the film itself, and keeps it for another try', async () => {
    const { queue, made, finish, list, id } = bench()
    queue.add(films('a', 'b'))
    await finish(new CancelledError())
    expect([list(), queue.paused]).toEqual([['a stopped', 'b waiting'], true])
    queue.retry(id('a'))
    expect([made, list()]).toEqual([['a', 'a'], ['a running', 'b waiting']])
  })

  it('goes on after a film that may not be made, but not after a failure that would meet the next film too', async () => {
    const { queue, finish, list, id } = bench()
    queue.add(films('a', 'b', 'c'))
    await finish(new Failure('PolicyError'))
    expect(queue.jobs[0]?.error).toBe('PolicyError')
    expect([list(), queue.paused]).toEqual([['a failed', 'b running', 'c waiting'], false])
    await finish(new Failure('DeviceLostError'))
    expect([list(), queue.paused]).toEqual([['a failed', 'b failed', 'c waiting'], true])
    expect(queue.jobs[1]?.error).toBe('DeviceLostError')
    queue.retry(id('b'))
    expect(queue.jobs[1]).not.toHaveProperty('error')
  })

  it('is there again after a reload, paused, with the film that was cut off in its place', async () => {
    const before = bench()
    before.queue.add(films('a', 'b'))
    await before.finish()
    before.queue.add(films('c'))
    await before.finish(new Failure('PolicyError'))
    await vi.waitFor(() => expect(before.stored().map(({ state }) => state)).toEqual(['failed', 'running']))
    const after = bench(before.stored())
    await after.queue.open()
    expect([after.list(), after.queue.paused, after.made]).toEqual([['b failed', 'c waiting'], true, []])
    after.queue.resume()
    expect(after.made).toEqual(['c'])
  })

  it('empties all but the film that is being made', () => {
    const { queue, list } = bench()
    queue.add(films('a', 'b', 'c'))
    queue.clear()
    expect(list()).toEqual(['a running'])
  })

  it('waits for a film that was asked for outside the queue', async () => {
    const made: string[] = []
    let free: (value?: unknown) => void = () => undefined
    const other = new Promise((resolve) => (free = resolve))
    const queue = new Queue({ busy: () => other, make: async ({ prompt }) => made.push(prompt), stop: () => undefined }, { read: async () => [], write: async () => undefined })
    queue.add(films('a'))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([made, queue.running]).toEqual([[], false])
    free()
    await vi.waitFor(() => expect(made).toEqual(['a']))
  })

  it('works where nothing can be stored', async () => {
    const made: string[] = []
    const refuse = () => Promise.reject(new DOMException('no', 'QuotaExceededError'))
    const queue = new Queue({ busy: () => null, make: async ({ prompt }) => made.push(prompt), stop: () => undefined }, { read: refuse, write: refuse })
    await queue.open()
    queue.add(films('a', 'b'))
    await vi.waitFor(() => expect(made).toEqual(['a', 'b']))
  })
})

describe('parseJobs', () => {
  it('leaves out what it cannot read', () => {
    const job = { id: '1', request: film('a'), state: 'waiting' }
    expect(parseJobs([job, { ...job, state: 'lost' }, null, { ...job, request: {} }])).toEqual([job])
    expect(parseJobs('jobs')).toEqual([])
  })
})
