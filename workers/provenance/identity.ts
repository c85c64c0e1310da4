/** The key that signs on this device. It is made when first needed, or brought; it cannot leave: `extractable` is false, even for us. */
import { createStore, del, get, set, type UseStore } from 'idb-keyval'
import * as v from 'valibot'
import { bringCertificate } from './bring'
import { fingerprint, isOutOfDate, selfSigned } from './certificate'
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
/** Where the browser keeps nothing (a private window): it lasts as long as this worker. */
let unkept: Identity | null = null

/** null when there is none yet, or the one kept cannot be read. */
export async function readIdentity(): Promise<Identity | null> {
  // An `async` around it, since where there is no IndexedDB at all `get` throws and rejects nothing.
  const kept: unknown = await (async () => get(key, store()))().catch(() => null)
  return unkept ?? (v.is(IdentitySchema, kept) ? kept : null)
}

/** The one that signs now. A certificate of our own that is not valid at this time (the clock was wrong when it was made) gives way to a new one. */
export async function identityToSign(): Promise<Identity> {
  const kept = await readIdentity()
  return kept && !(await isOutOfDate(kept.chain, Date.now())) ? kept : makeIdentity(kept?.name ?? '')
}

/** Makes a key with its certificate and keeps them, in place of any older ones. */
export async function makeIdentity(name: string): Promise<Identity> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const identity = { privateKey: keys.privateKey, chain: [await selfSigned(keys, name)], name, created: Date.now() }
  await keep(identity)
  return identity
}

/** Signs with an organisation's certificate from now on. @throws CertificateError */
export async function bringIdentity(pem: string): Promise<Identity> {
  const identity = { ...(await bringCertificate(pem)), created: Date.now() }
  await keep(identity)
  return identity
}

export async function deleteIdentity(): Promise<void> {
  unkept = null
  await (async () => del(key, store()))().catch(() => undefined)
}

async function keep(identity: Identity): Promise<void> {
  unkept = null
  try {
    await set(key, identity, store())
  } catch {
    unkept = identity
  }
}

export async function signerOf({ chain, name, created }: Identity): Promise<Signer> {
  return { name, created, fingerprint: await fingerprint(chain[0]!) }
}
