import { describe, expect, it } from 'vitest'
import { examplesFor } from './examples.ts'
import { promptBytes } from './text.ts'

const ALL = ['balls', 'basketball', 'water', 'thunder', 'footsteps', 'fireworks', 'pendulum', 'chimes', 'cars', 'campfire', 'waves']
const LATER = ['flag', 'dress', 'explosion', 'pair', 'talk']

describe('examplesFor', () => {
  it('offers only what the pack learned', () => {
    const families = examplesFor(['water', 'thunder'], 8).map((example) => example.family)
    expect(new Set(families)).toEqual(new Set(['water', 'thunder']))
    expect(examplesFor([], 8)).toEqual([])
    expect(examplesFor(['dragons'], 8)).toEqual([])
  })

  it('shows every family before any a second time', () => {
    expect(examplesFor(ALL, ALL.length).map((example) => example.family).toSorted()).toEqual(ALL.toSorted())
  })

  it('shows the most striking first, whatever the order of the pack', () => {
    const few = examplesFor(ALL, 6)
    expect(few.map((example) => example.family)).toEqual(['balls', 'fireworks', 'pendulum', 'chimes', 'cars', 'campfire'])
    expect(examplesFor(ALL.toReversed(), 6)).toEqual(few)
  })

  it('has two for every newer scene', () => {
    for (const family of LATER) expect(examplesFor([family], 9)).toHaveLength(2)
    expect(examplesFor([...ALL, ...LATER], 4).map((example) => example.family)).toEqual(['balls', 'talk', 'fireworks', 'pair'])
  })

  it('fits the sentence limit of the smallest pack', () => {
    for (const example of examplesFor([...ALL, ...LATER], 99)) expect(promptBytes(example.prompt())).toBeLessThanOrEqual(96)
  })
})
