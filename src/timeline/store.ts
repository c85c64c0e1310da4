/**
 * Films kept on this device. A film and the media it needs are written in one transaction, and a film is one value: wherever the tab is killed,
 * what is there opens. Media that no film uses are thrown away at the start, when no other tab can still take an edit back.
 */
import { createStore, promisifyRequest, type UseStore } from 'idb-keyval'
import type { Origin } from '../../workers/generate/types.ts'
import type { Range } from '../player/player.svelte.ts'
import type { Film } from './film.ts'
import { parseRange } from './range.ts'
import { parseFilm, parseMedia, serialize, type Media } from './schema.ts'

/** Where films are kept. Every call is one transaction: all of it happens, or nothing. */
export interface Shelf {
  read(key: string): Promise<unknown>
  /** Everything whose key begins with `prefix`. */
  all(prefix: string): Promise<unknown[]>
  keys(prefix: string): Promise<string[]>
  write(put: readonly (readonly [key: string, value: unknown])[], remove?: readonly string[]): Promise<void>
  /** As `write`, if `fits` what is there under `key`; else nothing happens. @returns whether it was done */
  writeIf(key: string, fits: (value: unknown) => boolean, put: readonly (readonly [key: string, value: unknown])[], remove?: readonly string[]): Promise<boolean>
}

/** @param database and the table in it: every kind of thing has its own */
export function indexedShelf(database = 'kinora-timeline', table = 'films'): Shelf {
  // Opened when first needed: outside a browser there is none.
  let opened: UseStore | undefined
  const store: UseStore = (mode, use) => (opened ??= createStore(database, table))(mode, use)
  const under = (prefix: string) => IDBKeyRange.bound(prefix, `${prefix}\uffff`)
  const change = (objects: IDBObjectStore, put: readonly (readonly [string, unknown])[], remove: readonly string[]) => {
    for (const [key, value] of put) objects.put(value, key)
    for (const key of remove) objects.delete(key)
  }
  return {
    read: (key) => store('readonly', (objects) => promisifyRequest<unknown>(objects.get(key))),
    all: (prefix) => store('readonly', (objects) => promisifyRequest<unknown[]>(objects.getAll(under(prefix)))),
    keys: (prefix) => store('readonly', async (objects) => (await promisifyRequest(objects.getAllKeys(under(prefix)))).map(String)),
    write: (put, remove = []) =>
      store('readwrite', (objects) => {
        change(objects, put, remove)
        return promisifyRequest(objects.transaction)
      }),
    writeIf: (key, fits, put, remove = []) =>
      store('readwrite', async (objects) => {
        let done = false
        const found = objects.get(key)
        // Here and not after an await: the transaction must not end between the look and the change.
        found.addEventListener('success', () => {
          done = fits(found.result)
          if (done) change(objects, put, remove)
        })
        await promisifyRequest(objects.transaction)
        return done
      }),
  }
}

const FILM = 'film:'
const MEDIA = 'media:'
/** The part of a film that is marked, under the film's id. */
const MARKED = 'marked:'
/** The id of the film that was open last. */
const OPEN = 'open'

export class FilmStore {
  readonly #shelf: Shelf

  constructor(shelf: Shelf) {
    this.#shelf = shelf
  }

  /** Every film that can be read, the one changed last first. */
  async films(): Promise<Film[]> {
    const films = (await this.#shelf.all(FILM)).map(parseFilm)
    return films.filter((film) => film !== undefined).toSorted((a, b) => b.changed - a.changed)
  }

  /** One film as it is now; undefined when it is gone or cannot be read. */
  async film(id: string): Promise<Film | undefined> {
    return parseFilm(await this.#shelf.read(FILM + id))
  }

  /** The id of the film that was open last. */
  async lastOpen(): Promise<string | undefined> {
    const id = await this.#shelf.read(OPEN)
    return typeof id === 'string' ? id : undefined
  }

  /** undefined when it is gone or cannot be read. */
  async media(id: string): Promise<Media | undefined> {
    return parseMedia(await this.#shelf.read(MEDIA + id))
  }

  /** What the clips that are kept here were made from. */
  async origins(): Promise<Origin[]> {
    return (await this.#shelf.all(MEDIA)).flatMap((value) => parseMedia(value)?.request.from ?? [])
  }

  /** Remembers which film is open; null for none. */
  async setOpen(id: string | null): Promise<void> {
    await this.#shelf.write(id === null ? [] : [[OPEN, id]], id === null ? [OPEN] : [])
  }

  /**
   * Keeps a film, with media that are new in it, as the one open, unless another tab changed it since.
   * @param known `changed` of the version that this one comes from; undefined for a film that was never kept
   * @returns whether it was kept; if not, nothing was written
   * @throws DOMException QuotaExceededError and the like
   */
  async save(film: Film, media: readonly Media[] = [], known?: number): Promise<boolean> {
    const put = [...media.map((item) => [MEDIA + item.id, item] as const), [FILM + film.id, serialize(film)], [OPEN, film.id]] as const
    return this.#shelf.writeIf(FILM + film.id, (value) => value === undefined || changedOf(value) === known, put)
  }

  /** Takes a film away, unless another tab changed it since. The media stay until the next start: the film may come back. */
  async remove(id: string, known: number): Promise<boolean> {
    return this.#shelf.writeIf(FILM + id, (value) => value === undefined || changedOf(value) === known, [], [FILM + id])
  }

  /** The part of a film that is marked. */
  async marked(id: string): Promise<Range | null> {
    return parseRange(await this.#shelf.read(MARKED + id))
  }

  async mark(id: string, range: Range | null): Promise<void> {
    await this.#shelf.write(range ? [[MARKED + id, range]] : [], range ? [] : [MARKED + id])
  }

  /** Of all clips that are kept here. */
  async mediaIds(): Promise<Set<string>> {
    return new Set((await this.#shelf.keys(MEDIA)).map((key) => key.slice(MEDIA.length)))
  }

  /** Throws away media that no film uses, and marks of films that are gone. A film that cannot be read may use any: then nothing goes. */
  async sweep(): Promise<void> {
    const films = (await this.#shelf.all(FILM)).map(parseFilm)
    if (films.includes(undefined)) return
    const marks = films.map((film) => MARKED + film?.id)
    const used = new Set(films.flatMap((film) => film?.clips.map(({ media }) => MEDIA + media) ?? []).concat(marks))
    const unused = [...(await this.#shelf.keys(MEDIA)), ...(await this.#shelf.keys(MARKED))].filter((key) => !used.has(key))
    if (unused.length > 0) await this.#shelf.write([], unused)
  }
}

function changedOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'changed' in value ? value.changed : undefined
}
