/**
 * What can go wrong between a pack on the server and its weights in memory.
 * Comlink carries only `name`, `message` and `stack` of an error to the page, so views tell these apart by `name`.
 */

/** The pack itself is wrong: missing, damaged, or written for another version of Kinora. */
export class PackError extends Error {
  override readonly name = 'PackError'
}

/** The connection failed while a pack was on its way. What had arrived and was checked is kept. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError'
}

/** The browser gives too little storage to keep the weights. Kinora goes on with them in memory. */
export class QuotaError extends Error {
  override readonly name = 'QuotaError'
}

/** The person stopped what was being added. Nothing of it is kept. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError'
  constructor() {
    super('Stopped. Nothing of the model was kept.')
  }
}
