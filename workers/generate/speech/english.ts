/**
 * How English is read: by the CMU Pronouncing Dictionary, and by rules of spelling for what it lacks (after Elovitz, Johnson, McHugh & Shore,
 * "Letter-to-sound rules for automatic translation of English text to phonetics", 1976, much shortened).
 */

/** ARPAbet, a vowel with its stress 0, 1 or 2, by lower-case word. */
export type Dictionary = Readonly<Record<string, string>>

/** 4.7 MB: a part of the page of its own, fetched when first there is English to say. */
export async function loadDictionary(): Promise<Dictionary> {
  const { dictionary } = await import('cmu-pronouncing-dictionary')
  return dictionary
}

/** Words of no stress, which also tell the language. */
export const functionWords = new Set(
  `a an the and or but if of to in on at by for from with as is are was were be been am do does did has have had can could will would shall should may might must not that than
  this these those it its he she we they you i me him her us them my your his our their so there who what where when why how hello hi yes no please thank thanks good morning`.split(/\s+/u),
)
const stressed = new Set('not this these those who what where when why how hello hi yes no please thank thanks good morning there can will would does did'.split(' '))

const own: Record<string, string> = { a: 'AH0', the: 'DH AH0', kinora: 'K IH0 N AO1 R AH0', hmm: 'HH AH1 M', mm: 'M M', shh: 'SH SH', psst: 'P S T', brr: 'B ER1 R', ugh: 'AH1 G', haha: 'HH AA1 HH AA2' }

