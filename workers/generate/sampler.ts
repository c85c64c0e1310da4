/** Draws the tokens of a film: rectified flow over picture, sound and state together, one window after another. */
import type { Manifest } from '../packs/manifest'
import { fillNoise, modalities, type Modality } from './noise'
import { disposeAll, output, type GraphRunner, type GraphTensor, type Tensors } from './runner'
import { draftTimes, firstWindow, keptModalities, mixSource, sourceTimesteps, withKind } from './source'
import { stateParts } from './state'
import type { Latents, Source } from './types'
import { windowTokens, type FilmPlan } from './windows'

export interface SampleJob {
  /** `[2, text.tokens, text.dim]`: the prompt, then the negative */
  text: Float32Array<ArrayBuffer>
  /** uint32 */
  seed: number
  steps: number
  plan: FilmPlan
  source?: Source
}

/** What the picture decoder needs, of one window. */
export type CleanGuess = Record<'video' | 'state', GraphTensor>

export interface StepReport {
  window: number
  /** 0-based */
  step: number
  /** of this window */
  steps: number
  stepMs: number
  /** The present guess of the clean tokens, `[1, tokens, dim]`; let go after the hook returns. */
  clean: CleanGuess
}

export interface SampleHooks {
  /** Throws to stop between two steps. */
  checkpoint(): Promise<void>
  afterStep(report: StepReport): Promise<void>
}

/**
 * The latents stay in the runtime's memory from step to step and are read back once a window.
 * @returns clean tokens of the whole film
 */
export async function sampleFilm(runner: GraphRunner, manifest: Manifest, job: SampleJob, hooks: SampleHooks): Promise<Latents> {
  const { plan } = job
  const film: Latents = {
    video: new Float32Array(plan.tokens.video * manifest.video.dim),
    sound: new Float32Array(plan.tokens.sound * manifest.sound.dim),
    state: new Float32Array(plan.tokens.state * manifest.state.dim),
  }
  const times = sourceTimesteps(job.steps, manifest.sampler.shift, job.source)
  if (job.source?.how === 'extend') for (const modality of modalities) film[modality].set(job.source.latents[modality])
  const constant = constantFeeds(runner, manifest, job.text)
  try {
    const source = await retell(runner, manifest, job, constant, hooks)
    for (let window = firstWindow(manifest, source); window < plan.windows; window++) {
      const history = window === 0 ? undefined : filmHistory(film, manifest, plan, window)
      const start = beginWindow(runner, manifest, { ...job, source }, history, window, times[0])
      const tokens = await sampleWindow(runner, start, constant, times, hooks, window)
      for (const modality of modalities) endWindow(film[modality], tokens[modality], manifest, plan, window, modality)
    }
  } finally {
    disposeAll(constant)
  }
  return film
}

/**
 * What things are stands in the state, which a remix has settled long before picture and sound: its new words would come too late. So a draft of two steps, from where
 * the source is hardly there, tells what they make of things (what they leave open stays), and the source's state is given that.
 */
async function retell(runner: GraphRunner, manifest: Manifest, job: SampleJob, constant: Tensors, hooks: SampleHooks): Promise<Source | undefined> {
  const { source } = job
  const kind = stateParts(manifest.state).get('kind')
  if (source?.how !== 'remix' || source.keep !== 'nothing' || source.strength >= 1 || !kind) return source
  const start = beginWindow(runner, manifest, job, undefined, 0, draftTimes[0])
  const draft = await sampleWindow(runner, start, constant, draftTimes, { checkpoint: () => hooks.checkpoint(), afterStep: async () => {} }, 0)
  return { ...source, latents: { ...source.latents, state: withKind(source.latents.state, draft.state, manifest.state.dim, kind) } }
}

/** What every step of a film, or of a chunk of one, is given alike. @param text `[2, text.tokens, text.dim]` */
export function constantFeeds(runner: GraphRunner, manifest: Manifest, text: Float32Array<ArrayBuffer>): Tensors {
  return {
    text: runner.tensor(text, [2, manifest.text.tokens, manifest.text.dim]),
    guidance: runner.tensor(new Float32Array(manifest.sampler.guidance), [3]),
  }
}

