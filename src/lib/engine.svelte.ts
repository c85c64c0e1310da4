/** The generator as the page knows it: loaded when needed, loaded again when its worker had to be ended. */
import { proxy, type Remote } from 'comlink'
import type { Clip, Director, EngineInfo, Footage, GenerateEvent, GenerateRequest, Generator, Latents, LiveRequest, LoadEvent, LoadOptions, Origin, Scene, Snapshot, SnapshotEvent, Source } from '../../workers/generate/types.ts'
import { importedClip, isUnreadable } from '../import/importer.svelte.ts'
import { PackLoad } from '../packs/load.svelte.ts'
import type { Bridge } from './bridge.ts'
import { wasCancelled } from './errors.ts'

export type EngineState = 'loading' | 'ready' | 'failed'

/** Errors after which this worker is of no more use. */
const BROKEN = new Set(['DeviceLostError', 'MemoryError', 'NotLoadedError', 'RuntimeError'])

/** Those that a film survives: it goes on in a new worker. 'RuntimeError' is also what the browser calls a wasm trap. */
const SURVIVED = new Set(['DeviceLostError', 'MemoryError', 'RuntimeError', 'WorkerError'])

export class Engine {
  state = $state<EngineState>('loading')
  info = $state.raw<EngineInfo | null>(null)
  readonly progress = new PackLoad()
  /** How often a film had to go on in a new worker, and after what. */
  restarts = $state.raw<{ count: number; after: string }>({ count: 0, after: '' })

  /** What was kept of a file from elsewhere. */
  footageOf: (origin: Origin) => Promise<Footage | undefined> = async () => undefined

  readonly #bridge: Bridge<Generator>
  #options: LoadOptions
  /** The generator while it makes a live film. */
  #directed: Remote<Generator> | undefined
  /** The worker (see Bridge.epoch) that holds the pack of `#options`. */
  #loadedEpoch = 0

  constructor(bridge: Bridge<Generator>, options: LoadOptions) {
    this.#bridge = bridge
    this.#options = options
  }

  /** @throws PackError, DownloadError, QuotaError, DeviceLostError, WorkerError */
  load(): Promise<EngineInfo> {
    return this.#guard(() => this.#bridge.run((remote) => this.#ensure(remote)))
  }

  /** Loads anew in a new worker: a failed wasm start poisons its realm, and a lost device does not come back. */
  reload(options: LoadOptions = this.#options): Promise<EngineInfo> {
    this.#options = options
    this.#bridge.terminate()
    return this.load()
  }

