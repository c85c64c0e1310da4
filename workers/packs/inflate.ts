/** Expands a weight file that travelled as gzip, and never by more than was said of it. */

/**
 * @param into filled to its last byte
 * @throws RangeError when the data are not gzip, or expand to another length
 */
export async function inflate(packed: Uint8Array<ArrayBuffer>, into: Uint8Array<ArrayBuffer>): Promise<void> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')).getReader()
  let at = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (at + value.length > into.length) throw new RangeError(`More than ${into.length} bytes.`)
      into.set(value, at)
      at += value.length
    }
  } catch (error) {
    await reader.cancel().catch(() => {})
    throw error instanceof RangeError ? error : new RangeError('This is no whole gzip file.', { cause: error })
  }
  if (at !== into.length) throw new RangeError(`${at} bytes instead of ${into.length}.`)
}
