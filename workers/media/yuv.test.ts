import { describe, expect, it } from 'vitest'
import { patternOf } from '../provenance/watermark/pattern'
import { pictureMarker } from '../provenance/watermark/picture'
import { lay } from './label'
import { scaler } from './scale'
import { i420Maker, overlayOf, toI420 } from './yuv'

function plain(red: number, green: number, blue: number, width: number, height: number): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => [red, green, blue, 255][i % 4]!)
}

describe('toI420', () => {
  // Reference: 8-bit limited-range BT.709 colour bars (SMPTE RP 219, 100 %).
  it.each([
    ['white', [255, 255, 255], [235, 128, 128]],
    ['black', [0, 0, 0], [16, 128, 128]],
    ['red', [255, 0, 0], [63, 102, 240]],
    ['green', [0, 255, 0], [173, 42, 26]],
    ['blue', [0, 0, 255], [32, 240, 118]],
    ['yellow', [255, 255, 0], [219, 16, 138]],
  ])('turns %s into its BT.709 code values', (_, [red, green, blue], expected) => {
    const { data } = toI420(plain(red!, green!, blue!, 2, 2), 2, 2)
    expect([data[0], data[4], data[5]]).toEqual(expected)
  })

  it('repeats the last row and column of an odd picture', () => {
    const rgba = plain(0, 0, 0, 3, 3)
    rgba.set([255, 255, 255, 255], (2 * 3 + 2) * 4)
    const { data, width, height } = toI420(rgba, 3, 3)
    expect([width, height, data.length]).toEqual([4, 4, 24])
    expect([...data.subarray(0, 16)]).toEqual([16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 235, 235, 16, 16, 235, 235])
  })

  it('averages the colour of the four pixels that share it', () => {
    const rgba = plain(0, 0, 0, 2, 2)
    rgba.set([255, 0, 0, 255])
    const { data } = toI420(rgba, 2, 2)
    expect(data[5]).toBe(Math.round(128 + (240 - 128) / 4))
  })
})

/** Soft hills of colour, dark and bright, without what 4:2:0 cannot hold. */
function hills(width: number, height: number): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4)
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height]
    rgba.set([120 + 90 * Math.sin(4 * x + 1), 120 + 90 * Math.cos(3 * y), 120 + 90 * Math.sin(3 * (x + y)), 255], 4 * i)
  }
  return rgba
}

const farthest = (a: Uint8Array, b: Uint8Array) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

describe('i420Maker', () => {
  it.each([
    ['twice as large', 64, 64, 'fill'],
    ['larger, by no whole number', 100, 100, 'fill'],
    ['smaller', 20, 20, 'fill'],
    ['with bars at an odd place', 70, 36, 'letterbox'],
    ['cut to another shape', 90, 40, 'fill'],
    ['of an odd size', 51, 33, 'letterbox'],
  ] as const)('gives what scaling the colours first gives, to two steps: %s', (_, width, height, fit) => {
    const [from, to] = [{ width: 32, height: 32 }, { width, height }]
    const planes = i420Maker(from, to, fit)(hills(32, 32))
    const colours = toI420(scaler(from, to, fit)(hills(32, 32)), width, height)
    expect([planes.width, planes.height]).toEqual([colours.width, colours.height])
    expect(farthest(planes.data, colours.data)).toBeLessThanOrEqual(2)
  })

  it('puts the same mark into the light that colours get, and none into bars and colour', () => {
    const [from, to] = [{ width: 64, height: 64 }, { width: 128, height: 64 }]
    const marked = i420Maker(from, to, 'letterbox', patternOf(7, 128, 64))(hills(64, 64)).data
    const plain = i420Maker(from, to, 'letterbox')(hills(64, 64)).data
    const colours = scaler(from, to, 'letterbox')(hills(64, 64))
    pictureMarker(7, 128, 64)(colours)
    const luma = 128 * 64
    expect(farthest(marked.subarray(0, luma), toI420(colours, 128, 64).data.subarray(0, luma))).toBeLessThanOrEqual(2)
    expect(farthest(marked.subarray(0, luma), plain.subarray(0, luma))).toBeGreaterThan(3)
    expect(marked.subarray(luma)).toEqual(plain.subarray(luma))
    for (let y = 0; y < 64; y++) expect(marked.subarray(y * 128, y * 128 + 32).every((value) => value === 16)).toBe(true)
  })
})

describe('an overlay', () => {
  it('is what the words laid over the colours would be, at the size of the file', () => {
    const [from, to] = [{ width: 12, height: 10 }, { width: 24, height: 20 }]
    const rgba = plain(40, 120, 200, from.width, from.height)
    // Beginning and ending in the middle of a pixel of colour, and opaque to a different degree everywhere.
    const label = { left: 3, top: 5, width: 12, height: 8, rgba: Uint8ClampedArray.from({ length: 12 * 8 * 4 }, (_, i) => (i % 4 === 3 ? (i * 37) % 256 : (i * 91) % 256)) }
    const colours = scaler(from, to, 'fill')(rgba)
    lay(label, colours, to.width)
    const expected = toI420(colours, to.width, to.height).data
    const made = i420Maker(from, to, 'fill')(rgba, [overlayOf(label)]).data
    expect(Math.max(...made.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThanOrEqual(1)
    expect(made).not.toEqual(toI420(scaler(from, to, 'fill')(rgba), to.width, to.height).data)
  })
})
