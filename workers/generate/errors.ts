/**
 * What can go wrong while a film is made. Comlink carries only `name`, `message` and `stack` of an error to the page,
 * so views tell these apart by `name`.
 */

/** The person stopped the job. Nothing of it is kept; the model stays loaded. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError'
  constructor() {
    super('Stopped. The film was not finished; the model is still loaded, so the next one starts at once.')
  }
}

/** The graphics processor went away: a driver reset, sleep, or too little memory. `load` has to be called again. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError'
  constructor(reason: string) {
    super(
      `The graphics processor stopped working for this page${reason ? ` (${reason})` : ''}. Films that were finished are safe. ` +
        'Start again, or choose the processor (wasm) in the settings.',
    )
  }
}

/** The runtime could not start. It cannot be started a second time in the same worker: end it and make a new one. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError'
}

/** This machine computes the model wrongly on every backend it has. */
export class GoldenError extends Error {
  override readonly name = 'GoldenError'
}

/** The request itself cannot be carried out: a length, seed or number of steps out of range. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
}

/** The prompt is beyond anything the model could read. */
export class PromptTooLongError extends Error {
  override readonly name = 'PromptTooLongError'
}

/** `generate` or `render` was called before `load`, or after the backend was lost. */
export class NotLoadedError extends Error {
  override readonly name = 'NotLoadedError'
  constructor() {
    super('No model is loaded. Load one first, then ask for a film.')
  }
}
