import { describe, expect, it } from 'vitest'
import { toI420 } from './yuv'

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
