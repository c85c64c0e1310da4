/**
 * Counter-based Gaussian noise (models/PACKS.md): a number depends on seed, stream and position alone, so every
 * implementation, in any order and on any machine, draws the same film from a seed.
 */

/** The three modalities of the stream, in the order of their noise streams. */
export const modalities = ['video', 'sound', 'state'] as const
export type Modality = (typeof modalities)[number]

/**
 * Fills `out` with standard normal values: Box–Muller in float64 over two hashed uniforms, rounded to float32.
 * @param seed uint32
 * @param window 0 for the first window of a film
 */
export function fillNoise(out: Float32Array, seed: number, window: number, modality: Modality): Float32Array {
  const stream = 4 * window + modalities.indexOf(modality)
  const base = mix(mix((seed + 0x9e3779b9) >>> 0) ^ stream)
  for (let i = 0; i < out.length; i += 2) {
    const u1 = (mix(base ^ i) + 1) / 2 ** 32
    const u2 = mix(base ^ (i + 1)) / 2 ** 32
    const r = Math.sqrt(-2 * Math.log(u1))
    out[i] = r * Math.cos(2 * Math.PI * u2)
    if (i + 1 < out.length) out[i + 1] = r * Math.sin(2 * Math.PI * u2)
  }
  return out
}

/** lowbias32 (Chris Wellons, "Prospecting for hash functions"): a bijection of uint32. */
function mix(x: number): number {
  x ^= x >>> 16
  x = Math.imul(x, 0x7feb352d)
  x ^= x >>> 15
  x = Math.imul(x, 0x846ca68b)
  x ^= x >>> 16
  return x >>> 0
}
