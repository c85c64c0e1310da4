/**
 * What happens in a film, read off its state tokens, and written back into them after somebody changed it: where things are, when they touch.
 * A pack says where its tokens keep this (`state.parts`, models/PACKS.md); without that its films can be watched, not taken hold of.
 */
import type { Manifest } from '../packs/manifest'
import type { Contact, Scene, Thing } from './types'

/** As models/PACKS.md fixes them: what a number is multiplied by, and where radius and loudness begin. */
export const unit = { place: 3, speed: 1 / 1.2, radius: 25, smallest: 0.09, contact: 3, phase: 3, camera: 10, drift: 40, quiet: 1e-3, loud: 2 }
/** World widths a second; faster than that a track has leapt, and tokens say no more. */
const fastest = 3.6
/** A contact weaker than this (0…1) is the noise that a model leaves where nothing touched. */
const faintest = 0.04
/** How long a contact can be heard, in seconds: what is louder after it for longer than that is something else. */
const longest = 1

export interface Part {
  from: number
  count: number
}

export interface StateLayout {
  dim: number
  /** Tokens a second; a token is two frames. */
  rate: number
  fps: number
  objects: number
  /** How many numbers an object has. */
  stride: number
  /** Index of the first object's number. */
  number: Record<Needed, number>
  camera: Part | undefined
  drift: Part | undefined
  impacts: Part | undefined
  loud: Part | undefined
}

const needed = ['there', 'x', 'y', 'vx', 'vy', 'radius', 'strength', 'phase'] as const
type Needed = (typeof needed)[number]

/** Where a token keeps what, by name; empty where the pack does not say. */
export function stateParts({ parts }: Manifest['state']): Map<string, Part> {
  const found = new Map<string, Part>()
  let end = 0
  for (const [name, count] of Object.entries(parts ?? {})) {
    found.set(name, { from: end, count })
    end += count
  }
  return found
}

/** null where the pack does not say, or says too little to move anything. */
export function stateLayout({ state, video, window }: Manifest): StateLayout | null {
  const { parts, object, objects, tokens, dim } = state
  if (!parts || !object || !objects || video.frames !== 2 * tokens) return null
  const found = stateParts(state)
  const all = found.get('objects')
  if (!all || needed.some((name) => !object.includes(name))) return null
  const number = Object.fromEntries(needed.map((name) => [name, all.from + object.indexOf(name)])) as Record<Needed, number>
  const three = (name: string) => (found.get(name)?.count === 3 ? found.get(name) : undefined)
  return {
    dim,
    rate: tokens / window.seconds,
    fps: video.fps,
    objects,
    stride: object.length,
    number,
    camera: three('camera'),
    drift: three('drift'),
    impacts: found.get('impacts'),
    loud: found.get('loud'),
  }
}

/** @param state clean tokens of a whole film, `[tokens, dim]` */
export function readScene(state: Float32Array, layout: StateLayout): Scene {
  const things = Array.from({ length: layout.objects }, (_, object) => object).flatMap((object) => readThing(state, layout, object) ?? [])
  return { fps: layout.fps, tokensPerSecond: layout.rate, camera: readCamera(state, layout), things }
}

/**
 * The same tokens with the things of `scene` where they are now. What did not move keeps its numbers bit for bit. Of a moved contact, the impact and the
 * loudness that came with it go along; what stands in the tokens beside these (turn, flash, light) stays.
 * @throws RangeError when a path has another length than the film
 */
