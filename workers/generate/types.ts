/** What a page asks of the generator and what it gets back. The page imports these types, never code. */

import type { Contrast } from './steady'

export type Backend = 'wasm' | 'webgpu'

export interface GenerateRequest {
  /** What the model reads. */
  prompt: string
  /** What the person wrote, where the prompt was made from it by adding details. */
  written?: string
  /** What should not appear; '' for none. */
  negative: string
  /** uint32 */
  seed: number
  /** Which of the seed's noises it is drawn from. Left out when asking for a film: the generator finds it, and says it of the clip if it is not the first. */
  draw?: number
  /** Whole seconds, from the pack's window (2) to 60. */
  seconds: number
  steps: number
  /** The film that this one began from, where it did. Its tokens are the generator's `Source`; this is for the record. */
  from?: Origin
  /** Of a film that was directed live: all that was said, `prompt` being the first of it. For the record, and to direct it again. */
  live?: SpokenCue[]
}

/** What is said for one chunk of a live film, and holds until something else is said. */
export interface Cue {
  /** What the model reads. */
  prompt: string
  /** What the person wrote, where the prompt was made from it by adding details. */
  written?: string
  negative: string
}

/** A cue with the first chunk that was drawn by it, and the second of the film at which that begins. */
export interface SpokenCue extends Cue {
  chunk: number
  second: number
}

export interface LiveRequest {
  /** uint32. With the same cues at the same chunks, it gives the same film. */
  seed: number
  steps: number
  /** Goes on after a film that was stopped. */
  after?: {
    /** How many it has. */
    chunks: number
    /** Of the film's last window. */
    latents: Latents
    /** Of its last chunk. */
    cue: Cue
    contrast: Contrast
  }
}

/** What one window adds to a live film: the whole window at its beginning, then the second part of each. */
export interface LiveChunk {
  index: number
  cue: Cue
  /** Of the film. */
  startFrame: number
  frameCount: number
  /** frameCount · height · width · 4 */
  rgba: Uint8ClampedArray<ArrayBuffer>
  /** Of the film. */
  startSample: number
  /** Mono, −1…1, up to the middle of what this window and the next one have in common: as in long films, the cut lies there. */
  pcm: Float32Array<ArrayBuffer>
  /** What is heard from there to the last frame if the film ends here. Otherwise the next chunk has it. */
  tail: Float32Array<ArrayBuffer>
  /** The chunk's own tokens: those of all chunks, one after another, are the film's. */
  latents: Latents
  /** What later chunks are held to. */
  contrast: Contrast
  /** Milliseconds of computing; what the job waited, paused or for its cue, is not in it. */
  timings: { text: number; steps: number[]; decode: number; vocoder: number; total: number }
}

export type LiveEvent =
  | { kind: 'chunk'; chunk: LiveChunk }
  /** A cue that may not be filmed, or is too long: what was said before it goes on. `name` and `message` are the error's. */
  | { kind: 'refused'; index: number; cue: Cue; name: string; message: string }

/** Who directs a live film. Passed through Comlink.proxy. */
export interface Director {
  /** Asked just before chunk `index` is begun, which waits for the answer. null ends the film. */
  cue(index: number): Promise<Cue | null>
  take(event: LiveEvent): void
}

/** Where a film comes from: enough to find its parent, not to make it. */
export interface Origin {
  /** 'import': it is a file from elsewhere, as it came. 'frames': it begins or ends with a picture. */
  how: 'extend' | 'remix' | 'hold' | 'frames' | 'import'
  /** Of the film it began from; of a file from elsewhere, its name. */
  prompt: string
  seed: number
  keep?: 'nothing' | 'picture' | 'sound'
  strength?: number
  /** Of an extended film: whether the new part comes before what was there. */
  before?: boolean
  /** Where the pictures stand that are given. */
  at?: 'first' | 'last' | 'both'
  /** A file from elsewhere that it is, or began from: what is kept of it is shown and heard as it is, not as the codec has it. */
  media?: MediaRef
  /** The picture that it ends with, where it begins with another one. */
  end?: MediaRef
}

/** A file from elsewhere that is kept on this device. */
export interface MediaRef {
  id: string
  /** Of the file. */
  name: string
  kind: 'film' | 'image'
  /** Of the file, hexadecimal. */
  sha256: string
}

