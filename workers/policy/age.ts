/** Ages below eighteen, as they are told in English and Indonesian: marked, so that rules can ask for `#minor`. */
import type { Word } from './pattern'

const english = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen'.split(' ')
const indonesian = 'nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas'.split(' ')
const grown = 18

/** The words with `#minor` after each age of a minor. */
export function markMinors(words: readonly Word[]): Word[] {
  return words.flatMap((word, i) => (tellsMinor(words, i) ? [word, { ...word, text: '#minor' }] : [word]))
}

function tellsMinor(words: readonly Word[], at: number): boolean {
  const text = (offset: number) => words[at + offset]?.text ?? ''
  const [, digits = text(0), unit] = /^(\d{1,2})(yo|yr|yrs|th|thn|y)?$/.exec(text(0)) ?? []
  const { age, length } = ageOf(digits, text(1))
  if (age === undefined || age >= grown) return false
  const after = text(length)
  if (unit === 'yo' || unit === 'thn' || (unit === 'th' && after !== 'century')) return true
  if (/^(tahun|thn)$/.test(after) || after === 'yo') return true
  if (/^(years?|yrs?|y)$/.test(after) && /^(olds?|o|girls?|boys?)$/.test(text(length + 1))) return true
  const before = text(-1)
  return /^(aged?|umur|usia|umurnya|usianya|berumur|berusia)$/.test(before) || (before === 'of' && /^(age|girls?|boys?)$/.test(text(-2))) || (before === 'kelas' && age <= 12) || (before === 'grade' && age <= 12)
}

function ageOf(word: string, next: string): { age: number | undefined; length: number } {
  if (/^\d{1,2}$/.test(word)) return { age: Number(word), length: 1 }
  const unit = indonesian.indexOf(word)
  if (unit > 0 && next === 'belas') return { age: 10 + unit, length: 2 }
  if (unit >= 0 && next === 'puluh') return { age: 10 * unit, length: 2 }
  const age = Math.max(unit, english.indexOf(word))
  return { age: age >= 0 ? age : undefined, length: 1 }
}
