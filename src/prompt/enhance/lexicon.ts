/** Every phrase that the enhancer knows, and what it can mean. */
import { isSlip } from './slip.ts'
import { IDEAS, OTHERS, THINGS } from './standIns.ts'
import { EMPTY, HEADS, HEADS_OF_ONE, HINTS, NEAR, NEAR_SCENES, NO_SLIPS, NOT, ONE_OF, SAME, SCENES, SPEAKS, TWO, UPON } from './synonyms.ts'
import { LOOKS, type Attribute, type Language } from './slots.ts'
import { vocabulary } from './vocabulary.ts'

export type Meaning =
  /** `words`: the captions' own, if it was said in them. `near`: the model has seen nothing quite like it. */
  | { kind: 'value'; attribute: Attribute; value: string; words?: string; near?: true }
  /** Holds where nothing else tells the attribute. */
  | { kind: 'hint'; attribute: Attribute; value: string }
  /** `weight`: how hard it points there. `noun`: it makes a scene by itself. `speech`: what is quoted beside it is said aloud. */
  | { kind: 'scene'; family: string; noun: boolean; near?: true; weight: number; speech?: true }
  /** `only`: what else is said of it, the captions cannot say. */
  | { kind: 'head'; family: string; only?: Attribute }
  | { kind: 'two' | 'oneOf' | 'not' | 'upon' | 'empty' }

interface Entry {
  words: string[]
  language: Language
  meaning: Meaning
}

export interface Token {
  text: string
  /** Where it stands in the prompt. */
  start: number
  end: number
  /** Whether a comma, a full stop or the like stands before it. */
  afterBreak: boolean
}

export interface Hit {
  /** The first token and how many. */
  at: number
  length: number
  meanings: Meaning[]
}

const LANGUAGES = ['en', 'id'] as const
/** A short word means something else in the other language: "air" is water in Indonesian. */
const FOREIGN_LENGTH = 4

