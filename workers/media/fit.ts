/** What is kept of a film from elsewhere: which part of its picture, and how much of its length. */
import type { Crop } from './types'

export interface Size {
  width: number
  height: number
}

export interface Rectangle extends Size {
  x: number
  y: number
}

/** The largest part of `source` that has the shape of `target`, px. */
export function cropOf(source: Size, target: Size, { across, down }: Crop): Rectangle {
  const scale = Math.min(source.width / target.width, source.height / target.height)
  const width = target.width * scale
  const height = target.height * scale
  return { x: (source.width - width) * across, y: (source.height - height) * down, width, height }
}

/** Whole seconds, as the model counts: what is begun beyond is cut off, what is too short stands still at its end. */
export function footageSeconds(fileSeconds: number, least: number, most: number): number {
  // Files often end a frame early.
  return Math.min(most, Math.max(least, Math.floor(fileSeconds + 0.1)))
}
