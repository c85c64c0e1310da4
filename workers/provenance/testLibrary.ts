/** The C2PA library under Node, for tests: its WebAssembly from the disk, and the two browser things it reads files with. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import init from '@contentauth/c2pa-wasm'

const { resolve } = createRequire(import.meta.url)

/** A Blob whose bytes are at hand at once, as in a worker through FileReaderSync. */
class SyncBlob extends Blob {
  readonly contents: Uint8Array<ArrayBuffer>

  constructor(parts: Uint8Array<ArrayBuffer>[], options?: BlobPropertyBag) {
    super(parts, options)
    const [first = new Uint8Array()] = parts
    if (parts.length > 1) throw new TypeError('Tests make blobs of one part.')
    this.contents = first
  }

  override slice(start?: number, end?: number): Blob {
    return new SyncBlob([this.contents.slice(start, end)])
  }
}

class FileReaderSync {
  readAsArrayBuffer(blob: SyncBlob): ArrayBuffer {
    return blob.contents.slice().buffer
  }
}

export async function startLibrary(): Promise<void> {
  Object.assign(globalThis, { Blob: SyncBlob, FileReaderSync })
  await init({ module_or_path: await readFile(resolve('@contentauth/c2pa-wasm/c2pa.wasm')) })
}
