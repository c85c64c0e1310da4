/** Files from elsewhere, kept as they came, with the part that was chosen of them: they are read again when they are shown, for whatever model is loaded. */
import { createStore, del, get, keys, set, values, type UseStore } from 'idb-keyval'
import * as v from 'valibot'
import type { MediaRef } from '../../workers/generate/types.ts'

/** A deleted film may come back, and another tab may be at work: a month. */
const LONG_MS = 30 * 24 * 3600 * 1000

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))

const StoredImport = v.object({
  id: v.string(),
  name: v.string(),
  kind: v.picklist(['film', 'image']),
  /** SHA-256 of the file, hexadecimal. */
  sha256: v.string(),
  crop: v.object({ across: share, down: share }),
  file: v.instance(Blob),
  /** It came with a project to a device that cannot read it: nobody has looked at it yet. */
  unseen: v.optional(v.boolean()),
  /** ms since 1970 */
  created: v.number(),
})

export type StoredImport = v.InferOutput<typeof StoredImport>

export const refOf = ({ id, name, kind, sha256 }: StoredImport): MediaRef => ({ id, name, kind, sha256 })

export class ImportStore {
  #opened: UseStore | undefined
  get #store(): UseStore {
    return (this.#opened ??= createStore('kinora-imports', 'files'))
  }

  /** @throws DOMException QuotaExceededError and the like */
  async keep(item: StoredImport): Promise<void> {
    await set(item.id, item, this.#store)
  }

  /** undefined when it is gone or cannot be read. */
  async find(id: string): Promise<StoredImport | undefined> {
    return parse(await get(id, this.#store))
  }

  /** The same file under any id: one that was gone and was brought again. */
  async same(sha256: string): Promise<StoredImport | undefined> {
    return (await values(this.#store)).map(parse).find((item) => item?.sha256 === sha256)
  }

  /** Throws away what was brought long ago and nothing is made of any more. @param used asked only if there is anything */
  async sweep(used: () => Promise<ReadonlySet<string>>, now = Date.now()): Promise<void> {
    const all = (await keys(this.#store)).map(String)
    const kept = all.length > 0 ? await used() : new Set<string>()
    for (const id of all) {
      if (kept.has(id)) continue
      const item = await this.find(id)
      // What cannot be read may be a later Kinora's.
      if (item && item.created < now - LONG_MS) await del(id, this.#store)
    }
  }
}

function parse(value: unknown): StoredImport | undefined {
  return v.is(StoredImport, value) ? value : undefined
}
