/**
 * Films and pictures from elsewhere, from the moment a file is dropped until it is a clip: what is in it, which part of it is wanted, then reading, keeping and
 * showing it. Everything that comes into Kinora from outside comes through `#admit`.
 */
import { proxy } from 'comlink'
import type { Clip, EngineInfo, Footage, MediaRef, Origin, PackInfo } from '../../workers/generate/types.ts'
import type { Crop, Imported, ImportShape, Look, Media } from '../../workers/media/types.ts'
import type { Provenance } from '../../workers/provenance/types.ts'
import type { Bridge } from '../lib/bridge.ts'
import { trouble, wasCancelled, type Trouble } from '../lib/errors.ts'
import { sha256 } from '../lib/sha256.ts'
import type { PictureScreen } from '../policy/pictures.ts'
import { ImportStore, refOf, type StoredImport } from './store.ts'

/** What is read of a film from elsewhere. */
export const MAX_IMPORT_SECONDS = 20

/** Footage kept in memory: two, as one film may begin with one picture and end with another. */
const READY = 2

/** A file that was looked into, while the person chooses what to do with it. */
export interface Candidate {
  file: File
  look: Look
  /** Address of its picture. */
  poster: string
}

/** A file from elsewhere on its way from one device to another. */
export interface BroughtFile {
  ref: MediaRef
  crop: Crop
  file: Blob
}

/** A file that was brought, as it is known here; `seen` tells whether it can be shown. */
export interface Adopted {
  ref: MediaRef
  seen: boolean
}

/** The file was deleted, or the browser cleared its storage. */
export class MissingFileError extends Error {
  override readonly name = 'MissingFileError'
}

export interface ImporterHost {
  media: Bridge<Media>
  provenance: Bridge<Provenance>
  pictures: Pick<PictureScreen, 'insist' | 'prepare'>
  info: () => Promise<EngineInfo>
}

export class Importer {
  candidate = $state.raw<Candidate | null>(null)
  crop = $state<Crop>({ across: 0.5, down: 0.5 })
  /** 0…1 while it is read; 1 while it is looked at. */
  progress = $state<number | null>(null)
  /** Why what is offered could not be taken. */
  problem = $state.raw<Trouble | null>(null)

  readonly #host: ImporterHost
  readonly #store = new ImportStore()
  readonly #ready = new Map<string, Footage>()
  #abort = new AbortController()

  constructor(host: ImporterHost) {
    this.#host = host
  }

  /** Looks into a file and offers it. @throws what workers/media throws for files that are no film and no picture */
  async offer(file: File): Promise<void> {
    const look = await this.#host.media.run((media) => media.look(file))
    this.#host.pictures.prepare()
    this.close()
    this.crop = { across: 0.5, down: 0.5 }
    this.candidate = { file, look, poster: URL.createObjectURL(look.poster) }
  }

  close(): void {
    this.#abort.abort()
    if (this.candidate) URL.revokeObjectURL(this.candidate.poster)
    this.candidate = null
    this.progress = null
    this.problem = null
  }

  /**
   * Reads what was offered and keeps it.
   * @returns the clip that it is; null when it was closed meanwhile, or when there is a `problem`, and what was offered still is
   */
  async accept(): Promise<{ clip: Clip; sound: Look['sound'] } | null> {
    const { candidate } = this
    if (!candidate || this.progress !== null) return null
    const crop = { ...this.crop }
    this.#abort = new AbortController()
    const { signal } = this.#abort
    this.progress = 0
    this.problem = null
    try {
      const { pack } = await this.#host.info()
      const imported = await this.#read(candidate.file, crop, pack, signal)
      const media = await this.#admit(candidate.file, candidate.file.name, crop, imported, signal)
      this.close()
      return { clip: importedClip(media, imported.footage, pack), sound: imported.sound }
    } catch (error) {
      if (!wasCancelled(error)) this.problem = trouble(error)
      return null
    } finally {
      this.progress = null
    }
  }

  /** A frame of a clip, kept as a picture of its own, so that films can begin and end with it. */
  async keepFrame(frame: Blob, name: string): Promise<MediaRef> {
    const crop = { across: 0.5, down: 0.5 }
    return this.#admit(frame, name, crop, await this.#read(frame, crop, (await this.#host.info()).pack))
  }

  /** A file as it came, with the part that was chosen of it; undefined when it is gone. */
  async kept(ref: MediaRef): Promise<BroughtFile | undefined> {
    const item = await this.#find(ref)
    return item && { ref, crop: item.crop, file: item.file }
  }

