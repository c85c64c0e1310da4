/**
 * A part of the film that is marked: what is played over and over, and what a file is made of. It is how a film is looked at, no edit of it: there is nothing to
 * undo, and it is kept beside the film, so that a mark set in one tab is no change of the film that another one is cutting.
 */
import * as v from 'valibot'
import type { Range } from '../player/player.svelte.ts'

const frame = v.pipe(v.number(), v.integer(), v.minValue(0))

const StoredRange = v.pipe(
  v.object({ from: frame, to: frame }),
  v.check(({ from, to }) => from < to, 'A part has no frames.'),
)

/** null for none, and for what is damaged. */
export function parseRange(value: unknown): Range | null {
  const range = v.safeParse(StoredRange, value)
  return range.success ? range.output : null
}

/** With its beginning at `frame`; what lies before that is no end any more. */
export function markIn(range: Range | null, frame: number, frames: number): Range {
  return { from: frame, to: range && range.to > frame ? range.to : frames }
}

/** With `frame` as its last one; what lies behind that is no beginning any more. */
export function markOut(range: Range | null, frame: number): Range {
  return { from: range && range.from <= frame ? range.from : 0, to: frame + 1 }
}

/** What is left of it in a film of so many frames. */
export function within(range: Range | null, frames: number): Range | null {
  if (!range || range.from >= frames) return null
  return range.to <= frames ? range : { from: range.from, to: frames }
}
