import { describe, expect, it } from 'vitest'
import { EncodeError } from './errors'
import { bitstream, writtenFrame } from './webp'

const still = Uint8Array.from(Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64'))

describe('a picture for an animated WebP', () => {
  it('is the chunk with the picture itself, whatever stands before it', () => {
    expect(Buffer.from(bitstream(still).subarray(0, 4)).toString()).toBe('VP8 ')
    const profile = Uint8Array.from([...still.subarray(0, 12), ...Buffer.from('ICCP'), 3, 0, 0, 0, 1, 2, 3, 0, ...still.subarray(12)])
    expect(bitstream(profile)).toEqual(bitstream(still))
    expect(() => bitstream(Uint8Array.from(Buffer.from('RIFF\u0004\u0000\u0000\u0000WEBP', 'latin1')))).toThrow(EncodeError)
  })

  it('has a frame around it with its size less one and its time in milliseconds', () => {
    const frame = writtenFrame(bitstream(still), { width: 512, height: 288 }, 63)
    expect(Buffer.from(frame.subarray(0, 4)).toString()).toBe('ANMF')
    expect([...frame.subarray(8, 24)]).toEqual([0, 0, 0, 0, 0, 0, 255, 1, 0, 31, 1, 0, 63, 0, 0, 2])
  })
})
