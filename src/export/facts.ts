/** What a file's signature says of the film in it, as far as the person wants it said. */
import type { Film, Plan, Shot } from '../../workers/media/types.ts'
import type { FilmFacts, SignedShot } from '../../workers/provenance/types.ts'

export interface Wishes {
  /** Signs the words too. They are in the file's tags either way, where anybody can take them out. */
  signPrompt: boolean
  allowTraining: boolean
  /** Puts small words into a corner of the picture. */
  visibleMark: boolean
}

/**
 * @param plan which part of the film the file has; all of it, if none
 * @param parent SHA-256 of the tokens of the film it began from
 */
export function factsOf({ tags, frameCount, mark }: Pick<Film, 'tags' | 'frameCount' | 'mark'>, { signPrompt, allowTraining }: Omit<Wishes, 'visibleMark'>, plan?: Partial<Pick<Plan, 'from' | 'to'>>, parent?: string): FilmFacts {
  const { pack, packVersion, backend, seed, steps, prompt, negative, from, film } = tags
  const part = { from: plan?.from ?? 0, to: plan?.to ?? frameCount }
  const shots = tags.shots?.flatMap((shot) => seenOf(shot, part, signPrompt))
  return {
    pack,
    packVersion,
    backend,
    seed,
    steps,
    training: allowTraining ? 'allowed' : 'notAllowed',
    ...(signPrompt && { prompt, ...(negative && { negative }) }),
    ...(mark !== null && { mark }),
    // A film of several clips has no tokens of its own.
    ...(film !== undefined && { film }),
    ...(part.to - part.from < frameCount && { part }),
    ...(shots && { shots }),
    // The first clip of a film of several has tags with an origin too; the film itself was not begun from it.
    ...(from && !shots && {
      parent: {
        how: from.how,
        seed: from.seed,
        ...(from.keep && { keep: from.keep }),
        ...(parent !== undefined && { film: parent }),
        ...(from.media && { file: from.media.sha256 }),
        ...(from.end && { end: from.end.sha256 }),
        ...(signPrompt && { prompt: from.prompt }),
      },
    }),
  }
}

/** What the file has of a shot; nothing is said of those that it has nothing of. */
function seenOf({ seed, film, from: origin, startFrame, frames, prompt }: Shot, { from, to }: { from: number; to: number }, signPrompt: boolean): SignedShot[] {
  const start = Math.max(startFrame, from)
  const end = Math.min(startFrame + frames, to)
  if (start >= end) return []
  // A clip that is a file from elsewhere has no tokens.
  const source = origin?.how === 'import' && origin.media ? { file: origin.media.sha256 } : film !== undefined && { film }
  return [{ seed, ...source, startFrame: start - from, frames: end - start, ...(signPrompt && { prompt }) }]
}
