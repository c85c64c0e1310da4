/**
 * The manifests of films signed here, so that a film which begins from one of them carries its manifest on. A manifest takes a few
 * kilobytes; the films themselves are not kept.
 */
import { clear, createStore, delMany, entries, get, set, type UseStore } from 'idb-keyval'
import * as v from 'valibot'

const AncestorSchema = v.object({
  /** The manifest store as JUMBF, with those of its own ancestors in it. */
  manifests: v.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array),
  /** Label of the film's own manifest among them. */
  active: v.string(),
  /** What a validator said of the film when it was signed: an ingredient carries it (C2PA 2.2, §15.11.3). */
  validation: v.unknown(),
  signed: v.number(),
})

export type Ancestor = v.InferOutput<typeof AncestorSchema>

/** As many films as the library keeps. */
const limit = 240

let opened: UseStore | undefined
const store = (): UseStore => (opened ??= createStore('kinora-ancestors', 'manifests'))

/** @param film SHA-256 of its tokens */
export async function findAncestor(film: string): Promise<Ancestor | undefined> {
  const kept: unknown = await get(film, store())
  return v.is(AncestorSchema, kept) ? kept : undefined
}

export async function keepAncestor(film: string, ancestor: Ancestor): Promise<void> {
  await set(film, ancestor, store())
  const all = await entries<string, unknown>(store())
  const age = ([, value]: [string, unknown]) => (v.is(AncestorSchema, value) ? value.signed : 0)
  const old = all.toSorted((a, b) => age(b) - age(a)).slice(limit)
  await delMany(old.map(([name]) => name), store())
}

export function forgetAncestors(): Promise<void> {
  return clear(store())
}
