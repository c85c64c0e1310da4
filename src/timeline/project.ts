/**
 * A project: a film, the storyboard it was made by, and every clip that either has, to be kept elsewhere or taken to another device as one file.
 * `project.json` holds the film and the storyboard as they are kept here, with their own versions, so that a file of any earlier Kinora opens; the
 * numbers of a clip lie beside it under `media/N/`.
 */
import * as v from 'valibot'
import type { ProjectPart } from '../../workers/media/types.ts'
import type { Board } from '../prompt/storyboard/board.ts'
import { parseBoard, serialize as serializeBoard, VERSION as BOARD_VERSION } from '../prompt/storyboard/schema.ts'
import type { Film } from './film.ts'
import { parseFilm, parseMedia, serialize as serializeFilm, VERSION as FILM_VERSION, type Media } from './schema.ts'

export const PROJECT_ENDING = '.kinora'

export interface Project {
  film: Film | null
  board: Board | null
  media: Media[]
}

/** The file is no project, a damaged one, or one of a later Kinora. Nothing of it was taken. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError'
}

/** Raised when what lies beside film and storyboard changes; these have versions of their own. */
const VERSION = 1
const DESCRIPTION = 'project.json'
const ARRAYS = ['pcm', 'video', 'sound', 'state'] as const

const Description = v.object({
  kinora: v.literal('project'),
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  film: v.nullable(v.unknown()),
  board: v.nullable(v.unknown()),
  media: v.array(v.record(v.string(), v.unknown())),
})

export function toParts({ film, board, media }: Project): ProjectPart[] {
  const description = {
    kinora: 'project',
    version: VERSION,
    film: film && serializeFilm(film),
    board: board && serializeBoard(board),
    media: media.map(({ id, request, pack, backend, thumbnail, format, frameCount }) => ({ id, request, pack, backend, thumbnail, format, frameCount })),
  }
  return [
    { name: DESCRIPTION, bytes: new TextEncoder().encode(JSON.stringify(description)) },
    ...media.flatMap((item, n) => ARRAYS.map((array) => ({ name: `media/${n}/${array}`, bytes: bytesOf(array === 'pcm' ? item.pcm : item.latents[array]) }))),
  ]
}

/**
 * The project of a file, under ids that nothing else here has: what is here already stays as it is.
 * @throws ProjectError
 */
export function fromParts(parts: readonly ProjectPart[], newId: () => string = () => crypto.randomUUID()): Project {
  const named = new Map(parts.map(({ name, bytes }) => [name, bytes]))
  const description = v.safeParse(Description, parseJson(named.get(DESCRIPTION)))
  if (!description.success) throw new ProjectError('This file is no project of Kinora. Nothing of it was taken.')
  const { version, film: storedFilm, board: storedBoard, media: storedMedia } = description.output
  if (version > VERSION) throw later()
  const film = storedFilm === null ? null : (parseFilm(storedFilm) ?? unreadable(storedFilm, FILM_VERSION))
  const board = storedBoard === null ? null : (parseBoard(storedBoard) ?? unreadable(storedBoard, BOARD_VERSION))
  const media = storedMedia.map((item, n) => {
    const floats = (array: string) => floatsOf(named.get(`media/${n}/${array}`))
    const parsed = parseMedia({ ...item, pcm: floats('pcm'), latents: { video: floats('video'), sound: floats('sound'), state: floats('state') } })
    return parsed ?? damaged()
  })
  const project = { film, board, media }
  if (!isWhole(project)) damaged()
  return renamed(project, newId)
}

/** Everything that film and storyboard need is there. */
function isWhole({ film, board, media }: Project): boolean {
  const there = new Set(media.map(({ id }) => id))
  return (film?.clips.every((clip) => there.has(clip.media)) ?? true) && (board?.takes.every(({ id }) => there.has(id)) ?? true) && (film !== null || board !== null)
}

/** Clips keep their ids, by which film and storyboard know each other's shots. */
function renamed({ film, board, media }: Project, newId: () => string): Project {
  const ids = new Map<string, string>()
  const idOf = (id: string): string => {
    const known = ids.get(id) ?? newId()
    ids.set(id, known)
    return known
  }
  return {
    media: media.map((item) => ({ ...item, id: idOf(item.id) })),
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
