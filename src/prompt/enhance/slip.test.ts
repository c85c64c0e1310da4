import { describe, expect, it } from 'vitest'
import { isSlip } from './slip.ts'

describe('isSlip', () => {
  it.each([
    ['rubbr', 'rubber', 'a letter dropped'],
    ['rubbber', 'rubber', 'a letter doubled'],
    ['wodoen', 'wooden', 'two swapped'],
    ['woofen', 'wooden', 'a wrong one'],
    ['bunces', 'bounces', 'a letter dropped'],
    ['mearh', 'merah', 'two swapped in five letters'],
  ])('takes %s for %s: %s', (typed, word) => expect(isSlip(typed, word)).toBe(true))

  it.each([
    ['store', 'stone', 'five letters, another word'],
    ['gras', 'grass', 'too short'],
    ['bleu', 'blue', 'too short'],
    ['rubber', 'rubber', 'no slip at all'],
    ['rubbish', 'rubber', 'three letters away'],
    ['wdoeon', 'wooden', 'two swaps'],
  ])('does not take %s for %s: %s', (typed, word) => expect(isSlip(typed, word)).toBe(false))
})
