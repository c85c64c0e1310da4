/** What `npm run generate` was asked to do, checked. */
import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export const usage = `Usage: npm run -s generate -- --prompt "…" --out clip.mp4 [options]

  --prompt "…"      what happens in the film
  --out FILE.mp4    where to save it
  --negative "…"    what should not appear
  --seed N          0 to 4294967295; the same seed gives the same film (default: drawn by chance)
  --seconds N       2 to 20, whole seconds (default 2)
  --steps N         1 to 100; more is cleaner and slower (default: the pack's own)
  --backend NAME    wasm or webgpu (default: the best that works)
  --pack NAME       which model (default: the page's own)
  --json            print one line of JSON about the film instead of progress`

/** A sentence for the person; the program ends with exit status 2. */
export class ArgumentError extends Error {
  name = 'ArgumentError'
}

const options = {
  prompt: { type: 'string' },
  negative: { type: 'string', default: '' },
  seed: { type: 'string' },
  seconds: { type: 'string', default: '2' },
  steps: { type: 'string' },
  backend: { type: 'string' },
  pack: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
}

/**
 * @param {string[]} args the command line after the program's name
 * @returns {{ help: boolean, prompt: string, negative: string, seed: number | undefined, seconds: number, steps: number | undefined,
 *   backend: 'wasm' | 'webgpu' | undefined, pack: string | undefined, out: string, json: boolean }}
 * Throws ArgumentError.
 */
export function readArguments(args) {
  const values = parse(args)
  const { help, json, negative } = values
  if (help) return { help, prompt: '', negative, seed: undefined, seconds: 2, steps: undefined, backend: undefined, pack: undefined, out: '', json }
  const prompt = values.prompt?.trim()
  if (!prompt) throw new ArgumentError('--prompt is missing: say in a sentence what happens in the film.')
  if (!values.out) throw new ArgumentError('--out is missing: say where to save the film, for example --out clip.mp4.')
  return {
    help,
    json,
    prompt,
    negative,
    seed: whole('--seed', values.seed, 0, 0xffffffff),
    seconds: whole('--seconds', values.seconds, 2, 20) ?? 2,
    steps: whole('--steps', values.steps, 1, 100),
    backend: backendOf(values.backend),
    pack: packOf(values.pack),
    out: outOf(values.out),
  }
}

function parse(args) {
  try {
    return parseArgs({ args, options, allowPositionals: false }).values
  } catch (error) {
    throw new ArgumentError(error.message, { cause: error })
  }
}

function whole(name, text, least, most) {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new ArgumentError(`${name} needs a whole number from ${least} to ${most}, not "${text}".`)
  }
  return value
}

function backendOf(name) {
  if (name !== undefined && name !== 'wasm' && name !== 'webgpu') throw new ArgumentError(`--backend is wasm or webgpu, not "${name}".`)
  return name
}

function packOf(name) {
  if (name !== undefined && !/^[a-z0-9][a-z0-9.-]*$/.test(name)) throw new ArgumentError(`"${name}" is no name of a pack: small letters, digits, dots and hyphens.`)
  return name
}

function outOf(path) {
  if (!/\.mp4$/i.test(path)) throw new ArgumentError(`--out must end in .mp4, not "${path}".`)
  const folder = dirname(resolve(path))
  if (!isFolder(folder)) throw new ArgumentError(`The folder ${folder} of --out does not exist.`)
  return resolve(path)
}

function isFolder(path) {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
