/** The media worker: films to MP4 files and back. One export at a time; a second one waits. */
import * as Comlink from 'comlink'
import { exportFilm } from './encode'
import { CancelledError } from './errors'
import { readTags } from './tags'
import type { Media } from './types'

let queue: Promise<unknown> = Promise.resolve()
const running = new Set<AbortController>()

const media: Media = {
  exportFilm(input, onProgress, target) {
    const control = new AbortController()
    running.add(control)
    const result = queue
      .then(() => {
        if (control.signal.aborted) throw new CancelledError()
        return exportFilm(input, control.signal, onProgress, target)
      })
      .finally(() => running.delete(control))
    queue = result.catch(() => undefined)
    return result
  },
  readTags,
  cancel() {
    for (const control of running) control.abort()
  },
}

Comlink.expose(media)
