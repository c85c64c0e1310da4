/** Saving a film as MP4: straight to disk where the browser can, else as a download. */
import { proxy } from 'comlink'
import type { Clip } from '../../workers/generate/types.ts'
import type { ExportProgress, ExportResult, Media } from '../../workers/media/types.ts'
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
  async save(clip: Clip): Promise<void> {
    const suggestedName = fileName(clip.request.written ?? clip.request.prompt, clip.request.seed)
    const picker = (window as { showSaveFilePicker?: ShowSaveFilePicker }).showSaveFilePicker
    // Asked first: the browser shows its dialog only while the click is fresh.
    const target = await picker?.({ suggestedName, types: [{ description: m.export_file_kind(), accept: { 'video/mp4': ['.mp4'] } }] })
    const result = await this.encode(clip, target)
    if (result.file) download(result.file, suggestedName)
    this.saved = {
      name: target?.name ?? suggestedName,
      bytes: result.bytes,
      video: CODECS[result.videoCodec],
      audio: CODECS[result.audioCodec],
    }
  }

  /** @throws EncodeError, CancelledError */
  async encode(clip: Clip, target?: FileSystemFileHandle): Promise<ExportResult> {
    const { width, height, fps, frameCount, rgba, sampleRate, pcm, request, pack, backend } = clip
    const tags = { ...request, pack: pack.name, packVersion: pack.version, backend }
    this.#abort = new AbortController()
    this.busy = true
    this.saved = null
    this.progress = { frame: 0, frames: frameCount, remainingMs: 0 }
    try {
      return await this.#media.run(
        (media) =>
          media.exportFilm(
            { width, height, fps, frameCount, rgba, sampleRate, pcm, tags },
            proxy((progress: ExportProgress) => (this.progress = progress)),
            target,
          ),
        this.#abort.signal,
      )
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
