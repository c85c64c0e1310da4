/**
 * The last that is done to picture and sound before an encoder gets them, the same for every format: at the size and frame rate of the file.
 * Whatever every file that leaves Kinora has to carry in its picture or its sound is put in here: the invisible
 * marks that `Film.mark` asks for, the visible one that a person may ask for, and the words that are to be read.
 */
import { markRate } from '../provenance/watermark/plot'
import { patternOf } from '../provenance/watermark/pattern'
import { pictureMarker } from '../provenance/watermark/picture'
import { markBlocks } from '../provenance/watermark/sound'
import { EncodeError } from './errors'
import { labelFor, lay } from './label'
import { secondsOf, soundOf } from './plan'
import { resample } from './resample'
import { scaler } from './scale'
import type { Film, Plan } from './types'
import { wordDrawer } from './words'
import { type I420, i420Maker, overlayOf } from './yuv'

const unmarked = 'The marks could not be put into the film, so no file was written; the film is still here: try once more.'

type Picture = Uint8ClampedArray<ArrayBuffer>

/** @param frame which one of the film is seen */
export type Finish<Finished> = (shown: Uint8ClampedArray, frame: number) => Finished

/** @returns what makes frames of the file (height · width · 4) of the film's, which stay as they are. Throws EncodeError. */
export function frameFinisher(film: Film, plan: Plan): Finish<Picture> {
  const { width, height, fit } = plan
  const scale = width === film.width && height === film.height ? (rgba: Uint8ClampedArray) => new Uint8ClampedArray(rgba) : scaler(film, plan, fit)
  return orUnmarked(() => {
    const seen = film.label ? labelFor(film.label, width, height) : undefined
    const put = film.mark === null ? undefined : pictureMarker(film.mark, width, height)
    const wordsAt = wordDrawer(plan.words ?? [], width, height, (label) => label)
    return (shown, frame) => {
      const rgba = scale(shown)
      const words = wordsAt(frame)
      if (words) lay(words, rgba, width)
      if (seen) lay(seen, rgba, width)
      put?.(rgba)
      return rgba
    }
  })
}

/** The same for encoders of video, which take light and colour apart: three times as fast, for the mark is in the light alone. */
export function videoFinisher(film: Film, plan: Plan): Finish<I420> {
  const { width, height, fit } = plan
  return orUnmarked(() => {
    const pattern = film.mark === null ? undefined : patternOf(film.mark, width, height)
    const made = i420Maker(film, plan, fit, pattern)
    const seen = film.label ? [overlayOf(labelFor(film.label, width, height))] : []
    const wordsAt = wordDrawer(plan.words ?? [], width, height, overlayOf)
    return (shown: Uint8ClampedArray, frame: number) => {
      const words = wordsAt(frame)
      return made(shown, words ? [words, ...seen] : seen)
    }
  })
}

/**
 * The sound of the planned stretch, mono at `rate`, exactly as long as the picture. Marked at the film's own rate, at which it has fewer samples, and
 * a second at a time, so that pictures need not wait for it. Throws EncodeError.
 */
export async function finishSound(film: Film, plan: Plan, rate: number): Promise<Float32Array<ArrayBuffer>> {
  const { mark, sampleRate } = film
  const pcm = soundOf(film, plan)
  if (mark !== null) {
    const change = resample(await markedInTurns(resample(pcm, sampleRate, markRate), mark), markRate, sampleRate)
    for (let i = 0; i < pcm.length; i++) pcm[i] = Math.max(-1, Math.min(1, pcm[i]! + (change[i] ?? 0)))
  }
  const sound = new Float32Array(Math.round(secondsOf(film, plan) * rate))
  sound.set(resample(pcm, sampleRate, rate).subarray(0, sound.length))
  return sound
}

async function markedInTurns(samples: Float32Array, mark: number): Promise<Float32Array> {
  const marking = markBlocks(samples, mark)
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve))
    const { done, value } = orUnmarked(() => marking.next())
    if (done) return value
  }
}

function orUnmarked<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new EncodeError(unmarked, { cause })
  }
}
