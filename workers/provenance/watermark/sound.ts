/** The inaudible mark in the sound: put in before encoding, and found again in what became of it. Mono, at `markRate`. */
import { differences, energiesOf, hann } from './bands'
import { codedBits, decodePayload } from './code'
import { Fourier } from './fft'
import type { Mark } from './mark'
import { bands, binsOf, blockSamples, cellSamples, frameSamples, pairsPerBlock, plot, plotBits, plotted } from './plot'

const hop = frameSamples / 2
/** Frames lie with their middles a quarter and three quarters into a cell. */
const lead = frameSamples / 4

/** Decibels of amplitude by which a cell is made louder or softer: where the sound helps, at first, and where it resists. */
const least = 0.3
const usual = 0.9
const most = 2
/** Of a band that stands out like a tone: its loudness is heard to tremble sooner. */
const mostOfTones = 0.5
/** What six pairs of one block should add up to, in natural logarithms of energy: read without doubt from two blocks. */
const wanted = 2.2
const rounds = 3

/**
 * What is to be added to the sound, as long as it; where there is silence that is nothing.
 * The strength of each bit follows from how the sound itself would be read (Malvar and Florêncio, "Improved spread spectrum", 2003).
 */
export function soundMark(samples: Float32Array, payload: number): Float32Array<ArrayBuffer> {
  const marking = markBlocks(samples, payload)
  for (;;) {
    const { done, value } = marking.next()
    if (done) return value
  }
}

/** The same, stopping after every block of about a second, so that other work need not wait for all of them. */
export function* markBlocks(samples: Float32Array, payload: number): Generator<void, Float32Array<ArrayBuffer>> {
  const bits = plotted(payload)
  const mark = new Float32Array(samples.length)
  const strength = new Float64Array(plotBits)
  for (let start = 0; start < samples.length; start += blockSamples) {
    // A block alone, with as much on either side as its frames reach into: blocks hardly know of each other.
    const spectra = spectraOf(samples, start)
    const piece = new Float32Array(blockSamples + 2 * margin)
    const sound = pieceOf(samples, start - margin, piece.length)
    strength.fill(usual)
    for (let round = 0; ; round++) {
      changeOf(spectra, gainsOf(strength, bits), piece)
      guard(sound, piece)
      if (round === rounds) break
      const read = readBlock(sound, piece)
      for (let bit = 0; bit < plotBits; bit++) {
        // Of six pairs, either cell by one decibel of amplitude: 12 · ln(10)/10.
        strength[bit] = Math.max(least, Math.min(most, strength[bit]! + (wanted - read[bit]! * bits[bit]!) / 2.76))
      }
    }
    for (let i = 0; i < piece.length; i++) {
      const at = start - margin + i
      if (at >= 0 && at < mark.length) mark[at]! += piece[i]!
    }
    yield
  }
  return mark
}

const framesPerBlock = blockSamples / hop
/** How far a block's frames reach beyond it. */
const margin = lead + hop

function pieceOf(samples: Float32Array, start: number, length: number): Float32Array {
  const piece = new Float32Array(length)
  const from = Math.max(0, start)
  const to = Math.min(samples.length, start + length)
  if (to > from) piece.set(samples.subarray(from, to), from - start)
  return piece
}

/** Coded bits of one block, softly. */
function readBlock(sound: Float32Array, change: Float32Array): Float64Array {
  const marked = sound.map((sample, i) => sample + change[i]!)
  const energies = energiesOf(marked, margin - lead, hop, framesPerBlock)
  const soft = new Float64Array(plotBits)
  const cells = Array.from({ length: 2 * pairsPerBlock }, (_, t) => sumOf(energies, 2 * t, 2 * t + 1))
  const read = Array.from({ length: pairsPerBlock }, (_, pair) => differences(cells[2 * pair]!, cells[2 * pair + 1]!))
  for (const { pair, band, bit, turn } of plot) soft[bit]! += turn * read[pair]![band]!
  return soft
}

/** The energies of two frames together. [bands] */
function sumOf(energies: Float64Array, frame: number, other: number): Float64Array {
  const sum = new Float64Array(bands)
  for (let band = 0; band < bands; band++) sum[band] = energies[frame * bands + band]! + energies[other * bands + band]!
  return sum
}

/** Decibels of each band in each cell of a block, for the payload's bits. */
function gainsOf(strength: Float64Array, bits: Int8Array): Float64Array[] {
  const cells = Array.from({ length: 2 * pairsPerBlock }, () => new Float64Array(bands))
  for (const { pair, band, bit, turn } of plot) {
    const decibels = turn * bits[bit]! * strength[bit]!
    cells[2 * pair]![band] = decibels
    cells[2 * pair + 1]![band] = -decibels
  }
  return cells
}

