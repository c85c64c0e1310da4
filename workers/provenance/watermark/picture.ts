/** The invisible mark in the picture's luma: put in before encoding, and found again in what became of the film. */
import { codedBits, decodePayload } from './code'
import { plan, tileOf, tileSize, type Wave } from './pattern'

/** Luma steps (of 255), root mean square, in bright places: a PSNR of about 45 dB. */
const strength = 1.6
/** Below this luma the mark fades to half: noise shows in the dark. */
const darkLuma = 64

/** Adds the mark to one frame. @param luma [height · width] limited range, changed in place */
export function marker(payload: number): (luma: Uint8Array, width: number, height: number) => void {
  const tile = tileOf(payload).map((value) => value * strength)
  return (luma, width, height) => {
    for (let y = 0; y < height; y++) {
      const row = (y % tileSize) * tileSize
      for (let x = 0; x < width; x++) {
        const at = y * width + x
        const value = luma[at]!
        const gain = 0.5 + 0.5 * Math.min(1, value / darkLuma)
        luma[at] = Math.max(16, Math.min(235, Math.round(value + gain * tile[row + (x % tileSize)]!)))
      }
    }
  }
}

export interface Mark {
  payload: number
  /** How far the place of the tile stands out from all other places, in standard deviations. */
  sureness: number
  /** Whether the payload's checksum fits. */
  checks: boolean
  /** The coded bits as they were read: positive for 1. */
  soft: Float64Array
}

/** What stands in the way of the mark, at most, in luma steps: edges are cut down to this. */
const residualLimit = 4
/** Of pure noise the greatest of 4,096 places stands at 3 to 4.5 standard deviations. */
const leastSureness = 6

/** Gathers frames, however many; then looks for the mark at the sizes that a film may have come to. */
export class Detector {
  readonly #sum: Float32Array
  readonly #width: number
  readonly #height: number
  #frames = 0

  constructor(width: number, height: number) {
    this.#width = width
    this.#height = height
    this.#sum = new Float32Array(width * height)
  }

