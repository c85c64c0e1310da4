/** Single pictures, by the browser's own encoders. */
import { EncodeError } from './errors'

const PICTURE_QUALITY = 0.92

/** Draws frames of one size, and encodes each as a picture of its own. */
export class Stills {
  readonly #canvas: OffscreenCanvas
  readonly #context: OffscreenCanvasRenderingContext2D

  constructor(width: number, height: number) {
    this.#canvas = new OffscreenCanvas(width, height)
    const context = this.#canvas.getContext('2d', { alpha: false, willReadFrequently: true })
    if (!context) throw new EncodeError('This browser has no memory left for a picture of this size. No file was written: choose a smaller one.')
    this.#context = context
  }

  /** Throws EncodeError where the browser cannot: it then gives a PNG whatever it was asked for. */
  async encode(rgba: Uint8ClampedArray<ArrayBuffer>, type: 'image/png' | 'image/webp' | 'image/jpeg', quality = 1): Promise<Blob> {
    this.#context.putImageData(new ImageData(rgba, this.#canvas.width, this.#canvas.height), 0, 0)
    const picture = await this.#canvas.convertToBlob({ type, quality })
    if (picture.type !== type) throw new EncodeError('This browser cannot write this kind of picture. No file was written: choose another format.')
    return picture
  }
}

/** JPEGs of all the pictures in `rgba` (n · height · width · 4), for the timeline: of a generated frame, as good as the frame itself to the eye. */
export async function encodePictures(rgba: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): Promise<Blob[]> {
  const stills = new Stills(width, height)
  const size = width * height * 4
  const pictures: Blob[] = []
  for (let at = 0; at < rgba.length; at += size) pictures.push(await stills.encode(rgba.subarray(at, at + size), 'image/jpeg', PICTURE_QUALITY))
  return pictures
}

export async function writesWebp(): Promise<boolean> {
  try {
    await new Stills(16, 16).encode(new Uint8ClampedArray(16 * 16 * 4), 'image/webp', 0.8)
    return true
  } catch {
    return false
  }
}
