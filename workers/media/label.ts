/** A few small words in the lower right corner of every frame, for those who want it seen that a model made the film. */

export interface Label {
  left: number
  top: number
  width: number
  height: number
  /** height · width · 4, with its shadow */
  rgba: Uint8ClampedArray
}

/** Of the picture's shorter side; no smaller than can be read. */
const share = 0.042
const leastPixels = 10

/** The words as they will stand in a picture of this size. */
export function labelFor(text: string, pictureWidth: number, pictureHeight: number): Label {
  const size = Math.max(leastPixels, Math.round(share * Math.min(pictureWidth, pictureHeight)))
  const font = `600 ${size}px system-ui, sans-serif`
  const margin = Math.round(0.6 * size)
  const measure = contextOf(1, 1)
  measure.font = font
  const width = Math.min(pictureWidth, Math.ceil(measure.measureText(text).width) + 2 * margin)
  const height = Math.min(pictureHeight, Math.ceil(1.3 * size) + margin)
  const context = contextOf(width, height)
  context.font = font
  context.textBaseline = 'middle'
  context.shadowColor = 'rgb(0 0 0 / 0.7)'
  context.shadowBlur = size / 4
  context.fillStyle = 'rgb(255 255 255 / 0.9)'
  context.fillText(text, margin, 0.65 * size, width - 2 * margin)
  return { left: pictureWidth - width, top: pictureHeight - height, width, height, rgba: context.getImageData(0, 0, width, height).data }
}

export function contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('There is no canvas to write on.')
  return context
}

/** Lays the label over a frame. @param frame [height · pictureWidth · 4], changed in place */
export function lay({ left, top, width, height, rgba }: Label, frame: Uint8ClampedArray, pictureWidth: number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4
      const to = ((top + y) * pictureWidth + left + x) * 4
      const cover = rgba[from + 3]! / 255
      if (cover === 0) continue
      for (let channel = 0; channel < 3; channel++) frame[to + channel]! += cover * (rgba[from + channel]! - frame[to + channel]!)
    }
  }
}
