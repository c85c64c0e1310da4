/** The packs worker: what is installed, verified, deleted and added. Loading one to make films with is the generator's: see store.ts. */
import * as Comlink from 'comlink'
import { addPack } from './add'
import { openCache } from './cache'
import { CancelledError } from './errors'
import { listPacks, removePack, verifyPack } from './installed'
import { folderAt, folderOf, zipOf, type PackSource } from './source'
import type { Bytes, Packs } from './types'

/** In a build the worker lies in `assets/`, one below the page; while developing the page is at the root. */
const page = import.meta.env.DEV ? new URL('/', globalThis.location.href) : new URL('../', globalThis.location.href)
const cache = openCache()
let adding = new AbortController()

async function add(source: PackSource, onProgress?: (progress: Bytes) => void): Promise<string> {
  adding = new AbortController()
  return addPack(source, { cache, signal: adding.signal, onProgress: (progress) => void onProgress?.(progress) })
}

const packs: Packs = {
  list: () => listPacks(cache),
  verify: (name, onProgress) => verifyPack(name, cache, (progress) => void onProgress?.(progress)),
  remove: (name) => removePack(name, cache),
  addFromUrl: async (address, onProgress) => add(folderAt(address, page), onProgress),
  addFromFolder: async (files, onProgress) => add(folderOf(files), onProgress),
  addFromZip: async (file, onProgress) => add(await zipOf(file), onProgress),
  cancel: () => adding.abort(new CancelledError()),
}

Comlink.expose(packs)
