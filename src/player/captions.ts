/** Captions out of what a film was asked to be: what is said in it, or what its shots show. */
import type { Clip } from '../../workers/generate/types.ts'
import type { Caption, Film, FilmTags, Plan, Shot } from '../../workers/media/types.ts'
import { quoted } from '../prompt/text.ts'

/** 'speech': the quoted words; 'described': the sentence of every shot, for who cannot see it. */
export type CaptionKind = 'speech' | 'described'

/** A film as far as its words and their times go. */
export interface Told extends Pick<Film, 'fps' | 'frameCount'> {
  tags: Pick<FilmTags, 'prompt' | 'written' | 'from'> & { shots?: readonly Pick<Shot, 'prompt' | 'written' | 'from' | 'startFrame' | 'frames'>[] }
}

/** s from the beginning of the planned part. Several quotations of a shot share its time by their lengths: when exactly each is said is not known. */
export function captionsOf({ tags, fps, frameCount }: Told, { from, to }: Pick<Plan, 'from' | 'to'>, kind: CaptionKind): Caption[] {
  const shots = tags.shots ?? [{ ...tags, startFrame: 0, frames: frameCount }]
  return shots.flatMap(({ prompt, written, from: origin, startFrame, frames }) => {
    const words = written ?? prompt
    // A file from elsewhere has its name for a prompt, and a name says nothing aloud.
    const said = origin?.how === 'import' ? [] : [...words.matchAll(quoted)].flatMap(([, text]) => text?.trim() ?? [])
    const texts = kind === 'described' ? [words.trim()] : said
    // Who quotes before the scene is told wants a heading.
    const place = kind === 'speech' && /^\s*["“„«]/.test(words) ? { atHead: true } : {}
    const letters = texts.reduce((sum, { length }) => sum + length, 0)
    let at = startFrame
    return texts.flatMap((text) => {
      const start = Math.max(at, from)
      at += (frames * text.length) / letters
      const end = Math.min(at, to)
      return text && start < end ? [{ start: (start - from) / fps, end: (end - from) / fps, text, ...place }] : []
    })
  })
}

export function speaks(film: Told): boolean {
  return captionsOf(film, { from: 0, to: film.frameCount }, 'speech').length > 0
}

/** What was said in a live film, as a film of several clips tells its shots. */
export function liveShots({ request, frameCount, fps }: Pick<Clip, 'request' | 'frameCount' | 'fps'>): Shot[] {
  return (request.live ?? []).map(({ prompt, written, second }, i, live) => {
    const startFrame = Math.round(second * fps)
    const next = live[i + 1]
    const shot: Shot = { prompt, seed: request.seed, startFrame, frames: (next ? Math.round(next.second * fps) : frameCount) - startFrame }
    if (written !== undefined) shot.written = written
    return shot
  })
}
