/** Writes what changes often, but not often: the newest value, a moment after the last change, never two at a time. */
export class Autosave<T> {
  readonly #write: (value: T) => Promise<void>
  readonly #onError: (error: unknown) => void
  readonly #delayMs: number
  #waiting: { value: T } | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #tail: Promise<void> = Promise.resolve()

  constructor(write: (value: T) => Promise<void>, onError: (error: unknown) => void, delayMs = 400) {
    this.#write = write
    this.#onError = onError
    this.#delayMs = delayMs
  }

  put(value: T): void {
    this.#waiting = { value }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), this.#delayMs)
  }

  /** Writes what waits now. Resolves when everything put before is written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    const waiting = this.#waiting
    if (waiting) this.#tail = this.#tail.then(() => this.#write(waiting.value)).catch(this.#onError)
    this.#waiting = undefined
    return this.#tail
  }
}
