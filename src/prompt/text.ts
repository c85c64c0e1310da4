/**
 * How much of a sentence the model reads. The rule is the pack's (models/PACKS.md, "Text"): UTF-8, lower-cased,
 * white space collapsed, cut at a byte limit; the counter must agree with it.
 */
const encoder = new TextEncoder()

/** Bytes of UTF-8 that `prompt` takes in the model's input. */
export function promptBytes(prompt: string): number {
  return encoder.encode(prompt.toLowerCase().replace(/\s+/g, ' ').trim()).length
}

/** "…", “…”, „…”, «…»: words to be read, not to be drawn as things. */
export const quoted = /["“„«]([^"“”„«»]+)["”“»]/g

/** The same length, with blanks for what is quoted; as it is where nothing else is said. */
export function withoutQuotes(prompt: string): string {
  const rest = prompt.replace(quoted, (words) => `,${' '.repeat(words.length - 1)}`)
  return /[\p{L}\p{N}]/u.test(rest) ? rest : prompt
}

/** What of a prompt the model is asked to draw: all but what is quoted, or all of it where nothing else is said. */
export function drawnPart(prompt: string): string {
  const rest = withoutQuotes(prompt)
  return rest === prompt ? prompt : rest.replace(/\s*,[\s,]*/g, ', ').replace(/^[\s,]+|[\s,]+$/g, '')
}
