/** The packs on this machine: what they are and what was measured of them, whether their files are whole, and how they go away. */
import * as v from 'valibot'
import { alone, dropCommit, hash, ifAlone, readCommit, readCommits, sweep, type ChunkCache, type CommitRecord } from './cache'
import { PackError } from './errors'
import { graphRoles, parseManifest, total, type Manifest } from './manifest'
import type { Figure, Installed, Verdict } from './types'

/** More figures than evaluate.py prints. */
const maxFigures = 200

/** Every pack that is here completely, by name. What tabs left that were closed while they added one is taken away. */
export async function listPacks(cache: ChunkCache): Promise<Installed[]> {
  await ifAlone(() => sweep(cache))
  const packs = (await readCommits(cache)).map(([name, record]) => describe(name, record))
  return packs.toSorted((a, b) => a.name.localeCompare(b.name))
}

/**
 * Reads every file and compares it with its SHA-256. Damaged ones are dropped, so that the next load fetches them again.
 * @throws PackError when there is no such pack
 */
export async function verifyPack(name: string, cache: ChunkCache, onProgress: (progress: { loadedBytes: number; totalBytes: number }) => void = () => {}): Promise<Verdict> {
  const record = await readCommit(cache, name)
  if (!record) throw new PackError(`There is no model named "${name}" on this machine.`)
  const files = filesOf(parseManifest(record.manifest, name))
  const damaged: string[] = []
  let loadedBytes = 0
  for (const { file, bytes, sha256 } of files) {
    const value = await cache.get(sha256).catch(() => undefined)
    const whole = value instanceof Uint8Array && value.length === bytes && (await hash(new Uint8Array(value))) === sha256
    if (!whole) {
      damaged.push(file)
      await alone(() => cache.remove([sha256]))
    }
    loadedBytes += bytes
    onProgress({ loadedBytes, totalBytes: total(files) })
  }
  return { files: files.length, damaged }
}

/** Files that another pack holds too stay. */
export async function removePack(name: string, cache: ChunkCache): Promise<void> {
  await alone(() => dropCommit(cache, name))
}

function describe(name: string, { manifest: json, added }: CommitRecord): Installed {
  const where = { name, added: added !== undefined }
  try {
    const manifest = parseManifest(json, name)
    const { version, licence, description, families } = manifest
    return { ...where, facts: { version, licence, description, families, bytes: total(filesOf(manifest)), ...figuresOf(json) } }
  } catch {
    // Written by another version of Kinora. It can still be deleted.
    return where
  }
}

function filesOf({ graphs, weights }: Manifest) {
  return [...graphRoles.map((role) => graphs[role]), ...weights]
}

const Group: v.GenericSchema<Record<string, unknown>> = v.record(v.pipe(v.string(), v.maxLength(64)), v.unknown())
const Quality = v.object({
  quality: v.object({
    clips: v.optional(v.number()),
    command: v.optional(v.pipe(v.string(), v.maxLength(500))),
    model: Group,
    ceiling: v.optional(Group, {}),
    floor: v.optional(Group, {}),
  }),
})

/** What evaluate.py wrote into `quality`: the model's figures, beside those of the simulator (ceiling) and of shuffled pairs (floor). */
export function figuresOf(json: string): Pick<NonNullable<Installed['facts']>, 'figures' | 'measured'> {
  const read = v.safeParse(Quality, JSON.parse(json))
  if (!read.success) return { figures: [] }
  const { model, ceiling, floor, clips, command } = read.output.quality
  const of = (from: Record<string, unknown>) => new Map(numbers(from, 0))
  const [top, bottom] = [of(ceiling), of(floor)]
  const figures = numbers(model, 0).slice(0, maxFigures).map(([name, value]) => {
    const [most, least] = [top.get(name), bottom.get(name)]
    const figure: Figure = { name, model: value }
    if (most !== undefined) figure.ceiling = most
    if (least !== undefined) figure.floor = least
    return figure
  })
  return { figures, ...(clips !== undefined && command !== undefined && { measured: { clips, command } }) }
}

/** `{ flight: { g_median: 9.8 } }` → `[['flight g_median', 9.8]]` */
function numbers(group: Record<string, unknown>, depth: number): Array<[string, number]> {
  return Object.entries(group).flatMap(([name, value]): Array<[string, number]> => {
    if (typeof value === 'number' && Number.isFinite(value)) return [[name, value]]
    if (depth > 2 || !v.is(Group, value) || Array.isArray(value)) return []
    return numbers(value, depth + 1).map(([rest, number]) => [`${name} ${rest}`, number])
  })
}
