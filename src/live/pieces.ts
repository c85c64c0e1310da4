/**
 * How a live film that is longer than a clip may be becomes a film of clips: one for each thing that was said, cut where it was said. Every
 * clip has more at both ends than is shown, so that the windows which drew its first frames and its last sound are the very ones of the live film.
 */
import type { Latents, SpokenCue } from '../../workers/generate/types.ts'

/** The longest clip that a live film is kept as, s. */
export const MAX_CLIP_SECONDS = 20

/** A stretch of the live film, in its seconds: what is shown, and what the clip holds. */
export interface Span {
  cue: SpokenCue
  from: number
  to: number
  mediaFrom: number
  mediaTo: number
}

interface Layout {
  /** Of the whole film. */
  seconds: number
  chunkSeconds: number
  historySeconds: number
}

export function spans(spoken: readonly SpokenCue[], { seconds, chunkSeconds, historySeconds }: Layout): Span[] {
  const longest = MAX_CLIP_SECONDS - historySeconds - chunkSeconds
  return spoken.flatMap((cue, i) => {
    const next = spoken[i + 1]
    const end = Math.min(next?.second ?? seconds, seconds)
    const parts: Span[] = []
    for (let from = cue.second; from < end; from = parts.at(-1)!.to) {
      const to = Math.min(end, from + longest - (longest % chunkSeconds))
      parts.push({ cue, from, to, mediaFrom: Math.max(0, from - historySeconds), mediaTo: Math.min(seconds, to + chunkSeconds) })
    }
    return parts
  })
}

/** Seconds `from` to `to` of a film's tokens. */
export function cutLatents(film: Latents, seconds: number, from: number, to: number): Latents {
  const cut = (tokens: Float32Array<ArrayBuffer>) => tokens.slice(Math.round((tokens.length / seconds) * from), Math.round((tokens.length / seconds) * to))
  return { video: cut(film.video), sound: cut(film.sound), state: cut(film.state) }
}