const fourier = new Fourier(frameSamples)
const root = hann.map(Math.sqrt)
const bins = frameSamples / 2 + 1

interface Spectrum {
  re: Float64Array
  im: Float64Array
  tones: Uint8Array
}

/** Two frames at a time, as the real and the imaginary part of one transform: their spectra come apart by symmetry. */
function spectraOf(samples: Float32Array, start: number): Spectrum[] {
  const re = new Float64Array(frameSamples)
  const im = new Float64Array(frameSamples)
  const spectra: Spectrum[] = []
  for (let frame = 0; frame < framesPerBlock; frame += 2) {
    const piece = pieceOf(samples, start + frame * hop - lead, frameSamples + hop)
    for (let i = 0; i < frameSamples; i++) {
      re[i] = piece[i]! * root[i]!
      im[i] = piece[i + hop]! * root[i]!
    }
    fourier.transform(re, im)
    const [one, other] = [emptySpectrum(), emptySpectrum()]
    for (let bin = 0; bin < bins; bin++) {
      const back = (frameSamples - bin) % frameSamples
      one.re[bin] = (re[bin]! + re[back]!) / 2
      one.im[bin] = (im[bin]! - im[back]!) / 2
      other.re[bin] = (im[bin]! + im[back]!) / 2
      other.im[bin] = (re[back]! - re[bin]!) / 2
    }
    for (const spectrum of [one, other]) spectra.push({ ...spectrum, tones: tonesOf(spectrum.re, spectrum.im) })
  }
  return spectra
}

const emptySpectrum = () => ({ re: new Float64Array(bins), im: new Float64Array(bins) })

/** A band ten times as strong as what is around it. */
const toneRatio = 10
const toneReach = 3

/** 1 for each band that stands out. */
function tonesOf(re: Float64Array, im: Float64Array): Uint8Array {
  const energy = new Float64Array(bands)
  for (let band = 0; band < bands; band++) {
    const [from, to] = binsOf(band)
    for (let bin = from; bin < to; bin++) energy[band]! += re[bin]! ** 2 + im[bin]! ** 2
  }
  return Uint8Array.from(energy, (value, band) => {
    let around = 0
    let count = 0
    for (let other = Math.max(0, band - toneReach); other <= Math.min(bands - 1, band + toneReach); other++) {
      // The window spreads a tone over the bands next to it.
      if (Math.abs(other - band) < 2) continue
      around += energy[other]!
      count++
    }
    return value * count > toneRatio * around ? 1 : 0
  })
}

/** What the gains change, by overlapping frames, two in one transform. @param change is written */
function changeOf(spectra: readonly Spectrum[], cells: readonly Float64Array[], change: Float32Array): void {
  change.fill(0)
  const re = new Float64Array(frameSamples)
  const im = new Float64Array(frameSamples)
  for (let frame = 0; frame < framesPerBlock; frame += 2) {
    const [one, other] = [spectra[frame]!, spectra[frame + 1]!]
    // Both lie in one cell.
    const decibels = cells[Math.floor((frame * hop) / cellSamples)]!
    re.fill(0)
    im.fill(0)
    for (let band = 0; band < bands; band++) {
      const [from, to] = binsOf(band)
      const [gain, otherGain] = [gainOf(decibels[band]!, one.tones[band]!), gainOf(decibels[band]!, other.tones[band]!)]
      for (let bin = from; bin < to; bin++) {
        const [a, b, c, d] = [one.re[bin]! * gain, one.im[bin]! * gain, other.re[bin]! * otherGain, other.im[bin]! * otherGain]
        re[bin] = a - d
        im[bin] = b + c
        re[frameSamples - bin] = a + d
        im[frameSamples - bin] = c - b
      }
    }
    fourier.inverse(re, im)
    const start = margin - lead + frame * hop
    for (let i = 0; i < frameSamples; i++) {
      change[start + i]! += re[i]! * root[i]!
      change[start + hop + i]! += im[i]! * root[i]!
    }
  }
}

/** A factor of amplitude, less 1. */
function gainOf(decibels: number, tone: number): number {
  const limit = tone ? mostOfTones : most
  return 10 ** (Math.max(-limit, Math.min(limit, decibels)) / 20) - 1
}

