/** The sizes a film can be saved in: a shape, and the length of its short side. */

export type Shape = 'film' | 'square' | 'wide' | 'tall'

const RATIOS: Record<Exclude<Shape, 'film'>, [across: number, down: number]> = { square: [1, 1], wide: [16, 9], tall: [9, 16] }

export interface Size {
  width: number
  height: number
}

/** px, even: codecs know no half pixels of colour. */
export function sizeOf(film: Size, shape: Shape, side: number): Size {
  const [across, down] = shape === 'film' ? [film.width, film.height] : RATIOS[shape]
  const short = Math.min(across, down)
  const even = (length: number) => 2 * Math.max(1, Math.round((side * length) / short / 2))
  return { width: even(across), height: even(down) }
}

/** Short sides to choose from, px, with the film's own among them. */
export function sidesFor({ width, height }: Size): number[] {
  return [...new Set([256, 512, 720, 1080, Math.min(width, height)])].toSorted((a, b) => a - b)
}
