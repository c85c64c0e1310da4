/** Slips of the finger: a letter too many, too few, wrong, or two in the wrong order. */

/** Short words are one letter away from too many others: "store" is no slip of "stone". */
const LONG = 6
const LONG_SWAP = 5

/** Is `typed` the `word` but for one slip (Damerau–Levenshtein distance 1, long words only)? */
export function isSlip(typed: string, word: string): boolean {
  const [short, long] = typed.length <= word.length ? [typed, word] : [word, typed]
  if (long.length - short.length > 1 || typed === word) return false
  let i = 0
  while (i < short.length && short[i] === long[i]) i++
  if (short.length < long.length) return long.length >= LONG && short.slice(i) === long.slice(i + 1)
  // The first letter is seldom wrong, and another one makes another word: "kicked" is no slip of "ticked".
  if (i > 0 && long.length >= LONG && short.slice(i + 1) === long.slice(i + 1)) return true
  const swapped = short[i] === long[i + 1] && short[i + 1] === long[i] && short.slice(i + 2) === long.slice(i + 2)
  return long.length >= LONG_SWAP && swapped
}
