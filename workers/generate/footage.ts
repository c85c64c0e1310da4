/** Films and pictures from elsewhere: to tokens by the pack's `encode` graph and log-mel, and back into the film made from them, where they are kept as they came. */
import type { Manifest } from '../packs/manifest'
import { RequestError } from './errors'
import { logMel } from './mel'
import { readFloats, type GraphRunner } from './runner'
import type { Footage, Latents, Origin } from './types'
import { planFilm } from './windows'

/** Latent frames that a token of the picture lasts (models/PACKS.md, `encode`). */
export const latentFramesPerToken = 4

/** Where a kept sound meets a new one, s: too short to hear, long enough not to click. */
const joinSeconds = 0.03

/** @throws RequestError when the footage has another size or rate than the pack's films */
export async function encodeFootage(runner: GraphRunner, manifest: Manifest, footage: Footage, checkpoint: () => Promise<void>): Promise<Latents> {
  checkFootage(footage, manifest)
  const { video, sound, window } = manifest
  const plan = planFilm(manifest, footage.frameCount / footage.fps)
  // What a plan has beyond the footage: the last frame stands still, and nothing is heard.
  const frames = Math.round((plan.tokens.video / video.tokens) * video.frames)
  const picture = await encodePicture(runner, manifest, Array.from({ length: frames }, (_, i) => frameOf(footage, i)), checkpoint)
  const pcm = new Float32Array(Math.round((frames / video.frames) * window.seconds * sound.sampleRate))
  pcm.set(footage.pcm.subarray(0, pcm.length))
  return { video: picture, sound: logMel(pcm, sound), state: new Float32Array(0) }
}

/** One frame, standing still for a whole window. */
export function encodeStill(runner: GraphRunner, manifest: Manifest, footage: Footage, frame: number, checkpoint: () => Promise<void>): Promise<Float32Array<ArrayBuffer>> {
  checkFootage(footage, manifest)
  return encodePicture(runner, manifest, Array.from({ length: manifest.video.frames }, () => frameOf(footage, frame)), checkpoint)
}

/** Puts what `origin` says is kept of the footage into the film, in place. */
export function keepFootage(film: Pick<Footage, 'rgba' | 'pcm' | 'sampleRate'>, origin: Origin, footage: Footage): void {
  const { how, keep, before, at } = origin
  if (how === 'frames') dissolveStills(film.rgba, footage, at)
  if (how === 'remix' && keep === 'picture') film.rgba.set(footage.rgba.subarray(0, film.rgba.length))
  if (how === 'remix' && keep === 'sound') film.pcm.set(footage.pcm.subarray(0, film.pcm.length))
  if (how !== 'extend' || footage.rgba.length > film.rgba.length || footage.pcm.length > film.pcm.length) return
  film.rgba.set(footage.rgba, before ? film.rgba.length - footage.rgba.length : 0)
  const start = before ? film.pcm.length - footage.pcm.length : 0
  const join = Math.min(Math.round(joinSeconds * film.sampleRate), footage.pcm.length)
  for (let i = 0; i < footage.pcm.length; i++) {
    const fromJoin = before ? i : footage.pcm.length - 1 - i
    const share = Math.min(1, (fromJoin + 0.5) / join)
    film.pcm[start + i] = share * footage.pcm[i]! + (1 - share) * film.pcm[start + i]!
  }
}

/**
 * The picture that a film begins with is its first frame, the one it ends with its last; over the half second in which tokens have them standing still they dissolve
 * into the film, for the codec draws things where the model takes them to be.
 */
function dissolveStills(film: Uint8ClampedArray, footage: Footage, at: Origin['at']): void {
  const { width, height, fps, frameCount } = footage
  const size = width * height * 4
  const length = Math.min(Math.round(fps / 2), Math.floor(film.length / size / 2))
  const mix = (still: Uint8ClampedArray, start: number, share: number) => {
    for (let i = 0; i < size; i++) film[start + i] = share * still[i]! + (1 - share) * film[start + i]!
  }
  for (let i = 0; i < length; i++) {
    const share = 1 - i / length
    if (at !== 'last') mix(frameOf(footage, 0), i * size, share)
    if (at !== 'first') mix(frameOf(footage, frameCount - 1), film.length - (i + 1) * size, share)
  }
}

function frameOf({ rgba, width, height, frameCount }: Footage, index: number): Uint8ClampedArray {
  const size = width * height * 4
  const frame = Math.min(index, frameCount - 1)
  return rgba.subarray(frame * size, (frame + 1) * size)
}

/** @returns tokens, `[frames / 8 · tokens of a patch, dim]` */
async function encodePicture(runner: GraphRunner, manifest: Manifest, frames: readonly Uint8ClampedArray[], checkpoint: () => Promise<void>): Promise<Float32Array<ArrayBuffer>> {
  const { width, height, framesPerLatent, encodeSize } = manifest.video
  const side = encodeSize ?? width
  const count = latentFramesPerToken * framesPerLatent
  const parts: Float32Array[] = []
  for (let at = 0; at < frames.length; at += count) {
    await checkpoint()
    const pixels = new Float32Array(count * 3 * side * side)
    for (let i = 0; i < count; i++) shrink(frames[at + i] ?? frames.at(-1)!, width, height, side, pixels.subarray(i * 3 * side * side))
    const tensor = runner.tensor(pixels, [count, 3, side, side])
    try {
      parts.push(await readFloats(await runner.run('encode', { pixels: tensor }), 'video'))
    } finally {
      tensor.dispose()
    }
  }
  const result = new Float32Array(parts.reduce((length, part) => length + part.length, 0))
  let end = 0
  for (const part of parts) {
    result.set(part, end)
    end += part.length
  }
  return result
}

/** Interleaved bytes to planes of `side` × `side` in 0…1, each pixel the mean of those it stands for. */
function shrink(rgba: Uint8ClampedArray, width: number, height: number, side: number, planes: Float32Array): void {
  const [across, down] = [width / side, height / side]
  const area = across * down * 255
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        for (let v = 0; v < down; v++) for (let u = 0; u < across; u++) sum += rgba[((y * down + v) * width + x * across + u) * 4 + channel]!
        planes[(channel * side + y) * side + x] = sum / area
      }
    }
  }
}

function checkFootage({ width, height, fps, frameCount, rgba, sampleRate, pcm }: Footage, { video, sound }: Manifest): void {
  const fits =
    width === video.width &&
    height === video.height &&
    fps === video.fps &&
    sampleRate === sound.sampleRate &&
    rgba.length === frameCount * width * height * 4 &&
    pcm.length === Math.round((frameCount / fps) * sampleRate)
  if (!fits) throw new RequestError('The film from elsewhere was read for another model. Choose it again.')
}
