/**
 * A film that is directed while it is made and seen: what is said holds from the next chunk on. It decides when playing begins, when it has to
 * wait, and how far ahead the generator may run: the further it is ahead, the later one sees what one says.
 */
import type { Cue, Director, LiveChunk, LiveEvent, SpokenCue } from '../../workers/generate/types.ts'
import { wasCancelled } from '../lib/errors.ts'
import type { Engine } from '../lib/engine.svelte.ts'
import { LiveReel } from './reel.ts'
import type { LiveClock } from './sound.ts'

export type Phase =
  | 'idle'
  /** The model is not ready yet, or makes another film. */
  | 'opening'
  /** Nothing is played yet. */
  | 'filling'
  | 'playing'
  /** All that is there was played. */
  | 'dry'
  | 'paused'
  | 'stopping'
  | 'ended'

/** Chunks that have to be ahead before it plays. */
export const CHUNKS_AHEAD = 2
/** No chunk is begun while this many are ahead. */
export const MOST_AHEAD = 2.5
/** A live film ends by itself here, s: its tokens and sound then take some 110 MB. */
export const MAX_SECONDS = 600

/** How often the clock is looked at, and how often what is shown of it changes, ms. */
const PUMP_MS = 40
const FIGURES_MS = 250
/** Chunks from one picture for the list to the next. */
const THUMBNAIL_CHUNKS = 16
/** Weight of the newest chunk in the speed. */
const NEWEST = 0.4

export interface LiveHost {
  engine: Pick<Engine, 'info' | 'load' | 'direct' | 'pause' | 'resume'>
  clock: LiveClock
  /** What the model is given for what the person wrote. */
  caption: (written: string) => string
  seed: () => number
  thumbnail: (chunk: LiveChunk, reel: LiveReel) => string
  onError: (error: unknown) => void
}

export class LiveFilm {
  phase = $state<Phase>('idle')
  /** The frame to show; −1 for none. */
  frame = $state(-1)
  /** What was said, with the chunk it began with. */
  spoken = $state.raw<readonly SpokenCue[]>([])
  /** What is said and not begun, with the second of the film that it begins with. */
  pending = $state.raw<{ cue: Cue; second: number } | null>(null)
  /** What was said last and may not be filmed: the film goes on by what was said before. `name` and `message` are the error's. */
  refused = $state.raw<{ words: string; name: string; message: string } | null>(null)
  /** Seconds that can still be played. */
  ahead = $state(0)
  /** Seconds made. */
  made = $state(0)
  /** Seconds of film a second of computing makes; null before the first chunk. */
  speed = $state<number | null>(null)
  /** It is as long as a live film may be. */
  full = $state(false)
  audible = $state(true)
  /** The film has been kept as it is now. */
  kept = $state(false)

  readonly running = $derived(this.phase !== 'idle' && this.phase !== 'ended')
  drift = { lastMs: 0, maxMs: 0 }

  reel = $state.raw<LiveReel | null>(null)
  seed = 0
  /** 0 until the model is there: then as it recommends, which is what it is fast at. */
  steps = 0
  readonly #host: LiveHost
  #abort = new AbortController()
  #job: Promise<void> | null = null
  /** What holds for the next chunk. */
  #wish: Cue | null = null
  /** What is to be said again, of a film that is made again. */
  #script: readonly SpokenCue[] = []
  /** The chunk that is asked for next. */
  #next = $state(0)
  #paused = false
  /** Lets the generator begin a chunk. */
  #admit: (() => void) | undefined
  #thumbnails = new Map<number, string>()
  #pump: ReturnType<typeof setInterval> | undefined
  #request = 0
  #figuresAt = 0

  constructor(host: LiveHost) {
    this.#host = host
  }

  /** Settles when what is being made is done; null when nothing is. */
  busy(): Promise<void> | null {
    return this.#job
  }

  /** The film can be gone on with, by the model that began it. */
  get canGoOn(): boolean {
    const { reel } = this
    const pack = this.#host.engine.info?.pack
    return this.phase === 'ended' && !this.full && reel !== null && pack?.name === reel.pack.name && pack.version === reel.pack.version
  }