  /**
   * Takes in a file that a project brought, as any other from outside. One that this device cannot read is kept as it came, for the project to carry on.
   * @throws PictureRefusedError, PictureCheckError and whatever storage throws
   */
  async adopt({ ref: { name, kind }, crop, file }: BroughtFile): Promise<Adopted> {
    const { pack } = await this.#host.info()
    const imported = await this.#read(file, crop, pack).catch((error: unknown) => {
      if (isUnreadable(error)) return undefined
      throw error
    })
    if (imported) return { ref: await this.#admit(file, name, crop, imported), seen: true }
    const item: StoredImport = { id: crypto.randomUUID(), name, kind, sha256: await sha256(await file.arrayBuffer()), crop, file, created: Date.now(), unseen: true }
    await this.#store.keep(item)
    return { ref: refOf(item), seen: false }
  }

  /** What `origin` says is kept, fitted to the loaded model. @throws MissingFileError, and what workers/media throws */
  async footage(origin: Origin): Promise<Footage | undefined> {
    const { how, keep, media, end } = origin
    // Of a film that was drawn again, nothing is as it came.
    if (!media || (how === 'remix' && keep === 'nothing')) return undefined
    const footage = await this.footageOf(media)
    if (!end) return footage
    const size = footage.width * footage.height * 4
    const rgba = new Uint8ClampedArray(2 * size)
    rgba.set(footage.rgba.subarray(0, size))
    rgba.set((await this.footageOf(end)).rgba.subarray(0, size), size)
    return { ...footage, frameCount: 2, rgba }
  }

  async footageOf(ref: MediaRef): Promise<Footage> {
    const { id, name } = ref
    const { pack } = await this.#host.info()
    const ready = this.#ready.get(id)
    if (ready && ready.width === pack.width && ready.height === pack.height && ready.fps === pack.fps && ready.sampleRate === pack.sampleRate) return ready
    const item = await this.#find(ref)
    if (!item) throw new MissingFileError(`“${name}” is not kept here any more. Bring the file again.`)
    const { footage } = await this.#read(item.file, item.crop, pack)
    if (item.unseen) {
      await this.#host.pictures.insist(footage, 'brought')
      await this.#store.keep({ ...item, unseen: false })
    }
    this.#remember(id, footage)
    return footage
  }

  /** @param used ids of what films are made from */
  sweep(used: () => Promise<ReadonlySet<string>>): Promise<void> {
    return this.#store.sweep(used)
  }

  async #find({ id, sha256 }: MediaRef): Promise<StoredImport | undefined> {
    return (await this.#store.find(id)) ?? this.#store.same(sha256)
  }

  #read(file: Blob, crop: Crop, pack: PackInfo, signal?: AbortSignal): Promise<Imported> {
    const { width, height, fps, sampleRate, windowSeconds } = pack
    const shape: ImportShape = { width, height, fps, sampleRate, minSeconds: Math.ceil(windowSeconds), maxSeconds: MAX_IMPORT_SECONDS }
    const onProgress = proxy((share: number) => {
      if (this.progress !== null) this.progress = share
    })
    return this.#host.media.run((media) => media.importFile(file, shape, crop, onProgress), signal)
  }

  /** Where everything from outside comes in: looked at before it is kept. @throws PictureRefusedError, PictureCheckError */
  async #admit(file: Blob, name: string, crop: Crop, imported: Imported, signal?: AbortSignal): Promise<MediaRef> {
    const { kind, sha256, footage } = imported
    await this.#host.pictures.insist(footage, 'brought', signal)
    const item: StoredImport = { id: crypto.randomUUID(), name, kind, sha256, crop, file, created: Date.now() }
    await this.#store.keep(item)
    this.#remember(item.id, footage)
    // Of whatever signature it carries, the films made from it tell.
    await this.#host.provenance.run((provenance) => provenance.adopt(file, sha256)).catch(() => undefined)
    return refOf(item)
  }

  #remember(id: string, footage: Footage): void {
    this.#ready.delete(id)
    this.#ready.set(id, footage)
    for (const old of [...this.#ready.keys()].slice(0, -READY)) this.#ready.delete(old)
  }
}

const UNREADABLE = new Set(['MissingFileError', 'CodecError', 'UnreadableFileError', 'NoPictureError', 'WrongTypeError'])

/** Whether a file is gone, or is there and cannot be read by this browser. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof Error && UNREADABLE.has(error.name)
}

/** A file from elsewhere as a clip like any other; it has no tokens until something is made from it. */
export function importedClip(media: MediaRef, footage: Footage, pack: Pick<PackInfo, 'name' | 'version'>): Clip {
  const none = () => new Float32Array(0)
  return {
    ...footage,
    request: {
      prompt: media.name.replace(/\.[^.]{1,5}$/, '') || media.name,
      negative: '',
      seed: 0,
      seconds: footage.frameCount / footage.fps,
      steps: 1,
      from: { how: 'import', prompt: media.name, seed: 0, media },
    },
    pack: { name: pack.name, version: pack.version },
    backend: 'wasm',
    latents: { video: none(), sound: none(), state: none() },
    timings: { load: 0, text: 0, steps: [], decode: 0, vocoder: 0, total: 0 },
  }
}
