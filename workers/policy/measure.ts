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
