/**
 * RGB to the YUV that video codecs store. Browsers do this too, but disagree about matrix and range, and some tag the
 * result wrongly: done here, colours are the same in every browser and every player.
 */

/** BT.709, limited range: what players assume when they assume anything. sRGB pixels are stored unchanged under its transfer. */
export const colorSpace = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false } as const

export interface I420 {
  /** Y plane, then U and V at half the size each way. */
  data: Uint8Array<ArrayBuffer>
  /** Even: 4:2:0 chroma has no half pixels. An odd edge is repeated once. */
  width: number
  height: number
}

/** BT.709 luma as 16-bit fractions, with the 219 steps of limited range in it. */
const [lumaRed, lumaGreen, lumaBlue] = [0.2126, 0.7152, 0.0722].map((share) => share * (219 / 255) * 65_536) as [number, number, number]

/**
 * One frame of `rgba` (height · width · 4) as I420; alpha is ignored.
 * Matrix: ITU-R BT.709-6 §3, with 8-bit limited-range quantisation: Y in 16…235, U and V in 16…240 around 128.
 */
export function toI420(rgba: Uint8ClampedArray | Uint8Array, width: number, height: number): I420 {
  const evenWidth = width + (width & 1)
  const evenHeight = height + (height & 1)
  const chromaWidth = evenWidth / 2
  const lumaSize = evenWidth * evenHeight
  const chromaSize = lumaSize / 4
  const data = new Uint8Array(lumaSize + 2 * chromaSize)
  const [r, g, b] = [Math.round(lumaRed), Math.round(lumaGreen), Math.round(lumaBlue)]
  // 16 and a half, so that shifting rounds.
  const offset = (16 << 16) + 32_768
  // U and V from four pixels' sums.
  const blueScale = 224 / 255 / 1.8556 / 4
  const redScale = 224 / 255 / 1.5748 / 4

  for (let y = 0; y < evenHeight; y += 2) {
    const top = y * width
    const bottom = Math.min(y + 1, height - 1) * width
    const lumaTop = y * evenWidth
    const chroma = lumaSize + (y / 2) * chromaWidth
    for (let x = 0; x < evenWidth; x += 2) {
      const right = x + 1 < width ? x + 1 : x
      const a = (top + x) * 4
      const c = (top + right) * 4
      const d = (bottom + x) * 4
      const e = (bottom + right) * 4
      const [ar, ag, ab] = [rgba[a]!, rgba[a + 1]!, rgba[a + 2]!]
      const [cr, cg, cb] = [rgba[c]!, rgba[c + 1]!, rgba[c + 2]!]
      const [dr, dg, db] = [rgba[d]!, rgba[d + 1]!, rgba[d + 2]!]
      const [er, eg, eb] = [rgba[e]!, rgba[e + 1]!, rgba[e + 2]!]
      data[lumaTop + x] = (r * ar + g * ag + b * ab + offset) >> 16
      data[lumaTop + x + 1] = (r * cr + g * cg + b * cb + offset) >> 16
      data[lumaTop + evenWidth + x] = (r * dr + g * dg + b * db + offset) >> 16
      data[lumaTop + evenWidth + x + 1] = (r * er + g * eg + b * eb + offset) >> 16
      const red = ar + cr + dr + er
      const green = ag + cg + dg + eg
      const blue = ab + cb + db + eb
      const grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue
      const at = chroma + (x >> 1)
      data[at] = 128.5 + (blue - grey) * blueScale
      data[at + chromaSize] = 128.5 + (red - grey) * redScale
    }
  }
  return { data, width: evenWidth, height: evenHeight }
}
