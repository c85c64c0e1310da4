/**
 * The last that is done to picture and sound before an encoder gets them, the same for every format: at the size, frame rate and sample rate of the
 * file. Whatever every file that leaves Kinora has to carry in its picture or its sound is put in here: the invisible
 * marks that `Film.mark` asks for, and the visible one that a person may ask for.
 */
import { markRate } from '../provenance/watermark/plot'
import { pictureMarker } from '../provenance/watermark/picture'
import { soundMark } from '../provenance/watermark/sound'
import { EncodeError } from './errors'
import { labelFor, lay } from './label'
import { resample } from './resample'
import type { Film, Plan } from './types'

const unmarked = 'The marks could not be put into the film, so no file was written; the film is still here: try once more.'

/** @returns what finishes the frames (height · width · 4) of the file, each in place. Throws EncodeError. */
export function frameFinisher({ mark, label }: Pick<Film, 'mark' | 'label'>, { width, height }: Pick<Plan, 'width' | 'height'>): (rgba: Uint8ClampedArray<ArrayBuffer>) => Uint8ClampedArray<ArrayBuffer> {
  try {
    const seen = label ? labelFor(label, width, height) : undefined
    const put = mark === null ? undefined : pictureMarker(mark, width, height)
    return (rgba) => {
      if (seen) lay(seen, rgba, width)
      put?.(rgba)
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
