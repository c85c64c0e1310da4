/**
 * The rules that read prompts and write captions. Their words are a fifth of the page's script, and nobody needs them before something is typed: they
 * are fetched when the page stands.
 */
import type * as rulebook from './rulebook.ts'

export type Rules = typeof rulebook

let here = $state.raw<Rules | null>(null)
let coming: Promise<Rules> | null = null

/** null until they are here. Prompts are then as they were written, without details. */
export function rules(): Rules | null {
  return here
}

/** @throws TypeError when they cannot be fetched; the next call tries again */
export function loadRules(): Promise<Rules> {
  coming ??= import('./rulebook.ts').then(
    (module) => (here = module),
    (error: unknown) => {
      coming = null
      throw error
    },
  )
  return coming
}
