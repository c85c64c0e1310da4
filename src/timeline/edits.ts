/** What can be done to a film's clips: pure functions from clips to clips. What is asked beyond the possible is done as far as it goes. */
import { layout, MAX_VOLUME, placeAt, type Film, type FilmClip } from './film.ts'

type Clips = readonly FilmClip[]

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value))

/** `clips` with every number whole and within what its clip allows. Every function below ends here, so a film is always sound. */
export function settle(clips: Clips): FilmClip[] {
  const settled: FilmClip[] = []
  for (const clip of clips) {
    const start = clamp(Math.round(clip.start), 0, clip.mediaFrames - 1)
    const frames = clamp(Math.round(clip.frames), 1, clip.mediaFrames - start)
    const before = settled.at(-1)
    // Every clip keeps a frame of its own, so that never more than two are seen at once and their order is their place.
    const room = before ? Math.min(before.frames - before.dissolve, frames) - 1 : 0
    const dissolve = clamp(Math.round(clip.dissolve), 0, room)
    // A dissolve is the fade of both: another one on top would only darken it.
    if (before && dissolve > 0) before.fadeOut = 0
    const fadeIn = dissolve > 0 ? 0 : clamp(Math.round(clip.fadeIn), 0, frames)
    const fadeOut = clamp(Math.round(clip.fadeOut), 0, frames - fadeIn)
    settled.push({ ...clip, start, frames, fadeIn, fadeOut, dissolve, volume: clamp(clip.volume, 0, MAX_VOLUME) })
  }
  return settled
}

export function add(clips: Clips, clip: FilmClip, index = clips.length): FilmClip[] {
  return settle(clips.toSpliced(index, 0, clip))
}

/** Without the clip; what follows moves up. */
export function remove(clips: Clips, id: string): FilmClip[] {
  return settle(clips.filter((clip) => clip.id !== id))
}

/** The clip at another place in the order, counted without it. */
export function move(clips: Clips, id: string, index: number): FilmClip[] {
  const clip = clips.find((clip) => clip.id === id)
  if (!clip) return [...clips]
  const others = clips.filter((other) => other !== clip)
  return settle(others.toSpliced(clamp(index, 0, others.length), 0, clip))
}

/** The beginning `frames` later (or, below 0, earlier) in the generated clip; the end stays where it is in there. */
export function trimStart(clips: Clips, id: string, frames: number): FilmClip[] {
  return changeClip(clips, id, (clip) => {
    const by = clamp(Math.round(frames), -clip.start, clip.frames - 1)
    return { ...clip, start: clip.start + by, frames: clip.frames - by }
  })
}

/** The end `frames` later (or, below 0, earlier). */
export function trimEnd(clips: Clips, id: string, frames: number): FilmClip[] {
  return changeClip(clips, id, (clip) => ({ ...clip, frames: clip.frames + frames }))
}

/** Cuts the clip at `frame` of the film in two, the second half under `newId`; where a clip begins or dissolves in, nothing changes. */
export function split(clips: Clips, frame: number, newId: string): FilmClip[] {
  const place = placeAt(layout(clips), frame)
  if (!place || frame <= place.from + place.clip.dissolve) return [...clips]
  const { clip } = place
  const first = frame - place.from
  const halves = [
    { ...clip, frames: first, fadeOut: 0 },
    { ...clip, id: newId, start: clip.start + first, frames: clip.frames - first, fadeIn: 0, dissolve: 0 },
  ]
  return settle(clips.flatMap((other) => (other === clip ? halves : other)))
}

export type Level = Pick<FilmClip, 'volume' | 'fadeIn' | 'fadeOut' | 'dissolve'>

export function setLevel(clips: Clips, id: string, level: Partial<Level>): FilmClip[] {
  return changeClip(clips, id, (clip) => {
    const next = { ...clip, ...level }
    // The fade being set gives way to the other one, not the other way round.
    if (level.fadeIn !== undefined) next.fadeIn = Math.min(level.fadeIn, clip.frames - clip.fadeOut)
    return next
  })
}

/** A film with these clips; the same film when nothing differs. */
export function withClips(film: Film, clips: readonly FilmClip[]): Film {
  return JSON.stringify(clips) === JSON.stringify(film.clips) ? film : { ...film, clips }
}

function changeClip(clips: Clips, id: string, change: (clip: FilmClip) => FilmClip): FilmClip[] {
  return settle(clips.map((clip) => (clip.id === id ? change(clip) : clip)))
}
