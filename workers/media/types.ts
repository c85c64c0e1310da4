/** What a page asks of the encoder and what it gets back. */
import type { Footage, Origin, SpokenCue } from '../generate/types'

/** A film but for its frames, which are read one by one: a long one does not hold them all at once. */
export interface Film {
  width: number
  height: number
  fps: number
  frameCount: number
  sampleRate: number
  /** mono, −1…1 */
  pcm: Float32Array<ArrayBuffer>
  tags: FilmTags
  /** uint32 that picture and sound of every file carry invisibly: it leads to the manifest. null for what is only measured. */
  mark: number | null
  /** Words that are seen in a corner of every frame. */
  label?: string
}

/** Gives frame `index` (height · width · 4), for good. Asked for in order, a few ahead. Passed through Comlink.proxy. */
export type FrameReader = (index: number) => Promise<Uint8ClampedArray<ArrayBuffer>>

/** 'png' is a zip of single frames, 'vtt' the captions alone. */
export type FileFormat = 'mp4' | 'gif' | 'webp' | 'png' | 'wav' | 'vtt'
export type PictureCodec = 'avc' | 'vp9' | 'av1'

/** What is made of a film. */
export interface Plan {
  format: FileFormat
  /** In the film's frames: the first one, and the one after the last. */
  from: number
  to: number
  /** px; MP4 makes odd ones even. */
  width: number
  height: number
  /** 'letterbox' shows all of the picture, with black beside it; 'fill' cuts what does not fit. */
  fit: 'letterbox' | 'fill'
  /** frames/s */
  fps: number
  /** What stands between two frames of the film, where the file has more: the first of them again, or a mixture of both. */
  between: 'repeat' | 'blend'
  /** 0…1 */
  quality: number
  /** The best understood that works, if none is named. */
  codec?: PictureCodec
  captions?: Caption[]
  /** Drawn into the picture. */
  words?: PictureWords[]
}

/** Words in the picture for a stretch of the film, as they are laid out; lengths are shares of the picture's height. */
export interface PictureWords {
  /** In the film's frames: from the first one whose middle is in it to the last. */
  from: number
  to: number
  text: string
  /** Of the letters. */
  size: number
  /** From top to bottom, each centred; `baseline` from the top of the picture. */
  lines: { text: string; baseline: number }[]
}

/** Words for a stretch of the film, s from the beginning of the file. */
export interface Caption {
  start: number
  end: number
  text: string
  /** In the picture it stands above, not below. */
  atHead?: boolean
}

/** Signs one picture of many on its way into the file. Passed through Comlink.proxy. */
export type Seal = (picture: Blob) => Promise<Blob>

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
  /** Of a film that was directed live: all that was said. */
  live?: SpokenCue[]
  /** SHA-256 of the film's tokens, hexadecimal; of a film of several clips there is none. */
  film?: string
  /** Of a film of several clips, whose first one the rest of these tags tells how to make. */
  title?: string
  shots?: Shot[]
}

/** A clip's part in a film of several: how the clip was made, and what is seen and heard of it. */
export interface Shot {
  prompt: string
  written?: string
  negative?: string
  seed: number
  steps?: number
  /** Of the whole clip. */
  seconds?: number
  from?: Origin
  /** SHA-256 of the clip's tokens. */
  film?: string
  /** In the film. */
  startFrame: number
  frames: number
  /** The first frame seen of the clip. */
  clipStart?: number
  volume?: number
  fadeIn?: number
  fadeOut?: number
  /** Frames in which it and the one before are seen together. */
  dissolve?: number
}

export interface ExportResult {
  /** Tagged, not signed yet. */
  file: Blob
  /** Of an MP4. */
  videoCodec?: PictureCodec
  audioCodec?: 'aac' | 'opus'
  encodeMs: number
}

export interface ExportProgress {
  frame: number
  frames: number
  remainingMs: number
}

/** What a few frames, really encoded, let one expect of the whole file. */
export interface Estimate {
  bytes: number
  /** Without the time it takes to draw frames that are not at hand, and to sign. */
  ms: number
  videoCodec?: PictureCodec
  audioCodec?: 'aac' | 'opus'
}

/** What this browser encoded when it was given one frame. */
export interface Abilities {
  codecs: PictureCodec[]
  webp: boolean
}

/** A file within a project's file: numbers and words as bytes; what came from elsewhere, which may be large, as a Blob. */
export interface ProjectPart {
  name: string
  bytes: Uint8Array<ArrayBuffer> | Blob
}

/** What a film from elsewhere is fitted to. */
export interface ImportShape {
  width: number
  height: number
  fps: number
  sampleRate: number
  /** Whole seconds: what is shorter stands still at its end, what is longer is cut. */
  minSeconds: number
  maxSeconds: number
}

/** Which part is kept of a picture of another shape: 0 is the left or upper end, 1 the right or lower one. */
export interface Crop {
  across: number
  down: number
}

/** What is in a file from elsewhere. */
export interface Look {
  kind: 'film' | 'image'
  /** px, upright */
  width: number
  height: number
  /** 0 of an image */
  seconds: number
  /** 'undecodable': there is sound, but this browser cannot decode it. */
  sound: 'heard' | 'none' | 'undecodable'
  /** JPEG */
  poster: Blob
}

/** A film from elsewhere, ready to be worked with. An image stands still for the shortest length there is. */
export interface Imported extends Pick<Look, 'kind' | 'sound'> {
  footage: Footage
  /** Of the file itself; 0 of an image. */
  fileSeconds: number
  /** SHA-256 of the file, hexadecimal. */
  sha256: string
}

/** The Comlink interface of workers/media/index.ts. */
export interface Media {
  /** As it is, in an MP4, but for what the plan says. Throws EncodeError with a sentence; what `frames` and `seal` throw becomes one too. */
  exportFilm(film: Film, frames: FrameReader, plan?: Partial<Plan>, onProgress?: (progress: ExportProgress) => void, seal?: Seal): Promise<ExportResult>
  estimate(film: Film, frames: FrameReader, plan: Plan): Promise<Estimate>
  /** Of a picture this large. */
  abilities(width: number, height: number, fps: number): Promise<Abilities>
  /** A JPEG of each picture in `rgba` (n · height · width · 4), for looking at while a film is cut. */
  encodePictures(rgba: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): Promise<Blob[]>
  /** Reads the tags of an MP4 that Kinora wrote; null when it is not one. */
  readTags(file: Blob): Promise<FilmTags | null>
  /** Puts parts into one file. */
  writeProject(parts: readonly ProjectPart[]): Promise<Blob>
  /** Throws ProjectError with a sentence when it is not whole. */
  readProject(file: Blob): Promise<ProjectPart[]>
  /** Looks into an MP4, MOV, WebM, PNG, JPEG or WebP. Throws an error with a sentence for whatever else the file is, see `errors.ts`. */
  look(file: Blob): Promise<Look>
  /** Reads it. `onProgress` is given 0…1. Throws as `look` does, and CancelledError. */
  importFile(file: Blob, shape: ImportShape, crop: Crop, onProgress?: (share: number) => void): Promise<Imported>
  cancel(): void
}
