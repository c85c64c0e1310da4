/** The policy worker: screens what a page is about to make, name or take in, and offers another sentence. */
import * as Comlink from 'comlink'
import { review } from './rewrite'
import type { Policy } from './types'

const policy: Policy = {
  async screenTexts(texts, use, language) {
    return review(texts, use, language)
  },
  // A text is screened in milliseconds.
  cancel: () => undefined,
}

Comlink.expose(policy)
