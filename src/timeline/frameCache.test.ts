import { describe, expect, it } from 'vitest'
import { FrameCache, type Picture, type Wish } from './frameCache.ts'

/** A cache whose decoder is finished by hand. */
function bench(capacity = 3) {
  const asked: { wish: Wish; done: (picture?: Picture) => void }[] = []
  const closed: number[] = []
  const ready: number[] = []
  const cache = new FrameCache<Picture>(
    (wish) => new Promise<Picture | undefined>((done) => asked.push({ wish, done })),
    ({ frame }) => ready.push(frame),
    // Pictures of one pixel.
    capacity * 4,
  )
  const finish = async (frame: number, picture = true) => {
    const job = asked.find(({ wish }) => wish.frame === frame)
    job?.done(picture ? { width: 1, height: 1, close: () => closed.push(frame) } : undefined)
    await new Promise((go) => setTimeout(go))
  }
  return { cache, closed, ready, finish, asked: () => asked.map(({ wish }) => wish.frame) }
}
const frames = (...list: number[]): Wish[] => list.map((frame) => ({ id: 'a', frame }))

describe('the frames around the playhead', () => {
  it('are decoded in the order they were wished for, and what nobody waits for any more is not', async () => {
    const { cache, asked, finish } = bench()
    cache.want(frames(1, 2, 3, 4))
    expect(asked()).toEqual([1, 2])
    cache.want(frames(9, 1, 8))
    await finish(1)
    await finish(2)
    expect(asked()).toEqual([1, 2, 9, 8])
  })

  it('stay, the last used ones, within a fixed number of bytes; the others are closed', async () => {
    const { cache, closed, ready, finish } = bench(3)
    cache.want(frames(1, 2, 3, 4))
    for (const frame of [1, 2, 3]) await finish(frame)
    expect(cache.get({ id: 'a', frame: 1 })).toBeDefined()
    await finish(4)
    expect(closed).toEqual([2])
    expect(cache.bytes).toBe(12)
    expect(ready).toEqual([1, 2, 3, 4])
    expect(cache.get({ id: 'a', frame: 2 })).toBeUndefined()
    expect(cache.get({ id: 'b', frame: 1 })).toBeUndefined()
    cache.clear()
    expect(cache.bytes).toBe(0)
    expect(closed.toSorted()).toEqual([1, 2, 3, 4])
  })

  it('that do not decode are not tried over and over', async () => {
    const { cache, asked, ready, finish } = bench()
    cache.want(frames(1))
    await finish(1, false)
    cache.want(frames(1, 2))
    expect(asked()).toEqual([1, 2])
    expect(ready).toEqual([])
  })
})
