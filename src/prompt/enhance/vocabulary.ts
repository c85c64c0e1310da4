/**
 * The words that the model was trained on. `vocabulary.json` is written by `python -m models.kinora.world.vocabulary` from the very grammar that
 * writes the training captions; a test beside that command fails when the file is stale.
 */
import type { Attribute, Language, Slot } from './slots.ts'
import words from './vocabulary.json'

export type Spoken = Record<Language, string[]>

/** Sentences for some of a family's scenes. */
export interface FrameSet {
  /** What may follow a frame, in this order. */
  extras: Attribute[]
  /** Sentences with [slots]. */
  frames: Spoken
}

export interface Family extends FrameSet {
  /** The values that the family draws; an attribute that is absent does not apply to it. */
  options: Partial<Record<Attribute, string[]>>
  /** Pairs that training never shows together: two attributes, each followed by its value. */
  apart: [Slot, string, Slot, string][]
  /** Sets that stand instead of the family's own for one value of an attribute, which their words say: how many balls, or a clock for a pendulum. */
  sets: (FrameSet & { attribute: 'count' | Attribute; value: string })[]
}

export interface Vocabulary {
  /** Those of `first` have slots of their own. */
  words: Record<Attribute, Record<string, Spoken>>
  /** What the things of a pair do. */
  acts: Record<string, Spoken>
  /** What goes without saying. */
  usual: Partial<Record<Attribute, string>>
  families: Record<string, Family>
}

// TypeScript reads an array of four strings in JSON as string[], not as the tuple that it is.
export const vocabulary = words as unknown as Vocabulary

/** @param valueOf what the scene's attributes are, as far as they are known */
export function frameSetOf(family: Family, count: 1 | 2, valueOf: (attribute: Attribute) => string | undefined): FrameSet {
  return family.sets.find(({ attribute, value }) => value === (attribute === 'count' ? (count === 2 ? 'two' : 'one') : valueOf(attribute))) ?? family
}

/** Is this an attribute that no slot says, but the choice of frames? */
export function isSaidByFrames({ sets }: Family, slot: Slot): boolean {
  return sets.some(({ attribute }) => attribute === slot)
}

/** The slots of a frame, in the order they stand. What a thing of a pair does says which it is. */
export function slotsOf(frame: string): Slot[] {
  return Array.from(frame.matchAll(/\[(\w+)\]/g), ([, slot]) => (slot === 'acts' ? 'first' : slot === 'acts2' ? 'second' : slot) as Slot)
}
