/** What the next film begins from: nothing, the clip on the stage, which it continues or draws again, or pictures that it begins or ends with. */
import type { Clip, GenerateRequest, Latents, MediaRef, Origin, Source } from '../../workers/generate/types.ts'
import { MAX_SECONDS, type Draft } from './draft.svelte.ts'

/** 'before' puts something in front of the clip. */
export type How = 'anew' | 'extend' | 'before' | 'remix' | 'frames'
export type Keep = Extract<Source, { how: 'remix' }>['keep']

/** Drawn again from 0.7 noise, places stay recognisable and colours follow the new words. */
const STRENGTH = 0.7

const secondsOf = (clip: Clip) => Math.round(clip.frameCount / clip.fps)

/** What the generator needs of a clip or a picture. */
export interface Tokens {
  clip: (clip: Clip) => Promise<Latents>
  still: (picture: MediaRef) => Promise<Latents['video']>
}

export class Begin {
  how = $state<How>('anew')
  keep = $state<Keep>('nothing')
  /** 0.1…1 */
  strength = $state(STRENGTH)
  first = $state.raw<MediaRef | null>(null)
  last = $state.raw<MediaRef | null>(null)

  /** Chooses, and makes the length one that can be: a continued film is longer than its beginning, a remix as long. */
  choose(how: How, clip: Clip | null, draft: Draft): void {
    this.how = how
    if (!clip) return
    const seconds = secondsOf(clip)
    if (how === 'remix') draft.seconds = seconds
    if (how === 'extend' || how === 'before') draft.seconds = Math.min(MAX_SECONDS, Math.max(draft.seconds, seconds + draft.minSeconds))
  }

  /** A film of the longest length cannot be continued. */
  canExtend(clip: Clip): boolean {
    return secondsOf(clip) < MAX_SECONDS
  }

  /** The request with its origin, and what the generator needs of it; the request as it is when the film begins anew. @throws what `tokens` throws */
  async from(request: GenerateRequest, clip: Clip | null, tokens: Tokens): Promise<{ request: GenerateRequest; source?: Source }> {
    const { how, keep, strength, first, last } = this
    if (how === 'frames') return this.#fromPictures(request, tokens, first, last)
    if (how === 'anew' || !clip) return { request }
    const latents = await tokens.clip(clip)
    const { prompt, seed, from } = clip.request
    const common = { prompt, seed }
    if (how === 'remix') {
      // A picture or a sound from elsewhere that was kept once stays as it came.
      const media = from?.how === 'import' || (keep !== 'nothing' && from?.keep === keep) ? from?.media : undefined
      const origin: Origin = { how, keep, strength, ...common, ...(media && { media }) }
      return { request: { ...request, from: origin }, source: { how, latents, keep, strength } }
    }
    const media = from?.how === 'import' ? from.media : undefined
    const before = how === 'before' && { before: true }
    const origin: Origin = { how: 'extend', ...common, ...before, ...(media && { media }) }
    return { request: { ...request, from: origin }, source: { how: 'extend', latents, seconds: secondsOf(clip), ...before } }
  }

  async #fromPictures(request: GenerateRequest, tokens: Tokens, first: MediaRef | null, last: MediaRef | null): Promise<{ request: GenerateRequest; source?: Source }> {
    const media = first ?? last
    if (!media) return { request }
    const at = first && last ? 'both' : first ? 'first' : 'last'
    const stills = { ...(first && { first: await tokens.still(first) }), ...(last && { last: await tokens.still(last) }) }
    const from: Origin = { how: 'frames', at, prompt: media.name, seed: 0, media, ...(first && last && { end: last }) }
    return { request: { ...request, from }, source: { how: 'frames', ...stills } }
  }
}
