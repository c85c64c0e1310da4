/** Single frames out of a film's one large buffer, without copying it. */
import type { Clip } from '../../workers/generate/types.ts'

export type Frames = Pick<Clip, 'rgba' | 'width' | 'height'>

/** height · width · 4, a view. */
export function frameBytes({ rgba, width, height }: Frames, frame: number): Uint8ClampedArray<ArrayBuffer> {
  const size = width * height * 4
  return rgba.subarray(frame * size, (frame + 1) * size)
}

export function frameImage(clip: Frames, frame: number): ImageData {
  return new ImageData(frameBytes(clip, frame), clip.width, clip.height)
}

/** A canvas whose content is one frame at a time, to draw it scaled: ImageData itself cannot be scaled. */
export function frameSource(clip: Frames): (frame: number) => OffscreenCanvas {
  const canvas = new OffscreenCanvas(clip.width, clip.height)
  const context = canvas.getContext('2d', { alpha: false })
  return (frame) => {
    context?.putImageData(frameImage(clip, frame), 0, 0)
    return canvas
  }
}
