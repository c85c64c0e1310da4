/** Films to make, one after another. What is made leaves the list and stands in the library. */
import type { GenerateRequest } from '../../workers/generate/types.ts'
import { wasCancelled } from '../lib/errors.ts'
import { ruleOf } from '../policy/rules.ts'
import type { Job, Shelf, ShotRef } from './store.ts'

/** Failures of one film alone; any other would most likely meet the next film too. */
const OWN_FAULT = new Set(['PolicyError', 'RequestError', 'PromptTooLongError', 'NoBeginningError'])

export interface Maker {
  /** Settles when a film that was asked for outside the queue is done; null when there is none. */
  busy(): Promise<unknown> | null
  /** Makes one film and keeps it. */
  make(request: GenerateRequest, shot?: ShotRef): Promise<unknown>
  /** Stops the film that is being made. */
  stop(): void
}

export class Queue {
  jobs = $state.raw<Job[]>([])
  /** Starts nothing new. The film that is being made is finished. */
  paused = $state(false)
  /** Films made since the list was last empty. */
  done = $state(0)
  /** Films that came over from tabs which were closed while this one was open. */
  inherited = $state(0)

  readonly running = $derived(this.jobs.some(({ state }) => state === 'running'))
  readonly waiting = $derived(this.jobs.filter(({ state }) => state === 'waiting').length)

  readonly #maker: Maker
  readonly #shelf: Shelf
  #writing: Promise<unknown> = Promise.resolve()
  /** Jobs that are to leave the list once they have stopped. */
  readonly #leaving = new Set<string>()
  #atWork = false

  constructor(maker: Maker, shelf: Shelf) {
    this.#maker = maker
    this.#shelf = shelf
  }

  /** Brings back what was left, paused: a page that is opened starts no long work by itself. */
  async open(): Promise<void> {
    const kept = await this.#shelf.read((jobs) => this.#inherit(jobs)).catch(() => [])
    if (kept.length === 0) return
    this.paused = true
    this.#set([...kept.map(afterClosing), ...this.jobs])
  }

  /** Takes over what a tab left that was closed; where this one is at work, the person decides about each film. */
  #inherit(jobs: readonly Job[]): void {
    const left = jobs.map(afterClosing)
    if (left.length === 0) return
    if (this.jobs.some(({ state }) => state === 'running' || state === 'waiting')) {
      this.#set([...this.jobs, ...left.map((job): Job => (job.state === 'waiting' ? { ...job, state: 'stopped' } : job))])
    } else {
      this.paused = true
      this.#set([...this.jobs, ...left])
    }
    this.inherited += left.length
  }

  /** Appends films, of shots where they are of any, and starts, unless the queue is paused with others before them. */
  add(requests: readonly GenerateRequest[], shots: readonly ShotRef[] = []): void {
    if (this.jobs.length === 0) {
      this.done = 0
      this.paused = false
    }
    this.#set([...this.jobs, ...requests.map((request, i): Job => ({ id: crypto.randomUUID(), request, ...(shots[i] && { shot: shots[i] }), state: 'waiting' }))])
    void this.#work()
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
    void this.#work()
  }

  /** Takes a job out of the list, stopping it first if it is being made. */
  cancel(id: string): void {
    if (this.jobs.find((job) => job.id === id)?.state === 'running') {
      this.#leaving.add(id)
      this.#maker.stop()
    } else this.#set(this.jobs.filter((job) => job.id !== id))
  }

  /** Puts a job that failed or was stopped back in line, and goes on. */
  retry(id: string): void {
    this.#change(id, waitingAgain)
    this.resume()
  }

  /** Moves a job one place; nothing moves before the film that is being made. */
  move(id: string, direction: 'up' | 'down'): void {
    const from = this.jobs.findIndex((job) => job.id === id)
    const to = direction === 'up' ? from - 1 : from + 1
    const [job, other] = [this.jobs[from], this.jobs[to]]
    if (!job || !other || other.state === 'running' || job.state === 'running') return
    this.#set(this.jobs.with(from, other).with(to, job))
  }

  /** Takes out everything that is not being made. */
  clear(): void {
    this.#set(this.jobs.filter(({ state }) => state === 'running'))
  }

  async #work(): Promise<void> {
    if (this.#atWork) return
    this.#atWork = true
    for (;;) {
      const other = this.#maker.busy()
      if (other) await other
      const job = this.#next()
      if (!job) break
      const { id, request, shot } = job
      this.#change(id, (found) => ({ ...found, state: 'running' }))
      try {
        await this.#maker.make(request, shot)
        this.done++
        this.#leaving.add(id)
      } catch (error) {
        this.#fail(id, error)
      }
      if (this.#leaving.delete(id)) this.#set(this.jobs.filter((found) => found.id !== id))
    }
    this.#atWork = false
  }

  #next(): Job | undefined {
    return this.paused ? undefined : this.jobs.find(({ state }) => state === 'waiting')
  }

  #fail(id: string, error: unknown): void {
    if (this.#leaving.has(id)) return
    const name = error instanceof Error ? error.name : ''
    const stopped = wasCancelled(error)
    const rule = name === 'PolicyError' && error instanceof Error ? ruleOf(error.message) : undefined
    this.#change(id, (job) => (stopped ? { ...job, state: 'stopped' } : { ...job, state: 'failed', error: rule ? `${name} (rule: ${rule})` : name }))
    if (!OWN_FAULT.has(name)) this.paused = true
  }

  #change(id: string, change: (job: Job) => Job): void {
    this.#set(this.jobs.map((job) => (job.id === id ? change(job) : job)))
  }

  #set(jobs: Job[]): void {
    this.jobs = jobs
    // Where storage is forbidden or full, the queue still works until the page is closed.
    this.#writing = this.#writing.then(() => this.#shelf.write(jobs)).catch(() => undefined)
  }
}

/** What was being made when its tab was closed waits again. */
function afterClosing(job: Job): Job {
  return job.state === 'running' ? waitingAgain(job) : job
}

function waitingAgain({ id, request, shot }: Job): Job {
  return { id, request, ...(shot && { shot }), state: 'waiting' }
}
