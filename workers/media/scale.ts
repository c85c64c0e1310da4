/**
 * A picture in another size: separable Catmull-Rom, widened when it gets smaller so that nothing is skipped. Done here and not by a canvas, whose
 * filter differs between browsers and whose pixels some of them disturb on purpose against fingerprinting.
 */
import type { Plan } from './types'

interface Size {
  width: number
  height: number
}

/** One axis: for each pixel of the result, which ones it is made of and with what weights. */
export interface Axis {
  taps: number
  /** [length · taps] */
  at: Int32Array
  weights: Float32Array
}

/** Keys' cubic with a = −1/2: interpolates, exact for straight lines. */
function catmullRom(x: number): number {
  const d = Math.abs(x)
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0
}

/** @param start where the part begins that is shown, px of the source, and how long it is; @param size of the source */
export function axis(start: number, part: number, size: number, length: number): Axis {
  const step = part / length
  const reach = Math.max(1, step)
  const taps = 4 * Math.ceil(reach)
  const at = new Int32Array(length * taps)
  const weights = new Float32Array(length * taps)
  for (let i = 0; i < length; i++) {
    const centre = start + (i + 0.5) * step - 0.5
    const first = Math.ceil(centre - 2 * reach)
    let sum = 0
    for (let tap = 0; tap < taps; tap++) {
      const weight = catmullRom((first + tap - centre) / reach)
      at[i * taps + tap] = Math.min(size - 1, Math.max(0, first + tap))
      weights[i * taps + tap] = weight
      sum += weight
    }
    for (let tap = 0; tap < taps; tap++) weights[i * taps + tap]! /= sum
  }
  return { taps, at, weights }
}

/** Where the picture lies in the result, and which part of it is shown. */
export function placement(from: Size, to: Size, fit: Plan['fit']): { x: number; y: number; width: number; height: number; left: number; top: number; partWidth: number; partHeight: number } {
  const [across, down] = [to.width / from.width, to.height / from.height]
  const scale = fit === 'fill' ? Math.max(across, down) : Math.min(across, down)
  const width = Math.min(to.width, Math.round(from.width * scale))
  const height = Math.min(to.height, Math.round(from.height * scale))
  const [partWidth, partHeight] = [Math.min(from.width, width / scale), Math.min(from.height, height / scale)]
  return {
    x: Math.floor((to.width - width) / 2),
    y: Math.floor((to.height - height) / 2),
    width,
    height,
    left: (from.width - partWidth) / 2,
    top: (from.height - partHeight) / 2,
    partWidth,
    partHeight,
  }
}

/** Gives a function from frames of size `from` to new ones of size `to`, opaque; alpha is ignored. */
export function scaler(from: Size, to: Size, fit: Plan['fit']): (rgba: Uint8ClampedArray) => Uint8ClampedArray<ArrayBuffer> {
  const { x, y, width, height, left, top, partWidth, partHeight } = placement(from, to, fit)
  const across = axis(left, partWidth, from.width, width)
  const down = axis(top, partHeight, from.height, height)
  const rows = new Float32Array(from.height * width * 3)
  const line = new Float32Array(width * 3)
  return (rgba) => {
    for (let row = 0; row < from.height; row++) scaleRow(rgba, row * from.width, across, rows, row * width * 3, width)
    const result = new Uint8ClampedArray(to.width * to.height * 4)
    // Opaque black, where no picture is.
    new Uint32Array(result.buffer).fill(0xff000000)
    for (let i = 0; i < height; i++) {
      mixRows(rows, down, i, line)
      for (let k = 0, pixel = ((y + i) * to.width + x) * 4; k < line.length; k += 3, pixel += 4) {
        result[pixel] = line[k]!
        result[pixel + 1] = line[k + 1]!
        result[pixel + 2] = line[k + 2]!
      }
    }
    return result
  }
}

/** One row of pixels, from `line` on in `rgba`, as `width` of them in `rows`. */
function scaleRow(rgba: Uint8ClampedArray, line: number, { taps, at, weights }: Axis, rows: Float32Array, out: number, width: number): void {
  for (let i = 0; i < width; i++, out += 3) {
    let red = 0
    let green = 0
    let blue = 0
    for (let tap = i * taps, end = tap + taps; tap < end; tap++) {
      const weight = weights[tap]!
      const pixel = (line + at[tap]!) * 4
      red += weight * rgba[pixel]!
      green += weight * rgba[pixel + 1]!
      blue += weight * rgba[pixel + 2]!
    }
    rows[out] = red
    rows[out + 1] = green
    rows[out + 2] = blue
  }
}

