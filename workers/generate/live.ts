/**
 * Live directing: a film without an end, window after window, each drawn by what is said when it begins. It is the long film of
 * sampler.ts and render.ts, told piece by piece: the same words throughout give the same frames and samples as a film of that length.
 * Nothing is kept here but the last window, so that a stream may run as long as it is wanted.
 */
import type { Manifest } from '../packs/manifest'
import { refuseBroken } from '../policy/screen'
import type { JobControl } from './control'
import { RequestError } from './errors'
import { encodeTexts } from './golden'
import { modalities, type Modality } from './noise'
import { paintFrame, renderWindow } from './render'
import { disposeAll, type GraphRunner, type Tensors } from './runner'
import { beginWindow, constantFeeds, redrawer, sampleWindow } from './sampler'
import { timesteps } from './schedule'
import { spokenIn } from './spoken'
import { Steady } from './steady'
import { copyLatents } from './snapshot'
import type { Cue, Director, Latents, LiveChunk, LiveRequest } from './types'
import { filmFrame, newLatentFrames, planFilm, waveShare, windowHistory, type FilmPlan } from './windows'

/** A refused cue leaves the one before it at work. */
const refusals = new Set(['PolicyError', 'PromptTooLongError'])

/** @throws CancelledError, DeviceLostError, and PolicyError or PromptTooLongError for the first cue; whatever the director throws */
export async function streamFilm(runner: GraphRunner, manifest: Manifest, request: LiveRequest, director: Director, control: JobControl): Promise<void> {
  const plan = planFilm(manifest, manifest.window.seconds)
  const times = timesteps(request.steps, manifest.sampler.shift)
  const words = new Words(runner, manifest)
  const lines = new Lines(manifest)
  const { after } = request
  if (after) checkLast(after.latents, manifest)
  let last = after?.latents
  const steady = new Steady(manifest, after?.contrast)
  try {
    for (let index = after?.chunks ?? 0; ; index++) {
      const said = await control.until(director.cue(index))
      await control.checkpoint()
      if (!said) return
      const before = words.cue ?? after?.cue
      const refusal = await words.take(said)
      if (!before || !sameWords(before, words.now)) await lines.say(words.now, index)
      if (before && !sameWords(before, words.now)) steady.renew()
      if (refusal) director.take({ kind: 'refused', index, cue: said, ...refusal })
      const textMs = words.spentMs
      const { latents, stepsMs } = await drawWindow(runner, manifest, plan, request.seed, index, last, words.feeds, lines.speech, times, control)
      steady.settle(latents, last ? plan.history : { video: 0, sound: 0, state: 0 })
      last = latents
      const chunk = await renderChunk(runner, manifest, plan, index, latents, words.now, { text: textMs, steps: stepsMs }, control)
      director.take({ kind: 'chunk', chunk: { ...chunk, contrast: steady.contrast } })
    }
  } finally {
    words.dispose()
  }
}

/** What is said now, as the net reads it: screened, and encoded once for all chunks that it holds for. */
class Words {
  /** Milliseconds of the last `take`. */
  spentMs = 0
  readonly #runner: GraphRunner
  readonly #manifest: Manifest
  #cue: Cue | undefined
  #feeds: Tensors | undefined

  constructor(runner: GraphRunner, manifest: Manifest) {
    this.#runner = runner
    this.#manifest = manifest
  }

  get cue(): Cue | undefined {
    return this.#cue
  }

