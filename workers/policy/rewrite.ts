/**
 * A sentence that may be filmed instead of one that may not, as near to it as the rules know how: a word left out or another in its place. Where
 * they know nothing, it is another sentence altogether. Offered, never put in place of what was written.
 */
import { inflect } from './inflect'
import { rules } from './rules'
import { findBroken, type Broken } from './screen'
import { policyRules, type Language, type Refusal, type TextUse } from './types'

/**
 * What of the texts is refused first, the gravest first; null when all may pass.
 * @param fallback the language of a rewrite where the text does not tell its own
 */
export function review(texts: readonly string[], use: TextUse, fallback: Language = 'en'): Refusal | null {
  const broken = texts.flatMap((text) => {
    const found = findBroken(text, use)
    return found ? [{ text, found }] : []
  })
  const first = policyRules.flatMap((rule) => broken.filter(({ found }) => found.rule === rule))[0]
  if (!first) return null
  const { text, found } = first
  const { from, to } = spanOf(found, text)
  return { rule: found.rule, use, text, found: text.slice(from, to), rewrite: rewriteOf(text, found, use, fallback) }
}

/** More than this many changes make another sentence. */
const mostChanges = 8

function rewriteOf(text: string, broken: Broken, use: TextUse, fallback: Language): string | null {
  const instead = rules.instead.get(broken.rule)
  if (!instead) return null
  const language = languageOf(text) ?? fallback
  let now = text
  for (let changes = 0; changes < mostChanges; changes++) {
    const found = findBroken(now, use)
    if (!found) return isSentence(now) ? now : instead[language]
    const changed = mend(now, found, language)
    if (changed === undefined) break
    now = changed
  }
  return instead[language]
}

function mend(text: string, broken: Broken, language: Language): string | undefined {
  const { entry, match } = broken
  if (!entry.safe) return undefined
  const { from, to } = spanOf(broken, text)
  const safe = entry.safe[language]
  const put = safe.endsWith('~') ? (inflect[language](safe.slice(0, -1)).get(match.form)?.[0] ?? safe.slice(0, -1)) : safe
  // A sentence keeps its capital.
  const begins = from === 0 && /^\p{Lu}/u.test(text) && put !== ''
  return tidy(text.slice(0, from) + (begins ? put[0]!.toUpperCase() + put.slice(1) : put) + text.slice(to))
}

/** The characters of what is refused, without the marks and the 's around it. */
function spanOf({ entry, match, words }: Broken, text: string): { from: number; to: number } {
  const end = entry.safeForFirst && entry.safe ? match.firstEnd : match.end
  const { from } = words[match.start]!
  const { to } = words[end - 1]!
  const written = text.slice(from, to)
  const before = /^[("'“‘«[]*/u.exec(written)?.[0].length ?? 0
  const after = /(['’]s)?[.,;:?!)"'”’»\]]*$/u.exec(written)?.[0].length ?? 0
  return { from: from + before, to: Math.max(to - after, from + before + 1) }
}

function tidy(text: string): string {
  return text
    .replace(/\s+([.,;:?!])/g, '$1')
    .replace(/\s{2,}/g, ' ')
    .replace(/\b(an?|the) (an?|the|someone) /gi, '$2 ')
    .replace(/\b(an?) (?=[aeiou])/gi, (_, article: string) => `${article[0]}n `)
    .replace(/\ban (?=[bcdfgjklmnpqrstvwxyz])/gi, 'a ')
    .replace(/^[\s.,;:]+|[\s,;:]+$/g, '')
}

/** What is left after leaving words out has to say something still. */
function isSentence(text: string): boolean {
  return (text.match(/\p{L}{3,}/gu) ?? []).length >= 2 && !/\b(and|with|the|a|an|in|on|of|dan|dengan|di|yang|both)$/i.test(text)
}

const indonesian = new Set('yang di dan dengan seorang sebuah seekor dari ke untuk pada atas dalam itu ini sedang sambil anak orang wanita perempuan pria lelaki cewek naik bermain saya aku dia mereka semua cara adegan sampai tanpa oleh bola hujan rumah besar'.split(' '))
const english = new Set('the a an of and in on with is are at his her my to from by for how into over while man woman person people walks runs plays dances both'.split(' '))

function languageOf(text: string): Language | undefined {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  const count = (set: ReadonlySet<string>) => words.filter((word) => set.has(word)).length
  // Roots with Indonesian prefixes are telling too.
  const affixed = words.filter((word) => /^(me[mn]|meng|meny|ber|di|ter|pe[mn])[a-z]{4,}$|[a-z]{4,}(nya|kan)$/.test(word)).length
  const difference = count(indonesian) + affixed / 2 - count(english)
  return difference === 0 ? undefined : difference > 0 ? 'id' : 'en'
}
