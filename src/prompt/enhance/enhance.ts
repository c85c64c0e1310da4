/**
 * A short prompt becomes the detailed caption that the model was trained on ("recaptioning"). Rules over the grammar that wrote those captions:
 * what the person said is kept, in the grammar's words; what is missing is filled in by the seed; and where the person said what the grammar
 * cannot, their sentence stays in front.
 */
import { read } from './read.ts'
import { SCENES } from './synonyms.ts'
import { vocabulary, type Language, type Slot } from './vocabulary.ts'
import { write } from './write.ts'

export interface Enhancement {
  /** What the model is given. */
  caption: string
  language: Language
  /** null where nothing could be made of the prompt: `caption` is then the prompt. */
  family: string | null
  added: Slot[]
  notes: Note[]
}

/** What the person should know about what the model does not. */
export type Note =
  /** A scene that the pack has not learned, and the one that comes nearest; null for none. */
  | { kind: 'family'; asked: string; nearest: string | null }
  | { kind: 'near'; asked: string; nearest: string }
  | { kind: 'unknown'; words: string[] }
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
}

export function enhance(prompt: string, { families, seed, maxBytes, language: otherwise }: EnhanceOptions): Enhancement {
  const trimmed = prompt.trim()
  const reading = read(trimmed, families, otherwise)
  const { language, family, askedFamily } = reading
  const notes: Note[] = []
  if (askedFamily !== undefined) notes.push({ kind: 'family', asked: askedFamily, nearest: family })
  if (family === null) {
    if (askedFamily === undefined && reading.unknown.length > 0) notes.push({ kind: 'nothing' })
    return { caption: trimmed, language, family, added: [], notes }
  }
  for (const near of reading.near) {
    const nearest = 'family' in near ? SCENES[near.family]?.nouns[language].split('/')[0] : vocabulary.words[near.attribute][near.value]?.[language][0]
    notes.push({ kind: 'near', asked: near.asked, nearest: nearest ?? near.asked })
  }
  if (askedFamily === undefined && reading.unknown.length > 0) notes.push({ kind: 'unknown', words: [...new Set(reading.unknown)] })
  return { ...write({ ...reading, family }, trimmed, seed, maxBytes), language, family, notes }
}
