/** Snapshots of a film in the making: what is read out of the runtime after a step, and whether one fits the job that is to go on from it. */
import type { Manifest } from '../packs/manifest'
import { modalities } from './noise'
import { output, type Tensors } from './runner'
import type { Latents, Snapshot } from './types'
import type { FilmPlan } from './windows'

/** Copies: the runtime goes on with its own. For graphics memory this waits until they are there; they take some 200 kB. */
export async function readLatents(tensors: Tensors): Promise<Latents> {
  const read = async (name: string) => ((await output(tensors, name).getData()) as Float32Array<ArrayBuffer>).slice()
  return { video: await read('video'), sound: await read('sound'), state: await read('state') }
}

export function copyLatents({ video, sound, state }: Latents): Latents {
  return { video: video.slice(), sound: sound.slice(), state: state.slice() }
}

/** Whether a film of this plan, of which so many windows are to be drawn in so many steps each, can go on from the snapshot. */
export function fits({ windows, step, latents, film }: Snapshot, manifest: Manifest, plan: FilmPlan, toDraw: number, stepsOfWindow: number): boolean {
  const inside = Number.isInteger(windows) && windows >= 0 && windows <= toDraw && Number.isInteger(step) && step >= 0 && step < stepsOfWindow
  const whole = (tokens: Float32Array, count: number) => tokens.length === count && tokens.every(Number.isFinite)
  return (
    inside &&
    (step > 0) === (latents !== undefined) &&
    modalities.every(
      (name) =>
        (!film || whole(film[name], plan.tokens[name] * manifest[name].dim)) && (!latents || whole(latents[name], manifest[name].tokens * manifest[name].dim)),
    )
  )
}
