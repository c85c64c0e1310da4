/** A file name that says what the film is: the first words of its sentence, and its seed. */
export function fileName(prompt: string, seed: number): string {
  const words = prompt
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  const short = words.length <= 48 ? words : words.slice(0, 48).replace(/-[^-]*$/, '')
  return `${short || 'kinora'}-${seed}.mp4`
}
