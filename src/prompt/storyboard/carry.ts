/**
 * What shots have in common: the first one's place, time and style, and the looks of whoever appears, are given to the later ones, whose words may
 * say otherwise. A shot that goes on takes over all that is seen in the one before.
 */
import { enhance, type Enhancement } from '../enhance/enhance.ts'
import { LOOKS, type Language, type Slot } from '../enhance/slots.ts'
import { isSaidByFrames, vocabulary } from '../enhance/vocabulary.ts'
import type { Told } from '../enhance/write.ts'
import { joinOf, type Script, type Shot } from './board.ts'

/** What a person can decide for all shots at once. */
export const LOOK_SLOTS = ['place', 'time', 'style', 'colour', 'material'] as const satisfies Slot[]

const PLACE_SLOTS = ['place', 'time', 'style', 'echo'] as const satisfies Slot[]
const CAST_SLOTS = ['person', ...LOOKS, 'colour', 'material', 'colour2', 'material2'] as const satisfies Slot[]

/** Families in which the same thing appears: a ball that falls into water is the ball that bounced before. */
const CAST: Record<string, string> = { balls: 'ball', water: 'ball' }
const castOf = (family: string | null) => (family === null ? null : (CAST[family] ?? family))

/** A shot as the model will be given it. */
export interface ShotText {
  caption: string
  enhancement: Enhancement
  isRewritten: boolean
  /** What it takes over from others; off: what it could, if the person had not said no. */
  carried: { slot: Slot; value: string; on: boolean }[]
}

export interface CarryOptions {
  /** What the pack has learned. */
  families: readonly string[]
  maxBytes: number
  /** For prompts whose words are of no language or both. */
  language: Language
}

/** Writes every shot's caption. Shots that are as they were come out of `memory`, which forgets those that are gone. */
export function writeShots({ shots, look, detailsSeed }: Script, { families, maxBytes, language }: CarryOptions, memory = new Map<string, Enhancement>()): ShotText[] {
  const cast = new Map<string, Told>()
  const grounds = new Map<string, Told>()
  let first: { told: Told; family: string | null } | undefined
  let before: { told: Told; family: string | null } | undefined
  const used = new Set<string>()

  const texts = shots.map((shot, index): ShotText => {
    const continued = joinOf({ shots }, index) === 'continues' ? before : undefined
    /** What others would give a shot of this family. */
    const offer = (family: string | null): Told => {
      const name = castOf(family)
      const lead = first ? castOf(first.family) === name : true
      const decided = { ...only(look, PLACE_SLOTS), ...(lead ? only(look, CAST_SLOTS) : {}) }
      if (continued) return { ...decided, ...seenIn(continued, family) }
      return { ...only(first?.told ?? {}, PLACE_SLOTS), ...(name === null ? {} : cast.get(name)), ...(family === null ? {} : grounds.get(family)), ...decided }
    }
    const own = { ...(shot.style !== null && { style: shot.style }), ...(shot.camera !== null && { camera: shot.camera }) }
    const given = (family: string | null): Told => ({ ...without(offer(family), shot.without), ...own })

    const key = JSON.stringify([shot.prompt, own, shot.without, look, detailsSeed, families, maxBytes, language, first, continued ?? [...cast, ...grounds]])
    const enhancement = memory.get(key) ?? enhance(shot.prompt, { families, seed: detailsSeed, maxBytes, language, given })
    memory.set(key, enhancement)
    used.add(key)

    const { told, added, family } = enhancement
    const offered = offer(family)
    if (shot.prompt.trim()) {
      first ??= { told, family }
      before = { told, family }
      const name = castOf(family)
      if (name !== null && !cast.has(name)) cast.set(name, only(told, CAST_SLOTS))
      // Only on the same spot: what lies on the ground elsewhere is another ground.
      if (family !== null && !grounds.has(family) && told.place === first.told.place) grounds.set(family, only(told, ['ground']))
    }
    const isRewritten = shot.rewritten?.prompt === shot.prompt.trim() && shot.rewritten.caption.trim() !== ''
    const carried = slotsOf(offered).flatMap((slot) => {
      const value = offered[slot]!
      if (shot.without.includes(slot)) return [{ slot, value, on: false }]
      return added.includes(slot) && told[slot] === value && !(slot in own) ? [{ slot, value, on: true }] : []
    })
    return { caption: isRewritten && shot.rewritten ? shot.rewritten.caption.trim() : enhancement.caption, enhancement, isRewritten, carried: index === 0 ? [] : carried }
  })
  for (const key of memory.keys()) if (!used.has(key)) memory.delete(key)
  return texts
}

/** What a shot shows of the one that it goes on from. */
function seenIn({ told, family: from }: { told: Told; family: string | null }, family: string | null): Told {
  if (castOf(from) !== castOf(family)) return only(told, PLACE_SLOTS)
  if (from !== family) return only(told, [...PLACE_SLOTS, ...CAST_SLOTS])
  const scene = family === null ? undefined : vocabulary.families[family]
  return only(told, [...PLACE_SLOTS, ...CAST_SLOTS, 'ground', ...(scene && isSaidByFrames(scene, 'outcome') ? (['outcome'] as const) : [])])
}

/** What the cards offer where nobody decided: as the first shot has it. */
export function lookOfFirst(texts: readonly ShotText[], shots: readonly Shot[]): Told {
  const index = shots.findIndex(({ prompt }) => prompt.trim())
  return only(texts[index]?.enhancement.told ?? {}, LOOK_SLOTS)
}

const slotsOf = (told: Told) => Object.keys(told) as Slot[]

function only(told: Told, slots: readonly Slot[]): Told {
  return Object.fromEntries(slots.flatMap((slot) => (told[slot] === undefined ? [] : [[slot, told[slot]]])))
}

function without(told: Told, slots: readonly Slot[]): Told {
  return only(told, slotsOf(told).filter((slot) => !slots.includes(slot)))
}
