/** The generator itself, without its worker: loads a pack, keeps one job at a time, makes films. */
import type { Manifest } from '../packs/manifest'
import { loadPack, type LoadedPack } from '../packs/store'
import { refuseBroken } from '../policy/screen'
import type { Articulated } from './articulate'
import { openGpu, type Gpu } from './device'
import { JobControl } from './control'
import { DeviceLostError, GoldenError, memoryErrorOf, NotLoadedError, RequestError } from './errors'
import { encodeFootage, encodeStill, keepFootage } from './footage'
import { checkGolden, encodeTexts } from './golden'
import { streamFilm } from './live'
import { JobProgress, PreviewBudget, type Durations } from './progress'
import { previewFrame, renderFilm } from './render'
import type { GraphRunner } from './runner'
import { sampleFilm, type StepReport } from './sampler'
import { fits } from './snapshot'
import { spokenIn } from './spoken'
import { filmRoles, openRunner, startRuntime, threadCount } from './session'
import { checkSource, stepCount, windowsToDraw, windowSteps } from './source'
import { readScene, stateLayout, writeScene } from './state'
import type {
  Clip,
  Director,
  EngineInfo,
  Footage,
  GenerateEvent,
  GenerateRequest,
  Generator,
  Latents,
  LiveRequest,
  LoadEvent,
  LoadOptions,
  PackInfo,
  Preview,
  Scene,
  Snapshot,
  SnapshotEvent,
  Source,
} from './types'
import { maxSeconds, planFilm, type FilmPlan } from './windows'

interface Loaded {
  options: LoadOptions
  manifest: Manifest
  runner: GraphRunner
  info: EngineInfo
  /** What one unit of each kind of work takes here; the load's warm-up gives the first guess. */
  durations: Durations
}

export class Engine implements Generator {
  readonly #baseUrl: URL
  #queue: Promise<unknown> = Promise.resolve()
  #loaded: Loaded | undefined
  /** Set while a job runs. */
  #job: JobControl | undefined

  /** @param baseUrl where `packs/NAME/` lie, unless a load names another place of the same origin */
  constructor(baseUrl: URL) {
    this.#baseUrl = baseUrl
  }