export function writeScene(state: Float32Array, layout: StateLayout, scene: Scene): Float32Array<ArrayBuffer> {
  const before = readScene(state, layout)
  const result = Float32Array.from(state)
  const moves: Move[] = []
  for (const thing of scene.things) {
    const old = before.things.find(({ object }) => object === thing.object)
    if (!old) continue
    if (thing.path.length !== old.path.length) throw new RangeError(`The path of object ${thing.object} has ${thing.path.length / 2} frames, not ${old.path.length / 2}.`)
    if (thing.path.some((x, i) => x !== old.path[i])) writePath(result, layout, thing)
    if (sameContacts(thing.contacts, old.contacts)) continue
    writeContacts(result, layout, thing, old.contacts)
    if (thing.contacts.length === old.contacts.length) {
      for (const [i, { seconds }] of thing.contacts.entries()) if (seconds !== old.contacts[i]!.seconds) moves.push({ from: old.contacts[i]!.seconds, to: seconds })
    }
  }
  const now = { ...before, things: before.things.map((old) => scene.things.find(({ object }) => object === old.object) ?? old) }
  if (layout.impacts) writeImpacts(result, layout, layout.impacts, allContacts(before), allContacts(now))
  if (layout.loud) for (const move of onceEach(moves)) moveLoudness(result, layout, layout.loud, move, allContacts(before))
  return result
}

interface Move {
  /** seconds */
  from: number
  to: number
}

const tokenCount = (state: Float32Array, { dim }: StateLayout) => Math.floor(state.length / dim)
const allContacts = ({ things }: Scene) => things.flatMap(({ contacts }) => contacts)
const sameContacts = (a: readonly Contact[], b: readonly Contact[]) =>
  a.length === b.length && a.every(({ seconds, strength }, i) => seconds === b[i]!.seconds && strength === b[i]!.strength)

function readThing(state: Float32Array, layout: StateLayout, object: number): Thing | null {
  const { dim, stride, fps, rate, number } = layout
  const tokens = tokenCount(state, layout)
  const path = new Float32Array(4 * tokens)
  const contacts: Contact[] = []
  let there = 0
  let size = 0
  for (let token = 0; token < tokens; token++) {
    const at = (name: Needed) => state[token * dim + object * stride + number[name]]!
    there += at('there')
    size += at('radius')
    for (const axis of [0, 1] as const) {
      const middle = at(axis ? 'y' : 'x') / unit.place
      const half = at(axis ? 'vy' : 'vx') / unit.speed / fps / 2
      path[4 * token + axis] = middle - half
      path[4 * token + 2 + axis] = middle + half
    }
    const strength = (Math.max(0, at('strength')) / unit.contact) ** 2
    const phase = Math.min(Math.max(at('phase') / unit.phase, -0.5), 0.499)
    if (strength >= faintest) contacts.push({ seconds: (token + 0.5 + phase) / rate, strength: Math.min(1, strength) })
  }
  return there > 0 ? { object, radius: Math.max(0.01, size / tokens / unit.radius + unit.smallest), path, contacts } : null
}

function readCamera(state: Float32Array, { dim, camera, drift }: StateLayout): Float32Array<ArrayBuffer> {
  const tokens = Math.floor(state.length / dim)
  const result = new Float32Array(6 * tokens)
  for (let token = 0; token < tokens; token++) {
    for (let i = 0; i < 3; i++) {
      const middle = (camera ? state[token * dim + camera.from + i]! / unit.camera : 0) + (i === 2 ? 1 : 0)
      // A token's drift is what changes from its first frame to its second.
      const half = drift ? state[token * dim + drift.from + i]! / unit.drift / 2 : 0
      result[6 * token + i] = middle - half
      result[6 * token + 3 + i] = middle + half
    }
  }
  return result
}

function writePath(state: Float32Array, { dim, stride, fps, number }: StateLayout, { object, path }: Thing): void {
  for (let token = 0; token < path.length / 4; token++) {
    const at = token * dim + object * stride
    for (const axis of [0, 1] as const) {
      const first = path[4 * token + axis]!
      const second = path[4 * token + 2 + axis]!
      state[at + number[axis ? 'y' : 'x']] = ((first + second) / 2) * unit.place
      state[at + number[axis ? 'vy' : 'vx']] = Math.min(Math.max((second - first) * fps, -fastest), fastest) * unit.speed
    }
  }
}

