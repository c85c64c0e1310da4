/** What a film's signature says of it, as far as the person wants it said. */
import type { FilmTags } from '../../workers/media/types.ts'
import type { FilmFacts } from '../../workers/provenance/types.ts'

export interface Wishes {
  /** Signs the words too. They are in the file's tags either way, where anybody can take them out. */
  signPrompt: boolean
  allowTraining: boolean
}

/**
 * @param film digest of the film's tokens; of a film of several clips there is none
 * @param parent the same of the film it began from
 */
export function factsOf(tags: FilmTags, { signPrompt, allowTraining }: Wishes, film?: string, parent?: string): FilmFacts {
  const { pack, packVersion, backend, seed, steps, prompt, negative, from, shots } = tags
  return {
    pack,
    packVersion,
    backend,
    seed,
    steps,
    training: allowTraining ? 'allowed' : 'notAllowed',
    ...(signPrompt && { prompt, ...(negative && { negative }) }),
    ...(film !== undefined && { film }),
    ...(shots && {
      shots: shots.map(({ seed, startFrame, frames, prompt }) => ({ seed, startFrame, frames, ...(signPrompt && { prompt }) })),
    }),
    // The first clip of a film of several has tags with an origin too; the film itself was not begun from it.
    ...(from && !shots && {
      parent: {
        how: from.how,
        seed: from.seed,
        ...(from.keep && { keep: from.keep }),
        ...(parent !== undefined && { film: parent }),
        ...(signPrompt && { prompt: from.prompt }),
      },
    }),
  }
}
