/** One job at a time, in the order asked: two films at once would only share the same cores. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve()

  /** Runs `job` after every earlier one has settled; a failed job does not stop the next. */
  add<R>(job: () => Promise<R>): Promise<R> {
    const turn = this.#tail.then(job, job)
    this.#tail = turn.catch(() => undefined)
    return turn
  }
}