/**
 * Walks one window from `start`, which it lets go, through `times`.
 * @returns its clean tokens, what was known among them
 */
export async function sampleWindow(
  runner: GraphRunner,
  start: { latents: Tensors; masks: Tensors },
  constant: Tensors,
  times: readonly number[],
  hooks: SampleHooks,
  window: number,
): Promise<Latents> {
  const steps = times.length - 1
  let { latents } = start
  try {
    for (let step = 0; step < steps; step++) {
      await hooks.checkpoint()
      const began = performance.now()
      const outputs = await runStep(runner, { ...latents, ...start.masks, ...constant }, times[step]!, times[step + 1]!)
      disposeAll(latents)
      latents = renameNext(outputs)
      const clean = { video: output(outputs, 'videoClean'), state: output(outputs, 'stateClean') }
      try {
        await hooks.afterStep({ window, step, steps, stepMs: performance.now() - began, clean })
      } finally {
        disposeAll(clean)
      }
    }
    const read = async (modality: Modality) => (await output(latents, modality).getData()) as Float32Array<ArrayBuffer>
    return { video: await read('video'), sound: await read('sound'), state: await read('state') }
  } finally {
    disposeAll(latents)
    disposeAll(start.masks)
  }
}

/** One call of the step graph: the net, guidance and the sampler's update. Also what the golden test runs. */
export async function runStep(runner: GraphRunner, feeds: Tensors, t: number, tNext: number): Promise<Tensors> {
  const times = { t: runner.tensor(new Float32Array([t]), [1]), tNext: runner.tensor(new Float32Array([tNext]), [1]) }
  try {
    return await runner.run('step', { ...feeds, ...times })
  } finally {
    disposeAll(times)
  }
}

/**
 * Noise, with what is known in its place: the former window's end, what a remix keeps, what is held. And the masks that say so.
 * @param history the former window's last part, `[known, dim]` of each modality; none for a film's first window
 * @param t where the steps begin
 */
export function beginWindow(
  runner: GraphRunner,
  manifest: Manifest,
  { seed, plan, source }: Pick<SampleJob, 'seed' | 'plan' | 'source'>,
  history: Latents | undefined,
  window: number,
  t = 0,
): { latents: Tensors; masks: Tensors } {
  const latents: Tensors = {}
  const masks: Tensors = {}
  for (const modality of modalities) {
    const { tokens, dim } = manifest[modality]
    const x = new Float32Array(tokens * dim)
    const mask = new Float32Array(tokens)
    fillNoise(x, seed, window, modality)
    if (source?.how === 'remix') {
      const clean = windowTokens(source.latents, manifest, plan, window, modality)
      const kept = keptModalities(source).includes(modality)
      mixSource(x, clean, kept ? 1 : t, modality)
      if (kept) mask.fill(1)
    }
    if (source?.how === 'hold' && modality === 'state') {
      x.set(windowTokens(source, manifest, plan, window, modality))
      mask.fill(1)
    }
    if (history) {
      x.set(history[modality])
      mask.fill(1, 0, plan.history[modality])
    }
    latents[modality] = runner.tensor(x, [1, tokens, dim])
    masks[`${modality}Mask`] = runner.tensor(mask, [1, tokens, 1])
  }
  return { latents, masks }
}

/** The part of the film that a window begins with: views. */
function filmHistory(film: Latents, manifest: Manifest, plan: FilmPlan, window: number): Latents {
  const known = (modality: Modality) =>
    windowTokens(film, manifest, plan, window, modality).subarray(0, plan.history[modality] * manifest[modality].dim)
  return { video: known('video'), sound: known('sound'), state: known('state') }
}

function endWindow(film: Float32Array, tokens: Float32Array, manifest: Manifest, plan: FilmPlan, window: number, modality: Modality): void {
  const { tokens: count, dim } = manifest[modality]
  const known = window === 0 ? 0 : plan.history[modality]
  film.set(tokens.subarray(known * dim), (window * (count - plan.history[modality]) + known) * dim)
}

function renameNext(outputs: Tensors): Tensors {
  return { video: output(outputs, 'videoNext'), sound: output(outputs, 'soundNext'), state: output(outputs, 'stateNext') }
}
