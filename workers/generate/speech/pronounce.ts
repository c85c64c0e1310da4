/** Written words become a line of phones, which tracks.ts makes into movement: English by a dictionary, Indonesian by rules. */
import { fromArpabet, functionWords as englishWords, loadDictionary, lookUp, spell, type Dictionary } from './english'
import { functionWords as indonesianWords, hasAffix, indonesianLetters, looksIndonesian, pronounceIndonesian } from './indonesian'
import { sayNumbers, type Language } from './numbers'

export type { Language } from './numbers'

export interface Pronunciation {
  /** A line of phones: see tracks.ts. Empty where there is nothing to say. */
  phones: string
  language: Language
}

const abbreviations: Record<Language, Record<string, string>> = {
  en: { 'mr.': 'mister', mr: 'mister', 'mrs.': 'missus', mrs: 'missus', 'ms.': 'miz', 'dr.': 'doctor', dr: 'doctor', 'st.': 'saint', 'etc.': 'et cetera', 'e.g.': 'for example', 'i.e.': 'that is', 'vs.': 'versus', km: 'kilometers', kg: 'kilograms', cm: 'centimeters', '&': 'and', '+': 'plus', '=': 'equals', '@': 'at' },
  id: { dll: 'dan lain-lain', 'dll.': 'dan lain-lain', dsb: 'dan sebagainya', 'dsb.': 'dan sebagainya', yg: 'yang', dgn: 'dengan', utk: 'untuk', tdk: 'tidak', krn: 'karena', jgn: 'jangan', 'bpk.': 'bapak', bpk: 'bapak', 'jl.': 'jalan', 'no.': 'nomor', 'dr.': 'dokter', km: 'kilomèter', kg: 'kilogram', cm: 'sèntimèter', '&': 'dan', '+': 'tambah', '=': 'sama dengan', '@': 'èt' },
}

/** A word (with what an abbreviation ends in), or a mark. */
const token = /[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*|[&+=@]|\.{2,}|[.!?,;:…—–()\n]/gu
const marks: Record<string, string> = { '.': '.', '!': '!', '?': '?', ',': ',', ';': ',', ':': ',', '…': ',', '—': ',', '–': ',', '(': ',', ')': ',', '\n': '.', '..': ',' }

const isMark = (item: string | undefined) => item !== undefined && item in marks

const wordsOf = (text: string) => [...text.toLowerCase().matchAll(/[\p{L}\p{M}]+(?:'[\p{L}]+)?/gu)].map(([word]) => word.replaceAll(/(.)\1{2,}/gu, '$1'))

/** Which language a text is in: its small words tell; where they do not, its other words do. A tie is Indonesian if most words look so and English lacks them. */
export function languageOf(text: string, dictionary: Dictionary): Language {
  let score = 0
  for (const word of wordsOf(text.replaceAll('’', "'"))) {
    const [english, indonesian] = [englishWords.has(word), indonesianWords.has(word)]
    if (english !== indonesian) score += indonesian ? 2 : -2
    else if (!english) score += Object.hasOwn(dictionary, word) ? -0.8 : hasAffix(word) ? 1.5 : looksIndonesian(word) ? 1 : -0.3
  }
  return score > 0 ? 'id' : 'en'
}

/** Spoken as letters: capitals that make no word. */
const isInitials = (word: string) => /^(?:\p{Lu}{2,3}|[BCDFGHJKLMNPQRSTVWXZ]{2,6})$/u.test(word)

function expand(text: string, language: Language): string {
  const list = abbreviations[language]
  const shortened = text.replace(/(?<![\p{L}\d.])(?:[\p{L}]\.){2,}|(?<![\p{L}\d])\p{L}+\.?(?![\p{L}'’])|[&+=@]/gu, (word) => {
    const plain = word.toLowerCase()
    if (Object.hasOwn(list, plain)) return ` ${list[plain]} `
    const bare = plain.replace(/\.$/u, '')
    return plain !== bare && Object.hasOwn(list, bare) ? ` ${list[bare]}.` : word
  })
  return sayNumbers(shortened, language)
}

/**
 * @param text as somebody wrote it between quotation marks
 * @param language if it is known; else the words tell
 */
export async function pronounce(text: string, language?: Language): Promise<Pronunciation> {
  const plain = text.normalize('NFC').replaceAll(/[‘’]/gu, "'").replaceAll(/["“”«»*_]/gu, ' ')
  const clear = language === undefined && wordsOf(plain).some((word) => indonesianWords.has(word)) && !wordsOf(plain).some((word) => englishWords.has(word))
  const known = language ?? (clear ? 'id' : undefined)
  const dictionary = known === 'id' ? undefined : await loadDictionary()
  const spoken = known ?? languageOf(plain, dictionary!)
  const line: string[] = []
  for (const [found] of expand(plain, spoken).matchAll(token)) {
    const mark = found.startsWith('..') ? ',' : marks[found]
    if (mark !== undefined) {
      // Marks in a row are one pause, the last that ends a sentence.
      const before = line.at(-1)
      if (before === undefined) continue
      if (!isMark(before)) line.push(mark)
      else if (before === ',' || mark === '?') line[line.length - 1] = mark
      continue
    }
    for (const part of found.split('-')) {
      const word = part.toLowerCase()
      const phones = spoken === 'id' ? sayIndonesian(part) : sayEnglish(part, word, dictionary!)
      if (phones.length === 0) continue
      if (line.length > 0 && !isMark(line.at(-1))) line.push('|')
      line.push(...phones)
    }
  }
  if (line.length > 0) {
    if (line.at(-1) === ',') line.pop()
    if (!isMark(line.at(-1))) line.push('.')
  }
  return { phones: line.join(' '), language: spoken }
}

function sayEnglish(written: string, word: string, dictionary: Dictionary): string[] {
  const plain = word.normalize('NFD').replaceAll(/\p{M}/gu, '')
  if (!/[a-z]/u.test(plain)) return []
  const letters = isInitials(written) && !Object.hasOwn(dictionary, plain)
  return fromArpabet(letters ? spell(plain, dictionary) : lookUp(plain, dictionary), plain)
}

function sayIndonesian(written: string): string[] {
  const word = written.toLowerCase()
  const letters = isInitials(written) && !/[AIUEO][^AIUEO]*[AIUEO]|[^AIUEO][AIUEO][^AIUEO]/u.test(written)
  return letters ? [...word].flatMap((letter) => (Object.hasOwn(indonesianLetters, letter) ? pronounceIndonesian(indonesianLetters[letter]!) : [])) : pronounceIndonesian(word)
}
