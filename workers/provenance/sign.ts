/** Puts a manifest into a finished MP4 and signs it. Nothing may touch the file afterwards. */
import { WasmBuilder, WasmReader } from '@contentauth/c2pa-wasm'
import { findAncestor, keepAncestor, type Ancestor } from './ancestors'
import { coseSign1, reserveSize } from './cose'
import { SigningError } from './errors'
import { makeIdentity, readIdentity, type Identity } from './identity'
import { startLibrary } from './library'
import { ingredientOf, manifestOf, parentManifests } from './manifest'
import { packHash } from './packHash'
import type { FilmFacts, Signed } from './types'

const mp4 = 'video/mp4'

/** Smaller files, and no copy of the picture that somebody could forget in there. */
const settings = JSON.stringify({ builder: { thumbnail: { enabled: false } } })

/**
 * @param target where the file is written; it appears there only when it is complete
 * @param baseUrl where `packs/` lies
 * Throws SigningError; then nothing was written.
 */
export async function signFilm(film: Blob, facts: FilmFacts, baseUrl: URL, target?: FileSystemFileHandle): Promise<Signed> {
  const started = performance.now()
  const bytes = await signedBytes(film, facts, baseUrl)
  const signMs = performance.now() - started
  if (!target) return { file: new Blob([bytes], { type: mp4 }), bytes: bytes.length, signMs }
  await write(bytes, target)
  return { bytes: bytes.length, signMs }
}

async function signedBytes(film: Blob, facts: FilmFacts, baseUrl: URL): Promise<Uint8Array<ArrayBuffer>> {
  try {
    await startLibrary()
  } catch (cause) {
    throw new SigningError(
      'What signs films is not on this machine yet and could not be fetched. No file was written and the film is still here: connect once, then save again.',
      { cause },
    )
  }
  try {
    const { pack, packVersion, parent } = facts
    const { asset, manifest } = await addManifest(film, facts, {
      identity: (await readIdentity()) ?? (await makeIdentity('')),
      packHash: await packHash(pack, packVersion, baseUrl),
      ancestor: parent?.film === undefined ? undefined : await findAncestor(parent.film),
    })
    await check(asset, manifest, facts)
    return asset
  } catch (cause) {
    if (cause instanceof SigningError) throw cause
    throw new SigningError(
      'The film could not be signed, so no file was written; the film is still here. If it fails again, make a new signing key in the settings.',
      { cause },
    )
  }
}

export interface Circumstances {
  identity: Pick<Identity, 'privateKey' | 'chain'>
  packHash?: string | undefined
  /** The manifests of the film it began from, if that was ever signed here. */
  ancestor?: Pick<Ancestor, 'manifests' | 'active' | 'validation'> | undefined
}

export interface WithManifest {
  /** The film's file. */
  asset: Uint8Array<ArrayBuffer>
  /** The manifest store alone. */
  manifest: Uint8Array<ArrayBuffer>
}

/** The library must be started. */
export async function addManifest(film: Blob, facts: FilmFacts, { identity, packHash, ancestor }: Circumstances): Promise<WithManifest> {
  const builder = WasmBuilder.fromJson(JSON.stringify(manifestOf(facts, packHash)), settings)
  try {
    if (facts.parent) builder.addIngredient(JSON.stringify(ingredientOf(facts.parent, ancestor)))
    if (ancestor) builder.addResourceFromBlob(parentManifests, new Blob([ancestor.manifests]))
    const { privateKey, chain } = identity
    const size = reserveSize(chain)
    const signer = { alg: 'es256', reserveSize: size, sign: (claim: Uint8Array<ArrayBuffer>) => coseSign1(claim, privateKey, chain, size) }
    return (await builder.signAndGetManifestBytes(signer, [], mp4, film)) as WithManifest
  } finally {
    builder.free()
  }
}

/** Reads the signed film back before anybody gets it, and keeps its manifest for the films that begin from it. */
async function check(asset: Uint8Array<ArrayBuffer>, manifests: Uint8Array<ArrayBuffer>, { film }: FilmFacts): Promise<void> {
  const reader = await WasmReader.fromBlob(mp4, new Blob([asset]))
  try {
    const { validation_state: state, validation_results: validation } = JSON.parse(reader.json()) as { validation_state: string; validation_results: unknown }
    const active = reader.activeLabel()
    if (state === 'Invalid' || active === undefined) {
      throw new SigningError('The signature does not fit the film, so no file was written; the film is still here: save once more.')
    }
    // Without room the film is signed all the same; only those made from it will not carry its manifest.
    if (film !== undefined) await keepAncestor(film, { manifests, active, validation, signed: Date.now() }).catch(() => undefined)
  } finally {
    reader.free()
  }
}

async function write(bytes: Uint8Array<ArrayBuffer>, target: FileSystemFileHandle): Promise<void> {
  // Until `close` everything goes to a swap file, which `abort` removes.
  const disk = await target.createWritable()
  try {
    await disk.write(bytes)
    await disk.close()
  } catch (cause) {
    await disk.abort().catch(() => undefined)
    const full = cause instanceof DOMException && cause.name === 'QuotaExceededError'
    throw new SigningError(
      full
        ? 'The disk is full. No file was written and the film is still here: make room, then save again.'
        : 'The file could not be written, and the film is still here: choose another place.',
      { cause },
    )
  }
}
