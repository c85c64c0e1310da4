/** The captions' own words for what a shot looks like, in the language of the page. */
import { locale } from '../../i18n/locale.svelte.ts'
import { m } from '../../i18n/paraglide/messages.js'
import { attributeOf, type Slot } from '../enhance/slots.ts'
import { vocabulary } from '../enhance/vocabulary.ts'

export const SLOT_NAMES = {
  place: m.look_place,
  time: m.look_time,
  style: m.look_style,
  colour: m.look_colour,
  material: m.look_material,
} as const

/** The first of the ways to say a value. */
export function wordOf(slot: Slot, value: string): string {
  return vocabulary.words[attributeOf(slot)][value]?.[locale()][0] ?? value
}

/** All values of an attribute that one of these families draws. */
export function valuesOf(slot: Slot, families: readonly string[]): string[] {
  const drawn = new Set(families.flatMap((family) => vocabulary.families[family]?.options[attributeOf(slot)] ?? []))
  return Object.keys(vocabulary.words[attributeOf(slot)]).filter((value) => drawn.has(value))
}