  load(options: LoadOptions, onEvent: (event: LoadEvent) => void = () => {}): Promise<EngineInfo> {
    return this.#inTurn(async () => {
      const same = this.#loaded?.options
      if (this.#loaded && same?.pack === options.pack && same.backend === options.backend) return this.#loaded.info
      const began = performance.now()
      const baseUrl = this.#resolveBase(options.baseUrl)
      // Beside the pack.
      const opening = options.backend === 'wasm' ? Promise.resolve(undefined) : openGpu().catch(() => undefined)
      void opening.then((gpu) => startRuntime(gpu && isUsable(gpu, options) ? 'webgpu' : 'wasm')).catch(() => undefined)
      const pack = await loadPack(options.pack, { baseUrl, onProgress: (progress) => onEvent({ phase: 'fetch', ...progress }) }).catch(async (error: unknown) => {
        const gpu = await opening
        gpu?.device.destroy()
        throw error
      })
      // Only now: a pack that cannot be fetched leaves the present one at work.
      await this.#loaded?.runner.dispose()
      this.#loaded = undefined
      const loaded = await open(options, pack, await opening, began, onEvent)
      this.#loaded = loaded
      // On wasm while somebody still writes the words of a film; one that is asked for meanwhile waits, as it would have waited for the load. What
      // fails here fails again when it is needed, and is said then.
      const { runner, manifest, durations, info } = loaded
      if (info.backend === 'wasm') void this.#inTurn(() => warmUp(runner, manifest, durations, undefined)).catch(() => undefined)
      return loaded.info
    })
  }

  async generate(
    request: GenerateRequest,
    onEvent: (event: GenerateEvent | SnapshotEvent) => void = () => {},
    source?: Source,
    footage?: Footage,
    snapshot?: Snapshot,
  ): Promise<Clip> {
    refuseBroken(textsOf(request))
    refuseBroken([request.from?.prompt], 'title')
    return this.#inTurn(() =>
      this.#asJob(async (loaded, control) => {
        const { manifest, runner, durations } = loaded
        const checkpoint = () => control.checkpoint()
        checkRequest(request, manifest)
        if (source) checkSource(source, manifest, request.seconds)
        const began = performance.now()
        const plan = planFilm(manifest, request.seconds)
        const stepsOfWindow = windowSteps(manifest, request.steps, source)
        const from = snapshot && fits(snapshot, manifest, plan, windowsToDraw(manifest, plan, source).length, stepsOfWindow) ? snapshot : undefined
        const progress = new JobProgress(
          { text: 1, step: stepCount(manifest, plan, request.steps, source), ...renderUnits(manifest, plan) },
          durations,
        )
        if (from) progress.skip('step', from.windows * stepsOfWindow + from.step)

        onEvent({ phase: 'text' })
        await checkpoint()
        const text = await encodeTexts(runner, manifest, [request.prompt, request.negative])
        const textMs = performance.now() - began
        progress.finish('text', textMs)
        const said = await saidIn(request, source, manifest)

        const steps: number[] = []
        const budget = new PreviewBudget()
        let draw = request.draw ?? from?.draw ?? 0
        const job = {
          text,
          seed: request.seed,
          steps: request.steps,
          plan,
          ...(request.draw !== undefined && { draw: request.draw }),
          ...(source && { source }),
          ...(said && { speech: said.speech }),
          ...(source?.how === 'extend' && request.from && { newWords: request.from.prompt !== request.prompt }),
          ...(from && { snapshot: from }),
        }
        const latents = await sampleFilm(runner, manifest, job, {
          checkpoint,
          afterStep: async ({ window, step, steps: ofWindow, stepMs, clean }) => {
            steps.push(stepMs)
            budget.afterStep(stepMs)
            let preview: Preview | undefined
            let previewMs = 0
            if (budget.allows) {
              const start = performance.now()
              preview = await previewFrame(runner, manifest, plan, clean, window)
              previewMs = performance.now() - start
              budget.afterPreview(previewMs)
            }
            progress.finish('step', stepMs + previewMs)
            onEvent({
              phase: 'step',
              window,
              windows: plan.windows,
              step: step + 1,
              steps: ofWindow,
              progress: progress.progress,
              remainingMs: progress.remainingMs,
              ...(preview && { preview }),
            })
          },
          afterRedraw: (found, again) => {
            draw = found
            progress.again('step', again)
          },
          snapshot: (reached) => onEvent({ phase: 'snapshot', snapshot: { ...reached, ...(draw > 0 && { draw }) } }),
        })
        const rendered = await render(loaded, plan, latents, progress, checkpoint, onEvent)
        if (request.from && footage) keepFootage({ ...rendered, sampleRate: manifest.sound.sampleRate }, request.from, footage)
        const clip = finishClip(loaded, draw > 0 ? { ...request, draw } : request, plan, latents, rendered, { text: textMs, steps, total: performance.now() - began })
        return said ? { ...clip, speechEnd: said.endSeconds } : clip
      }),
    )
  }

  render(request: GenerateRequest, latents: Latents, footage?: Footage): Promise<Clip> {
    return this.#inTurn(() =>
      this.#asJob(async (loaded, control) => {
        const { manifest, durations } = loaded
        const checkpoint = () => control.checkpoint()
        const began = performance.now()
        const plan = planFilm(manifest, request.seconds)
        checkLatents(latents, manifest, plan)
        const progress = new JobProgress({ text: 0, step: 0, ...renderUnits(manifest, plan) }, durations)
        const rendered = await render(loaded, plan, latents, progress, checkpoint, () => {})
        if (request.from && footage) keepFootage({ ...rendered, sampleRate: manifest.sound.sampleRate }, request.from, footage)
        return finishClip(loaded, request, plan, latents, rendered, { text: 0, steps: [], total: performance.now() - began })
      }),
    )
  }

  encode(footage: Footage): Promise<Latents> {
    return this.#inTurn(() => this.#asJob(({ runner, manifest }, control) => encodeFootage(runner, manifest, footage, () => control.checkpoint())))
  }

  encodeStill(footage: Footage, frame: number): Promise<Float32Array<ArrayBuffer>> {
    return this.#inTurn(() => this.#asJob(({ runner, manifest }, control) => encodeStill(runner, manifest, footage, frame, () => control.checkpoint())))
  }

  async readScene(state: Latents['state']): Promise<Scene | null> {
    if (!this.#loaded) throw new NotLoadedError()
    const layout = stateLayout(this.#loaded.manifest)
    return layout && readScene(state, layout)
  }

  async writeScene(state: Latents['state'], scene: Scene): Promise<Latents['state']> {
    if (!this.#loaded) throw new NotLoadedError()
    const layout = stateLayout(this.#loaded.manifest)
    if (!layout) throw new RequestError('This model does not tell what happens in its films, so nothing in them can be moved.')
    return writeScene(state, layout, scene)
  }

  direct(request: LiveRequest, director: Director): Promise<void> {
    return this.#inTurn(() =>
      this.#asJob(async ({ manifest, runner }, control) => {
        checkSeedAndSteps(request, manifest)
        await streamFilm(runner, manifest, request, director, control)
      }),
    )
  }

  pause(): void {
    this.#job?.pause()
  }

  resume(): void {
    this.#job?.resume()
  }

  cancel(): void {
    this.#job?.cancel()
  }

  /** One promise queue: the runtime is not re-entrant, and two jobs at once would only both be slow. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work)
    this.#queue = result.catch(() => {})
    return result
  }

  async #asJob<T>(work: (loaded: Loaded, control: JobControl) => Promise<T>): Promise<T> {
    if (!this.#loaded) throw new NotLoadedError()
    this.#job = new JobControl()
    try {
      return await work(this.#loaded, this.#job)
    } catch (error) {
      const out = memoryErrorOf(error) ?? error
      if (out instanceof DeviceLostError) this.#loaded = undefined
      throw out
    } finally {
      this.#job = undefined
    }
  }

  #resolveBase(baseUrl: string | undefined): URL {
    const base = new URL(baseUrl ?? this.#baseUrl, this.#baseUrl)
    if (base.origin !== this.#baseUrl.origin) throw new RequestError('Models are fetched from the address of this page only.')
    return base
  }
}

/** All that a request says is to be seen. What should not appear is not asked for, and may be named. */
function textsOf({ prompt, written, live = [] }: GenerateRequest): (string | undefined)[] {
  return [prompt, written, ...live.flatMap((cue) => [cue.prompt, cue.written])]
}

/** What is said in a film, where somebody speaks and the pack has learned to; undefined elsewhere. The dictionary is fetched when it is first asked for. */
async function saidIn(request: GenerateRequest, source: Source | undefined, { speech }: Manifest): Promise<Articulated | undefined> {
  const spoken = speech && spokenIn(request)
  const goesOn = source?.how === 'extend' && !source.before
  // A film that goes on by the same words does not say them twice.
  if (!spoken || (goesOn && request.from?.prompt === request.prompt)) return undefined
  const { articulate } = await import('./articulate')
  return articulate(spoken, speech, request.seconds, goesOn ? source.seconds : 0)
}

/** A software adapter is right but far slower than wasm: only for those who ask for it by name. */
function isUsable(gpu: Gpu, { backend }: LoadOptions): boolean {
  return !gpu.software || backend === 'webgpu'
}

/** @param began when the load began, by `performance.now()` */
async function open(options: LoadOptions, pack: LoadedPack, gpu: Gpu | undefined, began: number, onEvent: (event: LoadEvent) => void): Promise<Loaded> {
  const { manifest } = pack
  const finish = (runner: GraphRunner, durations: Durations, extra: Pick<EngineInfo, 'adapter' | 'fallback'>): Loaded => ({
    options,
    manifest,
    runner,
    durations,
    info: {
      backend: runner.backend,
      threads: threadCount(),
      pack: describePack(manifest),
      loadMs: performance.now() - began,
      ...(pack.notKept !== undefined && { notKept: pack.notKept }),
      ...extra,
    },
  })

  let fallback: string | undefined
  if (options.backend !== 'wasm') {
    if (!gpu && options.backend === 'webgpu') {
      fallback = 'This browser offers no graphics processor to web pages, so the film is computed on the processor (wasm).'
    }
    if (gpu && isUsable(gpu, options)) {
      try {
        const { runner, durations, golden } = await start(pack, gpu, onEvent)
        if (golden.passed) return finish(runner, durations, { adapter: gpu.name })
        await runner.dispose()
        fallback = `The graphics processor (${gpu.name}) computes this model wrongly (difference ${golden.difference.toPrecision(2)}), so the film is computed on the processor (wasm).`
      } catch (error) {
        console.warn(error) // the sentence below is for the person, this for whoever looks into it
        gpu.device.destroy()
        fallback = `The graphics processor (${gpu.name}) could not be started for this model, so the film is computed on the processor (wasm).`
      }
    } else {
      gpu?.device.destroy()
    }
  }

  const { runner, durations, golden } = await start(pack, undefined, onEvent)
  if (!golden.passed) {
    await runner.dispose()
    throw new GoldenError(
      `This browser computes the model "${manifest.name}" wrongly (difference ${golden.difference.toPrecision(2)}), so a film would be noise. ` +
        'Update the browser or use another one.',
    )
  }
  return finish(runner, durations, fallback === undefined ? {} : { fallback })
}

/** Sessions and the golden test; on WebGPU also one run of every graph: shaders compile inside the loading bar. */
async function start(pack: LoadedPack, gpu: Gpu | undefined, onEvent: (event: LoadEvent) => void) {
  onEvent({ phase: 'expand' })
  const runner = await openRunner(pack, gpu, (graph, done) => onEvent({ phase: 'compile', graph, done, total: filmRoles.length }))
  onEvent({ phase: 'check', backend: runner.backend })
  try {
    const golden = await checkGolden(runner, pack.manifest)
    const durations: Durations = { text: golden.textMs, step: golden.stepMs }
    if (golden.passed && gpu) await warmUp(runner, pack.manifest, durations, gpu)
    return { runner, golden, durations }
  } catch (error) {
    await runner.dispose()
    throw memoryErrorOf(error) ?? error
  }
}

/** @param durations is told what one unit of each kind of work takes, so that the first film already has a time left */
async function warmUp(runner: GraphRunner, manifest: Manifest, durations: Durations, gpu: Gpu | undefined): Promise<void> {
  const plan = planFilm(manifest, manifest.window.seconds)
  const { text, video } = manifest
  // On a software adapter, knowing how long things take would take ten seconds.
  if (gpu && !gpu.software) {
    // The golden step was spent on compiling shaders; this one tells how long a step takes.
    const job = { text: new Float32Array(2 * text.tokens * text.dim), seed: 0, steps: 1, plan }
    const hooks = { checkpoint: async () => {}, afterStep: async ({ stepMs }: StepReport) => void (durations.step = stepMs) }
    await sampleFilm(runner, manifest, job, hooks)
    await encodeTexts(runner, manifest, [''])
  }
  const silent = (modality: 'video' | 'sound' | 'state') => new Float32Array(plan.tokens[modality] * manifest[modality].dim)
  const latents = { video: silent('video'), sound: silent('sound'), state: silent('state') }
  await renderFilm(runner, manifest, { ...plan, frameCount: (gpu?.software ? 1 : 2) * video.framesPerLatent }, latents, {
    checkpoint: async () => {},
    afterFrames: (_, ms) => void (durations.frames = ms),
    afterWave: (ms) => void (durations.wave = ms),
  })
}

async function render(
  { manifest, runner }: Loaded,
  plan: FilmPlan,
  latents: Latents,
  progress: JobProgress,
  checkpoint: () => Promise<void>,
  onEvent: (event: GenerateEvent) => void,
) {
  let decode = 0
  let vocoder = 0
  const film = await renderFilm(runner, manifest, plan, latents, {
    checkpoint,
    afterFrames: (frame, ms) => {
      decode += ms
      progress.finish('frames', ms)
      onEvent({ phase: 'decode', frame, frames: plan.frameCount, progress: progress.progress, remainingMs: progress.remainingMs })
    },
    afterWave: (ms) => {
      vocoder += ms
      progress.finish('wave', ms)
      onEvent({ phase: 'sound', progress: progress.progress, remainingMs: progress.remainingMs })
    },
  })
  return { ...film, decode, vocoder }
}

function renderUnits(manifest: Manifest, plan: FilmPlan): { frames: number; wave: number } {
  return { frames: Math.ceil(plan.frameCount / manifest.video.framesPerLatent), wave: plan.windows }
}

function finishClip(
  { manifest, runner, info }: Loaded,
  request: GenerateRequest,
  plan: FilmPlan,
  latents: Latents,
  { rgba, pcm, decode, vocoder }: Awaited<ReturnType<typeof render>>,
  timings: Pick<Clip['timings'], 'text' | 'steps' | 'total'>,
): Clip {
  const { width, height, fps } = manifest.video
  return {
    request,
    pack: { name: manifest.name, version: manifest.version },
    backend: runner.backend,
    width,
    height,
    fps,
    frameCount: plan.frameCount,
    rgba,
    sampleRate: manifest.sound.sampleRate,
    pcm,
    latents,
    timings: { load: info.loadMs, decode, vocoder, ...timings },
  }
}

function describePack(manifest: Manifest): PackInfo {
  const { name, version, licence, description, families, video, sound, window, text, sampler } = manifest
  return {
    name,
    version,
    licence,
    description,
    families,
    width: video.width,
    height: video.height,
    fps: video.fps,
    sampleRate: sound.sampleRate,
    windowSeconds: window.seconds,
    maxTextBytes: text.bytes,
    sampler: { steps: sampler.steps, minSteps: sampler.minSteps, maxSteps: sampler.maxSteps },
    tellsScene: stateLayout(manifest) !== null,
  }
}

/** @throws RequestError naming the first value that is out of range */
export function checkRequest(request: GenerateRequest, manifest: Manifest): void {
  checkSeedAndSteps(request, manifest)
  const { seconds } = request
  const shortest = Math.ceil(manifest.window.seconds)
  if (!Number.isInteger(seconds) || seconds < shortest || seconds > maxSeconds) {
    throw new RequestError(`The length must be a whole number of seconds from ${shortest} to ${maxSeconds}.`)
  }
}

function checkSeedAndSteps({ seed, steps, draw = 0 }: Pick<GenerateRequest, 'seed' | 'steps' | 'draw'>, { sampler }: Manifest): void {
  if (!Number.isInteger(draw) || draw < 0 || draw > 16) throw new RequestError('A seed has noises from 0 to 16.')
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RequestError('The seed must be a whole number from 0 to 4,294,967,295.')
  }
  if (!Number.isInteger(steps) || steps < sampler.minSteps || steps > sampler.maxSteps) {
    throw new RequestError(`The number of steps must be a whole number from ${sampler.minSteps} to ${sampler.maxSteps}.`)
  }
}

function checkLatents(latents: Latents, manifest: Manifest, plan: FilmPlan): void {
  const fits = (['video', 'sound', 'state'] as const).every(
    (modality) => latents[modality].length === plan.tokens[modality] * manifest[modality].dim,
  )
  if (!fits) throw new RequestError('These saved tokens belong to another model or another length. Load the model they were made with.')
}
