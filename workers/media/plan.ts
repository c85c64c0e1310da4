/** Which frame and which sample of a film stand where in its file. */
import type { Film, Plan } from './types'

/** The film as it is. */
export function wholeFilm({ width, height, fps, frameCount }: Film): Plan {
  return { format: 'mp4', from: 0, to: frameCount, width, height, fit: 'letterbox', fps, between: 'repeat', quality: 0.9 }
}

/** @throws TypeError for what no file can be made of */
export function checkPlan(film: Film, plan: Plan): void {
  const whole = { width: film.width, height: film.height, frameCount: film.frameCount, sampleRate: film.sampleRate, 'plan.width': plan.width, 'plan.height': plan.height }
  for (const [name, value] of Object.entries(whole)) {
    if (!(Number.isInteger(value) && value > 0)) throw new TypeError(`${name} must be a whole number above 0, not ${value}.`)
  }
  for (const [name, value] of Object.entries({ fps: film.fps, 'plan.fps': plan.fps })) {
    if (!(value > 0 && Number.isFinite(value))) throw new TypeError(`${name} must be a number above 0, not ${value}.`)
  }
  if (!(Number.isInteger(plan.from) && Number.isInteger(plan.to) && plan.from >= 0 && plan.from < plan.to && plan.to <= film.frameCount)) {
    throw new TypeError(`plan.from and plan.to must be frames of the film (0…${film.frameCount}) in this order, not ${plan.from} and ${plan.to}.`)
  }
}

/** s */
export function secondsOf({ fps }: Film, { from, to }: Plan): number {
  return (to - from) / fps
}

/** Frames in the file. */
export function framesIn(film: Film, plan: Plan): number {
  return Math.max(1, Math.round(secondsOf(film, plan) * plan.fps))
}

/** What is seen at frame `index` of the file: a frame of the film, and the share (0…1) that the next one has in it. */
export function sourceOf({ fps }: Film, plan: Plan, index: number): { frame: number; share: number } {
  // A hair more, so that 3 · 16 / 48 is 1 and not just below.
  const at = (index * fps) / plan.fps + 1e-6
  const last = plan.to - 1
  const frame = Math.min(last, plan.from + Math.floor(at))
  const share = plan.between === 'blend' && frame < last ? Math.max(0, at - Math.floor(at) - 1e-6) : 0
  return { frame, share }
}

/** The sound of the planned stretch, mono at the film's rate, as long as the picture. */
export function soundOf(film: Film, plan: Plan): Float32Array<ArrayBuffer> {
  const { pcm, sampleRate, fps } = film
  const sampleAt = (frame: number) => Math.round((frame * sampleRate) / fps)
  return pcm.slice(sampleAt(plan.from), sampleAt(plan.to))
}
