/**
 * RGB to the YUV that video codecs store, at the size of the file. Browsers do this too, but disagree about matrix and range, and some tag the
 * result wrongly: done here, colours are the same in every browser and every player.
 *
 * Scaling and the matrix are both linear, so the planes are scaled and not the colours: half as much work, and colour is only made at the size at
 * which it is stored.
 */
import { strengthAt } from '../provenance/watermark/picture'
import type { Label } from './label'
import { type Axis, axis, compact, placement, planeScaler } from './scale'
import type { Plan } from './types'

/** BT.709, limited range: what players assume when they assume anything. sRGB pixels are stored unchanged under its transfer. */
export const colorSpace = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false } as const

export interface I420 {
  /** Y plane, then U and V at half the size each way. */
  data: Uint8Array<ArrayBuffer>
  /** Even: 4:2:0 chroma has no half pixels. An odd edge is repeated once. */
  width: number
  height: number
}

/** What lies over a plane: each value keeps a share of what is below, and adds to it. [height · width] */
interface Veil extends Pick<Label, 'left' | 'top' | 'width' | 'height'> {
  keeps: Float32Array
  adds: Float32Array
}

/** A label in the planes of the file. */
export interface Overlay {
  light: Veil
  blue: Veil
  red: Veil
}

interface Size {
  width: number
  height: number
}

/**
 * Gives a function from frames of size `from` (height · width · 4, alpha ignored) to I420 of size `to`, black where no picture is.
 * Matrix: ITU-R BT.709-6 §3, with 8-bit limited-range quantisation: Y in 16…235, U and V in 16…240 around 128.
 * @param pattern of the invisible mark, which is woven into the light. [to.height · to.width]
 */
export function i420Maker(from: Size, to: Size, fit: Plan['fit'], pattern?: Float32Array): (rgba: Uint8ClampedArray, overlays?: readonly Overlay[]) => I420 {
  const [width, height] = [to.width + (to.width & 1), to.height + (to.height & 1)]
  const { x, y, width: shownWidth, height: shownHeight, left, top, partWidth, partHeight } = placement(from, to, fit)
  const [columns, rows] = [
    { start: left, part: partWidth, size: from.width, at: x, length: shownWidth, whole: to.width },
    { start: top, part: partHeight, size: from.height, at: y, length: shownHeight, whole: to.height },
  ]
  const light = planeScaler(lumaAxis(columns), lumaAxis(rows), from)
  const [blue, red] = [planeScaler(chromaAxis(columns), chromaAxis(rows), from), planeScaler(chromaAxis(columns), chromaAxis(rows), from)]
  const lumaSize = width * height
  return (rgba, overlays = []) => {
    toPlanes(rgba, light.plane, blue.plane, red.plane)
    const data = new Uint8ClampedArray((lumaSize * 3) / 2)
    light.each((row, y) => {
      for (const over of overlays) veil(row, y, over.light)
      if (pattern) storeMarked(row, pattern, y * to.width, data, y * width)
      else store(row, 16, 219 / 255, data, y * width)
      if (row.length < width) data[y * width + row.length] = data[y * width + row.length - 1]!
    })
    if (to.height < height) data.copyWithin(to.height * width, (to.height - 1) * width, to.height * width)
    blue.each((row, y) => {
      for (const over of overlays) veil(row, y, over.blue)
      store(row, 128, 1, data, lumaSize + (y * width) / 2)
    })
    red.each((row, y) => {
      for (const over of overlays) veil(row, y, over.red)
      store(row, 128, 1, data, lumaSize * 1.25 + (y * width) / 2)
    })
    return { data: new Uint8Array(data.buffer), width, height }
  }
}

/** One frame as it is. */
export function toI420(rgba: Uint8ClampedArray, width: number, height: number): I420 {
  return i420Maker({ width, height }, { width, height }, 'fill')(rgba)
}

