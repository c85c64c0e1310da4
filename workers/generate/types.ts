/** What a page asks of the generator and what it gets back. The page imports these types, never code. */

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
  /** Whole seconds, from the pack's window (2) to 20. */
  seconds: number
  steps: number
  /** The film that this one began from, where it did. Its tokens are the generator's `Source`; this is for the record. */
  from?: Origin
}

/** Where a film comes from: enough to find its parent, not to make it. */
export interface Origin {
  how: 'extend' | 'remix'
  prompt: string
  seed: number
  keep?: 'nothing' | 'picture' | 'sound'
  strength?: number
}

/** A film of the same pack that the new one begins from. */
export type Source =
  /** Its tokens, of `seconds` length, stand at the beginning; the rest is new. */
  | { how: 'extend'; latents: Latents; seconds: number }
  /** Of the same length as the request: what is kept comes back as it was, the rest is drawn again, the freer the greater `strength` (0…1). */
  | { how: 'remix'; latents: Latents; keep: 'nothing' | 'picture' | 'sound'; strength: number }

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
  /** milliseconds */
  timings: { load: number; text: number; steps: number[]; decode: number; vocoder: number; total: number }
}

/** The Comlink interface of workers/generate/index.ts. Callbacks are passed through Comlink.proxy. */
export interface Generator {
  /** Fetches, verifies and expands the pack, starts the backend and checks it. Throws PackError, QuotaError, DeviceLostError. */
  load(options: LoadOptions, onEvent?: (event: LoadEvent) => void): Promise<EngineInfo>
  /** One job at a time, later ones wait. Throws CancelledError, DeviceLostError, PolicyError… */
  generate(request: GenerateRequest, onEvent?: (event: GenerateEvent) => void, source?: Source): Promise<Clip>
  /** Decodes tokens kept from an earlier clip. */
  render(request: GenerateRequest, latents: Latents): Promise<Clip>
  /** Stops the job in flight between two steps. The page terminates the worker if that takes longer than a second. */
  cancel(): void
}
