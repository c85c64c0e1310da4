/** Many films from a file: what its lines ask for, under which names they are saved, and which of them are there already. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BlobSource, Input, MP4 } from 'mediabunny'
import { ArgumentError, readWish } from './arguments.mjs'

const keys = ['prompt', 'details', 'negative', 'seed', 'seconds', 'steps', 'backend', 'pack', 'out']

/**
 * @typedef {{ line: number, wish: import('./arguments.mjs').Wish, file: string }} Job
 * @param {string} text one JSON object a line; empty lines are passed over
 * @param {Record<string, unknown>} defaults options for lines that say nothing of them
 * @param {string} folder where the films go
 * @returns {Job[]}
 * Throws ArgumentError that names the line.
 */
export function readJobs(text, defaults, folder) {
  const takenBy = new Map()
  const jobs = text.split('\n').flatMap((source, index) => {
    if (!source.trim()) return []
    const line = index + 1
    try {
      const { out, ...values } = parseLine(source)
      const wish = readWish({ ...defaults, ...values }, '')
      const name = out === undefined ? nameOf(wish) : nameGiven(out)
      if (takenBy.has(name)) throw new ArgumentError(`it would be saved as ${name}, like line ${takenBy.get(name)}. Give it another seed, or an "out" of its own.`)
      takenBy.set(name, line)
      return [{ line, wish, file: join(folder, name) }]
    } catch (error) {
      if (error.name === 'ArgumentError') throw new ArgumentError(`Line ${line}: ${error.message}`)
      throw error
    }
  })
  if (jobs.length === 0) throw new ArgumentError('The batch is empty: write one JSON object a line, for example {"prompt": "a red ball", "seed": 7}.')
  return jobs
}

function parseLine(source) {
  let values
  try {
    values = JSON.parse(source)
  } catch {
    throw new ArgumentError(`this is no JSON: ${source.trim().slice(0, 60)}`)
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw new ArgumentError('a line is an object, as in {"prompt": "a red ball"}.')
  const unknown = Object.keys(values).filter((key) => !keys.includes(key))
  if (unknown.length > 0) throw new ArgumentError(`there is no option "${unknown[0]}". There are: ${keys.join(', ')}.`)
  return values
}

/** Begins with the prompt, for people, and ends with a digest of the whole line: the same wherever the batch is cut into pieces. */
function nameOf(wish) {
  const words = wish.prompt.toLowerCase().normalize('NFC').replace(/[^\p{Letter}\p{Number}]+/gu, '-').slice(0, 40)
  const digest = createHash('sha256').update(JSON.stringify(wish)).digest('hex').slice(0, 8)
  return `${[words.replace(/^-+|-+$/g, ''), wish.seed, digest].filter((part) => part !== '' && part !== undefined).join('-')}.mp4`
}

function nameGiven(name) {
  if (typeof name !== 'string' || !/^[^/\\]+\.mp4$/i.test(name)) throw new ArgumentError(`out is the name of a file that ends in .mp4, without a folder, not ${JSON.stringify(name)}.`)
  return name
}

/**
 * Whether the film of a job is there already: complete, and made from the same line.
 * @param {Job} job
 */
export async function isMade({ file, wish }) {
  const bytes = await readFile(file).catch(() => undefined)
  if (!bytes || !isComplete(bytes)) return false
  const film = await tagsOf(bytes)
  return (
    film !== undefined &&
    (film.written ?? film.prompt) === wish.prompt &&
    film.negative === wish.negative &&
    film.seconds === wish.seconds &&
    [undefined, film.seed].includes(wish.seed) &&
    [undefined, film.steps].includes(wish.steps) &&
    [undefined, film.pack].includes(wish.pack) &&
    [undefined, film.backend].includes(wish.backend) &&
    // Where no detail could be added, the two are the same film.
    (wish.details || film.written === undefined)
  )
}

/** Whether the boxes of an MP4 (ISO/IEC 14496-12) fill the file to its end, its index among them. */
function isComplete(bytes) {
  const found = new Set()
  let at = 0
  while (at + 8 <= bytes.length) {
    const short = bytes.readUInt32BE(at)
    const size = short === 1 && at + 16 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 8)) : short
    if (size < 8) return false
    found.add(bytes.toString('latin1', at + 4, at + 8))
    at += size
  }
  return at === bytes.length && ['ftyp', 'moov', 'mdat'].every((box) => found.has(box))
}

/** What the film says of how it was made (workers/media/tags.ts). */
async function tagsOf(bytes) {
  const input = new Input({ formats: [MP4], source: new BlobSource(new Blob([bytes])) })
  try {
    const { comment = '' } = await input.getMetadataTags()
    return JSON.parse(comment)
  } catch {
    return undefined
  } finally {
    input.dispose()
  }
}
