/**
 * Screens a prompt before anything is computed. A list of words read with some care (policyTerms.ts), nothing more: it
 * stops what is plainly asked for and cannot judge intent. It errs towards the harmless reading of everyday phrases
 * ("shoot a basketball") except where children are concerned.
 */
import * as terms from './policyTerms'

/** The gravest first. */
export const policyRules = ['sexual-minors', 'self-harm', 'hate', 'sexual', 'graphic-violence', 'public-figure'] as const
export type PolicyRule = (typeof policyRules)[number]

const sentences: Record<PolicyRule, string> = {
  'sexual-minors': 'Kinora never makes sexual content with minors.',
  sexual: 'Kinora makes no sexual content. Describe the scene without it and try again.',
  'graphic-violence': 'Kinora shows no graphic violence against people. Describe the scene without injuries and try again.',
  hate: 'Kinora makes nothing that attacks people for who they are. Leave that part out and try again.',
  'self-harm':
    'Kinora makes nothing about suicide or self-harm. If this is about you, please talk to someone you trust or to a local helpline; you do not have to be alone with it.',
  'public-figure': 'Kinora does not depict real people in public life. Describe an invented person instead.',
}

/** The message ends with `(rule: NAME)`, which survives the way from a worker to the page. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly rule: PolicyRule
  constructor(rule: PolicyRule) {
    super(`${sentences[rule]} (rule: ${rule})`)
    this.rule = rule
  }
}

/** @throws PolicyError naming the gravest rule that the text breaks */
export function screenPrompt(text: string): void {
  const rule = brokenRule(text)
  if (rule) throw new PolicyError(rule)
}

/** The gravest rule that the text breaks, if any. */
export function brokenRule(text: string): PolicyRule | undefined {
  const readings = readingsOf(text).map((words) => removePhrases(words, lists.harmless))
  return policyRules.find((rule) => readings.some((words) => breaks[rule](words)))
}

type Words = readonly string[]

/** Stands at the end of the words, and where a harmless phrase was. */
const end = '·'

/** A phrase as tests of its words. */
type Phrase = readonly ((word: string) => boolean)[]

function compile(list: readonly string[]): Phrase[] {
  return list.map((phrase) =>
    phrase.split(/[\s-]+/).map((term) => {
      if (!term.endsWith('*')) return (word: string) => word === term
      const stem = term.slice(0, -1)
      return (word: string) => word.startsWith(stem)
    }),
  )
}

const lists = {
  harmless: compile(terms.harmless),
  sexual: compile(terms.sexual),
  suggestive: compile(terms.suggestive),
  minors: compile(terms.minors),
  minorsAlone: compile(terms.minorsAlone),
  graphicViolence: compile(terms.graphicViolence),
  violentVerbs: compile(terms.violentVerbs),
  victims: compile(terms.victims),
  hate: compile(terms.hate),
  selfHarm: compile(terms.selfHarm),
  publicFigures: compile(terms.publicFigures),
}

const breaks: Record<PolicyRule, (words: Words) => boolean> = {
  'sexual-minors': (words) =>
    contains(words, lists.minorsAlone) ||
    ((contains(words, lists.minors) || namesMinorAge(words)) && (contains(words, lists.sexual) || contains(words, lists.suggestive))),
  sexual: (words) => contains(words, lists.sexual),
  'self-harm': (words) => contains(words, lists.selfHarm),
  'graphic-violence': (words) => contains(words, lists.graphicViolence) || hurtsSomeone(words),
  hate: (words) => contains(words, lists.hate),
  'public-figure': (words) => contains(words, lists.publicFigures),
}

/** Words between a verb and its object: an article and an adjective. */
const reach = 2

function hurtsSomeone(words: Words): boolean {
  return words.some(
    (_, i) =>
      lists.violentVerbs.some((verb) => matchesAt(words, i, verb)) &&
      words.slice(i + 1, i + 2 + reach).some((_, j) => lists.victims.some((victim) => matchesAt(words, i + 1 + j, victim))),
  )
}

