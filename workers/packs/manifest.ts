/** Reads `manifest.json` (models/PACKS.md). A pack may come from a stranger: whatever is not plainly in order is refused. */
import * as v from 'valibot'
import { PackError } from './errors'

/** The graphs every pack has. */
export const graphRoles = ['text', 'step', 'decode', 'encode', 'vocoder'] as const
export type GraphRole = (typeof graphRoles)[number]

/** All weights of a pack must fit into a browser's wasm heap with room to work. */
const maxWeightBytes = 2 ** 31
/** A file is the chunk that is fetched, kept and resumed, and lies in memory whole meanwhile; the exporter cuts at 8 MiB. */
const maxFileBytes = 64 * 2 ** 20
/** Graphs travel without weights; the largest of ours is under 1 MB. */
const maxGraphBytes = 64 * 2 ** 20
const maxElements = 2 ** 29

const wholeNumber = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))
const size = wholeNumber(1, 65536)
const bytePosition = wholeNumber(0, Number.MAX_SAFE_INTEGER)
const finite = v.pipe(v.number(), v.finite())
const text = (max: number) => v.pipe(v.string(), v.maxLength(max))

/** One path segment that stays where it is on every file system. */
const fileName = v.pipe(
  v.string(),
  v.maxLength(128),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'is not a plain file name'),
  v.check((name) => !name.includes('..'), 'is not a plain file name'),
)
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in lower-case hexadecimal'))

const Tensor = v.pipe(
  v.object({
    name: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
    dims: v.pipe(v.array(wholeNumber(1, maxElements)), v.maxLength(8)),
    encoding: v.picklist(['i8', 'f32']),
    /** The dimension that has one scale an index; only for `i8`. */
    axis: v.nullish(wholeNumber(0, 7)),
    /** Byte position of the values in the concatenated weights. */
    at: bytePosition,
    /** Byte position of the scales; only for `i8`. */
    scaleAt: v.nullish(bytePosition),
    /** Byte position of the fp32 expansion in the graph's external data. */
    offset: v.pipe(bytePosition, v.multipleOf(4)),
  }),
  v.check(({ dims }) => elementCount(dims) <= maxElements, 'has too many elements'),
  v.check(
    ({ encoding, axis, scaleAt, dims }) =>
      encoding === 'f32' || (axis != null && axis < dims.length && scaleAt != null && scaleAt % 4 === 0),
    'needs an axis within its dimensions and a scale at a multiple of 4',
  ),
)

const Graph = v.pipe(
  v.object({
    file: fileName,
    bytes: wholeNumber(1, maxGraphBytes),
    sha256,
    data: fileName,
    dataBytes: v.pipe(wholeNumber(0, maxWeightBytes), v.multipleOf(4)),
    tensors: v.pipe(v.array(Tensor), v.maxLength(4096)),
  }),
  v.check(
    ({ tensors, dataBytes }) => tensors.every(({ offset, dims }) => offset + 4 * elementCount(dims) <= dataBytes),
    'has a tensor that ends outside its external data',
  ),
  v.check(({ tensors }) => {
    const inOrder = tensors.toSorted((a, b) => a.offset - b.offset)
    return inOrder.every((tensor, i) => {
      const next = inOrder[i + 1]
      return !next || tensor.offset + 4 * elementCount(tensor.dims) <= next.offset
    })
  }, 'has tensors that overlap'),
)

/** `bytes` and `sha256` are the file's as it travels; with `expandedBytes` that is gzip. */
const Weights = v.object({ file: fileName, bytes: wholeNumber(1, maxFileBytes), sha256, expandedBytes: v.nullish(wholeNumber(1, maxFileBytes)) })

const Golden = v.object({
  prompt: text(1000),
  seed: wholeNumber(0, 2 ** 32 - 1),
  t: v.pipe(finite, v.minValue(0), v.maxValue(1)),
  tNext: v.pipe(finite, v.minValue(0), v.maxValue(1)),
  checks: v.pipe(
    v.array(
      v.pipe(
        v.object({
          output: v.picklist(['videoNext', 'soundNext', 'stateNext', 'videoClean', 'stateClean']),
          index: v.array(wholeNumber(0, maxElements)),
          value: v.array(finite),
        }),
        v.check(({ index, value }) => index.length === value.length && index.length > 0, 'needs one value an index'),
      ),
    ),
    v.minLength(1),
  ),
  tolerance: v.pipe(finite, v.gtValue(0), v.maxValue(1)),
})

