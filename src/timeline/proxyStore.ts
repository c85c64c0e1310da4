/**
 * What the frames of a film's clips look like, kept beside the latents: a JPEG of each, so that any frame is there in a few milliseconds where drawing
 * it from latents takes a hundred. All of a clip's lie in one Blob, which stays on the disk until the clip is looked at.
 */
import { createStore, delMany, get, keys, set, type UseStore } from 'idb-keyval'
import * as v from 'valibot'

const Proxy = v.pipe(
  v.object({
    version: v.literal(1),
    /** JPEGs, one after another. */
    file: v.instance(Blob),
    /** Bytes from the file's beginning to the end of each. */
    ends: v.pipe(v.instance(Uint32Array), v.minLength(1)),
  }),
  v.check(({ file, ends }) => ends.at(-1) === file.size && ends.every((end, i) => end > (ends[i - 1] ?? 0)), 'The pieces are not those of the file.'),
)

export type Proxy = v.InferOutput<typeof Proxy>

export function proxyOf(pictures: readonly Blob[]): Proxy {
  let end = 0
  return { version: 1, file: new Blob([...pictures]), ends: Uint32Array.from(pictures, ({ size }) => (end += size)) }
}

/** One frame's JPEG, out of the bytes of the file; undefined beyond the last. */
export function pictureOf({ ends }: Pick<Proxy, 'ends'>, bytes: Uint8Array<ArrayBuffer>, frame: number): Uint8Array<ArrayBuffer> | undefined {
  const end = ends[frame]
  return end === undefined ? undefined : bytes.subarray(ends[frame - 1] ?? 0, end)
}

/** undefined for what is damaged or of another Kinora: the frames are then drawn again. */
export function parseProxy(value: unknown): Proxy | undefined {
  return v.is(Proxy, value) ? value : undefined
}

export class ProxyStore {
  #opened: UseStore | undefined
  get #store(): UseStore {
    return (this.#opened ??= createStore('kinora-proxies', 'clips'))
  }

  async find(id: string): Promise<Proxy | undefined> {
    return parseProxy(await get(id, this.#store))
  }

  /** @throws DOMException QuotaExceededError and the like */
  async keep(id: string, proxy: Proxy): Promise<void> {
    await set(id, proxy, this.#store)
  }

  /** Throws away those of clips that are not `used` any more. */
  async sweep(used: ReadonlySet<string>): Promise<void> {
    const unused = (await keys(this.#store)).filter((key) => !used.has(String(key)))
    if (unused.length > 0) await delMany(unused, this.#store)
  }
}
