/**
 * A claim's signature as C2PA stores it: COSE_Sign1 (RFC 9052, §4.2) with ES256, the certificates in the protected header, the payload
 * left out, and padded to a size that was reserved before the bytes were known (C2PA 2.2, §13.2.1).
 */

/** ES256, and the header that carries certificates (RFC 9360). */
const algorithmLabel = 1
const es256 = -7
const x5chainLabel = 33

const bytesType = 2
const textType = 3
const arrayType = 4
const mapType = 5
const tagType = 6
const coseSign1Tag = 18
const nil = Uint8Array.of(0xf6)

/**
 * @param claim what is signed
 * @param chain DER certificates, the signer's first
 * @param size bytes of the result
 * Throws RangeError when the signature does not fit into `size`.
 */
export async function coseSign1(claim: Uint8Array, key: CryptoKey, chain: readonly Uint8Array[], size: number): Promise<Uint8Array<ArrayBuffer>> {
  const protectedHeader = protectedHeaderOf(chain)
  const signed = array([text('Signature1'), bytes(protectedHeader), bytes(new Uint8Array()), bytes(claim)])
  const signature = new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, signed))
  const withPadding = (padding: Uint8Array): Uint8Array<ArrayBuffer> =>
    joined([head(tagType, coseSign1Tag), array([bytes(protectedHeader), padding, nil, bytes(signature)])])
  const bare = withPadding(head(mapType, 0)).length
  const padded = withPadding(padding(size - bare))
  if (padded.length !== size) throw new RangeError(`The signature needs ${bare} bytes or more and cannot fill ${size} exactly.`)
  return padded
}

/** Bytes to reserve for `chain`, with room for the padding's own heads. */
export function reserveSize(chain: readonly Uint8Array[]): number {
  return protectedHeaderOf(chain).length + 256
}

function protectedHeaderOf(chain: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const certificates = chain.map(bytes)
  const x5chain = certificates.length === 1 ? certificates[0]! : array(certificates)
  return joined([head(mapType, 2), integer(algorithmLabel), integer(es256), integer(x5chainLabel), x5chain])
}

/** An unprotected header `{"pad": zeros}` that makes the message `extra` bytes longer than an empty one does. */
function padding(extra: number): Uint8Array<ArrayBuffer> {
  const name = text('pad')
  // A longer string of zeros needs a longer head: the count of zeros that fits is found by trying the four head sizes.
  const zeros = [1, 2, 3, 5].map((headBytes) => extra - name.length - headBytes).find((count) => count >= 0 && head(bytesType, count).length === extra - name.length - count)
  return zeros === undefined ? head(mapType, 0) : joined([head(mapType, 1), name, bytes(new Uint8Array(zeros))])
}

/** CBOR (RFC 8949): a major type with its count. */
function head(type: number, count: number): Uint8Array<ArrayBuffer> {
  const first = type << 5
  if (count < 24) return Uint8Array.of(first | count)
  if (count < 2 ** 8) return Uint8Array.of(first | 24, count)
  if (count < 2 ** 16) return Uint8Array.of(first | 25, count >> 8, count)
  return Uint8Array.of(first | 26, count >>> 24, count >> 16, count >> 8, count)
}

function integer(value: number): Uint8Array<ArrayBuffer> {
  return value < 0 ? head(1, -1 - value) : head(0, value)
}

function bytes(value: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined([head(bytesType, value.length), value])
}

function text(value: string): Uint8Array<ArrayBuffer> {
  const utf8 = new TextEncoder().encode(value)
  return joined([head(textType, utf8.length), utf8])
}

function array(items: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joined([head(arrayType, items.length), ...items])
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
