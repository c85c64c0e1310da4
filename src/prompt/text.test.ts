import { describe, expect, it } from 'vitest'
import { promptBytes } from './text.ts'

describe('promptBytes', () => {
  it('counts bytes, not characters', () => {
    expect(promptBytes('bola')).toBe(4)
    expect(promptBytes('é')).toBe(2)
    expect(promptBytes('雨')).toBe(3)
    expect(promptBytes('🎆')).toBe(4)
  })

  it('counts white space as the model sees it: collapsed and trimmed', () => {
    expect(promptBytes('  a\n\n red\tball ')).toBe('a red ball'.length)
  })

  it('counts letters after lower-casing, which can change their length', () => {
    expect(promptBytes('İ')).toBe(new TextEncoder().encode('i̇').length)
  })
})
