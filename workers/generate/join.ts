/**
 * Makes the seam between two windows one that cannot be seen. What stands still comes out a little otherwise in every window, so at each seam all of the picture
 * would jump at once. What a window adds is moved, cell by cell, to where the window beside it ended: by the difference of their medians for good, by what then
 * is left for a moment. A large difference is no seam but something that moved, and stays. So it goes with what the world state says of sizes and places that do not
 * change in a film: drawn anew in each window, a ball lost a fifth of its size in 16 seconds; and with the sound, whose level steps where a car that fades away would
 * come back (models/PACKS.md, "Long films").
 */
import type { Manifest } from '../packs/manifest'
import { layoutOf, median } from './layout'
import { stateParts, unit } from './state'

/** Frames, latent ones or of a spectrogram, on either side of a seam that are compared, and over which what is left fades. */
const near = 4
/** Differences beyond these, in the tokens' units, are hardly closed: of medians, of single frames. */
const stands = 0.6
const flickers = 0.3
/** … of places: a thirtieth of a picture's side. */
const leaps = 0.1
/** … of levels: louder is an onset. */
const swells = 0.4
/** What a speed in the state's units covers in a token of two frames, in its units of place, times the frames of a second. */
const covered = (2 * unit.place) / unit.speed

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
  const { old, fresh } = fromSeam(side, given, added)
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

/** The same for the constants of a world state, `[tokens, dim]`; and objects begin where those of the window beside it were heading, which fades over what is added. */
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
  const seam = fromSeam(side, known, added)
  const old = seam.old(0) * dim
  const fresh = (token: number) => seam.fresh(token) * dim
  const onward = ((side === 'start' ? 1 : -1) * covered) / manifest.video.fps
  for (const { there, place, speed } of axes(manifest)) {
    if (Math.min(state[old + there]!, state[fresh(0) + there]!) <= 0) continue
    const step = (onward * (state[old + speed]! + state[fresh(0) + speed]!)) / 2
    const shift = closing(state[old + place]! + step - state[fresh(0) + place]!, leaps)
    for (let token = 0; token < added; token++) state[fresh(token) + place]! += (1 - token / added) * shift
  }
}

/** The same for a spectrogram, `[tokens, dim]`, band by band: the step fades over half of what is added, and half of what is left between two frames in a moment. */
export function joinSound(sound: Float32Array, known: number, side: Side, { sound: { dim, layout } }: Manifest): void {
  if (!layout) return
  const { frames, bands } = layout
  const given = known * frames
  const added = (sound.length / dim) * frames - given
  if (given < 1 || added < 1) return
  const { old, fresh } = fromSeam(side, given, added)
  const mean = (at: typeof old, count: number, band: number) => Array.from({ length: count }, (_, frame) => sound[at(frame) * bands + band]!).reduce((a, b) => a + b) / count
  const fade = (frame: number, count: number) => Math.max(0, 1 - (frame + 0.5) / count)
  for (let band = 0; band < bands; band++) {
    const shift = closing(mean(old, Math.min(near, given), band) - mean(fresh, Math.min(near, added), band), swells)
    const rest = closing(sound[old(0) * bands + band]! - (sound[fresh(0) * bands + band]! + fade(0, added / 2) * shift), swells) / 2
    for (let frame = 0; frame < added; frame++) sound[fresh(frame) * bands + band]! += fade(frame, added / 2) * shift + fade(frame, near) * rest
  }
}

/** Which frame or token is how far from the seam, of those that were given and of those that were added: 0 is the one beside it. */
function fromSeam(side: Side, given: number, added: number) {
  return {
    old: (frame: number) => (side === 'start' ? given - 1 - frame : added + frame),
    fresh: (frame: number) => (side === 'start' ? given + frame : added - 1 - frame),
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
  const setting = stateParts(manifest.state).get('setting') ?? { from: 0, count: 0 }
  return [...objects(manifest, ['radius', 'there']).map(([number, there]) => ({ number: number!, there: there! })), ...Array.from({ length: setting.count }, (_, i) => ({ number: setting.from + i }))]
}

/** Across and up, for every object: where a token keeps its place and its speed. */
function axes(manifest: Manifest) {
  return objects(manifest, ['there', 'x', 'vx', 'y', 'vy']).flatMap(([there, x, vx, y, vy]) => [
    { there: there!, place: x!, speed: vx! },
    { there: there!, place: y!, speed: vy! },
  ])
}

/** Where a token keeps some numbers of every object; empty where the pack does not name them all. */
function objects({ state }: Manifest, names: readonly string[]): number[][] {
  const numbers = state.object ?? []
  const all = stateParts(state).get('objects')
  if (!all || names.some((name) => !numbers.includes(name))) return []
  return Array.from({ length: all.count / numbers.length }, (_, object) => names.map((name) => all.from + object * numbers.length + numbers.indexOf(name)))
}

/** How much of a difference is closed: all of a small one, next to nothing of a large one. */
function closing(difference: number, scale: number): number {
  return difference / (1 + (difference / scale) ** 2)
}
