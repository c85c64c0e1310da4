/**
 * Log-mel spectrograms, the form in which sound is given to the net: the same as models/kinora/mel.py computes, whose constants these are. Packs that keep sound
 * otherwise cannot be given any.
 */

const fftSize = 1024
const lowestHz = 40
const highestHz = 7800
/** Magnitudes below it are silence. */
const floor = 0.04
/** Of the log, over the sounds that the net was trained on. */
const mean = -0.6
const deviation = 2

export interface MelShape {
  sampleRate: number
  hopSamples: number
  mels: number
}

/**
 * @param wave mono, −1…1; mirrored at both ends, as `torch.stft` does
 * @returns `[⌊samples / hop⌋, mels]`; frame k is centred on sample k · hop
 */
export function logMel(wave: Float32Array, { sampleRate, hopSamples, mels }: MelShape): Float32Array<ArrayBuffer> {
  const frames = Math.floor(wave.length / hopSamples)
  const bank = filters(sampleRate, mels)
  const window = Float64Array.from({ length: fftSize }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / fftSize))
  const result = new Float32Array(frames * mels)
  const real = new Float64Array(fftSize)
  const imaginary = new Float64Array(fftSize)
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * hopSamples - fftSize / 2
    for (let i = 0; i < fftSize; i++) real[i] = window[i]! * wave[mirrored(start + i, wave.length)]!
    imaginary.fill(0)
    transform(real, imaginary)
    for (const [band, { from, weights }] of bank.entries()) {
      let sum = 0
      for (const [i, weight] of weights.entries()) sum += weight * Math.hypot(real[from + i]!, imaginary[from + i]!)
      result[frame * mels + band] = (Math.log(Math.max(sum, floor)) - mean) / deviation
    }
  }
  return result
}

/** The first and the last sample are not repeated. */
function mirrored(index: number, length: number): number {
  const period = 2 * (length - 1)
  const i = Math.abs(index) % period
  return i < length ? i : period - i
}

/** Triangles between equal steps of the HTK mel scale, without the bins where they are 0. */
function filters(sampleRate: number, mels: number): { from: number; weights: Float64Array }[] {
  const toMel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700)
  const low = toMel(lowestHz)
  const step = (toMel(highestHz) - low) / (mels + 1)
  const edge = (i: number) => (700 * (10 ** ((low + i * step) / 2595) - 1) * fftSize) / sampleRate
  return Array.from({ length: mels }, (_, band) => {
    const [left, middle, right] = [edge(band), edge(band + 1), edge(band + 2)]
    const from = Math.max(0, Math.ceil(left))
    const to = Math.min(fftSize / 2, Math.floor(right))
    const weights = Float64Array.from({ length: Math.max(0, to - from + 1) }, (_, i) =>
      Math.max(0, Math.min((from + i - left) / (middle - left), (right - from - i) / (right - middle))),
    )
    return { from, weights }
  })
}

/** The discrete Fourier transform in place: Cooley and Tukey, radix 2. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) {
      ;[real[i], real[j]] = [real[j]!, real[i]!]
      ;[imaginary[i], imaginary[j]] = [imaginary[j]!, imaginary[i]!]
    }
  }
  for (let length = 2; length <= size; length *= 2) {
    const half = length / 2
    for (let k = 0; k < half; k++) {
      const angle = (-2 * Math.PI * k) / length
      const cos = Math.cos(angle)
      const sin = Math.sin(angle)
      for (let a = k; a < size; a += length) {
        const b = a + half
        const re = real[b]! * cos - imaginary[b]! * sin
        const im = real[b]! * sin + imaginary[b]! * cos
        real[b] = real[a]! - re
        imaginary[b] = imaginary[a]! - im
        real[a] = real[a]! + re
        imaginary[a] = imaginary[a]! + im
      }
    }
  }
}
