/** Gives a test page the media worker, and films whose every frame and sample is known. */
import * as Comlink from 'comlink'
import type { ExportProgress, ExportResult, Film, FilmTags, Media, Plan } from '../../workers/media/types'

const worker = new Worker(new URL('../../workers/media/index.ts', import.meta.url), { type: 'module' })
const media = Comlink.wrap<Media>(worker)

/** A film with all its frames: frameCount · height · width · 4. */
interface Whole extends Film {
  rgba: Uint8ClampedArray<ArrayBuffer>
}

const tags: FilmTags = {
  prompt: 'flashes and clicks', negative: '', seed: 7, steps: 12, seconds: 4, pack: 'none', packVersion: '0.0.0', backend: 'wasm',
}

export interface Flashes {
  width: number
  height: number
  seconds: number
  /** Seconds at which one frame is white and a click sounds. */
  at: number[]
}

/** Grey frames, white ones at the given times; silence, a 2 ms click at the start of each white frame. */
function flashes({ width, height, seconds, at }: Flashes): Whole {
  const fps = 16
  const sampleRate = 16000
  const frameCount = seconds * fps
  const rgba = new Uint8ClampedArray(frameCount * height * width * 4).fill(64)
  const pcm = new Float32Array(seconds * sampleRate)
  for (const time of at) {
    const frame = Math.round(time * fps)
    rgba.fill(255, frame * height * width * 4, (frame + 1) * height * width * 4)
    pcm.fill(0.9, Math.round(time * sampleRate), Math.round(time * sampleRate) + 32)
  }
  return { width, height, fps, frameCount, rgba, sampleRate, pcm, tags, mark: null }
}

/** Four plain fields, for colours. */
function fields(colours: Array<[number, number, number]>, width: number, height: number): Whole {
  const frameCount = 16
  const frame = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const field = (y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)
      frame.set([...colours[field]!, 255], (y * width + x) * 4)
    }
  }
  const rgba = new Uint8ClampedArray(frame.length * frameCount)
  for (let i = 0; i < frameCount; i++) rgba.set(frame, i * frame.length)
  return { width, height, fps: 16, frameCount, rgba, sampleRate: 16000, pcm: new Float32Array(16000), tags, mark: null }
}

function reader({ rgba, width, height }: Whole) {
  const size = width * height * 4
  return Comlink.proxy(async (index: number) => {
    const frame = rgba.slice(index * size, (index + 1) * size)
    return Comlink.transfer(frame, [frame.buffer])
  })
}

/** Binary comes back as base64, the only way out of a page that the driver offers. */
async function base64(file: Blob): Promise<string> {
  const reader = new FileReader()
  await new Promise((resolve) => {
    reader.addEventListener('load', resolve, { once: true })
    reader.readAsDataURL(file)
  })
  return String(reader.result).split(',', 2)[1] ?? ''
}

const harness = {
  async export({ rgba, ...film }: Whole, plan?: Partial<Plan>): Promise<Omit<ExportResult, 'file'> & { base64: string; tags: FilmTags | null; frames: number[] }> {
    const frames: number[] = []
    const { width, height, fps, frameCount } = film
    const whole: Plan | undefined = plan && { format: 'mp4', from: 0, to: frameCount, width, height, fit: 'letterbox', fps, between: 'repeat', quality: 0.9, ...plan }
    const { file, ...rest } = await media.exportFilm(film, reader({ rgba, ...film }), whole, Comlink.proxy(({ frame }: ExportProgress) => void frames.push(frame)))
    return { ...rest, base64: await base64(file), tags: await media.readTags(file), frames }
  },
  /** Cancels once some frames are done. The error's name, and the milliseconds it took. */
  async cancel({ rgba, ...film }: Whole): Promise<{ error: string; milliseconds: number }> {
    let cancelledAt = 0
    const onProgress = Comlink.proxy(() => {
      if (cancelledAt === 0) {
        cancelledAt = performance.now()
        void media.cancel()
      }
    })
    const error = await media.exportFilm(film, reader({ rgba, ...film }), undefined, onProgress).then(
      () => 'none',
      (cause: Error) => cause.name,
    )
    return { error, milliseconds: performance.now() - cancelledAt }
  },
  flashes,
  fields,
}

export type Harness = typeof harness
Object.assign(globalThis, { harness })
