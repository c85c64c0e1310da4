import { AudioSample, AudioSampleSource, BufferTarget, type MetadataTags, Mp4OutputFormat, Output } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import { readTags, toMetadata } from './tags'
import type { FilmTags } from './types'

const tags: FilmTags = {
  prompt: 'A red "rubber" ball — bola merah 🔴, <jumps>\n& falls',
  negative: 'rain',
  seed: 0xffffffff,
  steps: 12,
  seconds: 2,
  pack: 'kinora-s',
  packVersion: '1.0.0',
  backend: 'wasm',
}

/** A real MP4 with a tenth of a second of uncompressed silence, which needs no encoder. */
async function filmWith(metadata: MetadataTags): Promise<Blob> {
  const source = new AudioSampleSource({ codec: 'pcm-s16' })
  const output = new Output({ format: new Mp4OutputFormat(), target: new BufferTarget() })
  output.addAudioTrack(source)
  output.setMetadataTags(metadata)
  await output.start()
  const silence = { data: new Float32Array(4800), format: 'f32' as const, numberOfChannels: 1, sampleRate: 48000, timestamp: 0 }
  await source.add(new AudioSample(silence))
  await output.finalize()
  return new Blob([output.target.buffer!], { type: 'video/mp4' })
}

describe('tags', () => {
  it('come back from the file exactly as they were written', async () => {
    expect(await readTags(await filmWith(toMetadata(tags)))).toEqual(tags)
  })

  it('give the prompt as the title that players show, and the program with its version', () => {
    const metadata = toMetadata(tags)
    expect(metadata.title).toBe(tags.prompt)
    expect(metadata.raw?.['©too']).toMatch(/^Kinora \d+\.\d+\.\d+$/)
  })

  it('of a film of several clips carry its name and every shot, with all it takes to make it again', async () => {
    const shots = [
      { prompt: 'a', seed: 1, startFrame: 0, frames: 20 },
      {
        prompt: 'b, in detail', written: 'b', negative: 'rain', seed: 2, steps: 4, seconds: 4, film: 'f'.repeat(64), startFrame: 16, frames: 32, clipStart: 3, volume: 0.5, fadeIn: 0, fadeOut: 4, dissolve: 4,
        from: { how: 'remix' as const, prompt: 'c', seed: 3, keep: 'sound' as const, strength: 0.5 },
      },
    ]
    const several = { ...tags, title: 'My film', shots }
    const metadata = toMetadata(several)
    expect(metadata.title).toBe('My film')
    expect(await readTags(await filmWith(metadata))).toEqual(several)
  })

  it('of a live film carry all that was said', async () => {
    const live = { ...tags, film: 'a'.repeat(64), live: [{ chunk: 0, second: 0, prompt: 'a', negative: '' }, { chunk: 3, second: 4, prompt: 'b', written: 'B', negative: 'x' }] }
    expect(await readTags(await filmWith(toMetadata(live)))).toEqual(live)
  })

  it('keep what the person wrote beside what the model read, and show the former', async () => {
    const written = { ...tags, written: 'a red ball' }
    expect(toMetadata(written).title).toBe('a red ball')
    expect(await readTags(await filmWith(toMetadata(written)))).toEqual(written)
  })

  it('are null for what Kinora did not write', async () => {
    expect(await readTags(new Blob(['just some text']))).toBeNull()
    expect(await readTags(new Blob([]))).toBeNull()
    expect(await readTags(await filmWith({}))).toBeNull()
    expect(await readTags(await filmWith({ comment: 'my holiday' }))).toBeNull()
    expect(await readTags(await filmWith({ comment: '{"app":"other"}' }))).toBeNull()
    expect(await readTags(await filmWith({ comment: '[1' }))).toBeNull()
  })

  it.each([
    ['a seed that is no uint32', { seed: -1 }],
    ['steps that are text', { steps: '12' }],
    ['a missing prompt', { prompt: undefined }],
    ['an endless prompt', { prompt: 'x'.repeat(10_001) }],
  ])('refuse %s with a TagsError', async (_, wrong) => {
    const file = await filmWith({ comment: JSON.stringify({ kinora: 1, ...tags, ...wrong }) })
    await expect(readTags(file)).rejects.toMatchObject({ name: 'TagsError' })
  })

  it('of a later Kinora ask for an update', async () => {
    const file = await filmWith({ comment: JSON.stringify({ kinora: 2, film: {} }) })
    await expect(readTags(file)).rejects.toThrow(/later version/)
  })

  it('of a file cut anywhere are found, null, or a typed error; never anything else', async () => {
    const file = await filmWith(toMetadata(tags))
    for (let size = 0; size < file.size; size += 37) {
      const found = await readTags(file.slice(0, size)).catch((error: Error) => error.name)
      expect([null, 'UnreadableFileError', 'TagsError', tags]).toContainEqual(found)
    }
  })

  it('survive a file with any byte changed, or fail with a typed error', async () => {
    const bytes = new Uint8Array(await (await filmWith(toMetadata(tags))).arrayBuffer())
    const allowed = new Set(['UnreadableFileError', 'TagsError'])
    for (let at = 0; at < bytes.length; at += 101) {
      const changed = bytes.slice()
      changed[at]! ^= 0xff
      const failure = await readTags(new Blob([changed])).then(() => null, (error: Error) => error.name)
      if (failure !== null) expect(allowed).toContain(failure)
    }
  })
})
