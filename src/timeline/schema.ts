/** Films and their media as they are kept. A film says which version of this page's data it was written in; older ones are brought up step by step. */
import * as v from 'valibot'
import type { Clip } from '../../workers/generate/types.ts'
import { StoredRequest } from '../lib/request.ts'
import { StoredThumbnail } from '../library/storedThumbnail.ts'
import type { Film } from './film.ts'

/** Raise it, and add a step to `MIGRATIONS`, when Film or FilmClip changes. */
export const VERSION = 2

const count = (least: number) => v.pipe(v.number(), v.integer(), v.minValue(least))

const StoredClip = v.pipe(
  v.object({
    id: v.string(),
    media: v.string(),
    mediaFrames: count(1),
    start: count(0),
    frames: count(1),
    volume: v.pipe(v.number(), v.minValue(0), v.maxValue(2)),
    fadeIn: count(0),
    fadeOut: count(0),
    dissolve: count(0),
  }),
  v.check(({ start, frames, mediaFrames, fadeIn, fadeOut }) => start + frames <= mediaFrames && fadeIn + fadeOut <= frames, 'A clip reaches beyond its media.'),
)

const StoredFormat = v.object({ width: count(1), height: count(1), fps: v.pipe(v.number(), v.gtValue(0)), sampleRate: count(1) })

const StoredFilm = v.object({
  id: v.string(),
  name: v.string(),
  created: v.number(),
  changed: v.number(),
  thumbnail: StoredThumbnail,
  format: v.nullable(StoredFormat),
  clips: v.array(StoredClip),
})

/** Step n − 1 makes version n + 1 out of version n. What it gets has been checked by nobody: the last step's result is. */
type Step = (film: Record<string, unknown>) => Record<string, unknown>
const MIGRATIONS: readonly Step[] = [
  // 2: dissolves between neighbours; before, all were cuts.
  ({ clips, ...film }) => ({ ...film, clips: Array.isArray(clips) ? clips.map((clip: object) => ({ ...clip, dissolve: 0 })) : clips }),
]

export function serialize(film: Film): unknown {
  return { version: VERSION, ...film }
}

/** undefined for what is damaged or comes from a later Kinora; nobody overwrites it then. */
export function parseFilm(value: unknown): Film | undefined {
  const version = v.safeParse(v.looseObject({ version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(VERSION)) }), value)
  if (!version.success) return undefined
  const current = MIGRATIONS.slice(version.output.version - 1).reduce<Record<string, unknown>>((film, step) => step(film), version.output)
  const film = v.safeParse(StoredFilm, current)
  return film.success ? film.output : undefined
}

const Floats = v.custom<Float32Array<ArrayBuffer>>((value) => value instanceof Float32Array)

/** A generated clip that films are cut from: its recipe, its sound as it is heard, and the latents from which the engine draws its frames. */
const Media = v.object({
  id: v.string(),
  request: StoredRequest,
  pack: v.object({ name: v.string(), version: v.string() }),
  backend: v.picklist(['wasm', 'webgpu']),
  thumbnail: StoredThumbnail,
  format: StoredFormat,
  frameCount: count(1),
  /** mono, −1…1 */
  pcm: Floats,
  latents: v.object({ video: Floats, sound: Floats, state: Floats }),
})

export type Media = v.InferOutput<typeof Media>

/** A clip as films are cut from it. */
export function mediaOf(clip: Clip, id: string, thumbnail: string): Media {
  const { request, pack, backend, frameCount, pcm, latents, width, height, fps, sampleRate } = clip
  return { id, request, pack, backend, thumbnail, format: { width, height, fps, sampleRate }, frameCount, pcm, latents }
}

export function parseMedia(value: unknown): Media | undefined {
  return v.is(Media, value) ? value : undefined
}
