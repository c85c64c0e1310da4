/** Draws the tokens of a film: rectified flow over picture, sound and state together, one window after another. */
import type { Manifest } from '../packs/manifest'
import { fillNoise, modalities, type Modality } from './noise'
import { deciding, lifeless, noiseWindow } from './redraw'
import { disposeAll, output, type GraphRunner, type GraphTensor, type Tensors } from './runner'
import { draftTimes, keptModalities, mixSource, readSteps, sourceTimesteps, stateUnknown, windowsToDraw, windowsToRead, withKind } from './source'
import { stateParts } from './state'
import { latentFramesPerToken } from './footage'
import { timesteps } from './schedule'
import { copyLatents, readLatents } from './snapshot'
import { Steady, type Known } from './steady'
import type { Latents, Snapshot, Source, Stills } from './types'
import { planFilm, windowTokens, type FilmPlan } from './windows'

export interface SampleJob {
  /** `[2, text.tokens, text.dim]`: the prompt, then the negative */
  text: Float32Array<ArrayBuffer>
  /** uint32 */
  seed: number
  steps: number
  plan: FilmPlan
  /** Which of the seed's noises the first window begins from; found here if absent. */
  draw?: number
  source?: Source
  /** Whether a film is continued by other words than it was made by. */
  newWords?: boolean
  /** What is said, `[frames, speech.dim]` from the film's beginning on; its last frame holds for all that come after. */
  speech?: Float32Array
  /** Where to go on; from the beginning if absent. */
  snapshot?: Snapshot
}

export interface Start {
  latents: Tensors
  /** And all else that is given of the window. */
  masks: Tensors
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
  /** What the next step begins from, `[1, tokens, dim]`. */
  latents: Tensors
}

export interface SampleHooks {
  /** Throws to stop between two steps. */
  checkpoint(): Promise<void>
  afterStep(report: StepReport): Promise<void>
  /** The first window begins anew from the seed's noise number `draw`: of the steps that were reported, `steps` are to be walked again. */
  afterRedraw?(draw: number, steps: number): void
  /** Comes before `afterStep`, and after every window. */
  snapshot?(snapshot: Snapshot): void
}

/** What is given of a window: the first tokens of a modality, or, of one that is put before a film, the last. `[known, dim]` each. */
export type Given = Partial<Latents>

/**
 * The latents stay in the runtime's memory from step to step and are read back once a window.
 * @returns clean tokens of the whole film
 */
export async function sampleFilm(runner: GraphRunner, manifest: Manifest, job: SampleJob, hooks: SampleHooks): Promise<Latents> {
  const { plan, snapshot } = job
  const film = emptyFilm(manifest, plan)
  const times = sourceTimesteps(job.steps, manifest.sampler.shift, job.source)
  const order = windowsToDraw(manifest, plan, job.source)
  if (snapshot?.film) for (const modality of modalities) film[modality].set(snapshot.film[modality])
  if (snapshot?.windows === order.length) return film
  const constant = constantFeeds(runner, manifest, job.text)
  try {
    const source = await retell(runner, manifest, await readState(runner, manifest, job, constant, hooks), constant, hooks)
    const before = source?.how === 'extend' && source.before === true
    if (source?.how === 'extend' && !snapshot?.film) for (const modality of modalities) film[modality].set(source.latents[modality], before ? film[modality].length - source.latents[modality].length : 0)
    const steady = new Steady(manifest)
    const tokensOf = (window: number, modality: Modality) => windowTokens(film, manifest, plan, window, modality)
    const seen = (window: number) =>
      steady.settle(
        { video: tokensOf(window, 'video'), sound: tokensOf(window, 'sound'), state: tokensOf(window, 'state') },
        { video: manifest.video.tokens, sound: manifest.sound.tokens, state: manifest.state.tokens },
      )
    if (source?.how === 'extend') seen(before ? (order[0] ?? -1) + 1 : 0)
    if (job.newWords) steady.renew()
    for (const window of order.slice(0, snapshot?.windows ?? 0)) seen(window)
    for (const [index, window] of order.entries()) {
      if (index < (snapshot?.windows ?? 0)) continue
      const history = window === 0 && !before ? undefined : filmHistory(film, manifest, plan, window, before)
      // What was read off a film from elsewhere is not sure enough to be given: beside picture and sound it is drawn once more.
      if (history && window === order[0] && stateUnknown(job.source)) delete history.state
      const start = beginWindow(runner, manifest, { ...job, ...(source && { source }) }, history, window, times[0])
      const done = snapshot?.windows === index && snapshot.latents ? snapshot.step : 0
      if (done > 0) start.latents = replaceLatents(runner, manifest, start.latents, snapshot?.latents)
      const tokens = await sampleWindow(runner, start, constant, times, withSnapshots(hooks, index), window, done, window === 0 ? redrawer(runner, manifest, job, times, hooks) : undefined)
      if (mayChange(source, plan, window)) steady.settle(tokens, known(history, source, manifest), before ? 'end' : 'start')
      for (const modality of modalities) endWindow(film[modality], tokens[modality], manifest, plan, window, modality, history?.[modality] ? (before ? 'end' : 'start') : 'none')
      hooks.snapshot?.({ windows: index + 1, step: 0, film: copyLatents(film) })
    }
  } finally {
    disposeAll(constant)
  }
  return film
}

