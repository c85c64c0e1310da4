/** A part of the film that is marked: what is played over and over, and what a file is made of. No edit, so nothing to undo; it lasts as long as the film is open. */
import type { Range } from '../player/player.svelte.ts'

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
