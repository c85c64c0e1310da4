/** Keys that work anywhere on the page. */
import type { Studio } from '../studio.svelte.ts'
import { place } from './place.svelte.ts'
import { chord } from '../timeline/keys.ts'

/** Ctrl/Cmd+Enter makes the film, Escape stops it, and the editing desk has its keys: unless the key belongs to what has the focus. */
export function shortcut(event: KeyboardEvent, studio: Studio): void {
  if (event.defaultPrevented) return
  const wasHandled = act(event, studio)
  if (wasHandled) event.preventDefault()
}

function act(event: KeyboardEvent, studio: Studio): boolean {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    if (event.repeat) return true
    if (place() === 'storyboard') studio.board.generate(studio.board.wanting)
    else void studio.generate()
    return true
  }
  if (event.key === 'Escape' && studio.making) {
    studio.cancel()
    return true
  }
  return !studio.making && !ownsKey(event) && edit(event, studio)
}

function edit(event: KeyboardEvent, studio: Studio): boolean {
  const pressed = chord(event)
  const key = studio.timeline.keyChoice.find(pressed)
  if (!key || (event.repeat && !key.repeats)) return false
  if (pressed?.length === 1 && !studio.timeline.keyChoice.single) return false
  // Beside the cards, Undo is the storyboard's.
  const takesBack = key.edits && event.target instanceof Element && event.target.closest('[aria-labelledby=board-title]') !== null
  if (takesBack) {
    studio.board[key.edits!]()
    return true
  }
  const works = key.needs === 'edit' ? studio.timeline.open : studio.onStage === 'film' || studio.player.clip !== null
  if (works) key.act(studio)
  return works
}

/** Whether the element with the focus does something of its own with this key: types it, moves by it, is pressed by it. */
function ownsKey({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.matches('input:not([type=range], [type=radio], [type=checkbox]), textarea, select, [contenteditable]')) return true
  if (target.matches('input')) return key === ' ' || key.startsWith('Arrow') || key === '-' || key === '+'
  return key === ' ' && target.matches('button, a, summary, [role=slider]')
}
