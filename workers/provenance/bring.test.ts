import { describe, expect, it } from 'vitest'
import { bringCertificate } from './bring'
import { selfSigned } from './certificate'

const pem = (kind: string, der: ArrayBuffer | Uint8Array) =>
  `-----BEGIN ${kind}-----\n${Buffer.from(new Uint8Array(der)).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${kind}-----\n`

async function organisation(namedCurve = 'P-256'): Promise<{ key: string; certificate: string }> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify'])
  return { key: pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', keys.privateKey)), certificate: pem('CERTIFICATE', await selfSigned(keys, 'Studio Merah')) }
}

describe('bringCertificate', () => {
  it('takes a certificate with its key, in any order and with its issuers behind it, and lets the key out no more', async () => {
    const { key, certificate } = await organisation()
    const issuer = (await organisation()).certificate
    for (const text of [key + certificate + issuer, `some words\n${certificate}${issuer}${key}`.replaceAll('\n', '\r\n')]) {
      const { privateKey, chain, name } = await bringCertificate(text)
      expect(name).toBe('Studio Merah')
      expect(chain).toHaveLength(2)
      await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow()
    }
  })

  it.each([
    ['a certificate alone', async () => (await organisation()).certificate, /needs a certificate and its private key/],
    ['a key alone', async () => (await organisation()).key, /needs a certificate and its private key/],
    ['somebody else’s key', async () => (await organisation()).certificate + (await organisation()).key, /not that of the private key/],
    ['a key of another curve', async () => Object.values(await organisation('P-384')).join(''), /not one of P-256/],
    ['a damaged certificate', async () => pem('CERTIFICATE', new Uint8Array(200)) + (await organisation()).key, /cannot be read/],
    ['no PEM at all', async () => 'hello', /needs a certificate and its private key/],
  ])('refuses %s with a sentence', async (_, text, sentence) => {
    await expect(bringCertificate(await text())).rejects.toMatchObject({ name: 'CertificateError', message: expect.stringMatching(sentence) as string })
  })
})
