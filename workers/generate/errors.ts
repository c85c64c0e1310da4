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

/** There was too little memory for the model or the film. The worker that ran out of it has to be ended: nothing else gives wasm memory back. */
export class MemoryError extends Error {
  override readonly name = 'MemoryError'
}

/**
 * What engines and ONNX Runtime say in their many words when memory runs out, as one error; undefined for anything else.
 * A wasm heap that cannot grow ends in `std::bad_alloc` or an abort, an array that has no place in a RangeError.
 */
export function memoryErrorOf(error: unknown): MemoryError | undefined {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) }
  const told = /bad_?alloc|out of memory|\boom\b|(cannot|could not|failed to|unable to) (allocate|grow)|allocation failed|failed to allocate/i.test(message)
  if (!told && !(name === 'RangeError' && /memory|buffer|array length/i.test(message))) return undefined
  return new MemoryError(`This browser gave the page too little memory (${message.split('\n', 1)[0]}). Close other tabs, choose a shorter length, or a smaller model.`, { cause: error })
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
