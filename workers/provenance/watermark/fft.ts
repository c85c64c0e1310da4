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
    for (let i = 0; i < this.#size; i++) {
      const j = this.#reversed[i]!
      if (j <= i) continue
      const [x, y] = [re[i]!, im[i]!]
      re[i] = re[j]!
      im[i] = im[j]!
      re[j] = x
      im[j] = y
    }
    for (let half = 1; half < this.#size; half *= 2) {
      const stride = this.#size / (2 * half)
      for (let start = 0; start < this.#size; start += 2 * half) {
        for (let i = 0; i < half; i++) {
          const c = this.#cosine[i * stride]!
          const s = this.#sine[i * stride]!
          const a = start + i
          const b = a + half
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
  for (let row = 0; row < size; row++) fourier.transform(re.subarray(row * size, (row + 1) * size), im.subarray(row * size, (row + 1) * size))
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
