/**
 * How the sound's mark lies in time and frequency. A block of 1.024 s, repeated without end, is cut into pairs of cells: two times of 32 ms one
 * after another in a band of 94 Hz. One of the two becomes a little louder and the other a little softer; which one is a bit. Most pairs carry
 * the payload's coded bits, six each; the rest are the same in every film and tell where the block begins. Which pair does what, and which
 * way round, is drawn from a key. (The idea is patchwork: Bender et al., "Techniques for data hiding", IBM Systems Journal 35, 1996.)
 */
import { codedBits, encodePayload } from './code'
import { randomFrom, shuffled } from './keyed'

/** Hz. Sound of other rates is brought to this one. */
export const markRate = 16_000
/** Samples of one Fourier transform, Hann's window. */
export const frameSamples = 512
export const cellSamples = 512
export const pairsPerBlock = 16
export const blockSamples = 2 * pairsPerBlock * cellSamples
export const bands = 71
const binsPerBand = 3
/** The first bin of the lowest band: 313 Hz; the highest band ends at 7 kHz. */
const firstBin = 10

const key = 'kinora sound 1'
const pairsPerBit = 6
/** All bits of a block, with those that are the same in every film. */
export const plotBits = Math.ceil((pairsPerBlock * bands) / pairsPerBit)

/** A pair of cells: `turn` is 1 when the first one is louder for a 1. The bits after the coded ones are 1 in every film. */
export interface Pair {
  pair: number
  band: number
  bit: number
  turn: number
}

export const plot: readonly Pair[] = makePlot()

function makePlot(): Pair[] {
  const random = randomFrom(key)
  const places = Array.from({ length: pairsPerBlock * bands }, (_, i) => ({ pair: Math.floor(i / bands), band: i % bands }))
  return shuffled(places, random).map(({ pair, band }, i) => ({
    pair,
    band,
    bit: Math.floor(i / pairsPerBit),
    turn: random() < 0.5 ? -1 : 1,
  }))
}

/** What each bit of a block is for a payload: −1 or 1. [plotBits] */
export function plotted(payload: number): Int8Array {
  const bits = new Int8Array(plotBits).fill(1)
  bits.set(encodePayload(payload).subarray(0, codedBits))
  return bits
}

/** First bin of a band, and the first after it. */
export function binsOf(band: number): [from: number, to: number] {
  const from = firstBin + binsPerBand * band
  return [from, from + binsPerBand]
}
