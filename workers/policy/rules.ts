/** The rules as they are kept for review (rules/*.json), checked and made ready to be found in texts. */
import * as v from 'valibot'
import { beginsWith, parsePhrase, PhraseIndex, wordsOf, type Phrase } from './pattern'
import graphicViolence from './rules/graphicViolence.json'
import groupsSource from './rules/groups.json'
import hate from './rules/hate.json'
import privatePersons from './rules/privatePersons.json'
import publicFigures from './rules/publicFigures.json'
import selfHarm from './rules/selfHarm.json'
import sexual from './rules/sexual.json'
import sexualMinors from './rules/sexualMinors.json'
import type { Lexicon } from './spelling'
import { languages, policyRules, type Language, type PolicyRule } from './types'

const Phrases = v.array(v.pipe(v.string(), v.regex(/^\S+( \S+)*$/)))
const Both = v.strictObject({ en: Phrases, id: Phrases })
const Texts = v.strictObject({ en: v.string(), id: v.string() })

const RuleFile = v.strictObject({
  rule: v.picklist(policyRules),
  /** A sentence that passes, where the person's own cannot be mended; null for a hard stop. */
  instead: v.nullable(Texts),
  sections: v.array(
    v.strictObject({
      about: v.string(),
      /** What a rewrite puts in the place of the phrase, or of its first part; without it the whole sentence is replaced. */
      safe: v.optional(Texts),
      /** Phrases anywhere in the text that make those of the section harmless. */
      unless: v.optional(Phrases),
      ...Both.entries,
    }),
  ),
  /** Phrases that are taken out before this rule is looked for; after '&', what has to be in the text too. */
  harmless: Both,
})
type RuleFile = v.InferOutput<typeof RuleFile>

/** A phrase of a rule: every part has to be there, and nothing of `unless`. */
export interface Entry {
  rule: PolicyRule
  parts: number[]
  unless: number[]
  safe: Record<Language, string> | undefined
  /** Whether the rewrite stands for the phrase's first element alone, as a verb does. */
  safeForFirst: boolean
}

/** A phrase that is harmless for a rule, where the conditions are met. */
interface Harmless {
  rule: PolicyRule
  needs: number[]
}

/** @throws v.ValiError for a file that does not fit, TypeError for a group that is not there */
export function compileRules(files: readonly unknown[], groupsFile: unknown) {
  const groups = new Map<string, Phrase[]>()
  for (const [name, phrases] of Object.entries(v.parse(v.record(v.string(), Both), groupsFile))) {
    groups.set(
      name,
      languages.flatMap((language) => phrases[language].map((phrase) => parsePhrase(phrase, language, groups))),
    )
  }
  const rules = files.map((file) => v.parse(RuleFile, file))
  const harmless = new PhraseIndex<Harmless>()
  const conditions = new PhraseIndex<number>()
  const parts = new PhraseIndex<number>()
  const entries: Entry[] = []
  const words = { all: new Set<string>(), stems: new Set<string>(), alone: new Set<string>(), aloneStems: new Set<string>() }
  let next = 0

  for (const { rule, sections, harmless: phrases } of rules) {
    for (const language of languages) {
      for (const source of phrases[language]) {
        const [phrase = '', ...needs] = source.split(' & ')
        harmless.add(parsePhrase(phrase, language, groups), { rule, needs: needs.map(addCondition) })
      }
    }
    for (const { safe, unless = [], ...section } of sections) {
      const conditionIds = unless.map(addCondition)
      for (const language of languages) {
        for (const source of section[language]) {
          const phrases = source.split(' & ').map((part) => parsePhrase(part, language, groups))
          for (const phrase of phrases) learn(phrase, phrases.length === 1 && phrase.elements.length === 1)
          const ids = phrases.map((phrase) => {
            parts.add(phrase, next)
            return next++
          })
          entries.push({ rule, parts: ids, unless: conditionIds, safe, safeForFirst: safe !== undefined && safe.en.endsWith('~') })
        }
      }
    }
  }

  function addCondition(phrase: string): number {
    for (const language of languages) conditions.add(parsePhrase(phrase, language, groups), next)
    return next++
  }

  function learn(phrase: Phrase, alone: boolean): void {
    const { exact, stems } = wordsOf(phrase, 'all')
    for (const word of exact) words.all.add(word)
    for (const stem of stems) words.stems.add(stem)
    // A group of phrases may hold words that are harmless by themselves.
    const single = phrase.elements[0]
    const forbidden = !alone ? [] : single?.kind === 'group' ? [{ elements: [{ ...single, phrases: [] }] }] : [phrase]
    for (const each of forbidden) {
      const { exact, stems } = wordsOf(each, 'all')
      for (const word of exact) words.alone.add(word)
      for (const stem of stems) words.aloneStems.add(stem)
    }
  }

  const forbids = (word: string) => words.alone.has(word) || beginsWith(word, words.aloneStems)
  const lexicon: Lexicon = {
    forbids,
    has: (word) => words.all.has(word) || words.stems.has(word),
    knows: (word) => words.all.has(word) || beginsWith(word, words.stems),
    words: [...words.alone, ...words.aloneStems, ...words.all],
  }
  const instead = new Map(rules.map(({ rule, instead }: RuleFile) => [rule, instead]))
  return { harmless, conditions, parts, entries, lexicon, instead }
}

/** All rules that Kinora has. */
export const rules = compileRules([sexualMinors, selfHarm, hate, sexual, graphicViolence, publicFigures, privatePersons], groupsSource)
