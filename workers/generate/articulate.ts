/** What a film's mouth does, frame by frame: the words that a request has somebody say, from their spelling to the tracks that the net is given. */
import type { Manifest } from '../packs/manifest'
import { pronounce } from './speech/pronounce'
import { features, fitPace, framesPerSecond, lay, tracks, type Manner } from './speech/tracks'
import type { Spoken } from './spoken'

/** s before the first sound: somebody who is seen speaks, and not the cut. */
const breath = 0.2
const rest = 0.1

export interface Articulated {
  /** `[frames, speech.dim]` of the manifest, from the film's beginning on. */
  speech: Float32Array<ArrayBuffer>
  /** When the last word ends, which may be after the film's end: nobody understands what is said faster. */
  endSeconds: number
}

/**
 * @param seconds of the film: the words are said in that time where they can be
 * @param from s: nobody speaks before
 */
export async function articulate({ words, voice, whispered }: Spoken, { dim, features: asked }: NonNullable<Manifest['speech']>, seconds: number, from = 0): Promise<Articulated> {
  const { phones } = await pronounce(words)
  const manner: Manner = { voice, style: whispered ? 'whispered' : 'spoken' }
  const room = seconds - from - 2 * breath
  const calm = lay(phones, manner)
  // Who has time speaks calmly.
  const line = calm.seconds <= room ? calm : lay(phones, { ...manner, pace: fitPace(phones, manner, room) })
  const begin = from + breath
  const endSeconds = begin + line.seconds
  // To where the mouth is at rest; it stays as it is then.
  const frames = Math.ceil((endSeconds + rest) * framesPerSecond)
  const told = tracks(line, begin, frames)
  const speech = new Float32Array(frames * dim)
  const at = asked.map((name) => features.indexOf(name))
  for (let frame = 0; frame < frames; frame++) {
    for (const [i, feature] of at.entries()) if (feature >= 0) speech[frame * dim + i] = told[frame * features.length + feature]!
  }
  return { speech, endSeconds }
}