  /**
   * A film whose graphics processor goes away, or whose worker dies or runs out of memory, goes on after its last finished step: in a new
   * worker; if that fails as well, on the main processor.
   */
  async generate(request: GenerateRequest, onEvent: (event: GenerateEvent) => void, signal: AbortSignal, source?: Source): Promise<Clip> {
    const footage = request.from && (await this.footageOf(request.from))
    let reached: Snapshot | undefined
    const listen = (event: GenerateEvent | SnapshotEvent) => {
      if (event.phase !== 'snapshot') return onEvent(event)
      const { film } = { ...reached, ...event.snapshot }
      reached = { ...event.snapshot, ...(film && { film }) }
    }
    const make = () =>
      this.#guard(() =>
        this.#bridge.run(async (remote) => {
          await this.#ensure(remote)
          return remote.generate(request, proxy(listen), source, footage, reached)
        }, signal),
      )
    const backends = [this.#options.backend, 'wasm'] as const
    for (const backend of backends) {
      try {
        return await make()
      } catch (error) {
        const name = error instanceof Error ? error.name : ''
        if (!SURVIVED.has(name) || signal.aborted) throw error
        this.restarts = { count: this.restarts.count + 1, after: name }
        this.#options = { ...this.#options, backend }
      }
    }
    return make()
  }

  /** A film that is made while it is seen. It is not begun again by itself: what was delivered stays good, and it can be gone on with. */
  direct(request: LiveRequest, director: Director, signal: AbortSignal): Promise<void> {
    return this.#guard(() =>
      this.#bridge.run(async (remote) => {
        await this.#ensure(remote)
        this.#directed = remote
        try {
          await remote.direct(request, proxy(director))
        } finally {
          this.#directed = undefined
        }
      }, signal),
    )
  }

  /** Holds the live film within a step, until `resume`. */
  pause(): void {
    void this.#directed?.pause().catch(() => undefined)
  }

  resume(): void {
    void this.#directed?.resume().catch(() => undefined)
  }

  /** Tokens of a film from elsewhere. */
  encode(footage: Footage): Promise<Latents> {
    return this.#loaded((remote) => remote.encode(footage))
  }

  /** The first frame of it, standing still for a window, as tokens of the picture. */
  encodeStill(footage: Footage): Promise<Latents['video']> {
    return this.#loaded((remote) => remote.encodeStill(footage, 0))
  }

  /** Decodes a kept film; one that came from elsewhere is read again from its file. */
  async render(request: GenerateRequest, latents: Latents): Promise<Clip> {
    const footage = request.from && (await this.#keptFootage(request.from))
    if (footage && request.from?.media && request.from.how === 'import') return importedClip(request.from.media, footage, (this.info ?? (await this.load())).pack)
    return this.#guard(() =>
      this.#bridge.run(async (remote) => {
        await this.#ensure(remote)
        return remote.render(request, latents, footage)
      }),
    )
  }

  /** A film made from a file that is gone, or that this device cannot read, shows what the codec has of it; the file itself cannot be shown. */
  async #keptFootage(origin: Origin): Promise<Footage | undefined> {
    try {
      return await this.footageOf(origin)
    } catch (error) {
      if (origin.how !== 'import' && isUnreadable(error)) return undefined
      throw error
    }
  }

  /** What happens in a film, from its state tokens; null when the model does not tell. */
  readScene(state: Latents['state']): Promise<Scene | null> {
    return this.#loaded((remote) => remote.readScene(state))
  }

  /** State tokens in which that happens. */
  writeScene(state: Latents['state'], scene: Scene): Promise<Latents['state']> {
    return this.#loaded((remote) => remote.writeScene(state, scene))
  }

  #loaded<R>(job: (remote: Remote<Generator>) => Promise<R>): Promise<R> {
    return this.#guard(() =>
      this.#bridge.run(async (remote) => {
        await this.#ensure(remote)
        return job(remote)
      }),
    )
  }

  async #ensure(remote: Remote<Generator>): Promise<EngineInfo> {
    const epoch = this.#bridge.epoch
    if (this.#loadedEpoch === epoch && this.info) return this.info
    this.state = 'loading'
    this.progress.start()
    try {
      const info = await remote.load(
        this.#options,
        proxy((event: LoadEvent) => this.progress.take(event)),
      )
      this.#loadedEpoch = epoch
      this.info = info
      this.state = 'ready'
      return info
    } catch (error) {
      this.state = 'failed'
      throw error
    }
  }

  /** Keeps the state true when a job takes its worker down. */
  async #guard<R>(job: () => Promise<R>): Promise<R> {
    try {
      return await job()
    } catch (error) {
      const name = error instanceof Error ? error.name : ''
      if (this.state === 'failed' || BROKEN.has(name)) this.#bridge.terminate()
      if (this.#loadedEpoch !== this.#bridge.epoch || !this.#bridge.alive) this.#lost(error)
      throw error
    }
  }

  /** A worker ended by Cancel starts again at once, so that the next film need not wait; one that failed waits for the person. */
  #lost(reason: unknown): void {
    this.#loadedEpoch = 0
    if (wasCancelled(reason)) {
      this.state = 'loading'
      this.load().catch(() => undefined)
    } else this.state = 'failed'
  }
}
