/**
 * `window.kinora`: the page for programs. The command line (`npm run generate`) and the browser tests drive the page through it; it
 * calls what the buttons call. Everything it returns can cross from a page to a driver, as JSON.
 *
 *     await kinora.ready                                     // EngineInfo
 *     await kinora.generate({ prompt: 'a red ball', seed: 7 })  // FilmSummary; the film is then on the stage
 *     await kinora.exportLast()                              // the MP4 as base64, with codecs and times
 */
import type { Clip, EngineInfo, GenerateEvent, GenerateRequest } from '../../workers/generate/types.ts'
import type { Plan } from '../../workers/media/types.ts'
import type { Exported } from '../export/exporter.svelte.ts'
import type { Subject } from '../export/subject.ts'
import type { Examined } from '../verify/verifier.svelte.ts'
import type { Studio } from '../studio.svelte.ts'
import { explainNote } from '../prompt/explain.ts'
import { loadRules } from '../prompt/rules.svelte.ts'
import { rollSeed } from '../prompt/seed.ts'
import { sha256 } from './sha256.ts'

export interface FilmSummary extends GenerateRequest {
  pack: string
  packVersion: string
  backend: Clip['backend']
  width: number
  height: number
  fps: number
  frameCount: number
  sampleRate: number
  timings: Clip['timings']
}

export interface Playback {
  playing: boolean
  audible: boolean
  frame: number
  seconds: number
  /** How far the picture was from the heard sound in the last display frame, at worst, and what it stayed below in 95 of 100, since Play. */
  driftMs: number
  maxDriftMs: number
  p95DriftMs: number
  /** The longest that the browser let the display wait for a frame since Play. */
  longestWaitMs: number
  /** The frame that the stage shows as it is; null where a small picture stands in for it. */
  exact: number | null
}

export interface Automation {
  /** Settles when the model is loaded, or with the error that was shown. */
  ready: Promise<EngineInfo>
  /** What is left out is as on a fresh page: no negative, a new seed, one window, the pack's steps. */
  generate(request: Pick<GenerateRequest, 'prompt'> & Partial<GenerateRequest>, onEvent?: (event: GenerateEvent) => void): Promise<FilmSummary>
  /** A prompt as it is given to the model when details are added, chosen by the seed; `notes` are sentences about what the model does not know. */
  addDetails(prompt: string, seed: number): Promise<Pick<GenerateRequest, 'prompt' | 'written'> & { notes: string[] }>
  /** Rejects, as a refused film does, when a file may not be called so. */
  mayBeCalled(name: string): Promise<void>
  cancel(): void
  /**
   * Encodes and signs the film on the stage; `encodeMs` and `signMs` in milliseconds.
   * @param side px of the shorter side, as it is chosen in the dialogue; without it the film as it is
   */
  exportLast(side?: number): Promise<Omit<Exported, 'file'> & { base64: string }>
  /** What the file says that was last chosen at #verify; null when it could not be examined, or there is none. */
  report(): Promise<Examined | null>
  /** SHA-256, in hex, of the film on the stage: equal films have equal digests. */
  digest(): Promise<{ picture: string; sound: string }>
  /** Where the player is. */
  playback(): Playback
}

declare global {
  interface Window {
    kinora: Automation
  }
}

/** Puts the interface on the window. `ready` is the start of the page itself. */
export function exposeAutomation(studio: Studio, ready: Promise<EngineInfo>): void {
  const film = () => {
    const { clip } = studio.player
    if (!clip) throw new Error('There is no film yet: call generate first.')
    return clip
  }
  ready.catch(() => undefined)
  window.kinora = {
    ready,
    async generate(request, onEvent) {
      const { pack } = await ready
      const full: GenerateRequest = { negative: '', seed: rollSeed(), seconds: pack.windowSeconds, steps: pack.sampler.steps, ...request }
      studio.draft.restore(full)
      return summary(await studio.make(full, onEvent))
    },
    async addDetails(written, seed) {
      const { families, maxTextBytes } = (await ready).pack
      const { enhance } = await loadRules()
      const { caption, notes: about } = enhance(written, { families, seed, maxBytes: maxTextBytes, language: 'en' })
      const notes = about.map(explainNote)
      return caption === written ? { prompt: written, notes } : { prompt: caption, written, notes }
    },
    mayBeCalled: (name) => studio.policy.insist([name], 'title'),
    cancel: () => studio.cancel(),
    async exportLast(side) {
      const subject = film() && (await studio.subject())
      if (!subject) throw new Error('There is nothing on the stage that can be saved.')
      const { file, ...result } = await studio.exporter.encode(subject, side === undefined ? undefined : await planFor(studio, subject, side))
      if (!file) throw new Error('The encoder gave no file.')
      return { ...result, base64: await base64(file) }
    },
    report: () => studio.verifier.latest(),
    async digest() {
      const { rgba, pcm } = film()
      return { picture: await sha256(rgba), sound: await sha256(pcm) }
    },
    playback() {
      const player = studio.onStage === 'film' ? studio.timeline.player : studio.player
      const { playing, audible, frame, drift, longestWaitMs } = player
      return { playing, audible, frame, seconds: player.position(), driftMs: drift.lastMs, maxDriftMs: drift.maxMs, p95DriftMs: drift.quantile(0.95), longestWaitMs, exact: studio.onStage === 'film' ? studio.timeline.exact : frame }
    },
  }
}

/** What the dialogue makes of a size, its other fields left as they are. */
async function planFor(studio: Studio, subject: Subject, side: number): Promise<Plan> {
  const { ExportChoice } = await import('../export/choice.svelte.ts')
  const choice = new ExportChoice(subject, studio.exporter)
  choice.side = side
  return choice.plan
}

function summary({ request, pack, backend, width, height, fps, frameCount, sampleRate, timings }: Clip): FilmSummary {
  return { ...request, pack: pack.name, packVersion: pack.version, backend, width, height, fps, frameCount, sampleRate, timings }
}

/** FileReader does it natively, off the main thread's back. */
function base64(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''))
    reader.onerror = () => reject(reader.error ?? new Error('The file could not be read.'))
    reader.readAsDataURL(file)
  })
}
