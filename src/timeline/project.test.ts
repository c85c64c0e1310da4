import { describe, expect, it } from 'vitest'
import type { MediaRef } from '../../workers/generate/types.ts'
import type { ProjectPart } from '../../workers/media/types.ts'
import { newBoard, newShot, type Board } from '../prompt/storyboard/board.ts'
import { fromParts, ProjectError, refsOf, toParts, withRefs, type Project } from './project.ts'
import { clip, film, media } from './testFilm.ts'

const board: Board = {
  ...newBoard('board', 'board', 1, 5),
  shots: [newShot('a', { prompt: 'a ball' }), newShot('b', { prompt: 'it rolls', join: 'continues' })],
  takes: [
    { id: 'm-a', shot: 'a', made: 1, recipe: 'r', seed: 1, parent: null, start: 0, frames: 32, fps: 16, thumbnail: 'data:,' },
    { id: 'm-b', shot: 'b', made: 2, recipe: 'r', seed: 2, parent: 'm-a', start: 32, frames: 32, fps: 16, thumbnail: 'data:,' },
  ],
  picks: { a: 'm-a' },
  film: { id: 'film', placed: [{ shot: 'a', take: 'm-a', start: 0, frames: 24 }] },
}
const project: Project = { film: film('film', [clip('a', { frames: 24 }), clip('b')]), marked: { from: 4, to: 20 }, board, media: [media('m-a'), media('m-b')], files: [] }

const ref: MediaRef = { id: 'there', name: 'holiday.mp4', kind: 'film', sha256: 'ab' }
const brought = { ...media('m-a'), request: { ...media('m-a').request, from: { how: 'remix' as const, prompt: 'holiday.mp4', seed: 0, media: ref, end: ref } } }
const withFile: Project = { ...project, media: [brought, media('m-b')], files: [{ ref, crop: { across: 0, down: 0.5 }, file: new Blob(['a film']) }] }

/** As it comes out of a file: nothing is shared with what went in. */
const copy = (parts: ProjectPart[]) => parts.map(({ name, bytes }) => ({ name, bytes: bytes instanceof Blob ? bytes : bytes.slice() }))
const same = (id: string) => id
const counter = () => {
  let n = 0
  return () => `new-${n++}`
}
const described = (change: (description: Record<string, unknown>) => Record<string, unknown>): ProjectPart[] => {
  const [first, ...rest] = toParts(project)
  const description = change(JSON.parse(new TextDecoder().decode(first!.bytes as Uint8Array)) as Record<string, unknown>)
  return [{ name: first!.name, bytes: new TextEncoder().encode(JSON.stringify(description)) }, ...rest]
}

describe('a project', () => {
  it('comes back whole, under ids of its own, with everything still pointing where it did', () => {
    const back = fromParts(copy(toParts(project)), counter())
    const ids = back.media.map(({ id }) => id)
    expect(new Set([...ids, back.film!.id, back.board!.id]).size).toBe(4)
    expect([...ids, back.film!.id, back.board!.id].every((id) => id.startsWith('new-'))).toBe(true)
    expect(back.film!.clips.map(({ id, media }) => [id, media])).toEqual([['a', ids[0]], ['b', ids[1]]])
    expect(back.board).toMatchObject({
      takes: [{ id: ids[0], parent: null }, { id: ids[1], parent: ids[0] }],
      picks: { a: ids[0] },
      film: { id: back.film!.id, placed: [{ shot: 'a', take: ids[0] }] },
    })
    expect(back.media).toEqual(project.media.map((item, i) => Object.assign(structuredClone(item), { id: ids[i] })))
    expect(back.marked).toEqual(project.marked)
    expect({ ...back.film!, id: 'film', clips: [] }).toEqual({ ...project.film!, clips: [] })
  })

  it('may be a film alone, or a storyboard alone', () => {
    expect(fromParts(toParts({ ...project, board: null }), counter()).board).toBeNull()
    expect(fromParts(toParts({ ...project, film: null }), counter()).board!.film).toBeNull()
    expect(() => fromParts(toParts({ film: null, marked: null, board: null, media: [], files: [] }))).toThrow(ProjectError)
  })

  it('brings the files that its clips were made from, once each, for the ids they get where it is opened', async () => {
    expect(refsOf(withFile.media)).toEqual([ref])
    const { media, files } = fromParts(copy(toParts(withFile)), counter())
    expect(files).toEqual([{ ref, crop: { across: 0, down: 0.5 }, file: expect.any(Blob) as Blob }])
    expect(await files[0]!.file.text()).toBe('a film')
    const here = { ...ref, id: 'here' }
    const [made, other] = withRefs(media, new Map([['there', here]]))
    expect([made?.request.from?.media, made?.request.from?.end]).toEqual([here, here])
    expect(other).toEqual(media[1])
    expect(withRefs(media, new Map())).toEqual(media)
  })

  it('opens in an earlier Kinora as long as it brings no files', () => {
    const version = (project: Project) => JSON.parse(new TextDecoder().decode(toParts(project)[0]!.bytes as Uint8Array)) as { version: number }
    expect([version(project).version, version(withFile).version]).toEqual([1, 2])
  })

  it('opens with a film that an earlier Kinora kept', () => {
    const old = described((description) => {
      const { film: stored } = description as { film: { clips: Record<string, unknown>[] } }
      return { ...description, film: { ...stored, version: 1, clips: stored.clips.map((clip) => Object.fromEntries(Object.entries(clip).filter(([key]) => key !== 'dissolve'))) } }
    })
    expect(fromParts(old, counter()).film!.clips.map(({ dissolve }) => dissolve)).toEqual([0, 0])
    expect(fromParts(described((d) => ({ ...d, marked: undefined })), counter()).marked).toBeNull()
  })

  it.each<[string, ProjectPart[], RegExp]>([
    ['without its description', toParts(project).slice(1), /no project/],
    ['whose description is no JSON', [{ name: 'project.json', bytes: new Uint8Array([0xff, 0x7b]) }], /no project/],
    ['without a clip’s sound', toParts(project).filter(({ name }) => name !== 'media/1/pcm'), /damaged/],
    ['with half a number', toParts(project).map(({ name, bytes }) => ({ name, bytes: name === 'media/0/video' ? bytes.slice(0, 3) : bytes })), /damaged/],
    ['without a file that it names', toParts(withFile).filter(({ name }) => name !== 'files/0'), /damaged/],
    ['whose film has a clip that is not there', described((d) => ({ ...d, media: [] })), /damaged/],
    ['whose film is none', described((d) => ({ ...d, film: { version: 2 } })), /damaged/],
    ['of a later Kinora', described((d) => ({ ...d, version: 3 })), /later/],
    ['with a film of a later Kinora', described((d) => ({ ...d, film: { ...(d['film'] as object), version: 99 } })), /later/],
  ])('%s is refused, and says why', (_, parts, sentence) => {
    expect(() => fromParts(parts, () => same('x'))).toThrow(ProjectError)
    expect(() => fromParts(parts, () => same('x'))).toThrow(sentence)
  })
})
