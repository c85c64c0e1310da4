/**
 * Screens a text before anything is made of it. Rules and words stand in rules/*.json; they stop what is plainly asked for, in plain or hidden
 * spelling, and cannot judge intent. They err towards the harmless reading of everyday phrases except where children are concerned.
 */
import { markMinors } from './age'
import { taken, type Match, type Word } from './pattern'
import { rules, type Entry } from './rules'
import { readings } from './spelling'
import { policyRules, type PolicyRule, type TextUse } from './types'

const sentences: Record<PolicyRule, string> = {
  'sexual-minors': 'Kinora never makes sexual content with minors.',
  sexual: 'Kinora makes no sexual content. Describe the scene without it and try again.',
  'graphic-violence': 'Kinora shows no graphic violence against people. Describe the scene without injuries and try again.',
  hate: 'Kinora makes nothing that attacks people for who they are. Leave that part out and try again.',
  'self-harm':
    'Kinora makes nothing about suicide or self-harm. If this is about you, please talk to someone you trust or to a local helpline; you do not have to be alone with it.',
  'public-figure': 'Kinora does not depict real people in public life. Describe an invented person instead.',
  'private-person': 'Kinora does not depict real people by name. Describe an invented person instead; a first name alone is fine.',
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

/**
 * Refuses what may not be made. Every worker that makes something of a text calls this itself, whatever the page asked before.
 * @param texts undefined ones are passed over
 * @throws PolicyError naming the gravest rule that a text breaks
 */
export function refuseBroken(texts: readonly (string | undefined)[], use: TextUse = 'scene'): void {
  const broken = new Set(texts.flatMap((text) => (text === undefined ? [] : (findBroken(text, use)?.rule ?? []))))
  const gravest = policyRules.find((rule) => broken.has(rule))
  if (gravest) throw new PolicyError(gravest)
}

export interface Broken {
  rule: PolicyRule
  entry: Entry
  match: Match
  /** The reading that the match counts the words of. */
  words: readonly Word[]
}

const ignored: Record<TextUse, readonly PolicyRule[]> = { scene: [], title: ['private-person'] }

/** Where a text breaks a rule, the gravest first; undefined when it may pass. */
export function findBroken(text: string, use: TextUse): Broken | undefined {
  const views = readings(text, rules.lexicon).map((words) => viewOf(markMinors(words)))
  for (const rule of policyRules) {
    if (ignored[use].includes(rule)) continue
    for (const view of views) {
      const found = brokenIn(view, rule)
      if (found) return found
    }
  }
  return undefined
}

type Found = ReadonlyMap<number, Match>

/** A reading, with what rules look for in it. */
interface View {
  words: readonly Word[]
  conditions: ReadonlySet<number>
  /** Found in the words as they stand. */
  found: Found
  harmless: { rule: PolicyRule; match: Match }[]
}

function viewOf(words: readonly Word[]): View {
  const conditions = new Set<number>()
  for (const { value } of rules.conditions.find(words)) conditions.add(value)
  const harmless: View['harmless'] = []
  for (const { value, match } of rules.harmless.find(words)) {
    if (value.needs.every((need) => conditions.has(need))) harmless.push({ rule: value.rule, match })
  }
  return { words, conditions, found: findParts(words), harmless }
}

function findParts(words: readonly Word[]): Found {
  const found = new Map<number, Match>()
  for (const { value, match } of rules.parts.find(words)) if (!found.has(value)) found.set(value, match)
  return found
}

const entriesOf = new Map(policyRules.map((rule) => [rule, rules.entries.filter((entry) => entry.rule === rule)]))

/** What is harmless when grown-ups are meant is so with children. */
const harmlessFor = (rule: PolicyRule): readonly PolicyRule[] => (rule === 'sexual-minors' ? [rule, 'sexual'] : [rule])

function brokenIn({ words, conditions, found, harmless }: View, rule: PolicyRule): Broken | undefined {
  const kept = [...words]
  for (const { match } of harmless.filter((phrase) => harmlessFor(rule).includes(phrase.rule))) {
    // Something stays in its place, or the words on either side would become neighbours.
    for (let i = match.start; i < match.end; i++) kept[i] = { ...words[i]!, text: taken, capital: false }
  }
  const parts = harmless.some((phrase) => harmlessFor(rule).includes(phrase.rule)) ? findParts(kept) : found
  let first: Broken | undefined
  for (const entry of entriesOf.get(rule) ?? []) {
    if (!entry.parts.every((part) => parts.has(part)) || entry.unless.some((condition) => conditions.has(condition))) continue
    const match = parts.get(entry.parts[0]!)!
    const before = first && (match.start - first.match.start || first.match.end - match.end)
    if (before === undefined || before < 0) first = { rule, entry, match, words: kept }
  }
  return first
}
