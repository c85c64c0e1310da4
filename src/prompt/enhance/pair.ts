/** Two things of different kinds in one scene, as a prompt tells of them: which they are, and where the first is to the second. */
import { wordsOf, type Hit, type Meaning, type Token } from './lexicon.ts'
import { BOTH, RELATIONS, type Relation } from './synonyms.ts'
import type { Language } from './slots.ts'
import { vocabulary } from './vocabulary.ts'

export interface Pair {
  first: string
  second: string
  /** undefined: beside each other. */
  relation: string | undefined
  /** Which of the two a hit names: 0 is the first. */
  roles: Map<Hit, 0 | 1>
  /** Tokens that tell the relation, and what the two do. */
  related: Set<number>
}

interface Mention {
  kind: string
  hits: Hit[]
  /** Whether it is only something like it. */
  near: boolean
}

interface Related {
  relation: Relation
  /** The first token and the one after the last. */
  at: number
  end: number
  /** "left of it": of what was named before. */
  ofThat: boolean
}

/** The family in which each kind lives by itself. */
export const LIVES_IN: Record<string, string> = { ball: 'balls', pendulum: 'pendulum', drum: 'chimes', campfire: 'campfire' }
/** What can be said of a kind. */
export const LOOKS: Record<string, readonly string[]> = { ball: ['colour', 'material'], pendulum: ['colour', 'material'], drum: ['colour'], campfire: [] }
/** Where a word for the one is a word for the other when the two change places. */
const OPPOSITE: Partial<Record<Relation, Relation>> = { left: 'right', right: 'left', isLeft: 'isRight', isRight: 'isLeft' }

const LANGUAGES = ['en', 'id'] as const
const phrases = LANGUAGES.flatMap((language) =>
  [...RELATIONS, ...Object.entries(vocabulary.words.relation)].flatMap(([relation, spoken]) => {
    const own = spoken[language]
    return (typeof own === 'string' ? own.split('/') : own).map((phrase) => ({ language, relation: relation as Relation, words: wordsOf(phrase) }))
  }),
).filter(({ words }) => words.length > 0)
/** Words that go with an order. */
const ordinals = new Set(wordsOf('first firstly finally pertama pertama-tama mula-mula awalnya'))
const acts: Record<Language, Set<string>> = { en: new Set(), id: new Set() }
for (const language of LANGUAGES) for (const spoken of Object.values(vocabulary.acts)) for (const word of wordsOf(spoken[language].join(' '))) acts[language].add(word)
const both: Record<Language, Set<string>> = { en: new Set(BOTH.en.split('/')), id: new Set(BOTH.id.split('/')) }

function kindOf({ meanings }: Hit): { kind: string; near: boolean; thing: boolean } | null {
  const some = (test: (meaning: Meaning) => boolean) => meanings.some(test)
  const outcome = (value: string) => meanings.find((meaning) => (meaning.kind === 'value' || meaning.kind === 'hint') && meaning.attribute === 'outcome' && meaning.value === value)
  const drum = meanings.find((meaning) => meaning.kind === 'value' && meaning.attribute === 'outcome' && meaning.value === 'drum')
  if (drum) return { kind: 'drum', near: 'near' in drum, thing: true }
  if (outcome('pendulum') && !some((meaning) => meaning.kind === 'value' && meaning.value === 'cradle')) return { kind: 'pendulum', near: 'near' in outcome('pendulum')!, thing: true }
  for (const kind of ['campfire', 'ball']) {
    const scene = meanings.find((meaning) => meaning.kind === 'scene' && meaning.noun && meaning.family === LIVES_IN[kind])
    if (scene?.kind === 'scene' && (kind === 'campfire' || scene.near || scene.weight > 1)) return { kind, near: scene.near ?? false, thing: scene.weight > 1 }
  }
  return null
}

