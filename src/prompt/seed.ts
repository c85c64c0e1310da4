/** Seeds are uint32: the noise of models/PACKS.md is defined on them. */
export const SEED_MAX = 0xffff_ffff

/** A seed nobody chose. Small enough to read aloud: five digits are plenty to tell films apart. */
export function rollSeed(): number {
  const [word] = crypto.getRandomValues(new Uint32Array(1))
  return (word ?? 0) % 100_000
}

/** The seed a person typed, or null when it is none. */
export function parseSeed(text: string): number | null {
  const trimmed = text.trim()
  if (!/^\d{1,10}$/.test(trimmed)) return null
  const value = Number(trimmed)
  return value <= SEED_MAX ? value : null
}
