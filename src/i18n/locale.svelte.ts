/**
 * The language of the page as reactive state: a message read in a template follows a change of language at once, without a reload.
 */
import * as runtime from './paraglide/runtime.js'

export type Locale = runtime.Locale

let current = $state<Locale>(runtime.getLocale())
runtime.overwriteGetLocale(() => current)

export function locale(): Locale {
  return current
}

/** Shows the page in another language from now on and remembers it. */
export function chooseLocale(next: Locale): void {
  void runtime.setLocale(next, { reload: false })
  current = next
}
