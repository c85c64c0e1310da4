import { describe, expect, it } from 'vitest'
import type { FilmTags } from '../../workers/media/types.ts'
import { newBoard, newShot } from '../prompt/storyboard/board.ts'
import { newFilm } from '../timeline/film.ts'
import type { Project } from '../timeline/project.ts'
import { sayable, sayablePlan, sayableProject, type Review } from './sayable.ts'

/** A scene may not name Ada, and nothing may say "grim". */
const review: Review = async (texts, use) => texts.find((text) => text.includes('grim') || (use === 'scene' && text.includes('Ada'))) ?? null

const tags: FilmTags = { prompt: 'a red ball', negative: 'grim', seed: 7, steps: 4, seconds: 2, pack: 'p', packVersion: '1', backend: 'wasm' }

describe('what a file says of a kept film', () => {
  it('is what was said, where the rules have nothing against it', async () => {
    expect(await sayable(tags, review)).toBe(tags)
    const dedicated = { ...tags, title: 'for Ada' }
    expect(await sayable(dedicated, review)).toBe(dedicated)
  })

  it('leaves out the words that newer rules refuse, and them alone', async () => {
    expect(await sayable({ ...tags, prompt: 'a grim scene, with many details', written: 'a grim scene' }, review)).toEqual({ ...tags, prompt: '' })
    expect(await sayable({ ...tags, prompt: 'Ada walks in snow', written: 'she walks' }, review)).toEqual({ ...tags, prompt: '', written: 'she walks' })
    expect(await sayable({ ...tags, title: 'grim', from: { how: 'extend', prompt: 'grim', seed: 1 } }, review)).toEqual({ ...tags, from: { how: 'extend', prompt: '', seed: 1 } })
  })

  it('keeps the shots and what was said live, each with the words it may have', async () => {
    const shot = { seed: 1, startFrame: 0, frames: 16 }
    const cue = { chunk: 0, second: 0, negative: '' }
    expect(await sayable({ ...tags, shots: [{ ...shot, prompt: 'rain' }, { ...shot, prompt: 'Ada' }], live: [{ ...cue, prompt: 'grim' }] }, review)).toEqual({
      ...tags,
      shots: [{ ...shot, prompt: 'rain' }, { ...shot, prompt: '' }],
      live: [{ ...cue, prompt: '' }],
    })
  })

  it('takes the name of a file from elsewhere for a name', async () => {
    const imported: FilmTags = { ...tags, prompt: 'Ada at the sea', from: { how: 'import', prompt: '', seed: 0 } as unknown as NonNullable<FilmTags['from']> }
    expect(await sayable(imported, review)).toBe(imported)
  })

  it('has no caption and no words in the picture that may not be shown', async () => {
    const plan = { captions: [{ start: 0, end: 1, text: 'hello' }, { start: 1, end: 2, text: 'grim' }] } as Parameters<typeof sayablePlan>[0]
    expect((await sayablePlan(plan, review)).captions).toEqual([{ start: 0, end: 1, text: 'hello' }])
    const word = { from: 0, to: 16, size: 0.1, lines: [] }
    expect(await sayablePlan({ words: [{ ...word, text: 'grim' }, { ...word, text: 'hello' }] }, review)).toEqual({ words: [{ ...word, text: 'hello' }] })
  })
})

describe('a project out of a file', () => {
  const media = (prompt: string) => [{ id: 'm', request: { prompt, negative: '', seed: 1, steps: 4, seconds: 2 } }] as unknown as Project['media']
  const board = { ...newBoard('b', 'shots', 0, 1), shots: [newShot('1', { prompt: 'rain' }), newShot('2', { prompt: 'grim', rewritten: { prompt: 'grim', caption: 'a long one' } })] }

  it('is the same where its words may be here', async () => {
    const project = { film: newFilm('f', 'for Ada', 0), marked: null, board: newBoard('b', 'shots', 0, 1), media: media('a ball'), files: [] }
    expect(await sayableProject(project, 'New film', review)).toBe(project)
  })

  it('comes whole, without the words that may not', async () => {
    const { film, board: shots, media: clips } = await sayableProject({ film: newFilm('f', 'grim', 0), marked: null, board, media: media('Ada walks'), files: [] }, 'New film', review)
    expect(film?.name).toBe('New film')
    expect(shots?.shots.map(({ prompt, rewritten }) => [prompt, rewritten])).toEqual([['rain', null], ['', null]])
    expect(clips.map(({ id, request }) => [id, request.prompt])).toEqual([['m', '']])
  })
})
