/** What may not be filmed or named, and what is offered instead: asked of the policy worker before anything else is begun. */
import type { Policy, Refusal, TextUse } from '../../workers/policy/types.ts'
import { locale } from '../i18n/locale.svelte.ts'
import type { Bridge } from '../lib/bridge.ts'
import { ruleSentence } from './rules.ts'

/** A text may not be used; `message` tells the rule, as a worker's does. */
export class RefusedError extends Error {
  override readonly name = 'PolicyError'
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(`${ruleSentence(refusal.rule)} (rule: ${refusal.rule})`)
    this.refusal = refusal
  }
}

export class Screen {
  readonly #policy: Bridge<Policy>

  constructor(policy: Bridge<Policy>) {
    this.#policy = policy
  }

  /**
   * What of the texts is refused first; null when all may pass. The workers that make something of a text ask again by themselves: this is for a
   * page that wants to know at once, and to offer another sentence.
   */
  review(texts: readonly string[], use: TextUse = 'scene'): Promise<Refusal | null> {
    const language = locale()
    return this.#policy.run((policy) => policy.screenTexts(texts, use, language))
  }

  /** @throws RefusedError for the first text that is refused */
  async insist(texts: readonly string[], use: TextUse = 'scene'): Promise<void> {
    const refusal = await this.review(texts, use)
    if (refusal) throw new RefusedError(refusal)
  }
}
