/** What captions are made of. Apart from their words, which are many. */
export type Language = 'en' | 'id'

/** Of a face. */
export const LOOKS = ['hair', 'cut', 'skin', 'glasses', 'beard'] as const

/**
 * What a caption can say. The second ball has `colour2` and `material2`. Of a pair, `first` and `second` are kinds of things, and `relation` is the
 * first one's to the second.
 */
export const ATTRIBUTES = ['colour', 'material', 'ground', 'place', 'time', 'style', 'camera', 'outcome', 'person', 'first', 'relation', 'echo', ...LOOKS] as const
export type Attribute = (typeof ATTRIBUTES)[number]
export const SLOTS = [...ATTRIBUTES, 'colour2', 'material2', 'second'] as const
export type Slot = (typeof SLOTS)[number]

/** The attribute whose words fill a slot. */
export function attributeOf(slot: Slot): Attribute {
  return slot === 'colour2' ? 'colour' : slot === 'material2' ? 'material' : slot === 'second' ? 'first' : slot
}
