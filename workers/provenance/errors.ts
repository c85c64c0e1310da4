/** The film could not be signed, and no file was written. Views tell errors apart by `name`: see workers/media/errors.ts. */
export class SigningError extends Error {
  override readonly name = 'SigningError'
}
