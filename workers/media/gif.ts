/**
 * An animated GIF: one palette for the whole film, so that still ground stays still, and of each frame only what changed. Without sound, and several
 * times as large as the MP4: there is no motion compensation in it.
 */
import { applyPalette, GIFEncoder, type Palette, quantize } from 'gifenc'
import type { Plan } from './types'

/** The last place in the palette stands for "as before". */
const unchanged = 255

/** Pixels looked at for the palette: more make no better one, only a later one. */
const paletteSamples = 1 << 18

/**
 * @param looked frames from all over the film, at its file's size, for the palette
 * @param onFrame called with the number of frames done
 */
export async function writeGif(
  plan: Plan,
  looked: readonly Uint8ClampedArray[],
  frames: AsyncGenerator<Uint8ClampedArray<ArrayBuffer>>,
  onFrame: (done: number) => void,
): Promise<Blob> {
  const { width, height, fps, quality } = plan
  const palette = paletteOf(looked, Math.round(32 + quality * 223))
  const gif = GIFEncoder({ auto: false })
  gif.writeHeader()
  const parts: BlobPart[] = []
  let before: Uint8Array | undefined
  let index = 0
  // Hundredths of a second is all that the format knows: rounded from the beginning, so that the film keeps its length.
  const at = (frame: number) => Math.round((frame * 100) / fps) * 10
  for await (const rgba of frames) {
    const pixels = applyPalette(rgba, palette, 'rgb565')
    const written = before ? changes(before, pixels) : pixels
    const delay = Math.max(20, at(index + 1) - at(index))
    gif.writeFrame(written, width, height, before ? { delay, transparent: true, transparentIndex: unchanged, dispose: 1 } : { first: true, palette: padded(palette), delay, dispose: 1 })
    before = pixels
    index++
    // What is encoded goes into blobs, which the browser may put on disk.
    parts.push(gif.bytes().slice())
    gif.reset()
    onFrame(index)
  }
  gif.finish()
  parts.push(gif.bytes().slice())
  return new Blob(parts, { type: 'image/gif' })
}

function paletteOf(frames: readonly Uint8ClampedArray[], colours: number): Palette {
  const pixels = frames.reduce((sum, { length }) => sum + length / 4, 0)
  // An odd step, so that it does not run along the columns of a picture whose width it divides.
  const step = Math.max(1, Math.floor(pixels / paletteSamples)) | 1
  const samples: number[] = []
  for (const rgba of frames) for (let at = 0; at < rgba.length; at += 4 * step) samples.push(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!, 255)
  return quantize(Uint8Array.from(samples), Math.min(unchanged, colours), { format: 'rgb565' })
}

/** With all 256 places taken. */
function padded(palette: Palette): Palette {
  return Array.from({ length: 256 }, (_, i) => palette[i] ?? [0, 0, 0])
}

function changes(before: Uint8Array, now: Uint8Array): Uint8Array {
  return now.map((colour, i) => (colour === before[i] ? unchanged : colour))
}