/** What is spelled, what stands before and behind it, and how it is said. The first that fits holds; a longer spelling comes first. */
const rules: [spelled: string, said: string, before?: RegExp, behind?: RegExp][] = [
  ['tion', 'SH AH N'],
  ['sion', 'ZH AH N', /[aeiou]$/u],
  ['sion', 'SH AH N'],
  ['cious', 'SH AH S'],
  ['tious', 'SH AH S'],
  ['ture', 'CH ER', /./u],
  ['ight', 'AY T'],
  ['eigh', 'EY'],
  ['ough', 'AO', undefined, /^t/u],
  ['ough', 'OW'],
  ['augh', 'AO'],
  ['tch', 'CH'],
  ['dge', 'JH'],
  ['sch', 'S K'],
  ['igh', 'AY'],
  ['eau', 'OW'],
  ['ould', 'UH D'],
  ['ing', 'IH NG', /[aeiouy].*/u, /^$/u],
  ['que', 'K', undefined, /^$/u],
  ['ous', 'AH S', undefined, /^$/u],
  ['ck', 'K'],
  ['ch', 'CH'],
  ['sh', 'SH'],
  ['th', 'TH'],
  ['ph', 'F'],
  ['wh', 'W'],
  ['kn', 'N', /^$/u],
  ['wr', 'R', /^$/u],
  ['gn', 'N', /^$/u],
  ['ps', 'S', /^$/u],
  ['gh', 'G', /^$/u],
  ['gh', ''],
  ['mb', 'M', undefined, /^$/u],
  ['ng', 'NG', undefined, /^$|^[^aeiouylr]/u],
  ['nk', 'NG K'],
  ['qu', 'K W'],
  ['sc', 'S', undefined, /^[eiy]/u],
  ['cc', 'K S', undefined, /^[eiy]/u],
  ['ai', 'EY'],
  ['ay', 'EY'],
  ['au', 'AO'],
  ['aw', 'AO'],
  ['all', 'AO L', undefined, /^$/u],
  ['al', 'AO', undefined, /^k/u],
  ['ar', 'AA R', undefined, /^[^aeiou]|^$/u],
  ['are', 'EH R', undefined, /^$/u],
  ['ee', 'IY'],
  ['ea', 'IY'],
  ['er', 'ER', undefined, /^[^aeiou]|^$/u],
  ['ew', 'UW'],
  ['ey', 'IY', undefined, /^$/u],
  ['ei', 'IY'],
  ['eu', 'Y UW'],
  ['ie', 'AY', /^.?$/u, /^$/u],
  ['ie', 'IY'],
  ['ir', 'ER', undefined, /^[^aeiou]|^$/u],
  ['oa', 'OW'],
  ['oi', 'OY'],
  ['oy', 'OY'],
  ['oo', 'UH', undefined, /^k/u],
  ['oo', 'UW'],
  ['ou', 'AW'],
  ['ow', 'OW', /./u, /^$/u],
  ['ow', 'AW'],
  ['or', 'AO R', undefined, /^[^aeiou]|^$/u],
  ['ore', 'AO R', undefined, /^$/u],
  ['ur', 'ER', undefined, /^[^aeiou]|^$/u],
  ['ue', 'UW', undefined, /^$/u],
  ['ui', 'UW'],
  ['le', 'AH L', /[^aeiouylr]$/u, /^$/u],
  ['es', 'IH Z', /(?:[sxz]|ch|sh)$/u, /^$/u],
  ['es', 'Z', /[aeiouy].*[^aeiou]$/u, /^$/u],
  ['ed', 'IH D', /[td]$/u, /^$/u],
  ['ed', 'T', /[aeiouy].*(?:[pkfsx]|ch|sh)$/u, /^$/u],
  ['ed', 'D', /[aeiouy]/u, /^$/u],
  ['e', '', /[aeiouy].*[^aeiou]$/u, /^$/u],
  ['a', 'EY', undefined, /^[^aeiouywx]e(?:s|d|r)?$/u],
  ['i', 'AY', undefined, /^[^aeiouywx]e(?:s|d|r)?$/u],
  ['o', 'OW', undefined, /^[^aeiouywx]e(?:s|d|r)?$/u],
  ['u', 'UW', undefined, /^[^aeiouywx]e(?:s|d|r)?$/u],
  ['e', 'IY', undefined, /^[^aeiouywx]e(?:s|d|r)?$/u],
  ['a', 'AH', /./u, /^$/u],
  ['a', 'AE'],
  ['e', 'IY', undefined, /^$/u],
  ['e', 'EH'],
  ['i', 'IY', undefined, /^$/u],
  ['i', 'IY', undefined, /^[ao]/u],
  ['i', 'IH'],
  ['o', 'OW', undefined, /^$/u],
  ['o', 'AA'],
  ['u', 'UW', undefined, /^$|^[^aeiou][aeiou]/u],
  ['u', 'AH'],
  ['y', 'Y', /^$/u],
  ['y', 'AY', /^[^aeiou]+$/u, /^$/u],
  ['y', 'IY', undefined, /^$/u],
  ['y', 'IH'],
  ['c', 'S', undefined, /^[eiy]/u],
  ['c', 'K'],
  ['g', 'JH', /./u, /^[eiy]/u],
  ['s', 'Z', /[aeioubdglmnrvw]$/u, /^$/u],
  ['x', 'Z', /^$/u],
  ['x', 'K S'],
  ['j', 'JH'],
  ['q', 'K'],
  ['h', '', /[aeiou]$/u, /^$|^[^aeiou]/u],
  ['h', 'HH'],
]

const isVowel = (phone: string) => /^[AEIOU]/u.test(phone)

/** By rules of spelling: ARPAbet, with the stress on the first syllable, or on the last but two of four and more. */
export function spellOut(word: string): string {
  const said: string[] = []
  for (let i = 0; i < word.length; ) {
    const [before, rest] = [word.slice(0, i), word.slice(i)]
    const rule = rules.find(([spelled, , left, right]) => rest.startsWith(spelled) && (left?.test(before) ?? true) && (right?.test(rest.slice(spelled.length)) ?? true))
    const [spelled, phones] = rule ?? [rest[0]!, /[a-z]/u.test(rest[0]!) ? rest[0]!.toUpperCase() : '']
    // A doubled consonant is one.
    if (!(spelled.length === 1 && word[i - 1] === spelled && !/[aeiou]/u.test(spelled))) said.push(...phones.split(' ').filter((phone) => phone !== ''))
    i += spelled.length
  }
  const vowels = said.flatMap((phone, i) => (isVowel(phone) ? [i] : []))
  const main = vowels.length > 3 ? vowels.at(-3)! : vowels[0]
  return said.map((phone, i) => (isVowel(phone) ? `${phone}${i === main ? 1 : 0}` : phone)).join(' ')
}

