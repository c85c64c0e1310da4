/**
 * The ways a text may be meant to be read. Words are hidden from lists by digits for letters, letters of other alphabets, spaces and dots
 * between letters, invisible characters, stretched letters and asterisks; every reader sees through it. A word is read differently only if
 * that makes a word which rules know: no reading is invented, so that Scunthorpe stays a town.
 */
import * as v from 'valibot'
import type { Word } from './pattern'
import source from './rules/spelling.json'

const Letters = v.record(v.pipe(v.string(), v.maxLength(2)), v.pipe(v.string(), v.regex(/^[a-z0-9]{0,2}$/)))
const spelling = v.parse(v.strictObject({ lookalikes: Letters, leet: v.array(Letters), ordinary: v.array(v.string()), short: v.array(v.string()) }), source)
const ordinary = new Set(spelling.ordinary)
const short = new Set(spelling.short)

/** What rules know. */
export interface Lexicon {
  /** Words in any phrase, or that begin as one. */
  knows(word: string): boolean
  /** Words in any phrase, letter for letter: stems count as words. */
  has(word: string): boolean
  /** Words that break a rule by themselves. */
  forbids(word: string): boolean
  /** All of them, the forbidden first: what asterisks may stand for. */
  words: readonly string[]
}

/** A run of characters without a space. */
interface Chunk {
  /** As it is plainly read: lower-case Latin letters, and whatever else was there. */
  plain: string
  from: number
  to: number
  capital: boolean
}

/** @returns the text as it stands, and as it may be meant where that differs */
export function readings(text: string, lexicon: Lexicon): Word[][] {
  const chunks = chunksOf(text)
  const plain = chunks.flatMap((chunk) => wordsIn(chunk, chunk.plain))
  const meant = joinFragments(joinLetters(chunks.flatMap((chunk) => decode(chunk, lexicon)), lexicon), lexicon)
  const same = plain.length === meant.length && plain.every((word, i) => word.text === meant[i]!.text)
  return same ? [plain] : [plain, meant]
}

/** Braces hold variations, parted by bars; the other characters look like nothing at all. */
const gap = /[\s{}\u115f\u1160\u2800\u3164\uffa0]/u

function chunksOf(text: string): Chunk[] {
  const bars = text.includes('{')
  const chunks: Chunk[] = []
  let from = -1
  for (let i = 0; i <= text.length; i++) {
    const ends = i === text.length || gap.test(text[i]!) || (bars && text[i] === '|')
    if (!ends && from < 0) from = i
    if (ends && from >= 0) {
      const written = text.slice(from, i)
      chunks.push({ plain: plainly(written), from, to: i, capital: /^[^\p{L}\p{N}]*\p{Lu}/u.test(written) })
      from = -1
    }
  }
  if (!capitalsMean(chunks)) for (const chunk of chunks) chunk.capital = false
  return chunks
}

/** In a headline every word has a capital. */
function capitalsMean(chunks: readonly Chunk[]): boolean {
  return chunks.length < 4 || chunks.some(({ plain, capital }) => !capital && plain.length > 3)
}

