/**
 * Where a film is, as a pure function of one time source. The source is the sound card's time of what is heard now (see sound.ts), so
 * the picture follows the sound and never the other way round; nothing is accumulated, so nothing can drift.
 */
export type AtEnd = 'loop' | 'stop'

/** The part of a film that is played, in seconds. */
export interface Stretch {
  from: number
  to: number
}

export class PlayerClock {
  readonly #from: number
  readonly #to: number
  #atEnd: AtEnd
  #position = 0
  /** Source time at which `#position` was true; undefined while it stands still. */
  #since: number | undefined

  /** Plays from `from` to `to`, in seconds. */
  constructor({ from, to }: Stretch, atEnd: AtEnd) {
    this.#from = from
    this.#to = to
    this.#atEnd = atEnd
  }

  /** Runs from `position`, which is reached at source time `at` (that may lie ahead). */
  start(position: number, at: number): void {
    this.#position = this.#clamp(position)
    this.#since = at
  }

  stop(at: number): void {
    this.#position = this.position(at)
    this.#since = undefined
  }

  setAtEnd(atEnd: AtEnd, at: number): void {
    if (this.#since !== undefined) this.start(this.position(at), Math.max(at, this.#since))
    this.#atEnd = atEnd
  }

  /** Seconds from the film's start at source time `at`. */
  position(at: number): number {
    const run = this.#position + this.#elapsed(at)
    return this.#atEnd === 'loop' && run >= this.#to ? this.#from + ((run - this.#from) % (this.#to - this.#from)) : this.#clamp(run)
  }

  ended(at: number): boolean {
    return this.#since !== undefined && this.#atEnd === 'stop' && this.#position + this.#elapsed(at) >= this.#to
  }

  #elapsed(at: number): number {
    return this.#since === undefined ? 0 : Math.max(0, at - this.#since)
  }

  #clamp(seconds: number): number {
    return Math.min(Math.max(seconds, this.#from), this.#to)
  }
}
