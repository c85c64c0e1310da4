/**
 * How far the picture is from the sound while a film plays. What a page draws for one display frame is seen from the next one on, until the one after:
 * in that time the sound goes on. A picture is early by what the sound lacks to the beginning of the film's frame when it comes into sight, and late by
 * what the sound is beyond its end when it goes. With a display of 60 Hz, 8.3 ms are not to be had: half a display frame.
 */

/** Finer than anybody sees or hears. */
const BIN_MS = 0.5
/** All that is further off counts as this. */
const BINS = 2000

export class Drift {
  lastMs = 0
  maxMs = 0
  /** Display frames that were looked at. */
  count = 0
  readonly #bins = new Uint32Array(BINS)

  /** `ms` ≥ 0 */
  add(ms: number): void {
    this.lastMs = ms
    this.maxMs = Math.max(this.maxMs, ms)
    this.count++
    const bin = Math.min(BINS - 1, Math.floor(ms / BIN_MS))
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1
  }

  /** What a share of the display frames stayed below, in ms, rounded up to half a millisecond. */
  quantile(share: number): number {
    let seen = 0
    const bin = this.#bins.findIndex((count) => (seen += count) >= share * this.count && seen > 0)
    return Math.max(0, bin + 1) * BIN_MS
  }
}

/** Seconds by which the frame from `start` to `end` was off, in sight while the sound went from `from` to `to`; around the seam of a loop of `duration`, the short way. */
export function offBy({ start, end }: { start: number; end: number }, { from, to }: { from: number; to: number }, duration: number): number {
  return Math.max(0, shortWay(start - from, duration), shortWay(to - end, duration))
}

function shortWay(seconds: number, duration: number): number {
  return seconds - duration * Math.round(seconds / duration)
}
