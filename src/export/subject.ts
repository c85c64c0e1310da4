/** What can be saved: the film that is on the stage, with its frames and the digests by which its signature names it and what it was made from. */
import type { Clip } from '../../workers/generate/types.ts'
import type { Film, FilmTags, FrameReader, Shot } from '../../workers/media/types.ts'
import { liveShots } from '../player/captions.ts'
import { frameBytes } from '../player/frames.ts'
import type { Timeline } from '../timeline/timeline.svelte.ts'
import { sha256 } from '../lib/sha256.ts'
import { markOf, parentOf, tokensDigest } from './lineage.ts'

export interface Subject {
  film: Film
  frames: FrameReader
  /** SHA-256 of the tokens of the film it began from. */
  parent?: string
  /** ms to draw what is not at hand of the frames from one to another. */
  drawMs?: (from: number, to: number) => number
}

export async function clipSubject(clip: Clip): Promise<Subject> {
  const { width, height, fps, frameCount, sampleRate, pcm, request, pack, backend } = clip
  // A file from elsewhere has no tokens.
  const film = request.from?.how === 'import' ? undefined : await tokensDigest(clip.latents)
  const tags: FilmTags = { ...request, pack: pack.name, packVersion: pack.version, backend, ...(film !== undefined && { film }), ...(request.live && { shots: liveShots(clip) }) }
  const parent = request.from && film !== undefined ? await parentOf(film) : undefined
  return {
    film: { width, height, fps, frameCount, sampleRate, pcm, tags, mark: film === undefined ? null : markOf(film) },
    frames: async (index) => frameBytes(clip, index),
    ...(parent !== undefined && { parent }),
  }
}

/** null when there is no film. */
export async function filmSubject(timeline: Timeline): Promise<Subject | null> {
  const film = timeline.sequence()
  if (!film) return null
  const digests = new Map<string, string>()
  const shots: Shot[] = []
  for (const [i, shot] of (film.tags.shots ?? []).entries()) {
    const id = timeline.places[i]?.clip.media ?? ''
    const latents = timeline.footage.media(id)?.latents
    const digest = digests.get(id) ?? (latents && shot.from?.how !== 'import' ? await tokensDigest(latents) : undefined)
    if (digest !== undefined) digests.set(id, digest)
    shots.push({ ...shot, ...(digest !== undefined && { film: digest }) })
  }
  // A film of several clips is known by its cut, words and all.
  const cut = await sha256(new TextEncoder().encode(JSON.stringify(shots)))
  return {
    film: { ...film, tags: { ...film.tags, shots }, mark: markOf(cut) },
    frames: timeline.frameReader(),
    drawMs(from, to) {
      const seen = timeline.places.filter((place) => place.from < to && place.to > from).map(({ clip }) => clip.media)
      return [...new Set(seen)].filter((id) => !timeline.footage.ready(id)).length * timeline.footage.drawMs
    },
  }
}
