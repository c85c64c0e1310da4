/** A film becomes a file of the kind that was asked for. The file goes nowhere else: what is not signed yet (workers/provenance) is not written. */
import { refuseBroken } from '../policy/screen'
import { toWebVtt } from './captions'
import { CancelledError, EncodeError } from './errors'
import { frameFinisher, videoFinisher } from './finish'
import { framesOf } from './frames'
import { checkPlan, framesIn, sourceOf, wholeFilm } from './plan'
import type { ExportProgress, ExportResult, Film, FilmTags, FrameReader, Plan, Seal } from './types'

/** Progress is told no more often than that: the page draws itself anew each time, which takes as long as a frame's picture. */
const restMs = 100

const asItIs: Seal = async (picture) => picture

/** Throws EncodeError, PolicyError for words that no film may carry, and CancelledError once `signal` is aborted. */
export async function exportFilm(
  film: Film,
  frames: FrameReader,
  signal: AbortSignal,
  planned?: Partial<Plan>,
  onProgress?: (progress: ExportProgress) => void,
  seal: Seal = asItIs,
): Promise<ExportResult> {
  const plan = { ...wholeFilm(film), ...planned }
  checkPlan(film, plan)
  refuseTags(film.tags, plan)
  const started = performance.now()
  const count = framesIn(film, plan)
  let told = started
  const onFrame = (done: number): void => {
    const now = performance.now()
    if (done < count && now - told < restMs) return
    told = now
    onProgress?.({ frame: done, frames: count, remainingMs: ((now - started) / done) * (count - done) })
  }
  try {
    const made = await write(film, plan, frames, signal, onFrame, seal)
    if (signal.aborted) throw new CancelledError()
    return { ...made, encodeMs: performance.now() - started }
  } catch (cause) {
    if (cause instanceof CancelledError || cause instanceof EncodeError) throw cause
    if (signal.aborted) throw new CancelledError()
    throw new EncodeError('The encoder stopped before the end. No file was written and the clip is still here: try once more.', { cause })
  }
}

/** The words that a file would carry. A file from elsewhere has its name for a prompt. */
function refuseTags({ prompt, written, title, shots = [], live = [], from }: FilmTags, { captions = [], words = [] }: Plan): void {
  const imported = (from?.how as string | undefined) === 'import'
  refuseBroken([title, ...(imported ? [prompt, written] : [])], 'title')
  refuseBroken([...(imported ? [] : [prompt, written]), ...[...shots, ...live].flatMap((part) => [part.prompt, part.written]), ...captions.map(({ text }) => text), ...words.flatMap(({ text, lines }) => [text, lines.map((line) => line.text).join(' ')])])
}

async function write(film: Film, plan: Plan, frames: FrameReader, signal: AbortSignal, onFrame: (done: number) => void, seal: Seal): Promise<Omit<ExportResult, 'encodeMs'>> {
  const finished = () => framesOf(film, plan, frames, frameFinisher(film, plan), signal)
  // What only one format needs is fetched with it.
  switch (plan.format) {
    case 'mp4': {
      const { writeMp4 } = await import('./mp4')
      return writeMp4(film, plan, framesOf(film, plan, frames, videoFinisher(film, plan), signal), signal, onFrame)
    }
    case 'gif': {
      const { writeGif } = await import('./gif')
      return { file: await writeGif(plan, await glances(film, plan, frames), finished(), onFrame) }
    }
    case 'webp': {
      const { writeWebp } = await import('./webp')
      return { file: await writeWebp(plan, finished(), onFrame) }
    }
    case 'png': {
      const { writeFrameZip } = await import('./frameZip')
      return { file: await writeFrameZip(plan, finished(), seal, onFrame) }
    }
    case 'wav': {
      const { writeWav } = await import('./wav')
      return { file: await writeWav(film, plan) }
    }
    case 'vtt':
      return { file: new Blob([toWebVtt(plan.captions ?? [])], { type: 'text/vtt' }) }
  }
}

/** A few frames from all over the planned stretch. */
async function glances(film: Film, plan: Plan, frames: FrameReader): Promise<Uint8ClampedArray[]> {
  const finish = frameFinisher(film, plan)
  const count = framesIn(film, plan)
  const looked: Uint8ClampedArray[] = []
  for (let i = 0; i < 8; i++) {
    const { frame } = sourceOf(film, plan, Math.floor(((i + 0.5) / 8) * count))
    looked.push(finish(await frames(frame), frame))
  }
  return looked
}