/** A film from elsewhere, fitted to what a pack makes: workers/media reads it from a file. */
export interface Footage {
  width: number
  height: number
  fps: number
  /** Of whole seconds. */
  frameCount: number
  /** frameCount · height · width · 4 */
  rgba: Uint8ClampedArray<ArrayBuffer>
  sampleRate: number
  /** mono, −1…1, as long as the picture; silence where the file has no sound */
  pcm: Float32Array<ArrayBuffer>
}

/** Pictures that a film begins or ends with: a window of tokens in which each stands still. */
export interface Stills {
  first?: Float32Array<ArrayBuffer>
  last?: Float32Array<ArrayBuffer>
}

/**
 * What the new film begins from: a film of the same pack, or one from elsewhere, as `encode` gives it. Of the latter nobody knows what happens in it: its
 * `state` is empty, and the generator reads it off picture and sound.
 */
export type Source =
  /** Its tokens, of `seconds` length, stand at the beginning, or with `before` at the end; the rest is new. */
  | { how: 'extend'; latents: Latents; seconds: number; before?: boolean }
  /** Of the same length as the request: what is kept comes back as it was, the rest is drawn again, the freer the greater `strength` (0…1). */
  | { how: 'remix'; latents: Latents; keep: 'nothing' | 'picture' | 'sound'; strength: number }
  /** What happens is given, of the same length as the request: picture and sound are drawn around it. `[tokens, dim]`, as `writeScene` gives it. */
  | { how: 'hold'; state: Float32Array<ArrayBuffer> }
  /** Begins or ends with pictures, as `encodeStill` gives them. */
  | ({ how: 'frames' } & Stills)

/** What is in a film and how it moves. A place is in picture widths from the picture's middle, y up, as a camera at rest sees it. */
export interface Scene {
  fps: number
  /** A thing's contacts are told apart when they are this fine in time. */
  tokensPerSecond: number
  /** `[frames, 3]`: x, y and zoom. The picture shows a place at `(place − camera) · zoom`. */
  camera: Float32Array<ArrayBuffer>
  things: Thing[]
}

/** Something with a place: a ball, a foot, or what merely stands for something, as the middle of a flame does. */
export interface Thing {
  /** Its number in the state tokens. */
  object: number
  radius: number
  /** `[frames, 2]`: x, y */
  path: Float32Array<ArrayBuffer>
  /** In the order of time. */
  contacts: Contact[]
}

/** The moment at which something touches another thing or the ground, and is heard. */
export interface Contact {
  seconds: number
  /** 0…1 */
  strength: number
}

export interface LoadOptions {
  pack: string
  /** 'auto' takes WebGPU where an adapter passes the golden test, else wasm. */
  backend: Backend | 'auto'
  /** Where `packs/NAME/` lie: the page passes `document.baseURI`. Same origin only. Guessed from the worker's address if absent. */
  baseUrl?: string
}

export type LoadEvent =
  | { phase: 'fetch'; loadedBytes: number; totalBytes: number; fromCache: number }
  | { phase: 'expand' }
  | { phase: 'compile'; graph: string; done: number; total: number }
  | { phase: 'check'; backend: Backend }

export interface EngineInfo {
  backend: Backend
  /** Why it is not the one asked for (a sentence for the person), if it is not. */
  fallback?: string
  threads: number
  /** Why the weights stay in memory and are fetched again next time (a sentence for the person), if they do. */
  notKept?: string
  adapter?: string
  pack: PackInfo
  loadMs: number
}

export interface PackInfo {
  name: string
  version: string
  licence: string
  description: string
  families: string[]
  width: number
  height: number
  fps: number
  sampleRate: number
  windowSeconds: number
  maxTextBytes: number
  sampler: { steps: number; minSteps: number; maxSteps: number }
  /** Whether it says what happens in its films: only then can one take hold of it. */
  tellsScene?: boolean
}

export type GenerateEvent =
  | { phase: 'text' }
  | {
      phase: 'step'
      window: number
      windows: number
      step: number
      steps: number
      /** 0…1 over the whole job, from measured durations. */
      progress: number
      remainingMs: number
      preview?: Preview
    }
  | { phase: 'decode'; frame: number; frames: number; progress: number; remainingMs: number }
  | { phase: 'sound'; progress: number; remainingMs: number }

