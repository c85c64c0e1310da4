/** A prompt as the model reads it: bytes (models/PACKS.md). */
import { PromptTooLongError } from './errors'

/** Far beyond what any pack reads; a text this long was pasted by accident. */
const maxCharacters = 10_000

/**
 * Lower-cased, white space collapsed, UTF-8, cut to `maxBytes` at a character's boundary, zero-padded. The page shows a
 * counter up to `PackInfo.maxTextBytes`; what lies beyond it is not read.
 * @returns `[maxBytes]` int32, one byte an element
 * @throws PromptTooLongError over 10,000 characters
 */
export function encodePrompt(prompt: string, maxBytes: number): Int32Array<ArrayBuffer> {
  if (prompt.length > maxCharacters) {
    throw new PromptTooLongError(
      `This text has ${prompt.length.toLocaleString('en')} characters; Kinora takes at most ${maxCharacters.toLocaleString('en')} and reads about the first ${maxBytes}. Shorten it to what should be seen and heard.`,
    )
  }
  const utf8 = new TextEncoder().encode(prompt.toLowerCase().replace(/\s+/gu, ' ').trim())
  let end = Math.min(utf8.length, maxBytes)
  // Continuation bytes are 10xxxxxx: step back until the cut falls before a character.
  while (end < utf8.length && end > 0 && (utf8[end]! & 0xc0) === 0x80) end--
  const ids = new Int32Array(maxBytes)
  ids.set(utf8.subarray(0, end))
  return ids
}
