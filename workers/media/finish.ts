/**
 * The last that is done to picture and sound before an encoder gets them, the same for every format: at the size, frame rate and sample rate of the
 * file. Whatever every file that leaves Kinora has to carry in its picture or its sound is put in here: the invisible marks that `Film.mark` asks for.
 */
import { markRate } from '../provenance/watermark/plot'
import { pictureMarker } from '../provenance/watermark/picture'
import { soundMark } from '../provenance/watermark/sound'
import { EncodeError } from './errors'
import { resample } from './resample'
import type { Film, Plan } from './types'

const unmarked = 'The invisible mark could not be put into the film, so no file was written; the film is still here: try once more.'

/** @returns what finishes the frames (height · width · 4) of the file, each in place. Throws EncodeError. */
export function frameFinisher({ mark }: Pick<Film, 'mark'>, { width, height }: Pick<Plan, 'width' | 'height'>): (rgba: Uint8ClampedArray<ArrayBuffer>) => Uint8ClampedArray<ArrayBuffer> {
  if (mark === null) return (rgba) => rgba
  try {
    const put = pictureMarker(mark, width, height)
    return (rgba) => {
      put(rgba)
      return rgba
    }
  } catch (cause) {
    throw new EncodeError(unmarked, { cause })
  }
}

/** @param pcm mono, −1…1, changed in place. Throws EncodeError. */
export function finishSound({ mark }: Pick<Film, 'mark'>, pcm: Float32Array<ArrayBuffer>, sampleRate: number): Float32Array<ArrayBuffer> {
  if (mark === null) return pcm
  try {
    const change = resample(soundMark(resample(pcm, sampleRate, markRate), mark), markRate, sampleRate)
    for (let i = 0; i < pcm.length; i++) pcm[i] = Math.max(-1, Math.min(1, pcm[i]! + (change[i] ?? 0)))
    return pcm
  } catch (cause) {
    throw new EncodeError(unmarked, { cause })
  }
}
