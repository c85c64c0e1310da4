import { describe, expect, it } from 'vitest'
import type { FilmTags } from '../../workers/media/types.ts'
import { factsOf } from './facts.ts'

const tags: FilmTags = {
  prompt: 'a secret sentence', written: 'secret', negative: 'secret rain', seed: 7, steps: 12, seconds: 2, pack: 'kinora-s', packVersion: '1.1.0', backend: 'wasm',
  from: { how: 'remix', prompt: 'the parent’s secret', seed: 3, keep: 'sound' },
}
const shots = [{ prompt: 'secret a', seed: 1, film: 'aa', startFrame: 0, frames: 20 }, { prompt: 'secret b', seed: 2, film: 'bb', startFrame: 20, frames: 12 }]
const silent = { signPrompt: false, allowTraining: false }
const film = { tags, frameCount: 32, mark: 0xcafe1234 }

describe('factsOf', () => {
  it('says no word of what was written, unless the person agreed', () => {
    for (const said of [tags, { ...tags, shots, title: 'secret title' }]) expect(JSON.stringify(factsOf({ ...film, tags: said }, silent))).not.toContain('secret')
    const agreed = factsOf(film, { ...silent, signPrompt: true })
    expect(agreed).toMatchObject({ prompt: 'a secret sentence', negative: 'secret rain', parent: { prompt: 'the parent’s secret' } })
  })

  it('names the parent by its digest and what was kept of it', () => {
    const digested = { ...film, tags: { ...tags, film: 'aa' } }
    expect(factsOf(digested, silent, undefined, 'bb')).toMatchObject({ film: 'aa', parent: { how: 'remix', seed: 3, keep: 'sound', film: 'bb' } })
    expect(factsOf(digested, silent).parent).not.toHaveProperty('film')
  })

  it('lists the shots of a film of several, which has no parent of its own', () => {
    const facts = factsOf({ ...film, tags: { ...tags, shots } }, silent)
    expect(facts.shots).toEqual([{ seed: 1, film: 'aa', startFrame: 0, frames: 20 }, { seed: 2, film: 'bb', startFrame: 20, frames: 12 }])
    expect(facts).not.toHaveProperty('parent')
  })

  it('says which part of the film is in the file, and of the shots only those that are', () => {
    expect(factsOf({ ...film, tags: { ...tags, shots } }, silent, { from: 24, to: 30 })).toMatchObject({
      part: { from: 24, to: 30 },
      shots: [{ seed: 2, startFrame: 0, frames: 6 }],
    })
    expect(factsOf(film, silent, { from: 0, to: 32 })).not.toHaveProperty('part')
  })

  it('names the file from elsewhere that a film is, or began from, by its hash', () => {
    const media = { id: 'x', name: 'secret.mp4', kind: 'film' as const, sha256: 'ee' }
    const from = { how: 'remix' as const, prompt: 'secret.mp4', seed: 0, keep: 'picture' as const, media }
    expect(factsOf({ ...film, tags: { ...tags, from } }, silent).parent).toEqual({ how: 'remix', seed: 0, keep: 'picture', file: 'ee' })
    const placed = { ...shots[0]!, from: { how: 'import' as const, prompt: 'secret.mp4', seed: 0, media } }
    const facts = factsOf({ ...film, tags: { ...tags, shots: [placed, shots[1]!] } }, silent)
    expect(facts.shots?.map(({ film, file }) => [film, file])).toEqual([[undefined, 'ee'], ['bb', undefined]])
    expect(JSON.stringify(facts)).not.toContain('secret')
  })

  it('forbids training unless it is allowed', () => {
    expect(factsOf(film, silent).training).toBe('notAllowed')
    expect(factsOf(film, { ...silent, allowTraining: true }).training).toBe('allowed')
  })
})
