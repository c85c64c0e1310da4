/** From facts to a signed file and back. That other programs read it the same way is tested in e2e/provenance.spec.ts. */
import { readFile } from 'node:fs/promises'
import { WasmReader } from '@contentauth/c2pa-wasm'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Ancestor } from './ancestors'
import { selfSigned } from './certificate'
import { examine } from './examine'
import { addManifest, type Circumstances } from './sign'
import { startLibrary } from './testLibrary'
import type { FilmFacts, ManifestNode } from './types'

vi.mock('./library', () => ({ startLibrary: async () => undefined }))

const facts: FilmFacts = {
  pack: 'kinora-s', packVersion: '1.1.0', backend: 'wasm', seed: 7, steps: 12, film: 'a'.repeat(64), training: 'notAllowed',
}
let clip: Uint8Array<ArrayBuffer>
let identity: Circumstances['identity']

const blob = (bytes: Uint8Array<ArrayBuffer>, type = 'video/mp4') => new Blob([bytes], { type })

beforeAll(async () => {
  await startLibrary()
  clip = new Uint8Array(await readFile(new URL('../../e2e/unsigned.mp4', import.meta.url)))
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  identity = { privateKey: keys.privateKey, chain: [await selfSigned(keys)] }
  // 9 MB of WebAssembly are compiled first.
}, 60_000)

/** What `signFilm` keeps of a film for those that begin from it. */
async function ancestorOf(asset: Uint8Array<ArrayBuffer>, manifests: Uint8Array<ArrayBuffer>): Promise<Pick<Ancestor, 'manifests' | 'active' | 'validation'>> {
  const reader = await WasmReader.fromBytes('video/mp4', asset)
  return { manifests, active: reader.activeLabel()!, validation: (JSON.parse(reader.json()) as { validation_results: unknown }).validation_results }
}