/** Whether what a window adds is all new, and follows from the window beside it. */
function mayChange(source: Source | undefined, plan: FilmPlan, window: number): boolean {
  return source?.how !== 'remix' && !(source?.how === 'frames' && source.last && window === plan.windows - 1)
}

/** How much of a window follows from the one beside it; all of a state that was given. */
function known(history: Given | undefined, source: Source | undefined, { video, sound, state }: Manifest): Known {
  return { video: (history?.video?.length ?? 0) / video.dim, sound: (history?.sound?.length ?? 0) / sound.dim, state: source?.how === 'hold' ? state.tokens : (history?.state?.length ?? 0) / state.dim }
}

/** Begins a first window anew, or does not, after looking at what a step made of it. */
export type Redrawer = (step: number, state: GraphTensor) => Promise<Start | undefined>

/** undefined where a film is drawn from the noise it is given: one that begins from another film, or whose draw is known. */
export function redrawer(
  runner: GraphRunner,
  manifest: Manifest,
  job: Pick<SampleJob, 'seed' | 'plan' | 'source' | 'draw' | 'speech' | 'snapshot'>,
  times: readonly number[],
  hooks: Pick<SampleHooks, 'afterRedraw'>,
): Redrawer | undefined {
  const decides = deciding(times, manifest)
  if (decides < 0 || job.source || job.draw !== undefined) return undefined
  let draw = job.snapshot?.draw ?? 0
  return async (step, state) => {
    if (step !== decides || draw >= manifest.sampler.redraw!.tries) return undefined
    if (!lifeless((await state.getData()) as Float32Array, manifest)) return undefined
    draw++
    hooks.afterRedraw?.(draw, step)
    return beginWindow(runner, manifest, { ...job, draw }, undefined, 0)
  }
}

/** Tokens of a whole film, all 0. */
export function emptyFilm(manifest: Manifest, plan: FilmPlan): Latents {
  const zeros = (modality: Modality) => new Float32Array(plan.tokens[modality] * manifest[modality].dim)
  return { video: zeros('video'), sound: zeros('sound'), state: zeros('state') }
}

/** Hooks that tell where the job stands after each step of a window but its last, whose tokens come with the film. */
function withSnapshots(hooks: SampleHooks, windows: number): SampleHooks {
  if (!hooks.snapshot) return hooks
  return {
    ...hooks,
    afterStep: async (report) => {
      const { step, steps, latents } = report
      if (step + 1 < steps) hooks.snapshot?.({ windows, step: step + 1, latents: await readLatents(latents) })
      await hooks.afterStep(report)
    },
  }
}

