/** Keys that work anywhere on the page. */
import type { Studio } from '../studio.svelte.ts'

/** Ctrl/Cmd+Enter makes the film, Escape stops it, Space plays: unless the key belongs to what has the focus. */
export function shortcut(event: KeyboardEvent, studio: Studio): void {
  if (event.defaultPrevented || event.repeat) return
  const wasHandled = act(event, studio)
  if (wasHandled) event.preventDefault()
}

function act(event: KeyboardEvent, studio: Studio): boolean {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    void studio.generate()
    return true
  }
  if (event.key === 'Escape' && studio.making) {
    studio.cancel()
    return true
  }
  if (event.key === ' ' && event.target === document.body && studio.player.clip && !studio.making) {
    studio.player.toggle()
    return true
  }
  return false
}
