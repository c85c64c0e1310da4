import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readArguments } from './arguments.mjs'

const out = join(tmpdir(), 'clip.mp4')

describe('arguments of generate', () => {
  it('need a prompt and a file, and have defaults for the rest', () => {
    expect(readArguments(['--prompt', ' a red ball ', '--out', out])).toEqual({
      help: false, json: false, prompt: 'a red ball', negative: '', seed: undefined, seconds: 2, steps: undefined, backend: undefined, pack: undefined, out,
    })
  })

  it('are all taken', () => {
    const args = ['--prompt', 'p', '--negative', 'n', '--seed', '4294967295', '--seconds', '4', '--steps', '6', '--backend', 'wasm', '--pack', 'kinora-s', '--json', '--out', out]
    expect(readArguments(args)).toMatchObject({ negative: 'n', seed: 4294967295, seconds: 4, steps: 6, backend: 'wasm', pack: 'kinora-s', json: true })
  })

  it.each([
    ['no prompt', ['--out', out]],
    ['an empty prompt', ['--prompt', ' ', '--out', out]],
    ['no file', ['--prompt', 'p']],
    ['a file that is no MP4', ['--prompt', 'p', '--out', 'clip.webm']],
    ['a folder that does not exist', ['--prompt', 'p', '--out', '/no/such/folder/clip.mp4']],
    ['a negative seed', ['--prompt', 'p', '--out', out, '--seed=-1']],
    ['a seed above 32 bits', ['--prompt', 'p', '--out', out, '--seed', '4294967296']],
    ['a seed in letters', ['--prompt', 'p', '--out', out, '--seed', '0x10']],
    ['half a second', ['--prompt', 'p', '--out', out, '--seconds', '0.5']],
    ['21 seconds', ['--prompt', 'p', '--out', out, '--seconds', '21']],
    ['no steps', ['--prompt', 'p', '--out', out, '--steps', '0']],
    ['another backend', ['--prompt', 'p', '--out', out, '--backend', 'cuda']],
    ['a pack that leaves its folder', ['--prompt', 'p', '--out', out, '--pack', '../x']],
    ['an unknown option', ['--prompt', 'p', '--out', out, '--fps', '30']],
    ['a stray word', ['red ball', '--prompt', 'p', '--out', out]],
  ])('refuse %s with a sentence', (_, args) => {
    expect(() => readArguments(args)).toThrow(expect.objectContaining({ name: 'ArgumentError' }))
  })
})
