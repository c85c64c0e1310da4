/** A person cut out of a frame, and the figure that is laid over a film: with a white edge like a sticker, because it is no part of the drawing. */
import type { Figure, Look } from './types'

/** Share of the film's height that the figure takes. */
const figureHeight = 0.45
/** Width of the white edge, as a share of the figure's height. */
const edge = 0.018

/** The person's bust in front of nothing, PNG. @param alpha 0…255 for each pixel of `image` */
export async function cutOut(image: ImageData, alpha: Uint8ClampedArray, face: NonNullable<Look['face']>): Promise<{ picture: Blob; clothes: string }> {
  const { width, height, data } = image
  const figure = new ImageData(new Uint8ClampedArray(data), width, height)
  for (let i = 0; i < alpha.length; i++) figure.data[4 * i + 3] = harden(alpha[i]!)
  const size = face.height * height
  const left = Math.max(0, Math.round(face.x * height - size * 1.1))
  const right = Math.min(width, Math.round(face.x * height + size * 1.1))
  const top = Math.max(0, Math.round(face.y * height - size * 0.95))
  const canvas = new OffscreenCanvas(right - left, height - top)
  canvas.getContext('2d')!.putImageData(figure, -left, -top)
  return { picture: await canvas.convertToBlob({ type: 'image/png' }), clothes: clothesColour(figure, Math.round(face.y * height + size * 0.7)) }
}

/** The matte is soft over many pixels; in a drawing with clean edges that looks like fog. */
function harden(alpha: number): number {
  return 255 * Math.min(1, Math.max(0, (alpha / 255 - 0.35) / 0.35))
}

/** @param filmHeight px */
export async function drawFigure(picture: Blob, filmWidth: number, filmHeight: number): Promise<Figure> {
  const bitmap = await createImageBitmap(picture)
  const height = Math.min(Math.round(figureHeight * filmHeight), Math.round((filmWidth * 0.6 * bitmap.height) / bitmap.width))
  const width = Math.round((height * bitmap.width) / bitmap.height)
  const rim = Math.max(1, Math.round(edge * height))
  const white = silhouette(bitmap, width, height)
  const canvas = new OffscreenCanvas(width + 2 * rim, height + rim)
  const context = canvas.getContext('2d')!
  context.imageSmoothingQuality = 'high'
  for (let i = 0; i < 16; i++) {
    const angle = (i / 16) * 2 * Math.PI
    context.drawImage(white, rim + rim * Math.cos(angle), rim + rim * Math.sin(angle))
  }
  context.drawImage(bitmap, rim, rim, width, height)
  bitmap.close()
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
  return { rgba: data as Figure['rgba'], width: canvas.width, height: canvas.height }
}

function silhouette(bitmap: ImageBitmap, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')!
  context.drawImage(bitmap, 0, 0, width, height)
  context.globalCompositeOperation = 'source-in'
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  return canvas
}

/** The colours that the default model has words for, as its simulator paints them (models/kinora/world/light.py, PAINT). */
const paints: Record<string, readonly [number, number, number]> = {
  red: [224, 51, 46], orange: [242, 135, 33], yellow: [247, 204, 51], green: [61, 168, 82], blue: [46, 107, 222], purple: [135, 71, 189], pink: [242, 128, 171], white: [240, 237, 230],
}

/** The paint nearest to what is opaque below a line. */
function clothesColour({ data, width }: ImageData, fromRow: number): string {
  const sum: [number, number, number] = [0, 0, 0]
  let count = 0
  for (let i = fromRow * width * 4; i < data.length; i += 4) {
    if (data[i + 3]! < 200) continue
    count++
    for (let channel = 0; channel < 3; channel++) sum[channel]! += data[i + channel]!
  }
  return nearestPaint(count === 0 ? [128, 128, 128] : [sum[0] / count, sum[1] / count, sum[2] / count])
}

/** By hue first: clothes in a room are darker than paint. */
export function nearestPaint(rgb: readonly [number, number, number]): string {
  const tint = ([r, g, b]: readonly [number, number, number]) => {
    const sum = r + g + b + 1
    return [r / sum, g / sum, b / sum] as const
  }
  const mine = tint(rgb)
  const distance = (paint: readonly [number, number, number]) => tint(paint).reduce((all, value, i) => all + (value - mine[i]!) ** 2, 0)
  return Object.entries(paints).toSorted(([, a], [, b]) => distance(a) - distance(b))[0]![0]
}