/** Colour is stored for four pixels at a time: theirs is averaged. */
export function overlayOf({ left, top, width, height, rgba }: Label): Overlay {
  const planes = Array.from({ length: 3 }, () => new Float32Array(width * height))
  const [light, blue, red] = planes as [Float32Array, Float32Array, Float32Array]
  toPlanes(rgba, light, blue, red)
  const [across, down] = [left >> 1, top >> 1]
  const half = { left: across, top: down, width: ((left + width + 1) >> 1) - across, height: ((top + height + 1) >> 1) - down }
  const whole = { left, top, width, height }
  const over = (at: Pick<Veil, 'left' | 'top' | 'width' | 'height'>, values: Float32Array, step: 1 | 2): Veil => {
    const keeps = new Float32Array(at.width * at.height).fill(1)
    const adds = new Float32Array(at.width * at.height)
    for (let i = 0; i < values.length; i++) {
      const x = Math.floor((left + (i % width)) / step) - at.left
      const y = Math.floor((top + Math.floor(i / width)) / step) - at.top
      const share = rgba[4 * i + 3]! / 255 / step ** 2
      keeps[y * at.width + x]! -= share
      adds[y * at.width + x]! += share * values[i]!
    }
    return { ...at, keeps, adds }
  }
  return { light: over(whole, light, 1), blue: over(half, blue, 2), red: over(half, red, 2) }
}

function veil(row: Float32Array, y: number, { left, top, width, height, keeps, adds }: Veil): void {
  if (y < top || y >= top + height) return
  for (let i = 0, at = (y - top) * width; i < width; i++, at++) row[left + i] = keeps[at]! * row[left + i]! + adds[at]!
}

/** Light in 0…255, and the two colour differences in steps of the file. */
function toPlanes(rgba: Uint8ClampedArray, light: Float32Array, blue: Float32Array, red: Float32Array): void {
  for (let i = 0, at = 0; i < light.length; i++, at += 4) {
    const r = rgba[at]!
    const b = rgba[at + 2]!
    const y = 0.2126 * r + 0.7152 * rgba[at + 1]! + 0.0722 * b
    light[i] = y
    blue[i] = (b - y) * (224 / 255 / 1.8556)
    red[i] = (r - y) * (224 / 255 / 1.5748)
  }
}

/** What the filter overshoots a byte by is cut off. */
function store(row: Float32Array, zero: number, scale: number, data: Uint8ClampedArray, at: number): void {
  for (let i = 0; i < row.length; i++, at++) data[at] = zero + scale * row[i]!
}

function storeMarked(row: Float32Array, pattern: Float32Array, from: number, data: Uint8ClampedArray, at: number): void {
  for (let i = 0; i < row.length; i++, at++) {
    const light = row[i]!
    data[at] = 16 + (219 / 255) * (light + strengthAt(light) * pattern[from + i]!)
  }
}

/** One side of the picture: which part of the source is shown, and which pixels of the file (of `whole`) show it. */
interface Side {
  start: number
  part: number
  size: number
  at: number
  length: number
  whole: number
}

function lumaAxis({ start, part, size, at, length, whole }: Side): Axis {
  return within(axis(start, part, size, length), at, whole)
}

/** Each value stands in the middle of two pixels. */
function chromaAxis(side: Side): Axis {
  const { start, part, size, at, length, whole } = side
  // As if it had been scaled first, where the grids of light and colour do not fit together, and where nothing is scaled.
  if (part === length || (at | length | whole) & 1) return pairs(lumaAxis(side), whole)
  return within(axis(start, part, size, length / 2), at / 2, whole / 2)
}

/** The axis of a part of the picture as that of all of it; beside it there is nothing. */
function within({ taps, at, weights }: Axis, first: number, length: number): Axis {
  const whole: Axis = { taps, at: new Int32Array(length * taps), weights: new Float32Array(length * taps) }
  whole.at.set(at, first * taps)
  whole.weights.set(weights, first * taps)
  return compact(whole)
}

/** Means of two pixels; an odd last one is alone. */
function pairs({ taps, at, weights }: Axis, length: number): Axis {
  const count = Math.ceil(length / 2)
  const mean: Axis = { taps: 2 * taps, at: new Int32Array(2 * count * taps), weights: new Float32Array(2 * count * taps) }
  for (let i = 0; i < 2 * count; i++) {
    for (let tap = 0; tap < taps; tap++) {
      const from = Math.min(i, length - 1) * taps + tap
      mean.at[i * taps + tap] = at[from]!
      mean.weights[i * taps + tap] = weights[from]! / 2
    }
  }
  return compact(mean)
}
