/** What a page asks of the screen and what it gets back. */

/** The gravest first: of several broken rules, the first is named. */
export const policyRules = ['sexual-minors', 'self-harm', 'hate', 'sexual', 'graphic-violence', 'public-figure', 'private-person'] as const
export type PolicyRule = (typeof policyRules)[number]

export const languages = ['en', 'id'] as const
export type Language = (typeof languages)[number]

/**
 * What a text is for. A scene is filmed; a title only names a film or a file, which may well be called after the person it was made for, so
 * that private persons may be named in it.
 */
export type TextUse = 'scene' | 'title'

export interface Refusal {
  rule: PolicyRule
  use: TextUse
  /** The text that is refused, as it came. */
  text: string
  /** The words of it that break the rule, as they were written. */
  found: string
  /** A sentence that passes, in the language of the text; null after a hard stop. */
  rewrite: string | null
}

/** One picture: width · height · 4, sRGB. */
export interface Picture {
  width: number
  height: number
  rgba: Uint8ClampedArray<ArrayBuffer>
}

/** What the picture check refuses. */
export interface PictureRefusal {
  rule: PolicyRule
  /** Of the first picture that breaks it. */
  index: number
}

/** The Comlink interface of workers/policy/index.ts. */
export interface Policy {
  /** What of the texts is refused first; null when all may pass. A rewrite is in the text's own language, or in this one where the text does not tell. */
  screenTexts(texts: readonly string[], use: TextUse, language: Language): Promise<Refusal | null>
  /**
   * What of pictures in the order in which they are seen is refused first; null when all may pass.
   * @throws PictureCheckError when the network cannot be loaded, CancelledError
   */
  screenPictures(pictures: readonly Picture[]): Promise<PictureRefusal | null>
  cancel(): void
}