  get now(): Cue {
    if (!this.#cue) throw new TypeError('Nothing was said yet.')
    return this.#cue
  }

  get feeds(): Tensors {
    if (!this.#feeds) throw new TypeError('Nothing was said yet.')
    return this.#feeds
  }

  /** @returns why the cue is not taken, if it is not. @throws the refusal itself while there is nothing else to go on with */
  async take(cue: Cue): Promise<{ name: string; message: string } | undefined> {
    const began = performance.now()
    try {
      if (!this.#cue || !sameWords(cue, this.#cue)) {
        refuseBroken([cue.prompt, cue.written])
        const feeds = constantFeeds(this.#runner, this.#manifest, await encodeTexts(this.#runner, this.#manifest, [cue.prompt, cue.negative]))
        this.dispose()
        this.#feeds = feeds
      }
      this.#cue = cue
      return undefined
    } catch (error) {
      if (!(error instanceof Error) || !refusals.has(error.name) || !this.#cue) throw error
      return { name: error.name, message: error.message }
    } finally {
      this.spentMs = performance.now() - began
    }
  }

  dispose(): void {
    if (this.#feeds) disposeAll(this.#feeds)
    this.#feeds = undefined
  }
}

/** What is said, from the film's beginning on: new words begin with their chunk and go on in later ones, or until others are said. */
class Lines {
  readonly #manifest: Manifest
  #speech: Float32Array<ArrayBuffer> | undefined

  constructor(manifest: Manifest) {
    this.#manifest = manifest
  }

  /** `[frames, speech.dim]`; undefined while nobody has spoken. */
  get speech(): Float32Array | undefined {
    return this.#speech
  }

  async say(cue: Cue, index: number): Promise<void> {
    const { speech, window } = this.#manifest
    if (!speech) return
    const spoken = spokenIn(cue)
    // A chunk is what is new in its window.
    const begin = (Math.round(index * speech.frames * (1 - window.historyFraction)) + (index > 0 ? Math.round(speech.frames * window.historyFraction) : 0)) * speech.dim
    // Somebody who is interrupted falls silent.
    if (!spoken) {
      if (this.#speech && this.#speech.length > begin) this.#speech = extended(this.#speech.subarray(0, begin), new Float32Array(speech.dim), begin)
      return
    }
    const { articulate } = await import('./articulate')
    // Nobody is hurried: the film has no end.
    const { speech: said } = await articulate(spoken, speech, Infinity)
    this.#speech = extended(this.#speech?.subarray(0, begin), said, begin)
  }
}

/** @param at where `more` begins; what lies between it and the end of `before` is silent */
function extended(before: Float32Array | undefined, more: Float32Array, at: number): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(at + more.length)
  if (before) whole.set(before)
  whole.set(more, at)
  return whole
}

function sameWords(a: Cue, b: Cue): boolean {
  return a.prompt === b.prompt && a.negative === b.negative
}

/** @param last tokens of the window before, of which the new one keeps the last part */
async function drawWindow(
  runner: GraphRunner,
  manifest: Manifest,
  plan: FilmPlan,
  seed: number,
  index: number,
  last: Latents | undefined,
  feeds: Tensors,
  speech: Float32Array | undefined,
  times: readonly number[],
  control: JobControl,
): Promise<{ latents: Latents; stepsMs: number[] }> {
  const stepsMs: number[] = []
  const start = beginWindow(runner, manifest, { seed, plan, ...(speech && { speech }) }, last && windowHistory(last, manifest, plan), index)
  const hooks = { checkpoint: () => control.checkpoint(), afterStep: async ({ stepMs }: { stepMs: number }) => void stepsMs.push(stepMs) }
  const redraw = index === 0 ? redrawer(runner, manifest, { seed, plan, ...(speech && { speech }) }, times, {}) : undefined
  return { latents: await sampleWindow(runner, start, feeds, times, hooks, index, 0, redraw), stepsMs }
}

/** @param latents of the whole window */
async function renderChunk(
  runner: GraphRunner,
  manifest: Manifest,
  plan: FilmPlan,
  index: number,
  latents: Latents,
  cue: Cue,
  spent: { text: number; steps: number[] },
  control: JobControl,
): Promise<Omit<LiveChunk, 'contrast'>> {
  const { width, height, framesPerLatent } = manifest.video
  const fresh = newLatentFrames(manifest, plan, index)
  const [first = 0] = fresh
  const frameCount = fresh.length * framesPerLatent
  const rgba = new Uint8ClampedArray(frameCount * width * height * 4)
  const timings = { ...spent, decode: 0, vocoder: 0, total: 0 }
  const wave = await renderWindow(runner, manifest, latents, fresh, {
    checkpoint: () => control.checkpoint(),
    paint: (latentFrame, pixels) => {
      for (let j = 0; j < framesPerLatent; j++) paintFrame(rgba, (latentFrame - first) * framesPerLatent + j, pixels, j, width * height)
    },
    afterFrames: (ms) => void (timings.decode += ms),
    afterWave: (ms) => void (timings.vocoder += ms),
  })
  timings.total = timings.text + timings.steps.reduce((sum, ms) => sum + ms, 0) + timings.decode + timings.vocoder
  const { start, from, to } = waveShare(manifest, index)
  return {
    index,
    cue,
    startFrame: filmFrame(manifest, plan, index, first),
    frameCount,
    rgba,
    startSample: start + from,
    pcm: wave.slice(from, to),
    tail: wave.slice(to),
    // What is handed over is gone from here, and the window is the next one's history.
    latents: index === 0 ? copyLatents(latents) : ownTokens(latents, manifest, plan),
    timings,
  }
}

/** A copy of what is new in a window. */
function ownTokens(window: Latents, manifest: Manifest, plan: FilmPlan): Latents {
  const own = (modality: Modality) => window[modality].slice(plan.history[modality] * manifest[modality].dim)
  return { video: own('video'), sound: own('sound'), state: own('state') }
}

function checkLast(latents: Latents, manifest: Manifest): void {
  if (modalities.every((modality) => latents[modality].length === manifest[modality].tokens * manifest[modality].dim)) return
  throw new RequestError('The film to go on with was made with another model. Begin a new one.')
}
