/**
 * The words that a file may say of its film. Rules get stricter, and a film that was made and kept under older ones is still a person's own: it
 * stays playable and is saved as it is, without the words that the rules of today refuse. Whatever is made anew is screened as ever.
 */
import type { FilmTags, Plan } from '../../workers/media/types.ts'
import type { TextUse } from '../../workers/policy/types.ts'
import type { Shot } from '../prompt/storyboard/board.ts'
import type { Project } from '../timeline/project.ts'

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
export async function sayablePlan<Asked extends Pick<Plan, 'captions' | 'words'>>(plan: Asked, review: Review): Promise<Asked> {
  const { captions, words } = plan
  const texts = [...(captions ?? []), ...(words ?? [])].map(({ text }) => text)
  if (texts.length === 0 || (await review(texts, 'scene')) === null) return plan
  const passing = async <T extends { text: string }>(list: readonly T[]) => (await Promise.all(list.map(async (one) => ((await review([one.text], 'scene')) === null ? [one] : [])))).flat()
  return { ...plan, ...(captions && { captions: await passing(captions) }), ...(words && { words: await passing(words) }) }
}

/**
 * A project out of a file, by whomever: its pictures and sounds whole, and the words that may be here.
 * @param unnamed what is called otherwise than it may be
 * @returns the same object where nothing is left out
 */
export async function sayableProject(project: Project, unnamed: string, review: Review): Promise<Project> {
  let whole = true
  const passes = async (text: string, use: TextUse) => {
    const passed = text === '' || (await review([text], use)) === null
    whole &&= passed
    return passed
  }
  const named = async <T extends { name: string }>(one: T | null) => one && { ...one, name: (await passes(one.name, 'title')) ? one.name : unnamed }
  const [film, board] = [await named(project.film), await named(project.board)]
  const media = await Promise.all(
    project.media.map(async (item) => {
      const request = await sayable(item.request, review)
      whole &&= request === item.request
      return { ...item, request }
    }),
  )
  const asked = async (shot: Shot): Promise<Shot> => {
    if (!(await passes(shot.prompt, 'scene'))) return { ...shot, prompt: '', rewritten: null }
    return shot.rewritten === null || (await passes(shot.rewritten.caption, 'scene')) ? shot : { ...shot, rewritten: null }
  }
  const shots = await Promise.all((board?.shots ?? []).map(asked))
  return whole ? project : { ...project, film, board: board && { ...board, shots }, media }
}

const wordsOf = ({ prompt, written }: { prompt: string; written?: string }) => [prompt, written]
const told = (texts: readonly (string | undefined)[]) => texts.filter((text): text is string => !!text)
