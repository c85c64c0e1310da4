/** One frame of a film out of the pictures seen in it: the same for the stage and for the file. */
export interface Layer {
  /** height · width · 4 */
  rgba: Uint8ClampedArray<ArrayBuffer>
  /** 0…1 */
  weight: number
}

/** RGBA, opaque. A single picture in full light is given back as it is, without a copy. */
export function compose(layers: readonly Layer[], bytes: number): Uint8ClampedArray<ArrayBuffer> {
  const [first, second] = layers
  if (first && !second && first.weight === 1) return first.rgba
  const frame = new Uint8ClampedArray(bytes)
  for (let i = 0; i < bytes; i += 4) {
    for (let channel = i; channel < i + 3; channel++) {
      frame[channel] = (first ? first.weight * (first.rgba[channel] ?? 0) : 0) + (second ? second.weight * (second.rgba[channel] ?? 0) : 0)
    }
    frame[i + 3] = 255
  }
  return frame
}
