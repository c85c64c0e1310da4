import { expose } from 'comlink'
import { describe, expect, it } from 'vitest'
import { Bridge } from './bridge.ts'

interface Job {
  work(ms: number): Promise<string>
  hang(): Promise<never>
  cancel(): void
}

/** Speaks like a Worker but runs here: a MessageChannel with Comlink at the far end. */
class ChannelWorker extends EventTarget {
  terminated = false
  readonly #port: MessagePort
  constructor(job: Job) {
    super()
    const { port1, port2 } = new MessageChannel()
    expose(job, port2)
    this.#port = port1
    port1.addEventListener('message', (event) => this.dispatchEvent(new MessageEvent('message', { data: event.data })))
    port1.start()
  }
  postMessage(data: unknown, transfer: Transferable[] = []) {
    this.#port.postMessage(data, transfer)
  }
  terminate() {
    this.terminated = true
    this.#port.close()
  }
}

function setUp() {
  const workers: ChannelWorker[] = []
  const bridge = new Bridge<Job>(() => {
    let cancelled = false
    const worker = new ChannelWorker({
      async work(ms) {
        const end = Date.now() + ms
        while (Date.now() < end) {
          await new Promise((resolve) => setTimeout(resolve, 5))
          if (cancelled) throw Object.assign(new Error('Stopped.'), { name: 'CancelledError' })
        }
        return 'done'
      },
      hang: () => new Promise(() => undefined),
      cancel: () => (cancelled = true),
    })
    workers.push(worker)
    return worker as unknown as Worker
  }, 80)
  return { bridge, workers }
}

describe('Bridge', () => {
  it('keeps one worker for many jobs', async () => {
    const { bridge, workers } = setUp()
    expect(await bridge.run((remote) => remote.work(5))).toBe('done')
    expect(await bridge.run((remote) => remote.work(5))).toBe('done')
    expect(workers).toHaveLength(1)
    bridge.terminate()
  })

  it('asks the worker to stop first and leaves it alive when it does', async () => {
    const { bridge, workers } = setUp()
    const abort = new AbortController()
    const job = bridge.run((remote) => remote.work(5000), abort.signal)
    setTimeout(() => abort.abort(), 20)
    await expect(job).rejects.toMatchObject({ name: 'CancelledError' })
    expect(workers[0]?.terminated).toBe(false)
    bridge.terminate()
  })

  it('terminates a worker that does not stop in time, and starts a new one for the next job', async () => {
    const { bridge, workers } = setUp()
    const abort = new AbortController()
    const job = bridge.run((remote) => remote.hang(), abort.signal)
    setTimeout(() => abort.abort(), 20)
    await expect(job).rejects.toMatchObject({ name: 'CancelledError' })
    expect(workers[0]?.terminated).toBe(true)
    expect(await bridge.run((remote) => remote.work(5))).toBe('done')
    expect(workers).toHaveLength(2)
    expect(bridge.epoch).toBe(2)
    bridge.terminate()
  })

  it('never starts a job that was cancelled while it waited', async () => {
    const { bridge, workers } = setUp()
    const abort = new AbortController()
    abort.abort()
    await expect(bridge.run((remote) => remote.work(5), abort.signal)).rejects.toMatchObject({ name: 'CancelledError' })
    expect(workers).toHaveLength(0)
  })

  it('cancels a waiting job at once, without waiting for the one before it', async () => {
    const { bridge } = setUp()
    const first = bridge.run((remote) => remote.work(300))
    const abort = new AbortController()
    const second = bridge.run((remote) => remote.work(5), abort.signal)
    const began = Date.now()
    abort.abort()
    await expect(second).rejects.toMatchObject({ name: 'CancelledError' })
    expect(Date.now() - began).toBeLessThan(200)
    expect(await first).toBe('done')
    bridge.terminate()
  })

  it('fails the job in flight when the worker crashes', async () => {
    const { bridge, workers } = setUp()
    const job = bridge.run((remote) => remote.hang())
    setTimeout(() => workers[0]?.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), { message: 'out of memory' })), 20)
    await expect(job).rejects.toMatchObject({ name: 'WorkerError', message: 'out of memory' })
  })
})
