/**
 * A project: a film, the storyboard it was made by, and every clip that either has, to be kept elsewhere or taken to another device as one file.
 * `project.json` holds the film and the storyboard as they are kept here, with their own versions, so that a file of any earlier Kinora opens; the
 * numbers of a clip lie beside it under `media/N/`, and the files from elsewhere that clips are, or were made from, under `files/N`, as they came.
 */
import * as v from 'valibot'
import type { MediaRef } from '../../workers/generate/types.ts'
import type { ProjectPart } from '../../workers/media/types.ts'
import type { BroughtFile } from '../import/importer.svelte.ts'
import { MediaRef as StoredRef } from '../lib/request.ts'
import type { Board } from '../prompt/storyboard/board.ts'
import { parseBoard, serialize as serializeBoard, VERSION as BOARD_VERSION } from '../prompt/storyboard/schema.ts'
import type { Range } from '../player/player.svelte.ts'
import type { Film } from './film.ts'
import { parseRange } from './range.ts'
import { parseFilm, parseMedia, serialize as serializeFilm, VERSION as FILM_VERSION, type Media } from './schema.ts'

export const PROJECT_ENDING = '.kinora'

export interface Project {
  film: Film | null
  /** The part of the film that is marked. */
  marked: Range | null
  board: Board | null
  media: Media[]
  files: BroughtFile[]
}

/** The file is no project, a damaged one, or one of a later Kinora. Nothing of it was taken. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError'
}

/** Raised when what lies beside film and storyboard changes; these have versions of their own. 2: files from elsewhere, without which it is a 1. */
const VERSION = 2
const DESCRIPTION = 'project.json'
const ARRAYS = ['pcm', 'video', 'sound', 'state'] as const

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))

const Description = v.object({
  kinora: v.literal('project'),
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  film: v.nullable(v.unknown()),
  // Earlier versions have none, and pass over it.
  marked: v.optional(v.unknown()),
  board: v.nullable(v.unknown()),
  media: v.array(v.record(v.string(), v.unknown())),
  files: v.optional(v.array(v.object({ ref: StoredRef, crop: v.object({ across: share, down: share }) })), []),
})

export function toParts({ film, marked, board, media, files }: Project): ProjectPart[] {
  const description = {
    kinora: 'project',
    version: files.length > 0 ? VERSION : 1,
    film: film && serializeFilm(film),
    marked,
    board: board && serializeBoard(board),
    media: media.map(({ id, request, pack, backend, thumbnail, format, frameCount }) => ({ id, request, pack, backend, thumbnail, format, frameCount })),
    ...(files.length > 0 && { files: files.map(({ ref, crop }) => ({ ref, crop })) }),
  }
  return [
    { name: DESCRIPTION, bytes: new TextEncoder().encode(JSON.stringify(description)) },
    ...media.flatMap((item, n) => ARRAYS.map((array) => ({ name: `media/${n}/${array}`, bytes: bytesOf(array === 'pcm' ? item.pcm : item.latents[array]) }))),
    ...files.map(({ file }, n) => ({ name: `files/${n}`, bytes: file })),
  ]
}

/**
 * The project of a file, under ids that nothing else here has: what is here already stays as it is.
 * @throws ProjectError
 */
export function fromParts(parts: readonly ProjectPart[], newId: () => string = () => crypto.randomUUID()): Project {
  const named = new Map(parts.map(({ name, bytes }) => [name, bytes]))
  const bytes = (name: string) => bytesIn(named.get(name))
  const description = v.safeParse(Description, parseJson(bytes(DESCRIPTION)))
  if (!description.success) throw new ProjectError('This file is no project of Kinora. Nothing of it was taken.')
  const { version, marked, film: storedFilm, board: storedBoard, media: storedMedia, files: storedFiles } = description.output
  if (version > VERSION) throw later()
  const film = storedFilm === null ? null : (parseFilm(storedFilm) ?? unreadable(storedFilm, FILM_VERSION))
  const board = storedBoard === null ? null : (parseBoard(storedBoard) ?? unreadable(storedBoard, BOARD_VERSION))
  const media = storedMedia.map((item, n) => {
    const floats = (array: string) => floatsOf(bytes(`media/${n}/${array}`))
    const parsed = parseMedia({ ...item, pcm: floats('pcm'), latents: { video: floats('video'), sound: floats('sound'), state: floats('state') } })
    return parsed ?? damaged()
  })
  const files = storedFiles.map(({ ref, crop }, n) => {
    const file = named.get(`files/${n}`)
    return file instanceof Blob ? { ref, crop, file } : damaged()
  })
  const project = { film, marked: film && parseRange(marked), board, media, files }
  if (!isWhole(project)) damaged()
  return renamed(project, newId)
}

