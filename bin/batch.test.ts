import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AudioSample, AudioSampleSource, BufferTarget, Mp4OutputFormat, Output } from 'mediabunny'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isMade, readJobs } from './batch.mjs'

describe('the lines of a batch', () => {
  it('are wishes, with what the command line says where they say nothing', () => {
    const text = '{"prompt": " a red ball ", "seed": 7}\n\n{"prompt": "rain", "seconds": 6, "details": false, "out": "rain.mp4"}\n'
    const [ball, rain, ...rest] = readJobs(text, { seconds: '4', steps: '8' }, '/films')
    expect(rest).toEqual([])
    expect(ball).toMatchObject({ line: 1, wish: { prompt: 'a red ball', seed: 7, seconds: 4, steps: 8, details: true, negative: '' } })
    expect(ball?.file).toMatch(/^\/films\/a-red-ball-7-[0-9a-f]{8}\.mp4$/)
    expect(rain).toMatchObject({ line: 3, wish: { prompt: 'rain', seed: undefined, seconds: 6, details: false }, file: '/films/rain.mp4' })
  })

  it('keep their names when the batch is cut into pieces, and have another when anything in them changes', () => {
    const name = (line: object, before = '') => readJobs(`${before}${JSON.stringify(line)}`, {}, '/').at(-1)?.file
    const line = { prompt: 'a red ball', seed: 7 }
    expect(name(line, '{"prompt": "x"}\n')).toBe(name(line))
    const others = [{ ...line, seed: 8 }, { ...line, steps: 9 }, { ...line, details: false }, { ...line, negative: 'rain' }, { prompt: 'a red bell', seed: 7 }]
    expect(new Set([line, ...others].map((other) => name(other))).size).toBe(6)
  })

  it.each([
    ['nothing at all', '\n \n', 'empty'],
    ['no JSON', '{"prompt": "a"}\n{"prompt": ', 'Line 2: this is no JSON'],
    ['a list', '["a"]', 'Line 1: a line is an object'],
    ['no prompt', '{"seed": 1}', 'Line 1: prompt is missing'],
    ['a prompt that is a number', '{"prompt": 5}', 'Line 1: prompt needs text'],
    ['half a seed', '{"prompt": "a", "seed": 1.5}', 'Line 1: seed needs a whole number'],
    ['details that are text', '{"prompt": "a", "details": "yes"}', 'Line 1: details is true or false'],
    ['an unknown option', '{"prompt": "a", "fps": 30}', 'Line 1: there is no option "fps"'],
    ['a name that leaves the folder', '{"prompt": "a", "out": "../a.mp4"}', 'Line 1: out is the name of a file'],
    ['the same film twice', '{"prompt": "a", "seed": 1}\n{"prompt": "b"}\n{"prompt": "a", "seed": 1}', 'like line 1'],
  ])('refuse %s with a sentence', (_, text, sentence) => {
    expect(() => readJobs(text, {}, '/')).toThrow(expect.objectContaining({ name: 'ArgumentError', message: expect.stringContaining(sentence) }))
  })
})

describe('a film that is there already', () => {
  let folder = ''
  const wish = { prompt: 'a red ball', details: false, negative: '', seed: 7, seconds: 2, steps: undefined, backend: undefined, pack: undefined }
  const tags = { kinora: 1, prompt: 'a red ball', negative: '', seed: 7, steps: 12, seconds: 2, pack: 'kinora-s', packVersion: '1.0.0', backend: 'wasm' }

  /** A real MP4 with a tenth of a second of silence, which needs no encoder. */
  async function film(name: string, comment: object): Promise<string> {
    const source = new AudioSampleSource({ codec: 'pcm-s16' })
    const output = new Output({ format: new Mp4OutputFormat(), target: new BufferTarget() })
    output.addAudioTrack(source)
    output.setMetadataTags({ comment: JSON.stringify(comment) })
    await output.start()
    await source.add(new AudioSample({ data: new Float32Array(4800), format: 'f32', numberOfChannels: 1, sampleRate: 48000, timestamp: 0 }))
    await output.finalize()
    const file = join(folder, name)
    await writeFile(file, Buffer.from(output.target.buffer!))
    return file
  }

  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'kinora-batch-'))))
  afterAll(() => rm(folder, { recursive: true }))

  it('is known by its recipe, with or without a seed of the person’s own', async () => {
    const file = await film('a.mp4', tags)
    expect(await isMade({ line: 1, file, wish })).toBe(true)
    expect(await isMade({ line: 1, file, wish: { ...wish, seed: undefined } })).toBe(true)
    for (const other of [{ seed: 8 }, { prompt: 'a blue ball' }, { seconds: 4 }, { steps: 8 }, { negative: 'rain' }, { pack: 'kinora-test' }]) {
      expect(await isMade({ line: 1, file, wish: { ...wish, ...other } }), JSON.stringify(other)).toBe(false)
    }
  })

  it('is known by what the person wrote where details were added', async () => {
    const file = await film('b.mp4', { ...tags, prompt: 'a red ball bounces on ice', written: 'a red ball' })
    expect(await isMade({ line: 1, file, wish: { ...wish, details: true } })).toBe(true)
    expect(await isMade({ line: 1, file, wish })).toBe(false)
  })

  it('is made again when it is cut off, no film of ours, or missing', async () => {
    const whole = await readFile(await film('c.mp4', tags))
    for (const length of [whole.length - 1, Math.floor(whole.length / 2), 4, 0]) {
      const file = join(folder, 'cut.mp4')
      await writeFile(file, whole.subarray(0, length))
      expect(await isMade({ line: 1, file, wish }), `${length} bytes`).toBe(false)
    }
    expect(await isMade({ line: 1, file: await film('d.mp4', { app: 'other' }), wish })).toBe(false)
    expect(await isMade({ line: 1, file: join(folder, 'none.mp4'), wish })).toBe(false)
  })
})