export function tokenise(prompt: string): Token[] {
  let before = 0
  return Array.from(prompt.toLowerCase().matchAll(/[\p{L}\p{N}]+(?:[-'’][\p{L}\p{N}]+)*/gu), ({ 0: text, index }) => {
    const afterBreak = /[^\s'"“”‘’-]/u.test(prompt.slice(before, index))
    before = index + text.length
    // "lari2" is how Indonesian writes a word said twice.
    return { text: text.replace(/(?<=\p{L}{3})2$/u, ''), start: index, end: before, afterBreak }
  })
}

export const wordsOf = (phrase: string) => tokenise(phrase).map(({ text }) => text)
const entries: Entry[] = []

function add(language: Language, phrases: string, meaning: Meaning): void {
  for (const phrase of phrases.split('/')) {
    const words = wordsOf(phrase)
    if (words.length > 0) entries.push({ words, language, meaning })
  }
}

function addStandIns(language: Language): void {
  for (const [standIns, near] of [[THINGS, { near: true }], [OTHERS, { near: true }], [IDEAS, {}]] as const) {
    for (const { family, words, is = {}, weight = 1 } of standIns) {
      // What can be a ball can be one in any scene that has some.
      const families = standIns === THINGS && family === 'balls' ? ['balls', 'water', 'pendulum'] : [family]
      for (const name of families) {
        add(language, words[language], { kind: 'scene', family: name, noun: name === family, weight, ...near })
        if (HEADS[name] !== undefined && standIns !== IDEAS) add(language, words[language], { kind: 'head', family: name })
      }
      for (const [attribute, value] of Object.entries(is)) add(language, words[language], { kind: 'hint', attribute: attribute as Attribute, value })
    }
  }
}

for (const language of LANGUAGES) {
  const empty = new Set(wordsOf(EMPTY[language].replaceAll('/', ' ')))
  for (const [name, values] of Object.entries(vocabulary.words)) {
    const attribute = name as Attribute
    // These stand between two things: pair.ts.
    if (attribute === 'first' || attribute === 'relation') continue
    for (const [value, spoken] of Object.entries(values)) {
      for (const phrase of spoken[language]) {
        const words = wordsOf(phrase)
        if (words.length === 0) continue
        entries.push({ words, language, meaning: { kind: 'value', attribute, value, words: phrase } })
        if (!['ground', 'place', 'outcome', ...LOOKS].includes(attribute)) continue
        const first = words.findIndex((word) => !empty.has(word))
        // "in a room" is also meant by "the room", and "a wooden floor" by "this wooden floor".
        if (first > 0) entries.push({ words: words.slice(first), language, meaning: { kind: 'value', attribute, value, ...(attribute === 'place' ? {} : { words: phrase }) } })
      }
    }
  }
  for (const [table, near] of [
    [SAME, {}],
    [NEAR, { near: true }],
  ] as const) {
    for (const [attribute, values] of Object.entries(table)) {
      for (const [value, phrases] of Object.entries(values)) add(language, phrases[language] ?? '', { kind: 'value', attribute: attribute as Attribute, value, ...near })
    }
  }
  for (const [attribute, hints] of Object.entries(HINTS)) {
    for (const [value, phrases] of Object.entries(hints)) add(language, phrases[language] ?? '', { kind: 'hint', attribute: attribute as Attribute, value })
  }
  for (const [family, phrases] of Object.entries(NEAR_SCENES)) add(language, phrases[language], { kind: 'scene', family, noun: true, near: true, weight: 2 })
  for (const [family, { nouns, verbs, parts }] of Object.entries(SCENES)) {
    add(language, nouns[language], { kind: 'scene', family, noun: true, weight: 2 })
    add(language, verbs[language], { kind: 'scene', family, noun: false, weight: 1 })
    if (parts) add(language, parts[language], { kind: 'scene', family, noun: false, weight: 0.1 })
  }
  for (const [kind, verbs] of Object.entries(SPEAKS)) add(language, verbs[language], { kind: 'scene', family: 'talk', noun: kind === 'sure', weight: kind === 'sure' ? 2 : 1, speech: true })
  for (const [family, heads] of Object.entries(HEADS)) add(language, heads[language], { kind: 'head', family })
  for (const [family, attributes] of Object.entries(HEADS_OF_ONE)) {
    for (const [only, heads] of Object.entries(attributes)) add(language, heads[language], { kind: 'head', family, only: only as Attribute })
  }
  addStandIns(language)
  add(language, TWO[language], { kind: 'two' })
  add(language, ONE_OF[language], { kind: 'oneOf' })
  add(language, NOT[language], { kind: 'not' })
  add(language, UPON[language], { kind: 'upon' })
  add(language, EMPTY[language], { kind: 'empty' })
  // "a clock" is all that "clock" is: a scene, and a thing that has a colour.
  for (const { words, language: spokenIn, meaning } of entries.slice()) {
    if (spokenIn !== language || meaning.kind !== 'value' || meaning.attribute !== 'outcome' || meaning.words === undefined) continue
    const core = words.slice(words.findIndex((word) => !empty.has(word))).join(' ')
    if (core === words.join(' ')) continue
    const same = entries.filter((entry) => entry.language === language && entry.meaning.kind !== 'value' && entry.words.join(' ') === core)
    for (const entry of same) entries.push({ ...entry, words })
  }
}

const known: Record<Language, Set<string>> = { en: new Set(), id: new Set() }
for (const { language, words } of entries) for (const word of words) known[language].add(word)
for (const family of Object.values(vocabulary.families)) {
  for (const { frames } of [family, ...family.sets]) {
    for (const language of LANGUAGES) for (const word of wordsOf(frames[language].join(' ').replace(/\[\w+\]/g, ' '))) known[language].add(word)
  }
}
for (const spoken of [vocabulary.words.first, vocabulary.words.relation, vocabulary.acts].flatMap((table) => Object.values(table))) {
  for (const language of LANGUAGES) for (const word of wordsOf(spoken[language].join(' ').replace(/\[\w+\]/g, ' '))) known[language].add(word)
}
const everyWord = new Set([...known.en, ...known.id, ...NO_SLIPS.split('/')])
const byFirstWord = new Map<string, Entry[]>()
for (const entry of entries) byFirstWord.set(entry.words[0]!, [...(byFirstWord.get(entry.words[0]!) ?? []), entry])

/** The language most words belong to; `otherwise` where they tell nothing. */
export function languageOf(tokens: readonly Token[], otherwise: Language): Language {
  const count = (one: Language, other: Language) => tokens.filter(({ text }) => known[one].has(text) && !known[other].has(text)).length
  const lead = count('en', 'id') - count('id', 'en')
  return lead > 0 ? 'en' : lead < 0 ? 'id' : otherwise
}

const allowed = (entry: Entry, language: Language) => entry.language === language || entry.words.every((word) => word.length >= FOREIGN_LENGTH)

/** Means it one of these scenes, or something that came with them? */
export function isOf(meaning: Meaning, families: readonly string[]): boolean {
  if (meaning.kind === 'scene' || meaning.kind === 'head') return families.includes(meaning.family)
  return (meaning.kind === 'value' || meaning.kind === 'hint') && families.includes('talk') && (['person', 'echo', ...LOOKS].includes(meaning.attribute) || ['speaks', 'whispers', 'follow'].includes(meaning.value))
}

/**
 * The phrases of a prompt, longest first at every place; a token of which nothing is known is a hit without meaning.
 * @param without families that are as if nobody knew of them
 */
export function lookUp(tokens: readonly Token[], language: Language, without: readonly string[] = []): Hit[] {
  const hits: Hit[] = []
  const fits = (entry: Entry, at: number, same: (typed: string, word: string) => boolean) =>
    at + entry.words.length <= tokens.length &&
    entry.words.every((word, k) => same(tokens[at + k]!.text, word) && (k === 0 || !tokens[at + k]!.afterBreak)) &&
    allowed(entry, language) &&
    !isOf(entry.meaning, without)
  const exact = (typed: string, word: string) => typed === word
  // What is spelt like another known word is that word.
  const slipped = (typed: string, word: string) => typed === word || (!everyWord.has(typed) && isSlip(typed, word))
  for (let at = 0; at < tokens.length; ) {
    const first = tokens[at]!.text
    let found = (everyWord.has(first) ? (byFirstWord.get(first) ?? []) : entries).filter((entry) => fits(entry, at, slipped))
    const length = Math.max(1, ...found.map(({ words }) => words.length))
    found = found.filter(({ words }) => words.length === length)
    const sure = found.filter((entry) => fits(entry, at, exact))
    const best = sure.length > 0 ? sure : found
    const own = best.filter((entry) => entry.language === language)
    hits.push({ at, length, meanings: (own.length > 0 ? own : best).map(({ meaning, language: spokenIn }) => inLanguage(meaning, spokenIn === language)) })
    at += length
  }
  return hits
}

/** Words of the other language are not written into the caption. */
function inLanguage(meaning: Meaning, own: boolean): Meaning {
  if (own || meaning.kind !== 'value' || meaning.words === undefined) return meaning
  const { kind, attribute, value, near } = meaning
  return { kind, attribute, value, ...(near && { near }) }
}