/** The same with no more taps than needed: none twice, none without weight. */
export function compact({ taps, at, weights }: Axis): Axis {
  const length = at.length / taps
  const sums = Array.from({ length }, (_, i) => {
    const sum = new Map<number, number>()
    for (let tap = i * taps; tap < (i + 1) * taps; tap++) if (weights[tap] !== 0) sum.set(at[tap]!, (sum.get(at[tap]!) ?? 0) + weights[tap]!)
    return [...sum]
  })
  const needed = Math.max(1, ...sums.map((sum) => sum.length))
  const result: Axis = { taps: needed, at: new Int32Array(length * needed), weights: new Float32Array(length * needed) }
  for (const [i, sum] of sums.entries()) {
    for (const [tap, [from, weight]] of sum.entries()) {
      result.at[i * needed + tap] = from
      result.weights[i * needed + tap] = weight
    }
  }
  return result
}

/** Scales one plane of numbers: fill `plane`, then take the rows of the result one after another. The row is the same one each time. */
export function planeScaler(across: Axis, down: Axis, from: Size): { plane: Float32Array; each: (take: (row: Float32Array, y: number) => void) => void } {
  const width = across.at.length / across.taps
  const height = down.at.length / down.taps
  const plane = new Float32Array(from.width * from.height)
  const rows = new Float32Array(from.height * width)
  const row = new Float32Array(width)
  return {
    plane,
    each(take) {
      scaleColumns(plane, from, across, rows, width)
      for (let y = 0; y < height; y++) {
        mixRows(rows, down, y, row)
        take(row, y)
      }
    },
  }
}

/** All rows of a plane at once, column by column: what a column is made of stays at hand. */
function scaleColumns(plane: Float32Array, { width: stride, height }: Size, { taps, at, weights }: Axis, rows: Float32Array, width: number): void {
  for (let i = 0; i < width; i++) {
    const end = (i + 1) * taps
    let tap = i * taps
    for (const first = tap; tap + 4 <= end; tap += 4) {
      const [a, b, c, d] = [weights[tap]!, weights[tap + 1]!, weights[tap + 2]!, weights[tap + 3]!]
      let [p, q, r, s] = [at[tap]!, at[tap + 1]!, at[tap + 2]!, at[tap + 3]!]
      if (tap === first) for (let y = 0, k = i; y < height; y++, k += width, p += stride, q += stride, r += stride, s += stride) rows[k] = a * plane[p]! + b * plane[q]! + c * plane[r]! + d * plane[s]!
      else for (let y = 0, k = i; y < height; y++, k += width, p += stride, q += stride, r += stride, s += stride) rows[k]! += a * plane[p]! + b * plane[q]! + c * plane[r]! + d * plane[s]!
    }
    for (; tap < end; tap++) {
      const a = weights[tap]!
      let p = at[tap]!
      if (tap === i * taps) for (let y = 0, k = i; y < height; y++, k += width, p += stride) rows[k] = a * plane[p]!
      else for (let y = 0, k = i; y < height; y++, k += width, p += stride) rows[k]! += a * plane[p]!
    }
  }
}

/** Row `i` of the result out of the rows around it, four at a time. */
function mixRows(rows: Float32Array, { taps, at, weights }: Axis, i: number, line: Float32Array): void {
  const length = line.length
  const end = (i + 1) * taps
  let tap = i * taps
  for (const first = tap; tap + 4 <= end; tap += 4) {
    const [a, b, c, d] = [weights[tap]!, weights[tap + 1]!, weights[tap + 2]!, weights[tap + 3]!]
    const [p, q, r, s] = [at[tap]! * length, at[tap + 1]! * length, at[tap + 2]! * length, at[tap + 3]! * length]
    if (tap === first) for (let k = 0; k < length; k++) line[k] = a * rows[p + k]! + b * rows[q + k]! + c * rows[r + k]! + d * rows[s + k]!
    else for (let k = 0; k < length; k++) line[k]! += a * rows[p + k]! + b * rows[q + k]! + c * rows[r + k]! + d * rows[s + k]!
  }
  for (; tap < end; tap++) {
    const a = weights[tap]!
    const p = at[tap]! * length
    if (tap === i * taps) for (let k = 0; k < length; k++) line[k] = a * rows[p + k]!
    else for (let k = 0; k < length; k++) line[k]! += a * rows[p + k]!
  }
}
