/** The discrete Fourier transform of complex numbers, in place, for lengths that are powers of two (Cooley and Tukey, 1965). */
export class Fourier {
  readonly #size: number
  readonly #cosine: Float64Array
  readonly #sine: Float64Array
  readonly #reversed: Uint32Array

  constructor(size: number) {
    if (!(size > 1 && (size & (size - 1)) === 0)) throw new TypeError(`size must be a power of two, not ${size}.`)
    this.#size = size
    this.#cosine = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size))
    this.#sine = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size))
    const bits = Math.log2(size)
    this.#reversed = Uint32Array.from({ length: size }, (_, i) => {
      let reversed = 0
      for (let bit = 0; bit < bits; bit++) reversed |= ((i >>> bit) & 1) << (bits - 1 - bit)
      return reversed
    })
  }

  /** X[k] = Σ x[n] · e^(−2πi·kn/size) */
  transform(re: Float64Array, im: Float64Array): void {
    const size = this.#size
    const cosine = this.#cosine
    const sine = this.#sine
    const reversed = this.#reversed
    for (let i = 0; i < size; i++) {
      const j = reversed[i]!
      if (j <= i) continue
      const x = re[i]!
      const y = im[i]!
      re[i] = re[j]!
      im[i] = im[j]!
      re[j] = x
      im[j] = y
    }
    // The first round turns nothing.
    for (let a = 0; a < size; a += 2) {
      const x = re[a + 1]!
      const y = im[a + 1]!
      re[a + 1] = re[a]! - x
      im[a + 1] = im[a]! - y
      re[a]! += x
      im[a]! += y
    }
    for (let half = 2; half < size; half *= 2) {
      const stride = size / (2 * half)
      for (let start = 0; start < size; start += 2 * half) {
        for (let a = start, b = start + half, turn = 0; a < start + half; a++, b++, turn += stride) {
          const c = cosine[turn]!
          const s = sine[turn]!
          const x = re[b]! * c - im[b]! * s
          const y = re[b]! * s + im[b]! * c
          re[b] = re[a]! - x
          im[b] = im[a]! - y
          re[a]! += x
          im[a]! += y
        }
      }
    }
  }

  /** The inverse, with the 1/size. */
  inverse(re: Float64Array, im: Float64Array): void {
    // The transform of the parts exchanged is the inverse with its parts exchanged.
    this.transform(im, re)
    for (let i = 0; i < this.#size; i++) {
      re[i]! /= this.#size
      im[i]! /= this.#size
    }
  }
}

/** The transform of a square [size · size], rows one after another, in place. */
export function transformSquare(fourier: Fourier, size: number, re: Float64Array, im: Float64Array): void {
  for (let row = 0; row < size; row++) {
    const [x, y] = [re.subarray(row * size, (row + 1) * size), im.subarray(row * size, (row + 1) * size)]
    // Of few waves most rows hold nothing, and nothing becomes of nothing.
    if (x.some((value) => value !== 0) || y.some((value) => value !== 0)) fourier.transform(x, y)
  }
  const [x, y] = [new Float64Array(size), new Float64Array(size)]
  for (let column = 0; column < size; column++) {
    for (let row = 0; row < size; row++) {
      x[row] = re[row * size + column]!
      y[row] = im[row * size + column]!
    }
    fourier.transform(x, y)
    for (let row = 0; row < size; row++) {
      re[row * size + column] = x[row]!
      im[row * size + column] = y[row]!
    }
  }
}