  /** The second with which the next thing said begins. */
  get nextSecond(): number {
    return this.reel?.secondOf(this.#next) ?? 0
  }

  /** Says what is to be seen from the next chunk on. */
  say(written: string, negative = ''): void {
    this.#script = []
    this.refused = null
    this.#wish = this.#cueFor(written, negative)
    const now = this.spoken.at(-1)
    const same = now && now.prompt === this.#wish.prompt && now.negative === this.#wish.negative
    this.pending = same ? null : { cue: this.#wish, second: this.nextSecond }
  }

  /** Begins a new film. @param seed null for a new one */
  start(written: string, negative = '', seed: number | null = null): void {
    if (this.#job) return
    this.#begin(seed ?? this.#host.seed(), null)
    this.say(written, negative)
    this.#run()
  }

  /** Makes a film again as it was, from the words that were said and when. Whoever says something meanwhile leaves it there. */
  again(seed = this.seed, steps = this.steps, script = this.spoken): void {
    const [first] = script
    if (this.#job || !first) return
    this.#begin(seed, steps)
    this.#script = script
    this.#wish = first
    this.#run()
  }

  /** Goes on where the film was stopped. */
  goOn(): void {
    if (this.#job || !this.canGoOn) return
    this.kept = false
    this.#run()
  }

  pause(): void {
    if (!['filling', 'playing', 'dry'].includes(this.phase)) return
    this.#paused = true
    this.#host.engine.pause()
    this.#host.clock.stop(this.#second())
    this.#enter('paused')
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#host.engine.resume()
    this.#enter('filling')
    this.#look()
  }

  /** Ends the film. What was made of it stays. */
  stop(): void {
    if (!this.running || this.phase === 'stopping') return
    this.#host.clock.stop(this.#second())
    this.#enter('stopping')
    this.#abort.abort()
  }

  /** The picture that stands for the film at `chunk`. */
  thumbnailAt(chunk: number): string {
    return [...this.#thumbnails].findLast(([index]) => index <= chunk)?.[1] ?? this.#thumbnails.get(0) ?? ''
  }

  /** The frame on the stage. */
  picture(): ImageData | null {
    const bytes = this.reel?.frame(this.frame)
    return bytes && this.reel ? new ImageData(bytes, this.reel.format.width, this.reel.format.height) : null
  }

  #begin(seed: number, steps: number | null): void {
    this.seed = seed
    this.steps = steps ?? 0
    Object.assign(this, { reel: null, frame: -1, spoken: [], pending: null, refused: null, ahead: 0, made: 0, speed: null, full: false, kept: false })
    this.drift = { lastMs: 0, maxMs: 0 }
    this.#script = []
    this.#next = 0
    this.#thumbnails = new Map()
    this.#host.clock.stop(0)
  }

  #cueFor(written: string, negative: string): Cue {
    const text = written.trim()
    const prompt = this.#host.caption(text)
    return { prompt, ...(prompt !== text && { written: text }), negative: negative.trim() }
  }

  /** Called by a click, as sound may only begin then. */
  #run(): void {
    this.#paused = false
    this.#abort = new AbortController()
    this.#enter('opening')
    const rate = this.#host.engine.info?.pack.sampleRate
    if (rate) void this.#host.clock.wake(rate).then(() => (this.audible = this.#host.clock.audible))
    this.#pump = setInterval(() => this.#look(), PUMP_MS)
    this.#request = requestAnimationFrame(this.#tick)
    this.#job = this.#make().finally(() => {
      this.#job = null
      clearInterval(this.#pump)
      cancelAnimationFrame(this.#request)
      this.#host.clock.stop(this.#second())
      this.#show()
      this.pending = null
      if (this.reel?.chunks === 0) this.reel = null
      this.#enter(this.reel ? 'ended' : 'idle')
    })
  }

  async #make(): Promise<void> {
    const director: Director = { cue: (index) => this.#cue(index), take: (event) => this.#take(event) }
    const { reel } = this
    this.#next = reel?.chunks ?? 0
    try {
      const { pack } = await this.#host.engine.load()
      if (!this.steps) this.steps = pack.sampler.steps
      const after = reel?.end()
      const request = { seed: this.seed, steps: this.steps, ...(after && { after }) }
      await this.#host.engine.direct(request, director, this.#abort.signal)
      this.full = this.phase !== 'stopping'
      await this.#playOut()
    } catch (error) {
      if (!wasCancelled(error)) this.#host.onError(error)
    }
  }

  /** The generator is about to begin a chunk. */
  async #cue(index: number): Promise<Cue | null> {
    if (this.phase === 'opening') this.#enter('filling')
    this.#open()
    await new Promise<void>((resolve) => {
      this.#admit = resolve
      this.#look()
    })
    if (this.phase === 'stopping' || (this.reel && this.reel.secondOf(index) + this.reel.chunkSeconds > MAX_SECONDS)) return null
    const cue = this.#script.findLast(({ chunk }) => chunk <= index) ?? this.#wish
    if (!cue) return null
    this.#wish = { prompt: cue.prompt, ...(cue.written !== undefined && { written: cue.written }), negative: cue.negative }
    this.#next = index + 1
    const last = this.spoken.at(-1)
    if (last?.prompt !== cue.prompt || last.negative !== cue.negative) this.spoken = [...this.spoken, { ...this.#wish, chunk: index, second: this.reel?.secondOf(index) ?? 0 }]
    this.pending = null
    return this.#wish
  }

  #take(event: LiveEvent): void {
    if (event.kind === 'refused') {
      this.spoken = this.spoken.filter(({ chunk }) => chunk !== event.index)
      // What was said since then stands.
      if (this.#wish?.prompt === event.cue.prompt && this.#wish.negative === event.cue.negative) this.#wish = this.spoken.at(-1) ?? null
      this.refused = { words: event.cue.written ?? event.cue.prompt, name: event.name, message: event.message }
      return
    }
    const { chunk } = event
    const { reel } = this
    if (!reel) return
    const piece = { start: reel.playableSeconds, pcm: chunk.pcm }
    reel.push(chunk)
    if (this.phase === 'playing') this.#host.clock.add(piece)
    if (chunk.index % THUMBNAIL_CHUNKS === 0 || this.spoken.at(-1)?.chunk === chunk.index) this.#thumbnails.set(chunk.index, this.#host.thumbnail(chunk, reel))
    this.made = reel.seconds
    // The first one has two seconds for the price of little more than one.
    if (chunk.index > 0) {
      const speed = (1000 * reel.chunkSeconds) / Math.max(1, chunk.timings.total)
      this.speed = this.speed === null ? speed : this.speed + NEWEST * (speed - this.speed)
    }
    if (this.frame < 0) this.frame = 0
    this.#look()
  }

  /** The reel, as soon as the model is known. */
  #open(): void {
    const { info } = this.#host.engine
    if (this.reel || !info) return
    const { width, height, fps, sampleRate, windowSeconds, name, version } = info.pack
    this.reel = new LiveReel({ width, height, fps, sampleRate }, windowSeconds, { name, version }, info.backend)
    // At the first click the model may not have been there yet.
    if (!this.#host.clock.audible) void this.#host.clock.wake(sampleRate).then(() => (this.audible = this.#host.clock.audible))
  }

  /** Sees whether it can play, has to wait, or may go on making. */
  readonly #look = (): void => {
    const { reel, phase } = this
    const ahead = this.#end - this.#second()
    if (reel) {
      const enough = this.full ? ahead > 0 : ahead >= CHUNKS_AHEAD * reel.chunkSeconds - 1e-3
      if (phase === 'playing' && ahead <= 0 && !this.full) {
        this.#host.clock.stop(reel.playableSeconds)
        this.#enter('dry')
      } else if ((phase === 'filling' || phase === 'dry') && reel.chunks > 0 && enough) this.#play()
      reel.forget(Math.floor(this.#second() * reel.format.fps))
    }
    const room = !reel || this.phase !== 'playing' || ahead < MOST_AHEAD * reel.chunkSeconds
    if (this.#admit && room && !this.#paused) {
      this.#admit()
      this.#admit = undefined
    }
    const now = performance.now()
    if (now - this.#figuresAt < FIGURES_MS && this.phase === phase) return
    this.#figuresAt = now
    this.ahead = Math.max(0, ahead)
  }

  #play(): void {
    const { reel } = this
    if (!reel) return
    const second = this.#second()
    this.#host.clock.start(second, this.full ? [...reel.soundFrom(second), reel.lastPiece] : reel.soundFrom(second))
    this.#enter('playing')
  }

  /** To the last frame of a film that has come to its end. */
  async #playOut(): Promise<void> {
    const { reel } = this
    if (!reel) return
    if (this.phase === 'playing') this.#host.clock.add(reel.lastPiece)
    while (this.phase !== 'stopping' && this.#second() < reel.seconds) await new Promise((resolve) => setTimeout(resolve, PUMP_MS))
  }

  readonly #tick = (): void => {
    this.#show()
    this.#request = requestAnimationFrame(this.#tick)
  }

  #show(): void {
    const { reel } = this
    if (!reel || reel.chunks === 0) return
    const second = this.#second()
    const { fps } = reel.format
    if (this.phase === 'playing' && this.frame >= 0) {
      const lastMs = 1000 * Math.max(second - (this.frame + 1) / fps, this.frame / fps - second, 0)
      this.drift = { lastMs, maxMs: Math.max(this.drift.maxMs, lastMs) }
    }
    // A frame's own start time, once divided and multiplied, may fall a hair short of the frame.
    const frame = Math.min(Math.floor(second * fps + 1e-6), Math.round(reel.seconds * fps) - 1)
    if (reel.frame(frame)) this.frame = frame
  }

  /** Where the film is, never beyond what is there of it. */
  #second(): number {
    return Math.min(this.#host.clock.second(), this.#end)
  }

  /** Up to where it can be played: the last half second of sound is settled by the next chunk, or by the film's end. */
  get #end(): number {
    return (this.full ? this.reel?.seconds : this.reel?.playableSeconds) ?? 0
  }

  #enter(phase: Phase): void {
    this.phase = phase
  }
}
