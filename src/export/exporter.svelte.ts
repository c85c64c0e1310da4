/** Saving a film as a file: encoded, tagged, signed, and only then written; straight to disk where the browser can, else as a download. */
import { proxy, transfer } from 'comlink'
import type { Abilities, Estimate, ExportProgress, ExportResult, FileFormat, FrameReader, Media, Plan } from '../../workers/media/types.ts'
import type { FilmFacts, Provenance, Signed } from '../../workers/provenance/types.ts'
import { m } from '../i18n/paraglide/messages.js'
import type { SubjectWithCast } from '../cameo/cast.svelte.ts'
import type { Bridge } from '../lib/bridge.ts'
import { wordsIn } from '../player/words.ts'
import type { Screen } from '../policy/policy.svelte.ts'
import { factsOf, type Wishes } from './facts.ts'
import { fileName } from './filename.ts'
import { sayable, sayablePlan } from './sayable.ts'
import type { Subject } from './subject.ts'

/** The File System Access API, which TypeScript's DOM types do not have yet. https://wicg.github.io/file-system-access/ */
type ShowSaveFilePicker = (options: {
  suggestedName: string
  types: { description: string; accept: Record<string, string[]> }[]
}) => Promise<FileSystemFileHandle>

const CODECS = { avc: 'H.264', vp9: 'VP9', av1: 'AV1', aac: 'AAC', opus: 'Opus' } as const

export const codecNames = ({ videoCodec, audioCodec }: Pick<Estimate, 'videoCodec' | 'audioCodec'>) =>
  [videoCodec, audioCodec].flatMap((codec) => (codec ? CODECS[codec] : [])).join(' + ')

/** How a file of each kind is called, and its MIME type. */
export const KINDS: Record<FileFormat, { ending: string; type: `${string}/${string}`; says: () => string }> = {
  mp4: { ending: 'mp4', type: 'video/mp4', says: m.export_file_kind },
  gif: { ending: 'gif', type: 'image/gif', says: m.format_gif },
  webp: { ending: 'webp', type: 'image/webp', says: m.format_webp },
  png: { ending: 'zip', type: 'application/zip', says: m.format_png },
  wav: { ending: 'wav', type: 'audio/wav', says: m.format_wav },
  vtt: { ending: 'vtt', type: 'text/vtt', says: m.format_vtt },
}

export interface Saved {
  name: string
  bytes: number
  /** H.264 + AAC */
  codecs: string
  /** Of a film kept under older rules: some of its words are not in the file. */
  wordless: boolean
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
  readonly #screen: Pick<Screen, 'review' | 'insist'>
  #abort = new AbortController()

  constructor(media: Bridge<Media>, provenance: Bridge<Provenance>, wishes: () => Wishes, screen: Pick<Screen, 'review' | 'insist'>) {
    this.#media = media
    this.#provenance = provenance
    this.#wishes = wishes
    this.#screen = screen
  }

  /** Gets what signing needs, so that the first film can be saved without a network too. */
  prepare(): void {
    void this.#provenance.run((provenance) => provenance.prepare()).catch(() => undefined)
  }

  /**
   * Asks for a place, encodes, signs, writes. Without a plan, an MP4 of the whole film as it is.
   * @throws EncodeError, SigningError, PolicyError, CancelledError, AbortError when the person closed the file dialog
   */
  async save(subject: SubjectWithCast, plan?: Plan): Promise<void> {
    const said = await this.sayable(subject.film.tags)
    const { written, prompt, title = written ?? prompt, seed } = said
    const { ending, type, says } = KINDS[plan?.format ?? 'mp4']
    const suggestedName = fileName(title, seed, ending)
    const picker = (window as { showSaveFilePicker?: ShowSaveFilePicker }).showSaveFilePicker
    // Asked early: the browser shows its dialog only while the click is fresh. Captions come as two files, which one place cannot take.
    const target = plan?.format === 'vtt' ? undefined : await picker?.({ suggestedName, types: [{ description: says(), accept: { [type]: [`.${ending}`] } }] })
    try {
      await this.#screen.insist([target?.name ?? suggestedName], 'title')
      const result = await this.encode(subject, plan, target)
      if (result.file) download(result.file, suggestedName)
      if (result.sidecar) download(result.sidecar, `${suggestedName}.c2pa`)
      this.saved = { name: target?.name ?? suggestedName, bytes: result.bytes, codecs: codecNames(result) || ending.toUpperCase(), wordless: said !== subject.film.tags }
    } catch (error) {
      await removeIfEmpty(target)
      throw error
    }
  }

