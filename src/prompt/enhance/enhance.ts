/**
 * A short prompt becomes the detailed caption that the model was trained on ("recaptioning"). Rules over the grammar that wrote those captions:
 * what the person said is kept, in the grammar's words; what is missing is filled in by the seed; and where the person said what the grammar
 * cannot, their sentence stays in front.
 */
import { drawnPart, quoted } from '../text.ts'
import { read } from './read.ts'
import { DRAWN_AS } from './standIns.ts'
import type { Language, Slot } from './slots.ts'
import { vocabulary } from './vocabulary.ts'
import { append, write, type Told } from './write.ts'

export interface Enhancement {
  /** What the model is given. */
  caption: string
  language: Language
  /** null where nothing could be made of the prompt: `caption` is then the prompt. */
  family: string | null
  /** What the person did not say, in the order of the caption. */
  added: Slot[]
  /** What the caption tells, said or added. */
  told: Told
  notes: Note[]
}

/** What the person should know about what the model does not. */
export type Note =
  /** A scene that the pack has not learned, and the one that comes nearest; null for none. */
  | { kind: 'family'; asked: string; nearest: string | null }
  | { kind: 'near'; asked: string; nearest: string }
  | { kind: 'unknown'; words: string[] }
  /** Somebody who speaks, whose words nobody wrote. */
  | { kind: 'wordless' }
  /** No scene at all that any pack knows. */
  | { kind: 'nothing' }

export interface EnhanceOptions {
  /** What the pack has learned. */
  families: readonly string[]
  /** Chooses what is filled in: the same prompt and seed give the same caption. */
  seed: number
  maxBytes: number
  /** For prompts whose words are of no language or both. */
  language: Language
  /** What the scene has where the prompt leaves it open: chosen before the seed chooses. `family` is null where the prompt names no scene. */
  given?: (family: string | null) => Told
}

export function enhance(prompt: string, { families, seed, maxBytes, language: otherwise, given }: EnhanceOptions): Enhancement {
  const trimmed = prompt.trim()
  const reading = read(trimmed, families, otherwise)
  // What is quoted is shown, not drawn.
  const drawn = drawnPart(trimmed)
  const { language, family, askedFamily } = reading
  const told = given?.(family) ?? {}
  const notes: Note[] = []
  if (askedFamily !== undefined) notes.push({ kind: 'family', asked: askedFamily, nearest: family })
  if (family === null) {
    if (askedFamily === undefined && reading.unknown.length > 0) notes.push({ kind: 'nothing' })
    return { ...append(reading, drawn, seed, maxBytes, told), language, family, notes }
  }
  for (const near of reading.near) {
    const nearest = 'family' in near ? DRAWN_AS[near.family]?.[language] : vocabulary.words[near.attribute][near.value]?.[language][0]
    notes.push({ kind: 'near', asked: near.asked, nearest: nearest ?? near.asked })
  }
  if (family === 'talk' && !trimmed.match(quoted)) notes.push({ kind: 'wordless' })
  if (askedFamily === undefined && reading.unknown.length > 0) notes.push({ kind: 'unknown', words: [...new Set(reading.unknown)] })
  return { ...write({ ...reading, family }, drawn, seed, maxBytes, told), language, family, notes }
}
