import { beforeAll, describe, expect, it } from 'vitest'
import type { PackInfo } from '../../workers/generate/types.ts'
import { Draft } from './draft.svelte.ts'
import { loadRules, rules } from './rules.svelte.ts'

const pack: PackInfo = {
  name: 'p',
  version: '1',
  licence: '',
  description: '',
  width: 256,
  height: 256,
  fps: 16,
  sampleRate: 16000,
  windowSeconds: 2,
  maxTextBytes: 192,
  families: ['balls', 'water', 'thunder'],
  sampler: { steps: 12, minSteps: 2, maxSteps: 48 },
}

function draftOf(prompt: string): Draft {
  const draft = new Draft()
  draft.setPack(pack)
  draft.prompt = prompt
  return draft
}

it('has no details before the rules are here, and has them then', async () => {
  const draft = draftOf('a red ball')
  expect(rules()).toBeNull()
  expect(draft.enhancement).toBeNull()
  expect(draft.caption).toBe('a red ball')
  await loadRules()
  expect(draft.enhancement?.family).toBe('balls')
  expect(draft.take()).toMatchObject({ written: 'a red ball', prompt: draft.caption })
})

describe('Draft', () => {
  beforeAll(loadRules)

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
    draft.restore({ prompt: 'a ball', negative: '', seed: 1, seconds: 90, steps: 500 })
    expect(draft.take()).toMatchObject({ seconds: 60, steps: 48 })
  })

  it('tells how many bytes of a long sentence are not read', () => {
    const draft = new Draft()
    draft.prompt = 'a'.repeat(200)
    expect(draft.extraBytes).toBe(8)
  })
})

describe('the details of a draft', () => {
  it('are what the model is given, with what the person wrote beside it', () => {
    const draft = draftOf(' a red ball ')
    const { prompt, written } = draft.take()
    expect(written).toBe('a red ball')
    expect(prompt).toBe(draft.caption)
    expect(prompt).toMatch(/^(?=.*\bred\b)(?=.*\bball\b).*camera$/)
    expect(draft.take().prompt).toBe(prompt)
  })

  it('are left out when switched off, and before a pack tells what it knows', () => {
    const draft = draftOf('a red ball')
    draft.addsDetails = false
    expect(draft.take()).toMatchObject({ prompt: 'a red ball' })
    expect(draft.take()).not.toHaveProperty('written')
    const early = new Draft()
    early.prompt = 'a red ball'
    expect([early.take().prompt, early.showsCaption]).toEqual(['a red ball', false])
  })

  it('can be changed, until the prompt changes', () => {
    const draft = draftOf('a red ball')
    const own = draft.caption
    draft.rewrite('a red glass ball on ice')
    expect(draft.isRewritten).toBe(true)
    expect(draft.take()).toMatchObject({ prompt: 'a red glass ball on ice', written: 'a red ball' })
    draft.prompt = 'a blue ball'
    expect(draft.isRewritten).toBe(false)
    expect(draft.take().prompt).toMatch(/(blue|azure|navy)/)
    draft.prompt = 'a red ball'
    draft.forgetRewriting()
    expect(draft.caption).toBe(own)
  })

  it('come back with a film: the person’s words in the box, the caption as it was', () => {
    const request = { prompt: 'a red metal ball bounces on ice at night', written: 'a {red} ball', negative: '', seed: 5, seconds: 2, steps: 12 }
    const draft = draftOf('something else')
    draft.addsDetails = false
    draft.restore(request)
    expect(draft.take()).toEqual(request)
    expect(draft.prompt).toBe(String.raw`a \{red\} ball`)
    expect(draft.caption).toBe(request.prompt)
  })

  it('are not added to a film that was made without', () => {
    const request = { prompt: 'a red ball', negative: '', seed: 5, seconds: 2, steps: 12 }
    const draft = draftOf('')
    draft.restore(request)
    expect(draft.take()).toEqual(request)
    expect(draft.addsDetails).toBe(true)
  })
})

describe('the variations of a draft', () => {
  it('are every sentence with every seed, and differ in nothing else', () => {
    const draft = draftOf('{red|blue} ball')
    draft.takes = 3
    draft.typeSeed('4294967294')
    const requests = draft.takeAll()
    expect(draft.filmCount).toBe(6)
    expect(requests.map(({ written, seed }) => [written, seed])).toEqual(
      ['red ball', 'blue ball'].flatMap((written) => [4294967294, 4294967295, 0].map((seed) => [written, seed])),
    )
    const details = requests.map(({ prompt }) => prompt.replace(/\b(an?|red|crimson|scarlet|blue|azure|navy) /g, ''))
    expect(new Set(details).size).toBe(1)
  })

  it('are counted together with the seeds', () => {
    const draft = draftOf('{1|2|3|4|5|6|7|8} balls')
    draft.takes = 8
    expect([draft.filmCount, draft.tooMany]).toEqual([64, false])
    draft.takes = 9
    expect(draft.tooMany).toBe(true)
  })
})
