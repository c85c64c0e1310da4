/** Read back by Node's OpenSSL, which shares no code with what made the certificates. */
import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fingerprint, isOutOfDate, selfSigned } from './certificate'

const keyPair = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])

describe('selfSigned', () => {
  it('makes a certificate whose signature its own key verifies, and that can sign but certify nobody', async () => {
    const keys = await keyPair()
    const certificate = new X509Certificate(await selfSigned(keys))
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
    expect(certificate.ca).toBe(false)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.4'])
    expect(new X509Certificate(await selfSigned(await keyPair())).verify(certificate.publicKey)).toBe(false)
  })

  it('is valid since yesterday and for ten years, with no name unless one is given', async () => {
    const anonymous = new X509Certificate(await selfSigned(await keyPair()))
    const years = (Date.parse(anonymous.validTo) - Date.now()) / (365.2425 * 24 * 3600 * 1000)
    expect(years).toBeCloseTo(10, 1)
    expect(Date.parse(anonymous.validFrom)).toBeLessThan(Date.now() - 23 * 3600 * 1000)
    expect(anonymous.subject).toContain('CN=Kinora on a personal device')
    const named = new X509Certificate(await selfSigned(await keyPair(), ' Sari Dewi, "Film"+#co=1\n '))
    expect(named.toLegacyObject().subject.CN).toBe('Sari Dewi, Film co 1')
    expect(new X509Certificate(await selfSigned(await keyPair(), '"#')).toLegacyObject().subject.CN).toBe('Kinora on a personal device')
  })

  it('is out of date where the clock stands before or after its years, so that a wrong clock locks nobody out', async () => {
    const chain = [await selfSigned(await keyPair())]
    const day = 24 * 3600 * 1000
    const outOfDate = (days: number) => isOutOfDate(chain, Date.now() + days * day)
    expect(await Promise.all([-2, -0.5, 0, 3650, 3660].map(outOfDate))).toEqual([true, false, false, false, true])
  })

  it('has the fingerprint that OpenSSL shows', async () => {
    const der = await selfSigned(await keyPair())
    expect(await fingerprint(der)).toBe(new X509Certificate(der).fingerprint256.replaceAll(':', '').toLowerCase())
  })
})
