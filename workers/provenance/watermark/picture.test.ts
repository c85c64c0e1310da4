/** The mark on made-up pictures. What codecs leave of it is measured by `npm run -s watermark`. */
import { describe, expect, it } from 'vitest'
import { patternOf, tileOf, tileSize } from './pattern'
import { isSurePicture, PictureDetector, pictureMarker } from './picture'
import type { Plane } from './plane'

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

/** Light and how blue it is, as BT.709 has them. */
function planesOf(rgba: Uint8ClampedArray, width: number, height: number): [Plane, Plane] {
  const [light, blue] = [new Uint8Array(width * height), new Uint8Array(width * height)]
  for (let i = 0; i < light.length; i++) {
    const [r, g, b] = [rgba[4 * i]!, rgba[4 * i + 1]!, rgba[4 * i + 2]!]
    const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b
    light[i] = Math.round(16 + (grey * 219) / 255)
    blue[i] = Math.round(128 + ((b - grey) / 1.8556) * (224 / 255))
  }
  return [plane(light, width, height), plane(blue, width, height)]
}

const plane = (values: Uint8Array, width: number, height: number): Plane => ({ values, width, height, stride: width, step: 1 })

function read(...planes: Plane[]) {
  const detector = new PictureDetector()
  detector.add(...planes)
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

  it('is read from a single frame, in colour or without, and not where it is not', () => {
    const planes = planesOf(marked(256, 256), 256, 256)
    expect(read(...planes)).toMatchObject({ payload, checks: true })
    expect(read(planes[0])).toMatchObject({ payload, checks: true })
    expect(read(...planesOf(picture(256, 256), 256, 256))).toBeNull()
    expect(new PictureDetector().likeliest()).toBeNull()
  })

  it('is read at other sizes and shapes, and from planes that lie in one another', () => {
    for (const [width, height] of [[512, 512], [480, 270], [270, 480]] as const) expect(read(...planesOf(marked(width, height), width, height))).toMatchObject({ payload })
    const [light, blue] = planesOf(marked(256, 256), 256, 256)
    const apart = new Uint8Array(600 * 256)
    for (let i = 0; i < blue.values.length; i++) apart[600 * Math.floor(i / 256) + 2 * (i % 256)] = blue.values[i]!
    expect(read(light, { ...blue, values: apart, stride: 600, step: 2 })?.soft).toEqual(read(light, blue)?.soft)
  })

  it('is found when a tenth was cut off at any side', () => {
    const planes = planesOf(marked(256, 256), 256, 256)
    for (const [x, y] of [[26, 0], [13, 7]] as const) expect(read(...planes.map((one) => cut(one, x, y, 230)))).toMatchObject({ payload })
  })

  it('is found in a picture of half the size', () => {
    const halves = planesOf(marked(256, 256), 256, 256).map(({ values }) =>
      plane(
        Uint8Array.from({ length: 128 * 128 }, (_, i) => {
          const at = 2 * Math.floor(i / 128) * 256 + 2 * (i % 128)
          return Math.round((values[at]! + values[at + 1]! + values[at + 256]! + values[at + 257]!) / 4)
        }),
        128,
        128,
      ),
    )
    expect(read(...halves)).toMatchObject({ payload })
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
