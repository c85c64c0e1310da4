/**
 * The pattern that is woven into the picture: a tile of 64 × 64 pixels, repeated over the frame, whose waves are between 6.4 and 16 pixels long:
 * longer ones would be seen, shorter ones are what codecs throw away. A wave carries two bits in its phase. Some waves are the same in every
 * film and tell where the tile begins; the others carry the payload. Which wave does what is drawn from a key.
 *
 * The key is here for all to read: who checks a film needs it. So the mark says "made by Kinora" against loss, not against a forger.
 */
import { codedBits, encodePayload } from './code'

export const tileSize = 64
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
  for (let i = waves.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[waves[i], waves[j]] = [waves[j]!, waves[i]!]
  }
  const sign = () => (random() < 0.5 ? -1 : 1)
  const signed = (wave: Wave) => ({ wave, cosine: sign(), sine: sign() })
  const carriers = waves.slice(0, codedBits / 2).map(signed)
  return { carriers, pilots: waves.slice(codedBits / 2).map(signed) }
}

/** The tile for a payload (uint32), with a mean square of 1. [64 · 64] */
export function tileOf(payload: number): Float32Array {
  const coded = encodePayload(payload)
  const tile = new Float32Array(tileSize * tileSize)
  const add = ({ x, y }: Wave, cosine: number, sine: number) => {
    for (let row = 0; row < tileSize; row++) {
      for (let column = 0; column < tileSize; column++) {
        const angle = (2 * Math.PI * ((x * column + y * row) % tileSize)) / tileSize
        tile[row * tileSize + column]! += cosine * Math.cos(angle) + sine * Math.sin(angle)
      }
    }
  }
  for (const { wave, cosine, sine } of plan.pilots) add(wave, cosine, sine)
  plan.carriers.forEach(({ wave, cosine, sine }, i) => add(wave, cosine * coded[2 * i]!, sine * coded[2 * i + 1]!))
  const scale = Math.sqrt(tile.length / tile.reduce((sum, value) => sum + value * value, 0))
  return tile.map((value) => value * scale)
}

/** Numbers 0…1 that follow from a text alone: xmur3 seeds mulberry32 (public domain, B. Mulvey). */
function randomFrom(text: string): () => number {
  let state = 1779033703 ^ text.length
  for (const char of text) {
    state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 3432918353)
    state = (state << 13) | (state >>> 19)
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
