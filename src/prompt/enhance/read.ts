/** What a prompt says, in the terms of the captions: the scene, its attributes, and the words that the captions have no place for. */
import { isOf, languageOf, lookUp, tokenise, type Hit, type Meaning } from './lexicon.ts'
import { quoted, withoutQuotes } from '../text.ts'
import { SEEN_AT } from './standIns.ts'
import { pairIn, LIVES_IN, LOOKS } from './pair.ts'
import { LATER, LINKS, NEAREST, NEAREST_VALUES } from './synonyms.ts'
import type { Attribute, Language, Slot } from './slots.ts'
import { isSaidByFrames, vocabulary, type Family } from './vocabulary.ts'

export interface Said {
  value: string
  /** The captions' own words for it, if the person used them. */
  words?: string
}

export interface Reading {
  language: Language
  /** The scene to write about; null where the prompt names none that the pack could come near to. */
  family: string | null
  /** The scene that was asked for, where the pack has not learned it. */
  askedFamily?: string
  count: 1 | 2
  said: Map<Slot, Said>
  /** Said of something that a caption cannot describe ("a red floor"): nothing is made up here that could contradict it. */
  open: Set<Attribute>
  /** Words for which the model knows only something like them. */
  near: ({ asked: string } & ({ attribute: Attribute; value: string } | { family: string }))[]
  /** Words of meaning that the captions do not have. */
  unknown: string[]
}

type Value = Extract<Meaning, { kind: 'value' }>
type Hint = Extract<Meaning, { kind: 'hint' }>

/** Outcomes that happen in one family alone. */
const HAPPENS_IN: Record<string, string> = { float: 'water', sink: 'water', score: 'basketball', miss: 'basketball', horn: 'cars', whispers: 'talk' }

const links = new Set(LINKS.split('/'))
const values = (hit: Hit) => hit.meanings.filter((meaning): meaning is Value => meaning.kind === 'value')
const hints = (hit: Hit) => hit.meanings.filter((meaning): meaning is Hint => meaning.kind === 'hint')
const has = (hit: Hit | undefined, kind: Meaning['kind']) => hit?.meanings.some((meaning) => meaning.kind === kind) ?? false
const describes = (hit: Hit | undefined) => hit !== undefined && values(hit).some(({ attribute }) => attribute === 'colour' || attribute === 'material')

