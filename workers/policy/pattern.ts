/**
 * The small language in which rules are written (rules/*.json), and how it is found in words.
 *
 *     nude            that word
 *     porn*           any word that begins so
 *     stab~           any form of the word (inflect.ts)
 *     @people         any phrase of that group (groups.json)
 *     bottle|pack     either
 *     ..              up to three words of any kind
 *     ^smith          the word, written with a capital, as in ^@given; ^ alone is any word that is
 *     nude & @minors  both, anywhere in the text
 */
import { inflect, type Form } from './inflect'
import type { Language } from './types'

/** A word as it is read, and where it stands in the text. */
export interface Word {
  text: string
  /** UTF-16 offsets of the characters it was read from. */
  from: number
  to: number
  capital: boolean
}

/** One word's worth of a phrase. */
interface Test {
  exact: ReadonlyMap<string, Form>
  stems: ReadonlySet<string>
  any: boolean
  capital: boolean
}

/** A group's words that stand alone are one test: most are. */
type Element = { kind: 'word'; test: Test } | { kind: 'gap' } | { kind: 'group'; words: Test; phrases: readonly Phrase[]; capital: boolean }

export interface Phrase {
  elements: readonly Element[]
}

export type Groups = ReadonlyMap<string, readonly Phrase[]>

/** Words that a gap bridges, at most. */
const reach = 3

/** @throws TypeError for a group that is not there */
export function parsePhrase(source: string, language: Language, groups: Groups): Phrase {
  return {
    elements: source.split(' ').map((term): Element => {
      if (term === '..') return { kind: 'gap' }
      const [, capital, group] = /^(\^?)@(.+)$/.exec(term) ?? []
      if (group === undefined) return { kind: 'word', test: parseTest(term, language) }
      const phrases = groups.get(group)
      if (!phrases) throw new TypeError(`There is no group @${group}.`)
      const { words, phrases: others } = sortedGroup(phrases)
      return { kind: 'group', words, phrases: others, capital: capital !== '' }
    }),
  }
}

function sortedGroup(phrases: readonly Phrase[]): { words: Test; phrases: Phrase[] } {
  const exact = new Map<string, Form>()
  const stems = new Set<string>()
  const others: Phrase[] = []
  for (const phrase of phrases) {
    const [first, ...more] = phrase.elements
    if (first?.kind !== 'word' || more.length > 0 || first.test.any) others.push(phrase)
    else {
      for (const [word, form] of first.test.exact) if (!exact.has(word)) exact.set(word, form)
      for (const stem of first.test.stems) stems.add(stem)
    }
  }
  return { words: { exact, stems, any: false, capital: false }, phrases: others }
}

function parseTest(term: string, language: Language): Test {
  const capital = term.startsWith('^')
  const exact = new Map<string, Form>()
  const stems = new Set<string>()
  const alternatives = (capital ? term.slice(1) : term).split('|').filter(Boolean)
  for (const word of alternatives) {
    if (word.endsWith('*')) stems.add(word.slice(0, -1))
    else if (word.endsWith('~')) for (const [form, words] of inflect[language](word.slice(0, -1))) for (const each of words) exact.set(each, form)
    else {
      exact.set(word, '')
      // In Indonesian what belongs to somebody is one word with them.
      if (language === 'id' && word.length > 3) for (const owner of ['nya', 'ku', 'mu']) exact.set(word + owner, '')
    }
  }
  return { exact, stems, any: alternatives.length === 0, capital }
}

function passes({ exact, stems, any, capital }: Test, word: Word): boolean {
  if (capital && !word.capital) return false
  return any || exact.has(word.text) || (stems.size > 0 && beginsWith(word.text, stems))
}

const shortestStem = 2
const longestStem = 16

export function beginsWith(word: string, stems: ReadonlySet<string>): boolean {
  for (let length = shortestStem; length <= Math.min(word.length, longestStem); length++) if (stems.has(word.slice(0, length))) return true
  return false
}

export interface Match {
  /** Numbers of words: from the first to before `end`. */
  start: number
  end: number
  /** Where the first element ends, and in which form it stands there. */
  firstEnd: number
  form: Form
}

