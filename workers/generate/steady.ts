/**
 * Keeps long films at the contrast they begin with. Each window is drawn from the end of the one before, and what the model exaggerates a little it then
 * exaggerates again: over twenty seconds a campfire's contrast doubled. So what a window adds is brought back to the contrast of the first one, and joined to
 * the window beside it (join.ts; models/PACKS.md, "Long films").
 */
import type { Manifest } from '../packs/manifest'
import { join, joinSound, joinState, type Side } from './join'
import { layoutOf, median } from './layout'
import type { Latents } from './types'

/** What is left of a window's contrast at the least: more than that is no exaggeration but another scene. */
const least = 0.7

/** Enough to go on with in another job. */
export interface Contrast {
  /** By channel, the standard deviation over the picture of what stands still; none until a window was seen that tells. */
  reference: Float64Array | null
  /** How many windows are passed over before one tells. */
  wait: number
}

/** Tokens. */
export interface Known {
  video: number
  sound: number
  state: number
}

export class Steady {
  readonly #manifest: Manifest
  #contrast: Contrast

  constructor(manifest: Manifest, contrast: Contrast = { reference: null, wait: 0 }) {
    this.#manifest = manifest
    this.#contrast = contrast
  }

  get contrast(): Contrast {
    return this.#contrast
  }

  /** Other words may ask for another contrast: the next window is on the way there, the one after it tells. */
  renew(): void {
    this.#contrast = { reference: null, wait: 1 }
  }

  /**
   * @param window clean tokens, `[tokens, dim]`; those that it adds are corrected in place
   * @param known how many come from the window beside it, at `side`; all of a window that is only looked at
   */
  settle({ video, sound, state }: Latents, known: Known, side: Side = 'start'): void {
    const { reference, wait } = this.#contrast
    if (wait > 0) {
      this.#contrast = { reference, wait: wait - 1 }
      return
    }
    joinState(state, known.state, side, this.#manifest)
    joinSound(sound, known.sound, side, this.#manifest)
    if (!this.#manifest.video.layout) return
    if (reference) {
      const given = known.video * this.#manifest.video.dim
      const added = side === 'start' ? video.subarray(given) : video.subarray(0, video.length - given)
      if (added.length > 0) correct(added, stillness(added, this.#manifest), reference, this.#manifest)
    } else this.#contrast = { reference: stillness(video, this.#manifest).deviation, wait }
    join(video, known.video, side, this.#manifest)
  }
}

interface Stillness {
  mean: Float64Array
  deviation: Float64Array
}

/** By channel, over the picture: mean and standard deviation of each cell's median over time, so that what flashes or passes counts for little. */
export function stillness(video: Float32Array, manifest: Manifest): Stillness {
  const { channels, cells, places, index, times } = layoutOf(video, manifest)
  const mean = new Float64Array(channels)
  const deviation = new Float64Array(channels)
  const over = new Float64Array(times)
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0
    let squares = 0
    for (let place = 0; place < places; place++) {
      for (let cell = 0; cell < cells; cell++) {
        for (let time = 0; time < times; time++) over[time] = video[index(time, place, channel, cell)]!
        const value = median(over)
        sum += value
        squares += value * value
      }
    }
    const count = places * cells
    mean[channel] = sum / count
    deviation[channel] = Math.sqrt(Math.max(0, squares / count - mean[channel]! ** 2))
  }
  return { mean, deviation }
}

function correct(video: Float32Array, { mean, deviation }: Stillness, reference: Float64Array, manifest: Manifest): void {
  const { channels, cells, places, index, times } = layoutOf(video, manifest)
  for (let channel = 0; channel < channels; channel++) {
    const gain = Math.max(least, reference[channel]! / Math.max(deviation[channel]!, 1e-6))
    if (gain >= 1) continue
    for (let place = 0; place < places; place++) {
      for (let cell = 0; cell < cells; cell++) {
        for (let time = 0; time < times; time++) {
          const i = index(time, place, channel, cell)
          video[i] = mean[channel]! + (video[i]! - mean[channel]!) * gain
        }
      }
    }
  }
}
