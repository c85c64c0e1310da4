/** A live film as what is kept of it: one clip, or a film of clips. Nothing is drawn for it: the frames come from the tokens when they are looked at. */
import type { GenerateRequest, Latents } from '../../workers/generate/types.ts'
import type { Media } from '../timeline/schema.ts'
import type { LiveFilm } from './live.svelte.ts'
import { cutLatents, MAX_CLIP_SECONDS, spans } from './pieces.ts'
import type { LiveReel } from './reel.ts'

type Kept = Pick<LiveFilm, 'reel' | 'spoken' | 'seed' | 'steps' | 'thumbnailAt'>

/** Whether it can be one clip: short enough, and made by the model that is loaded, which has to draw it. */
export function isClip({ reel }: Kept, pack: { name: string; version: string } | undefined): boolean {
  return reel !== null && reel.seconds <= MAX_CLIP_SECONDS && pack?.name === reel.pack.name && pack.version === reel.pack.version
}

/** The first thing that was said. */
export function liveName({ spoken }: Kept): string {
  return spoken[0]?.written ?? spoken[0]?.prompt ?? ''
}

export function liveClip({ reel, spoken, seed, steps }: Kept): { request: GenerateRequest; latents: Latents } {
  const made = madeOf(reel)
  const [first] = spoken
  const request: GenerateRequest = {
    prompt: first?.prompt ?? '',
    ...(first?.written !== undefined && { written: first.written }),
    negative: first?.negative ?? '',
    seed,
    seconds: Math.round(made.seconds),
    steps,
    live: spoken.map((cue) => ({ ...cue })),
  }
  return { request, latents: made.film().latents }
}

export function liveCuts(film: Kept): { media: Media; start: number; frames: number }[] {
  const reel = madeOf(film.reel)
  const { format, seconds, chunkSeconds, historySeconds, pack, backend } = reel
  const { latents, pcm } = reel.film()
  // With each of them, so that whatever is left of the film after it was cut can be directed again.
  const live = film.spoken.map((cue) => ({ ...cue }))
  return spans(film.spoken, { seconds, chunkSeconds, historySeconds }).map(({ cue, from, to, mediaFrom, mediaTo }) => {
    const { prompt, written, negative } = cue
    const frameCount = Math.round((mediaTo - mediaFrom) * format.fps)
    const media: Media = {
      id: crypto.randomUUID(),
      request: { prompt, ...(written !== undefined && { written }), negative, seed: film.seed, seconds: Math.round(mediaTo - mediaFrom), steps: film.steps, live },
      pack,
      backend,
      thumbnail: film.thumbnailAt(cue.chunk),
      format,
      frameCount,
      pcm: pcm.slice(Math.round(mediaFrom * format.sampleRate), Math.round(mediaTo * format.sampleRate)),
      latents: cutLatents(latents, seconds, mediaFrom, mediaTo),
    }
    return { media, start: Math.round((from - mediaFrom) * format.fps), frames: Math.round((to - from) * format.fps) }
  })
}

function madeOf(reel: LiveReel | null): LiveReel {
  if (!reel) throw new TypeError('There is no live film.')
  return reel
}
