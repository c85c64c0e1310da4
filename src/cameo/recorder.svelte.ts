/** A recording from the opening of the camera to the picture that is kept, or to the reason why not. */
import { transfer } from 'comlink'
import type { Cameo, Likeness, Progress, Terms } from '../../workers/cameo/types.ts'
import type { Bridge } from '../lib/bridge.ts'
import { wasCancelled } from '../lib/errors.ts'
import { openCamera } from './camera.ts'

export type Phase = 'idle' | 'opening' | 'going' | 'passed' | 'refused' | 'failed'

/** Time between two looks at least; a slow machine takes longer by itself. ms */
const lookMs = 100

export class Recorder {
  phase = $state<Phase>('idle')
  progress = $state.raw<Progress | null>(null)
  /** Indices of the words to read. */
  spoken = $state.raw<number[]>([])
  /** Address of the picture that would be kept. */
  preview = $state<string | null>(null)
  /** Name of the error, when it failed. */
  failure = $state('')
  readonly #bridge: Bridge<Cameo>
  #abort = new AbortController()

  constructor(bridge: Bridge<Cameo>) {
    this.#bridge = bridge
  }

  async begin(video: HTMLVideoElement): Promise<void> {
    if (this.phase === 'opening' || this.phase === 'going') return
    this.#forget()
    this.phase = 'opening'
    const { signal } = (this.#abort = new AbortController())
    try {
      await this.#record(video, signal)
      if (this.progress?.state === 'passed') {
        this.preview = URL.createObjectURL(await this.#bridge.run((cameo) => cameo.preview(), signal))
        this.phase = 'passed'
      } else this.phase = 'refused'
    } catch (error) {
      this.#failed(error)
    }
  }

  async #record(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
    const camera = await openCamera(video)
    try {
      await this.#bridge.run(async (cameo) => {
        await cameo.prepare()
        const { words, progress } = await cameo.begin()
        this.spoken = words
        this.progress = progress
        this.phase = 'going'
        while (this.progress?.state === 'going' && !signal.aborted) {
          const started = performance.now()
          const frame = await camera.frame()
          this.progress = await cameo.look(transfer(frame, [frame]), camera.level())
          await new Promise((resolve) => setTimeout(resolve, Math.max(0, lookMs - (performance.now() - started))))
        }
        signal.throwIfAborted()
      }, signal)
    } finally {
      camera.close()
    }
  }

  /** Keeps what was recorded. @returns null when it could not be */
  async keep(terms: Terms): Promise<Likeness | null> {
    try {
      const likeness = await this.#bridge.run((cameo) => cameo.keep(terms))
      this.#forget()
      this.phase = 'idle'
      return likeness
    } catch (error) {
      this.#failed(error)
      return null
    }
  }

  /** Stops, and lets go of everything that was seen. */
  drop(): void {
    this.#abort.abort()
    // The worker goes with all it holds; likenesses that are kept are not in it.
    this.#bridge.terminate()
    this.#forget()
    this.phase = 'idle'
  }

  #failed(error: unknown): void {
    if (wasCancelled(error) || this.#abort.signal.aborted) {
      this.phase = 'idle'
      return
    }
    this.failure = error instanceof Error ? error.name : ''
    this.phase = 'failed'
  }

  #forget(): void {
    if (this.preview !== null) URL.revokeObjectURL(this.preview)
    this.preview = null
    this.progress = null
  }
}
