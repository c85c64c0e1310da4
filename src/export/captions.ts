/** Captions out of what a film was asked to be: what is said in it, or what its shots show. */
import type { Caption, Film, Plan } from '../../workers/media/types.ts'
import { quoted } from '../prompt/text.ts'

/** 'speech': the quoted words; 'described': the sentence of every shot, for who cannot see it. */
export type CaptionKind = 'speech' | 'described'

/** s from the beginning of the planned part. Several quotations of a shot share its time by their lengths: when exactly each is said is not known. */
export function captionsOf({ tags, fps, frameCount }: Pick<Film, 'tags' | 'fps' | 'frameCount'>, { from, to }: Pick<Plan, 'from' | 'to'>, kind: CaptionKind): Caption[] {
  const shots = tags.shots ?? [{ prompt: tags.prompt, written: tags.written, startFrame: 0, frames: frameCount }]
  return shots.flatMap(({ prompt, written, startFrame, frames }) => {
    const words = written ?? prompt
    const texts = kind === 'described' ? [words.trim()] : [...words.matchAll(quoted)].flatMap(([, text]) => text?.trim() ?? [])
    const letters = texts.reduce((sum, { length }) => sum + length, 0)
    let at = startFrame
    return texts.flatMap((text) => {
      const start = Math.max(at, from)
      at += (frames * text.length) / letters
      const end = Math.min(at, to)
      return text && start < end ? [{ start: (start - from) / fps, end: (end - from) / fps, text }] : []
    })
  })
}

export function speaks(film: Pick<Film, 'tags' | 'fps' | 'frameCount'>): boolean {
  return captionsOf(film, { from: 0, to: film.frameCount }, 'speech').length > 0
}
