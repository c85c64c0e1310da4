/** Shots as a film: what of each take is seen, and how a film that was made of them follows when they change. */
import * as edits from '../../timeline/edits.ts'
import type { FilmClip } from '../../timeline/film.ts'
import { joinOf, pickOf, type Board, type Placed, type Take } from './board.ts'

/**
 * A quarter of the window: where a take goes on from another, both have the same picture and the very same sound until the middle of what they
 * have in common (`waveShare` in workers/generate/windows.ts). The cut lies there, and nothing is heard of it.
 */
const SEAM_WINDOWS = 1 / 4

export interface Cut {
  shot: string
  take: Take
  /** What is seen of the clip, in frames. */
  start: number
  frames: number
}

/** The shots of which there is a take, in their order. */
export function cutsOf(board: Pick<Board, 'shots' | 'takes' | 'picks'>, windowSeconds: number): Cut[] {
  const cuts = board.shots.flatMap(({ id }, index) => {
    const take = pickOf(board, id)
    return take ? [{ shot: id, take, index }] : []
  })
  const goesOn = (at: number) => {
    const [here, before] = [cuts[at], cuts[at - 1]]
    return here !== undefined && before?.index === here.index - 1 && here.take.parent === before.take.id && joinOf(board, here.index) === 'continues'
  }
  const seam = ({ fps }: Take) => Math.round(windowSeconds * SEAM_WINDOWS * fps)
  return cuts.map(({ shot, take }, at) => {
    const earlier = goesOn(at) ? Math.min(seam(take), take.start) : 0
    const shorter = goesOn(at + 1) ? Math.min(seam(take), take.frames - 1) : 0
    return { shot, take, start: take.start - earlier, frames: take.frames + earlier - shorter }
  })
}

export function clipOf({ shot, take, start, frames }: Cut): FilmClip {
  return { id: shot, media: take.id, mediaFrames: take.start + take.frames, start, frames, volume: 1, fadeIn: 0, fadeOut: 0, dissolve: 0 }
}

export function placedOf({ shot, take, start, frames }: Cut): Placed {
  return { shot, take: take.id, start, frames }
}

/**
 * The clips of a film with the shots as they are now: another take replaces the one before it, with its volume and fades, and new shots come in at
 * their places. Clips that are of no shot stay where they are.
 * @param placed what the film was given last: shots that are no longer among the cuts leave it, and what was trimmed since stays trimmed
 */
export function follow(clips: readonly FilmClip[], cuts: readonly Cut[], placed: readonly Placed[]): FilmClip[] {
  const wanted = new Set(cuts.map(({ shot }) => shot))
  const last = new Map(placed.map((given) => [given.shot, given]))
  const kept = clips.filter(({ id }) => wanted.has(id) || !last.has(id))
  const there = new Map(kept.map((clip) => [clip.id, clip]))
  // The shots that are there get into their order, at the places that shots have.
  const order = cuts.flatMap((cut) => {
    const clip = there.get(cut.shot)
    return clip ? [renewed(clip, cut, last.get(cut.shot))] : []
  })
  const result = kept.map((clip) => (wanted.has(clip.id) ? order.shift()! : clip))
  cuts.forEach((cut, index) => {
    if (there.has(cut.shot)) return
    const before = cuts[index - 1]
    result.splice(before ? result.findIndex(({ id }) => id === before.shot) + 1 : 0, 0, clipOf(cut))
  })
  return edits.settle(result)
}

function renewed(clip: FilmClip, cut: Cut, given: Placed | undefined): FilmClip {
  const isTrimmed = clip.start !== given?.start || clip.frames !== given.frames
  if (clip.media === cut.take.id && isTrimmed) return clip
  const { media, mediaFrames, start, frames } = clipOf(cut)
  return { ...clip, media, mediaFrames, start, frames }
}
