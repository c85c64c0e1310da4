/** What lies on the device may be damaged, or written by a program that means harm: a film that is taken can be laid out, cut and drawn. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJobs } from '../queue/store.ts'
import { settle } from './edits.ts'
import { filmFrames, layout, partsAt } from './film.ts'
import { parseFilm, parseMedia } from './schema.ts'

const runs = (numRuns: number) => ({ numRuns, seed: 20261126 })
const hostile = fc.oneof(fc.constantFrom<unknown>(null, undefined, -1, 0, 0.5, Number.NaN, Infinity, 1e308, 2 ** 53, '', 'x'.repeat(5000), true, [], {}), fc.anything())

/** A value that is as it should be three times out of four. */
const mostly = <T>(right: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: right as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: hostile })
/** All of it right in half the cases, so that films are taken as well as refused. */
const film = (part: <T>(right: fc.Arbitrary<T>) => fc.Arbitrary<unknown>) =>
  fc.record({
    version: part(fc.constantFrom(1, 2)),
    id: part(fc.string()),
    name: part(fc.string()),
    created: part(fc.nat()),
    changed: part(fc.nat()),
    thumbnail: part(fc.string()),
    format: part(fc.record({ width: fc.integer({ min: 1, max: 512 }), height: fc.constant(256), fps: fc.constantFrom(16, 23.976), sampleRate: fc.constant(16_000) })),
    clips: part(
      fc.array(
        fc.record({
          id: part(fc.string()),
          media: part(fc.string()),
          mediaFrames: part(fc.integer({ min: 1, max: 64 })),
          start: part(fc.nat(8)),
          frames: part(fc.integer({ min: 1, max: 40 })),
          volume: part(fc.double({ min: 0, max: 2, noNaN: true })),
          fadeIn: part(fc.nat(4)),
          fadeOut: part(fc.nat(4)),
          dissolve: part(fc.nat(100)),
        }),
        { maxLength: 6 },
      ),
    ),
  })

describe('800 damaged and hostile values on the device', () => {
  it('films (500)', () => {
    let taken = 0
    fc.assert(
      fc.property(fc.oneof(film(mostly), film((right) => right)), (value) => {
        const read = parseFilm(value)
        if (!read) return
        taken++
        const places = layout(settle(read.clips))
        const frames = filmFrames(places)
        expect(Number.isSafeInteger(frames) && frames >= 0).toBe(true)
        for (let frame = 0; frame < Math.min(frames, 200); frame++) {
          const parts = partsAt(places, frame)
          expect(parts.length).toBeGreaterThan(0)
          expect(parts.length).toBeLessThanOrEqual(2)
          for (const { weight } of parts) expect(weight >= 0 && weight <= 1).toBe(true)
        }
      }),
      runs(500),
    )
    expect(taken).toBeGreaterThan(50)
  })

  it('generated clips (150)', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(parseMedia(value)).toBeUndefined()
      }),
      runs(150),
    )
  })

  it('jobs of the queue (150)', () => {
    const job = fc.record({ id: mostly(fc.string()), state: mostly(fc.constantFrom('waiting', 'running')), request: hostile })
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(job)), (value) => {
        expect(Array.isArray(parseJobs(value))).toBe(true)
      }),
      runs(150),
    )
  })
})
