/** What the next film begins from: nothing, or the clip on the stage, which it continues or draws again. */
import type { Clip, GenerateRequest, Source } from '../../workers/generate/types.ts'
import { MAX_SECONDS, type Draft } from './draft.svelte.ts'

export type How = 'anew' | 'extend' | 'remix'
export type Keep = Extract<Source, { how: 'remix' }>['keep']

/** Drawn again from 0.7 noise, places stay recognisable and colours follow the new words. */
const STRENGTH = 0.7

const secondsOf = (clip: Clip) => Math.round(clip.frameCount / clip.fps)

export class Begin {
  how = $state<How>('anew')
  keep = $state<Keep>('nothing')
  /** 0.1…1 */
  strength = $state(STRENGTH)

  /** Chooses, and makes the length one that can be: a continued film is longer than its beginning, a remix as long. */
  choose(how: How, clip: Clip, draft: Draft): void {
    this.how = how
    const seconds = secondsOf(clip)
    if (how === 'remix') draft.seconds = seconds
    if (how === 'extend') draft.seconds = Math.min(MAX_SECONDS, Math.max(draft.seconds, seconds + draft.minSeconds))
  }

  /** A film of the longest length cannot be continued. */
  canExtend(clip: Clip): boolean {
    return secondsOf(clip) < MAX_SECONDS
  }

  /** The request with its origin, and what the generator needs of it; the request as it is when the film begins anew. */
  from(request: GenerateRequest, clip: Clip | null): { request: GenerateRequest; source?: Source } {
    const { how, keep, strength } = this
    if (how === 'anew' || !clip) return { request }
    const { latents, request: parent } = clip
    const origin = { prompt: parent.prompt, seed: parent.seed }
    return how === 'extend'
      ? { request: { ...request, from: { how, ...origin } }, source: { how, latents, seconds: secondsOf(clip) } }
      : { request: { ...request, from: { how, keep, strength, ...origin } }, source: { how, latents, keep, strength } }
  }
}
