/** Films and storyboards with all that belongs to them, as one file: a zip, unpacked, of a description in JSON and the numbers as they are in memory. */
import { BlobReader, BlobWriter, Uint8ArrayReader, Uint8ArrayWriter, ZipReader, ZipWriter, type FileEntry } from '@zip.js/zip.js/index-native.js'
import { ProjectError } from './errors'
import type { ProjectPart } from './types'

/** Far more than a project has; a longer list, or more bytes, is an attack or a mistake. */
const maxEntries = 4096
const maxBytes = 2 ** 31

/** What lies here is given back as a Blob. */
const filesFolder = 'files/'

/** A name's date says nothing of when the film was made. */
const noDate = new Date(Date.UTC(1980, 0, 1))

export async function writeProject(parts: readonly ProjectPart[]): Promise<Blob> {
  const zip = new ZipWriter(new BlobWriter('application/zip'), { level: 0, useWebWorkers: false, extendedTimestamp: false, lastModDate: noDate })
  for (const { name, bytes } of parts) await zip.add(name, bytes instanceof Blob ? new BlobReader(bytes) : new Uint8ArrayReader(bytes))
  return zip.close()
}

/** @throws ProjectError when it is no zip that Kinora may have written, or was not copied to its end */
export async function readProject(file: Blob): Promise<ProjectPart[]> {
  // 'strict' refuses what different programs would read differently: prefixes, overlaps, doubled or unsafe names.
  const reader = new ZipReader(new BlobReader(file), { strictness: 'strict', useWebWorkers: false })
  try {
    const entries: FileEntry[] = []
    let total = 0
    for await (const entry of reader.getEntriesGenerator()) {
      if (entry.directory) continue
      total += entry.uncompressedSize
      if (entries.push(entry) > maxEntries || total > maxBytes) throw new ProjectError('This file holds far more than a project of Kinora. Nothing of it was taken.')
    }
    const parts: ProjectPart[] = []
    for (const entry of entries) parts.push({ name: entry.filename, bytes: await bytesOf(entry) })
    return parts
  } catch (error) {
    if (error instanceof ProjectError) throw error
    throw new ProjectError('This file is no project that can be read: it is damaged, or was not copied to its end. Nothing of it was taken.', { cause: error })
  } finally {
    await reader.close().catch(() => undefined)
  }
}

async function bytesOf(entry: FileEntry): Promise<Uint8Array<ArrayBuffer> | Blob> {
  const check = { checkSignature: true }
  const bytes = entry.filename.startsWith(filesFolder) ? await entry.getData(new BlobWriter(), check) : await entry.getData(new Uint8ArrayWriter(), check)
  // What a size field says is not what unpacks.
  if ((bytes instanceof Blob ? bytes.size : bytes.length) !== entry.uncompressedSize) throw new ProjectError('A part of this project has another length than it says. Nothing of it was taken.')
  return bytes as Uint8Array<ArrayBuffer> | Blob
}
