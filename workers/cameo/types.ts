/** What a page asks of the cameo worker and what it gets back. */

export type Turn = 'left' | 'right' | 'up' | 'down'

/** What one frame of the camera shows, as far as the check needs it. */
export interface Look {
  /** ms, on any clock that only goes forward */
  at: number
  faces: number
  /** Of the face, if there is exactly one; degrees. Left and right, up and down are the person's own. */
  face?: {
    /** below 0 to the left */
    yaw: number
    /** above 0 downwards */
    pitch: number
    /** How far the lips are apart, as a share of the face's height. */
    mouth: number
    /** Its middle and its height, as shares of the picture's height. */
    x: number
    y: number
    height: number
    /** What the anti-spoof and the liveness model make of it, 0…1. */
    real: number
    live: number
  }
  /** Loudness of the microphone since the last look, root mean square 0…1. */
  level: number
}

/** What the person is asked for now. */
export type Task = { kind: 'still' } | { kind: 'back' } | { kind: 'turn'; to: Turn } | { kind: 'read' }

/** Why a recording was refused. Each has a sentence in src/cameo/words.ts. */
export type Refusal = 'nobody' | 'several' | 'far' | 'picture' | 'otherTurn' | 'slow' | 'jump' | 'spoof' | 'silent' | 'lips'

export interface Progress {
  state: 'going' | 'passed' | 'refused'
  task: Task
  /** Tasks done, and all there are. */
  done: number
  of: number
  /** ms left for this task */
  leftMs: number
  refusal?: Refusal
  /** Where the face is: nothing, when there is none. */
  face?: { x: number; y: number; height: number }
}

/** Who may use a likeness. */
export type Lending = 'self' | 'friend'

/** What the person agreed to. */
export interface Terms {
  /** What it is called on this device. */
  name: string
  lending: Lending
  /** Scene families it may be used in; null for all. */
  scenes: string[] | null
  /** ms since 1970 */
  expires: number
  /** The text that was read and ticked, and its language. */
  text: string
  language: string
}

/** A likeness on this device. */
export interface Likeness extends Omit<Terms, 'text' | 'language'> {
  id: string
  /** ms since 1970 */
  given: number
  /** 'friend': it came in a file, and goes no further. */
  from: 'here' | 'friend'
  /** The cut-out picture, PNG. */
  picture: Blob
  /** What the colours are nearest to, of those that the model has words for. */
  clothes: string
}

/** One that was taken back, or has run out: nothing is left of it but this. */
export interface Gone {
  id: string
  why: 'revoked' | 'expired'
  /** ms since 1970 */
  when: number
}

/** A likeness about to be used in a film. */
export interface Use {
  /** Families of the film's scenes; null among them for one that is not known. */
  scenes: (string | null)[]
  /** Of the film, px. */
  width: number
  height: number
}

/** The figure as it is laid over every frame. */
export interface Figure {
  /** height · width · 4, not premultiplied */
  rgba: Uint8ClampedArray<ArrayBuffer>
  width: number
  height: number
}

/** What a film's signature says of the likeness in it. No name, and no picture. */
export interface Consent {
  /** SHA-256 of the cut-out picture, hexadecimal. */
  likeness: string
  /** SHA-256 of the text that was agreed to, and its language. */
  textSha256: string
  language: string
  /** ISO 8601 */
  given: string
  expires: string
  lending: Lending
  scenes: string[] | null
  /** What was asked for at the recording, and what the models made of the face (medians). */
  check: { turns: Turn[]; spoken: boolean; real: number; live: number }
}

/** The Comlink interface of workers/cameo/index.ts. */
export interface Cameo {
  /** Fetches and starts the models. Throws SightError. */
  prepare(): Promise<void>
  /** Begins a recording with a challenge nobody has seen before. The words are to be read aloud. */
  begin(): Promise<{ words: number[]; progress: Progress }>
  /** Judges one frame of the camera, which is closed. */
  look(frame: ImageBitmap, level: number): Promise<Progress>
  /** The picture that would be kept, once the recording has passed. */
  preview(): Promise<Blob>
  /** Keeps the likeness of a recording that passed; throws CheckError for any other. */
  keep(terms: Terms): Promise<Likeness>
  /** Lets go of the recording and what was seen in it. */
  drop(): void
  list(): Promise<{ likenesses: Likeness[]; gone: Gone[] }>
  /** Destroys the picture and its key. */
  revoke(id: string): Promise<void>
  /** Throws ConsentError when the terms do not allow it, or there is nothing left. */
  use(id: string, use: Use): Promise<{ figure: Figure; consent: Consent }>
  /** A file for a friend, locked with a passphrase. Throws ConsentError when it may not be lent. */
  lend(id: string, passphrase: string): Promise<Blob>
  /** Takes a friend's file. Throws ParcelError. */
  take(file: Blob, passphrase: string): Promise<Likeness>
  cancel(): void
}