/** @param families what the pack has learned @param otherwise the language where the words tell none */
export function read(prompt: string, families: readonly string[], otherwise: Language): Reading {
  const tokens = tokenise(withoutQuotes(prompt))
  const language = languageOf(tokens, otherwise)
  const lacks = LATER.filter((name) => !families.includes(name))
  const every = lookUp(tokens, language)
  const hits = lacks.length > 0 ? lookUp(tokens, language, lacks) : every
  const text = (hit: Hit) => prompt.slice(tokens[hit.at]!.start, tokens[hit.at + hit.length - 1]!.end)
  const afterBreak = (hit: Hit) => tokens[hit.at]!.afterBreak

  const quotes = prompt.match(quoted) !== null
  const pair = lacks.includes('pair') ? null : pairIn(hits, tokens, language)
  /** Among what this page knows of, and then without what the pack has not learned: many words have an older scene too. */
  const asked = pairIn(every, tokens, language) ? 'pair' : sceneOf(every, quotes)
  const older = lacks.length === 0 ? asked : pair ? 'pair' : (sceneOf(hits, quotes) ?? asked)
  const family = older === null || families.includes(older) ? older : (NEAREST[older]?.find((name) => families.includes(name)) ?? null)
  const reading: Reading = { language, family, count: pair ? 2 : 1, said: new Map(), open: new Set(), near: [], unknown: [] }
  if (asked !== null && older !== family) reading.askedFamily = older!
  else if (asked !== null && asked !== family && (asked === 'pair' || names(every, asked))) reading.askedFamily = asked
  const scene = family === null ? undefined : vocabulary.families[family]
  if (family === null || !scene) {
    for (const { attribute, value } of hits.flatMap(values)) if (!reading.said.has(attribute)) reading.said.set(attribute, { value })
    return { ...reading, unknown: hits.filter((hit) => !has(hit, 'empty')).map(text) }
  }

  const isHead = (hit: Hit | undefined) => (pair && hit ? pair.roles.has(hit) : hit?.meanings.some((meaning) => meaning.kind === 'head' && meaning.family === family)) ?? false
  const two = hits.some((hit) => has(hit, 'two'))
  /** Of a flag, two colours. */
  const striped = family === 'flag'
  const mayBeTwo = pair !== null || (!striped && scene.sets.some(({ attribute }) => attribute === 'count'))
  /** Which of two balls the head at a hit's place is; a plural or a repeated "the ball" opens none. */
  const objects = new Map<Hit, number>(pair?.roles)
  /** "a tennis ball", "a rubber duck toy": one thing, not two. */
  const isPartOfNext = (i: number) => language === 'en' && isHead(hits[i + 1]) && !afterBreak(hits[i + 1]!)
  hits.forEach((hit, i) => {
    if (pair || isPartOfNext(i)) return
    const one = (isHead(hit) && !(language === 'id' && has(hits[i - 1], 'two'))) || ((two || (objects.size > 0 && describes(hits[i - 1]))) && has(hit, 'oneOf'))
    if (!one) return
    const repeated = objects.size > 0 && (!mayBeTwo || (language === 'en' && tokens[hit.at - 1]?.text === 'the'))
    objects.set(hit, repeated ? 0 : new Set(objects.values()).size)
  })
  if (mayBeTwo && (two || new Set(objects.values()).size > 1)) reading.count = 2

  for (const slot of ['first', 'second', 'relation'] as const) if (pair?.[slot] !== undefined) reading.said.set(slot, { value: pair[slot] })

  /** What is said by hints alone. */
  const hinted = new Set<Slot>()
  let wanted = true
  hits.forEach((hit, i) => {
    if (has(hit, 'not')) wanted = false
    else if (afterBreak(hit)) wanted = true
    if (!wanted) {
      reading.unknown.push(text(hit))
      for (const { attribute } of values(hit)) reading.open.add(attribute)
      return
    }
    const taken = describes(hit) ? takeDescription(hit, i) : takeValue(hit)
    for (const hint of hints(hit)) takeHint(hint, hit)
    if (hit.meanings.some((meaning) => meaning.kind === 'scene' && meaning.family === family && meaning.near)) noteNear({ asked: text(hit), family })
    if (pair?.roles.has(hit)) noteNearOf(pair[pair.roles.get(hit) === 0 ? 'first' : 'second'], hit)
    if (pair && (pair.roles.has(hit) || pair.related.has(hit.at) || [pair.first, pair.second].some((kind) => isPart(hit, LIVES_IN[kind]!)))) return
    if (taken || (isPart(hit, family) && !contradicts(hit)) || (mayBeTwo && (has(hit, 'two') || has(hit, 'oneOf')))) return
    reading.unknown.push(text(hit))
  })
  if (striped && reading.said.has('colour2')) reading.count = 2
  return reading

  /** Takes a colour or a material for the thing that it describes. */
  function takeDescription(hit: Hit, i: number): boolean {
    const meaning = values(hit)[0]!
    const object = ownerOf(hits, i, meaning.attribute)
    if (object === null) {
      // "on a red floor": perhaps it is a ground after all.
      if (!isHead(hits[i - 1]) && takeValue(hit)) return true
      if (!isPart(hit, family!)) reading.open.add(meaning.attribute)
      return false
    }
    const [first, second] = [meaning.attribute as Slot, `${meaning.attribute}2` as Slot]
    const another = reading.said.has(first) && !(striped && hinted.has(first)) && (striped ? reading.said.get(first)!.value !== meaning.value : two && mayBeTwo && objects.size === 0)
    const slot = object === 0 && !another ? first : second
    if (object > 1 || (slot === second && !mayBeTwo && !striped)) return false
    return say(slot, meaning, hit)
  }

  /** Which object the description at `i` belongs to; null where it describes something else. */
  function ownerOf(all: readonly Hit[], i: number, attribute: Attribute): number | null {
    // English describes before the noun, Indonesian after it; neither across a comma.
    const onward = language === 'en' ? all.slice(i + 1) : all.slice(0, i).toReversed()
    const comma = onward.findIndex((hit, k) => afterBreak(language === 'en' ? hit : (onward[k - 1] ?? all[i]!)))
    const isLink = (hit: Hit) => language === 'id' && links.has(text(hit).toLowerCase())
    const clause = comma < 0 ? onward : onward.slice(0, comma)
    // "a red vintage car": a word that nobody knows, right before the thing, only describes it too.
    const head = clause.find((hit, k) => !describes(hit) && !isLink(hit) && !(hit.meanings.length === 0 && isHead(clause[k + 1])))
    const latest = all.slice(0, i).findLast((hit) => objects.has(hit))
    const owns = (hit: Hit) => pair ? LOOKS[pair[pair.roles.get(hit) === 0 ? 'first' : 'second']]!.includes(attribute) : hit.meanings.some((meaning) => meaning.kind === 'head' && meaning.family === family && (meaning.only ?? attribute) === attribute)
    if (head && isHead(head)) return owns(head) ? (objects.get(head) ?? 0) : null
    if (upon(all, i)) return null
    if (head && head.meanings.length === 0) return null
    if (head && values(head).some(({ attribute }) => attribute === 'ground' || attribute === 'place')) return null
    if (latest && isHead(latest) && !owns(latest)) return null
    return latest ? (objects.get(latest) ?? 0) : 0
  }

  function upon(all: readonly Hit[], i: number): boolean {
    let k = i - 1
    while (k >= 0 && (describes(all[k]) || ['a', 'an', 'the'].includes(tokens[all[k]!.at]!.text))) k--
    return k >= 0 && !afterBreak(all[k + 1]!) && has(all[k], 'upon')
  }

  function takeValue(hit: Hit): boolean {
    const isHint = (meaning: Value) => hints(hit).some(({ attribute, value }) => attribute === meaning.attribute && value === meaning.value)
    const all = values(hit).filter((meaning) => meaning.attribute !== 'colour' && meaning.attribute !== 'material' && !isHint(meaning))
    const meaning = all.find(({ attribute, value }) => scene!.options[attribute]?.includes(value)) ?? all[0]
    if (!meaning) return false
    const { attribute, value } = meaning
    if (pair && attribute === 'outcome') {
      // Of the fire alone, where it stands beside it.
      const around = language === 'en' ? hits.slice(hits.indexOf(hit) + 1) : hits.slice(0, hits.indexOf(hit)).toReversed()
      const thing = around.find((other) => pair.roles.has(other))
      if (!thing || pair[pair.roles.get(thing) === 0 ? 'first' : 'second'] !== 'campfire') return false
    }
    // Cloth has no other place.
    if (value === 'rough' && (family === 'flag' || family === 'dress') && /^in the wind$/i.test(text(hit))) return true
    // One of a thing is what every scene shows.
    if (value === 'single' && !scene!.options.outcome?.includes(value)) return true
    return say(attribute, meaning, hit)
  }

  function takeHint({ attribute, value }: Hint, hit: Hit): void {
    const object = objects.get(hit) ?? 0
    if (object > 1 || (object === 1 && !(mayBeTwo && (attribute === 'colour' || attribute === 'material')))) return
    const slot = (object === 1 ? `${attribute}2` : attribute) as Slot
    // The white of a football is no flag's.
    if ((attribute === 'colour' || attribute === 'material') && (pair ? !pair.roles.has(hit) : LATER.includes(family!))) return
    if (reading.said.has(slot) || !scene!.options[attribute]?.includes(value)) return
    reading.said.set(slot, { value })
    hinted.add(slot)
  }

  /** Names another scene of the same family: a drum beside a xylophone. */
  function contradicts(hit: Hit): boolean {
    return values(hit).some(({ attribute, value }) => {
      const other = reading.said.get(attribute)?.value
      return isSaidByFrames(scene!, attribute) && other !== undefined && other !== value && scene!.options[attribute]?.includes(value) && !hints(hit).some((hint) => hint.value === value)
    })
  }

  /** What is only like a thing of a pair. */
  function noteNearOf(kind: string, hit: Hit): void {
    const own = LIVES_IN[kind]!
    if (kind !== 'drum' && hit.meanings.some((meaning) => meaning.kind === 'scene' && meaning.family === own && meaning.near)) noteNear({ asked: text(hit), family: own })
    for (const { attribute, value, near } of values(hit)) if (near && attribute === 'outcome' && value === kind) noteNear({ asked: text(hit), attribute, value })
  }

  function noteNear(near: Reading['near'][number]): void {
    if (!reading.near.some(({ asked: other }) => other === near.asked)) reading.near.push(near)
  }

  function say(slot: Slot, { attribute, value, words, near }: Value, hit: Hit): boolean {
    const drawn = drawnBy(scene!, attribute, value)
    if (drawn === undefined) return false
    if (reading.said.has(slot) && !hinted.delete(slot)) return reading.said.get(slot)!.value === drawn
    reading.said.set(slot, { value: drawn, ...(words !== undefined && drawn === value ? { words } : {}) })
    if (near || drawn !== value) noteNear({ asked: text(hit), attribute, value: drawn })
    return true
  }
}

