import { describe, expect, it } from 'vitest'
import { MAX_FILMS, escapeBraces, expand } from './variations.ts'

describe('expand', () => {
  it('gives a sentence without braces back as it is', () => {
    expect(expand('a red | blue  ball')).toEqual({ prompts: ['a red | blue  ball'], count: 1 })
    expect(expand('')).toEqual({ prompts: [''], count: 1 })
  })

  it('combines every choice with every other, the last one changing fastest', () => {
    expect(expand('{red|blue|green} ball on {wood|ice}').prompts).toEqual([
      'red ball on wood', 'red ball on ice', 'blue ball on wood', 'blue ball on ice', 'green ball on wood', 'green ball on ice',
    ])
  })

  it('leaves no gap for an empty choice, and makes no sentence twice', () => {
    expect(expand('a { red | } ball {|bounces}').prompts).toEqual(['a red ball', 'a red ball bounces', 'a ball', 'a ball bounces'])
    expect(expand('{red|red|blue}')).toEqual({ prompts: ['red', 'blue'], count: 2 })
    expect(expand('{red} ball').prompts).toEqual(['red ball'])
  })

  it('takes escaped characters as themselves', () => {
    expect(expand(String.raw`\{red\|blue\} {a\|b|c\}} \\ \n`).prompts).toEqual([String.raw`{red|blue} a|b \ \n`, String.raw`{red|blue} c} \ \n`])
  })

  it.each(['a {red ball', 'a red} ball', '{a|b} {c', 'x}{'])('finds the brace without a partner in %s', (prompt) => {
    expect(expand(prompt)).toEqual({ prompts: [prompt], problem: 'open', count: 1 })
  })

  it('takes no braces within braces', () => expect(expand('{a|{b|c}}')).toMatchObject({ problem: 'nested' }))

  it('stops before there are too many, however many there would be', () => {
    expect(expand('{1|2|3|4|5|6|7|8}{1|2|3|4|5|6|7|8}')).toMatchObject({ count: MAX_FILMS })
    expect(expand('{1|2|3|4|5}'.repeat(3))).toEqual({ prompts: ['{1|2|3|4|5}'.repeat(3)], problem: 'many', count: 125 })
    expect(expand('{1|2}'.repeat(2000)).problem).toBe('many')
  })
})

describe('escapeBraces', () => {
  it('makes any text stand for itself', () => {
    for (const text of ['a {red|blue} ball', String.raw`C:\{x}\\`, 'a|b', '}{', '\\']) expect(expand(escapeBraces(text)).prompts).toEqual([text])
  })
})
