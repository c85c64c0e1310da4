import { describe, expect, it } from 'vitest'
import { add, remove } from './edits.ts'
import { MemoryShelf } from './memoryShelf.ts'
import { serialize } from './schema.ts'
import { FilmStore } from './store.ts'
import { clip, film, media } from './testFilm.ts'

/** A working life: films made, changed, duplicated, deleted, brought back, and a new start in between. */
async function work(store: FilmStore): Promise<void> {
  const one = film('one', [clip('a')])
  await store.save(one, [media('m-a')])
  await store.save({ ...one, clips: add(one.clips, clip('b')), changed: 2 }, [media('m-b')], one.changed)
  const two = film('two', [clip('c')])
  await store.save(two, [media('m-c')])
  await store.save({ ...one, clips: remove(one.clips, 'a'), changed: 3 }, [], 2)
  await store.sweep()
  await store.save({ ...two, id: 'copy', changed: 4 })
  await store.remove('two', two.changed)
  await store.save(two)
  await store.remove('copy', 4)
  await store.sweep()
}

describe('FilmStore', () => {
  it('gives back films, newest change first, with their media, and knows which was open', async () => {
    const store = new FilmStore(new MemoryShelf())
    await store.save(film('one', [clip('a')]), [media('m-a')])
    const two = { ...film('two', [clip('b')]), changed: 9 }
    await store.save(two, [media('m-b')])
    expect(await store.films()).toEqual([two, film('one', [clip('a')])])
    expect(await store.lastOpen()).toBe('two')
    expect(await store.media('m-a')).toEqual(media('m-a'))
    expect(await store.media('gone')).toBeUndefined()
  })

  it('killed after any of its writes, leaves films that all open, with all their media', async () => {
    const whole = new MemoryShelf(new Map(), 100)
    await work(new FilmStore(whole))
    const writes = 100 - whole.lives
    expect(writes).toBeGreaterThan(8)
    for (let lives = 0; lives <= writes; lives++) {
      const shelf = new MemoryShelf(new Map(), lives)
      await work(new FilmStore(shelf)).catch(() => undefined)
      const after = new FilmStore(new MemoryShelf(shelf.entries))
      const films = await after.films()
      expect(films.length).toBe((await shelf.keys('film:')).length)
      expect(films.length > 0 || lives === 0).toBe(true)
      for (const { media: id } of films.flatMap(({ clips }) => clips)) expect(await after.media(id), `${id} after ${lives} writes`).toBeDefined()
    }
  })

  it('sweeps away the media of films that are gone, and only those', async () => {
    const shelf = new MemoryShelf()
    const store = new FilmStore(shelf)
    await store.save(film('one', [clip('a')]), [media('m-a')])
    await store.save(film('two', [clip('b')]), [media('m-b')])
    await store.remove('two', film('two', []).changed)
    expect(await store.media('m-b')).toBeDefined()
    await store.sweep()
    expect(await shelf.keys('media:')).toEqual(['media:m-a'])
  })

  it('notices that another tab changed, or deleted, a film in the meantime: nobody overwrites or deletes what they have not seen', async () => {
    const entries = new Map<string, unknown>()
    const [here, there] = [new FilmStore(new MemoryShelf(entries)), new FilmStore(new MemoryShelf(entries))]
    const one = film('one', [clip('a')])
    expect(await here.save(one, [media('m-a')])).toBe(true)
    const theirs = { ...one, name: 'theirs', changed: one.changed + 1 }
    expect(await there.save(theirs, [], one.changed)).toBe(true)

    const ours = { ...one, name: 'ours', changed: one.changed + 2 }
    expect(await here.save(ours, [media('m-b')], one.changed)).toBe(false)
    expect(await here.media('m-b'), 'not half of it either').toBeUndefined()
    expect(await here.remove('one', one.changed)).toBe(false)
    expect(await here.film('one')).toEqual(theirs)
    expect(await here.save(ours, [], theirs.changed)).toBe(true)

    expect(await there.remove('one', ours.changed)).toBe(true)
    expect(await here.save({ ...ours, changed: 99 }, [], ours.changed), 'what was deleted elsewhere comes back when it is edited here').toBe(true)
  })

  it('keeps the marked part of a film beside it, without touching the film, and as long as there is one', async () => {
    const shelf = new MemoryShelf()
    const store = new FilmStore(shelf)
    const one = film('one', [clip('a')])
    await store.save(one, [media('m-a')])
    await store.mark('one', { from: 4, to: 20 })
    await store.mark('gone', { from: 0, to: 1 })
    expect([await store.marked('one'), await store.marked('two')]).toEqual([{ from: 4, to: 20 }, null])
    expect(await store.film('one')).toEqual(one)
    await store.sweep()
    expect(await shelf.keys('marked:')).toEqual(['marked:one'])
    await store.mark('one', null)
    expect(await shelf.keys('marked:')).toEqual([])
  })

  it('leaves a film of a later version alone, and the media it may use', async () => {
    const later = { ...(serialize(film('later', [clip('z')])) as object), version: 99 }
    const shelf = new MemoryShelf(new Map<string, unknown>([['film:later', later], ['media:m-z', media('m-z')]]))
    const store = new FilmStore(shelf)
    await store.save(film('one', [clip('a')]), [media('m-a')])
    await store.sweep()
    expect((await store.films()).map(({ id }) => id)).toEqual(['one'])
    expect(shelf.entries.get('film:later')).toEqual(later)
    expect(await store.media('m-z')).toBeDefined()
  })
})
