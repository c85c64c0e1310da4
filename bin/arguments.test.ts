import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readArguments } from './arguments.mjs'

const out = join(tmpdir(), 'clip.mp4')

describe('arguments of generate', () => {
  it('need a prompt and a file, and have defaults for the rest', () => {
    expect(readArguments(['--prompt', ' a red ball ', '--out', out])).toEqual({
      help: false, json: false, prompt: 'a red ball', details: true, negative: '', seed: undefined, seconds: 2, steps: undefined, backend: undefined, pack: undefined, out,
    })
  })

  it('are all taken', () => {
    const args = ['--prompt', 'p', '--negative', 'n', '--seed', '4294967295', '--seconds', '4', '--steps', '6', '--backend', 'wasm', '--pack', 'kinora-s', '--no-details', '--json', '--out', out]
    expect(readArguments(args)).toMatchObject({ negative: 'n', seed: 4294967295, seconds: 4, steps: 6, backend: 'wasm', pack: 'kinora-s', details: false, json: true })
  })

  it('of a batch are a file, a folder, and what holds where a line says nothing', () => {
    expect(readArguments(['--batch', '/x/jobs.jsonl', '--out', '/x/films', '--seconds', '4', '--no-details'])).toEqual({
      help: false, json: false, batch: '/x/jobs.jsonl', out: '/x/films', defaults: { seconds: '4', details: false },
    })
  })

  it.each([
    ['a prompt beside a batch', ['--batch', 'jobs.jsonl', '--out', 'films', '--prompt', 'p']],
    ['a seed beside a batch', ['--batch', 'jobs.jsonl', '--out', 'films', '--seed', '1']],
    ['one file for a batch', ['--batch', 'jobs.jsonl', '--out', 'film.mp4']],
    ['a batch of no length', ['--batch', 'jobs.jsonl', '--out', 'films', '--seconds', '0']],
    ['a batch without a folder', ['--batch', 'jobs.jsonl']],
    ['no prompt', ['--out', out]],
    ['an empty prompt', ['--prompt', ' ', '--out', out]],
    ['no file', ['--prompt', 'p']],
    ['a file that is no MP4', ['--prompt', 'p', '--out', 'clip.webm']],
    ['a folder that does not exist', ['--prompt', 'p', '--out', '/no/such/folder/clip.mp4']],
    ['a negative seed', ['--prompt', 'p', '--out', out, '--seed=-1']],
    ['a seed above 32 bits', ['--prompt', 'p', '--out', out, '--seed', '4294967296']],
    ['a seed in letters', ['--prompt', 'p', '--out', out, '--seed', '0x10']],
    ['half a second', ['--prompt', 'p', '--out', out, '--seconds', '0.5']],
    ['61 seconds', ['--prompt', 'p', '--out', out, '--seconds', '61']],
    ['no steps', ['--prompt', 'p', '--out', out, '--steps', '0']],
    ['another backend', ['--prompt', 'p', '--out', out, '--backend', 'cuda']],
    ['a pack that leaves its folder', ['--prompt', 'p', '--out', out, '--pack', '../x']],
    ['an unknown option', ['--prompt', 'p', '--out', out, '--fps', '30']],
    ['a stray word', ['red ball', '--prompt', 'p', '--out', out]],
  ])('refuse %s with a sentence', (_, args) => {
    expect(() => readArguments(args)).toThrow(expect.objectContaining({ name: 'ArgumentError' }))
  })
})
