/** Numbers as they are read aloud, in English and in Indonesian. */

export type Language = 'en' | 'id'

const english = {
  small: 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' '),
  tens: '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' '),
  large: ['', 'thousand', 'million', 'billion', 'trillion'],
}
const indonesian = {
  small: 'nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas'.split(' '),
  large: ['', 'ribu', 'juta', 'miliar', 'triliun'],
}

/** Digits beyond a trillion are read one by one. */
const mostDigits = 15

function belowThousand(n: number, language: Language): string[] {
  const hundreds = Math.floor(n / 100)
  const rest = n % 100
  if (language === 'en') {
    const ones = rest % 10
    const small = rest === 0 ? [] : rest < 20 ? [english.small[rest]!] : ones === 0 ? [english.tens[rest / 10]!] : [english.tens[Math.floor(rest / 10)]!, english.small[ones]!]
    return hundreds === 0 ? small : [english.small[hundreds]!, 'hundred', ...(rest > 0 ? ['and', ...small] : [])]
  }
  const head = hundreds === 0 ? [] : hundreds === 1 ? ['seratus'] : [indonesian.small[hundreds]!, 'ratus']
  if (rest === 0) return head
  if (rest < 12) return [...head, indonesian.small[rest]!]
  if (rest < 20) return [...head, indonesian.small[rest - 10]!, 'belas']
  return [...head, indonesian.small[Math.floor(rest / 10)]!, 'puluh', ...(rest % 10 === 0 ? [] : [indonesian.small[rest % 10]!])]
}

/** @param digits of a whole number, without separators */
export function sayWhole(digits: string, language: Language): string[] {
  const spelled = () => [...digits].map((digit) => (language === 'en' ? english : indonesian).small[Number(digit)]!)
  if (digits.length > mostDigits || (digits.length > 1 && digits.startsWith('0'))) return spelled()
  let n = Number(digits)
  if (n === 0) return spelled()
  const words: string[] = []
  for (let power = 0; n > 0; power++, n = Math.floor(n / 1000)) {
    const group = n % 1000
    if (group === 0) continue
    if (language === 'id' && power === 1 && group === 1) words.unshift('seribu')
    else words.unshift(...belowThousand(group, language), ...(power > 0 ? [(language === 'en' ? english : indonesian).large[power]!] : []))
  }
  return words
}

/** English reads years in pairs: nineteen eighty four, twenty twenty six. */
function sayYear(n: number): string[] | undefined {
  if (!((n >= 1100 && n < 2000) || (n >= 2010 && n < 2100))) return undefined
  const rest = n % 100
  const head = belowThousand(Math.floor(n / 100), 'en')
  return rest === 0 ? [...head, 'hundred'] : rest < 10 ? [...head, 'oh', english.small[rest]!] : [...head, ...belowThousand(rest, 'en')]
}

const ordinals: Record<string, string> = { one: 'first', two: 'second', three: 'third', five: 'fifth', eight: 'eighth', nine: 'ninth', twelve: 'twelfth' }

function sayOrdinal(digits: string): string[] {
  const words = sayWhole(digits, 'en')
  const last = words.at(-1)!
  return [...words.slice(0, -1), ordinals[last] ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`)]
}

const currencies: Record<string, Record<Language, string>> = {
  $: { en: 'dollars', id: 'dolar' },
  '€': { en: 'euros', id: 'euro' },
  '£': { en: 'pounds', id: 'pound' },
  rp: { en: 'rupiah', id: 'rupiah' },
}

/** A number as text writes it: currency, sign, digits with separators, clock times, ordinals, per cent. */
export const numberPattern = /(?:(?<currency>\$|€|£|\brp\.?\s?))?(?<sign>(?<![\p{L}\d])[-−])?(?<digits>\d+(?:[.,:]\d+)*)(?<tail>st\b|nd\b|rd\b|th\b|\s?%)?/giu

/** Replaces numbers in a text by their words. */
export function sayNumbers(text: string, language: Language): string {
  return text.replace(numberPattern, (...found) => {
    const { currency, sign, digits, tail } = found.at(-1) as { currency?: string; sign?: string; digits: string; tail?: string }
    const words = sign === undefined ? [] : [language === 'en' ? 'minus' : 'minus']
    const [thousands, decimal] = language === 'en' ? [',', '.'] : ['.', ',']
    const clock = /^(\d{1,2}):(\d\d)$/.exec(digits)
    const grouped = new RegExp(`^\\d{1,3}(?:\\${thousands}\\d{3})+(?:\\${decimal}\\d+)?$`).test(digits)
    if (clock !== null) words.push(...sayWhole(String(Number(clock[1])), language), ...(clock[2] === '00' ? [] : sayMinutes(clock[2]!, language)))
    else if (tail !== undefined && !tail.includes('%')) words.push(...sayOrdinal(digits.replaceAll(/\D/g, '')))
    else {
      const [whole = '', fraction, ...more] = (grouped ? digits.replaceAll(thousands, '') : digits).split(grouped ? decimal : /[.,:]/)
      const year = language === 'en' && fraction === undefined && !grouped && currency === undefined && tail === undefined ? sayYear(Number(whole)) : undefined
      words.push(...(year ?? sayWhole(whole, language)))
      for (const part of [fraction, ...more]) {
        if (part !== undefined) words.push(language === 'en' ? 'point' : 'koma', ...[...part].flatMap((digit) => sayWhole(digit, language)))
      }
    }
    if (tail?.includes('%') === true) words.push(language === 'en' ? 'percent' : 'persen')
    if (currency !== undefined) words.push(currencies[currency.toLowerCase().replace(/[.\s]/g, '')]![language])
    return ` ${words.join(' ')} `
  })
}

const sayMinutes = (minutes: string, language: Language): string[] =>
  minutes.startsWith('0') ? [language === 'en' ? 'oh' : 'lewat', ...sayWhole(minutes[1]!, language)] : [...(language === 'id' ? ['lewat'] : []), ...sayWhole(minutes, language)]
