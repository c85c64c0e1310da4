/** The key that signs on this device. It is made when first needed, or brought; it cannot leave: `extractable` is false, even for us. */
import { createStore, del, get, set, type UseStore } from 'idb-keyval'
import * as v from 'valibot'
import { bringCertificate } from './bring'
import { fingerprint, selfSigned } from './certificate'
import type { Signer } from './types'

const IdentitySchema = v.object({
  privateKey: v.instance(CryptoKey),
  /** DER, the signer's first. */
  chain: v.pipe(v.array(v.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array)), v.minLength(1)),
  name: v.string(),
  created: v.number(),
})

export type Identity = v.InferOutput<typeof IdentitySchema>

const key = 'identity-1'
let opened: UseStore | undefined
const store = (): UseStore => (opened ??= createStore('kinora-identity', 'keys'))

/** null when there is none yet, or the one kept cannot be read. */
export async function readIdentity(): Promise<Identity | null> {
  const kept: unknown = await get(key, store())
  return v.is(IdentitySchema, kept) ? kept : null
}

/** Makes a key with its certificate and keeps them, in place of any older ones. */
export async function makeIdentity(name: string): Promise<Identity> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const identity = { privateKey: keys.privateKey, chain: [await selfSigned(keys, name)], name, created: Date.now() }
  await set(key, identity, store())
  return identity
}

/** Signs with an organisation's certificate from now on. @throws CertificateError */
export async function bringIdentity(pem: string): Promise<Identity> {
  const identity = { ...(await bringCertificate(pem)), created: Date.now() }
  await set(key, identity, store())
  return identity
}

export async function deleteIdentity(): Promise<void> {
  await del(key, store())
}

export async function signerOf({ chain, name, created }: Identity): Promise<Signer> {
  return { name, created, fingerprint: await fingerprint(chain[0]!) }
}
