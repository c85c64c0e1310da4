import { describe, expect, it } from 'vitest'
import { readScript } from './script.ts'

describe('readScript', () => {
  it('makes a shot of every line, with its length and how it begins', () => {
    expect(readScript('a red ball bounces (4 s)\n\n  + it rolls on\n# a note\n…and stops [3 detik]\n', 2)).toEqual([
      { prompt: 'a red ball bounces', seconds: 4, join: 'cut' },
      { prompt: 'it rolls on', seconds: 2, join: 'continues' },
      { prompt: 'and stops', seconds: 3, join: 'continues' },
    ])
  })

  it('takes numbers and bullets in front for no words of the shot', () => {
    expect(readScript('1. rain\r\n2) snow\r\nShot 3: fire\r\n- waves\r\n• + wind\r\n10 balls fall', 2).map(({ prompt, join }) => [prompt, join])).toEqual([
      ['rain', 'cut'],
      ['snow', 'cut'],
      ['fire', 'cut'],
      ['waves', 'cut'],
      ['wind', 'continues'],
      ['10 balls fall', 'cut'],
    ])
  })

  it('keeps lengths within what can be made', () => {
    expect(readScript('a (1 s)\nb (99 s)\n+ c (99 s)', 2).map(({ seconds }) => seconds)).toEqual([2, 20, 18])
  })

  it('makes no more than a storyboard holds, and none of nothing', () => {
    expect(readScript('x\n'.repeat(100), 2)).toHaveLength(64)
    expect(readScript('(4 s)\n+\n \n#', 2)).toEqual([])
  })
})