describe('a signed film', () => {
  it('says that a model made it, which one, and from which seed; the prompt only where it was given', async () => {
    const { asset } = await addManifest(blob(clip), facts, { identity, packHash: 'b'.repeat(64) })
    const { state, manifest, problems } = await examine(blob(asset))
    expect({ state, problems }).toEqual({ state: 'intact', problems: [] })
    expect(manifest).toMatchObject({
      generator: expect.stringMatching(/^Kinora \d/) as string,
      actions: [{ action: 'c2pa.created', source: 'trainedAlgorithmicMedia' }],
      model: { name: 'kinora-s', version: '1.1.0', sha256: 'b'.repeat(64) },
      signer: { organisation: 'Kinora (self-signed)' },
      ingredients: [],
    })
    expect(manifest?.prompt).toBeUndefined()
    const agreed = await addManifest(blob(clip), { ...facts, prompt: 'bola merah 🔴' }, { identity })
    expect((await examine(blob(agreed.asset))).manifest?.prompt).toBe('bola merah 🔴')
  })

  it('names the mark that its picture and sound carry, and its manifest alone still says so', async () => {
    const { asset, manifest } = await addManifest(blob(clip), { ...facts, mark: 0xcafe1234 }, { identity })
    const report = await examine(blob(asset))
    expect(report).toMatchObject({ state: 'intact', problems: [], manifest: { mark: 'cafe1234' } })
    expect((await examine(blob(manifest))).manifest).toMatchObject({ mark: 'cafe1234', model: { name: 'kinora-s' } })
  })

  it('says that a person is in it, until when they agreed, and not who', async () => {
    const consent: FilmFacts['consent'] = {
      likeness: 'c'.repeat(64), textSha256: 'd'.repeat(64), language: 'id', given: '2026-01-01T00:00:00.000Z', expires: '2026-02-01T00:00:00.000Z', lending: 'self', scenes: ['waves'],
      check: { turns: ['left', 'up', 'right', 'down'], spoken: true, real: 0.8, live: 0.9 },
    }
    const { asset } = await addManifest(blob(clip), { ...facts, consent }, { identity })
    const { state, manifest } = await examine(blob(asset))
    expect(state).toBe('intact')
    expect(manifest).toMatchObject({
      actions: [{ action: 'c2pa.created', source: 'compositeWithTrainedAlgorithmicMedia' }, { action: 'c2pa.placed' }],
      consent: { given: '2026-01-01T00:00:00.000Z', expires: '2026-02-01T00:00:00.000Z' },
      ingredients: [{ title: 'A person’s likeness, with their consent', relationship: 'componentOf' }],
    })
  })

  it('keeps its own bytes, so that it plays as before', async () => {
    const { asset } = await addManifest(blob(clip), facts, { identity })
    const picture = Buffer.from(clip).subarray(-20_000)
    expect(Buffer.from(asset).includes(picture)).toBe(true)
  })

  it('is known to be changed when any byte of its picture or sound is', async () => {
    const { asset } = await addManifest(blob(clip), facts, { identity })
    const mdat = Buffer.from(asset).indexOf('mdat')
    for (const at of [mdat + 20, Math.floor((mdat + asset.length) / 2), asset.length - 1]) {
      const changed = asset.slice()
      changed[at]! ^= 1
      const { state, problems } = await examine(blob(changed))
      expect(state).toBe('broken')
      expect(problems).toContain('assertion.bmffHash.mismatch')
    }
  })

  it('carries the manifests of a chain of three, each with its own actions', async () => {
    const first = await addManifest(blob(clip), facts, { identity })
    const second = await addManifest(
      blob(clip),
      { ...facts, seed: 8, parent: { how: 'remix', seed: 7, keep: 'picture', film: 'a'.repeat(64) } },
      { identity, ancestors: new Map([['a'.repeat(64), await ancestorOf(first.asset, first.manifest)]]) },
    )
    const third = await addManifest(
      blob(clip),
      { ...facts, seed: 9, parent: { how: 'extend', seed: 8, film: 'c'.repeat(64) } },
      { identity, ancestors: new Map([['c'.repeat(64), await ancestorOf(second.asset, second.manifest)]]) },
    )
    const { state, problems, manifest } = await examine(blob(third.asset))
    expect({ state, problems }).toEqual({ state: 'intact', problems: [] })
    const line = (node: ManifestNode | undefined): string[] => (node ? [node.title ?? '', ...line(node.ingredients[0]?.manifest)] : [])
    expect(line(manifest)).toEqual(['Kinora film, seed 9, from another film', 'Kinora film, seed 8, from another film', 'Kinora film, seed 7'])
    expect(manifest?.actions.map(({ action, source }) => [action, source])).toEqual([
      ['c2pa.opened', undefined],
      ['c2pa.edited', 'compositeWithTrainedAlgorithmicMedia'],
    ])
    expect(manifest?.ingredients[0]).toMatchObject({ relationship: 'parentOf', problems: [] })
  })

  it('cut from several clips carries each of them once, with its manifest where it has one', async () => {
    const [a, b] = ['a'.repeat(64), 'b'.repeat(64)]
    const first = await addManifest(blob(clip), facts, { identity })
    const shots = [
      { seed: 7, film: a, startFrame: 0, frames: 16 },
      { seed: 8, film: b, startFrame: 16, frames: 16 },
      { seed: 7, film: a, startFrame: 32, frames: 8 },
    ]
    const { film: _, ...several } = facts
    const { asset } = await addManifest(blob(clip), { ...several, shots }, { identity, ancestors: new Map([[a, await ancestorOf(first.asset, first.manifest)]]) })
    const { state, problems, manifest } = await examine(blob(asset))
    expect({ state, problems }).toEqual({ state: 'intact', problems: [] })
    expect(manifest?.ingredients).toMatchObject([
      { title: 'Kinora film, seed 7', relationship: 'componentOf', problems: [], manifest: { title: 'Kinora film, seed 7' } },
      { title: 'Kinora film, seed 8', relationship: 'componentOf', problems: [] },
    ])
    expect(manifest?.actions.map(({ action }) => action)).toEqual(['c2pa.created', 'c2pa.placed', 'c2pa.placed', 'c2pa.edited'])
    expect(new TextDecoder('latin1').decode(asset)).toContain(`kinora:tokens-sha256:${b}`)
  })

  it('made from a file from elsewhere carries the manifests of that file on, and names one without any by its hash', async () => {
    const file = new Blob([new Uint8Array(await readFile(new URL('../../e2e/elsewhere.jpg', import.meta.url)))])
    const [signed, plain] = ['e'.repeat(64), 'f'.repeat(64)]
    const made = await addManifest(blob(clip), { ...facts, parent: { how: 'frames', seed: 0, file: signed, end: plain } }, { identity, adopted: new Map([[signed, { file, format: 'image/jpeg' }]]) })
    const { state, problems, manifest } = await examine(blob(made.asset))
    expect({ state, problems }).toEqual({ state: 'intact', problems: [] })
    expect(manifest?.ingredients).toMatchObject([
      { relationship: 'parentOf', problems: [], manifest: { title: 'poster.jpg', ingredients: [{ manifest: { title: 'photo.jpg' } }] } },
      { title: 'File from elsewhere', relationship: 'componentOf', problems: [] },
    ])
    expect(new TextDecoder('latin1').decode(made.asset)).toContain(`kinora:file-sha256:${plain}`)
  })

  it('that is a file from elsewhere, only fitted, claims no model for it', async () => {
    const { film: _, ...fitted } = facts
    const { asset } = await addManifest(blob(clip), { ...fitted, parent: { how: 'import', seed: 0, file: 'f'.repeat(64) } }, { identity })
    const { state, manifest } = await examine(blob(asset))
    expect(state).toBe('intact')
    expect(manifest?.model).toBeUndefined()
    expect(manifest?.actions.map(({ action, source }) => [action, source])).toEqual([['c2pa.opened', undefined], ['c2pa.edited', undefined]])
  })

  it('names a parent that was never signed, without its manifest', async () => {
    const { asset } = await addManifest(blob(clip), { ...facts, parent: { how: 'remix', seed: 7 } }, { identity })
    const { state, manifest } = await examine(blob(asset))
    expect(state).toBe('intact')
    expect(manifest?.ingredients).toEqual([{ title: 'Kinora film, seed 7', relationship: 'parentOf', problems: [] }])
  })
})