  /** @param luma [height · width] */
  add(luma: Uint8Array): void {
    const smooth = blurred(luma, this.#width, this.#height)
    for (let i = 0; i < this.#sum.length; i++) {
      const rest = luma[i]! - smooth[i]!
      this.#sum[i]! += Math.max(-residualLimit, Math.min(residualLimit, rest))
    }
    this.#frames++
  }

  /**
   * @param originals widths that the film may have had when it was marked, in pixels
   * @returns the mark, or null where there is none to be sure of
   */
  find(originals: readonly number[]): Mark | null {
    const mark = this.likeliest(originals)
    return mark && mark.sureness >= leastSureness && mark.checks ? mark : null
  }

  /** The mark at the size at which it is seen best, be it there or not; null without frames. */
  likeliest(originals: readonly number[]): Mark | null {
    if (this.#frames === 0) return null
    const marks = scalesOf(this.#width, originals).map((scale) => this.#at(scale))
    return marks.reduce((best, mark) => (mark.sureness > best.sureness ? mark : best))
  }

  /** The likeliest mark if one pixel of the original has become `scale` pixels. */
  #at(scale: number): Mark {
    const tile = this.#fold(scale)
    const spectrum = (wave: Wave) => coefficient(tile, wave)
    const pilots = plan.pilots.map(({ wave, cosine, sine }) => ({ wave, ...conjugateProduct(spectrum(wave), cosine, sine) }))
    const { x, y, sureness } = place(pilots)
    const soft = new Float64Array(codedBits)
    plan.carriers.forEach(({ wave, cosine, sine }, i) => {
      const turned = turn(spectrum(wave), wave, x, y)
      soft[2 * i] = turned.re * cosine
      soft[2 * i + 1] = turned.im * sine
    })
    return { ...decodePayload(soft), sureness, soft }
  }

  /** All tiles of the film laid on one another, at the original's size. */
  #fold(scale: number): Float32Array {
    const tile = new Float32Array(tileSize * tileSize)
    const counts = new Float32Array(tileSize * tileSize)
    const width = Math.floor(this.#width / scale)
    const height = Math.floor(this.#height / scale)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = (y % tileSize) * tileSize + (x % tileSize)
        tile[at]! += this.#sample((x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5, scale)
        counts[at]!++
      }
    }
    return tile.map((sum, i) => sum / Math.max(1, counts[i]!) / this.#frames)
  }

  /** Bilinear; where pixels are gathered into one, the mean of four places within it. */
  #sample(x: number, y: number, scale: number): number {
    if (scale <= 1.25) return this.#between(x, y)
    const d = scale / 4
    return (this.#between(x - d, y - d) + this.#between(x + d, y - d) + this.#between(x - d, y + d) + this.#between(x + d, y + d)) / 4
  }

  #between(x: number, y: number): number {
    const [w, h] = [this.#width, this.#height]
    const x0 = Math.max(0, Math.min(w - 1, Math.floor(x)))
    const y0 = Math.max(0, Math.min(h - 1, Math.floor(y)))
    const x1 = Math.min(w - 1, x0 + 1)
    const y1 = Math.min(h - 1, y0 + 1)
    const fx = Math.max(0, Math.min(1, x - x0))
    const fy = Math.max(0, Math.min(1, y - y0))
    const top = this.#sum[y0 * w + x0]! * (1 - fx) + this.#sum[y0 * w + x1]! * fx
    const bottom = this.#sum[y1 * w + x0]! * (1 - fx) + this.#sum[y1 * w + x1]! * fx
    return top * (1 - fy) + bottom * fy
  }
}

/** As it was, scaled as a whole, or cut by a tenth (with its size kept, or brought back). */
function scalesOf(width: number, originals: readonly number[]): number[] {
  const scales = originals.flatMap((original) => [width / original, width / (0.9 * original)])
  return [...new Set([1, ...scales])].filter((scale) => scale >= 0.4 && scale <= 4)
}

interface Complex {
  re: number
  im: number
}

/** How much of the wave is in the tile: `re` of its cosine, `im` of its sine. */
function coefficient(tile: Float32Array, { x, y }: Wave): Complex {
  let re = 0
  let im = 0
  for (let row = 0; row < tileSize; row++) {
    for (let column = 0; column < tileSize; column++) {
      const phase = (((x * column + y * row) % tileSize) + tileSize) % tileSize
      const value = tile[row * tileSize + column]!
      re += value * cosines[phase]!
      im += value * sines[phase]!
    }
  }
  return { re, im }
}

const angles = Array.from({ length: tileSize }, (_, i) => (2 * Math.PI * i) / tileSize)
const cosines = angles.map(Math.cos)
const sines = angles.map(Math.sin)

/** (re + i·im) · (cosine − i·sine): real and positive where the wave lies as it was put. */
function conjugateProduct({ re, im }: Complex, cosine: number, sine: number): Complex {
  return { re: re * cosine + im * sine, im: im * cosine - re * sine }
}

/** The wave as it would be if the tile began at (x, y). */
function turn({ re, im }: Complex, wave: Wave, x: number, y: number): Complex {
  const phase = (((wave.x * x + wave.y * y) % tileSize) + tileSize) % tileSize
  return { re: re * cosines[phase]! + im * sines[phase]!, im: im * cosines[phase]! - re * sines[phase]! }
}

/** Where the tile begins: the place at which the pilots agree most. */
function place(pilots: readonly (Complex & { wave: Wave })[]): { x: number; y: number; sureness: number } {
  let best = { x: 0, y: 0, sum: -Infinity }
  let total = 0
  let squares = 0
  for (let y = 0; y < tileSize; y++) {
    for (let x = 0; x < tileSize; x++) {
      let sum = 0
      for (const { wave, re, im } of pilots) {
        const phase = (((wave.x * x + wave.y * y) % tileSize) + tileSize) % tileSize
        sum += re * cosines[phase]! + im * sines[phase]!
      }
      total += sum
      squares += sum * sum
      if (sum > best.sum) best = { x, y, sum }
    }
  }
  const count = tileSize * tileSize
  const mean = total / count
  const deviation = Math.sqrt(Math.max(1e-12, squares / count - mean * mean))
  return { x: best.x, y: best.y, sureness: (best.sum - mean) / deviation }
}

/** Half the side of the box of the mean: it takes away what changes slower than the mark. */
const blurReach = 5

/** Mean of the box around each pixel, by running sums. */
function blurred(luma: Uint8Array, width: number, height: number): Float32Array {
  const rows = new Float32Array(width * height)
  for (let y = 0; y < height; y++) runningMean(luma, rows, y * width, 1, width)
  const result = new Float32Array(width * height)
  for (let x = 0; x < width; x++) runningMean(rows, result, x, width, height)
  return result
}

function runningMean(from: ArrayLike<number>, to: Float32Array, start: number, step: number, count: number): void {
  let sum = 0
  for (let i = 0; i < Math.min(blurReach, count); i++) sum += from[start + i * step]!
  for (let i = 0; i < count; i++) {
    if (i + blurReach < count) sum += from[start + (i + blurReach) * step]!
    if (i - blurReach - 1 >= 0) sum -= from[start + (i - blurReach - 1) * step]!
    const inside = Math.min(count - 1, i + blurReach) - Math.max(0, i - blurReach) + 1
    to[start + i * step] = sum / inside
  }
}
