/**
 * A certificate made on this device for a key of its own, in the profile that C2PA asks of signers (2.2, §14.5.1): version 3, key usage
 * digitalSignature, extended key usage emailProtection, no authority. Nobody vouches for it: validators call it untrusted, and rightly so.
 */
import 'reflect-metadata'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { hash } from '../packs/cache'

const ecdsaSha256 = { name: 'ECDSA', hash: 'SHA-256' } as const
const emailProtection = '1.3.6.1.5.5.7.3.4'

/** Offline there is no time stamp, so a film is valid only as long as its certificate: ten years. */
const validYears = 10
/** Clocks differ; a film must not be "not yet valid" on the next machine. */
const backdatedMs = 24 * 3600 * 1000

/** The name of who signs, when the person gives none. */
export const namelessSigner = 'Kinora on a personal device'

/** DER. `name` becomes the common name, as far as `signerName` lets it through. */
export async function selfSigned(keys: CryptoKeyPair, name = ''): Promise<Uint8Array<ArrayBuffer>> {
  const now = Date.now()
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + validYears)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // C2PA readers show the organisation as the issuer.
    name: [{ CN: [signerName(name)] }, { O: ['Kinora (self-signed)'] }],
    keys,
    signingAlgorithm: ecdsaSha256,
    notBefore: new Date(now - backdatedMs),
    notAfter,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([emailProtection]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return new Uint8Array(certificate.rawData)
}

/** A common name has 64 characters at most (RFC 5280); quotes, `#`, `+` and the like mean something in the notation of names. */
function signerName(name: string): string {
  const plain = name.normalize('NFC').replace(/[^\p{Letter}\p{Mark}\p{Number} .,'’&()@_-]+/gu, ' ').replace(/\s+/g, ' ').trim()
  return [...plain].slice(0, 64).join('').trim() || namelessSigner
}

/** Whether a certificate of our own making is not valid at `now` (ms since 1970). What others issued is theirs to renew. */
export async function isOutOfDate([der]: readonly Uint8Array<ArrayBuffer>[], now: number): Promise<boolean> {
  if (!der) return true
  const certificate = new X509Certificate(der)
  const { notBefore, notAfter } = certificate
  return (now < notBefore.getTime() || now > notAfter.getTime()) && (await certificate.isSelfSigned())
}

/** SHA-256 of the certificate in hexadecimal: what two people compare to know that a film is from whom they think. */
export async function fingerprint(der: Uint8Array<ArrayBuffer>): Promise<string> {
  return hash(der)
}
