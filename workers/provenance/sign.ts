/** Puts a manifest into a finished file, or beside one that can carry none, and signs it. Nothing may touch the file afterwards. */
import { WasmBuilder, WasmReader } from '@contentauth/c2pa-wasm'
import { findAncestor, keepAncestor, keptName, type Ancestor } from './ancestors'
import { findAdopted, type Adopted } from './adopted'
import { coseSign1, reserveSize } from './cose'
import { SigningError } from './errors'
import { identityToSign, type Identity } from './identity'
import { startLibrary } from './library'
import { ingredientsOf, manifestOf } from './manifest'
import { packHash } from './packHash'
import type { FilmFacts, Signed } from './types'

/** Smaller files, and no copy of the picture that somebody could forget in there. */
const settings = JSON.stringify({ builder: { thumbnail: { enabled: false } } })

/** By what name the library knows a kind of file that carries its manifest. */
const carriers: Record<string, string> = {
  'video/mp4': 'video/mp4', 'audio/wav': 'audio/wav', 'image/gif': 'image/gif', 'image/webp': 'image/webp', 'image/png': 'image/png', 'application/zip': 'application/x-zip',
}
/** Kinds that have no place for one, and get it beside them. What is in neither list is not written at all. */
const bare = new Set(['text/vtt'])

/**
 * @param target where the file is written; it appears there only when it is complete
 * @param baseUrl where `packs/` lies
 * Throws SigningError; then nothing was written.
 */
export async function signFile(file: Blob, facts: FilmFacts, baseUrl: URL, target?: FileSystemFileHandle): Promise<Signed> {
  const started = performance.now()
  const { asset, manifest } = await signed(file, facts, baseUrl, 'checked')
  const signMs = performance.now() - started
  const beside = file.type in carriers ? {} : { sidecar: new Blob([manifest], { type: 'application/c2pa' }) }
  if (!target) return { file: new Blob([asset], { type: file.type }), bytes: asset.length, signMs, ...beside }
  await write(asset, target)
  return { bytes: asset.length, signMs, ...beside }
}

/** Signs one picture of many: the file that they go into is checked as a whole. Throws SigningError. */
export async function sealPicture(picture: Blob, facts: FilmFacts, baseUrl: URL): Promise<Blob> {
  const { asset } = await signed(picture, facts, baseUrl, 'unchecked')
  return new Blob([asset], { type: picture.type })
}

async function signed(file: Blob, facts: FilmFacts, baseUrl: URL, how: 'checked' | 'unchecked'): Promise<WithManifest> {
  try {
    await startLibrary()
  } catch (cause) {
    throw new SigningError(
      'What signs films is not on this machine yet and could not be fetched. No file was written and the film is still here: connect once, then save again.',
      { cause },
    )
  }
  try {
    const circumstances = await circumstancesOf(facts, baseUrl)
    const result = await addManifest(file, facts, circumstances)
    if (how === 'checked' && file.type in carriers) await check(new Blob([result.asset], { type: file.type }), result.manifest, facts)
    return result
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
  /** The manifests of the films it was made from, if those were ever signed here, by the SHA-256 of their tokens. */
  ancestors?: ReadonlyMap<string, Pick<Ancestor, 'manifests' | 'active' | 'validation'>>
  /** The files from elsewhere it was made from that carry manifests, by their SHA-256. */
  adopted?: ReadonlyMap<string, Adopted>
}

async function circumstancesOf(facts: FilmFacts, baseUrl: URL): Promise<Circumstances> {
  const ancestors = new Map<string, Ancestor>()
  const adopted = new Map<string, Adopted>()
  for (const { film, file } of ingredientsOf(facts)) {
    const found = file === undefined ? undefined : await findAdopted(file).catch(() => undefined)
    if (file !== undefined && found) adopted.set(file, found)
    const ancestor = film === undefined ? undefined : await findAncestor(film).catch(() => undefined)
    if (film !== undefined && ancestor) ancestors.set(film, ancestor)
  }
  return {
    identity: await identityToSign(),
    packHash: await packHash(facts.pack, facts.packVersion, baseUrl),
    ancestors,
    adopted,
  }
}

export interface WithManifest {
  /** The film's file. */
  asset: Uint8Array<ArrayBuffer>
  /** The manifest store alone. */
  manifest: Uint8Array<ArrayBuffer>
}

/** The library must be started. */
export async function addManifest(file: Blob, facts: FilmFacts, { identity, packHash, ancestors, adopted }: Circumstances): Promise<WithManifest> {
  const format = carriers[file.type]
  if (format === undefined && !bare.has(file.type)) throw new SigningError('Kinora cannot sign this kind of file, so none was written; the film is still here: choose another format.')
  const builder = WasmBuilder.fromJson(JSON.stringify(manifestOf(facts, format ?? file.type, packHash)), settings)
  try {
    for (const { id, film, file: elsewhere, json } of ingredientsOf(facts)) {
      const source = elsewhere === undefined ? undefined : adopted?.get(elsewhere)
      if (source) {
        await builder.addIngredientFromBlob(JSON.stringify(json(undefined)), source.format, source.file)
        continue
      }
      const ancestor = film === undefined ? undefined : ancestors?.get(film)
      builder.addIngredient(JSON.stringify(json(ancestor)))
      if (ancestor) builder.addResourceFromBlob(id, new Blob([ancestor.manifests]))
    }
    if (format === undefined) builder.setNoEmbed(true)
    const { privateKey, chain } = identity
    const size = reserveSize(chain)
    const signer = { alg: 'es256', reserveSize: size, sign: (claim: Uint8Array<ArrayBuffer>) => coseSign1(claim, privateKey, chain, size) }
    return (await builder.signAndGetManifestBytes(signer, [], format ?? file.type, file)) as WithManifest
  } finally {
    builder.free()
  }
}

/** Reads the signed file back before anybody gets it, and keeps its manifest for the films that begin from it, and for copies that have lost theirs. */
async function check(file: Blob, manifests: Uint8Array<ArrayBuffer>, { film, part, mark }: FilmFacts): Promise<void> {
  const reader = await WasmReader.fromBlob(carriers[file.type] ?? file.type, file)
  try {
    const { validation_state: state, validation_results: validation } = JSON.parse(reader.json()) as { validation_state: string; validation_results: unknown }
    const active = reader.activeLabel()
    if (state === 'Invalid' || active === undefined) {
      throw new SigningError('The signature does not fit the film, so no file was written; the film is still here: save once more.')
    }
    // Without room the film is signed all the same; only those made from it will not carry its manifest. Of films made from it, the whole film is the parent.
    const whole = film !== undefined && !part && file.type === 'video/mp4'
    const name = whole ? film : mark !== undefined && keptName(mark)
    if (name) await keepAncestor(name, { manifests, active, validation, signed: Date.now() }).catch(() => undefined)
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
