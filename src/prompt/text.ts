/**
 * How much of a sentence the model reads. The rule is the pack's (models/PACKS.md, "Text"): UTF-8, lower-cased,
 * white space collapsed, cut at a byte limit; the counter must agree with it.
 */
const encoder = new TextEncoder()

/** Bytes of UTF-8 that `prompt` takes in the model's input. */
export function promptBytes(prompt: string): number {
  return encoder.encode(prompt.toLowerCase().replace(/\s+/g, ' ').trim()).length
}
