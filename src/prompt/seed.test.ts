import { describe, expect, it } from 'vitest'
import { SEED_MAX, parseSeed, rollSeed } from './seed.ts'

describe('parseSeed', () => {
  it('takes every uint32', () => {
    expect(parseSeed('0')).toBe(0)
    expect(parseSeed(' 42 ')).toBe(42)
    expect(parseSeed('4294967295')).toBe(SEED_MAX)
  })

  it('takes nothing else', () => {
    for (const text of ['', ' ', '-1', '1.5', '1e3', '0x10', '4294967296', 'seven']) expect(parseSeed(text)).toBeNull()
  })
})

describe('rollSeed', () => {
  it('gives whole numbers in range, and not always the same', () => {
    const rolls = Array.from({ length: 50 }, rollSeed)
    for (const seed of rolls) expect(parseSeed(String(seed))).toBe(seed)
    expect(new Set(rolls).size).toBeGreaterThan(25)
  })
})
