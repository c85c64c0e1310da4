import { describe, expect, it } from 'vitest'
import { filmFrames, layout } from '../../timeline/film.ts'
import { newShot, standings, withFollowers, type Join, type Take } from './board.ts'
import { clipOf, cutsOf, follow, placedOf } from './film.ts'

/** Shots of 2 s at 16 frames/s, with a take each; `id:parent` for one that goes on. */
function board(...shots: string[]) {
  const cards = shots.map((shot) => {
    const [id = '', parent] = shot.split(':')
    return newShot(id, { prompt: id, join: (parent ? 'continues' : 'cut') satisfies Join })
  })
  return { shots: cards, takes: shots.map((shot) => take(shot.split(':')[0]!, 1, shot.split(':')[1])), picks: {} }
}

function take(shot: string, n: number, parent?: string): Take {
  return { id: `${shot}${n}`, shot, made: n, recipe: shot, seed: n, parent: parent ?? null, start: parent ? 32 : 0, frames: 32, fps: 16, thumbnail: '' }
}

const ranges = (cuts: ReturnType<typeof cutsOf>) => cuts.map(({ take: { id }, start, frames }) => `${id} ${start}+${frames}`)

describe('cutsOf', () => {
  it('shows of every take the shot itself', () => {
    expect(ranges(cutsOf(board('a', 'b'), 2))).toEqual(['a1 0+32', 'b1 0+32'])
  })

  it('cuts earlier where one take goes on from another: both have the same there, and the film stays as long', () => {
    const cuts = cutsOf(board('a', 'b:a1', 'c:b1'), 2)
    expect(ranges(cuts)).toEqual(['a1 0+24', 'b1 24+32', 'c1 24+40'])
    expect(filmFrames(layout(cuts.map(clipOf)))).toBe(3 * 32)
  })

  it('cuts where the shot begins when the take before is another one by now', () => {
    const changed = board('a', 'b:a1')
    expect(ranges(cutsOf({ ...changed, takes: [...changed.takes, take('a', 2)] }, 2))).toEqual(['a2 0+32', 'b1 32+32'])
  })

  it('leaves out shots of which nothing was made', () => {
    const { shots, takes, picks } = board('a', 'b:a1', 'c')
    expect(ranges(cutsOf({ shots, takes: takes.filter(({ shot }) => shot !== 'b'), picks }, 2))).toEqual(['a1 0+32', 'c1 0+32'])
  })
})

describe('follow', () => {
  const before = cutsOf(board('a', 'b', 'c'), 2)
  const film = before.map(clipOf)
  const placed = before.map(placedOf)
  const media = (clips: readonly { media: string }[]) => clips.map((clip) => clip.media)

  it('replaces the clip of a shot made again, with its volume and fades, and touches no other', () => {
    const { shots, takes } = board('a', 'b', 'c')
    const mixed = film.map((clip) => (clip.id === 'b' ? { ...clip, volume: 0.5, fadeOut: 4, start: 8, frames: 10 } : clip))
    const next = follow(mixed, cutsOf({ shots, takes: [...takes, take('b', 2)], picks: {} }, 2), placed)
    expect(next[1]).toMatchObject({ id: 'b', media: 'b2', start: 0, frames: 32, volume: 0.5, fadeOut: 4 })
    expect([next[0], next[2]]).toEqual([film[0], film[2]])
  })

  it('leaves what was trimmed as it is while its take is the same', () => {
    const trimmed = film.map((clip) => (clip.id === 'b' ? { ...clip, start: 8, frames: 10 } : clip))
    expect(follow(trimmed, before, placed)).toEqual(trimmed)
  })

  it('shortens the clip before a shot that now goes on from it', () => {
    const cuts = cutsOf({ ...board('a', 'b:a1', 'c'), takes: [take('a', 1), take('b', 2, 'a1'), take('c', 1)] }, 2)
    expect(follow(film, cuts, placed).map(({ media, start, frames }) => `${media} ${start}+${frames}`)).toEqual(['a1 0+24', 'b2 24+40', 'c1 0+32'])
  })

  it('brings new shots in at their places, takes out those that are gone, and leaves clips of its own where they are', () => {
    const own = { ...film[0]!, id: 'mine', media: 'mine' }
    const cuts = cutsOf(board('n', 'c', 'x', 'a'), 2)
    expect(media(follow([film[0]!, own, film[1]!, film[2]!], cuts, placed))).toEqual(['n1', 'c1', 'x1', 'mine', 'a1'])
  })
})

describe('standings', () => {
  const recipes = ['a', 'b', 'c']

  it('tells what is made, what says something else by now, and what goes on from a take that is no longer there', () => {
    const { shots, takes } = board('a', 'b:a1', 'c:b1')
    expect(standings({ shots, takes, picks: {} }, recipes)).toEqual(['made', 'made', 'made'])
    expect(standings({ shots, takes, picks: {} }, ['a', 'other', 'c'])).toEqual(['made', 'changed', 'made'])
    const again = [...takes, take('a', 2)]
    expect(standings({ shots, takes: again, picks: {} }, recipes)).toEqual(['made', 'stale', 'made'])
    expect(standings({ shots, takes: again, picks: { a: 'a1' } }, recipes), 'the first take chosen again').toEqual(['made', 'made', 'made'])
    expect(standings({ shots, takes: takes.slice(1), picks: {} }, recipes)[0]).toBe('none')
  })

  it('makes, with a shot, those that go on from it', () => {
    const { shots } = board('a', 'b:a1', 'c:b1', 'd')
    expect(withFollowers({ shots }, new Set(['a'])).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(withFollowers({ shots }, new Set(['c'])).map(({ id }) => id)).toEqual(['c'])
  })
})
