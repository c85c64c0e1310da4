/** Films that were cut off, damaged on the way or made to harm: each is read, is none of ours, or is refused with a sentence. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTags } from './tags'

/** A film as the page saved it. */
const film = new Uint8Array(readFileSync(fileURLToPath(new URL('../../e2e/unsigned.mp4', import.meta.url))))
const runs = (numRuns: number) => ({ numRuns, seed: 20261126 })

/** Where the boxes (ISO 14496-12 §4.2) begin in which the film is described, found by their names. */
const boxes = ['ftyp', 'moov', 'mvhd', 'trak', 'tkhd', 'mdia', 'minf', 'stbl', 'stsd', 'stsz', 'stco', 'udta', 'meta', 'ilst', 'data', 'mdat'].flatMap((name) => {
  const at = Buffer.from(film).indexOf(name, 0, 'latin1')
  return at < 4 ? [] : [at - 4]
})
const moov = Buffer.from(film).indexOf('moov', 0, 'latin1')

const seen = { read: 0, foreign: 0, refused: 0 }

async function read(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    const tags = await readTags(new Blob([bytes]))
    seen[tags ? 'read' : 'foreign']++
    if (tags) expect(typeof tags.prompt).toBe('string')
  } catch (error) {
    expect(['UnreadableFileError', 'TagsError'], String(error)).toContain((error as Error).name)
    expect((error as Error).message.length).toBeGreaterThan(20)
    seen.refused++
  }
}

const near = (from: number) => fc.integer({ min: Math.max(0, from), max: film.length - 1 })

describe('700 damaged films', () => {
  it('is about a film that can be read, and finds its boxes', async () => {
    expect(await readTags(new Blob([film]))).toMatchObject({ pack: 'kinora-s' })
    expect(boxes.length).toBeGreaterThan(8)
  })

  it('cut off anywhere, and empty (200)', async () => {
    await read(new Uint8Array())
    await fc.assert(fc.asyncProperty(fc.oneof(near(0), near(moov)), (length) => read(film.slice(0, length))), runs(200))
  })

  it('with bytes changed, most of them where the film is described (300)', async () => {
    const byte = fc.oneof(fc.constantFrom(0, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 255 }))
    const change = fc.tuple(fc.oneof({ weight: 4, arbitrary: near(moov) }, { weight: 1, arbitrary: near(0) }), byte)
    const damaged = fc.array(change, { minLength: 1, maxLength: 24 })
    await fc.assert(
      fc.asyncProperty(damaged, (changes) => {
        const copy = film.slice()
        for (const [at, value] of changes) copy[at] = value
        return read(copy)
      }),
      runs(300),
    )
  })

  it('with boxes that claim any length or name (200)', async () => {
    const length = fc.oneof(fc.constantFrom(0, 1, 7, 8, 9, 0x7fffffff, 0x80000000, 0xffffffff), fc.integer({ min: 0, max: 0xffffffff }))
    const claims = fc.array(fc.tuple(fc.constantFrom(...boxes), fc.constantFrom(0, 4, 8, 12), length), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(claims, (list) => {
        const copy = film.slice()
        const view = new DataView(copy.buffer)
        for (const [box, offset, value] of list) view.setUint32(Math.min(box + offset, copy.length - 4), value)
        return read(copy)
      }),
      runs(200),
    )
    console.log(`read ${seen.read}, of others ${seen.foreign}, refused ${seen.refused}`)
    expect(seen.refused).toBeGreaterThan(20)
    expect(seen.foreign).toBeGreaterThan(20)
  })
})
