/** A file name that says what the film is: the first words of its sentence, and its seed. */
export function fileName(prompt: string, seed: number, ending = 'mp4'): string {
  return `${plainName(prompt)}-${seed}.${ending}`
}

/** The first words of a sentence, as every disk takes them. */
export function plainName(prompt: string): string {
  const words = prompt
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  // By characters: half of one is no name that every disk takes.
  const letters = [...words]
  const short = letters.length <= 48 ? words : letters.slice(0, 48).join('').replace(/-[^-]*$/, '')
  return short || 'kinora'
}
