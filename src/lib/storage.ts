/** Small things kept between visits. Films are in IndexedDB, see src/library. */

/** Reads a JSON value from local storage; undefined when there is none, it is broken, or storage is forbidden. */
export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Forbidden or full: a preference is worth no message.
  }
}
