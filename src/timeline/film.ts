/**
 * A film as data: clips one after another, each with its own sound. Everything is counted in frames, never in seconds; a clip has no position of
 * its own, because it begins where the one before it ends (or a dissolve earlier): so there are no gaps, and every edit moves what follows by itself.
 */
export interface FilmClip {
  id: string
  /** The generated clip this is cut from: see Media in schema.ts. */
  media: string
  /** How many frames the generated clip has. */
  mediaFrames: number
  /** The first frame shown of it. */
  start: number
  /** How many frames are shown. */
  frames: number
  /** Factor on the sound's amplitude, 0…2; 1 leaves it as it is. */
  volume: number
  /** Frames from black and silence at its beginning, and to them at its end. */
  fadeIn: number
  fadeOut: number
  /** Frames in which this clip and the one before it are seen and heard together; the film is that much shorter. */
  dissolve: number
}

/** What all clips of a film share; its first clip decides. */
export interface Format {
  width: number
  height: number
  /** frames/s */
  fps: number
  /** Hz */
  sampleRate: number
}

export interface Film {
  id: string
  name: string
  /** ms since 1970 */
  created: number
  changed: number
  /** A frame of its first clip, as a data: URL; '' while there is none. */
  thumbnail: string
  /** null until there is a clip. */
  format: Format | null
  clips: readonly FilmClip[]
}

export const MAX_VOLUME = 2

export function newFilm(id: string, name: string, now: number): Film {
  return { id, name, created: now, changed: now, thumbnail: '', format: null, clips: [] }
}

/** A clip with its place in the film. */
export interface Placed {
  clip: FilmClip
  index: number
  /** The film's frame at which it begins, and the first one after it. */
  from: number
  to: number
}

export function layout(clips: readonly FilmClip[]): Placed[] {
  let end = 0
  return clips.map((clip, index) => {
    const from = end - clip.dissolve
    end = from + clip.frames
    return { clip, index, from, to: end }
  })
}

/** Of a whole film, in frames. */
export function filmFrames(places: readonly Placed[]): number {
  return places.at(-1)?.to ?? 0
}

/** One of the pictures that are seen at a frame of the film. */
export interface Part {
  clip: FilmClip
  /** Frame of the generated clip. */
  frame: number
  /** Its share of the light, 0…1; what the shares lack to 1 is black. */
  weight: number
}

/** The clip at a frame of the film; at a cut or in a dissolve, the later one. */
export function placeAt(places: readonly Placed[], frame: number): Placed | undefined {
  return places.findLast(({ from, to }) => frame >= from && frame < to)
}

/** What is seen at `frame`, from the earlier clip to the later. */
export function partsAt(places: readonly Placed[], frame: number): Part[] {
  return places.flatMap(({ clip, index, from, to }) => {
    if (frame < from || frame >= to) return []
    // The middle of the frame counts, so that neither end of a fade is a frame of pure black.
    const rise = clip.fadeIn > 0 ? Math.min(1, (frame - from + 0.5) / clip.fadeIn) : 1
    const fall = clip.fadeOut > 0 ? Math.min(1, (to - frame - 0.5) / clip.fadeOut) : 1
    const comes = crossing(clip.dissolve, frame - from)
    const goes = crossing(places[index + 1]?.clip.dissolve ?? 0, to - 1 - frame)
    return [{ clip, frame: clip.start + frame - from, weight: Math.min(rise, fall, comes, goes) }]
  })
}

/** The share of light a clip has `frames` away from its outer end of a dissolve. The two shares of a frame add up to 1. */
function crossing(dissolve: number, frames: number): number {
  return dissolve > 0 ? Math.min(1, (frames + 0.5) / dissolve) : 1
}
