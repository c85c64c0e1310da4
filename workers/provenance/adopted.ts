/** Files from elsewhere that carry a signature, kept so that films made from them carry it on. Files without one are not kept here. */
import { WasmReader } from '@contentauth/c2pa-wasm'
import { clear, createStore, get, set, type UseStore } from 'idb-keyval'
import { formatOf } from './format'
import { startLibrary } from './library'

export interface Adopted {
  file: Blob
  /** MIME type, as the library knows it. */
  format: string
}

let opened: UseStore | undefined
const store = (): UseStore => (opened ??= createStore('kinora-adopted', 'files'))

/** @param sha256 of the file */
export async function adopt(file: Blob, sha256: string): Promise<void> {
  const format = await formatOf(file)
  if (format === undefined || !(await carriesManifest(file, format))) return
  await set(sha256, file, store())
}

async function carriesManifest(file: Blob, format: string): Promise<boolean> {
  await startLibrary()
  try {
    const reader = await WasmReader.fromBlob(format, file)
    reader.free()
    return true
  } catch {
    return false
  }
}

export async function findAdopted(sha256: string): Promise<Adopted | undefined> {
  const file: unknown = await get(sha256, store())
  const format = file instanceof Blob ? await formatOf(file) : undefined
  return file instanceof Blob && format !== undefined ? { file, format } : undefined
}

export function forgetAdopted(): Promise<void> {
  return clear(store())
}
