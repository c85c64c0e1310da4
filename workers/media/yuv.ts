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

/**
 * One frame of `rgba` (height · width · 4) as I420; alpha is ignored.
 * Matrix: ITU-R BT.709-6 §3, with 8-bit limited-range quantisation: Y in 16…235, U and V in 16…240 around 128.
 */
export function toI420(rgba: Uint8ClampedArray | Uint8Array, width: number, height: number): I420 {
  const evenWidth = width + (width & 1)
  const evenHeight = height + (height & 1)
  const chromaWidth = evenWidth / 2
  const chromaHeight = evenHeight / 2
  const lumaSize = evenWidth * evenHeight
  const chromaSize = chromaWidth * chromaHeight
  const data = new Uint8Array(lumaSize + 2 * chromaSize)

  for (let y = 0; y < evenHeight; y++) {
    const row = Math.min(y, height - 1) * width
    for (let x = 0; x < evenWidth; x++) {
      const at = (row + Math.min(x, width - 1)) * 4
      data[y * evenWidth + x] = Math.round(16 + luma(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!) * (219 / 255))
    }
  }
  for (let y = 0; y < chromaHeight; y++) {
    const top = Math.min(2 * y, height - 1) * width
    const bottom = Math.min(2 * y + 1, height - 1) * width
    for (let x = 0; x < chromaWidth; x++) {
      const left = Math.min(2 * x, width - 1)
      const right = Math.min(2 * x + 1, width - 1)
      const [a, b, c, d] = [(top + left) * 4, (top + right) * 4, (bottom + left) * 4, (bottom + right) * 4]
      const red = (rgba[a]! + rgba[b]! + rgba[c]! + rgba[d]!) / 4
      const green = (rgba[a + 1]! + rgba[b + 1]! + rgba[c + 1]! + rgba[d + 1]!) / 4
      const blue = (rgba[a + 2]! + rgba[b + 2]! + rgba[c + 2]! + rgba[d + 2]!) / 4
      const grey = luma(red, green, blue)
      const at = lumaSize + y * chromaWidth + x
      data[at] = Math.round(128 + ((blue - grey) / 1.8556) * (224 / 255))
      data[at + chromaSize] = Math.round(128 + ((red - grey) / 1.5748) * (224 / 255))
    }
  }
  return { data, width: evenWidth, height: evenHeight }
}

function luma(red: number, green: number, blue: number): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
