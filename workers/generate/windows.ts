/** How a film longer than the model's window is laid out: windows that slide, each beginning with the end of the former one. */
import type { Manifest } from '../packs/manifest'
import type { Modality } from './noise'
import type { Latents } from './types'

/** A quarter of a gigabyte of pixels, all in memory while it is shown. */
export const maxSeconds = 60

export interface FilmPlan {
  windows: number
  /** Tokens and latent frames of a window that are the former window's. */
  history: { video: number; sound: number; state: number; latentFrames: number }
  /** Tokens of the whole film. */
  tokens: { video: number; sound: number; state: number }
  frameCount: number
  sampleCount: number
}

/** @param seconds whole, checked by the caller */
export function planFilm(manifest: Manifest, seconds: number): FilmPlan {
  const { video, sound, state, window } = manifest
  const keep = window.historyFraction
  const windows = Math.max(1, Math.ceil((seconds - window.seconds) / (window.seconds * (1 - keep)) - 1e-9) + 1)
  const history = {
    video: video.tokens * keep,
    sound: sound.tokens * keep,
    state: state.tokens * keep,
    latentFrames: video.latentFrames * keep,
  }
  const whole = (tokens: number, known: number) => tokens + (windows - 1) * (tokens - known)
  return {
    windows,
    history,
    tokens: {
      video: whole(video.tokens, history.video),
      sound: whole(sound.tokens, history.sound),
      state: whole(state.tokens, history.state),
    },
    frameCount: Math.round(seconds * video.fps),
    sampleCount: Math.round(seconds * sound.sampleRate),
  }
}

/** A window's part of a film's tokens, `[tokens, dim]`: a view. */
export function windowTokens<M extends Modality>(film: Pick<Latents, M>, manifest: Manifest, plan: FilmPlan, window: number, modality: M): Float32Array<ArrayBuffer> {
  const { tokens, dim } = manifest[modality]
  const from = window * (tokens - plan.history[modality]) * dim
  return film[modality].subarray(from, from + tokens * dim)
}

/** The last part of a window, which the next one begins with: views. `window` holds the tokens of one. */
export function windowHistory(window: Latents, manifest: Manifest, plan: FilmPlan): Latents {
  const end = (modality: Modality) => window[modality].subarray((manifest[modality].tokens - plan.history[modality]) * manifest[modality].dim)
  return { video: end('video'), sound: end('sound'), state: end('state') }
}

/** First frame, in the film, of a window's latent frame. */
export function filmFrame(manifest: Manifest, plan: FilmPlan, window: number, latentFrame: number): number {
  const { latentFrames, framesPerLatent } = manifest.video
  return (window * (latentFrames - plan.history.latentFrames) + latentFrame) * framesPerLatent
}

/** Latent frames that a window adds to the film. */
export function newLatentFrames(manifest: Manifest, plan: FilmPlan, window: number): number[] {
  const first = window === 0 ? 0 : plan.history.latentFrames
  return Array.from({ length: manifest.video.latentFrames - first }, (_, i) => first + i)
}

/**
 * The part of a window's wave that belongs to it when another window follows; what comes after `to` is its own only at the film's end.
 * Neighbouring windows hear the same sound in the middle of their common time (the vocoder's receptive field is shorter than a
 * quarter of it): the cut lies there.
 * @returns `from`, `to`: samples of the window; `start`: its first sample in the film
 */
export function waveShare(manifest: Manifest, window: number): { start: number; from: number; to: number } {
  const { samples } = manifest.sound
  const overlap = samples * manifest.window.historyFraction
  const half = Math.round(overlap / 2)
  return { start: window * (samples - overlap), from: window === 0 ? 0 : half, to: samples - half }
}

/**
 * Copies into `film` the part of a window's wave that belongs to it.
 * @param wave `[sound.samples]` f32
 */
export function joinWave(film: Float32Array, wave: Float32Array, manifest: Manifest, plan: FilmPlan, window: number): void {
  const { start, from, to } = waveShare(manifest, window)
  const end = Math.min(window === plan.windows - 1 ? manifest.sound.samples : to, film.length - start)
  if (end > from) film.set(wave.subarray(from, end), start + from)
}
