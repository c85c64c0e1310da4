/** One frame of a film, small, for the list. */
import { frameSource, type Frames } from '../player/frames.ts'

const SIDE = 160

/** A data: URL (JPEG, about 4 kB): it lives in the index, so the list needs no further reads. */
export function thumbnail(clip: Frames & { frameCount: number }): string {
  const canvas = document.createElement('canvas')
  canvas.width = SIDE
  canvas.height = Math.round((SIDE * clip.height) / clip.width)
  // Things have begun to move by then, and have not yet come to rest.
  const frame = Math.floor(clip.frameCount * 0.3)
  const context = canvas.getContext('2d')
  if (context) {
    context.imageSmoothingQuality = 'high'
    context.drawImage(frameSource(clip)(frame), 0, 0, canvas.width, canvas.height)
  }
  return canvas.toDataURL('image/jpeg', 0.8)
}
