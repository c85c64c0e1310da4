/** What can go wrong between a film and its signature. Views tell these apart by `name`: see workers/media/errors.ts. */

/** The film could not be signed, so no file was written. */
export class SigningError extends Error {
  override readonly name = 'SigningError'
}

/** The file could not be examined at all: it is damaged, or of a kind that carries no manifest. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError'
}
