/** What a page asks of provenance and what it gets back. */

import type { Consent } from '../cameo/types'

/** How a film came to be, as its signature says it. */
export interface FilmFacts {
  pack: string
  packVersion: string
  backend: string
  seed: number
  steps: number
  /** Absent unless the person agreed to sign it. */
  prompt?: string
  negative?: string
  /** SHA-256 (hexadecimal) of the film's tokens: by it a film names the one it began from. Absent for a film of several clips. */
  film?: string
  /** The frames that the file has of it, if not all. */
  part?: { from: number; to: number }
  /** What picture and sound carry invisibly, uint32. */
  mark?: number
  parent?: Parent
  shots?: SignedShot[]
  /** Of the person who is in it. */
  consent?: Consent
  /** Whether others may train models on this film. */
  training: 'allowed' | 'notAllowed'
}

/** The film that another one began from. */
export interface Parent {
  /** 'import': the film is a file from elsewhere, and nothing in it is generated. */
  how: 'extend' | 'remix' | 'hold' | 'frames' | 'import'
  /** SHA-256 of its tokens; absent when it is not known any more. */
  film?: string
  /** Of a file from elsewhere: its SHA-256. */
  file?: string
  /** The same of the picture that the film ends with, where it begins with another one. */
  end?: string
  seed: number
  keep?: 'nothing' | 'picture' | 'sound'
  prompt?: string
}

/** A clip's part in a film of several, in frames. */
export interface SignedShot {
  seed: number
  /** SHA-256 of the clip's tokens. */
  film?: string
  /** SHA-256 of the file, of a clip that came from elsewhere. */
  file?: string
  startFrame: number
  frames: number
  prompt?: string
}

export interface Signed {
  /** The whole file, unless it was written to `target`. */
  file?: Blob
  /** Its manifest, of a file that cannot carry one itself: to be kept beside it, under its name and `.c2pa`. */
  sidecar?: Blob
  bytes: number
  signMs: number
}

/** Who signs on this device. */
export interface Signer {
  name: string
  /** SHA-256 of the certificate, hexadecimal. */
  fingerprint: string
  /** ms since 1970 */
  created: number
}

/** What a file's manifests say, and what is left of them. */
export interface Report {
  /**
   * 'none': it carries no manifest. 'intact': unchanged since it was signed, by somebody for whom nobody vouches.
   * 'broken': what is signed is not what is there, or the signature does not hold. 'unreadable': neither the file nor a manifest in it can be read.
   */
  state: 'none' | 'intact' | 'broken' | 'unreadable'
  manifest?: ManifestNode
  /** C2PA's own names for what is wrong, e.g. `assertion.bmffHash.mismatch`. */
  problems: string[]
}

/** One signature in the chain, and those of the files it was made from. */
export interface ManifestNode {
  title?: string
  /** The program that signed, with its version. */
  generator?: string
  signer?: { name?: string; organisation?: string; serial?: string; time?: string }
  actions: { action: string; source?: string; description?: string }[]
  model?: { name: string; version: string; sha256?: string }
  prompt?: string
  /** What its picture and sound carry invisibly, eight hexadecimal digits. */
  mark?: string
  /** Of a person whose likeness is in it; ISO 8601 */
  consent?: { given: string; expires: string }
  ingredients: IngredientNode[]
}

export interface IngredientNode {
  title?: string
  relationship?: string
  /** Its own manifest, if it had one. */
  manifest?: ManifestNode
  problems: string[]
}

/** What was found of Kinora's invisible mark in a picture or a sound. */
export interface MarkReading {
  /** 'faint': something like the mark is there, but cannot be read. 'absent': the file has no picture, or no sound. 'unreadable': this browser cannot decode it. */
  state: 'found' | 'faint' | 'none' | 'absent' | 'unreadable'
  /** Eight hexadecimal digits; of a found one. */
  mark?: string
  /** Of a found or faint one, in standard deviations of what there is in files without the mark: those reach about 7. */
  sureness?: number
  /** Whether the manifest in the file names this mark: as its own, as that of what it was made from, or not. Absent without a manifest. */
  fits?: 'own' | 'ingredient' | 'other'
}

export interface Marks {
  picture: MarkReading
  sound: MarkReading
  /** What this device signed with the mark that was found, when the file itself does not say it any more. */
  kept?: ManifestNode
}

/** The Comlink interface of workers/provenance/index.ts. */
export interface Provenance {
  /** Fetches what signing needs and keeps it, so that it works without a network; fails silently. */
  prepare(): Promise<void>
  /** Signs a file, whose kind `file.type` tells. With a `target` it is written there, else it comes back. Throws SigningError; then nothing is written. */
  sign(file: Blob, facts: FilmFacts, target?: FileSystemFileHandle): Promise<Signed>
  /** Signs one picture of many, which go into one file. Throws SigningError. */
  seal(picture: Blob, facts: FilmFacts): Promise<Blob>
  /** Reads the manifests of any file. Never throws for what is in the file. */
  examine(file: Blob): Promise<Report>
  /**
   * Looks for Kinora's marks in the picture and the sound of any file. Never throws for what is in the file.
   * @param manifest what the file says of itself, if it still does
   */
  marks(file: Blob, manifest?: ManifestNode): Promise<Marks>
  /** Keeps a file from elsewhere if it carries a manifest, so that films made from it carry that on. @param sha256 of the file */
  adopt(file: Blob, sha256: string): Promise<void>
  /** null until the first film was signed, or a key was made. */
  signer(): Promise<Signer | null>
  /** A new key with a new certificate; films signed before stay as they are. '' for no name. */
  renew(name: string): Promise<Signer>
  /** Signs with the certificate and the private key in a PEM file from now on. Throws CertificateError with a sentence. */
  bring(pem: string): Promise<Signer>
  /** Deletes the key and everything that was kept of signed films. */
  forget(): Promise<void>
  cancel(): void
}
