/** What strangers may send: every case is refused with a PackError or is in order; nothing hangs and nothing else is thrown. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/index-native.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PackError } from './errors'
import { expandGraph } from './expand'
import { checkGraph } from './graph'
import { figuresOf } from './installed'
import { graphRoles, parseManifest, total, type Manifest } from './manifest'
import { zipOf } from './source'
import { tinyManifest } from './testPack'

const testPack = fileURLToPath(new URL('../../models/packs/kinora-test/', import.meta.url))
const runs = (numRuns: number) => ({ numRuns, seed: 20261126 })

/** What `work` gives, or 'refused'. Anything but a PackError goes on. */
function orRefused<T>(work: () => T): T | 'refused' {
  try {
    return work()
  } catch (error) {
    if (error instanceof PackError && error.message.length > 20) return 'refused'
    throw error
  }
}

/** Bytes with some of them overwritten, and the end cut off in a part of the cases. */
const damaged = (bytes: Uint8Array) =>
  fc
    .record({
      cuts: fc.option(fc.integer({ min: 0, max: bytes.length }), { freq: 2 }),
      changes: fc.array(fc.tuple(fc.integer({ min: 0, max: bytes.length - 1 }), fc.oneof(fc.constantFrom(0, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 255 }))), { maxLength: 12 }),
    })
    .map(({ cuts, changes }) => {
      const copy = new Uint8Array(bytes)
      for (const [at, value] of changes) copy[at] = value
      return copy.slice(0, cuts ?? bytes.length)
    })

const hostile = fc.oneof(
  fc.constantFrom(null, -1, 0, 0.5, 1e308, 2 ** 53, 2 ** 31, '', '../x', '/', 'C:\\x', 'https://x.example/', '__proto__', 'x'.repeat(5000), true, [], {}, [[]]),
  fc.jsonValue({ maxDepth: 2 }),
)

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Every place in a value, as the path to it. */
function places(value: Json, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))]
}

function replaced(value: Json, [key, ...rest]: string[], by: Json): Json {
  if (key === undefined) return by
  if (typeof value !== 'object' || value === null) return value
  const inner = replaced((value as Record<string, Json>)[key] ?? null, rest, by)
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner }
}

describe('1,200 damaged and hostile packs', () => {
  const json = JSON.stringify(tinyManifest())

  it('manifests with bytes changed or cut off (300)', () => {
    const seen = { refused: 0, taken: 0 }
    fc.assert(
      fc.property(damaged(new TextEncoder().encode(json)), (bytes) => {
        const result = orRefused(() => parseManifest(new TextDecoder().decode(bytes)))
        seen[result === 'refused' ? 'refused' : 'taken']++
      }),
      runs(300),
    )
    expect(seen.refused).toBeGreaterThan(200)
  })

  it('manifests with hostile values in any place: what is taken can be expanded without leaving its bounds (500)', () => {
    const base = JSON.parse(json) as Json
    const all = places(base)
    const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: all.length - 1 }), hostile), { minLength: 1, maxLength: 3 })
    let taken = 0
    fc.assert(
      fc.property(changes, (list) => {
        const text = JSON.stringify(list.reduce((value, [place, by]) => replaced(value, all[place] ?? [], by as Json), base))
        const manifest = orRefused(() => parseManifest(text))
        if (manifest === 'refused') return
        taken++
        expectInBounds(manifest)
      }),
      runs(500),
    )
    expect(taken, 'some of them are harmless').toBeGreaterThan(5)
  })

  it('figures of any shape (100)', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(fc.string(), hostile), (quality, model) => {
        for (const value of [quality, { model }, { model, ceiling: quality }]) {
          const { figures } = figuresOf(JSON.stringify({ quality: value }))
          expect(figures.every((figure) => Number.isFinite(figure.model))).toBe(true)
        }
      }),
      runs(100),
    )
  })

  it('graphs with bytes changed or cut off (200)', () => {
    let refused = 0
    for (const role of ['text', 'step', 'decode', 'vocoder'] as const) {
      const bytes = new Uint8Array(readFileSync(`${testPack}${role}.onnx`))
      // As it is, it is in order: or the refusals would prove nothing.
      checkGraph(bytes, role, { data: `${role}.data`, speaks: true })
      fc.assert(
        fc.property(damaged(bytes), (copy) => void (orRefused(() => checkGraph(copy, role, { data: `${role}.data`, speaks: true })) === 'refused' && refused++)),
        runs(50),
      )
    }
    expect(refused).toBeGreaterThan(50)
  })

  it('zips with bytes changed or cut off (100)', async () => {
    const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false })
    await writer.add('tiny/manifest.json', new Uint8ArrayReader(new TextEncoder().encode(json)))
    await writer.add('tiny/weights-0.bin', new Uint8ArrayReader(new Uint8Array(300).map((_, i) => i)))
    const zip = new Uint8Array(await (await writer.close()).arrayBuffer())
    let refused = 0
    await fc.assert(
      fc.asyncProperty(damaged(zip), async (copy) => {
        try {
          const source = await zipOf(new Blob([copy]))
          for (const name of ['manifest.json', 'weights-0.bin']) {
            // A stream that breaks is told apart by addPack, which also compares the hash.
            await source.open(name).then((stream) => new Response(stream).arrayBuffer().catch(() => undefined))
          }
          await source.close()
        } catch (error) {
          if (!(error instanceof PackError)) throw error
          refused++
        }
      }),
      runs(100),
    )
    expect(refused).toBeGreaterThan(50)
  })
})

/** A manifest that was taken may be wrong about the world, but must not make the loader read or write out of bounds. */
function expectInBounds(manifest: Manifest): void {
  const weights = total(manifest.weights)
  if (weights > 2 ** 20) return
  for (const role of graphRoles) {
    const graph = manifest.graphs[role]
    if (graph.dataBytes > 2 ** 20) continue
    expect(expandGraph(graph, new Uint8Array(weights))).toHaveLength(graph.dataBytes)
  }
}
