/** What the frames of a film have in common in one plane of colour, finer than its shapes: there the picture's mark is looked for. */
import { tilesAcross, tileSize } from './pattern'

/** One plane of a frame, rows one after another. */
export interface Plane {
  values: Uint8Array
  width: number
  height: number
  /** From one row to the next. */
  stride: number
  /** From one value to the next: 2 where another plane lies between. */
  step: number
}

/** Luma by BT.709, limited range, as films have it. @param rgba [height · width · 4] */
export function lightOf(rgba: ArrayLike<number>, width: number, height: number): Plane {
  const values = new Uint8Array(width * height)
  for (let i = 0, at = 0; i < values.length; i++, at += 4) values[i] = 16.5 + (219 / 255) * (0.2126 * rgba[at]! + 0.7152 * rgba[at + 1]! + 0.0722 * rgba[at + 2]!)
  return { values, width, height, stride: width, step: 1 }
}

/** The shorter side at which a tile is `tileSize` pixels. */
const normalSide = tileSize * tilesAcross
/** What stands in the way of the mark, at most, in steps of 255: edges are cut down to this. */
const limit = 4

export class PlaneSum {
  readonly #width: number
  readonly #height: number
  /** Pixels of the file that become one here: nothing finer than needed is looked at. */
  readonly #coarse: number
  readonly #reach: number
  readonly #sum: Float32Array
  #frames = 0

  constructor(width: number, height: number) {
    this.#coarse = Math.max(1, Math.floor(Math.min(width, height) / normalSide))
    this.#width = Math.floor(width / this.#coarse)
    this.#height = Math.floor(height / this.#coarse)
    this.#sum = new Float32Array(this.#width * this.#height)
    this.#reach = Math.max(3, Math.round((5 * Math.min(this.#width, this.#height)) / normalSide))
  }

  add(plane: Plane): void {
    const small = this.#shrunk(plane)
    const smooth = blurred(small, this.#width, this.#height, this.#reach)
    for (let i = 0; i < this.#sum.length; i++) {
      const rest = small[i]! - smooth[i]!
      this.#sum[i]! += Math.max(-limit, Math.min(limit, rest))
    }
    this.#frames++
  }

  #shrunk({ values, stride, step }: Plane): Float32Array {
    const coarse = this.#coarse
    const small = new Float32Array(this.#width * this.#height)
    for (let y = 0; y < this.#height; y++) {
      for (let x = 0; x < this.#width; x++) {
        let sum = 0
        for (let row = y * coarse; row < (y + 1) * coarse; row++) {
          for (let column = x * coarse; column < (x + 1) * coarse; column++) sum += values[row * stride + column * step]!
        }
        small[y * this.#width + x] = sum / coarse ** 2
      }
    }
    return small
  }

  /** All tiles of the film laid on one another, if `cut` of the shorter side is left. [tileSize · tileSize] */
  fold(cut: number): Float64Array {
    // So many pixels here are one of those that the tile is made of.
    const scale = Math.min(this.#width, this.#height) / (normalSide * cut)
    const tile = new Float64Array(tileSize * tileSize)
    const counts = new Float64Array(tileSize * tileSize)
    // Where pixels are gathered into one, the mean of four places within it.
    const offsets = scale <= 1.25 ? [0] : [-scale / 4, scale / 4]
    const columns = offsets.map((offset) => between(this.#width, scale, offset))
    for (const rows of offsets.map((offset) => between(this.#height, scale, offset))) {
      for (const { at, next, share } of columns) {
        for (let y = 0; y < rows.at.length; y++) {
          const above = rows.at[y]! * this.#width
          const below = rows.next[y]! * this.#width
          const fy = rows.share[y]!
          const line = (y % tileSize) * tileSize
          for (let x = 0; x < at.length; x++) {
            const fx = share[x]!
            const top = this.#sum[above + at[x]!]! * (1 - fx) + this.#sum[above + next[x]!]! * fx
            const bottom = this.#sum[below + at[x]!]! * (1 - fx) + this.#sum[below + next[x]!]! * fx
            const place = line + (x & (tileSize - 1))
            tile[place]! += top * (1 - fy) + bottom * fy
            counts[place]!++
          }
        }
      }
    }
    for (let i = 0; i < tile.length; i++) tile[i]! /= Math.max(1, counts[i]!) * this.#frames
    return tile
  }
}

/** Between which pixels the pixels of the original lie, along one side. */
function between(length: number, scale: number, offset: number): { at: Int32Array; next: Int32Array; share: Float64Array } {
  const count = Math.floor(length / scale)
  const [at, next, share] = [new Int32Array(count), new Int32Array(count), new Float64Array(count)]
  for (let i = 0; i < count; i++) {
    const place = Math.max(0, Math.min(length - 1, (i + 0.5) * scale - 0.5 + offset))
    at[i] = Math.floor(place)
    next[i] = Math.min(length - 1, at[i]! + 1)
    share[i] = place - at[i]!
  }
  return { at, next, share }
}

/** Mean of the box around each pixel, by running sums: taken away, it takes along what changes slower than the mark. */
function blurred(luma: Float32Array, width: number, height: number, reach: number): Float32Array {
  const rows = new Float32Array(width * height)
  for (let y = 0; y < height; y++) runningMean(luma, rows, y * width, 1, width, reach)
  const result = new Float32Array(width * height)
  for (let x = 0; x < width; x++) runningMean(rows, result, x, width, height, reach)
  return result
}

function runningMean(from: ArrayLike<number>, to: Float32Array, start: number, step: number, count: number, reach: number): void {
  let sum = 0
  for (let i = 0; i < Math.min(reach, count); i++) sum += from[start + i * step]!
  for (let i = 0; i < count; i++) {
    if (i + reach < count) sum += from[start + (i + reach) * step]!
    if (i - reach - 1 >= 0) sum -= from[start + (i - reach - 1) * step]!
    const inside = Math.min(count - 1, i + reach) - Math.max(0, i - reach) + 1
    to[start + i * step] = sum / inside
  }
}
