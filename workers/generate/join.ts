/**
 * Makes the seam between two windows one that cannot be seen. What stands still comes out a little otherwise in every window, so at each seam all of the picture
 * would jump at once. What a window adds is moved, cell by cell, to where the window beside it ended: by the difference of their medians for good, by what then
 * is left for a moment. A large difference is no seam but something that moved, and stays. So it goes with what the world state says of sizes and places that do not
 * change in a film: drawn anew in each window, a ball lost a fifth of its size in 16 seconds (models/PACKS.md, "Long films").
 */
import type { Manifest } from '../packs/manifest'
import { layoutOf, median } from './layout'
import { stateParts } from './state'

/** Latent frames on either side of a seam that medians are taken of, and over which what is left fades. */
const near = 4
/** Differences beyond these, in the tokens' units, are hardly closed: of medians, of single frames. */
const stands = 0.6
const flickers = 0.3

/** Where the tokens lie that a window was given. */
export type Side = 'start' | 'end'

/**
 * @param video a window's clean tokens, `[tokens, dim]`; those that were not given are corrected in place
 * @param known how many were given, at `side`
 */
export function join(video: Float32Array, known: number, side: Side, manifest: Manifest): void {
  const { channels, cells, places, index, times, frames } = layoutOf(video, manifest)
  const given = (known / places) * frames
  const added = times - given
  if (given < 1 || added < 1) return
  /** Counted from the seam: 0 is the frame beside it. */
  const old = (time: number) => (side === 'start' ? given - 1 - time : added + time)
  const fresh = (time: number) => (side === 'start' ? given + time : added - 1 - time)
  const overOld = new Float64Array(Math.min(near, given))
  const overFresh = new Float64Array(Math.min(near, added))
  for (let place = 0; place < places; place++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let cell = 0; cell < cells; cell++) {
        const at = (time: number) => index(time, place, channel, cell)
        for (let time = 0; time < overOld.length; time++) overOld[time] = video[at(old(time))]!
        for (let time = 0; time < overFresh.length; time++) overFresh[time] = video[at(fresh(time))]!
        const shift = closing(median(overOld) - median(overFresh), stands)
        const rest = closing(video[at(old(0))]! - (video[at(fresh(0))]! + shift), flickers)
        for (let time = 0; time < added; time++) {
          video[at(fresh(time))]! += shift + Math.max(0, 1 - (time + 0.5) / near) * rest
        }
      }
    }
  }
}

/** The same for the constants of a world state, `[tokens, dim]`. */
export function joinState(state: Float32Array, known: number, side: Side, manifest: Manifest): void {
  const { tokens, dim } = manifest.state
  const added = tokens - known
  if (known < 1 || added < 1) return
  const [oldest, freshest] = side === 'start' ? [0, known] : [added, 0]
  const middle = (from: number, count: number, number: number) => median(Float64Array.from({ length: count }, (_, token) => state[(from + token) * dim + number]!))
  for (const { number, there } of constants(manifest)) {
    if (there !== undefined && Math.min(middle(oldest, known, there), middle(freshest, added, there)) <= 0) continue
    const shift = closing(middle(oldest, known, number) - middle(freshest, added, number), stands)
    for (let token = freshest; token < freshest + added; token++) state[token * dim + number]! += shift
  }
}

interface Constant {
  /** Its place in a token. */
  number: number
  /** Where the token says whether its object is there, which is when it says anything. */
  there?: number
}

/** What stays what it is for a whole film: how large things are, and where light and hills stand. */
function constants(manifest: Manifest): Constant[] {
  const parts = stateParts(manifest.state)
  const numbers = manifest.state.object ?? []
  const [radius, there] = [numbers.indexOf('radius'), numbers.indexOf('there')]
  const objects = parts.get('objects') ?? { from: 0, count: 0 }
  const setting = parts.get('setting') ?? { from: 0, count: 0 }
  const sizes: Constant[] = []
  if (radius >= 0 && there >= 0) {
    for (let first = objects.from; first < objects.from + objects.count; first += numbers.length) sizes.push({ number: first + radius, there: first + there })
  }
  return [...sizes, ...Array.from({ length: setting.count }, (_, i) => ({ number: setting.from + i }))]
}

/** How much of a difference is closed: all of a small one, next to nothing of a large one. */
function closing(difference: number, scale: number): number {
  return difference / (1 + (difference / scale) ** 2)
}
