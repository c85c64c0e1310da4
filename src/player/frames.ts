/** Single frames out of a film's one large buffer, without copying it. */
import type { Clip } from '../../workers/generate/types.ts'

export function frameImage(clip: Clip, frame: number): ImageData {
  const size = clip.width * clip.height * 4
  return new ImageData(new Uint8ClampedArray(clip.rgba.buffer, clip.rgba.byteOffset + frame * size, size), clip.width, clip.height)
}

/** A canvas whose content is one frame at a time, to draw it scaled: ImageData itself cannot be scaled. */
export function frameSource(clip: Clip): (frame: number) => OffscreenCanvas {
  const canvas = new OffscreenCanvas(clip.width, clip.height)
  const context = canvas.getContext('2d', { alpha: false })
  return (frame) => {
    context?.putImageData(frameImage(clip, frame), 0, 0)
    return canvas
  }
}
