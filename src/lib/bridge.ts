/**
 * The way from the page to one worker: jobs run one at a time, and an AbortSignal really stops them.
 * Nothing can interrupt a running wasm call from outside, so a worker that does not stop in time is terminated; the next job gets a new one.
 */
import { wrap, type Remote } from 'comlink'
import { SerialQueue } from './queue.ts'

/** The person stopped the job. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError'
  constructor() {
    super('Stopped.')
  }
}

/** The worker died or could not be started. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError'
}

export interface Cancellable {
  cancel(): void
}

interface Live<T> {
  worker: Worker
  remote: Remote<T>
  /** Rejects when the worker dies: a call in flight would otherwise wait for ever. */
  death: Promise<never>
  die: (reason: Error) => void
}

/** How long a worker may take to stop by itself: with the new start, a person waits a second at most. */
const GRACE_MS = 800

export class Bridge<T extends Cancellable> {
  /** Counts the workers started; a job that needs state in the worker (a loaded pack) compares it. */
  epoch = 0
  readonly #spawn: () => Worker
  readonly #graceMs: number
  readonly #queue = new SerialQueue()
  #live: Live<T> | undefined

  constructor(spawn: () => Worker, graceMs = GRACE_MS) {
    this.#spawn = spawn
    this.#graceMs = graceMs
  }

  /** @throws CancelledError, WorkerError, and whatever `job` throws (told apart by `name`: Comlink keeps no classes). */
  run<R>(job: (remote: Remote<T>) => Promise<R>, signal?: AbortSignal): Promise<R> {
    let waiting = true
    const done = this.#queue.add(() => {
      waiting = false
      return this.#runNow(job, signal)
    })
    if (!signal) return done
    // A job that still waits for its turn is cancelled at once, not when its turn comes.
    const dropped = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => waiting && reject(new CancelledError()), { once: true })
    })
    return Promise.race([done, dropped])
  }

  async #runNow<R>(job: (remote: Remote<T>) => Promise<R>, signal: AbortSignal | undefined): Promise<R> {
    if (signal?.aborted) throw new CancelledError()
    const live = (this.#live ??= this.#start())
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = () => {
      void (live.remote as unknown as Remote<Cancellable>).cancel().catch(() => undefined)
      timer = setTimeout(() => this.#end(live, new CancelledError()), this.#graceMs)
    }
    signal?.addEventListener('abort', stop, { once: true })
    try {
      return await Promise.race([job(live.remote), live.death])
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
  }

  /** Whether a worker is running. */
  get alive(): boolean {
    return this.#live !== undefined
  }

  /** Ends the worker now, with everything it holds: the only way to give wasm memory back. */
  terminate(): void {
    if (this.#live) this.#end(this.#live, new CancelledError())
  }

  #start(): Live<T> {
    this.epoch++
    const worker = this.#spawn()
    let die: Live<T>['die'] = () => undefined
    const death = new Promise<never>((_, reject) => (die = reject))
    death.catch(() => undefined)
    const live: Live<T> = { worker, remote: wrap<T>(worker), death, die }
    worker.addEventListener('error', (event) => {
      event.preventDefault()
      this.#end(live, new WorkerError(event.message || 'The worker could not be started.'))
    })
    return live
  }

  #end(live: Live<T>, reason: Error): void {
    live.worker.terminate()
    live.die(reason)
    if (this.#live === live) this.#live = undefined
  }
}
