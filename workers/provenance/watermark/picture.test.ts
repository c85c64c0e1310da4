/** The mark on made-up pictures. What codecs leave of it is measured by `npm run -s watermark`. */
import { describe, expect, it } from 'vitest'
import { tileOf, tileSize } from './pattern'
import { Detector, marker } from './picture'

const payload = 0xcafe1234

/** Grey with soft shapes and one hard edge, limited range. */
function picture(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height]
    return Math.round(90 + 40 * Math.sin(5 * x) * Math.cos(4 * y) + (x + y > 1.2 ? 50 : 0))
  })
}

function marked(width: number, height: number): Uint8Array {
  const luma = picture(width, height)
  marker(payload)(luma, width, height)
  return luma
}

const read = (luma: Uint8Array, width: number, height: number) => {
  const detector = new Detector(width, height)
  detector.add(luma)
  return detector.find([256])
}

const cut = (luma: Uint8Array, width: number, x: number, y: number, size: number) =>
  Uint8Array.from({ length: size * size }, (_, i) => luma[(y + Math.floor(i / size)) * width + x + (i % size)]!)

describe('the picture’s mark', () => {
  it('is a tile without a mean whose strength is that of every payload', () => {
    for (const value of [0, 1, payload, 0xffffffff]) {
      const tile = tileOf(value)
      expect(tile).toHaveLength(tileSize * tileSize)
      expect(tile.reduce((sum, x) => sum + x, 0) / tile.length).toBeCloseTo(0, 4)
      expect(tile.reduce((sum, x) => sum + x * x, 0) / tile.length).toBeCloseTo(1, 4)
    }
  })

  it('is read from a single frame, and not where it is not', () => {
    expect(read(marked(256, 256), 256, 256)).toMatchObject({ payload, checks: true })
    expect(read(picture(256, 256), 256, 256)).toBeNull()
    expect(new Detector(256, 256).find([256])).toBeNull()
  })

  it('is found when a tenth was cut off at any side', () => {
    for (const [x, y] of [[0, 0], [26, 0], [13, 7]] as const) expect(read(cut(marked(256, 256), 256, x, y, 230), 230, 230)).toMatchObject({ payload })
  })

  it('is found in a picture of half the size', () => {
    const whole = marked(256, 256)
    const half = Uint8Array.from({ length: 128 * 128 }, (_, i) => {
      const at = 2 * Math.floor(i / 128) * 256 + 2 * (i % 128)
      return Math.round((whole[at]! + whole[at + 1]! + whole[at + 256]! + whole[at + 257]!) / 4)
    })
    expect(read(half, 128, 128)).toMatchObject({ payload })
  })

  it('keeps 42 dB from the picture without it', () => {
    const [before, after] = [picture(256, 256), marked(256, 256)]
    const square = before.reduce((sum, value, i) => sum + (value - after[i]!) ** 2, 0) / before.length
    expect(10 * Math.log10(255 ** 2 / square)).toBeGreaterThan(42)
  })
})
