import { afterEach, describe, expect, it, vi } from 'vitest'
import { Update } from './update.svelte.ts'

/** A browser with a service worker at work; `find` brings a newer one. */
function bench() {
  const said: unknown[] = []
  const worker = Object.assign(new EventTarget(), { postMessage: (word: unknown) => void said.push(word) })
  const registration = Object.assign(new EventTarget(), { waiting: null as unknown, installing: null as unknown, update: vi.fn(async () => undefined) })
  const container = Object.assign(new EventTarget(), { controller: {}, ready: Promise.resolve(registration), getRegistration: async () => registration })
  let busy = false
  let take: (() => void) | undefined
  const host = { busy: () => busy, onReady: vi.fn((way: () => void) => (take = way)), onLater: vi.fn(), onOthers: vi.fn<(take: () => void) => void>() }
  const update = new Update(host, container as unknown as ServiceWorkerContainer)
  update.watch()
  /** As the page does whenever what it depends on changes. */
  const settle = async () => {
    await update.settle()
    await new Promise((resolve) => setTimeout(resolve))
  }
  const find = async () => {
    registration.installing = worker
    registration.dispatchEvent(new Event('updatefound'))
    registration.waiting = worker
    worker.dispatchEvent(new Event('statechange'))
    await settle()
  }
  return { update, host, container, said, find, settle, take: () => take?.(), work: (now: boolean) => void (busy = now) }
}

const reload = vi.fn()
vi.stubGlobal('location', { reload })
vi.stubGlobal('document', new EventTarget())
afterEach(() => reload.mockClear())

describe('Update', () => {
  it('offers a newer version once, and asks it to take over only when the person wants it', async () => {
    const { host, said, find, settle, take, container } = bench()
    await settle()
    await find()
    await find()
    expect(host.onReady).toHaveBeenCalledOnce()
    expect(said).toEqual([])
    container.dispatchEvent(new Event('controllerchange'))
    expect(reload, 'nobody asked').not.toHaveBeenCalled()
    take()
    await settle()
    expect(said).toEqual(['take over'])
    container.dispatchEvent(new Event('controllerchange'))
    expect(reload).toHaveBeenCalledOnce()
  })

  it('waits for what runs, and says so', async () => {
    const { host, said, find, settle, take, work } = bench()
    await settle()
    work(true)
    await find()
    take()
    await settle()
    expect([said, host.onLater.mock.calls.length]).toEqual([[], 1])
    work(false)
    await settle()
    expect(said).toEqual(['take over'])
  })

  it('leaves other tabs as they are, and can be asked again', async () => {
    const { host, update, said, find, settle, take, container } = bench()
    await settle()
    await find()
    take()
    await settle()
    container.dispatchEvent(new MessageEvent('message', { data: 'other tabs' }))
    expect([update.wanted, host.onOthers.mock.calls.length]).toEqual([false, 1])
    container.dispatchEvent(new Event('controllerchange'))
    expect(reload).not.toHaveBeenCalled()
    await settle()
    host.onOthers.mock.calls[0]![0]()
    await settle()
    expect(said).toEqual(['take over', 'take over'])
  })
})
