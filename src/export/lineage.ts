/** Which film began from which, by the digests of their tokens: a signature names the parent by it, whatever either is called. */
import { createStore, get, set, type UseStore } from 'idb-keyval'
import type { Latents } from '../../workers/generate/types.ts'
import { sha256 } from '../lib/sha256.ts'

let opened: UseStore | undefined
const store = (): UseStore => (opened ??= createStore('kinora-lineage', 'parents'))

/** SHA-256, hexadecimal, of a film's tokens: those of picture, sound and state one after another, little-endian. */
export async function tokensDigest({ video, sound, state }: Latents): Promise<string> {
  return sha256(await new Blob([video, sound, state]).arrayBuffer())
}

/** What the file's picture and sound carry, uint32: the first 32 bits of a digest, so that the same film has the same mark in every file. */
export function markOf(digest: string): number {
  return Number.parseInt(digest.slice(0, 8), 16)
}

/** Where storage is forbidden nothing is remembered, and the parent is signed without its digest. */
export async function rememberParent(film: Latents, parent: Latents): Promise<void> {
  const [child, origin] = await Promise.all([tokensDigest(film), tokensDigest(parent)])
  // Where there is no IndexedDB at all it throws, and rejects nothing.
  await (async () => set(child, origin, store()))().catch(() => undefined)
}

/** The digest of the film from which the one with this digest began. */
export async function parentOf(film: string): Promise<string | undefined> {
  const parent: unknown = await (async () => get(film, store()))().catch(() => undefined)
  return typeof parent === 'string' ? parent : undefined
}
