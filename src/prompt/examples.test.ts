import { describe, expect, it } from 'vitest'
import { examplesFor } from './examples.ts'
import { promptBytes } from './text.ts'

const ALL = ['balls', 'basketball', 'water', 'thunder', 'footsteps', 'fireworks']

describe('examplesFor', () => {
  it('offers only what the pack learned', () => {
    const families = examplesFor(['water', 'thunder'], 8).map((example) => example.family)
    expect(new Set(families)).toEqual(new Set(['water', 'thunder']))
    expect(examplesFor([], 8)).toEqual([])
    expect(examplesFor(['dragons'], 8)).toEqual([])
  })

  it('shows every family before any a second time', () => {
    expect(examplesFor(ALL, 6).map((example) => example.family)).toEqual(ALL)
  })

  it('fits the sentence limit of the smallest pack', () => {
    for (const example of examplesFor(ALL, 99)) expect(promptBytes(example.prompt())).toBeLessThanOrEqual(96)
  })
})
