/** What a page asks of the encoder and what it gets back. */

export interface ExportInput {
  width: number
  height: number
  fps: number
  frameCount: number
  /** frameCount · height · width · 4 */
  rgba: Uint8ClampedArray<ArrayBuffer>
  sampleRate: number
  pcm: Float32Array<ArrayBuffer>
  tags: FilmTags
}

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
}

export interface ExportResult {
  /** The whole file, unless it was streamed to `target`. */
  file?: Blob
  videoCodec: 'avc' | 'vp9' | 'av1'
  audioCodec: 'aac' | 'opus'
  bytes: number
  encodeMs: number
}

export interface ExportProgress {
  frame: number
  frames: number
  remainingMs: number
}

/** The Comlink interface of workers/media/index.ts. */
export interface Media {
  /** Throws EncodeError with a sentence when this browser can encode nothing. `target` streams to disk. */
  exportFilm(input: ExportInput, onProgress?: (progress: ExportProgress) => void, target?: FileSystemFileHandle): Promise<ExportResult>
  /** Reads the tags of an MP4 that Kinora wrote; null when it is not one. */
  readTags(file: Blob): Promise<FilmTags | null>
  cancel(): void
}
