/** The invisible mark in the light of the picture: put in before encoding, and found again in what became of the film. */
import { decodePayload, encodePayload } from './code'
import { Fourier, transformSquare } from './fft'
import type { Mark } from './mark'
import { patternOf, plan, tileSize, type Wave } from './pattern'
import { type Plane, PlaneSum } from './plane'

/** Steps of 255, root mean square, in bright places. Colour would be less seen, but the encoders of browsers keep nothing of it. */
const strength = 1.75
/** Below this light the mark fades a little: noise shows in the dark. */
const dark = 64

/** What is quite black (less than one step of one colour) is no picture, but a bar beside it. */
const black = 0.0361
/** By how much the pattern changes light (0…255), which stays within red, green and blue alike. */
export const strengthAt = (light: number): number => (light < black ? 0 : light < dark ? strength * (0.85 + (0.15 / dark) * light) : strength)

/** What marks the frames of a film, all of one size. @param rgba [height · width · 4], changed in place; red, green and blue alike */
export function pictureMarker(payload: number, width: number, height: number): (rgba: Uint8ClampedArray) => void {
  const pattern = patternOf(payload, width, height)
  return (rgba) => {
    for (let i = 0, at = 0; i < pattern.length; i++, at += 4) {
      const change = strengthAt(0.2126 * rgba[at]! + 0.7152 * rgba[at + 1]! + 0.0722 * rgba[at + 2]!) * pattern[i]!
      rgba[at] = rgba[at]! + change
      rgba[at + 1] = rgba[at + 1]! + change
      rgba[at + 2] = rgba[at + 2]! + change
    }
  }
}

/** Of noise the best of all payloads that check, at all places, stands at 6 to 7 standard deviations. */
const leastSureness = 8.5
/** From here on something like the mark is there, even if it cannot be read. */
export const faintPicture = 10.5

/** Parts of the shorter side that may be left of it: all, or after a cut nobody told us of. */
const cuts = Array.from({ length: 101 }, (_, i) => 1 - i / 250)
/** So many of the likeliest cuts are read. */
const tries = 3

/** Gathers frames, however many, all of one size; then looks for the mark. */
export class PictureDetector {
  #sum: PlaneSum | undefined

  /** @param light luma of one frame */
  add(light: Plane): void {
    this.#sum ??= new PlaneSum(light.width, light.height)
    this.#sum.add(light)
  }

  /** The mark at the place and the cut at which it is seen best, be it there or not; null without frames. */
  likeliest(): Mark | null {
    const sum = this.#sum
    if (!sum) return null
    // Most films are whole: the others are looked for only where this one is not sure.
    const whole = read(wavesIn(sum.fold(1)))
    if (isSurePicture(whole)) return whole
    const seen = cuts.map((cut) => wavesIn(sum.fold(cut))).toSorted((a, b) => b.stands - a.stands)
    return [whole, ...seen.slice(0, tries).map(read)].toSorted((a, b) => Number(b.checks) - Number(a.checks) || b.sureness - a.sureness)[0]!
  }
}

const waves = [...plan.pilots, ...plan.carriers]

interface Seen {
  /** How much of each wave is in the tile, in the order of `waves`. */
  found: Complex[]
  /** Where the tile begins. */
  x: number
  y: number
  /** How far the pilots' agreement there stands out from that at all other places, in standard deviations. */
  stands: number
}

function wavesIn(tile: Float64Array): Seen {
  const spectrum = coefficients(tile)
  const found = waves.map(({ wave }) => spectrum(wave))
  level(found)
  const pilots = plan.pilots.map(({ wave, cosine, sine }, i) => {
    const { re, im } = conjugateProduct(found[i]!, cosine, sine)
    return { wave, re, im }
  })
  return { found, ...place(pilots) }
}

function read({ found, x, y }: Seen): Mark {
  const values = found.flatMap((one, i) => {
    const { wave, cosine, sine } = waves[i]!
    const { re, im } = turn(one, wave, x, y)
    return [re * cosine, im * sine]
  })
  const pilots = 2 * plan.pilots.length
  const soft = Float64Array.from(values.slice(pilots))
  const decoded = decodePayload(soft)
  const coded = encodePayload(decoded.payload)
  const likeness = values.reduce((sum, value, i) => sum + value * (i < pilots ? 1 : coded[i - pilots]!), 0)
  const energy = values.reduce((sum, value) => sum + value * value, 0)
  return { ...decoded, soft, sureness: energy > 1e-9 ? likeness / Math.sqrt(energy) : 0 }
}

export const isSurePicture = ({ checks, sureness }: Mark): boolean => checks && sureness >= leastSureness

/** Pictures have more of long waves than of short ones: each ring of waves is brought to the same strength. */
function level(found: Complex[]): void {
  const energies = new Map<number, { sum: number; count: number }>()
  found.forEach(({ re, im }, i) => {
    const energy = energies.get(rings[i]!) ?? { sum: 0, count: 0 }
    energies.set(rings[i]!, { sum: energy.sum + re * re + im * im, count: energy.count + 1 })
  })
  found.forEach((one, i) => {
    const { sum, count } = energies.get(rings[i]!)!
    const scale = 1 / Math.max(1e-6, Math.sqrt(sum / count))
    one.re *= scale
    one.im *= scale
  })
}

const rings = waves.map(({ wave: { x, y } }) => Math.round(Math.hypot(x, y)))

interface Complex {
  re: number
  im: number
}

const fourier = new Fourier(tileSize)
const indexOf = ({ x, y }: Wave) => ((y + tileSize) % tileSize) * tileSize + x

/** How much of each wave is in the tile: `re` of its cosine, `im` of its sine. */
function coefficients(tile: Float64Array): (wave: Wave) => Complex {
  const [re, im] = [tile.slice(), new Float64Array(tile.length)]
  transformSquare(fourier, tileSize, re, im)
  return (wave) => ({ re: re[indexOf(wave)]!, im: -im[indexOf(wave)]! })
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
function place(pilots: readonly (Complex & { wave: Wave })[]): { x: number; y: number; stands: number } {
  const count = tileSize * tileSize
  const [sums, rest] = [new Float64Array(count), new Float64Array(count)]
  // Σ re · cos + im · sin at every place at once.
  for (const { wave, re, im } of pilots) {
    sums[indexOf(wave)] = re
    rest[indexOf(wave)] = im
  }
  transformSquare(fourier, tileSize, sums, rest)
  let best = 0
  let total = 0
  let squares = 0
  for (let i = 0; i < count; i++) {
    const sum = sums[i]!
    total += sum
    squares += sum * sum
    if (sum > sums[best]!) best = i
  }
  const mean = total / count
  const deviation = Math.sqrt(Math.max(1e-12, squares / count - mean * mean))
  return { x: best % tileSize, y: Math.floor(best / tileSize), stands: (sums[best]! - mean) / deviation }
}
