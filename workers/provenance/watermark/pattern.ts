/**
 * The pattern that is woven into the picture: a square tile, a quarter of the picture's shorter side, repeated over the frame. Its waves are
 * between a tenth and a quarter of the tile long (6.4 to 16 pixels in a picture of 256): longer ones would be seen, shorter ones are what
 * codecs throw away. Because the tile grows with the picture, a film that was scaled as a whole still has it where it is looked for. A wave
 * carries two bits in its phase. Some waves are the same in every film and tell where the tile begins; the others carry the payload. Which
 * wave does what is drawn from a key.
 */
import { codedBits, encodePayload } from './code'
import { Fourier, transformSquare } from './fft'
import { randomFrom, shuffled } from './keyed'

/** The tile in the detector's eyes, in pixels of a picture whose shorter side is `tileSize · tilesAcross`. */
export const tileSize = 64
export const tilesAcross = 4
/** Waves a tile. */
const lowest = 4
const highest = 10
const key = 'kinora picture 1'

/** A wave of the tile: `x` and `y` waves along the sides. */
export interface Wave {
  x: number
  y: number
}

export interface Plan {
  pilots: { wave: Wave; cosine: number; sine: number }[]
  /** Two coded bits each: in the cosine's sign and the sine's. */
  carriers: { wave: Wave; cosine: number; sine: number }[]
}

export const plan = makePlan()

function makePlan(): Plan {
  const random = randomFrom(key)
  const waves: Wave[] = []
  for (let x = 0; x <= highest; x++) {
    for (let y = -highest; y <= highest; y++) {
      const length = Math.hypot(x, y)
      // Of a wave and its opposite, which are one, the half plane has one.
      if (length >= lowest && length <= highest && (x > 0 || y > 0)) waves.push({ x, y })
    }
  }
  const sign = () => (random() < 0.5 ? -1 : 1)
  const signed = (wave: Wave) => ({ wave, cosine: sign(), sine: sign() })
  const mixed = shuffled(waves, random)
  const carriers = mixed.slice(0, codedBits / 2).map(signed)
  return { carriers, pilots: mixed.slice(codedBits / 2).map(signed) }
}

/** The tile for a payload (uint32) at `size` pixels a side, a power of two, with a mean square of 1. [size · size] */
export function tileOf(payload: number, size: number = tileSize): Float32Array {
  const coded = encodePayload(payload)
  const [tile, rest] = [new Float64Array(size * size), new Float64Array(size * size)]
  const add = ({ x, y }: Wave, cosine: number, sine: number) => {
    tile[((y + size) % size) * size + x] = cosine
    rest[((y + size) % size) * size + x] = sine
  }
  for (const { wave, cosine, sine } of plan.pilots) add(wave, cosine, sine)
  plan.carriers.forEach(({ wave, cosine, sine }, i) => add(wave, cosine * coded[2 * i]!, sine * coded[2 * i + 1]!))
  // The real part is Σ cosine · cos + sine · sin.
  transformSquare(new Fourier(size), size, tile, rest)
  const scale = Math.sqrt(tile.length / tile.reduce((sum, value) => sum + value * value, 0))
  return Float32Array.from(tile, (value) => value * scale)
}

/** Finer than any picture needs: between its points the tile is a straight line. */
const fineSize = 4 * tileSize

/** The pattern over a whole frame, with a mean square of about 1. [height · width] */
export function patternOf(payload: number, width: number, height: number): Float32Array {
  const tile = tileOf(payload, fineSize)
  const side = Math.min(width, height) / tilesAcross
  const pattern = new Float32Array(width * height)
  const across = Array.from({ length: width }, (_, x) => (x * fineSize) / side)
  const left = Int32Array.from(across, (u) => Math.floor(u) % fineSize)
  const right = Int32Array.from(across, (u) => (Math.floor(u) + 1) % fineSize)
  const share = Float32Array.from(across, (u) => u % 1)
  for (let y = 0; y < height; y++) {
    const v = (y * fineSize) / side
    const [y0, fy] = [Math.floor(v), v % 1]
    const [top, bottom] = [(y0 % fineSize) * fineSize, ((y0 + 1) % fineSize) * fineSize]
    for (let x = 0, at = y * width; x < width; x++, at++) {
      const [l, r, fx] = [left[x]!, right[x]!, share[x]!]
      const above = tile[top + l]! * (1 - fx) + tile[top + r]! * fx
      const below = tile[bottom + l]! * (1 - fx) + tile[bottom + r]! * fx
      pattern[at] = above * (1 - fy) + below * fy
    }
  }
  return pattern
}
