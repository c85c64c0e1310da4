/** The loudest sample of each of `buckets` equal stretches of `pcm`, 0…1, raised so that a quiet film still shows its shape. */
export function peaks(pcm: Float32Array, buckets: number): Float32Array {
  const result = new Float32Array(buckets)
  for (let bucket = 0; bucket < buckets; bucket++) {
    const end = Math.floor(((bucket + 1) * pcm.length) / buckets)
    let peak = 0
    for (let i = Math.floor((bucket * pcm.length) / buckets); i < end; i++) peak = Math.max(peak, Math.abs(pcm[i] ?? 0))
    result[bucket] = peak
  }
  // Below −26 dBFS it is hiss: raising that would draw a storm where there is silence.
  const loudest = Math.max(0.05, ...result)
  return result.map((peak) => Math.min(1, peak / loudest))
}

/** The outline of a variable-area soundtrack: an SVG path in a box `peaks.length − 1` wide and 2 high, mirrored about y = 1. */
export function outline(values: Float32Array): string {
  const point = (x: number, y: number) => `${x} ${y.toFixed(3)}`
  const floor = 0.02
  const upper = Array.from(values, (peak, x) => point(x, 1 - Math.max(peak, floor)))
  const lower = Array.from(values, (peak, x) => point(x, 1 + Math.max(peak, floor))).toReversed()
  return `M${[...upper, ...lower].join('L')}Z`
}
