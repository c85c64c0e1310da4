/** Writes the caption: a frame of the captions' grammar, with what was said in it and the rest filled in by the seed. */
import { promptBytes } from '../text.ts'
import { tokenise } from './lexicon.ts'
import type { Reading, Said } from './read.ts'
import { attributeOf, type Attribute, type Language, type Slot } from './slots.ts'
import { frameSetOf, isSaidByFrames, slotsOf, vocabulary, type Family } from './vocabulary.ts'

/** What a scene's attributes are. */
export type Told = Partial<Record<Slot, string>>

export interface Written {
  caption: string
  /** What the person did not say, in the order of the caption. */
  added: Slot[]
  /** What the caption tells, said or added. */
  told: Told
}

/** Dropped to save room where the person did not say them, in this order. */
const MODEST_EXTRAS = ['cut', 'hair', 'camera', 'style', 'time', 'place'] as const satisfies Attribute[]

/**
 * @param prompt what the person wrote; it stays in front where it says what the caption cannot
 * @param maxBytes what the model reads: additions that do not fit are left out
 * @param given what stands before the seed's choice, where the prompt leaves it open and the family draws it
 */
export function write(reading: Reading & { family: string }, prompt: string, seed: number, maxBytes: number, given: Told): Written {
  const { family: name, language, count, said } = reading
  const family = vocabulary.families[name]!
  const all = new Map<Slot, Said>(said)
  const added: Slot[] = []
  const complete = (slot: Slot) => {
    const value = all.has(slot) ? undefined : fill(slot, family, all, reading, seed, given)
    if (value === undefined) return
    all.set(slot, { value })
    added.push(slot)
  }
  // What decides on the frames comes before them.
  for (const { attribute } of family.sets) if (attribute !== 'count') complete(attribute)
  const set = frameSetOf(family, count, (attribute) => all.get(attribute)?.value)
  const bare = chooseFrame(set.frames[language], said, prompt, seed)
  const frame = withThings(bare, all, language, prompt, seed)
  const slots = slotsOf(frame)
  const extras = set.extras.filter((extra) => !slots.includes(extra))
  for (const slot of [...slots, ...extras]) complete(slot)

  const unsaid = [...said.keys()].filter((slot) => !slots.includes(slot) && !slotsOf(bare).includes(slot) && !extras.includes(slot as Attribute) && !isSaidByFrames(family, slot))
  // Where no frame names the ground, the place tells it.
  const isTold = (slot: Slot) => slot === 'ground' && !set.frames[language].some((other) => other.includes('[ground]')) && meets(family, slot, all.get(slot)!.value, all)
  const lost = unsaid.some((slot) => (family.options[attributeOf(slot)]?.length ?? 0) > 1 && !isTold(slot))
  const keepsPrompt = lost || reading.unknown.length > 0 || reading.near.length > 0 || reading.askedFamily !== undefined
  const front = keepsPrompt ? prompt.trim().replace(/[\s.,;:!]+$/u, '') : ''
  const compose = (without: readonly Slot[]) => {
    const sentence = fillFrame(frame, all, language, seed, count) + extras.filter((extra) => all.has(extra) && !without.includes(extra)).map((extra) => joint(extra) + spoken(extra, all.get(extra)!, language, seed)).join('')
    return front ? `${front}, ${sentence}` : sentence
  }
  for (let drop = 0; drop <= MODEST_EXTRAS.length; drop++) {
    const without = MODEST_EXTRAS.slice(0, drop).filter((extra) => added.includes(extra))
    const caption = tidy(compose(without), language)
    if (promptBytes(caption) <= maxBytes) return { caption, ...tell(all, added, without) }
  }
  return front ? { caption: front, ...tell(said, [], []) } : { caption: tidy(compose(MODEST_EXTRAS), language), ...tell(all, added, MODEST_EXTRAS) }
}

/** Puts what is given behind a prompt of which no caption can be made, as far as there is room. */
export function append({ language, said }: Reading, prompt: string, seed: number, maxBytes: number, given: Told): Written {
  let caption = prompt
  const added: Slot[] = []
  for (const extra of MODEST_EXTRAS.toReversed()) {
    const value = given[extra]
    if (value === undefined || said.has(extra) || !prompt) continue
    const longer = `${caption}, ${spoken(extra, { value }, language, seed)}`
    if (promptBytes(longer) > maxBytes) continue
    caption = longer
    added.push(extra)
  }
  return { caption, ...tell(new Map([...said, ...added.map((slot) => [slot, { value: given[slot]! }] as const)]), added, []) }
}

function tell(all: ReadonlyMap<Slot, Said>, added: readonly Slot[], without: readonly Slot[]): Pick<Written, 'added' | 'told'> {
  const kept = added.filter((slot) => !without.includes(slot))
  return { added: kept, told: Object.fromEntries([...all].filter(([slot]) => !added.includes(slot) || kept.includes(slot)).map(([slot, { value }]) => [slot, value])) }
}