const State = v.pipe(
  v.object({
    tokens: size,
    dim: size,
    objects: v.nullish(wholeNumber(0, 1024)),
    /** How many numbers of a token each part has, in order; after them nothing more is said of the token. */
    parts: v.nullish(v.record(v.pipe(v.string(), v.regex(/^[a-z]{1,32}$/, 'is not the name of a part')), wholeNumber(1, 65536))),
    /** An object's numbers, in order: `parts.objects` holds them for one object after another. */
    object: v.nullish(v.pipe(v.array(text(32)), v.minLength(1), v.maxLength(256))),
  }),
  v.check(({ dim, parts }) => !parts || Object.values(parts).reduce((sum, count) => sum + count, 0) <= dim, 'has parts that are more than a token'),
  v.check(({ objects, parts, object }) => !parts || !object || parts['objects'] === (objects ?? 0) * object.length, 'has a part "objects" that its objects do not fill'),
)

const Manifest = v.pipe(
  v.object({
    format: v.literal(1, 'is not 1: this pack was made for another version of Kinora'),
    name: v.pipe(fileName, v.maxLength(64)),
    version: text(64),
    licence: text(200),
    description: text(2000),
    recipe: v.nullish(text(200)),
    video: v.object({
      width: wholeNumber(16, 4096),
      height: wholeNumber(16, 4096),
      fps: wholeNumber(1, 120),
      frames: wholeNumber(1, 4096),
      tokens: size,
      dim: size,
      latentFrames: wholeNumber(1, 4096),
      framesPerLatent: wholeNumber(1, 64),
      encodeSize: v.nullish(wholeNumber(16, 4096)),
      /** A token's numbers are `[frames, channels, cells]`; tokens are ordered by time, then place. */
      layout: v.nullish(v.object({ frames: size, channels: size })),
    }),
    sound: v.object({
      sampleRate: wholeNumber(8000, 192000),
      samples: wholeNumber(1, 2 ** 24),
      tokens: size,
      dim: size,
      hopSamples: size,
      mels: size,
      /** A token's numbers are `[frames, bands]` of a spectrogram; tokens are ordered by time. */
      layout: v.nullish(v.object({ frames: size, bands: size })),
    }),
    state: State,
    text: v.object({ bytes: wholeNumber(1, 4096), tokens: size, dim: size }),
    /** How a mouth stands and sounds, `[frames, dim]` a window: the named numbers of each mel frame, then spare ones. Absent where nobody can speak. */
    speech: v.nullish(
      v.pipe(
        v.object({ frames: size, dim: size, features: v.pipe(v.array(text(32)), v.minLength(1), v.maxLength(64)) }),
        v.check(({ dim, features }) => features.length <= dim, 'has more features than numbers'),
      ),
    ),
    window: v.object({
      seconds: v.pipe(finite, v.gtValue(0), v.maxValue(60)),
      historyFraction: v.pipe(finite, v.gtValue(0), v.ltValue(1)),
    }),
    sampler: v.pipe(
      v.object({
        steps: wholeNumber(1, 1000),
        minSteps: wholeNumber(1, 1000),
        maxSteps: wholeNumber(1, 1000),
        shift: v.pipe(finite, v.gtValue(0), v.maxValue(100)),
        /** Scales for picture, sound and state. */
        guidance: v.tuple([finite, finite, finite]),
        /**
         * Scenes that are drawn again, up to `tries` times, when the step that reaches `at` guesses that what makes them does not come: nothing as fast as `speed`
         * (picture sides a second), nothing as high as `height` (picture sides from the lower edge), no flash as bright as `flash` (0 to 1).
         */
        redraw: v.nullish(
          v.object({
            tries: wholeNumber(1, 16),
            at: v.pipe(finite, v.gtValue(0), v.maxValue(1)),
            /** `kind`: index into the state's part of that name */
            still: v.pipe(
              v.array(v.object({ kind: wholeNumber(0, 65535), speed: v.optional(v.pipe(finite, v.gtValue(0))), height: v.optional(finite), flash: v.optional(v.pipe(finite, v.gtValue(0))) })),
              v.minLength(1),
              v.maxLength(256),
            ),
          }),
        ),
      }),
      v.check((s) => s.minSteps <= s.steps && s.steps <= s.maxSteps, 'has a default outside its bounds'),
    ),
    families: v.pipe(v.array(text(64)), v.maxLength(256)),
    graphs: v.object({ text: Graph, step: Graph, decode: Graph, encode: Graph, vocoder: Graph }),
    weights: v.pipe(
      v.array(Weights),
      v.minLength(1),
      v.maxLength(1024),
      v.check((files) => expandedTotal(files) <= maxWeightBytes, 'are larger than a browser can hold'),
    ),
    golden: Golden,
  }),
  v.check(({ video: { tokens, dim, latentFrames, layout } }) => {
    if (!layout) return true
    const slabs = latentFrames / layout.frames
    return Number.isInteger(slabs) && Number.isInteger(tokens / slabs) && Number.isInteger(dim / (layout.frames * layout.channels))
  }, 'has picture tokens that their layout does not fill'),
  v.check(({ sound: { dim, layout } }) => !layout || dim === layout.frames * layout.bands, 'has sound tokens that their layout does not fill'),
  v.check(
    ({ sampler: { redraw }, state: { parts, object } }) =>
      !redraw ||
      redraw.still.every(({ kind, speed, height, flash }) => {
        const told = (...names: string[]) => names.every((name) => parts?.['objects'] && object?.includes(name))
        const asks = speed ?? height ?? flash
        return asks !== undefined && kind < (parts?.['kind'] ?? 0) && (speed === undefined || told('there', 'vx', 'vy')) && (height === undefined || told('there', 'y')) && (flash === undefined || Boolean(parts?.['flash']))
      }),
    'draws scenes again by what its state does not tell',
  ),
  v.check((m) => {
    const end = expandedTotal(m.weights)
    return graphRoles.every((role) => m.graphs[role].tensors.every((t) => tensorEnd(t) <= end))
  }, 'has a tensor that begins or ends outside the weights'),
  v.check(
    ({ video, sound, window }) =>
      video.latentFrames * video.framesPerLatent === video.frames &&
      Math.round(window.seconds * video.fps) === video.frames &&
      Math.round(window.seconds * sound.sampleRate) === sound.samples,
    'has a picture or sound that does not fill its window',
  ),
  v.check(
    ({ video, sound, state, window: { historyFraction } }) =>
      [video.tokens, video.latentFrames, sound.tokens, state.tokens, sound.samples].every(
        (n) => Number.isInteger(n * historyFraction) && n * historyFraction >= 1,
      ),
    'has a history that does not end between two tokens',
  ),
)

