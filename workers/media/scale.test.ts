import { describe, expect, it } from 'vitest'
import { placement, scaler } from './scale'

const plain = (width: number, height: number, pixel: (x: number, y: number) => [number, number, number]) =>
  Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? 255 : pixel((i >> 2) % width, Math.floor((i >> 2) / width))[i % 4]!))
const at = (rgba: Uint8ClampedArray, width: number, x: number, y: number) => [...rgba.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)]

describe('scaler', () => {
  it('leaves a plain picture plain, at any size', () => {
    const picture = plain(8, 8, () => [200, 100, 50])
    for (const side of [3, 8, 13, 32]) {
      const scaled = scaler({ width: 8, height: 8 }, { width: side, height: side }, 'fill')(picture)
      expect(scaled.length).toBe(side * side * 4)
      expect(new Set(Array.from({ length: side * side }, (_, i) => [...scaled.subarray(i * 4, i * 4 + 4)].join()))).toEqual(new Set(['200,100,50,255']))
    }
  })

  it('gives a picture of its own size back', () => {
    const picture = plain(16, 16, (x, y) => [x * 16, y * 16, (x * y) % 256])
    expect(scaler({ width: 16, height: 16 }, { width: 16, height: 16 }, 'letterbox')(picture)).toEqual(picture)
  })

  it('keeps a straight ramp straight away from the edges (Keys 1981: cubic convolution is exact there)', () => {
    const scaled = scaler({ width: 16, height: 4 }, { width: 32, height: 8 }, 'fill')(plain(16, 4, (x) => [x * 10, 0, 0]))
    for (let x = 6; x < 26; x++) expect(Math.abs(at(scaled, 32, x, 4)[0]! - ((x + 0.5) / 2 - 0.5) * 10)).toBeLessThanOrEqual(0.5)
  })

  it('skips nothing when a picture gets smaller: a fine pattern becomes its mean', () => {
    const scaled = scaler({ width: 64, height: 64 }, { width: 8, height: 8 }, 'fill')(plain(64, 64, (x, y) => ((x + y) % 2 ? [255, 255, 255] : [0, 0, 0])))
    for (const value of [at(scaled, 8, 4, 4)[0]!, at(scaled, 8, 2, 5)[0]!]) expect(Math.abs(value - 127.5)).toBeLessThan(2)
  })

  it('puts black beside a picture of another shape, or cuts it in its middle', () => {
    const picture = plain(16, 16, (x) => (x < 4 || x >= 12 ? [255, 0, 0] : [0, 255, 0]))
    const boxed = scaler({ width: 16, height: 16 }, { width: 32, height: 16 }, 'letterbox')(picture)
    expect(at(boxed, 32, 7, 8)).toEqual([0, 0, 0, 255])
    expect(at(boxed, 32, 8, 8)).toEqual([255, 0, 0, 255])
    expect(at(boxed, 32, 24, 8)).toEqual([0, 0, 0, 255])
    const filled = scaler({ width: 16, height: 16 }, { width: 8, height: 16 }, 'fill')(picture)
    for (const x of [1, 4, 6]) expect(at(filled, 8, x, 8)).toEqual([0, 255, 0, 255])
  })
})

describe('placement', () => {
  it('has no empty edge where a picture fills', () => {
    for (const [width, height] of [[1920, 1080], [607, 1080], [1080, 1080], [256, 144]] as const) {
      const { x, y, width: w, height: h, partWidth, partHeight, left, top } = placement({ width: 512, height: 512 }, { width, height }, 'fill')
      expect([x, y, w, h]).toEqual([0, 0, width, height])
      expect(left + partWidth).toBeLessThanOrEqual(512)
      expect(top + partHeight).toBeLessThanOrEqual(512)
    }
  })
})
