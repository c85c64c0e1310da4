/**
 * What can go wrong between a clip and its file. Comlink carries only `name`, `message` and `stack` to the page, so views
 * tell these apart by `name`.
 */

/** No file could be made. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError'
}

/** The person stopped the export. Nothing was written; the clip is untouched. Named as in the other workers: no failure to show. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError'
  constructor() {
    super('The export was stopped. No file was written, and the clip is still here.')
  }
}

/** The file is an MP4 (or says so) but cannot be read to the end. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError'
}

/** Kinora wrote the file, but what it says about itself is damaged or from a later version. */
export class TagsError extends Error {
  override readonly name = 'TagsError'
}

/** The file is no project of Kinora's that can be read. Nothing of it was taken. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError'
}

/** There is nothing in the file. */
export class EmptyFileError extends Error {
  override readonly name = 'EmptyFileError'
}

/** More than the browser should be made to hold. */
export class TooLargeFileError extends Error {
  override readonly name = 'TooLargeFileError'
}

/** Neither a film nor a picture, or a kind of it that is not read here. */
export class WrongTypeError extends Error {
  override readonly name = 'WrongTypeError'
}

/** A film with sound alone. */
export class NoPictureError extends Error {
  override readonly name = 'NoPictureError'
}

/** The film is whole, but this browser cannot decode its picture. */
export class CodecError extends Error {
  override readonly name = 'CodecError'
}
