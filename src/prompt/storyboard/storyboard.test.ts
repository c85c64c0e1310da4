import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Clip, GenerateRequest } from '../../../workers/generate/types.ts'
import type { Job, ShotRef } from '../../queue/store.ts'
import { MemoryShelf } from '../../timeline/memoryShelf.ts'
import { loadRules } from '../rules.svelte.ts'
import { serialize } from './schema.ts'
import { BoardStore } from './store.ts'
import { NoBeginningError, Storyboard } from './storyboard.svelte.ts'

const FAMILIES = ['balls', 'water', 'thunder']

beforeAll(loadRules)

function bench(shelf = new MemoryShelf()) {
  const orders: { request: GenerateRequest; shot: ShotRef }[] = []
  const queue = {
    jobs: [] as Job[],
    add: (requests: readonly GenerateRequest[], shots: readonly ShotRef[] = []) => void orders.push(...requests.map((request, i) => ({ request, shot: shots[i]! }))),
    cancel: vi.fn<(id: string) => void>(),
  }
  const onError = vi.fn<(error: unknown) => void>()
  const board = new Storyboard(
    {
      draft: { pack: { maxTextBytes: 192, windowSeconds: 2, families: FAMILIES, sampler: { steps: 4, minSteps: 2, maxSteps: 12 } }, steps: 4, minSeconds: 2 },
      queue,
      onEdit: () => undefined,
      onCopied: () => undefined,
      onError,
      newName: () => 'New',
      copyName: (name) => `${name} (copy)`,
    },
    shelf,
  )
  /** Makes everything that is asked for, as the studio does. */
  const makeAll = async () => {
    for (const { request, shot } of orders.splice(0)) {
      const beginning = await board.beginning(request, shot)
      await board.take(shot, beginning, clipOf(beginning.request), { id: crypto.randomUUID(), thumbnail: 'data:,' })
    }
  }
  return { board, orders, makeAll, shelf, onError }
}

/** Four tokens a second, each with its number: so it can be told which were handed on. */
function clipOf(request: GenerateRequest): Clip {
  const tokens = () => Float32Array.from({ length: request.seconds * 4 }, (_, i) => request.seed + i / 1000)
  return {
    request,
    pack: { name: 'p', version: '1' },
    backend: 'wasm',
    width: 2,
    height: 2,
    fps: 16,
    frameCount: request.seconds * 16,
    rgba: new Uint8ClampedArray(),
    sampleRate: 16_000,
    pcm: new Float32Array(4),
    latents: { video: tokens(), sound: tokens(), state: tokens() },
    timings: { load: 0, text: 0, steps: [], decode: 0, vocoder: 0, total: 1000 },
  }
}

