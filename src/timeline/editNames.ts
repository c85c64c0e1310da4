/** What edits are called, for "Undo: …". */
import { m } from '../i18n/paraglide/messages.js'
import type { EditName } from './timeline.svelte.ts'

export const editNames: Record<EditName, () => string> = {
  add: m.film_add,
  remove: m.film_remove,
  move: m.edit_move,
  trim: m.edit_trim,
  split: m.film_split,
  volume: m.clip_volume,
  fade: m.edit_fade,
  dissolve: m.clip_dissolve,
  rename: m.film_rename,
  storyboard: m.board_update_film,
}