/** null where a prompt tells of no two such things. */
export function pairIn(hits: readonly Hit[], tokens: readonly Token[], language: Language): Pair | null {
  const told = relationsIn(hits, tokens, language)
  const isRelated = (token: number) => told.some(({ at, end }) => token >= at && token < end)
  const mentions: Mention[] = []
  let last = 0
  for (const hit of hits) {
    const found = isRelated(hit.at) ? null : kindOf(hit)
    // "hit with a stick"
    if (!found || (found.near && acts[language].has(tokens[hit.at]!.text))) continue
    const { kind, near } = found
    const before = mentions.at(-1)
    const between = tokens.slice(last, hit.at).map(({ text }) => text)
    const joined = !between.some((text) => text === 'and' || text === 'dan') && !tokens.slice(last, hit.at + 1).some((token, k) => token.afterBreak || isRelated(last + k))
    // "a ball on a string", "a swinging ball": a pendulum.
    const swings = before && joined && [before.kind, kind].toSorted().join() === 'ball,pendulum'
    if (before && (before.kind === kind || swings)) {
      if (swings) before.kind = 'pendulum'
      before.hits.push(hit)
      before.near &&= near
    } else mentions.push({ kind, hits: [hit], near })
    last = hit.at + hit.length
  }
  const one = mentions[0]
  const other = mentions.find(({ kind }) => kind !== one?.kind)
  if (!one || !other) return null
  const start = (mention: Mention) => mention.hits[0]!.at
  const end = start(other)
  const isBetween = ({ at }: Related) => at > start(one) && at < end
  const places = told.filter(({ relation }) => !['then', 'after', 'before'].includes(relation))
  const place = places.find(isBetween) ?? places.findLast(({ at }) => at < start(one)) ?? places.find(({ at }) => at > end)
  const time = told.find((related) => ['then', 'after', 'before'].includes(related.relation) && (isBetween(related) || (related.at < start(one) && related.relation !== 'then')))
  const is = (swapped: boolean, relation: string | undefined): Pair => {
    const [first, second] = swapped ? [other, one] : [one, other]
    const roles = new Map<Hit, 0 | 1>()
    for (const mention of mentions) for (const hit of mention.hits) if (mention.kind === first.kind || mention.kind === second.kind) roles.set(hit, mention.kind === first.kind ? 0 : 1)
    return { first: first.kind, second: second.kind, relation, roles, related: new Set(tokens.flatMap(({ text }, token) => (isRelated(token) || ordinals.has(text) || acts[language].has(text) ? [token] : []))) }
  }
  if (place) {
    const { relation, at } = place
    const isHere = relation.startsWith('is')
    const answers = places.some((related) => isBetween(related) && related.relation === OPPOSITE[relation])
    // Whose place is told: in "a drum left of a fire" the one that is named before; in "left of the drum a ball", "a drum, left of it a ball" the other.
    const otherIs = isBetween(place)
      ? place.ofThat || (isHere && tokens[at]!.afterBreak)
      : at < start(one)
        ? !isHere && !answers
        : true
    const where = relation.replace('is', '').toLowerCase()
    if (where === 'beside') return is(otherIs, undefined)
    return where === 'front' ? is(!otherIs, 'behind') : is(otherIs, where)
  }
  if (one.near || other.near) return null
  if (time) return is(time.relation === 'after' ? isBetween(time) : time.relation === 'before' && !isBetween(time), 'then')
  // "a ball and a drum": two nouns, and nothing else that is named.
  const joint = tokens.slice(start(one) + 1, end)
  const named = hits.some(({ meanings }) => meanings.some((meaning) => meaning.kind === 'scene' && meaning.noun && !meaning.near && meaning.weight > 1 && !Object.values(LIVES_IN).includes(meaning.family)))
  return !named && joint.some(({ text }) => both[language].has(text)) ? is(false, undefined) : null
}

/** The longest phrases, where they are not part of another: "in front of a skyline" tells the place. */
function relationsIn(hits: readonly Hit[], tokens: readonly Token[], language: Language): Related[] {
  const taken = new Set(hits.filter(({ length, meanings }) => length > 1 && meanings.some(({ kind }) => kind === 'value')).flatMap(({ at, length }) => Array.from({ length }, (_, k) => at + k)))
  const found: Related[] = []
  for (let at = 0; at < tokens.length; ) {
    const [best] = phrases
      .filter(({ words, language: spokenIn }) => spokenIn === language && words.every((word, k) => tokens[at + k]?.text === word && !taken.has(at + k)))
      .toSorted((a, b) => b.words.length - a.words.length)
    const end = at + (best?.words.length ?? 1)
    const ofThat = tokens[end - 1]!.text.endsWith('nya') || ['it', 'them', 'that', 'this'].includes(tokens[end]?.text ?? '')
    if (best) found.push({ relation: best.relation, at, end, ofThat })
    at = end
  }
  return found
}
