import { describe, expect, it } from 'vitest'
import { allow, statement, type ConsentRecord } from './consent'
import { nearestPaint } from './figure'
import { pack, unpack } from './parcel'
import { seal, unseal } from './sealed'

const now = Date.UTC(2026, 0, 1)
const picture = new Blob([new Uint8Array([1, 2, 3, 4])], { type: 'image/png' })
const passphrase = 'river lantern seven'

function record(terms: Partial<ConsentRecord['terms']> = {}): ConsentRecord {
  return {
    id: '00000000-0000-4000-8000-000000000001', given: now, from: 'here', likeness: 'a'.repeat(64), clothes: 'blue',
    terms: { name: 'Sari', lending: 'friend', scenes: null, expires: now + 1000, text: 'I agree.', language: 'en', ...terms },
    check: { turns: ['left', 'up'], spoken: true, real: 0.8, live: 0.9 },
  }
}

/** What an error says, or that there was none. */
async function outcome(work: () => unknown): Promise<string> {
  try {
    await work()
    return 'done'
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

describe('consent', () => {
  it.each<[string, Partial<ConsentRecord['terms']>, (string | null)[], number]>([
    ['done', {}, ['waves', null], now],
    ['ConsentError: expired', {}, ['waves'], now + 1000],
    ['done', { scenes: ['waves', 'campfire'] }, ['campfire'], now],
    ['ConsentError: scene', { scenes: ['waves'] }, ['waves', 'cars'], now],
    // What a film shows is not known: then it is not among what was agreed to.
    ['ConsentError: scene', { scenes: ['waves'] }, [null], now],
  ])('%s', async (expected, terms, scenes, at) => {
    expect(await outcome(() => allow(record(terms), scenes, at))).toBe(expected)
  })

  it('says in a signature what was agreed to, without the name', async () => {
    const said = await statement(record({ scenes: ['waves'] }))
    expect(said).toMatchObject({ likeness: 'a'.repeat(64), given: '2026-01-01T00:00:00.000Z', expires: '2026-01-01T00:00:01.000Z', scenes: ['waves'], lending: 'friend' })
    // printf 'I agree.' | sha256sum
    expect(said.textSha256).toBe('826ff0dab649a97ffdd7779a332accafb35cc161012253a19383db19289d6e02')
    expect(JSON.stringify(said)).not.toContain('Sari')
  })
})

describe('a file for a friend', () => {
  it('brings the likeness with what was agreed to, and goes no further', async () => {
    const file = await pack({ record: record(), picture }, passphrase, now)
    expect(Buffer.from(await file.arrayBuffer()).includes('Sari')).toBe(false)
    const taken = await unpack(file, passphrase, now)
    expect(taken.record).toEqual({ ...record(), from: 'friend' })
    expect(new Uint8Array(await taken.picture.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3, 4]))
    expect(await outcome(() => pack(taken, passphrase, now))).toBe('ConsentError: notLent')
  })

  it('is not made where lending was not agreed to, or after it has run out', async () => {
    expect(await outcome(() => pack({ record: record({ lending: 'self' }), picture }, passphrase, now))).toBe('ConsentError: notLent')
    expect(await outcome(() => pack({ record: record(), picture }, passphrase, now + 1000))).toBe('ConsentError: expired')
    expect(await outcome(() => pack({ record: record(), picture }, 'short', now))).toMatch(/^TypeError/)
  })

  it('does not open with another passphrase, changed, or after it has run out', async () => {
    const file = await pack({ record: record(), picture }, passphrase, now)
    expect(await outcome(() => unpack(file, 'another passphrase', now))).toBe('ParcelError: passphrase')
    expect(await outcome(() => unpack(file, passphrase, now + 1000))).toBe('ParcelError: expired')
    const changed = new Uint8Array(await file.arrayBuffer())
    changed[changed.length - 1]! ^= 1
    expect(await outcome(() => unpack(new Blob([changed]), passphrase, now))).toBe('ParcelError: passphrase')
    expect(await outcome(() => unpack(new Blob(['anything else at all, but long enough']), passphrase, now))).toBe('ParcelError: unreadable')
  })
})

it('a likeness is sealed for its own place only', async () => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const place = (name: string) => new TextEncoder().encode(name)
  const sealed = await seal({ record: record(), picture }, key, place('a'))
  expect((await unseal(sealed, key, place('a'))).record).toEqual(record())
  expect(await outcome(() => unseal(sealed, key, place('b')))).toMatch(/^OperationError/)
})

it.each([['blue', [40, 60, 90]], ['red', [120, 40, 40]], ['white', [90, 90, 88]], ['green', [50, 90, 55]]] as const)('clothes in a dim room: %s', (name, rgb) => {
  expect(nearestPaint(rgb)).toBe(name)
})
