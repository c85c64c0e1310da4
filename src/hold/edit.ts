/**
 * What a person does to a path: a handle is dragged, and its neighbourhood follows; a contact is moved in time, and what leads to it and away from it is stretched.
 * Everything is worked out anew from the film as it was, so nothing adds up and each change can be taken back.
 */
import type { Contact, Scene, Thing } from '../../workers/generate/types.ts'

export type Turn = 'start' | 'end' | 'contact' | 'top' | 'bottom' | 'side' | 'between' | 'whole'

/** A point of a path that can be dragged. */
export interface Key {
  /** Of this handle among all of the film. */
  id: string
  turn: Turn
  /** In frames from the middle of the first; between two frames at a contact. */
  at: number
}

/** By handle: how far it was moved, x and y. By contact: its new time in seconds. */
export interface Edits {
  moves: Record<string, readonly [x: number, y: number]>
  times: Record<string, number>
}

export const noEdits: Edits = { moves: {}, times: {} }

/** A turn of a path that is less than this (picture widths) is the model's unsteady hand. */
const leastTurn = 0.03
/** A path that goes no further than this stands still, and is moved as a whole. */
const leastPath = 0.05
/** Handles of one path lie at least this far apart, in frames. */
const leastFrames = 3
/** Without a turn for longer than this, there is a handle between, in seconds. */
const longestGap = 0.75
/** Contacts of two things that touch are one event when they are this close, in seconds. */
const sameMoment = 1 / 16

export const contactId = (thing: Thing, index: number) => `${thing.object}:${index}`
const frames = ({ path }: Thing) => path.length / 2
/** Where a moment lies, in frames from the middle of the first frame. */
export const frameOf = (seconds: number, fps: number) => seconds * fps - 0.5

/** The handles of a path, in the order of time: its ends, its contacts, where it turns, and some between. */
export function keysOf(thing: Thing, fps: number): Key[] {
  const last = frames(thing) - 1
  const key = (turn: Turn, at: number): Key => ({ id: `${thing.object}@${Math.round(at * 100)}`, turn, at })
  if (extent(thing.path) < leastPath) return [key('whole', last / 2)]
  const chosen = [key('start', 0), key('end', last)]
  const wishes = [
    ...thing.contacts.map(({ seconds }) => key('contact', frameOf(seconds, fps))),
    ...turns(thing.path, 1).map(({ frame, most }) => key(most ? 'top' : 'bottom', frame)),
    ...turns(thing.path, 0).map(({ frame }) => key('side', frame)),
  ]
  for (const wish of wishes) if (wish.at > 0 && wish.at < last && chosen.every(({ at }) => Math.abs(at - wish.at) >= leastFrames)) chosen.push(wish)
  chosen.sort((a, b) => a.at - b.at)
  const between = chosen.slice(1).flatMap((next, i) => {
    const from = chosen[i]!.at
    const parts = Math.ceil((next.at - from) / (longestGap * fps))
    return Array.from({ length: parts - 1 }, (_, k) => key('between', Math.round(from + ((k + 1) * (next.at - from)) / parts)))
  })
  return [...chosen, ...between].toSorted((a, b) => a.at - b.at)
}

/**
 * How far each frame follows a handle, 0…1. Between two contacts a piece of a parabola stays one: bodies in flight go on falling as bodies do. Where a path has no
 * corner of its own it gets none.
 */
export function weights(keys: readonly Key[], index: number, count: number): Float32Array {
  const { at, turn } = keys[index]!
  if (turn === 'whole') return new Float32Array(count).fill(1)
  const before = keys[index - 1]
  const after = keys[index + 1]
  return Float32Array.from({ length: count }, (_, frame) => {
    const other = frame < at ? before : after
    if (frame === at) return 1
    if (!other) return frame < at === index > 0 ? 0 : 1
    const u = (frame - at) / (other.at - at)
    return u >= 1 ? 0 : falling(u, hasCorner(turn), hasCorner(other.turn))
  })
}

const hasCorner = (turn: Turn) => turn === 'contact' || turn === 'start' || turn === 'end'

