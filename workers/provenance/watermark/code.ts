/**
 * The watermark's payload as bits that survive errors: 32 bits, a 16-bit checksum, and a convolutional code of rate 1/3 whose soft decisions
 * the Viterbi algorithm reads back.
 */

export const payloadBits = 32
const checksumBits = 16
/** The code remembers six bits, and six zeros at the end bring it home. */
const memory = 6
/** Octal 133, 171, 165: the best code of this memory and rate (J. G. Proakis, "Digital Communications", table 8.2-2). */
const generators = [0o133, 0o171, 0o165]
const messageBits = payloadBits + checksumBits
export const codedBits = (messageBits + memory) * generators.length

/** Coded bits of a payload (uint32), each −1 or 1. */
export function encodePayload(payload: number): Int8Array {
  const message = [...bitsOf(payload >>> 0, payloadBits), ...bitsOf(checksum(payload >>> 0), checksumBits), ...Array<number>(memory).fill(0)]
  const coded = new Int8Array(codedBits)
  let register = 0
  message.forEach((bit, i) => {
    register = ((register << 1) | bit) & 0x7f
    generators.forEach((generator, g) => (coded[i * generators.length + g] = parity(register & generator) ? 1 : -1))
  })
  return coded
}

export interface Decoded {
  payload: number
  /** Whether the checksum fits: of noise, one in 65,536 does. */
  checks: boolean
}

/** @param soft per coded bit how much it looks like a 1 (positive) or a 0 (negative); any scale */
export function decodePayload(soft: ArrayLike<number>): Decoded {
  const bits = viterbi(soft)
  const payload = numberOf(bits.slice(0, payloadBits))
  return { payload, checks: numberOf(bits.slice(payloadBits, messageBits)) === checksum(payload) }
}

/** The message whose coded bits are most like `soft`. */
function viterbi(soft: ArrayLike<number>): number[] {
  const states = 1 << memory
  const steps = messageBits + memory
  let score = new Float64Array(states).fill(-Infinity)
  score[0] = 0
  const from: Uint8Array[] = []
  for (let step = 0; step < steps; step++) {
    const next = new Float64Array(states).fill(-Infinity)
    const back = new Uint8Array(states)
    for (let state = 0; state < states; state++) {
      if (score[state] === -Infinity) continue
      for (const bit of [0, 1]) {
        const register = (state << 1) | bit
        let gain = score[state]!
        generators.forEach((generator, g) => {
          const value = soft[step * generators.length + g]!
          gain += parity(register & generator) ? value : -value
        })
        const to = register & (states - 1)
        if (gain > next[to]!) {
          next[to] = gain
          back[to] = state
        }
      }
    }
    score = next
    from.push(back)
  }
  // The zeros at the end lead back to state 0.
  const bits: number[] = []
  for (let step = steps - 1, state = 0; step >= 0; step--) {
    bits.unshift(state & 1)
    state = from[step]![state]!
  }
  return bits.slice(0, messageBits)
}

/** CRC-16/IBM-3740 ("CCITT-FALSE") of the four bytes, the highest first. */
export function checksum(payload: number): number {
  let crc = 0xffff
  for (const shift of [24, 16, 8, 0]) {
    crc ^= ((payload >>> shift) & 0xff) << 8
    for (let i = 0; i < 8; i++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return crc
}

function bitsOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (value >>> (count - 1 - i)) & 1)
}

function numberOf(bits: readonly number[]): number {
  return bits.reduce((value, bit) => ((value << 1) | bit) >>> 0, 0)
}

function parity(value: number): number {
  let odd = 0
  for (let rest = value; rest > 0; rest &= rest - 1) odd ^= 1
  return odd
}
