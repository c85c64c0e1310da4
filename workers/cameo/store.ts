/**
 * Likenesses on this device, each encrypted with a key of its own that WebCrypto does not give out. To take one back is to destroy its key
 * and its picture; that it was here stays known, so that nothing made with it can be saved any more.
 */
import { createStore, entries, get, set, type UseStore } from 'idb-keyval'
import * as v from 'valibot'
import { ConsentError } from './errors'
import { seal, unseal, type Kept } from './sealed'
import type { Gone } from './types'

const bytes = v.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array)
const Entry = v.variant('state', [
  v.object({ state: v.literal('kept'), key: v.instance(CryptoKey), sealed: bytes, expires: v.number() }),
  v.object({ state: v.literal('gone'), why: v.picklist(['revoked', 'expired']), when: v.number() }),
])

let opened: UseStore | undefined
const store = (): UseStore => (opened ??= createStore('kinora-cameo', 'likenesses'))

/** Bound to the ciphertext, so that none can be put in another's place. */
const about = (id: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(id)

export async function keep(kept: Kept): Promise<void> {
  const { id, terms } = kept.record
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await set(id, { state: 'kept', key, sealed: await seal(kept, key, about(id)), expires: terms.expires } satisfies v.InferInput<typeof Entry>, store())
}

/** @throws ConsentError when it was taken back, has run out, or was never here */
export async function find(id: string, now: number): Promise<Kept> {
  const entry = await read(id, now)
  if (!entry) throw new ConsentError('gone')
  if (entry.state === 'gone') throw new ConsentError(entry.why)
  return unseal(entry.sealed, entry.key, about(id)).catch(() => {
    throw new ConsentError('gone')
  })
}

/** Destroys it. Nothing happens to one that is gone already. */
export async function destroy(id: string, why: Gone['why'], when: number): Promise<void> {
  const entry: unknown = await get(id, store())
  if (v.is(Entry, entry) && entry.state === 'gone') return
  await set(id, { state: 'gone', why, when } satisfies v.InferInput<typeof Entry>, store())
}

/** Those that can be used, the newest first, and those that cannot any more. One that cannot be read is passed over. */
export async function all(now: number): Promise<{ kept: Kept[]; gone: Gone[] }> {
  const kept: Kept[] = []
  const gone: Gone[] = []
  for (const [id] of await entries<string, unknown>(store())) {
    const entry = await read(id, now)
    if (entry?.state === 'gone') gone.push({ id, why: entry.why, when: entry.when })
    else if (entry) await unseal(entry.sealed, entry.key, about(id)).then((one) => kept.push(one), () => undefined)
  }
  return { kept: kept.toSorted((a, b) => b.record.given - a.record.given), gone }
}

/** What has run out is destroyed as soon as somebody looks. */
async function read(id: string, now: number): Promise<v.InferOutput<typeof Entry> | undefined> {
  const entry: unknown = await get(id, store())
  if (!v.is(Entry, entry)) return undefined
  if (entry.state === 'gone' || now < entry.expires) return entry
  await destroy(id, 'expired', entry.expires)
  return { state: 'gone', why: 'expired', when: entry.expires }
}