/** From 1 at 0 to 0 at 1, level at either end that has no corner. */
function falling(u: number, corner: boolean, otherCorner: boolean): number {
  if (corner && otherCorner) return 1 - u
  if (corner) return (1 - u) ** 2
  if (otherCorner) return 1 - u * u
  return 1 - u * u * (3 - 2 * u)
}

/** The film as it is after all edits. */
export function edited(scene: Scene, { moves, times }: Edits): Scene {
  const things = scene.things.map((thing) => {
    const contacts = thing.contacts.map((contact, i) => ({ ...contact, seconds: times[contactId(thing, i)] ?? contact.seconds }))
    const path = retimed(bent(thing, moves, scene.fps), scene.fps, thing.contacts, contacts)
    return { ...thing, path, contacts }
  })
  return { ...scene, things }
}

function bent(thing: Thing, moves: Edits['moves'], fps: number): Thing['path'] {
  const keys = keysOf(thing, fps)
  const path = thing.path.slice()
  for (const [index, { id }] of keys.entries()) {
    const move = moves[id]
    if (!move) continue
    for (const [frame, weight] of weights(keys, index, frames(thing)).entries()) {
      path[2 * frame]! += weight * move[0]
      path[2 * frame + 1]! += weight * move[1]
    }
  }
  return path
}

/** Stretches a path in time, so that it has its corners where the contacts are now; its first and last frame stay. */
function retimed(path: Thing['path'], fps: number, before: readonly Contact[], after: readonly Contact[]): Thing['path'] {
  if (before.every(({ seconds }, i) => seconds === after[i]!.seconds)) return path
  const count = path.length / 2
  const old = [0, ...before.map(({ seconds }) => frameOf(seconds, fps)), count - 1]
  const now = [0, ...after.map(({ seconds }) => frameOf(seconds, fps)), count - 1]
  return path.map((value, i) => {
    const frame = i >> 1
    const piece = Math.max(1, now.findIndex((at, k) => k > 0 && (frame < at || k === now.length - 1)))
    const [from, to] = [now[piece - 1]!, now[piece]!]
    const share = to > from ? (frame - from) / (to - from) : 0
    const at = old[piece - 1]! + share * (old[piece]! - old[piece - 1]!)
    return Math.abs(at - frame) < 1e-6 ? value : sample(path, i & 1, at, old[piece - 1]!, old[piece]!)
  })
}

/** A path between two frames: the parabola through the nearest three of the piece from `from` to `to`, which has no corner within. */
function sample(path: Thing['path'], axis: number, at: number, from: number, to: number): number {
  const [low, high] = [Math.ceil(from - 1e-6), Math.floor(to + 1e-6)]
  const count = Math.min(3, high - low + 1)
  if (count < 1) return path[2 * Math.min(Math.max(Math.round(at), 0), path.length / 2 - 1) + axis]!
  const first = Math.min(Math.max(Math.round(at) - 1, low), high - count + 1)
  let sum = 0
  for (let i = first; i < first + count; i++) {
    let weight = 1
    for (let j = first; j < first + count; j++) if (j !== i) weight *= (at - j) / (i - j)
    sum += weight * path[2 * i + axis]!
  }
  return sum
}

/** Where a thing is at a moment between frames. */
export function placeAt(path: Float32Array, at: number): [x: number, y: number] {
  const count = path.length / 2
  const low = Math.min(Math.max(Math.floor(at), 0), count - 1)
  const high = Math.min(low + 1, count - 1)
  const share = Math.min(Math.max(at - low, 0), 1)
  const mix = (axis: number) => path[2 * low + axis]! * (1 - share) + path[2 * high + axis]! * share
  return [mix(0), mix(1)]
}