/** Puts a snapshot's latents in place of those that a window would begin with, which are let go. */
function replaceLatents(runner: GraphRunner, manifest: Manifest, latents: Tensors, by: Latents | undefined): Tensors {
  if (!by) return latents
  disposeAll(latents)
  const tensor = (modality: Modality) => runner.tensor(by[modality].slice(), [1, manifest[modality].tokens, manifest[modality].dim])
  return { video: tensor('video'), sound: tensor('sound'), state: tensor('state') }
}

/**
 * A film from elsewhere comes without a state: what happens in it is sampled, picture and sound given; where nothing is heard, the picture alone.
 * @returns the job's source, with a state where it will be needed
 */
async function readState(runner: GraphRunner, manifest: Manifest, job: SampleJob, constant: Tensors, hooks: SampleHooks): Promise<SampleJob> {
  const { source } = job
  const windows = windowsToRead(manifest, job.plan, source)
  if (windows === 0 || (source?.how !== 'remix' && source?.how !== 'extend')) return job
  const plan = source.how === 'extend' ? planFilm(manifest, source.seconds) : job.plan
  const state = new Float32Array(plan.tokens.state * manifest.state.dim)
  const times = timesteps(readSteps, manifest.sampler.shift)
  for (let window = 0; window < windows; window++) {
    const tokens = (modality: 'video' | 'sound') => windowTokens(source.latents, manifest, plan, window, modality)
    const sound = tokens('sound')
    const history = window === 0 ? {} : { state: windowTokens({ state }, manifest, plan, window, 'state').subarray(0, plan.history.state * manifest.state.dim) }
    // No sound at all is no fact about what happens: most films without it were never given any.
    const silent = sound.every((value) => value === sound[0])
    const given = { video: tokens('video'), ...(!silent && { sound }), ...history }
    const start = beginWindow(runner, manifest, { seed: job.seed, plan }, given, window)
    const read = await sampleWindow(runner, start, constant, times, hooks, window)
    endWindow(state, read.state, manifest, plan, window, 'state', window === 0 ? 'none' : 'start')
  }
  return { ...job, source: { ...source, latents: { ...source.latents, state } } }
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
 * @param done steps that `start` has behind it
 * @param redraw may put another start in its place
 * @returns its clean tokens, what was known among them
 */
export async function sampleWindow(
  runner: GraphRunner,
  start: Start,
  constant: Tensors,
  times: readonly number[],
  hooks: SampleHooks,
  window: number,
  done = 0,
  redraw?: Redrawer,
): Promise<Latents> {
  const steps = times.length - 1
  let { latents, masks } = start
  try {
    for (let step = done; step < steps; step++) {
      await hooks.checkpoint()
      const began = performance.now()
      const outputs = await runStep(runner, { ...latents, ...masks, ...constant }, times[step]!, times[step + 1]!)
      disposeAll(latents)
      latents = renameNext(outputs)
      const clean = { video: output(outputs, 'videoClean'), state: output(outputs, 'stateClean') }
      try {
        const anew = await redraw?.(step, clean.state)
        if (anew) {
          for (const tensors of [latents, masks]) disposeAll(tensors)
          ;({ latents, masks } = anew)
          step = -1
          continue
        }
        await hooks.afterStep({ window, step, steps, stepMs: performance.now() - began, clean, latents })
      } finally {
        disposeAll(clean)
      }
    }
    const read = async (modality: Modality) => (await output(latents, modality).getData()) as Float32Array<ArrayBuffer>
    return { video: await read('video'), sound: await read('sound'), state: await read('state') }
  } finally {
    disposeAll(latents)
    disposeAll(masks)
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
 * @param history what is given of the window: of a film, the former window's last part; none for a film's first window
 * @param t where the steps begin
 */
export function beginWindow(
  runner: GraphRunner,
  manifest: Manifest,
  { seed, plan, source, draw, speech }: Pick<SampleJob, 'seed' | 'plan' | 'source' | 'draw' | 'speech'>,
  history: Given | undefined,
  window: number,
  t = 0,
): Start {
  const latents: Tensors = {}
  const masks: Tensors = {}
  for (const modality of modalities) {
    const { tokens, dim } = manifest[modality]
    const x = new Float32Array(tokens * dim)
    const mask = new Float32Array(tokens)
    fillNoise(x, seed, noiseWindow(window, window === 0 ? (draw ?? 0) : 0), modality)
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
    if (source?.how === 'frames' && modality === 'video') giveStills(x, mask, source, manifest, plan, window)
    const known = history?.[modality]
    if (known) {
      const at = source?.how === 'extend' && source.before ? tokens - known.length / dim : 0
      x.set(known, at * dim)
      mask.fill(1, at, at + known.length / dim)
    }
    latents[modality] = runner.tensor(x, [1, tokens, dim])
    masks[`${modality}Mask`] = runner.tensor(mask, [1, tokens, 1])
  }
  if (manifest.speech) masks['speech'] = runner.tensor(windowSpeech(speech, manifest, window), [1, manifest.speech.frames, manifest.speech.dim])
  return { latents, masks }
}

/** What of a film's speech falls into one window. */
function windowSpeech(speech: Float32Array | undefined, { speech: given, window: { historyFraction } }: Manifest, window: number): Float32Array<ArrayBuffer> {
  const { frames, dim } = given!
  const said = new Float32Array(frames * dim)
  const from = Math.round(window * frames * (1 - historyFraction)) * dim
  if (!speech) return said
  said.set(speech.subarray(from, from + said.length))
  const last = speech.subarray(-dim)
  for (let at = Math.max(0, speech.length - from); at < said.length; at += dim) said.set(last, at)
  return said
}

/** Of a picture to begin or to end with, the tokens of as short a time as there are: half a second of kinora-s, in which it stands still. */
function giveStills(x: Float32Array, mask: Float32Array, { first, last }: Stills, manifest: Manifest, plan: FilmPlan, window: number): void {
  const { tokens, dim, frames, framesPerLatent } = manifest.video
  const still = (tokens * latentFramesPerToken * framesPerLatent) / frames
  const give = (from: Float32Array, at: number) => {
    x.set(from.subarray(at * dim, (at + still) * dim), at * dim)
    mask.fill(1, at, at + still)
  }
  if (first && window === 0) give(first, 0)
  if (last && window === plan.windows - 1) give(last, tokens - still)
}

/** The part of the film that a window begins with, or ends with where it is drawn `before` another: views. */
function filmHistory(film: Latents, manifest: Manifest, plan: FilmPlan, window: number, before: boolean): Given {
  const known = (modality: Modality) => {
    const tokens = windowTokens(film, manifest, plan, window, modality)
    const length = plan.history[modality] * manifest[modality].dim
    return before ? tokens.subarray(tokens.length - length) : tokens.subarray(0, length)
  }
  return { video: known('video'), sound: known('sound'), state: known('state') }
}

/** @param known where the window's known tokens stand, which the film has already */
function endWindow(film: Float32Array, tokens: Float32Array, manifest: Manifest, plan: FilmPlan, window: number, modality: Modality, known: 'none' | 'start' | 'end'): void {
  const { tokens: count, dim } = manifest[modality]
  const there = plan.history[modality]
  const from = known === 'start' ? there : 0
  const to = known === 'end' ? count - there : count
  film.set(tokens.subarray(from * dim, to * dim), (window * (count - there) + from) * dim)
}

function renameNext(outputs: Tensors): Tensors {
  return { video: output(outputs, 'videoNext'), sound: output(outputs, 'soundNext'), state: output(outputs, 'stateNext') }
}
