/** Prompts that no one should write and someone will: nothing hangs, nothing is thrown, and what comes out can be shown, sent and saved. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileName } from '../export/filename.ts'
import { enhance } from './enhance/enhance.ts'
import { expand } from './variations.ts'

const families = ['balls', 'water', 'thunder', 'footsteps', 'fireworks', 'basketball', 'pendulum', 'chimes', 'cars', 'campfire', 'waves']
const named: Record<string, string> = {
  '10,000 letters': 'a'.repeat(10_000),
  '10,000 words': 'ball '.repeat(2000),
  '10,000 braces': '{'.repeat(10_000),
  '5,000 choices': `{${'a|'.repeat(2500)}}`,
  'nested braces': '{a|'.repeat(300) + '}'.repeat(300),
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(200),
  'right to left': 'كرة حمراء تقفز ‮drawkcab‬ כדור',
  'control characters': Array.from({ length: 32 }, (_, i) => String.fromCharCode(i)).join('ball'),
  'half a character': 'ball \ud83d and \udd34',
  'letters of two units': `x${'𝒜'.repeat(100)}`,
  'combining marks': `b${'\u0301'.repeat(5000)}all`,
  'zero width': 'b\u200ba\u200dl\ufeffl'.repeat(500),
  html: '<img src=x onerror=alert(1)><script>alert(1)</script>',
}

function check(prompt: string): void {
  const { caption } = enhance(prompt, { families, seed: 7, maxBytes: 192, language: 'en' })
  expect(typeof caption).toBe('string')
  expect(expand(prompt).prompts.length).toBeGreaterThan(0)
  const name = fileName(prompt, 7)
  // eslint-disable-next-line no-control-regex
  expect(name).not.toMatch(/[\\/:*?"<>|\u0000-\u001f]/)
  expect(name.length).toBeLessThan(200)
  expect(name, 'no half of a character').not.toMatch(/\p{Surrogate}/u)
}

describe('hostile prompts', () => {
  it.each(Object.keys(named))('%s', (name) => check(named[name] ?? ''))

  it('300 at random, of all of Unicode', () => {
    fc.assert(fc.property(fc.string({ unit: fc.oneof(fc.constantFrom('{', '|', '}', ' ', '"', '\u202e', 'ball'), fc.constant('🔴'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })), maxLength: 400 }), check), {
      numRuns: 300,
      seed: 20261126,
    })
  })
})