/** Where a handle is now: its frame moved with the contacts around it. */
export function keyNow(key: Key, was: Thing, is: Thing, fps: number): number {
  const last = frames(was) - 1
  const old = [0, ...was.contacts.map(({ seconds }) => frameOf(seconds, fps)), last]
  const now = [0, ...is.contacts.map(({ seconds }) => frameOf(seconds, fps)), last]
  const piece = Math.max(1, old.findIndex((at, k) => k > 0 && (key.at <= at || k === old.length - 1)))
  const [from, to] = [old[piece - 1]!, old[piece]!]
  return to > from ? now[piece - 1]! + ((key.at - from) / (to - from)) * (now[piece]! - now[piece - 1]!) : key.at
}

/**
 * The times of contacts after one of them was moved to `seconds`: within its neighbours, a token's length from each, and together with that of whatever it touched.
 */
export function moveContact(scene: Scene, times: Edits['times'], object: number, index: number, seconds: number): Edits['times'] {
  const mine = scene.things.find((thing) => thing.object === object)
  const contact = mine?.contacts[index]
  if (!mine || !contact) return times
  const partners = [{ thing: mine, index }, ...touching(scene, mine, contact)]
  const timeOf = (thing: Thing, i: number) => times[contactId(thing, i)] ?? thing.contacts[i]!.seconds
  const bounds = partners.map(({ thing, index }) => limits(scene, thing, index, (i) => timeOf(thing, i)))
  const now = timeOf(mine, index)
  const least = Math.max(...bounds.map(({ back }) => back))
  const most = Math.min(...bounds.map(({ on }) => on))
  const by = Math.min(Math.max(seconds - now, Math.min(least, 0)), Math.max(most, 0))
  return { ...times, ...Object.fromEntries(partners.map(({ thing, index }) => [contactId(thing, index), timeOf(thing, index) + by])) }
}

/** How far a contact can go back (at most 0) and on, in seconds. */
function limits(scene: Scene, thing: Thing, index: number, timeOf: (index: number) => number): { back: number; on: number } {
  const gap = 1 / scene.tokensPerSecond
  const now = timeOf(index)
  const length = frames(thing) / scene.fps
  // Two frames at either end: a path needs somewhere to come from.
  const earliest = index > 0 ? timeOf(index - 1) + gap : 2 / scene.fps
  const latest = index < thing.contacts.length - 1 ? timeOf(index + 1) - gap : length - 2 / scene.fps
  return { back: Math.min(0, earliest - now), on: Math.max(0, latest - now) }
}

/** The contacts of other things that are the other side of this one. */
function touching(scene: Scene, mine: Thing, { seconds }: Contact): { thing: Thing; index: number }[] {
  const at = frameOf(seconds, scene.fps)
  const [x, y] = placeAt(mine.path, at)
  return scene.things.flatMap((thing) => {
    if (thing.object === mine.object) return []
    const index = thing.contacts.findIndex((other) => Math.abs(other.seconds - seconds) < sameMoment)
    const [u, v] = placeAt(thing.path, at)
    return index >= 0 && Math.hypot(u - x, v - y) < mine.radius + thing.radius + 0.05 ? [{ thing, index }] : []
  })
}

/** How far a path goes at all, in either direction. */
function extent(path: Float32Array): number {
  let most = 0
  for (const axis of [0, 1]) {
    const values = path.filter((_, i) => i % 2 === axis)
    most = Math.max(most, Math.max(...values) - Math.min(...values))
  }
  return most
}

/** Frames at which one coordinate turns round, by more than the hand's unsteadiness, and whether it is at its most there. */
function turns(path: Float32Array, axis: number): { frame: number; most: boolean }[] {
  const found: { frame: number; most: boolean }[] = []
  const value = (frame: number) => path[2 * frame + axis]!
  let high = 0
  let low = 0
  let rising: boolean | null = null
  for (let frame = 1; frame < path.length / 2; frame++) {
    if (value(frame) > value(high)) high = frame
    if (value(frame) < value(low)) low = frame
    if (rising !== false && value(high) - value(frame) > leastTurn) {
      if (rising === true) found.push({ frame: high, most: true })
      rising = false
      low = frame
    } else if (rising !== true && value(frame) - value(low) > leastTurn) {
      if (rising === false) found.push({ frame: low, most: false })
      rising = true
      high = frame
    }
  }
  return found
}