export type Manifest = v.InferOutput<typeof Manifest>
export type GraphSpec = v.InferOutput<typeof Graph>
export type WeightsFile = v.InferOutput<typeof Weights>
export type TensorSpec = v.InferOutput<typeof Tensor>

/**
 * @param json the text of `manifest.json`
 * @param name the pack that was asked for; any, where its manifest is the first that is seen of it
 * @throws PackError naming the first thing that is wrong
 */
export function parseManifest(json: string, name?: string): Manifest {
  const called = name === undefined ? 'This model' : `The model "${name}"`
  let data: unknown
  try {
    data = JSON.parse(json)
  } catch {
    throw new PackError(`${called} has no readable manifest. Reload the page; if that does not help, choose another model.`)
  }
  const result = v.safeParse(Manifest, data, { abortEarly: true })
  if (!result.success) {
    const [issue] = result.issues
    const where = v.getDotPath(issue) ?? 'manifest'
    throw new PackError(`${called} cannot be used: ${where} ${issue.message}. Choose another model or a newer version of it.`)
  }
  if (name !== undefined && result.output.name !== name) {
    throw new PackError(`${called} says that its name is "${result.output.name}". It was put into the wrong folder.`)
  }
  return result.output
}

/** Throws PackError unless `name` can stand in an address as one path segment. */
export function checkPackName(name: string): void {
  if (!v.safeParse(v.pipe(fileName, v.maxLength(64)), name).success) {
    throw new PackError(`"${name.slice(0, 80)}" cannot be the name of a model. Choose one from the list.`)
  }
}

/** Product of the dimensions; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((count, n) => count * n, 1)
}

/** Bytes of all files together, as they travel. */
export function total(files: readonly { bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Bytes of all weights together, as tensors point into them. */
export function expandedTotal(files: readonly Pick<WeightsFile, 'bytes' | 'expandedBytes'>[]): number {
  return files.reduce((sum, { bytes, expandedBytes }) => sum + (expandedBytes ?? bytes), 0)
}

/** The first byte after everything a tensor reads from the weights. */
function tensorEnd({ encoding, dims, at, axis, scaleAt }: TensorSpec): number {
  if (encoding === 'f32') return at + 4 * elementCount(dims)
  const scales = (scaleAt ?? 0) + 4 * (dims[axis ?? 0] ?? 0)
  return Math.max(at + elementCount(dims), scales)
}
