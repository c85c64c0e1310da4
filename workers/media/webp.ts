/**
 * An animated WebP: pictures that the browser encoded, put one after another into the extended container.
 * https://developers.google.com/speed/webp/docs/riff_container
 */
import { EncodeError } from './errors'
import { Stills } from './still'
import type { Plan } from './types'

const animated = 0x02

/** The encoder's own quality, 0…1, for the one that was asked for: below 0.8 it throws the invisible mark away with the rest (`npm run -s watermark`). */
export const encoderQuality = (quality: number): number => Math.max(0.8, 0.675 + quality / 4)

export async function writeWebp(plan: Plan, frames: AsyncGenerator<Uint8ClampedArray<ArrayBuffer>>, onFrame: (done: number) => void): Promise<Blob> {
  const stills = new Stills(plan.width, plan.height)
  const chunks: BlobPart[] = []
  let index = 0
  for await (const rgba of frames) {
    const picture = new Uint8Array(await (await stills.encode(rgba, 'image/webp', encoderQuality(plan.quality))).arrayBuffer())
    // Rounded from the beginning, so that the film does not drift away from its time.
    const at = (frame: number) => Math.round((frame * 1000) / plan.fps)
    chunks.push(writtenFrame(bitstream(picture), plan, at(index + 1) - at(index)))
    index++
    onFrame(index)
  }
  return container(plan, chunks)
}

/** The chunk that holds the picture itself. */
export function bitstream(webp: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength)
  for (let at = 12; at + 8 <= webp.length; ) {
    const name = String.fromCharCode(...webp.subarray(at, at + 4))
    const size = view.getUint32(at + 4, true)
    const end = at + 8 + size + (size & 1)
    if (name === 'VP8 ' || name === 'VP8L') return webp.slice(at, end)
    at = end
  }
  throw new EncodeError('This browser writes WebP in a way that Kinora does not know. No file was written: choose another format.')
}

/** @param picture the chunk that `bitstream` gives */
export function writtenFrame(picture: Uint8Array<ArrayBuffer>, { width, height }: Pick<Plan, 'width' | 'height'>, durationMs: number): Uint8Array<ArrayBuffer> {
  // Place 0, 0; flags 0x02: do not blend with what was there.
  const header = [...uint24(0), ...uint24(0), ...uint24(width - 1), ...uint24(height - 1), ...uint24(durationMs), 0x02]
  return chunk('ANMF', Uint8Array.from(header), picture)
}

function container({ width, height }: Plan, frames: BlobPart[]): Blob {
  const extended = chunk('VP8X', Uint8Array.from([animated, 0, 0, 0, ...uint24(width - 1), ...uint24(height - 1)]))
  // Black behind it, for ever.
  const animation = chunk('ANIM', Uint8Array.from([0, 0, 0, 255, 0, 0]))
  const body = new Blob([extended, animation, ...frames])
  const head = new Uint8Array(12)
  head.set(ascii('RIFF'))
  new DataView(head.buffer).setUint32(4, body.size + 4, true)
  head.set(ascii('WEBP'), 8)
  return new Blob([head, body], { type: 'image/webp' })
}

function chunk(name: string, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, { length }) => sum + length, 0)
  const bytes = new Uint8Array(8 + size + (size & 1))
  bytes.set(ascii(name))
  new DataView(bytes.buffer).setUint32(4, size, true)
  let at = 8
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

const uint24 = (value: number): number[] => [value & 255, (value >> 8) & 255, (value >> 16) & 255]
const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0))
