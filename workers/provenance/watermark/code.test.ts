import { describe, expect, it } from 'vitest'
import { checksum, codedBits, decodePayload, encodePayload } from './code'

/** Normally distributed, by Box and Muller, from a fixed seed. */
function noise(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

describe('the payload’s code', () => {
  it('has the checksum of CRC-16/IBM-3740', () => {
    // The catalogue's check value is of "123456789"; of four bytes: computed with Python's binascii.crc_hqx(data, 0xffff).
    expect(checksum(0x31323334)).toBe(0x5349)
    expect(checksum(0)).toBe(0x84c0)
  })

  it('comes back without noise, for every bit', () => {
    for (const payload of [0, 1, 0xffffffff, 0x80000000, 0xdeadbeef]) expect(decodePayload(encodePayload(payload))).toEqual({ payload, checks: true })
  })

  it('comes back from noise as strong as itself, where one bit in six is wrong', () => {
    const random = noise(7)
    let right = 0
    let wrongBits = 0
    for (let i = 0; i < 100; i++) {
      const coded = encodePayload(Math.imul(i, 0x9e3779b1) >>> 0)
      const soft = Float64Array.from(coded, (bit) => bit + random())
      wrongBits += soft.filter((value, at) => value * coded[at]! < 0).length
      const decoded = decodePayload(soft)
      if (decoded.checks && decoded.payload === Math.imul(i, 0x9e3779b1) >>> 0) right++
    }
    expect(wrongBits / (100 * codedBits)).toBeGreaterThan(0.14)
    expect(right).toBeGreaterThanOrEqual(95)
  })

  it('does not take noise for a payload', () => {
    const random = noise(3)
    const hits = Array.from({ length: 300 }, () => decodePayload(Float64Array.from({ length: codedBits }, random)).checks).filter(Boolean)
    expect(hits).toEqual([])
  })
})
