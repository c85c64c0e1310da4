/** The frames of a file, one after another: read from the film a few ahead, mixed, finished. */
import { CancelledError, EncodeError } from './errors'
import type { Finish } from './finish'
import { framesIn, sourceOf } from './plan'
import type { Film, FrameReader, Plan } from './types'

/** Frames asked for before they are needed: reading them crosses to the page and back while others are encoded. */
const AHEAD = 4

/** @param finish is given the film's frames at their own size, and leaves them as they are: some are seen again. See finish.ts */
export async function* framesOf<Finished>(film: Film, plan: Plan, frames: FrameReader, finish: Finish<Finished>, signal: AbortSignal): AsyncGenerator<Finished> {
  const read = readAhead(film, plan.to, frames)
  const count = framesIn(film, plan)
  for (let index = 0; index < count; index++) {
    if (signal.aborted) throw new CancelledError()
    const { frame, share } = sourceOf(film, plan, index)
    const one = await read(frame)
    yield finish(share > 0 ? blended(one, await read(frame + 1), share) : one, frame)
  }
}

/** Reads in order, each frame once, and holds those that may be asked for again. */
function readAhead(film: Film, end: number, frames: FrameReader): FrameReader {
  const bytes = film.width * film.height * 4
  const held = new Map<number, Promise<Uint8ClampedArray<ArrayBuffer>>>()
  const fetch = (index: number): Promise<Uint8ClampedArray<ArrayBuffer>> => {
    const frame = frames(index).then(
      (rgba) => {
        if (rgba.length !== bytes) throw new TypeError(`Frame ${index} must hold ${bytes} bytes (height · width · 4), not ${rgba.length}.`)
        return rgba
      },
      (cause: unknown) => {
        throw new EncodeError(`Frame ${index} of the film could not be drawn. No file was written and the film is still here: try once more.`, { cause })
      },
    )
    // Told to whoever awaits it; until then it is no unhandled failure.
    frame.catch(() => undefined)
    held.set(index, frame)
    return frame
  }
  return (index) => {
    for (const old of held.keys()) if (old < index) held.delete(old)
    const frame = held.get(index) ?? fetch(index)
    for (let next = index + 1; next <= index + AHEAD && next < end; next++) if (!held.has(next)) fetch(next)
    return frame
  }
}

/** `share` of `b`, the rest of `a`. */
function blended(a: Uint8ClampedArray, b: Uint8ClampedArray, share: number): Uint8ClampedArray<ArrayBuffer> {
  const mixture = new Uint8ClampedArray(a.length)
  for (let i = 0; i < a.length; i++) mixture[i] = a[i]! + share * (b[i]! - a[i]!)
  return mixture
}