/** A token tells of one contact: of two that fall into it, the stronger. */
function writeContacts(state: Float32Array, { dim, stride, rate, number }: StateLayout, { object, contacts }: Thing, old: readonly Contact[]): void {
  const tokens = state.length / dim
  const place = ({ seconds }: Contact) => Math.min(Math.max(Math.floor(seconds * rate), 0), tokens - 1)
  const put = (token: number, strength: number, phase: number) => {
    state[token * dim + object * stride + number.strength] = Math.sqrt(strength) * unit.contact
    state[token * dim + object * stride + number.phase] = phase * unit.phase
  }
  for (const contact of old) put(place(contact), 0, 0)
  for (const contact of contacts.toSorted((a, b) => a.strength - b.strength)) {
    const token = place(contact)
    put(token, contact.strength, contact.seconds * rate - token - 0.5)
  }
}

/** `impacts` has the strongest contact of all objects in each share of a token's time. */
function writeImpacts(state: Float32Array, { dim, rate }: StateLayout, impacts: Part, before: readonly Contact[], after: readonly Contact[]): void {
  const bins = (state.length / dim) * impacts.count
  const strongest = (contacts: readonly Contact[]) => {
    const result = new Float32Array(bins)
    for (const { seconds, strength } of contacts) {
      const bin = Math.min(Math.max(Math.floor(seconds * rate * impacts.count), 0), bins - 1)
      result[bin] = Math.max(result[bin]!, Math.sqrt(strength) * unit.contact)
    }
    return result
  }
  const was = strongest(before)
  const is = strongest(after)
  const index = (bin: number) => Math.floor(bin / impacts.count) * dim + impacts.from + (bin % impacts.count)
  for (let bin = 0; bin < bins; bin++) {
    if (was[bin] === is[bin]) continue
    // A model may say by a bin too early or too late what the phase says exactly.
    if (was[bin]! > is[bin]!) for (const near of [bin - 1, bin + 1]) if (near >= 0 && near < bins && was[near] === 0 && is[near] === 0) state[index(near)] = 0
    state[index(bin)] = is[bin]!
  }
}

/** Things that touched each other were heard once. */
function onceEach(moves: readonly Move[]): Move[] {
  return moves.filter((move, i) => !moves.slice(0, i).some(({ from }) => Math.abs(from - move.from) < 1 / 32))
}

/**
 * Takes what a contact added to the loudness away where it was and adds it where it is now. Loudness is log10 of a root mean square; sounds that know nothing of each
 * other add up in energy.
 */
function moveLoudness(state: Float32Array, { dim, rate }: StateLayout, loud: Part, { from, to }: Move, contacts: readonly Contact[]): void {
  const bins = (state.length / dim) * loud.count
  const perSecond = rate * loud.count
  const binOf = (seconds: number) => Math.min(Math.max(Math.floor(seconds * perSecond), 0), bins - 1)
  const index = (bin: number) => Math.floor(bin / loud.count) * dim + loud.from + (bin % loud.count)
  const energy = Float64Array.from({ length: bins }, (_, bin) => Math.max(0, 10 ** (state[index(bin)]! - unit.loud) - unit.quiet) ** 2)
  const [start, target] = [binOf(from), binOf(to)]
  if (start === target) return
  const next = Math.min(bins, start + Math.round(longest * perSecond), ...contacts.filter(({ seconds }) => binOf(seconds) > start).map(({ seconds }) => binOf(seconds)))
  const level = energy[start - 1] ?? 0
  const added = energy.slice(start, next).map((e) => Math.max(0, e - level))
  for (const [i, e] of added.entries()) energy[start + i]! -= e
  for (const [i, e] of added.entries()) if (target + i < bins) energy[target + i]! += e
  for (let bin = 0; bin < bins; bin++) {
    const touched = (bin >= start && bin < next) || (bin >= target && bin < target + added.length)
    if (touched) state[index(bin)] = Math.log10(Math.sqrt(Math.max(0, energy[bin]!)) + unit.quiet) + unit.loud
  }
}
