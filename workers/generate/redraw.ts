/**
 * One seed in four would give a ball that lies where it lay: whatever the words say, the model learned from films that begin at any moment. So the first
 * window's guess is looked at early, and where it says that what makes such a scene will not come (a ball that moves, a throw, a splash, a burst) the window is begun anew from the seed's next noise (models/PACKS.md, `sampler.redraw`).
 */
import type { Manifest } from '../packs/manifest'
import { stateParts } from './state'

/** How many windows' noises lie between a film's and those of its next draw: no film is as long. */
const windowsApart = 2 ** 20
/** An attribute that holds is 1.05 in the state, one that does not −0.15. */
const holds = 0.45
/** What a speed (picture sides a second), a place (picture sides from the middle) and a light (0 to 1) are multiplied by in the state. */
const units = { speed: 1 / 1.2, place: 3, flash: 2 }

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
 * Whether this is a scene of a kind that lives by what happens in it, and it does not: nothing moves, no ball is thrown up, no light flashes.
 * @param guess of a window's clean state tokens, `[tokens, dim]`
 */
export function lifeless(guess: Float32Array, { sampler: { redraw }, state }: Manifest): boolean {
  const parts = stateParts(state)
  const kind = parts.get('kind')
  if (!redraw || !kind) return false
  const { speed, height, flash } = most(guess, parts, state)
  const tokens = guess.length / state.dim
  const below = (value: number, bound: number | undefined) => bound !== undefined && value < bound
  return redraw.still.some((least) => {
    let sum = 0
    for (let token = 0; token < tokens; token++) sum += guess[token * state.dim + kind.from + least.kind]!
    return sum / tokens > holds && (below(speed, least.speed) || below(height, least.height) || below(flash, least.flash))
  })
}

/** The greatest speed (picture sides a second), the greatest height (picture sides from the lower edge) and the brightest flash of a window. */
function most(guess: Float32Array, parts: ReturnType<typeof stateParts>, { object, dim }: Manifest['state']): Record<'speed' | 'height' | 'flash', number> {
  const found = { speed: 0, height: -Infinity, flash: 0 }
  const things = parts.get('objects')
  const light = parts.get('flash')
  const numbers = object ?? []
  const [there, y, vx, vy] = ['there', 'y', 'vx', 'vy'].map((name) => numbers.indexOf(name)) as [number, number, number, number]
  for (let token = 0; token < guess.length; token += dim) {
    if (light) found.flash = Math.max(found.flash, guess[token + light.from]! / units.flash)
    if (!things || there < 0) continue
    for (let at = token + things.from; at < token + things.from + things.count; at += numbers.length) {
      if (guess[at + there]! <= 0) continue
      if (vx >= 0 && vy >= 0) found.speed = Math.max(found.speed, Math.hypot(guess[at + vx]!, guess[at + vy]!) / units.speed)
      if (y >= 0) found.height = Math.max(found.height, guess[at + y]! / units.place + 0.5)
    }
  }
  return found
}