/** 2 ms to either side: so long does a sound hide what comes just before it. */
const guardReach = 32
/** The change stays 10 dB below the sound around it. */
const guardRatio = 0.1

/** Makes the change smaller where it would be heard: an impact's must not run ahead of it into the silence. */
function guard(sound: Float32Array, change: Float32Array): void {
  const [loud, added] = [powerAround(sound), powerAround(change)]
  for (let i = 0; i < change.length; i++) {
    const allowed = guardRatio * loud[i]!
    if (added[i]! > allowed) change[i]! *= Math.sqrt(allowed / added[i]!)
  }
}

function powerAround(samples: Float32Array): Float64Array {
  const power = new Float64Array(samples.length)
  let sum = 0
  for (let i = -guardReach; i < samples.length; i++) {
    if (i + guardReach < samples.length) sum += samples[i + guardReach]! ** 2
    if (i - guardReach - 1 >= 0) sum -= samples[i - guardReach - 1]! ** 2
    if (i >= 0) power[i] = Math.max(0, sum)
  }
  return power
}

/** Samples between the places where the block is looked for. */
const step = 64
const places = blockSamples / step
/** So many of the likeliest places are read. */
const tries = 6
/** Of noise the best of all payloads that check, at all places, stands at 6 to 7 standard deviations. */
const leastSureness = 9
/** From here on something like the mark is there, even if it cannot be read. */
export const faintSound = 10.5

export const isSureSound = ({ checks, sureness }: Mark): boolean => checks && sureness >= leastSureness

/** Gathers sound piece by piece; then looks for the mark. */
export class SoundDetector {
  /** Differences of the pairs that begin at each place of the block, over all blocks. */
  readonly #folded = Array.from({ length: places }, () => new Float64Array(bands))
  /** What is still needed of the sound before. */
  #rest = new Float32Array(0)
  #place = 0

  /** @param samples mono at `markRate`, that follow what was added before */
  add(samples: Float32Array): void {
    const sound = new Float32Array(this.#rest.length + samples.length)
    sound.set(this.#rest)
    sound.set(samples, this.#rest.length)
    const span = cellSamples / step
    const apart = hop / step
    const frames = Math.floor((sound.length - frameSamples) / step) + 1
    // A pair takes the frames at 0, `apart`, `span` and `span + apart`.
    const count = frames - span - apart
    if (count <= 0) {
      this.#rest = sound
      return
    }
    const energies = energiesOf(sound, 0, step, frames)
    const cells = Array.from({ length: count + span }, (_, frame) => sumOf(energies, frame, frame + apart))
    for (let frame = 0; frame < count; frame++) {
      const read = differences(cells[frame]!, cells[frame + span]!)
      const folded = this.#folded[this.#place]!
      for (let band = 0; band < bands; band++) folded[band]! += read[band]!
      this.#place = (this.#place + 1) % places
    }
    this.#rest = sound.slice(count * step)
  }

  /** The mark at the place where it is heard best, be it there or not; null of silence and of less than a fraction of a second. */
  likeliest(): Mark | null {
    const read = Array.from({ length: places }, (_, place) => this.#read(place))
    const pilots = read.map((soft) => soft.subarray(codedBits).reduce((sum, value) => sum + value, 0))
    const best = pilots.map((_, place) => place).toSorted((a, b) => pilots[b]! - pilots[a]!)
    const marks = best.slice(0, tries).map((place) => this.#markAt(place, read[place]!))
    const heard = marks.filter(({ sureness }) => sureness > 0)
    return heard.toSorted((a, b) => Number(b.checks) - Number(a.checks) || b.sureness - a.sureness)[0] ?? null
  }

  /** All bits of the block that begins at a place, softly. [plotBits] */
  #read(place: number): Float64Array {
    const soft = new Float64Array(plotBits)
    for (const { pair, band, bit, turn } of plot) soft[bit]! += turn * this.#at(place, pair)[band]!
    return soft
  }

  #markAt(place: number, read: Float64Array): Mark {
    const soft = read.slice(0, codedBits)
    const decoded = decodePayload(soft)
    const bits = plotted(decoded.payload)
    let energy = 0
    for (const { pair, band } of plot) energy += this.#at(place, pair)[band]! ** 2
    const likeness = read.reduce((sum, value, bit) => sum + value * bits[bit]!, 0)
    return { ...decoded, soft, sureness: energy > 1e-9 ? likeness / Math.sqrt(energy) : 0 }
  }

  #at(place: number, pair: number): Float64Array {
    return this.#folded[(place + (2 * pair * cellSamples) / step) % places]!
  }
}
