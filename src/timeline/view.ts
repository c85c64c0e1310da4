/** Where things are on the timeline, in CSS pixels from the film's beginning, and what the pointer means there. */
import type { Placed } from './film.ts'

/** The one of `marks` nearest to `frame`, if it is within `reach`; else `frame`. All in frames. */
export function snap(frame: number, marks: readonly number[], reach: number): number {
  const nearest = marks.reduce((best, mark) => (Math.abs(mark - frame) < Math.abs(best - frame) ? mark : best), Infinity)
  return Math.abs(nearest - frame) <= reach ? nearest : frame
}

/** Frames at which something begins or ends. */
export function cuts(places: readonly Placed[]): number[] {
  return [...new Set(places.flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => a - b)
}

/** Which place in the order, counted without it, a clip gets whose middle is held over `frame`. */
export function dropIndex(places: readonly Placed[], id: string, frame: number): number {
  return places.filter(({ clip, from, to }) => clip.id !== id && (from + to) / 2 < frame).length
}

/** A small picture of the strip. */
export interface Cell {
  media: string
  /** Of the generated clip. */
  frame: number
  /** px from the left edge of the view */
  x: number
  width: number
}

/** The strip between `scroll` and `scroll + width` px, in cells of `side` px counted from each clip's beginning, the last one cut off. */
export function cellsInView(places: readonly Placed[], pxPerFrame: number, scroll: number, width: number, side: number): Cell[] {
  return places.flatMap(({ clip, from, to }) => {
    const left = from * pxPerFrame - scroll
    const right = to * pxPerFrame - scroll
    const first = Math.max(0, Math.floor(-left / side))
    const last = Math.ceil((Math.min(right, width) - left) / side)
    return Array.from({ length: Math.max(0, last - first) }, (_, i) => {
      const x = left + (first + i) * side
      const cell = Math.min(side, right - x)
      const middle = Math.floor((x + cell / 2 - left) / pxPerFrame)
      return { media: clip.media, frame: clip.start + Math.min(clip.frames - 1, middle), x, width: cell }
    })
  })
}

/** Seconds between two marks of the ruler, so that they are at least `least` px apart. */
export function tickSeconds(pxPerSecond: number, least: number): number {
  return [1, 2, 5, 10, 30, 60, 300, 600].find((seconds) => seconds * pxPerSecond >= least) ?? 3600
}
