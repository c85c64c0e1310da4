import { describe, expect, it } from 'vitest'
import { writeGif } from './gif'
import type { Plan } from './types'

const plan: Plan = { format: 'gif', from: 0, to: 16, width: 16, height: 16, fit: 'letterbox', fps: 16, between: 'repeat', quality: 0.9 }
const frame = (red: number) => Uint8ClampedArray.from({ length: 16 * 16 * 4 }, (_, i) => [red, 60, 120, 255][i % 4]!)

/** A pattern that no compressor takes for a plain one, moved by `by` pixels. */
const pattern = (by: number) => Uint8ClampedArray.from({ length: 16 * 16 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (((i >> 2) + by) * 2_654_435_761) >>> 24))

async function written(pictures: readonly Uint8ClampedArray<ArrayBuffer>[]): Promise<Uint8Array> {
  const frames = async function* () {
    for (const picture of pictures) yield picture
  }
  return new Uint8Array(await (await writeGif(plan, [pictures[0]!, pictures.at(-1)!], frames(), () => undefined)).arrayBuffer())
}

/** Of every frame, in hundredths of a second: the graphic control extensions (GIF89a, §23). */
function delays(gif: Uint8Array): number[] {
  return Array.from(gif.keys()).flatMap((at) => (gif[at] === 0x21 && gif[at + 1] === 0xf9 && gif[at + 2] === 4 ? [gif[at + 4]! + 256 * gif[at + 5]!] : []))
}

describe('writeGif', () => {
  it('keeps the length of the film, though its clock knows no sixteenth of a second', async () => {
    const gif = await written(Array.from({ length: 16 }, (_, i) => frame(i * 10)))
    expect(Buffer.from(gif.subarray(0, 6)).toString()).toBe('GIF89a')
    expect(gif.at(-1)).toBe(0x3b)
    expect(delays(gif)).toHaveLength(16)
    expect(delays(gif).reduce((sum, delay) => sum + delay)).toBe(100)
  })

  it('writes next to nothing for a picture that stands still', async () => {
    const moving = await written(Array.from({ length: 16 }, (_, i) => pattern(i)))
    const still = await written(Array.from({ length: 16 }, () => pattern(0)))
    const one = await written([pattern(0)])
    expect(still.length - one.length).toBeLessThan((moving.length - one.length) / 2)
  })
})
