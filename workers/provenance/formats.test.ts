/** Every kind of file that Kinora writes is signed: in the file itself, or beside it where the format has no place for it. */
import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js/index-native.js'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { writeGif } from '../media/gif'
import { wholeFilm } from '../media/plan'
import { selfSigned } from './certificate'
import { SigningError } from './errors'
import { examine } from './examine'
import { addManifest, type Circumstances } from './sign'
import { startLibrary } from './testLibrary'
import type { FilmFacts } from './types'

vi.mock('./library', () => ({ startLibrary: async () => undefined }))

const facts: FilmFacts = { pack: 'kinora-s', packVersion: '1.1.0', backend: 'wasm', seed: 7, steps: 4, film: 'a'.repeat(64), part: { from: 4, to: 8 }, training: 'notAllowed' }
let identity: Circumstances['identity']

/** The smallest files of their kinds: one pixel, or a moment of silence. */
const base64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))
const png = base64('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')
const webp = base64('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA')

function wav(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + 3200)
  const view = new DataView(bytes.buffer)
  const text = (at: number, letters: string) => bytes.set(Buffer.from(letters, 'latin1'), at)
  text(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, 16_000, true)
  view.setUint32(28, 32_000, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  text(36, 'data')
  view.setUint32(40, 3200, true)
  return bytes
}

async function gif(): Promise<Uint8Array<ArrayBuffer>> {
  const film = { width: 8, height: 8, fps: 16, frameCount: 3, sampleRate: 16_000, pcm: new Float32Array(3000), mark: null, tags: { prompt: '', negative: '', seed: 1, steps: 4, seconds: 1, pack: '', packVersion: '', backend: '' } }
  const frame = (red: number) => Uint8ClampedArray.from({ length: 256 }, (_, i) => [red, 100, (i >> 2) * 3, 255][i % 4]!)
  const frames = async function* () {
    for (const red of [10, 10, 200]) yield frame(red)
  }
  return new Uint8Array(await (await writeGif(wholeFilm(film), [frame(10), frame(200)], frames(), () => undefined)).arrayBuffer())
}

async function zip(): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new ZipWriter(new BlobWriter('application/zip'), { level: 0, useWebWorkers: false })
  await writer.add('a.txt', new TextReader('one file'))
  await writer.add('b.txt', new TextReader('another file, that must not be changed either'))
  return new Uint8Array(await (await writer.close()).arrayBuffer())
}

/** The files are made before `startLibrary` puts its own Blob in the place of Node's. */
const files: Record<string, Uint8Array<ArrayBuffer>> = {}

beforeAll(async () => {
  Object.assign(files, { 'image/png': png, 'image/webp': webp, 'audio/wav': wav(), 'image/gif': await gif(), 'application/zip': await zip() })
  await startLibrary()
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  identity = { privateKey: keys.privateKey, chain: [await selfSigned(keys)] }
}, 60_000)

describe.each(['image/png', 'image/webp', 'audio/wav', 'image/gif', 'application/zip'])('%s', (type) => {
  it('carries its manifest, which says that a model made it and which part of the film it is', async () => {
    const { asset } = await addManifest(new Blob([files[type]!], { type }), facts, { identity })
    const { state, problems, manifest } = await examine(new Blob([asset]))
    expect({ state, problems }).toEqual({ state: 'intact', problems: [] })
    expect(manifest).toMatchObject({ actions: [{ action: 'c2pa.created', source: 'trainedAlgorithmicMedia' }], model: { name: 'kinora-s' } })
  })

  it('is known to be changed when a byte of its contents is', async () => {
    const { asset } = await addManifest(new Blob([files[type]!], { type }), facts, { identity })
    const at = { 'image/png': 25, 'image/webp': 40, 'audio/wav': 2000, 'image/gif': 800, 'application/zip': 36 }[type]!
    const changed = asset.slice()
    changed[at]! ^= 1
    expect((await examine(new Blob([changed]))).state).not.toBe('intact')
  })
})

it('what Kinora cannot sign is not written', async () => {
  for (const type of ['video/webm', '']) await expect(addManifest(new Blob(['a film'], { type }), facts, { identity })).rejects.toThrow(SigningError)
})

it('what can carry none gets its manifest beside it, and stays as it was', async () => {
  const captions = new TextEncoder().encode('WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nhello\n')
  const { asset, manifest } = await addManifest(new Blob([captions], { type: 'text/vtt' }), facts, { identity })
  expect(asset).toEqual(captions)
  expect(new TextDecoder('latin1').decode(manifest)).toContain('kinora.generation')
})