/** The value itself, or the nearest one that the family draws. */
function drawnBy({ options }: Family, attribute: Attribute, value: string): string | undefined {
  const drawn = options[attribute]
  return [value, ...(NEAREST_VALUES[attribute]?.[value] ?? [])].find((candidate) => drawn?.includes(candidate))
}

function isPart(hit: Hit, family: string): boolean {
  return hit.meanings.some((meaning) => meaning.kind === 'empty' || meaning.kind === 'upon' || (meaning.kind === 'scene' && meaning.family === family))
}

/** Is it this scene that is named, by words that mean no other? */
function names(hits: readonly Hit[], family: string): boolean {
  return hits.some(({ meanings }) => meanings.some((meaning) => meaning.kind === 'scene' && meaning.family === family && meaning.noun && meaning.weight >= 1.5))
}

/** The family that most words point to; of two alike, the one named first. @param quotes whether something is quoted */
function sceneOf(hits: readonly Hit[], quotes: boolean): string | null {
  if (quotes && hits.some(({ meanings }) => meanings.some((meaning) => meaning.kind === 'scene' && meaning.speech))) {
    // Somebody says what is quoted; they are seen, unless it is said of what else is seen.
    const others = hits.some(({ meanings }) => meanings.some((meaning) => meaning.kind === 'scene' && !['talk', 'dress'].includes(meaning.family) && meaning.noun && !meaning.near && meaning.weight === 2))
    return others ? sceneOf(hits.map((hit) => ({ ...hit, meanings: hit.meanings.filter((meaning) => !isOf(meaning, ['talk'])) })), false) : 'talk'
  }
  const points = new Map<string, number>()
  const named = new Set<string>()
  const point = (family: string, weight: number) => points.set(family, (points.get(family) ?? 0) + weight)
  for (const { meanings } of hits) {
    for (const meaning of meanings) {
      if (meaning.kind === 'scene') {
        point(meaning.family, meaning.weight)
        if (meaning.noun) named.add(meaning.family)
      } else if (meaning.kind === 'value' && HAPPENS_IN[meaning.value] !== undefined) {
        point(HAPPENS_IN[meaning.value]!, 2)
      } else if (meaning.kind === 'two') {
        point('balls', 0.25)
      }
    }
  }
  const isUnknown = ({ meanings }: Hit) => meanings.every(({ kind }) => kind === 'head')
  const understood = !hits.some(isUnknown)
  if (named.size === 0) {
    // "something red": without a thing, only words that are understood make a scene, or most of them where some point to one.
    const known = hits.filter(({ meanings }) => meanings.some(({ kind }) => kind !== 'empty' && kind !== 'head')).length
    const unknown = hits.filter(isUnknown).length
    if (points.size > 0 && known > unknown && known > 1) return order()
    if (!understood || !hits.some(({ meanings }) => meanings.some(({ kind }) => kind === 'value' || kind === 'scene'))) return null
    if (points.size === 0) return hits.some(describes) ? 'balls' : sceneAt(hits)
  }
  return order()

  function order(): string | null {
    return [...named, ...points.keys()].toSorted((a, b) => (points.get(b) ?? 0) - (points.get(a) ?? 0))[0] ?? null
  }
}

/** What is seen there or then, where a prompt says no more. */
function sceneAt(hits: readonly Hit[]): string | null {
  const said = hits.flatMap(values)
  for (const [attribute, scenes] of Object.entries(SEEN_AT)) {
    const value = said.find((meaning) => meaning.attribute === attribute)?.value
    if (value !== undefined && scenes[value] !== undefined) return scenes[value]
  }
  return null
}
