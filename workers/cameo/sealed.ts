/** A record and its picture as one piece of bytes, encrypted: on this device with a key that cannot leave it, in a friend's file with a passphrase. */
import * as v from 'valibot'
import { RecordSchema, type ConsentRecord } from './consent'

export interface Kept {
  record: ConsentRecord
  /** PNG */
  picture: Blob
}

const ivBytes = 12

/** @param about bytes that are not secret and must not be changed either. @returns iv and ciphertext, one after another */
export async function seal({ record, picture }: Kept, key: CryptoKey, about: BufferSource): Promise<Uint8Array<ArrayBuffer>> {
  const json = new TextEncoder().encode(JSON.stringify(record))
  const plain = new Uint8Array(await new Blob([new Uint32Array([json.length]), json, picture]).arrayBuffer())
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
  const secret = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: about }, key, plain)
  return new Uint8Array(await new Blob([iv, secret]).arrayBuffer())
}

/** @throws OperationError for another key or changed bytes, ValiError or SyntaxError for what was never a likeness */
export async function unseal(sealed: Uint8Array<ArrayBuffer>, key: CryptoKey, about: BufferSource): Promise<Kept> {
  const iv = sealed.subarray(0, ivBytes)
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: about }, key, sealed.subarray(ivBytes))
  const [length = 0] = new Uint32Array(plain.slice(0, 4))
  const record = v.parse(RecordSchema, JSON.parse(new TextDecoder().decode(plain.slice(4, 4 + length))))
  return { record, picture: new Blob([plain.slice(4 + length)], { type: 'image/png' }) }
}
