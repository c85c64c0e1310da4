/**
 * The words that a file may say of its film. Rules get stricter, and a film that was made and kept under older ones is still a person's own: it
 * stays playable and is saved as it is, without the words that the rules of today refuse. Whatever is made anew is screened as ever.
 */
import type { FilmTags, Plan } from '../../workers/media/types.ts'
import type { TextUse } from '../../workers/policy/types.ts'

/** Resolves with null when all of the texts may pass. */
export type Review = (texts: readonly string[], use: TextUse) => Promise<unknown>

type Words = Pick<FilmTags, 'prompt' | 'written' | 'title' | 'from'> & Partial<Pick<FilmTags, 'shots' | 'live'>>

/** @returns the same object where nothing is left out */
export async function sayable<Tags extends Words>(tags: Tags, review: Review): Promise<Tags> {
  // A file from elsewhere has its name for a prompt.
  const use = tags.from?.how === 'import' ? 'title' : 'scene'
  const parts = [...(tags.shots ?? []), ...(tags.live ?? [])]
  const named = [tags.title, tags.from?.prompt, ...(use === 'title' ? wordsOf(tags) : [])]
  const filmed = [...(use === 'scene' ? wordsOf(tags) : []), ...parts.flatMap(wordsOf)]
  if ((await review(told(named), 'title')) === null && (await review(told(filmed), 'scene')) === null) return tags

  const passes = async (text: string | undefined, as: TextUse) => !text || (await review([text], as)) === null
  async function mended<Part extends { prompt: string; written?: string }>(part: Part, as: TextUse): Promise<Part> {
    const { written, ...rest } = part
    return { ...rest, prompt: (await passes(part.prompt, as)) ? part.prompt : '', ...(written !== undefined && (await passes(written, as)) && { written }) } as Part
  }
  const all = <Part extends { prompt: string; written?: string }>(list: readonly Part[]) => Promise.all(list.map((part) => mended(part, 'scene')))
  const { title, ...mendedTags } = await mended(tags, use)
  return {
    ...mendedTags,
    ...(title !== undefined && (await passes(title, 'title')) && { title }),
    ...(tags.from && { from: await mended(tags.from, 'title') }),
    ...(tags.shots && { shots: await all(tags.shots) }),
    ...(tags.live && { live: await all(tags.live) }),
  } as Tags
}

/** @returns the same plan where nothing is left out */
export async function sayablePlan(plan: Plan, review: Review): Promise<Plan> {
  const { captions = [] } = plan
  if (captions.length === 0 || (await review(captions.map(({ text }) => text), 'scene')) === null) return plan
  const kept = await Promise.all(captions.map(async (caption) => ((await review([caption.text], 'scene')) === null ? [caption] : [])))
  return { ...plan, captions: kept.flat() }
}

const wordsOf = ({ prompt, written }: { prompt: string; written?: string }) => [prompt, written]
const told = (texts: readonly (string | undefined)[]) => texts.filter((text): text is string => !!text)