describe('examine', () => {
  it('reads what another program signed, with the chain behind it, and sees that it was changed', async () => {
    const bytes = new Uint8Array(await readFile(new URL('../../e2e/elsewhere.jpg', import.meta.url)))
    expect(await examine(blob(bytes))).toMatchObject({
      state: 'intact',
      manifest: {
        title: 'poster.jpg',
        generator: 'Elsewhere Editor 1.0',
        signer: { name: 'Elsewhere Editor', organisation: 'Elsewhere' },
        actions: [{ action: 'c2pa.opened' }, { action: 'c2pa.color_adjustments', description: 'Warmer' }],
        ingredients: [{ relationship: 'parentOf', problems: [], manifest: { title: 'photo.jpg', actions: [{ action: 'c2pa.created', source: 'digitalCapture' }], ingredients: [] } }],
      },
    })
    const changed = bytes.slice()
    changed[changed.length - 100]! ^= 1
    expect(await examine(blob(changed))).toMatchObject({ state: 'broken', problems: ['assertion.dataHash.mismatch'] })
  })

  it('finds no manifest where there is none', async () => {
    expect(await examine(blob(clip))).toEqual({ state: 'none', problems: [] })
    expect(await examine(blob(new TextEncoder().encode('just some text')))).toEqual({ state: 'none', problems: [] })
    expect((await examine(blob(new Uint8Array()))).state).toBe('unreadable')
  })

  it('never takes a file cut anywhere for an intact one, and never throws', async () => {
    const { asset } = await addManifest(blob(clip), facts, { identity })
    for (let size = 0; size < asset.length; size += 3001) {
      const { state } = await examine(blob(asset.slice(0, size)))
      expect(state, `cut at ${size}`).not.toBe('intact')
    }
  })

  it('does not throw for a file of noise behind any beginning', async () => {
    for (const start of ['\u0000\u0000\u0000\u0020ftypisom', '\u00ff\u00d8\u00ff', '\u0089PNG\r\n\u001a\n', 'RIFF\u0000\u0000\u0000\u0000WEBP', 'ID3', '%PDF', '\u0000\u0000\u0000\u0010jumb']) {
      const noise = crypto.getRandomValues(new Uint8Array(5000))
      noise.set(Buffer.from(start, 'latin1'))
      expect(['none', 'unreadable']).toContain((await examine(blob(noise))).state)
    }
  })
})
