/**
 * A thumbnail as it is kept, and as it comes in project files: a data: URL of a picture made of pixels. Anything else, such as an SVG or an address, is
 * never shown; the film it belongs to loses its thumbnail and nothing more.
 */
import * as v from 'valibot'

const pixels = /^(?:data:(?:image\/(?:jpeg|png|webp);base64)?,[\d+/=A-Za-z]*)?$/

export const StoredThumbnail = v.pipe(v.string(), v.transform((address) => (pixels.test(address) ? address : '')))