/** The files from elsewhere that these clips are, or were made from. */
export function refsOf(media: readonly Media[]): MediaRef[] {
  const refs = media.flatMap(({ request: { from } }) => [from?.media, from?.end].filter((ref) => ref !== undefined))
  return [...new Map(refs.map((ref) => [ref.id, ref])).values()]
}

/** The clips, with the files from elsewhere as they are known here: `here` by the ids they had there. What was not brought along keeps its id. */
export function withRefs(media: readonly Media[], here: ReadonlyMap<string, MediaRef>): Media[] {
  return media.map((item) => {
    const { from } = item.request
    if (!from) return item
    const known = (ref: MediaRef) => here.get(ref.id) ?? ref
    return { ...item, request: { ...item.request, from: { ...from, ...(from.media && { media: known(from.media) }), ...(from.end && { end: known(from.end) }) } } }
  })
}

/** Everything that film and storyboard need is there. */
function isWhole({ film, board, media }: Project): boolean {
  const there = new Set(media.map(({ id }) => id))
  return (film?.clips.every((clip) => there.has(clip.media)) ?? true) && (board?.takes.every(({ id }) => there.has(id)) ?? true) && (film !== null || board !== null)
}

/** Clips keep their ids, by which film and storyboard know each other's shots. */
function renamed({ film, marked, board, media, files }: Project, newId: () => string): Project {
  const ids = new Map<string, string>()
  const idOf = (id: string): string => {
    const known = ids.get(id) ?? newId()
    ids.set(id, known)
    return known
  }
  return {
    media: media.map((item) => ({ ...item, id: idOf(item.id) })),
    files,
    marked,
    film: film && { ...film, id: idOf(film.id), clips: film.clips.map((clip) => ({ ...clip, media: idOf(clip.media) })) },
    board: board && {
      ...board,
      id: idOf(board.id),
      takes: board.takes.map((take) => ({ ...take, id: idOf(take.id), parent: take.parent === null ? null : idOf(take.parent) })),
      picks: Object.fromEntries(Object.entries(board.picks).map(([shot, take]) => [shot, idOf(take)])),
      film: film && board.film ? { id: idOf(board.film.id), placed: board.film.placed.map((placed) => ({ ...placed, take: idOf(placed.take) })) } : null,
    },
  }
}

const bytesIn = (part: ProjectPart['bytes'] | undefined) => (part instanceof Blob ? undefined : part)

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array<ArrayBuffer>) => new Uint8Array(buffer, byteOffset, byteLength)

function floatsOf(bytes: Uint8Array<ArrayBuffer> | undefined): Float32Array<ArrayBuffer> | undefined {
  return bytes && bytes.length % 4 === 0 ? new Float32Array(bytes.slice().buffer) : undefined
}

function parseJson(bytes: Uint8Array | undefined): unknown {
  try {
    return bytes && (JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown)
  } catch {
    return undefined
  }
}

/** Of a later version than is `known` here, or damaged. */
function unreadable(stored: unknown, known: number): never {
  if (v.is(v.object({ version: v.pipe(v.number(), v.gtValue(known)) }), stored)) throw later()
  return damaged()
}

function later(): ProjectError {
  return new ProjectError('This project was saved by a later version of Kinora. Update Kinora to open it; nothing of it was taken.')
}

function damaged(): never {
  throw new ProjectError('This project is damaged: a part of it is missing or makes no sense. Nothing of it was taken; try another copy.')
}
