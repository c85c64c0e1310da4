/** What edits of a storyboard are called, for "Undo: …". */
import { m } from '../../i18n/paraglide/messages.js'
import type { BoardEdit } from './storyboard.svelte.ts'

export const boardEditNames: Record<BoardEdit, () => string> = {
  add: m.board_add,
  remove: m.board_remove,
  move: m.edit_move,
  copy: m.board_duplicate,
  change: m.board_change,
  look: m.board_look,
  rename: m.film_rename,
  script: m.board_script_add,
}
