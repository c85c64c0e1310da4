/** What came of a wish on the Packs view, in a sentence. */
import { m } from '../i18n/paraglide/messages.js'
import { trouble } from '../lib/errors.ts'
import type { Outcome } from './shelf.svelte.ts'

export interface Said {
  text: string
  failed: boolean
  /** The error's own words, in English. */
  detail?: string
}

/** Sentences for failures to add, where those for the loading of a model would promise too much. */
const ADDING: Record<string, () => string> = {
  PackError: m.packs_error_pack,
  DownloadError: m.packs_error_download,
  QuotaError: m.packs_error_quota,
}

export function said(outcome: Outcome): Said {
  const fine = (text: string): Said => ({ text, failed: false })
  switch (outcome.kind) {
    case 'added':
      return fine(m.packs_was_added({ name: outcome.name }))
    case 'removed':
      return fine(m.packs_was_removed({ name: outcome.name }))
    case 'kept':
      return fine(m.packs_kept())
    case 'stopped':
      return fine(m.packs_stopped())
    case 'not-kept':
      return { text: m.packs_keep_refused(), failed: true }
    case 'verified': {
      const { name, verdict } = outcome
      if (verdict.damaged.length === 0) return fine(m.packs_whole({ name, files: verdict.files }))
      return { text: m.packs_damaged({ name, files: verdict.damaged.join(', ') }), failed: true }
    }
    case 'failed': {
      const { error, detail, wish } = outcome
      const sentence = (wish === 'add' ? ADDING[error] : undefined) ?? trouble(Object.assign(new Error(detail), { name: error })).sentence
      return { text: sentence(), failed: true, detail }
    }
  }
}
