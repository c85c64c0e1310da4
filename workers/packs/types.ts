/** What the page asks about packs and what it is told. */

/** One measured number, beside what the simulator's own clips (ceiling) and shuffled pairs (floor) give. */
export interface Figure {
  name: string
  model: number
  ceiling?: number
  floor?: number
}

export interface Installed {
  name: string
  /** Brought by the person, not fetched from the page's own host. */
  added: boolean
  /** Absent when this version of Kinora cannot read the pack. */
  facts?: {
    version: string
    licence: string
    description: string
    families: string[]
    /** On this machine. */
    bytes: number
    figures: Figure[]
    measured?: { clips: number; command: string }
  }
}

export interface Verdict {
  files: number
  /** Names of the files that are missing or are not what the manifest describes. */
  damaged: string[]
}

export interface Bytes {
  loadedBytes: number
  totalBytes: number
}

/** The Comlink interface of workers/packs/index.ts. Callbacks are passed through Comlink.proxy. */
export interface Packs {
  list(): Promise<Installed[]>
  /** Throws PackError when there is no such pack. */
  verify(name: string, onProgress?: (progress: Bytes) => void): Promise<Verdict>
  remove(name: string): Promise<void>
  /** @returns its name. Throws PackError, DownloadError, QuotaError, CancelledError; nothing is kept then. */
  addFromUrl(address: string, onProgress?: (progress: Bytes) => void): Promise<string>
  /** As `addFromUrl`. The paths go beside the files: not every browser sends them along within. */
  addFromFolder(files: ReadonlyArray<readonly [path: string, file: Blob]>, onProgress?: (progress: Bytes) => void): Promise<string>
  addFromZip(file: Blob, onProgress?: (progress: Bytes) => void): Promise<string>
  /** Stops what is being added. */
  cancel(): void
}
