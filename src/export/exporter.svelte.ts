/** Saving a film as MP4: straight to disk where the browser can, else as a download. */
import { proxy, transfer, type Remote } from 'comlink'
import type { Clip } from '../../workers/generate/types.ts'
import type { ExportProgress, ExportResult, FrameReader, Media, SequenceInput } from '../../workers/media/types.ts'
import { m } from '../i18n/paraglide/messages.js'
import type { Bridge } from '../lib/bridge.ts'
import { fileName } from './filename.ts'

/** The File System Access API, which TypeScript's DOM types do not have yet. https://wicg.github.io/file-system-access/ */
type ShowSaveFilePicker = (options: {
  suggestedName: string
  types: { description: string; accept: Record<string, string[]> }[]
}) => Promise<FileSystemFileHandle>

const CODECS = { avc: 'H.264', vp9: 'VP9', av1: 'AV1', aac: 'AAC', opus: 'Opus' } as const

export interface Saved {
  name: string
  bytes: number
  video: string
  audio: string
}

export class Exporter {
  progress = $state.raw<ExportProgress | null>(null)
  busy = $state(false)
  saved = $state.raw<Saved | null>(null)

  readonly #media: Bridge<Media>
  #abort = new AbortController()

  constructor(media: Bridge<Media>) {
    this.#media = media
  }

  /** Asks for a place, encodes, writes. @throws EncodeError, CancelledError, AbortError when the person closed the file dialog */
  save(clip: Clip): Promise<void> {
    return this.#save(fileName(clip.request.written ?? clip.request.prompt, clip.request.seed), (target) => this.encode(clip, target))
  }

  /** The same for a film of several clips, whose frames are drawn one by one. */
  saveSequence(input: SequenceInput, frames: FrameReader): Promise<void> {
    const { written, title = written ?? input.tags.prompt, seed } = input.tags
    return this.#save(fileName(title, seed), (target) => this.#encodeSequence(input, frames, target))
  }

  async #save(suggestedName: string, encode: (target?: FileSystemFileHandle) => Promise<ExportResult>): Promise<void> {
    const picker = (window as { showSaveFilePicker?: ShowSaveFilePicker }).showSaveFilePicker
    // Asked first: the browser shows its dialog only while the click is fresh.
    const target = await picker?.({ suggestedName, types: [{ description: m.export_file_kind(), accept: { 'video/mp4': ['.mp4'] } }] })
    const result = await encode(target)
    if (result.file) download(result.file, suggestedName)
    this.saved = {
      name: target?.name ?? suggestedName,
      bytes: result.bytes,
      video: CODECS[result.videoCodec],
      audio: CODECS[result.audioCodec],
    }
  }

  /** @throws EncodeError, CancelledError */
  encode(clip: Clip, target?: FileSystemFileHandle): Promise<ExportResult> {
    const { width, height, fps, frameCount, rgba, sampleRate, pcm, request, pack, backend } = clip
    const tags = { ...request, pack: pack.name, packVersion: pack.version, backend }
    const input = { width, height, fps, frameCount, rgba, sampleRate, pcm, tags }
    return this.#run(frameCount, (media, onProgress) => media.exportFilm(input, onProgress, target))
  }

  #encodeSequence(input: SequenceInput, frames: FrameReader, target?: FileSystemFileHandle): Promise<ExportResult> {
    const reader = proxy(async (index: number) => {
      // A copy goes over to the worker for good: the frame itself may be a view into a whole clip.
      const frame = (await frames(index)).slice()
      return transfer(frame, [frame.buffer])
    })
    return this.#run(input.frameCount, (media, onProgress) => media.exportSequence(input, reader, onProgress, target))
  }

  async #run(frames: number, job: (media: Remote<Media>, onProgress: (progress: ExportProgress) => void) => Promise<ExportResult>): Promise<ExportResult> {
    this.#abort = new AbortController()
    this.busy = true
    this.saved = null
    this.progress = { frame: 0, frames, remainingMs: 0 }
    try {
      const onProgress = proxy((progress: ExportProgress) => {
        this.progress = progress
      })
      return await this.#media.run((media) => job(media, onProgress), this.#abort.signal)
    } finally {
      this.busy = false
      this.progress = null
    }
  }

  cancel(): void {
    this.#abort.abort()
  }

  forget(): void {
    this.saved = null
  }
}

function download(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
