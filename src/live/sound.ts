/**
 * The sound of a film that is still being made, and its time: pieces are put one after another onto Web Audio's clock as they come, and the
 * picture follows what is heard. Without sound the system's clock does it.
 */
import { heardTime } from '../player/sound.ts'
import type { Piece } from './reel.ts'

/** Time to put the first pieces in line before the first of them is due, s. */
const LEAD_S = 0.08
/** Hides the click where sound begins or breaks off in the middle, s. */
const FADE_S = 0.004

/** What a live film asks of its sound. */
export interface LiveClock {
  readonly audible: boolean
  /** Opens the device for this rate while the person's click is fresh. */
  wake(sampleRate: number): Promise<void>
  /** Runs from `second` of the film, with what is there of its sound. */
  start(second: number, pieces: readonly Piece[]): void
  add(piece: Piece): void
  /** Stands still at `second`. */
  stop(second: number): void
  /** The film's second that is heard now; where it stopped, while it stands still. */
  second(): number
}

export class LiveSound implements LiveClock {
  audible = false
  #context: AudioContext | undefined
  #master: GainNode | undefined
  /** Of one run, faded at both ends. */
  #bus: GainNode | undefined
  #sampleRate = 0
  /** Clock time at which the film's second 0 would be heard; undefined while it stands still. */
  #zero: number | undefined
  #second = 0
  #level = 1

  async wake(sampleRate: number): Promise<void> {
    try {
      const context = this.#open(sampleRate)
      // A context that may not start leaves this promise open for ever.
      if (context.state !== 'running') await Promise.race([context.resume(), new Promise((go) => setTimeout(go, 300))])
      this.audible = context.state === 'running'
    } catch {
      this.audible = false
    }
  }

  start(second: number, pieces: readonly Piece[]): void {
    this.stop(second)
    if (!this.audible || !this.#context || !this.#master) {
      this.#zero = performance.now() / 1000 - second
      return
    }
    const at = this.#context.currentTime + LEAD_S
    this.#zero = at - second
    this.#bus = this.#context.createGain()
    this.#bus.gain.setValueAtTime(second > 0 ? 0 : 1, at)
    this.#bus.gain.linearRampToValueAtTime(1, at + FADE_S)
    this.#bus.connect(this.#master)
    for (const piece of pieces) this.#put(piece, second)
  }

  add(piece: Piece): void {
    if (this.#zero !== undefined) this.#put(piece, this.#context ? this.#context.currentTime - this.#zero : 0)
  }

  stop(second: number): void {
    this.#second = second
    this.#zero = undefined
    const bus = this.#bus
    this.#bus = undefined
    if (!bus || !this.#context) return
    bus.gain.cancelScheduledValues(this.#context.currentTime)
    bus.gain.setTargetAtTime(0, this.#context.currentTime, FADE_S)
    setTimeout(() => bus.disconnect(), 100)
  }

  second(): number {
    if (this.#zero === undefined) return this.#second
    const now = this.audible && this.#context ? heardTime(this.#context) : performance.now() / 1000
    return Math.max(this.#second, now - this.#zero)
  }

  /** 0…1 */
  setLevel(level: number): void {
    this.#level = level
    if (this.#master && this.#context) this.#master.gain.setTargetAtTime(level, this.#context.currentTime, 0.01)
  }

  #open(sampleRate: number): AudioContext {
    if (this.#context && this.#sampleRate === sampleRate && this.#context.state !== 'closed') return this.#context
    void this.#context?.close()
    this.#sampleRate = sampleRate
    this.#context = contextAt(sampleRate)
    this.#master = this.#context.createGain()
    this.#master.gain.value = this.#level
    this.#master.connect(this.#context.destination)
    return this.#context
  }

  /** @param from second of the film before which nothing is to be heard */
  #put({ start, pcm }: Piece, from: number): void {
    const late = Math.max(0, from - start)
    if (!this.audible || !this.#context || !this.#bus || this.#zero === undefined || late * this.#sampleRate >= pcm.length) return
    const buffer = this.#context.createBuffer(1, pcm.length, this.#sampleRate)
    buffer.copyToChannel(pcm, 0)
    const source = this.#context.createBufferSource()
    source.buffer = buffer
    source.connect(this.#bus)
    source.start(this.#zero + start + late, late)
  }
}

/** At the film's own rate the pieces join without a seam: each would be resampled by itself otherwise. */
function contextAt(sampleRate: number): AudioContext {
  try {
    return new AudioContext({ latencyHint: 'interactive', sampleRate })
  } catch {
    return new AudioContext({ latencyHint: 'interactive' })
  }
}
