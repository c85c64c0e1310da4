/** Storyboards as they are kept. Each says which version of this page's data it was written in; older ones are brought up step by step. */
import * as v from 'valibot'
import { StoredThumbnail } from '../../library/storedThumbnail.ts'
import { SLOTS, type Slot } from '../enhance/slots.ts'
import type { Board } from './board.ts'

/** Raise it, and add a step to `MIGRATIONS`, when Board, Shot or Take changes. */
export const VERSION = 1

const Slots = v.picklist(SLOTS)
const count = (least: number) => v.pipe(v.number(), v.integer(), v.minValue(least))
const Join = v.picklist(['cut', 'continues'])

const StoredShot = v.object({
  id: v.string(),
  prompt: v.string(),
  seconds: v.pipe(count(1), v.maxValue(20)),
  join: Join,
  style: v.nullable(v.string()),
  camera: v.nullable(v.string()),
  without: v.array(Slots),
  rewritten: v.nullable(v.object({ prompt: v.string(), caption: v.string() })),
})

const StoredTake = v.object({
  id: v.string(),
  shot: v.string(),
  made: v.number(),
  recipe: v.string(),
  seed: count(0),
  parent: v.nullable(v.string()),
  start: count(0),
  frames: count(1),
  fps: v.pipe(v.number(), v.gtValue(0)),
  thumbnail: StoredThumbnail,
})

const StoredBoard = v.object({
  id: v.string(),
  name: v.string(),
  created: v.number(),
  changed: v.number(),
  shots: v.array(StoredShot),
  look: v.partial(v.object(Object.fromEntries(SLOTS.map((slot) => [slot, v.string()])) as Record<Slot, v.StringSchema<undefined>>)),
  detailsSeed: count(0),
  takes: v.array(StoredTake),
  picks: v.record(v.string(), v.string()),
  film: v.nullable(v.object({ id: v.string(), placed: v.array(v.object({ shot: v.string(), take: v.string(), start: count(0), frames: count(1) })) })),
})

/** Step n − 1 makes version n + 1 out of version n. What it gets has been checked by nobody: the last step's result is. */
type Step = (board: Record<string, unknown>) => Record<string, unknown>
const MIGRATIONS: readonly Step[] = []

export function serialize(board: Board): unknown {
  return { version: VERSION, ...board }
}

/** undefined for what is damaged or comes from a later Kinora; nobody overwrites it then. */
export function parseBoard(value: unknown): Board | undefined {
  const version = v.safeParse(v.looseObject({ version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(VERSION)) }), value)
  if (!version.success) return undefined
  const current = MIGRATIONS.slice(version.output.version - 1).reduce<Record<string, unknown>>((board, step) => step(board), version.output)
  const board = v.safeParse(StoredBoard, current)
  return board.success ? board.output : undefined
}
