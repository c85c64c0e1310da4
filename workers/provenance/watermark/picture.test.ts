/** The mark on made-up pictures. What codecs leave of it is measured by `npm run -s watermark`. */
import { describe, expect, it } from 'vitest'
import { patternOf, tileOf, tileSize } from './pattern'
import { isSurePicture, PictureDetector, pictureMarker } from './picture'
import { lightOf, type Plane } from './plane'

const payload = 0xcafe1234

/** Grey with soft shapes and one hard edge. */
function picture(width: number, height: number): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(width * height * 4)
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height]
    const value = Math.round(90 + 40 * Math.sin(5 * x) * Math.cos(4 * y) + (x + y > 1.2 ? 50 : 0))
    rgba.set([value, value, value, 255], 4 * i)
  }
  return rgba
}

function marked(width: number, height: number): Uint8ClampedArray {
  const rgba = picture(width, height)
  pictureMarker(payload, width, height)(rgba)
  return rgba
}

const plane = (values: Uint8Array, width: number, height: number): Plane => ({ values, width, height, stride: width, step: 1 })

function read(light: Plane) {
  const detector = new PictureDetector()
  detector.add(light)
  const mark = detector.likeliest()
  return mark && isSurePicture(mark) ? mark : null
}

const cut = ({ values, width }: Plane, x: number, y: number, size: number) =>
  plane(Uint8Array.from({ length: size * size }, (_, i) => values[(y + Math.floor(i / size)) * width + x + (i % size)]!), size, size)

describe('the picture’s mark', () => {
  it('is a tile without a mean whose strength is that of every payload', () => {
    for (const value of [0, 1, payload, 0xffffffff]) {
      const tile = tileOf(value)
      expect(tile).toHaveLength(tileSize * tileSize)
      expect(tile.reduce((sum, x) => sum + x, 0) / tile.length).toBeCloseTo(0, 4)
      expect(tile.reduce((sum, x) => sum + x * x, 0) / tile.length).toBeCloseTo(1, 4)
    }
  })

  it('repeats four times across the shorter side, whatever the size', () => {
    const pattern = patternOf(payload, 512, 384)
    for (const [x, y] of [[0, 0], [31, 7], [90, 60]] as const) expect(pattern[y * 512 + x + 96]).toBeCloseTo(pattern[y * 512 + x]!, 4)
  })

  it('is read from a single frame, and not where it is not', () => {
    expect(read(lightOf(marked(256, 256), 256, 256))).toMatchObject({ payload, checks: true })
    expect(read(lightOf(picture(256, 256), 256, 256))).toBeNull()
    expect(new PictureDetector().likeliest()).toBeNull()
  })

  it('is read at other sizes and shapes, and from a plane with room between its values', () => {
    for (const [width, height] of [[512, 512], [480, 270], [270, 480]] as const) expect(read(lightOf(marked(width, height), width, height))).toMatchObject({ payload })
    const light = lightOf(marked(256, 256), 256, 256)
    const apart = new Uint8Array(600 * 256)
    for (let i = 0; i < light.values.length; i++) apart[600 * Math.floor(i / 256) + 2 * (i % 256)] = light.values[i]!
    expect(read({ ...light, values: apart, stride: 600, step: 2 })?.soft).toEqual(read(light)?.soft)
  })

  it('is found when a tenth was cut off at any side', () => {
    const light = lightOf(marked(256, 256), 256, 256)
    for (const [x, y] of [[26, 0], [13, 7]] as const) expect(read(cut(light, x, y, 230))).toMatchObject({ payload })
  })

  it('is found in a picture of half the size', () => {
    const { values } = lightOf(marked(256, 256), 256, 256)
    const half = Uint8Array.from({ length: 128 * 128 }, (_, i) => {
      const at = 2 * Math.floor(i / 128) * 256 + 2 * (i % 128)
      return Math.round((values[at]! + values[at + 1]! + values[at + 256]! + values[at + 257]!) / 4)
    })
    expect(read(plane(half, 128, 128))).toMatchObject({ payload })
  })

  it('keeps 42 dB from the picture without it, and leaves black bars black', () => {
    const [before, after] = [picture(256, 256), marked(256, 256)]
    const square = before.reduce((sum, value, i) => sum + (i % 4 === 3 ? 0 : (value - after[i]!) ** 2), 0) / (0.75 * before.length)
    expect(10 * Math.log10(255 ** 2 / square)).toBeGreaterThan(42)
    const black = new Uint8ClampedArray(64 * 64 * 4)
    pictureMarker(payload, 64, 64)(black)
    expect(black.every((value) => value === 0)).toBe(true)
  })
})
