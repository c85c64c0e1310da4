/**
 * One seed in four would give a ball that lies where it lay: whatever the words say, the model learned from films that begin at any moment. So the first
 * window's guess is looked at early, and where it says that nothing will happen the window is begun anew from the seed's next noise (models/PACKS.md, `sampler.redraw`).
 */
import type { Manifest } from '../packs/manifest'
import { stateParts } from './state'

/** How many windows' noises lie between a film's and those of its next draw: no film is as long. */
const windowsApart = 2 ** 20
/** An attribute that holds is 1.05 in the state, one that does not −0.15. */
const holds = 0.45
/** What a speed (picture sides a second) is divided by in the state. */
const speedUnit = 1.2

/** @param draw 0 for the seed's first noise */
export function noiseWindow(window: number, draw: number): number {
  return window + windowsApart * draw
}

/** The step after which the guess is looked at; −1 where this pack never draws again. */
export function deciding(times: readonly number[], { sampler }: Manifest): number {
  const { redraw } = sampler
  return redraw ? times.findIndex((t, step) => t < redraw.at && (times[step + 1] ?? 1) >= redraw.at - 1e-6) : -1
}

/**
 * Whether this is a scene of a kind that lives by what moves, and nothing in it moves.
 * @param guess of a window's clean state tokens, `[tokens, dim]`
 */
export function lifeless(guess: Float32Array, { sampler: { redraw }, state }: Manifest): boolean {
  const parts = stateParts(state)
  const kind = parts.get('kind')
  const things = parts.get('objects')
  if (!redraw || !kind || !things || !state.object) return false
  const [there, vx, vy] = ['there', 'vx', 'vy'].map((name) => state.object!.indexOf(name)) as [number, number, number]
  const stride = state.object.length
  const tokens = guess.length / state.dim
  let fastest = 0
  for (let token = 0; token < tokens; token++) {
    for (let at = token * state.dim + things.from; at < token * state.dim + things.from + things.count; at += stride) {
      if (guess[at + there]! > 0) fastest = Math.max(fastest, Math.hypot(guess[at + vx]!, guess[at + vy]!) * speedUnit)
    }
  }
  return redraw.still.some(({ kind: index, speed }) => {
    let sum = 0
    for (let token = 0; token < tokens; token++) sum += guess[token * state.dim + kind.from + index]!
    return sum / tokens > holds && fastest < speed
  })
}
