/** The loudness of a sound's cells and how pairs of them differ: what the sound's mark is written in and read from. */
import { Fourier } from './fft'
import { bands, binsOf, frameSamples } from './plot'

/** Bins below this, at full scale 1, are silence: white noise at −80 dB. */
const silence = (1e-8 * frameSamples * 3) / 8
/** What lies so far below its neighbourhood is whatever a codec has made of it. */
const hidden = 1e-3
const neighbours = 5
/** Natural logarithm of a ratio of energies: a cell that an impact falls into must not drown the others. */
const limit = 1.4

const fourier = new Fourier(frameSamples)
export const hann = Float64Array.from({ length: frameSamples }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / frameSamples))

/**
 * Energy of each band in frames that begin at `first`, `first + hop`, … (samples), all within the sound.
 * @returns [frames · bands]
 */
export function energiesOf(samples: Float32Array, first: number, hop: number, frames: number): Float64Array {
  const energies = new Float64Array(frames * bands)
  const re = new Float64Array(frameSamples)
  const im = new Float64Array(frameSamples)
  // Two real frames make one complex transform; their spectra come apart by symmetry.
  for (let frame = 0; frame < frames; frame += 2) {
    const start = first + frame * hop
    for (let i = 0; i < frameSamples; i++) {
      re[i] = samples[start + i]! * hann[i]!
      im[i] = frame + 1 < frames ? samples[start + hop + i]! * hann[i]! : 0
    }
    fourier.transform(re, im)
    for (let band = 0; band < bands; band++) {
      const [from, to] = binsOf(band)
      let [one, other] = [0, 0]
      for (let bin = from; bin < to; bin++) {
        const [a, b, c, d] = [re[bin]!, im[bin]!, re[frameSamples - bin]!, im[frameSamples - bin]!]
        one += ((a + c) ** 2 + (b - d) ** 2) / 4
        other += ((b + d) ** 2 + (a - c) ** 2) / 4
      }
      energies[frame * bands + band] = one + silence
      if (frame + 1 < frames) energies[(frame + 1) * bands + band] = other + silence
    }
  }
  return energies
}

/**
 * How much louder each band of one cell is than that of the next: natural logarithms of the ratio of energies, less what the neighbourhood
 * has in common. Both cells by their bands. @returns [bands]
 */
export function differences(first: Float64Array, second: Float64Array): Float64Array {
  const raw = new Float64Array(bands)
  const floors = [floorsOf(first), floorsOf(second)] as const
  for (let band = 0; band < bands; band++) raw[band] = Math.log((first[band]! + floors[0][band]!) / (second[band]! + floors[1][band]!))
  const sums = runningSum(raw)
  return raw.map((value, band) => {
    const [from, to] = around(band)
    const common = (sums[to]! - sums[from]! - value) / (to - from - 1)
    return Math.max(-limit, Math.min(limit, value - common))
  })
}

function floorsOf(cell: Float64Array): Float64Array {
  const sums = runningSum(cell)
  return cell.map((_, band) => {
    const [from, to] = around(band)
    return (hidden * (sums[to]! - sums[from]!)) / (to - from)
  })
}

function around(band: number): [from: number, to: number] {
  return [Math.max(0, band - neighbours), Math.min(bands, band + neighbours + 1)]
}

/** Sum of the first n values, for n = 0…length. */
function runningSum(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1)
  values.forEach((value, i) => (sums[i + 1] = sums[i]! + value))
  return sums
}