describe('Storyboard', () => {
  it('makes the shots in their order; one that goes on gets the last window of the one before, and is longer by it', async () => {
    const { board, orders, makeAll } = bench()
    board.addScript('a red ball bounces (3 s)\n+ it bounces on (4 s)')
    board.generate(board.wanting)
    expect(orders.map(({ request }) => request.seconds)).toEqual([3, 4])
    const [, second] = orders
    await expect(board.beginning(second!.request, second!.shot), 'there is nothing yet').rejects.toThrow(NoBeginningError)
    const first = orders.shift()!
    await board.take(first.shot, await board.beginning(first.request, first.shot), clipOf(first.request), { id: 'one', thumbnail: 'data:,' })
    const { request, parent } = await board.beginning(second!.request, second!.shot)
    expect(request).toMatchObject({ seconds: 6, from: { how: 'extend', seed: first.request.seed } })
    expect(parent!.tail.video).toEqual(clipOf(first.request).latents.video.slice(4))
    await makeAll()
    expect(board.standings).toEqual(['made', 'made'])
    expect(board.cuts.map(({ start, frames }) => [start, frames])).toEqual([[0, 40], [24, 72]])
  })

  it('makes one shot again without touching the others; what goes on from it is marked, and made again only when asked', async () => {
    const { board, makeAll, orders } = bench()
    board.addScript('a red ball bounces\n+ it bounces on\na thunderstorm')
    board.generate(board.wanting)
    await makeAll()
    const before = board.made.takes
    board.generate([board.script.shots[0]!])
    expect(orders[0]!.request.seed, 'another take is of another seed').not.toBe(before[0]!.seed)
    await makeAll()
    expect(board.made.takes.slice(0, 3)).toEqual(before)
    expect(board.standings).toEqual(['made', 'stale', 'made'])
    expect(board.wanting.map(({ id }) => id)).toEqual([board.script.shots[1]!.id])
    board.choose(before[0]!)
    expect(board.standings).toEqual(['made', 'made', 'made'])
  })

  it('takes back what was done, but no take', async () => {
    const { board, makeAll } = bench()
    board.addScript('a red ball\na blue ball')
    const [first, second] = board.script.shots
    board.move(second!.id, 0)
    board.generate(board.wanting)
    await makeAll()
    board.remove(first!.id)
    expect(board.cuts).toHaveLength(1)
    board.undo()
    board.undo()
    expect(board.script.shots).toEqual([first, second])
    expect(board.cuts).toHaveLength(2)
    board.redo()
    expect(board.script.shots).toEqual([second, first])
  })

  it('brings a removed shot back whatever was done since, and a deleted take too', async () => {
    const { board, makeAll } = bench()
    board.addScript('a red ball\na blue ball')
    board.generate(board.wanting)
    await makeAll()
    const [first, second] = board.script.shots
    const back = board.remove(first!.id)
    board.type(second!.id, { prompt: 'a green ball' })
    back()
    back()
    expect(board.script.shots.map(({ prompt }) => prompt)).toEqual(['a red ball', 'a green ball'])
    board.generate([first!])
    await makeAll()
    const takes = board.takes(first!.id)
    const restore = board.dropTake(takes[1]!)
    expect(board.pick(first!.id)).toEqual(takes[0])
    restore()
    expect(board.takes(first!.id)).toEqual(takes)
    expect(board.pick(first!.id)).toEqual(takes[1])
  })

  it('takes back what was typed as one edit, and what is typed meanwhile stays', () => {
    const { board } = bench()
    const id = board.add()
    for (const prompt of ['a', 'a b', 'a ball']) board.type(id, { prompt })
    const other = board.duplicate(id)
    board.type(other, { prompt: 'rain' })
    board.undo()
    board.undo()
    expect(board.script.shots.map(({ prompt }) => prompt)).toEqual(['a ball'])
    board.undo()
    expect(board.script.shots.map(({ prompt }) => prompt)).toEqual([''])
  })

  it('killed after any of its writes, leaves a board that opens, with all its takes', async () => {
    const work = async (shelf: MemoryShelf) => {
      const { board, makeAll, onError } = bench(shelf)
      board.addScript('a red ball\n+ it rolls')
      await board.flush()
      board.generate(board.wanting)
      await makeAll()
      board.remove(board.script.shots[1]!.id)
      await board.flush()
      await new BoardStore(shelf).sweep().catch(() => undefined)
      return onError
    }
    const whole = new MemoryShelf(new Map(), 100)
    expect(await work(whole)).not.toHaveBeenCalled()
    const writes = 100 - whole.lives
    expect(writes).toBeGreaterThan(5)
    for (let lives = 0; lives <= writes; lives++) {
      const shelf = new MemoryShelf(new Map(), lives)
      await work(shelf).catch(() => undefined)
      const after = new BoardStore(new MemoryShelf(shelf.entries))
      const boards = await after.boards()
      expect(boards.length).toBe((await shelf.keys('board:')).length)
      expect(boards.length === 1 || lives === 0).toBe(true)
      for (const { id, shot } of boards.flatMap(({ takes }) => takes)) {
        if (boards[0]!.shots.some((card) => card.id === shot)) expect(await after.take(id), `after ${lives} writes`).toBeDefined()
      }
    }
  })

  it('keeps what another tab changed, and goes on in a copy', async () => {
    const shelf = new MemoryShelf()
    const { board } = bench(shelf)
    board.addScript('a red ball')
    await board.flush()
    const theirs = { ...board.board(), name: 'theirs', changed: board.board().changed + 1 }
    shelf.entries.set(`board:${theirs.id}`, serialize(theirs))
    board.addScript('a blue ball')
    await board.flush()
    const boards = await new BoardStore(shelf).boards()
    expect(boards.map(({ name, shots }) => [name, shots.length]).toSorted()).toEqual([['New (copy)', 2], ['theirs', 1]])
    expect(board.script.name).toBe('New (copy)')
  })

  it('comes back after it was deleted', async () => {
    const { board, makeAll } = bench()
    board.addScript('a red ball')
    board.generate(board.wanting)
    await makeAll()
    const { id } = board
    const undo = await board.deleteBoard()
    expect(board.script.shots).toEqual([])
    await undo()
    expect([board.id, board.cuts.length]).toEqual([id, 1])
    expect(await board.media(board.made.takes[0]!.id)).toBeDefined()
  })
})

describe('BoardStore', () => {
  it('leaves a board of a later version alone, and the takes it may have', async () => {
    const { board } = bench()
    const later = { ...(serialize(board.board()) as object), id: 'later', version: 99 }
    const shelf = new MemoryShelf(new Map<string, unknown>([['board:later', later], ['take:x', {}]]))
    const store = new BoardStore(shelf)
    await store.sweep()
    expect(await store.boards()).toEqual([])
    expect(shelf.entries.get('board:later')).toEqual(later)
    expect(shelf.entries.has('take:x')).toBe(true)
  })
})
