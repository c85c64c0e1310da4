import { describe, expect, it } from 'vitest'
import { Draft } from './draft.svelte.ts'

describe('Draft', () => {
  it('takes a new seed for each film unless the seed is kept', () => {
    const draft = new Draft()
    const seeds = new Set(Array.from({ length: 20 }, () => draft.take().seed))
    expect(seeds.size).toBeGreaterThan(10)
    draft.keepSeed = true
    expect(draft.take().seed).toBe(draft.take().seed)
  })

  it('keeps a seed that was typed, and replaces one that is none', () => {
    const draft = new Draft()
    draft.typeSeed('1234')
    expect(draft.take().seed).toBe(1234)
    draft.typeSeed('no number')
    expect(draft.seedIsValid).toBe(false)
    expect(draft.take().seed).toBe(Number(draft.seedText))
  })

  it('makes the same request again after a recipe is restored', () => {
    const request = { prompt: 'rain over the sea', negative: 'birds', seed: 77, seconds: 4, steps: 20 }
    const draft = new Draft()
    draft.restore(request)
    expect(draft.take()).toEqual(request)
  })

  it('stays within what the pack can do', () => {
    const draft = new Draft()
    draft.restore({ prompt: 'a ball', negative: '', seed: 1, seconds: 60, steps: 500 })
    expect(draft.take()).toMatchObject({ seconds: 20, steps: 48 })
  })

  it('tells how many bytes of a long sentence are not read', () => {
    const draft = new Draft()
    draft.prompt = 'a'.repeat(200)
    expect(draft.extraBytes).toBe(8)
  })
})