/** Comes after every step, with the film only where it changed: the one that came before holds. */
export interface SnapshotEvent {
  phase: 'snapshot'
  snapshot: Snapshot
}

/** One frame of the film as it looks now. */
export interface Preview {
  width: number
  height: number
  /** Frame number in the film. */
  frame: number
  rgba: Uint8ClampedArray<ArrayBuffer>
}

/** Clean tokens of the whole film: small (about 100 kB for 2 s) and enough to show it again. */
export interface Latents {
  /** [windows-and-a-half · tokens, dim] f32, ordered by time */
  video: Float32Array<ArrayBuffer>
  sound: Float32Array<ArrayBuffer>
  state: Float32Array<ArrayBuffer>
}

/** A film in the making as it was when its last step ended: on any backend, and in another worker, it can be gone on with from there. */
export interface Snapshot {
  /** How many windows are finished of those that are to be drawn, and how many steps of the next one. */
  windows: number
  step: number
  /** Which of the seed's noises the first window is drawn from, if not the first. */
  draw?: number
  /** Of the next window after those steps, on the way from noise to clean. Absent before its first step has ended. */
  latents?: Latents
  /** Clean tokens of the finished windows, as a whole film's: what is not drawn yet is 0. Absent while the job has finished none. */
  film?: Latents
}

export interface Clip {
  request: GenerateRequest
  pack: { name: string; version: string }
  backend: Backend
  width: number
  height: number
  fps: number
  frameCount: number
  /** frameCount · height · width · 4, one frame after another */
  rgba: Uint8ClampedArray<ArrayBuffer>
  sampleRate: number
  /** mono, −1…1 */
  pcm: Float32Array<ArrayBuffer>
  latents: Latents
  /** Where somebody speaks: the second at which the last word ends. After the film's end it is cut off. */
  speechEnd?: number
  /** milliseconds */
  timings: { load: number; text: number; steps: number[]; decode: number; vocoder: number; total: number }
}

/** The Comlink interface of workers/generate/index.ts. Callbacks are passed through Comlink.proxy. */
export interface Generator {
  /** Fetches, verifies and expands the pack, starts the backend and checks it. Throws PackError, QuotaError, DeviceLostError. */
  load(options: LoadOptions, onEvent?: (event: LoadEvent) => void): Promise<EngineInfo>
  /**
   * One job at a time, later ones wait. Throws CancelledError, DeviceLostError, MemoryError, PolicyError…
   * @param footage the film from elsewhere that it begins from: what `request.from` says is kept of it is shown and heard as it came
   * @param snapshot of the same request and source: it goes on from there; one that does not fit is left aside
   */
  generate(request: GenerateRequest, onEvent?: (event: GenerateEvent | SnapshotEvent) => void, source?: Source, footage?: Footage, snapshot?: Snapshot): Promise<Clip>
  /** Decodes tokens kept from an earlier clip. `footage`: as of `generate`. */
  render(request: GenerateRequest, latents: Latents, footage?: Footage): Promise<Clip>
  /** Tokens of a film from elsewhere; their `state` is empty. Throws RequestError when it was not fitted to the loaded pack. */
  encode(footage: Footage): Promise<Latents>
  /** A frame of it, standing still for a window, as tokens of the picture. */
  encodeStill(footage: Footage, frame: number): Promise<Float32Array<ArrayBuffer>>
  /** What happens in a film, from its state tokens; null when the loaded pack does not tell. */
  readScene(state: Latents['state']): Promise<Scene | null>
  /** State tokens in which that happens: for a source that holds them. Throws RequestError when the pack does not tell how. */
  writeScene(state: Latents['state'], scene: Scene): Promise<Latents['state']>
  /**
   * A film made chunk after chunk, without end, each by what is said then. Settles when the director ends it. Throws CancelledError,
   * DeviceLostError, and PolicyError for a first cue that may not be filmed; what was delivered before stays good.
   */
  direct(request: LiveRequest, director: Director): Promise<void>
  /** Holds the job in flight between two steps until `resume`. */
  pause(): void
  resume(): void
  /** Stops the job in flight between two steps. The page terminates the worker if that takes longer than a second. */
  cancel(): void
}
