import { describe, expect, it } from 'vitest'
import { lay } from './label'

describe('a label', () => {
  it('covers as much as it is opaque, where it stands and nowhere else', () => {
    const frame = new Uint8ClampedArray(4 * 3 * 4).fill(100)
    lay({ left: 2, top: 1, width: 2, height: 1, rgba: Uint8ClampedArray.of(200, 0, 100, 255, 200, 0, 100, 51) }, frame, 4)
    const pixel = (x: number, y: number) => [...frame.subarray((4 * y + x) * 4, (4 * y + x) * 4 + 4)]
    expect(pixel(2, 1)).toEqual([200, 0, 100, 100])
    expect(pixel(3, 1)).toEqual([120, 80, 100, 100])
    expect(frame.filter((value) => value !== 100)).toHaveLength(4)
  })
})
