/** What `npm run generate` was asked to do, checked. */
import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export const usage = `Usage: npm run -s generate -- --prompt "…" --out clip.mp4 [options]
       npm run -s generate -- --batch jobs.jsonl --out folder/ [options]

  --prompt "…"      what happens in the film
  --no-details      give the model the prompt as it is; else Kinora says it in the words the model knows and adds
                    what is missing, chosen by the seed, as the page does
  --out FILE.mp4    where to save it
  --negative "…"    what should not appear
  --seed N          0 to 4294967295; the same seed gives the same film (default: drawn by chance)
  --seconds N       2 to 60, whole seconds (default 2)
  --steps N         1 to 100; more is cleaner and slower (default: the pack's own)
  --backend NAME    wasm or webgpu (default: the best that works)
  --pack NAME       which model (default: the page's own)
  --json            print one line of JSON about the film instead of progress

  --batch FILE      many films: a line of JSON for each, with the options above as keys, as in
                    {"prompt": "a red ball", "seed": 7, "seconds": 4, "details": false, "out": "ball.mp4"}
                    Options on the command line hold where a line says nothing. --out is the folder, and "out" a
                    name in it; without one the name follows from the line. A film that is there already, whole
                    and made from the same line, is not made again. Exit status 1 if any could not be made.`

/** A sentence for the person; the program ends with exit status 2. */
export class ArgumentError extends Error {
  name = 'ArgumentError'
}

const options = {
  batch: { type: 'string' },
  details: { type: 'boolean' },
  prompt: { type: 'string' },
  negative: { type: 'string' },
  seed: { type: 'string' },
  seconds: { type: 'string' },
  steps: { type: 'string' },
  backend: { type: 'string' },
  pack: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
}

/**
 * @typedef {{ prompt: string, details: boolean, negative: string, seed: number | undefined, seconds: number, steps: number | undefined,
 *   backend: 'wasm' | 'webgpu' | undefined, pack: string | undefined }} Wish what one film is made from
 */

/**
 * @param {string[]} args the command line after the program's name
 * @returns {{ help: true } | ({ help: false, json: boolean, out: string } & Wish) |
 *   { help: false, json: boolean, out: string, batch: string, defaults: Record<string, unknown> }} with `batch`, `out` is a folder
 * Throws ArgumentError.
 */
export function readArguments(args) {
  const { help, json, batch, out, ...values } = parse(args)
  if (help) return { help }
  if (!out) throw new ArgumentError('--out is missing: say where to save the film, for example --out clip.mp4.')
  if (batch !== undefined) {
    for (const name of ['prompt', 'seed']) {
      if (values[name] !== undefined) throw new ArgumentError(`--${name} belongs into the lines of ${batch}, not beside --batch.`)
    }
    // What is wrong here is wrong in every line: better said before the first is read.
    readWish({ ...values, prompt: 'any' }, '--')
    return { help, json, batch: resolve(batch), out: batchFolderOf(out), defaults: values }
  }
  return { help, json, ...readWish(values, '--'), out: outOf(out) }
}

/**
 * What a film is made from, out of options or of a line of a batch.
 * @param {Record<string, unknown>} values by the names of the options
 * @param {string} dashes what stands before a name where it was given
 * @returns {Wish}
 * Throws ArgumentError.
 */
export function readWish(values, dashes) {
  const named = (name) => `${dashes}${name}`
  const prompt = textOf(named('prompt'), values.prompt)?.trim()
  if (!prompt) throw new ArgumentError(`${named('prompt')} is missing: say in a sentence what happens in the film.`)
  const { details = true } = values
  if (typeof details !== 'boolean') throw new ArgumentError(`${named('details')} is true or false, not ${JSON.stringify(details)}.`)
  return {
    prompt,
    details,
    negative: textOf(named('negative'), values.negative)?.trim() ?? '',
    seed: whole(named('seed'), values.seed, 0, 0xffffffff),
    seconds: whole(named('seconds'), values.seconds, 2, 60) ?? 2,
    steps: whole(named('steps'), values.steps, 1, 100),
    backend: backendOf(named('backend'), values.backend),
    pack: packOf(values.pack),
  }
}

function parse(args) {
  try {
    return parseArgs({ args, options, allowPositionals: false, allowNegative: true }).values
  } catch (error) {
    throw new ArgumentError(error.message, { cause: error })
  }
}

function textOf(name, value) {
  if (value !== undefined && typeof value !== 'string') throw new ArgumentError(`${name} needs text, not ${JSON.stringify(value)}.`)
  return value
}

function whole(name, text, least, most) {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^\d+$/.test(String(text)) || value < least || value > most) {
    throw new ArgumentError(`${name} needs a whole number from ${least} to ${most}, not "${text}".`)
  }
  return value
}

function backendOf(option, name) {
  if (name !== undefined && name !== 'wasm' && name !== 'webgpu') throw new ArgumentError(`${option} is wasm or webgpu, not "${name}".`)
  return name
}

function packOf(name) {
  if (name !== undefined && !/^[a-z0-9][a-z0-9.-]*$/.test(String(name))) throw new ArgumentError(`"${name}" is no name of a pack: small letters, digits, dots and hyphens.`)
  return name
}

function outOf(path) {
  if (!/\.mp4$/i.test(path)) throw new ArgumentError(`--out must end in .mp4, not "${path}".`)
  const folder = dirname(resolve(path))
  if (!isFolder(folder)) throw new ArgumentError(`The folder ${folder} of --out does not exist.`)
  return resolve(path)
}

function batchFolderOf(path) {
  if (/\.mp4$/i.test(path)) throw new ArgumentError(`With --batch, --out is a folder for many films, not the file "${path}".`)
  return resolve(path)
}

function isFolder(path) {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