  /** The words that a file may have of these. */
  sayable<Tags extends Parameters<typeof sayable>[0]>(tags: Tags): Promise<Tags> {
    return sayable(tags, (texts, use) => this.#screen.review(texts, use))
  }

  /** @throws EncodeError, SigningError, CancelledError */
  async encode({ film: kept, frames, parent, consent }: SubjectWithCast, planned?: Plan, target?: FileSystemFileHandle): Promise<Exported> {
    this.#abort.abort()
    const { signal } = (this.#abort = new AbortController())
    this.busy = true
    this.saved = null
    const count = planned ? Math.max(1, Math.round(((planned.to - planned.from) / kept.fps) * planned.fps)) : kept.frameCount
    this.progress = { frame: 0, frames: count, remainingMs: 0 }
    try {
      const film = { ...kept, tags: await this.sayable(kept.tags) }
      const plan = await sayablePlan<Partial<Plan>>(planned ?? { words: wordsIn(kept, kept.width / kept.height) }, (texts, use) => this.#screen.review(texts, use))
      const facts: FilmFacts = { ...factsOf(film, this.#wishes(), plan, parent), ...(consent && { consent }) }
      const onProgress = proxy((progress: ExportProgress) => {
        this.progress = progress
      })
      const seen = this.#wishes().visibleMark ? { ...film, label: m.visible_mark() } : film
      const seal = proxy((picture: Blob) => this.#provenance.run((provenance) => provenance.seal(picture, facts), signal))
      const { file, ...encoded } = await this.#media.run((media) => media.exportFilm(seen, reader(frames), plan, onProgress, seal), signal)
      this.signing = true
      return { ...encoded, ...(await this.#sign(file, facts, signal, target)) }
    } finally {
      this.busy = false
      this.signing = false
      this.progress = null
    }
  }

  #sign(file: Blob, facts: FilmFacts, signal: AbortSignal, target?: FileSystemFileHandle): Promise<Signed> {
    return this.#provenance.run((provenance) => provenance.sign(file, facts, target), signal)
  }

  /** What to expect of a file, from a few of its frames. @throws EncodeError, CancelledError */
  estimate({ film, frames }: Subject, plan: Plan, signal: AbortSignal): Promise<Estimate> {
    return this.#media.run((media) => media.estimate(film, reader(frames), plan), signal)
  }

  /** What this browser can write at this size. */
  abilities({ width, height, fps }: Pick<Plan, 'width' | 'height' | 'fps'>): Promise<Abilities> {
    return this.#media.run((media) => media.abilities(width, height, fps))
  }

  cancel(): void {
    this.#abort.abort()
  }

  forget(): void {
    this.saved = null
  }
}

/** Frames go over to the worker for good: they are copied once, because each may be a view into a whole clip, and handed over. */
function reader(frames: FrameReader): FrameReader {
  return proxy(async (index: number) => {
    const frame = (await frames(index)).slice()
    return transfer(frame, [frame.buffer])
  })
}

/** Choosing a place makes an empty file there. Where nothing was written, it goes again. */
export async function removeIfEmpty(target: (FileSystemFileHandle & { remove?: () => Promise<void> }) | undefined): Promise<void> {
  try {
    if (target && (await target.getFile()).size === 0) await target.remove?.()
  } catch {
    // It is gone already, or may not be touched.
  }
}

/** Gives a file to the browser, which puts it where downloads go. */
export function download(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
