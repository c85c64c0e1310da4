/**
 * Sound at another sample rate, by band-limited interpolation: every output sample is the input convolved with a
 * Kaiser-windowed sinc around that very instant, so nothing is delayed (J. O. Smith, "Digital Audio Resampling").
 */

/** Zero crossings of the sinc on either side: with β = 9, aliases and images stay below −80 dB. */
const zeroCrossings = 64
const kaiserBeta = 9
/** Share of the lower Nyquist frequency that passes; the rest is the filter's slope. */
const passBand = 0.94

/**
 * `samples` (mono) from `sourceRate` to `targetRate` (whole Hz). Sample n of the result is at n / targetRate seconds;
 * beyond both ends there is silence.
 */
export function resample(samples: Float32Array, sourceRate: number, targetRate: number): Float32Array<ArrayBuffer> {
  if (!(Number.isInteger(sourceRate) && Number.isInteger(targetRate) && sourceRate > 0 && targetRate > 0)) {
    throw new TypeError('Sample rates must be whole positive numbers of hertz.')
  }
  const length = Math.round((samples.length * targetRate) / sourceRate)
  const result = new Float32Array(length)
  if (sourceRate === targetRate) {
    result.set(samples)
    return result
  }
  const divisor = greatestCommonDivisor(sourceRate, targetRate)
  const up = targetRate / divisor
  const down = sourceRate / divisor
  const { taps, reach } = filterBank(up, down)

  for (let n = 0; n < length; n++) {
    // Instant n / targetRate, counted in input samples, is n · down / up: a whole part and one of `up` phases.
    const position = n * down
    const phase = position % up
    const centre = (position - phase) / up
    const filter = taps[phase]!
    const first = Math.max(0, centre - reach + 1)
    const last = Math.min(samples.length - 1, centre + reach)
    let sum = 0
    for (let i = first; i <= last; i++) sum += samples[i]! * filter[i - centre + reach - 1]!
    result[n] = sum
  }
  return result
}

/** For each phase p / up the weights of input samples centre − reach + 1 … centre + reach. */
function filterBank(up: number, down: number): { taps: Float64Array[]; reach: number } {
  // Going down, the filter has to cut at the new Nyquist frequency and is that much longer.
  const cutoff = passBand * Math.min(1, up / down)
  const reach = Math.ceil(zeroCrossings / cutoff)
  const taps = Array.from({ length: up }, (_, phase) => {
    const filter = new Float64Array(2 * reach)
    let sum = 0
    for (let i = 0; i < filter.length; i++) {
      const distance = i - reach + 1 - phase / up
      filter[i] = sinc(cutoff * distance) * kaiser(distance / reach)
      sum += filter[i]!
    }
    // Every phase passes a constant unchanged, or a steady tone would be modulated.
    return filter.map((weight) => weight / sum)
  })
  return { taps, reach }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** The Kaiser window over −1…1. */
function kaiser(x: number): number {
  return Math.abs(x) > 1 ? 0 : besselI0(kaiserBeta * Math.sqrt(1 - x * x)) / besselI0(kaiserBeta)
}

/** Modified Bessel function of the first kind, order zero, by its power series. */
function besselI0(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > sum * 1e-16; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
