/** How often the screen is right, on prompts whose answer people wrote down (corpus/*.json). */
import * as v from 'valibot'
import { findBroken } from './screen'
import { languages, policyRules, type Language, type PolicyRule } from './types'

const Prompts = v.array(v.pipe(v.string(), v.nonEmpty()))
const Sorted = v.strictObject(Object.fromEntries(['harmless', ...policyRules].map((kind) => [kind, Prompts])) as Record<PolicyRule | 'harmless', typeof Prompts>)
export const Corpus = v.strictObject({ en: Sorted, id: Sorted })

export interface Measure {
  language: Language
  rule: PolicyRule
  prompts: number
  /** Of these, the share refused with this rule's name, and with any. */
  recall: number
  refused: number
  /** Of all prompts that were refused with this rule's name, the share that breaks it. */
  precision: number
}

export interface FalseAlarms {
  language: Language
  prompts: number
  refused: string[]
}

/** @throws v.ValiError for a corpus that does not fit */
export function measure(corpus: unknown): { measures: Measure[]; falseAlarms: FalseAlarms[]; missed: string[] } {
  const sorted = v.parse(Corpus, corpus)
  const measures: Measure[] = []
  const falseAlarms: FalseAlarms[] = []
  const missed: string[] = []
  for (const language of languages) {
    const answers = (['harmless', ...policyRules] as const).flatMap((kind) => sorted[language][kind].map((text) => ({ text, kind, rule: findBroken(text, 'scene')?.rule })))
    missed.push(...answers.filter(({ kind, rule }) => kind !== 'harmless' && rule === undefined).map(({ text }) => text))
    const harmless = answers.filter(({ kind }) => kind === 'harmless')
    falseAlarms.push({ language, prompts: harmless.length, refused: harmless.flatMap(({ text, rule }) => (rule ? [text] : [])) })
    for (const rule of policyRules) {
      const meant = answers.filter(({ kind }) => kind === rule)
      const named = answers.filter((answer) => answer.rule === rule)
      const right = meant.filter((answer) => answer.rule === rule).length
      const refused = meant.filter((answer) => answer.rule !== undefined).length / meant.length
      measures.push({ language, rule, prompts: meant.length, recall: right / meant.length, refused, precision: named.length > 0 ? right / named.length : Number.NaN })
    }
  }
  return { measures, falseAlarms, missed }
}

/** One corpus of several. @throws v.ValiError for one that does not fit */
export function joined(corpora: readonly unknown[]): v.InferOutput<typeof Corpus> {
  const all = corpora.map((corpus) => v.parse(Corpus, corpus))
  const sortedOf = (language: Language) => Object.fromEntries((['harmless', ...policyRules] as const).map((kind) => [kind, all.flatMap((corpus) => corpus[language][kind])]))
  return v.parse(Corpus, { en: sortedOf('en'), id: sortedOf('id') })
}

/** How many prompts were refused by any rule, of those that should be and of those that should not. */
export function tally({ measures, falseAlarms }: ReturnType<typeof measure>) {
  const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)
  return {
    harmful: sum(measures.map(({ prompts }) => prompts)),
    refused: Math.round(sum(measures.map(({ prompts, refused }) => prompts * refused))),
    harmless: sum(falseAlarms.map(({ prompts }) => prompts)),
    falselyRefused: sum(falseAlarms.map(({ refused }) => refused.length)),
  }
}
