/**
 * Numbers 0…1 that follow from a key alone: xmur3 seeds mulberry32 (public domain, B. Mulvey).
 *
 * The keys are here for all to read: who checks a film needs them. So the marks say "made by Kinora" against loss, not against a forger.
 */
export function randomFrom(key: string): () => number {
  let state = 1779033703 ^ key.length
  for (const char of key) {
    state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 3432918353)
    state = (state << 13) | (state >>> 19)
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The items in an order that follows from `random` (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}
