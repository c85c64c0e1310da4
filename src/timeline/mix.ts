/** The sound of a whole film out of its clips': what is heard here is, sample for sample, what is written into the file. */
import { filmFrames, type Format, type Placed } from './film.ts'

/** Where a clip is cut into, so long a ramp hides the click; too short to soften an impact. */
const EDGE_S = 0.003

/** Mono, −1…1. `soundOf` gives the whole sound of a generated clip; a clip whose sound is missing is silent. */
export function mix(places: readonly Placed[], { fps, sampleRate }: Format, soundOf: (media: string) => Float32Array | undefined): Float32Array<ArrayBuffer> {
  const sampleAt = (frame: number) => Math.round((frame * sampleRate) / fps)
  const film = new Float32Array(sampleAt(filmFrames(places)))
  for (const place of places) {
    const { clip, from, to } = place
    const sound = soundOf(clip.media)
    if (!sound || clip.volume === 0) continue
    const first = sampleAt(from)
    const offset = sampleAt(clip.start)
    const length = Math.min(sampleAt(to) - first, sound.length - offset)
    const { head, tail } = ramps(place, places, sampleAt, Math.round(EDGE_S * sampleRate))
    for (let i = 0; i < length; i++) {
      let gain = clip.volume
      if (i < head.samples) gain *= head.shape((i + 0.5) / head.samples)
      if (i >= length - tail.samples) gain *= tail.shape((length - i - 0.5) / tail.samples)
      film[first + i] = (film[first + i] ?? 0) + gain * (sound[offset + i] ?? 0)
    }
  }
  return film.map((sample) => Math.max(-1, Math.min(1, sample)))
}

interface Ramp {
  samples: number
  /** Gain over 0…1 of the way in. */
  shape: (way: number) => number
}

/** Two clips that have nothing to do with each other stay equally loud in sum when their powers add up to 1. */
const equalPower = Math.sqrt
const even = (way: number) => way

function ramps({ clip, index }: Placed, places: readonly Placed[], sampleAt: (frame: number) => number, edge: number): { head: Ramp; tail: Ramp } {
  const before = places[index - 1]?.clip
  const after = places[index + 1]?.clip
  const end = clip.start + clip.frames
  const goesOn = (a: typeof before, b: typeof after) =>
    a !== undefined && b !== undefined && a.media === b.media && a.start + a.frames === b.start && a.volume === b.volume
  const headEdge = clip.start === 0 || goesOn(before, clip) ? 0 : edge
  const tailEdge = end === clip.mediaFrames || goesOn(clip, after) ? 0 : edge
  const leaving = after?.dissolve ?? 0
  return {
    head: clip.dissolve > 0 ? { samples: sampleAt(clip.dissolve), shape: equalPower } : { samples: Math.max(sampleAt(clip.fadeIn), headEdge), shape: even },
    tail: leaving > 0 ? { samples: sampleAt(leaving), shape: equalPower } : { samples: Math.max(sampleAt(clip.fadeOut), tailEdge), shape: even },
  }
}
