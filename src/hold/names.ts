/** What things and handles are called, and the colour that goes with a thing on the picture and under the timeline. */
import { m } from '../i18n/paraglide/messages.js'
import type { Turn } from './edit.ts'

const TURNS: Record<Turn, () => string> = {
  start: m.hold_turn_start,
  end: m.hold_turn_end,
  contact: m.hold_turn_contact,
  top: m.hold_turn_top,
  bottom: m.hold_turn_bottom,
  side: m.hold_turn_side,
  between: m.hold_turn_between,
  whole: m.hold_turn_whole,
}

export const turnName = (turn: Turn): string => TURNS[turn]()

/** Light enough for a dark edge around them, on any picture. */
const COLOURS = ['#ffd166', '#7fdcff', '#ff9ec7', '#b9f27c']

export const colourOf = (object: number): string => COLOURS[object % COLOURS.length]!
