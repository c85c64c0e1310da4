/** What scene families are called; a pack may have learned some that this page has no word for. */
import { m } from '../i18n/paraglide/messages.js'

const NAMES: Record<string, () => string> = {
  balls: m.family_balls,
  basketball: m.family_basketball,
  water: m.family_water,
  thunder: m.family_thunder,
  footsteps: m.family_footsteps,
  fireworks: m.family_fireworks,
  pendulum: m.family_pendulum,
  chimes: m.family_chimes,
  cars: m.family_cars,
  campfire: m.family_campfire,
  waves: m.family_waves,
  flag: m.family_flag,
  dress: m.family_dress,
  explosion: m.family_explosion,
  pair: m.family_pair,
  talk: m.family_talk,
}

export function familyName(family: string): string {
  return NAMES[family]?.() ?? family
}
