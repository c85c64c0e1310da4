import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { coseSign1, reserveSize } from './cose'

const claim = new TextEncoder().encode('a claim')
const keyPair = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])

describe('coseSign1', () => {
  it('writes what RFC 9052 lays down, byte by byte', async () => {
    const { privateKey, publicKey } = await keyPair()
    const certificate = Uint8Array.of(1, 2, 3)
    const message = await coseSign1(claim, privateKey, [certificate], 200)
    // 18([<< {1: -7, 33: h'010203'} >>, {"pad": …}, null, signature])
    const header = Buffer.from('a2012618214301 0203'.replace(' ', ''), 'hex')
    const start = Buffer.concat([Buffer.from('d284', 'hex'), Buffer.from([0x40 + header.length]), header, Buffer.from('a163706164', 'hex')])
    expect(Buffer.from(message.subarray(0, start.length)).toString('hex')).toBe(start.toString('hex'))
    expect(Buffer.from(message.subarray(-67, -64)).toString('hex')).toBe('f65840')
    const signed = Buffer.concat([
      Buffer.from('846a', 'hex'), Buffer.from('Signature1'), Buffer.from([0x40 + header.length]), header, Buffer.from([0x40, 0x40 + claim.length]), claim,
    ])
    const key = createPublicKey({ key: Buffer.from(await crypto.subtle.exportKey('spki', publicKey)), format: 'der', type: 'spki' })
    expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, message.subarray(-64))).toBe(true)
  })

  it('fills the reserved size exactly, whatever it is, or says that it cannot', async () => {
    const { privateKey } = await keyPair()
    const chain = [new Uint8Array(500), new Uint8Array(70)]
    const reserved = reserveSize(chain)
    for (const size of [reserved, reserved + 1, reserved + 23, reserved + 24, 1000, 1001, 2000, 66_000, 70_000]) {
      expect(await coseSign1(claim, privateKey, chain, size)).toHaveLength(size)
    }
    await expect(coseSign1(claim, privateKey, chain, 600)).rejects.toThrow(RangeError)
  })
})
