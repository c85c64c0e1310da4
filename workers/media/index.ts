/** The media worker: films to files and back. One export at a time; a second one waits. */
import * as Comlink from 'comlink'
import { exportFilm } from './encode'
import { CancelledError } from './errors'
import { estimate } from './estimate'
import { workingCodecs } from './picture'
import { encodePictures, writesWebp } from './still'
import { readProject, writeProject } from './project'
import { importFile, lookAt } from './import'
import { readTags } from './tags'
import type { Media } from './types'

let queue: Promise<unknown> = Promise.resolve()
const running = new Set<AbortController>()

function inTurn<T>(job: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const control = new AbortController()
  running.add(control)
  const result = queue
    .then(() => {
      if (control.signal.aborted) throw new CancelledError()
      return job(control.signal)
    })
    .finally(() => running.delete(control))
  queue = result.catch(() => undefined)
  return result
}

const media: Media = {
  exportFilm: (film, frames, plan, onProgress, seal) => inTurn((signal) => exportFilm(film, frames, signal, plan, onProgress, seal)),
  estimate: (film, frames, plan) => inTurn((signal) => estimate(film, frames, plan, signal)),
  abilities: (width, height, fps) => inTurn(async () => ({ codecs: await workingCodecs({ width, height, fps }), webp: await writesWebp() })),
  encodePictures: (rgba, width, height) => inTurn(() => encodePictures(rgba, width, height)),
  readTags,
  writeProject,
  async readProject(file) {
    const parts = await readProject(file)
    return Comlink.transfer(parts, parts.flatMap(({ bytes }) => (bytes instanceof Blob ? [] : bytes.buffer)))
  },
  look: (file) => inTurn(() => lookAt(file)),
  importFile: (file, shape, crop, onProgress) =>
    inTurn(async (signal) => {
      const imported = await importFile(file, shape, crop, signal, onProgress)
      return Comlink.transfer(imported, [imported.footage.rgba.buffer, imported.footage.pcm.buffer])
    }),
  cancel() {
    for (const control of running) control.abort()
  },
}

Comlink.expose(media)
