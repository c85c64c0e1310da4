/** The switch of a job that runs: it is stopped, paused and resumed between two steps, and called away from what it waits for. */
import { CancelledError } from './errors'

export class JobControl {
  #cancelled = false
  /** While paused. */
  #pause: { over: Promise<void>; end: () => void } | undefined
  /** Ends the present waiting. */
  #callAway: (() => void) | undefined

  cancel(): void {
    this.#cancelled = true
    this.#callAway?.()
  }

  pause(): void {
    if (this.#pause) return
    let end = () => {}
    const over = new Promise<void>((resolve) => (end = resolve))
    this.#pause = { over, end }
  }

  resume(): void {
    this.#pause?.end()
    this.#pause = undefined
  }

  /** Lets messages in, and waits while the job is paused. @throws CancelledError */
  async checkpoint(): Promise<void> {
    await nextTask()
    // Resumed and paused again at once, it still waits.
    while (this.#pause) await this.until(this.#pause.over)
    if (this.#cancelled) throw new CancelledError()
  }

  /** What `answer` settles to, unless the job is stopped before. One at a time. @throws CancelledError */
  until<T>(answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#callAway = () => reject(new CancelledError())
      if (this.#cancelled) this.#callAway()
      answer.then(resolve, reject)
    }).finally(() => (this.#callAway = undefined))
  }
}

/** Lets messages in: wasm computes without leaving the task, and `cancel` is a message. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
