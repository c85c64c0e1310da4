import { describe, expect, it } from 'vitest'
import { PromptTooLongError } from './errors'
import { encodePrompt } from './text'

const decode = (ids: Int32Array) => new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(ids).filter((byte) => byte > 0))

describe('encodePrompt', () => {
  it('lower-cases, collapses white space and pads with zeros', () => {
    expect([...encodePrompt('  A Red\n\tball ', 12)]).toEqual([97, 32, 114, 101, 100, 32, 98, 97, 108, 108, 0, 0])
  })

  it('is all zeros for the empty prompt', () => {
    expect(encodePrompt(' ', 8).every((id) => id === 0)).toBe(true)
  })

  it.each([
    ['é', 'abcdé', 5, 'abcd'],
    ['é', 'abcdé', 6, 'abcdé'],
    ['a kanji', 'ab水', 4, 'ab'],
    ['an emoji', 'a🎬b', 4, 'a'],
    ['an emoji', 'a🎬b', 5, 'a🎬'],
  ])('cuts before %s that does not fit (%s to %i bytes)', (_, prompt, bytes, read) => {
    expect(decode(encodePrompt(prompt, bytes))).toBe(read)
  })

  it('refuses more than 10,000 characters', () => {
    expect(() => encodePrompt('a'.repeat(10_001), 192)).toThrow(PromptTooLongError)
    expect(encodePrompt('a'.repeat(10_000), 192)).toHaveLength(192)
  })
})
