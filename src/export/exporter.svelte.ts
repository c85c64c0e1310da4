/** Saving a film as MP4: encoded, tagged, signed, and only then written; straight to disk where the browser can, else as a download. */
import { proxy, transfer, type Remote } from 'comlink'
import type { Clip, SpokenCue } from '../../workers/generate/types.ts'
import type { ExportProgress, ExportResult, FilmTags, FrameReader, Media, SequenceInput, Shot } from '../../workers/media/types.ts'
import type { FilmFacts, Provenance, Signed } from '../../workers/provenance/types.ts'
import { m } from '../i18n/paraglide/messages.js'
import type { Bridge } from '../lib/bridge.ts'
import { factsOf, type Wishes } from './facts.ts'
import { fileName } from './filename.ts'
import { parentOf, tokensDigest } from './lineage.ts'

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

/** A film that is encoded and signed. Without a file it was written where the person chose. */
export type Exported = Omit<ExportResult, 'file'> & Signed

export class Exporter {
  progress = $state.raw<ExportProgress | null>(null)
  busy = $state(false)
  saved = $state.raw<Saved | null>(null)

  /** Encoded, and about to be written: only the signature is missing. */
  signing = $state(false)

  readonly #media: Bridge<Media>
  readonly #provenance: Bridge<Provenance>
  readonly #wishes: () => Wishes
  #abort = new AbortController()

  constructor(media: Bridge<Media>, provenance: Bridge<Provenance>, wishes: () => Wishes) {
    this.#media = media
    this.#provenance = provenance
    this.#wishes = wishes
  }

  /** Gets what signing needs, so that the first film can be saved without a network too. */
  prepare(): void {
    void this.#provenance.run((provenance) => provenance.prepare()).catch(() => undefined)
  }

  /** Asks for a place, encodes, signs, writes. @throws EncodeError, SigningError, CancelledError, AbortError when the person closed the file dialog */
  save(clip: Clip): Promise<void> {
    return this.#save(fileName(clip.request.written ?? clip.request.prompt, clip.request.seed), (target) => this.encode(clip, target))
  }

  /** The same for a film of several clips, whose frames are drawn one by one. */
  saveSequence(input: SequenceInput, frames: FrameReader): Promise<void> {
    const { written, title = written ?? input.tags.prompt, seed } = input.tags
    return this.#save(fileName(title, seed), (target) => this.#encodeSequence(input, frames, target))
  }

  async #save(suggestedName: string, encode: (target?: FileSystemFileHandle) => Promise<Exported>): Promise<void> {
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

  /** @throws EncodeError, SigningError, CancelledError */
  encode(clip: Clip, target?: FileSystemFileHandle): Promise<Exported> {
    const { width, height, fps, frameCount, rgba, sampleRate, pcm, request, pack, backend } = clip
    const { live, ...recipe } = request
    const tags: FilmTags = { ...recipe, pack: pack.name, packVersion: pack.version, backend, ...(live && { shots: shotsOf(live, clip) }) }
    const input = { width, height, fps, frameCount, rgba, sampleRate, pcm, tags }
    const facts = async () => {
      const film = await tokensDigest(clip.latents)
      return factsOf(tags, this.#wishes(), film, request.from && (await parentOf(film)))
    }
    return this.#run(frameCount, (media, onProgress) => media.exportFilm(input, onProgress), facts, target)
  }

  #encodeSequence(input: SequenceInput, frames: FrameReader, target?: FileSystemFileHandle): Promise<Exported> {
    const reader = proxy(async (index: number) => {
      // A copy goes over to the worker for good: the frame itself may be a view into a whole clip.
      const frame = (await frames(index)).slice()
      return transfer(frame, [frame.buffer])
    })
    const facts = async () => factsOf(input.tags, this.#wishes())
    return this.#run(input.frameCount, (media, onProgress) => media.exportSequence(input, reader, onProgress), facts, target)
  }

  async #run(
    frames: number,
    encode: (media: Remote<Media>, onProgress: (progress: ExportProgress) => void) => Promise<ExportResult>,
    facts: () => Promise<FilmFacts>,
    target?: FileSystemFileHandle,
  ): Promise<Exported> {
    this.#abort = new AbortController()
    this.busy = true
    this.saved = null
    this.progress = { frame: 0, frames, remainingMs: 0 }
    try {
      const onProgress = proxy((progress: ExportProgress) => {
        this.progress = progress
      })
      const { signal } = this.#abort
      const { file, ...encoded } = await this.#media.run((media) => encode(media, onProgress), signal)
      this.signing = true
      const said = await facts()
      const signed = await this.#provenance.run((provenance) => provenance.sign(file, said, target), signal)
      return { ...encoded, ...signed }
    } finally {
      this.busy = false
      this.signing = false
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

/** What was said in a live film, as a film of several clips tells its shots. */
function shotsOf(live: readonly SpokenCue[], { request, frameCount, fps }: Clip): Shot[] {
  return live.map(({ prompt, second }, i) => {
    const startFrame = Math.round(second * fps)
    const next = live[i + 1]
    return { prompt, seed: request.seed, startFrame, frames: (next ? Math.round(next.second * fps) : frameCount) - startFrame }
  })
}

function download(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
