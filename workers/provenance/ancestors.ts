/**
 * The manifests of films signed here, so that a film which begins from one of them carries its manifest on, and so that a copy which has lost its own
 * is known again by its invisible mark. A manifest takes a few kilobytes; the films themselves are not kept.
 */
import { clear, createStore, delMany, entries, get, set, type UseStore } from 'idb-keyval'
import * as v from 'valibot'
import { markName } from './manifest'

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

/** @param film SHA-256 of its tokens, or `keptName` */
export async function findAncestor(film: string): Promise<Ancestor | undefined> {
  const kept: unknown = await get(film, store())
  return v.is(AncestorSchema, kept) ? kept : undefined
}

export async function keepAncestor(film: string, ancestor: Ancestor): Promise<void> {
  const all = await entries<string, unknown>(store())
  const age = ([, value]: [string, unknown]) => (v.is(AncestorSchema, value) ? value.signed : 0)
  const byAge = all.filter(([name]) => name !== film).toSorted((a, b) => age(b) - age(a))
  // The newest is the newest, though the clock was set back.
  const signed = Math.max(ancestor.signed, (byAge[0] ? age(byAge[0]) : 0) + 1)
  await set(film, { ...ancestor, signed }, store())
  const old = byAge.slice(limit - 1)
  await delMany(old.map(([name]) => name), store())
}

/** By it, the manifest is kept of what has a mark and is nobody's parent. The mark of a parent is the beginning of its digest. */
export function keptName(mark: number): string {
  return `${markName(mark)} mark`
}

/** The latest that was signed here with this mark. */
export async function findMarked(mark: number): Promise<Ancestor | undefined> {
  const all = await entries<string, unknown>(store())
  const marked = all.flatMap(([name, kept]) => (name.startsWith(markName(mark)) && v.is(AncestorSchema, kept) ? kept : []))
  return marked.toSorted((a, b) => b.signed - a.signed)[0]
}

export async function forgetAncestors(): Promise<void> {
  await (async () => clear(store()))().catch(() => undefined)
}
