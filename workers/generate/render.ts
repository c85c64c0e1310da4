/** Clean tokens to frames and wave: the picture decoder, which reads the world state too, and the vocoder, window by window. */
import type { Manifest } from '../packs/manifest'
import type { Modality } from './noise'
import { disposeAll, readFloats, type GraphRunner } from './runner'
import type { CleanGuess } from './sampler'
import type { Latents, Preview } from './types'
import { filmFrame, joinWave, newLatentFrames, windowTokens, type FilmPlan } from './windows'

export interface RenderHooks {
  /** Throws to stop between two frames. */
  checkpoint(): Promise<void>
  afterFrames(done: number, ms: number): void
  afterWave(ms: number): void
}

export interface RenderedFilm {
  /** frameCount · height · width · 4 */
  rgba: Uint8ClampedArray<ArrayBuffer>
  /** mono, −1…1 */
  pcm: Float32Array<ArrayBuffer>
}

export async function renderFilm(runner: GraphRunner, manifest: Manifest, plan: FilmPlan, latents: Latents, hooks: RenderHooks): Promise<RenderedFilm> {
  const { width, height, framesPerLatent } = manifest.video
  const rgba = new Uint8ClampedArray(plan.frameCount * width * height * 4)
  const pcm = new Float32Array(plan.sampleCount)
  let done = 0
  for (let window = 0; window < plan.windows; window++) {
    const tokens = (modality: Modality) => windowTokens(latents, manifest, plan, window, modality)
    const first = (latentFrame: number) => filmFrame(manifest, plan, window, latentFrame)
    const wave = await renderWindow(
      runner,
      manifest,
      { video: tokens('video'), sound: tokens('sound'), state: tokens('state') },
      newLatentFrames(manifest, plan, window).filter((latentFrame) => first(latentFrame) < plan.frameCount),
      {
        checkpoint: hooks.checkpoint,
        paint: (latentFrame, pixels) => {
          const at = first(latentFrame)
          const frames = Math.min(framesPerLatent, plan.frameCount - at)
          for (let j = 0; j < frames; j++) paintFrame(rgba, at + j, pixels, j, width * height)
          done += frames
        },
        afterFrames: (ms) => hooks.afterFrames(done, ms),
        afterWave: hooks.afterWave,
      },
    )
    joinWave(pcm, wave, manifest, plan, window)
  }
  return { rgba, pcm }
}

export interface WindowHooks {
  /** Throws to stop between two frames. */
  checkpoint(): Promise<void>
  /** @param pixels `[framesPerLatent, 3, height, width]` f32 in 0…1 */
  paint(latentFrame: number, pixels: Float32Array): void
  afterFrames(ms: number): void
  afterWave(ms: number): void
}

/**
 * Decodes some latent frames of one window, and its wave.
 * @param tokens of the window alone
 * @returns the whole window's wave, `[sound.samples]` f32
 */
export async function renderWindow(
  runner: GraphRunner,
  manifest: Manifest,
  tokens: Latents,
  latentFrames: readonly number[],
  hooks: WindowHooks,
): Promise<Float32Array<ArrayBuffer>> {
  const tensor = (modality: Modality) => runner.tensor(tokens[modality].slice(), [1, manifest[modality].tokens, manifest[modality].dim])
  const clean = { video: tensor('video'), state: tensor('state') }
  try {
    for (const latentFrame of latentFrames) {
      await hooks.checkpoint()
      const began = performance.now()
      hooks.paint(latentFrame, await decodeLatentFrame(runner, clean, latentFrame))
      hooks.afterFrames(performance.now() - began)
    }
  } finally {
    disposeAll(clean)
  }
  await hooks.checkpoint()
  const began = performance.now()
  const sound = tensor('sound')
  try {
    return await readFloats(await runner.run('vocoder', { sound }), 'wave')
  } finally {
    sound.dispose()
    hooks.afterWave(performance.now() - began)
  }
}

/** The frame of a window that stands for it while it is drawn: the middle of what is new in it. */
export async function previewFrame(runner: GraphRunner, manifest: Manifest, plan: FilmPlan, clean: CleanGuess, window: number): Promise<Preview> {
  const { width, height } = manifest.video
  const fresh = newLatentFrames(manifest, plan, window)
  const index = fresh[fresh.length >> 1] ?? 0
  const pixels = await decodeLatentFrame(runner, clean, index)
  const rgba = new Uint8ClampedArray(width * height * 4)
  paintFrame(rgba, 0, pixels, 0, width * height)
  return { width, height, frame: filmFrame(manifest, plan, window, index), rgba }
}

/** @returns `[framesPerLatent, 3, height, width]` f32 in 0…1 */
async function decodeLatentFrame(runner: GraphRunner, clean: CleanGuess, latentFrame: number): Promise<Float32Array> {
  const index = runner.tensor(new Int32Array([latentFrame]), [1])
  try {
    return await readFloats(await runner.run('decode', { ...clean, index }), 'pixels')
  } finally {
    index.dispose()
  }
}

/** Planar f32 to interleaved bytes; Uint8ClampedArray rounds and clamps. */
export function paintFrame(rgba: Uint8ClampedArray, frame: number, pixels: Float32Array, plane: number, area: number): void {
  const r = plane * 3 * area
  const g = r + area
  const b = g + area
  for (let i = 0, o = frame * area * 4; i < area; i++, o += 4) {
    rgba[o] = pixels[r + i]! * 255
    rgba[o + 1] = pixels[g + i]! * 255
    rgba[o + 2] = pixels[b + i]! * 255
    rgba[o + 3] = 255
  }
}
