/**
 * A likeness in a file for a friend: "KINORA-CAMEO-1", salt, iv, ciphertext. The key comes from a passphrase (PBKDF2, SHA-256), which is told
 * by another way; what was agreed to is inside, so it cannot be changed without the passphrase.
 */
import { ConsentError, ParcelError } from './errors'
import { allowLending } from './consent'
import { seal, unseal, type Kept } from './sealed'

const mark = new TextEncoder().encode('KINORA-CAMEO-1')
const saltBytes = 16
/** OWASP Password Storage Cheat Sheet (2023) for PBKDF2 with HMAC-SHA-256. */
const iterations = 600_000
/** A picture of a few hundred kilobytes; larger files are none of ours. */
const mostBytes = 4 * 2 ** 20
export const shortestPassphrase = 8

/** @throws ConsentError when it may not be lent */
export async function pack(kept: Kept, passphrase: string, now: number): Promise<Blob> {
  allowLending(kept.record, now)
  if (passphrase.length < shortestPassphrase) throw new TypeError(`passphrase must have at least ${shortestPassphrase} characters.`)
  const salt = crypto.getRandomValues(new Uint8Array(saltBytes))
  return new Blob([mark, salt, await seal(kept, await keyOf(passphrase, salt), mark)], { type: 'application/octet-stream' })
}

/** The likeness in a friend's file, marked as theirs. @throws ParcelError */
export async function unpack(file: Blob, passphrase: string, now: number): Promise<Kept> {
  if (file.size > mostBytes || file.size < mark.length + saltBytes) throw new ParcelError('unreadable')
  const bytes = new Uint8Array(await file.arrayBuffer())
  if (mark.some((byte, i) => bytes[i] !== byte)) throw new ParcelError('unreadable')
  const salt = bytes.slice(mark.length, mark.length + saltBytes)
  let kept: Kept
  try {
    kept = await unseal(bytes.slice(mark.length + saltBytes), await keyOf(passphrase, salt), mark)
  } catch (cause) {
    throw new ParcelError(cause instanceof DOMException ? 'passphrase' : 'unreadable')
  }
  try {
    allowLending(kept.record, now)
  } catch (cause) {
    throw new ParcelError(cause instanceof ConsentError && cause.message === 'expired' ? 'expired' : 'unreadable')
  }
  return { ...kept, record: { ...kept.record, from: 'friend' } }
}

async function keyOf(passphrase: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const words = await crypto.subtle.importKey('raw', new TextEncoder().encode(passphrase.normalize('NFC')), 'PBKDF2', false, ['deriveKey'])
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, words, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}
