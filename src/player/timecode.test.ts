import { describe, expect, it } from 'vitest'
import { frameAt, frameAtFraction, timecode } from './timecode.ts'

describe('timecode', () => {
  it('counts frames within the second', () => {
    expect(timecode(0, 16)).toBe('0:00:00')
    expect(timecode(15, 16)).toBe('0:00:15')
    expect(timecode(16, 16)).toBe('0:01:00')
    expect(timecode(16 * 61 + 3, 16)).toBe('1:01:03')
  })
})

describe('frameAt', () => {
  it('finds every frame again from its own start time, at any rate', () => {
    for (const fps of [12, 16, 24, 25, 30, 60]) {
      for (let frame = 0; frame < 1200; frame++) expect(frameAt(frame / fps, fps, 1200)).toBe(frame)
    }
  })

  it('keeps showing a frame until the next one starts', () => {
    expect(frameAt(1 / 16 - 0.001, 16, 32)).toBe(0)
    expect(frameAt(1 / 16, 16, 32)).toBe(1)
  })

  it('stays inside the film', () => {
    expect(frameAt(-1, 16, 32)).toBe(0)
    expect(frameAt(2, 16, 32)).toBe(31)
  })
})

describe('frameAtFraction', () => {
  it('gives each frame an equal share and both ends a frame', () => {
    expect(frameAtFraction(0, 32)).toBe(0)
    expect(frameAtFraction(1 / 32 - 1e-9, 32)).toBe(0)
    expect(frameAtFraction(0.5, 32)).toBe(16)
    expect(frameAtFraction(1, 32)).toBe(31)
    expect(frameAtFraction(-0.2, 32)).toBe(0)
  })
})
