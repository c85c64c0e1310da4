import { describe, expect, it } from 'vitest'
import { compose } from './compose.ts'

const red = new Uint8ClampedArray([200, 0, 0, 255])
const blue = new Uint8ClampedArray([0, 0, 100, 255])

describe('compose', () => {
  it('gives a picture in full light back as it is', () => {
    expect(compose([{ rgba: red, weight: 1 }], 4)).toBe(red)
  })

  it('darkens a fading picture and stays opaque', () => {
    expect([...compose([{ rgba: red, weight: 0.25 }], 4)]).toEqual([50, 0, 0, 255])
    expect([...compose([], 4)]).toEqual([0, 0, 0, 255])
  })

  it('adds the light of two pictures', () => {
    expect([...compose([{ rgba: red, weight: 0.75 }, { rgba: blue, weight: 0.25 }], 4)]).toEqual([150, 0, 25, 255])
  })
})
