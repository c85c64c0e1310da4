/** The part of gifenc 1.0 that is used here; it ships no types. https://github.com/mattdesl/gifenc */
declare module 'gifenc' {
  /** [red, green, blue] each */
  export type Palette = number[][]

  export interface FrameOptions {
    /** Of a file written by hand: with the palette of all and the sign to repeat. */
    first?: boolean
    palette?: Palette
    /** ms; the format keeps hundredths of a second */
    delay?: number
    transparent?: boolean
    transparentIndex?: number
    /** 1: the next frame is drawn over this one */
    dispose?: number
    /** Times it is played; 0 for ever */
    repeat?: number
  }

  export interface Encoder {
    writeHeader(): void
    writeFrame(index: Uint8Array, width: number, height: number, options?: FrameOptions): void
    finish(): void
    /** A copy of what was written since `reset`. */
    bytes(): Uint8Array<ArrayBuffer>
    reset(): void
  }

  /** With `auto` off, nothing of a header is written again after `reset`. */
  export function GIFEncoder(options?: { auto?: boolean }): Encoder
  export function quantize(rgba: Uint8Array | Uint8ClampedArray, colours: number, options?: { format?: 'rgb565' | 'rgb444' }): Palette
  /** The nearest place in the palette for every pixel. */
  export function applyPalette(rgba: Uint8Array | Uint8ClampedArray, palette: Palette, format?: 'rgb565' | 'rgb444'): Uint8Array
}
