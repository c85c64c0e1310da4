/** An organisation's own certificate with its key, as PEM (RFC 7468): films are then signed in its name. */
import 'reflect-metadata'
import { X509Certificate } from '@peculiar/x509'

/** What was brought cannot sign films; says why. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

export interface Brought {
  privateKey: CryptoKey
  /** DER, the signer's first. */
  chain: Uint8Array<ArrayBuffer>[]
  name: string
}

const p256 = { name: 'ECDSA', namedCurve: 'P-256' } as const
const ecdsaSha256 = { name: 'ECDSA', hash: 'SHA-256' } as const

/** @throws CertificateError */
export async function bringCertificate(pem: string): Promise<Brought> {
  const chain = blocks(pem, 'CERTIFICATE')
  const [pkcs8] = blocks(pem, 'PRIVATE KEY')
  const [first] = chain
  if (!first || !pkcs8) {
    throw new CertificateError('The file needs a certificate and its private key, both as PEM: "BEGIN CERTIFICATE" and "BEGIN PRIVATE KEY" (PKCS #8, not encrypted).')
  }
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, p256, false, ['sign']).catch((cause: unknown) => {
    throw new CertificateError('The private key is not one of P-256 (ES256), or it is damaged. Kinora signs with that kind alone.', { cause })
  })
  const certificate = certificateOf(first)
  if (!(await belongTogether(privateKey, certificate))) throw new CertificateError('The first certificate in the file is not that of the private key.')
  if (certificate.notAfter.getTime() < Date.now()) throw new CertificateError(`The certificate ended on ${certificate.notAfter.toISOString().slice(0, 10)}.`)
  return { privateKey, chain, name: certificate.subjectName.getField('CN')[0] ?? certificate.subject }
}

function certificateOf(der: Uint8Array<ArrayBuffer>): X509Certificate {
  try {
    return new X509Certificate(der)
  } catch (cause) {
    throw new CertificateError('The certificate cannot be read: it is damaged.', { cause })
  }
}

/** What the key signs, the certificate's key must verify. */
async function belongTogether(privateKey: CryptoKey, { publicKey }: X509Certificate): Promise<boolean> {
  const message = crypto.getRandomValues(new Uint8Array(32))
  try {
    const key = await crypto.subtle.importKey('spki', publicKey.rawData, p256, false, ['verify'])
    return await crypto.subtle.verify(ecdsaSha256, key, await crypto.subtle.sign(ecdsaSha256, privateKey, message), message)
  } catch {
    return false
  }
}

/** The contents of every block of this kind, in order. */
function blocks(pem: string, kind: string): Uint8Array<ArrayBuffer>[] {
  const found = pem.matchAll(new RegExp(`-----BEGIN ${kind}-----([A-Za-z0-9+/=\\s]*)-----END ${kind}-----`, 'g'))
  return [...found].map(([, base64 = '']) => {
    try {
      return Uint8Array.from(atob(base64.replace(/\s/g, '')), (char) => char.charCodeAt(0))
    } catch (cause) {
      throw new CertificateError('The file is damaged: what stands between its BEGIN and END lines is no base64.', { cause })
    }
  })
}
