/**
 * The last that is done to picture and sound before an encoder gets them, the same for every format: at the size, frame rate and sample rate of the
 * file. Whatever every file that leaves Kinora has to carry in its picture or its sound is put in here.
 */

export interface FinishedFrame {
  width: number
  height: number
  /** In the file. */
  index: number
  /** frames/s */
  fps: number
}

/** @param rgba (height · width · 4), free to be changed in place */
export function finishFrame(rgba: Uint8ClampedArray<ArrayBuffer>, _frame: FinishedFrame): Uint8ClampedArray<ArrayBuffer> {
  return rgba
}

/** @param pcm mono, −1…1, free to be changed in place */
export function finishSound(pcm: Float32Array<ArrayBuffer>, _sampleRate: number): Float32Array<ArrayBuffer> {
  return pcm
}
