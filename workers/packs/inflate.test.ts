import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { inflate } from './inflate'

const data = Uint8Array.from({ length: 300_000 }, (_, i) => Math.imul(i, 2654435761) >>> (i % 3 ? 24 : 29))
const packed = new Uint8Array(gzipSync(data))

describe('inflate', () => {
  it('expands what another program packed', async () => {
    const into = new Uint8Array(data.length)
    await inflate(packed, into)
    expect(Buffer.compare(into, data)).toBe(0)
  })

  it('stops at the length that was said', async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(50_000_000)))
    await expect(inflate(bomb, new Uint8Array(1000))).rejects.toThrow('More than 1000 bytes')
  })

  it.each([
    ['cut off', packed.slice(0, 1000)],
    ['of something else', data.slice(0, 1000)],
    ['empty', new Uint8Array()],
    ['damaged', packed.map((byte, i) => (i === 5000 ? byte ^ 255 : byte))],
    ['shorter than was said', new Uint8Array(gzipSync(data.slice(1)))],
  ])('refuses a file that is %s', async (_, file) => {
    await expect(inflate(file as Uint8Array<ArrayBuffer>, new Uint8Array(data.length))).rejects.toThrow(RangeError)
  })
})
