/** The media worker: films to MP4 files and back. One export at a time; a second one waits. */
import * as Comlink from 'comlink'
import { exportFilm, exportSequence } from './encode'
import { CancelledError } from './errors'
import { readTags } from './tags'
import type { ExportResult, Media } from './types'

let queue: Promise<unknown> = Promise.resolve()
const running = new Set<AbortController>()

function inTurn(job: (signal: AbortSignal) => Promise<ExportResult>): Promise<ExportResult> {
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
  exportFilm: (input, onProgress) => inTurn((signal) => exportFilm(input, signal, onProgress)),
  exportSequence: (input, frames, onProgress) => inTurn((signal) => exportSequence(input, frames, signal, onProgress)),
  readTags,
  cancel() {
    for (const control of running) control.abort()
  },
}

Comlink.expose(media)
