/** What a file is, by its first bytes: names and types that come with it may be wrong. */

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))

/** Brands of the base media format (ISO 14496-12) that are no film. */
const brands: Record<string, string> = {
  'qt  ': 'video/quicktime', 'M4A ': 'audio/mp4', heic: 'image/heic', heix: 'image/heic', mif1: 'image/heif', avif: 'image/avif', avis: 'image/avif',
}
const riff: Record<string, string> = { WEBP: 'image/webp', WAVE: 'audio/wav', 'AVI ': 'video/avi' }

const beginnings: [hex: string, format: string][] = [
  ['ffd8ff', 'image/jpeg'],
  ['89504e470d0a1a0a', 'image/png'],
  ['47494638', 'image/gif'],
  ['49492a00', 'image/tiff'],
  ['4d4d002a', 'image/tiff'],
  ['494433', 'audio/mpeg'],
  ['fffb', 'audio/mpeg'],
  ['25504446', 'application/pdf'],
  ['504b0304', 'application/x-zip'],
]

/** The MIME type by which C2PA's library knows it; undefined for what can carry no manifest. */
export async function formatOf(file: Blob): Promise<string | undefined> {
  const bytes = new Uint8Array(await file.slice(0, 64).arrayBuffer())
  if (ascii(bytes, 4, 8) === 'ftyp') return brands[ascii(bytes, 8, 12)] ?? 'video/mp4'
  if (ascii(bytes, 0, 4) === 'RIFF') return riff[ascii(bytes, 8, 12)]
  if (ascii(bytes, 4, 8) === 'jumb') return 'application/c2pa'
  if (/^\s*<(\?xml|svg)/.test(ascii(bytes, 0, 64))) return 'image/svg+xml'
  const hex = bytes.reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '')
  return beginnings.find(([start]) => hex.startsWith(start))?.[1]
}
