/** Small pictures of all clips in one canvas of fixed size: the strip of any film, however long, takes 16 MB and no more. */
import { Slots } from './slots.ts'

/** px */
const SIDE = 64
const COLUMNS = 32

/** A square of the atlas; wide pictures are squeezed into it and drawn wide again. */
export interface Tile {
  x: number
  y: number
  side: number
}

export class Atlas {
  readonly canvas = new OffscreenCanvas(COLUMNS * SIDE, COLUMNS * SIDE)
  readonly #context = this.canvas.getContext('2d', { alpha: false })
  readonly #slots = new Slots(COLUMNS ** 2)

  put(key: string, picture: CanvasImageSource): void {
    const { x, y } = tileOf(this.#slots.take(key))
    if (!this.#context) return
    this.#context.imageSmoothingQuality = 'high'
    this.#context.drawImage(picture, x, y, SIDE, SIDE)
  }

  tile(key: string): Tile | undefined {
    const slot = this.#slots.use(key)
    return slot === undefined ? undefined : tileOf(slot)
  }
}

function tileOf(slot: number): Tile {
  return { x: (slot % COLUMNS) * SIDE, y: Math.floor(slot / COLUMNS) * SIDE, side: SIDE }
}