function plainly(written: string): string {
  const latin = written
    .normalize('NFKD')
    // Combining marks and characters that only control others hide a word from a list, not from a reader.
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(/[\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}\u{1f1e6}-\u{1f1ff}]/gu, inBoxes)
    .toLowerCase()
    .replace(/[^a-z0-9]/gu, (letter) => spelling.lookalikes[letter] ?? letter)
  return latin.replace(/(\p{L})['’`´]s(?!\p{L})/gu, '$1 ').replace(/(?<=\p{L})['’`´](?=\p{L})/gu, '')
}

/** White letters on black, and the letters that flags are made of. */
function inBoxes(letter: string): string {
  const code = letter.codePointAt(0)!
  const first = code >= 0x1f1e6 ? 0x1f1e6 : code >= 0x1f170 ? 0x1f170 : 0x1f150
  return String.fromCodePoint(97 + code - first)
}

const wordOf = ({ from, to, capital }: Chunk, text: string): Word => ({ text, from, to, capital })

function wordsIn({ from, to, capital }: Chunk, read: string): Word[] {
  if (/^@[a-z0-9_.]{3,}\W*$/.test(read) && /[a-z]/.test(read)) return [{ text: '#handle', from, to, capital }, { text: read.slice(1), from, to, capital }]
  return (read.match(/[\p{L}\p{N}]+/gu) ?? []).map((text) => ({ text, from, to, capital }))
}

/** Nobody hides a word in a run of characters longer than this, and reading it takes long. */
const longestChunk = 80

/** What a run of characters may be meant to say. */
function decode(chunk: Chunk, lexicon: Lexicon): Word[] {
  const { plain } = chunk
  const words = wordsIn(chunk, plain)
  if (words.some(({ text }) => text === '#handle')) return words
  const known = words.length > 0 && words.every(({ text }) => lexicon.knows(text))
  if (known || plain.length > longestChunk || words.some(({ text }) => ordinary.has(text))) return words
  const bare = plain.replace(/^[^\p{L}\p{N}@$!|+€£*#]+|[^\p{L}\p{N}@$€£*#]+$/gu, '')
  for (const candidate of candidates(bare)) {
    if (candidate !== plain && lexicon.knows(candidate)) return [wordOf(chunk, candidate)]
    const parts = candidate.length >= 8 ? compound(candidate, lexicon) : undefined
    if (parts) return parts.map((text): Word => wordOf(chunk, text))
  }
  const hidden = unmask(bare, lexicon)
  if (hidden !== undefined) return [wordOf(chunk, hidden)]
  // "n@ked-woman": every part by itself.
  const parts = bare.split(/[-/,;:.]+/).filter(Boolean)
  return parts.length > 1 ? parts.flatMap((part) => decode({ ...chunk, plain: part }, lexicon)) : words
}

function* candidates(bare: string): Generator<string> {
  const spellings = [bare, ...(/\p{L}/u.test(bare) && /[^\p{L}]/u.test(bare) ? spelling.leet.map((signs) => bare.replace(/[^\p{L}]/gu, (sign) => signs[sign] ?? sign)) : [])]
  for (const each of spellings) {
    const joined = each.replace(/[^\p{L}\p{N}]/gu, '')
    // 'v' for 'u', as in "bvnuh".
    for (const read of [each, joined, joined.replace(/(?<=[^aeiou])v(?=[^aeiou])/g, 'u')]) {
      yield read
      if (/(\p{L})\1/u.test(read)) {
        yield read.replace(/(\p{L})\1{2,}/gu, '$1$1')
        yield read.replace(/(\p{L})\1+/gu, '$1')
      }
    }
  }
}

/** "nakedwoman": two words that rules know, one of them forbidden. Of four letters at least: a therapist is no rapist. */
function compound(text: string, lexicon: Lexicon): [string, string] | undefined {
  for (let at = 4; at <= text.length - 4; at++) {
    const [left, right] = [text.slice(0, at), text.slice(at)]
    if (lexicon.knows(left) && lexicon.knows(right) && (lexicon.forbids(left) || lexicon.forbids(right))) return [left, right]
  }
  return undefined
}

/** "f*ck": asterisks that stand for letters, fewer than the letters that are left. */
function unmask(bare: string, lexicon: Lexicon): string | undefined {
  if (!/^\p{L}[\p{L}*#_•·%-]*\p{L}$/u.test(bare) || !/[*#_•·%]/u.test(bare)) return undefined
  const letters = bare.replace(/\P{L}/gu, '').length
  if (letters < 2 || 2 * letters < bare.length) return undefined
  const mask = new RegExp(`^${bare.replace(/[*#_•·%-]/gu, '[a-z]')}$`, 'u')
  return lexicon.words.find((word) => word.length === bare.length && mask.test(word))
}

/** "n u d e": three or more single letters in a row, of which those that make a word are one. */
function joinLetters(words: Word[], lexicon: Lexicon): Word[] {
  const joined: Word[] = []
  for (let i = 0; i < words.length; ) {
    let end = i
    while (end < words.length && [...words[end]!.text].length === 1) end++
    const run = words.slice(i, end)
    const letters = run.length >= 3 && run.filter(({ text }) => /\p{L}/u.test(text)).length >= 2 ? run.map(({ text }) => spelling.leet[0]?.[text] ?? text).join('') : ''
    for (let at = 0; at < run.length; ) {
      const length = wordAt(letters, at, lexicon)
      const [first, last] = [run[at]!, run[at + length - 1]!]
      joined.push(length === 1 ? first : { text: letters.slice(at, at + length), from: first.from, to: last.to, capital: false })
      at += length
    }
    if (run.length === 0) joined.push(words[i]!)
    i = Math.max(end, i + 1)
  }
  return joined
}

const longestWord = 16

/** The length of the longest known word that begins there; 1 if none does. */
function wordAt(letters: string, at: number, lexicon: Lexicon): number {
  for (let length = Math.min(longestWord, letters.length - at); length >= 3; length--) {
    const word = letters.slice(at, at + length)
    if (lexicon.has(word)) return length
  }
  return 1
}

/** "po rn": two fragments that are no words, and one word when joined. */
function joinFragments(words: Word[], lexicon: Lexicon): Word[] {
  const joined: Word[] = []
  for (let i = 0; i < words.length; i++) {
    const [left, right] = [words[i]!, words[i + 1]]
    const fragments = right && [left, right].every(({ text }) => text.length <= 3 && !short.has(text) && !lexicon.knows(text))
    if (fragments && left.text.length + right.text.length >= 4 && lexicon.forbids(left.text + right.text)) {
      joined.push({ text: left.text + right.text, from: left.from, to: right.to, capital: left.capital })
      i++
    } else joined.push(left)
  }
  return joined
}