/** ARPAbet of a word; what the dictionary lacks is tried without its ending, then as two words, then by rules. */
export function lookUp(word: string, dictionary: Dictionary): string {
  const found = (part: string) => (Object.hasOwn(own, part) ? own[part] : Object.hasOwn(dictionary, part) ? dictionary[part] : undefined)
  const whole = found(word)
  if (whole !== undefined) return whole
  // Drawn out: nooo, sooo, yesss.
  if (/(.)\1{2,}/u.test(word)) return found(word.replaceAll(/(.)\1{2,}/gu, '$1')) ?? lookUp(word.replaceAll(/(.)\1{2,}/gu, '$1$1'), dictionary)
  const genitive = /^(.+)'s?$/u.exec(word) ?? /^(.+[^s])s$/u.exec(word)
  const stem = genitive === null ? undefined : found(genitive[1]!)
  if (stem !== undefined) return `${stem} ${/(?:S|Z|SH|ZH|CH|JH)$/u.test(stem) ? 'IH0 Z' : /(?:P|T|K|F|TH)$/u.test(stem) ? 'S' : 'Z'}`
  for (const [ending, said] of [['ing', 'IH0 NG'], ['ly', 'L IY0'], ['ness', 'N AH0 S'], ['less', 'L AH0 S'], ['er', 'ER0']] as const) {
    const base = word.endsWith(ending) && word.length > ending.length + 2 ? (found(word.slice(0, -ending.length)) ?? found(`${word.slice(0, -ending.length)}e`)) : undefined
    if (base !== undefined) return `${base} ${said}`
  }
  for (let i = word.length - 3; i >= 3; i--) {
    const [left, right] = [found(word.slice(0, i)), found(word.slice(i))]
    if (left !== undefined && right !== undefined) return `${left} ${right.replaceAll('1', '2')}`
  }
  return spellOut(word.replaceAll("'", ''))
}

/** Spells out letter by letter: BBC. */
export const spell = (letters: string, dictionary: Dictionary): string => [...letters.toLowerCase()].map((letter) => dictionary[`${letter}.`] ?? spellOut(letter)).join(' ')

/**
 * ARPAbet -> our phones. p, t, k are breathy at a word's or a stressed syllable's beginning only; t between vowels is a tap; l and r behind a vowel are dark.
 */
export function fromArpabet(arpabet: string, word: string): string[] {
  const all = arpabet.split(' ')
  const weak = functionWords.has(word) && !stressed.has(word)
  return all.map((phone, i) => {
    const [before, after] = [all[i - 1], all[i + 1]]
    const vowel = (other: string | undefined) => other !== undefined && isVowel(other)
    if (isVowel(phone)) {
      const base = phone.slice(0, -1)
      const stress = phone.at(-1)!
      if (base === 'AH' && (stress === '0' || weak)) return 'ax'
      return base.toLowerCase() + (stress === '0' || weak ? '' : stress)
    }
    if (phone === 'P' || phone === 'T' || phone === 'K') {
      const next = /^[RLWY]$/u.test(after ?? '') ? all[i + 2] : after
      const opens = i === 0 || /[12]$/u.test(next ?? '')
      if (phone === 'T' && vowel(before) && vowel(after) && after!.endsWith('0')) return 'dx'
      return before !== 'S' && vowel(next) && opens ? phone.toLowerCase() : phone.toLowerCase().repeat(2)
    }
    if (phone === 'L' && !vowel(after)) return 'll'
    if (phone === 'R' && !vowel(after)) return 'rx'
    return phone.toLowerCase()
  })
}