/** The shortest match of a phrase that begins at word `start`. */
export function matchAt(phrase: Phrase, words: readonly Word[], start: number): Match | undefined {
  let firstEnd = start
  let form: Form = ''
  const go = (element: number, at: number): number | undefined => {
    const here = phrase.elements[element]
    if (!here) return at
    const next = (end: number): number | undefined => {
      if (element > 0) return go(element + 1, end)
      const found = go(1, end)
      if (found !== undefined) firstEnd = end
      return found
    }
    if (here.kind === 'word') {
      const word = words[at]
      if (!word || !passes(here.test, word)) return undefined
      const found = next(at + 1)
      if (found !== undefined && element === 0) form = here.test.exact.get(word.text) ?? ''
      return found
    }
    if (here.kind === 'gap') {
      for (let skipped = 0; skipped <= reach && at + skipped < words.length; skipped++) {
        // What was taken out as harmless ends a thought.
        if (skipped > 0 && words[at + skipped - 1]!.text === taken) return undefined
        const found = go(element + 1, at + skipped)
        if (found !== undefined) return found
      }
      return undefined
    }
    const word = words[at]
    if (word && passes(here.words, word) && (!here.capital || word.capital)) {
      const found = next(at + 1)
      if (found !== undefined) {
        if (element === 0) form = here.words.exact.get(word.text) ?? ''
        return found
      }
    }
    for (const inner of here.phrases) {
      const match = matchAt(inner, words, at)
      if (!match || (here.capital && !words.slice(at, match.end).every((word) => word.capital))) continue
      const found = next(match.end)
      if (found === undefined) continue
      if (element === 0) form = match.form
      return found
    }
    return undefined
  }
  const end = go(0, start)
  return end === undefined ? undefined : { start, end, firstEnd, form }
}

/** Stands where a harmless phrase was. */
export const taken = '·'

/** Every word that phrases may begin with, or hold. */
export function wordsOf(phrase: Phrase, which: 'first' | 'all'): { exact: string[]; stems: string[]; any: boolean } {
  const all = { exact: [] as string[], stems: [] as string[], any: false }
  for (const element of which === 'first' ? phrase.elements.slice(0, 1) : phrase.elements) {
    if (element.kind === 'word') {
      all.exact.push(...element.test.exact.keys())
      all.stems.push(...element.test.stems)
      all.any ||= element.test.any
    } else if (element.kind === 'group') {
      all.exact.push(...element.words.exact.keys())
      all.stems.push(...element.words.stems)
      for (const inner of element.phrases) {
        const { exact, stems, any } = wordsOf(inner, which)
        all.exact.push(...exact)
        all.stems.push(...stems)
        all.any ||= any
      }
    }
  }
  return all
}

/** Finds many phrases at once: only those are tried whose first word is there. */
export class PhraseIndex<T> {
  readonly #exact = new Map<string, { phrase: Phrase; value: T }[]>()
  readonly #stems: { stem: string; phrase: Phrase; value: T }[] = []
  readonly #any: { phrase: Phrase; value: T }[] = []

  add(phrase: Phrase, value: T): void {
    const { exact, stems, any } = wordsOf(phrase, 'first')
    for (const word of new Set(exact)) {
      const list = this.#exact.get(word)
      if (list) list.push({ phrase, value })
      else this.#exact.set(word, [{ phrase, value }])
    }
    for (const stem of new Set(stems)) this.#stems.push({ stem, phrase, value })
    if (any) this.#any.push({ phrase, value })
  }

  /** In the order of the words. */
  *find(words: readonly Word[]): Generator<{ value: T; match: Match }> {
    const byStem = new Map<string, { phrase: Phrase; value: T }[]>()
    for (let i = 0; i < words.length; i++) {
      const { text } = words[i]!
      let stems = byStem.get(text)
      if (!stems) byStem.set(text, (stems = this.#stems.filter(({ stem }) => text.startsWith(stem))))
      for (const list of [this.#exact.get(text) ?? [], stems, this.#any]) {
        for (const { phrase, value } of list) {
          const match = matchAt(phrase, words, i)
          if (match) yield { value, match }
        }
      }
    }
  }
}