/** The frame that has room for most of what was said, then for most else, then most of the prompt's own words. */
function chooseFrame(frames: readonly string[], said: ReadonlyMap<Slot, Said>, prompt: string, seed: number, question = 'frame'): string {
  const typed = new Set(tokenise(prompt).map(({ text }) => text))
  const score = (frame: string) => {
    const slots = slotsOf(frame)
    const literal = tokenise(frame.replace(/\[\w+\]/g, ' ')).filter(({ text }) => typed.has(text)).length
    return 1000 * slots.filter((slot) => said.has(slot)).length + 100 * slots.length + literal
  }
  const best = Math.max(...frames.map(score))
  return choose(frames.filter((frame) => score(frame) === best), seed, question)
}

/** The frame with the things of a pair in it, whose words have slots of their own. */
function withThings(frame: string, all: ReadonlyMap<Slot, Said>, language: Language, prompt: string, seed: number): string {
  return frame.replace(/\[(first|second|acts2?)\]/g, (_, name: string) => {
    const slot = name === 'second' || name === 'acts2' ? 'second' : 'first'
    const kind = all.get(slot)!.value
    // What is said of the one is no reason to choose the other's words.
    const phrases = vocabulary.words.first[kind]![language].map((phrase) => (slot === 'second' ? phrase.replace(/\[(colour|material)\]/g, '[$12]') : phrase))
    if (!name.startsWith('acts')) return chooseFrame(phrases, all, prompt, seed, slot)
    // "a bouncing ball bounces"
    const thing = chooseFrame(phrases.filter((phrase) => !phrase.includes('ing ')), all, prompt, seed, slot)
    return `${thing} ${chooseFrame(vocabulary.acts[kind]![language], all, prompt, seed, `${slot} acts`)}`
  })
}

/** A value for what was left open; undefined where saying nothing is better. */
function fill(slot: Slot, family: Family, all: ReadonlyMap<Slot, Said>, { open }: Reading, seed: number, given: Told): string | undefined {
  const attribute = attributeOf(slot)
  const drawn = (value: string | undefined) => value !== undefined && (family.options[attribute]?.includes(value) ?? false)
  // Black and white has no colours to name.
  if (open.has(attribute) || (attribute === 'colour' && (all.get('style')?.value ?? given.style) === 'noir')) return undefined
  if (drawn(given[slot])) return given[slot]
  // That nothing echoes goes without saying, and nobody's skin is chosen by us.
  if (['echo', 'skin', 'glasses', 'beard'].includes(attribute)) return undefined
  const usual = attribute === 'time' ? undefined : vocabulary.usual[attribute]
  if (usual !== undefined) return usual
  const distinct = (value: string) => slot !== 'colour2' || all.get('colour')?.value !== value
  // Nobody whispers unasked, and what is only said to be beside another stands before no other.
  const choices = (family.options[attribute] ?? []).filter((value) => !['whispers', 'behind', 'then'].includes(value))
  // What may also not happen, a horn, sounds for those who ask for it.
  if (choices.includes('none')) return undefined
  const good = choices.filter((value) => meets(family, slot, value, all) && distinct(value))
  return choices.length === 0 ? undefined : choose(good.length > 0 ? good : choices, seed, slot)
}

/** Does training show this value beside all the others? */
function meets({ apart }: Family, slot: Slot, value: string, all: ReadonlyMap<Slot, Said>): boolean {
  const attribute = attributeOf(slot)
  const other = (name: Slot) => all.get(slot.endsWith('2') ? (`${name}2` as Slot) : name)?.value
  return !apart.some(([a, x, b, y]) => (a === attribute && x === value && other(b) === y) || (b === attribute && y === value && other(a) === x))
}

function fillFrame(frame: string, all: ReadonlyMap<Slot, Said>, language: Language, seed: number, count: 1 | 2): string {
  const known = count === 2 ? all : new Map([...all].filter(([slot]) => !slot.endsWith('2')))
  return frame.replace(/\[(\w+)\]/g, (_, name: string) => {
    const value = known.get(name as Slot)
    return value ? spoken(name as Slot, value, language, seed) : ''
  })
}

function spoken(slot: Slot, { value, words }: Said, language: Language, seed: number): string {
  return words ?? choose(vocabulary.words[attributeOf(slot)][value]?.[language] ?? [''], seed, `${slot} words`)
}

const joint = (extra: Attribute) => (extra === 'place' || extra === 'time' ? ' ' : ', ')

/** As the captions are tidied (models/kinora/world/caption.py). */
function tidy(text: string, language: Language): string {
  const spaced = text.replace(/\s+/gu, ' ').replace(/( ?,)+/g, ',').replace(/^[ ,]+|[ ,]+$/g, '')
  return language === 'en' ? spaced.replace(/\ba (?=[aeiou])/g, 'an ').replace(/\ban (?=[bcdfghjklmnpqrstvwxyz])/g, 'a ') : spaced
}

/** One of `options`, by the seed: each question draws on its own, so that an answer given by the person changes no other. */
export function choose<T>(options: readonly T[], seed: number, question: string): T {
  // FNV-1a over the question, then the finaliser of MurmurHash3: neighbouring seeds must not choose alike.
  let hash = 0x811c9dc5
  for (const character of `${seed}:${question}`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  const index = ((hash ^ (hash >>> 16)) >>> 0) % options.length
  return options[index]!
}
