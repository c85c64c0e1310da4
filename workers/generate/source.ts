/**
 * A film that another one begins from: continued after its end, drawn again from somewhere on the way between noise and itself, or drawn
 * around what happens in it. The weights are the same; masks say what is known, as they did in training (models/kinora/train.py, draw_masks).
 */
import type { Manifest } from '../packs/manifest'
import { RequestError } from './errors'
import { modalities, type Modality } from './noise'
import { timesteps } from './schedule'
import type { Part } from './state'
import type { Source } from './types'
import { planFilm, type FilmPlan } from './windows'

/** The exponent of the state tokens' own time, `1 − (1 − t)^2.5` (models/PACKS.md). */
const statePower = 2.5

/** Which modalities come back as they are given. The state goes with either of the others: picture and sound are of the same contacts. */
export function keptModalities(source: Source | undefined): readonly Modality[] {
  if (source?.how === 'hold') return ['state']
  if (source?.how !== 'remix' || source.keep === 'nothing') return []
  const kept = source.keep === 'picture' ? 'video' : 'sound'
  return stateUnknown(source) ? [kept] : [kept, 'state']
}

/** Nobody knows what happens in a film from elsewhere. */
export function stateUnknown(source: Source | undefined): boolean {
  return (source?.how === 'extend' || source?.how === 'remix') && source.latents.state.length === 0
}

/** Windows that are to be drawn, in that order: the others are the source's. What is put before a film is drawn from its beginning backwards. */
export function windowsToDraw(manifest: Manifest, plan: FilmPlan, source: Source | undefined): number[] {
  const there = source?.how === 'extend' ? planFilm(manifest, source.seconds).windows : 0
  const windows = Array.from({ length: plan.windows - there }, (_, i) => i)
  return source?.how === 'extend' && source.before ? windows.toReversed() : windows.map((i) => there + i)
}

/** Windows in which what happens is to be read off picture and sound before the film can be drawn from them. */
export function windowsToRead(manifest: Manifest, plan: FilmPlan, source: Source | undefined): number {
  if (!stateUnknown(source)) return 0
  if (source?.how === 'extend') return planFilm(manifest, source.seconds).windows
  return source?.how === 'remix' && source.keep === 'nothing' && source.strength < 1 ? plan.windows : 0
}

/**
 * The timesteps of a window. A remix begins at `1 − strength` (SDEdit, arXiv 2108.01073) and walks its share of the steps.
 * @returns one more than there are steps, the last 1
 */
export function sourceTimesteps(steps: number, shift: number, source: Source | undefined): number[] {
  if (source?.how !== 'remix' || source.strength >= 1) return timesteps(steps, shift)
  const { strength } = source
  return timesteps(Math.max(1, Math.round(steps * strength)), shift).map((t) => 1 - strength * (1 - t))
}

/** Steps of the whole job. */
export function stepCount(manifest: Manifest, plan: FilmPlan, steps: number, source: Source | undefined): number {
  const reading = windowsToRead(manifest, plan, source) * readSteps
  return reading + windowsToDraw(manifest, plan, source).length * windowSteps(manifest, steps, source)
}

/** Steps of each window. */
export function windowSteps(manifest: Manifest, steps: number, source: Source | undefined): number {
  return sourceTimesteps(steps, manifest.sampler.shift, source).length - 1
}

/** Steps in which the state of a film from elsewhere is read: with picture and sound given, more of them tell no more. */
export const readSteps = 4

/** The tokens to begin a window from, in place: `x` holds noise and becomes the source mixed with it, as far as `t`. */
export function mixSource(x: Float32Array, clean: Float32Array, t: number, modality: Modality): void {
  const at = modality === 'state' ? 1 - (1 - t) ** statePower : t
  for (let i = 0; i < x.length; i++) x[i] = at * clean[i]! + (1 - at) * x[i]!
}

/**
 * Of the draft that tells what a remix's new words make of things. With kinora-s, a red ball in a room at sunset and "a blue metal ball": from 0.03 on the room stays, from
 * 0.06 on the sunset too, from 0.15 on the material as well.
 */
export const draftTimes = [0.06, 0.5, 1] as const

/** `state` with what things are, in every token, as the tokens of `draft` say on the average. A copy. */
export function withKind(state: Float32Array, draft: Float32Array, dim: number, { from, count }: Part): Float32Array<ArrayBuffer> {
  const told = state.slice()
  for (let i = from; i < from + count; i++) {
    let sum = 0
    for (let at = i; at < draft.length; at += dim) sum += draft[at]!
    for (let at = i; at < told.length; at += dim) told[at] = sum / (draft.length / dim)
  }
  return told
}

/** @throws RequestError when the source is of another pack, of another length, or asks for what cannot be done */
export function checkSource(source: Source, manifest: Manifest, seconds: number): void {
  const length = source.how === 'extend' ? source.seconds : seconds
  if (source.how === 'extend') {
    if (!Number.isInteger(length) || length < Math.ceil(manifest.window.seconds)) throw new RequestError('A film that is continued has a whole number of seconds.')
    if (seconds <= length) throw new RequestError(`The film to continue is ${length} seconds long: ask for more than that.`)
  } else if (source.how === 'hold') {
    if (!source.state.every(Number.isFinite)) throw new RequestError('What was taken hold of is at no place. Reset it and try again.')
  } else if (source.how === 'frames') {
    const { video } = manifest
    const fits = [source.first, source.last].every((still) => still === undefined || still.length === video.tokens * video.dim)
    if (!fits || (!source.first && !source.last)) throw new RequestError('The picture to begin or to end with was read for another model. Choose it again.')
    return
  } else if (!(source.strength > 0 && source.strength <= 1)) {
    throw new RequestError('The strength of a remix is more than 0 and at most 1.')
  }
  const plan = planFilm(manifest, length)
  const fits = (tokens: Float32Array, modality: Modality) => tokens.length === plan.tokens[modality] * manifest[modality].dim
  const given = stateUnknown(source) ? modalities.filter((modality) => modality !== 'state') : modalities
  const allFit = source.how === 'hold' ? fits(source.state, 'state') : given.every((modality) => fits(source.latents[modality], modality))
  if (!allFit) throw new RequestError('The film to begin from was made with another model, or has another length. Choose that length, or begin without it.')
}
