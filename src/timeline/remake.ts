/** A film's file says how its clips were made and what is seen of them: from that, the film is made again. */
import type { GenerateRequest } from '../../workers/generate/types.ts'
import type { FilmTags, Shot } from '../../workers/media/types.ts'
import type { FilmClip } from './film.ts'
import type { Media } from './schema.ts'

/** A clip to make, once, however many shots show it. */
export interface Recipe {
  /** Tells clips apart. */
  key: string
  request: GenerateRequest
  /** SHA-256 of its tokens, where the file says so. */
  film?: string
}

/** What is seen and heard of a clip; `id`: of its place in the film, where it is known by one elsewhere. */
export type Cut = { id?: string; media: Media } & Pick<FilmClip, 'start' | 'frames'> & Partial<Pick<FilmClip, 'volume' | 'fadeIn' | 'fadeOut' | 'dissolve'>>

/** The clips of a film of several, in the order of their first appearance. */
export function recipesOf(tags: FilmTags): Recipe[] {
  const recipes = new Map<string, Recipe>()
  for (const shot of tags.shots ?? []) {
    const recipe = recipeOf(shot, tags)
    if (!recipes.has(recipe.key)) recipes.set(recipe.key, recipe)
  }
  return [...recipes.values()]
}

/** Older files say less of a shot: what they leave out is as in the first one. */
function recipeOf({ prompt, written, negative, seed, steps, seconds, from, film }: Shot, tags: FilmTags): Recipe {
  const request: GenerateRequest = {
    prompt,
    ...(written !== undefined && { written }),
    negative: negative ?? tags.negative,
    seed,
    steps: steps ?? tags.steps,
    seconds: seconds ?? tags.seconds,
    ...(from && { from }),
  }
  return { key: film ?? JSON.stringify(request), request, ...(film !== undefined && { film }) }
}

/** The film's cuts, with what was made for each recipe. */
export function cutsOf(tags: FilmTags, made: ReadonlyMap<string, Media>): Cut[] {
  return (tags.shots ?? []).flatMap((shot) => {
    const media = made.get(recipeOf(shot, tags).key)
    if (!media) return []
    const { clipStart: start = 0, frames, volume = 1, fadeIn = 0, fadeOut = 0, dissolve = 0 } = shot
    return [{ media, start, frames, volume, fadeIn, fadeOut, dissolve }]
  })
}
