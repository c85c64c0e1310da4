/** What a page asks of the encoder and what it gets back. */
import type { Origin } from '../generate/types'

/** A film but for its frames, which a long one does not hold all at once. */
export interface SequenceInput {
  width: number
  height: number
  fps: number
  frameCount: number
  sampleRate: number
  pcm: Float32Array<ArrayBuffer>
  tags: FilmTags
}

export interface ExportInput extends SequenceInput {
  /** frameCount · height · width · 4 */
  rgba: Uint8ClampedArray<ArrayBuffer>
}

/** Gives frame `index` (height · width · 4). Asked for one at a time, in order. Passed through Comlink.proxy. */
export type FrameReader = (index: number) => Promise<Uint8ClampedArray<ArrayBuffer>>

/** Written into the file, so that it can be made again from itself. */
export interface FilmTags {
  prompt: string
  /** What the person wrote, where the prompt was made from it by adding details. */
  written?: string
  negative: string
  seed: number
  steps: number
  seconds: number
  pack: string
  packVersion: string
  backend: string
  /** The film that this one began from: it cannot be made again from these tags alone. */
  from?: Origin
  /** Of a film of several clips, whose first one the rest of these tags tells how to make. */
  title?: string
  shots?: Shot[]
}

/** A clip's part in a film of several. */
export interface Shot {
  prompt: string
  seed: number
  /** In the film. */
  startFrame: number
  frames: number
}

export interface ExportResult {
  /** Tagged, not signed yet. */
  file: Blob
  videoCodec: 'avc' | 'vp9' | 'av1'
  audioCodec: 'aac' | 'opus'
  encodeMs: number
}

export interface ExportProgress {
  frame: number
  frames: number
  remainingMs: number
}

/** The Comlink interface of workers/media/index.ts. */
export interface Media {
  /** Throws EncodeError with a sentence when this browser can encode nothing. */
  exportFilm(input: ExportInput, onProgress?: (progress: ExportProgress) => void): Promise<ExportResult>
  /** As `exportFilm`, with the frames read one by one; what `frames` throws becomes an EncodeError. */
  exportSequence(input: SequenceInput, frames: FrameReader, onProgress?: (progress: ExportProgress) => void): Promise<ExportResult>
  /** Reads the tags of an MP4 that Kinora wrote; null when it is not one. */
  readTags(file: Blob): Promise<FilmTags | null>
  cancel(): void
}
