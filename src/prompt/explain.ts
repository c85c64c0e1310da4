/** What the enhancer and the variations have to say, as sentences for the person. */
import { m } from '../i18n/paraglide/messages.js'
import type { Note } from './enhance/enhance.ts'
import { MAX_FILMS, type Variations } from './variations.ts'

const SCENES: Record<string, () => string> = {
  balls: m.scene_balls,
  basketball: m.scene_basketball,
  water: m.scene_water,
  thunder: m.scene_thunder,
  footsteps: m.scene_footsteps,
  fireworks: m.scene_fireworks,
  pendulum: m.scene_pendulum,
  chimes: m.scene_chimes,
  cars: m.scene_cars,
  campfire: m.scene_campfire,
  waves: m.scene_waves,
  flag: m.scene_flag,
  dress: m.scene_dress,
  explosion: m.scene_explosion,
  pair: m.scene_pair,
  talk: m.scene_talk,
}

const scene = (family: string) => SCENES[family]?.() ?? family

export function explainNote(note: Note): string {
  switch (note.kind) {
    case 'family':
      return note.nearest === null ? m.details_family_none({ asked: scene(note.asked) }) : m.details_family({ asked: scene(note.asked), nearest: scene(note.nearest) })
    case 'near':
      return m.details_near({ asked: note.asked, nearest: note.nearest })
    case 'unknown':
      return m.details_unknown({ words: note.words.join(', ') })
    case 'wordless':
      return m.details_wordless()
    case 'nothing':
      return m.details_nothing()
  }
}

/** Why the prompt cannot be made as it stands; null when it can. */
export function explainVariations({ variations, filmCount, tooMany }: { variations: Variations; filmCount: number; tooMany: boolean }): (() => string) | null {
  if (variations.problem === 'open') return () => m.variations_open({ escaped: String.raw`\{` })
  if (variations.problem === 'nested') return m.variations_nested
  return tooMany ? () => m.variations_many({ films: filmCount, limit: MAX_FILMS }) : null
}
