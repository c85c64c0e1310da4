/** How large a file will be and how long it will take, from a few frames that are really encoded, as they will be. */
import { exportFilm } from './encode'
import { CancelledError } from './errors'
import { framesIn, secondsOf } from './plan'
import type { Estimate, Film, FrameReader, Plan } from './types'

/** Frames that are tried. */
const tried = 6

export async function estimate(film: Film, frames: FrameReader, plan: Plan, signal: AbortSignal): Promise<Estimate> {
  const count = framesIn(film, plan)
  if (plan.format === 'wav') return { bytes: 44 + secondsOf(film, plan) * 96_000, ms: 50 }
  if (plan.format === 'vtt') return { bytes: (await exportFilm(film, frames, signal, plan)).file.size, ms: 50 }
  // From its middle, where things have begun to move. Without tags and captions, which are counted apart.
  const length = Math.min(plan.to - plan.from, Math.max(2, Math.ceil((tried * film.fps) / plan.fps)))
  const from = plan.from + Math.floor((plan.to - plan.from - length) / 2)
  const { captions: _, ...silent } = plan
  const piece: Plan = { ...silent, from, to: from + length }
  const one = await exportFilm(film, frames, signal, { ...piece, to: from + 1 })
  if (signal.aborted) throw new CancelledError()
  const some = await exportFilm(film, frames, signal, piece)
  const [first, several] = [Math.max(1, framesIn(film, { ...piece, to: from + 1 })), framesIn(film, piece)]
  const next = several > first ? Math.max(0, (some.file.size - one.file.size) / (several - first)) : one.file.size
  const key = one.file.size / first
  const keys = keyFrames(plan, count)
  return {
    bytes: Math.round(keys * key + (count - keys) * next),
    ms: several > first ? Math.max(0, ((some.encodeMs - one.encodeMs) / (several - first)) * count) : one.encodeMs,
    ...(some.videoCodec && { videoCodec: some.videoCodec }),
    ...(some.audioCodec && { audioCodec: some.audioCodec }),
  }
}

/** Frames that stand for themselves. */
function keyFrames({ format, fps }: Plan, count: number): number {
  if (format === 'mp4') return Math.ceil(count / Math.max(1, Math.floor(0.5 * fps)))
  return format === 'gif' ? 1 : count
}