/** "12 years old", "a 15yo", "umur 14 tahun" */
function namesMinorAge(words: Words): boolean {
  return words.some((word, i) => {
    const [, digits, unit] = /^(\d{1,2})(yo|yr|th|thn)?$/.exec(word) ?? []
    if (digits === undefined || Number(digits) >= 18) return false
    return unit !== undefined || /^(years?|yrs?|yo|tahun|thn|th)$/.test(words[i + 1] ?? '') || /^(aged?|umur|usia|berumur|berusia)$/.test(words[i - 1] ?? '')
  })
}

function contains(words: Words, phrases: Phrase[]): boolean {
  return words.some((_, i) => phrases.some((phrase) => matchesAt(words, i, phrase)))
}

function matchesAt(words: Words, at: number, phrase: Phrase): boolean {
  return at + phrase.length <= words.length && phrase.every((matches, i) => matches(words[at + i]!))
}

function removePhrases(words: Words, phrases: Phrase[]): Words {
  const kept: string[] = []
  for (let i = 0; i < words.length; ) {
    const phrase = phrases.find((candidate) => matchesAt(words, i, candidate))
    // Something has to stay in its place, or the words on either side would become neighbours.
    kept.push(phrase ? end : words[i]!)
    i += phrase?.length ?? 1
  }
  return kept
}

/** Letters of other alphabets that look like Latin ones. */
const lookalikes: Record<string, string> = {
  а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', һ: 'h', і: 'i', ј: 'j', к: 'k', ӏ: 'l', м: 'm', н: 'h', о: 'o', р: 'p', ѕ: 's', т: 't', у: 'y', х: 'x', ԝ: 'w',
  α: 'a', β: 'b', ε: 'e', η: 'n', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x', ı: 'i', ɑ: 'a', ɡ: 'g', ł: 'l', ø: 'o', ß: 'ss',
}
const leet: Record<string, string> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b', '@': 'a', $: 's', '!': 'i', '|': 'l', '*': '' }

/**
 * The ways a text may be meant to be read: as it stands, with digits and signs inside words taken for letters, with spaced
 * letters joined, with stretched letters shortened to two or to one.
 */
function readingsOf(text: string): Words[] {
  const plain = text
    .normalize('NFKD')
    // Combining marks, soft hyphens and zero-width characters hide a word from a list, not from a reader.
    .replace(/[\p{M}\u00ad\u200b-\u200f\u2060\ufeff]/gu, '')
    .toLowerCase()
    .replace(/[^a-z]/gu, (letter) => lookalikes[letter] ?? letter)
  const unleet = plain.replace(/[^\s.,;:?"'()[\]-]+/gu, (token) =>
    /\p{L}/u.test(token) ? token.replace(/!+$/, '').replace(/[0134578@$!|*]/g, (sign) => leet[sign] ?? sign) : token,
  )
  const readings = [plain, unleet].flatMap((reading) => [reading, joinSpaced(reading, ''), joinSpaced(reading, 'a')])
  const stretched = readings.flatMap((reading) => [reading, reading.replace(/(\p{L})\1{2,}/gu, '$1$1'), reading.replace(/(\p{L})\1{2,}/gu, '$1')])
  return [...new Set(stretched)].map((reading) => `${reading} ${end}`.match(/[\p{L}\p{N}]+|·$/gu) ?? [])
}

/**
 * "n u d e" and "n.u.d.e" to "nude": three or more single letters with a mark or a space between them.
 * @param article a first letter that is a word of its own, as in "a n u d e"; '' when all letters belong together
 */
function joinSpaced(text: string, article: '' | 'a'): string {
  return text.replace(/(?<![\p{L}\p{N}])\p{L}(?:[\s._*+-]+\p{L}){2,}(?![\p{L}\p{N}])/gu, (run) => {
    const letters = run.replace(/[^\p{L}]/gu, '')
    return article && letters.startsWith(article) ? `${article} ${letters.slice(1)}` : letters
  })
}
