/** The forms of a word that a rule means when it gives its root: `stab~` in English, `tusuk~` in Indonesian. */
import type { Language } from './types'

/** Which form it is, so that a rewrite can put another verb into the same one. */
export type Form = string

/** Every form by its name; the root itself is ''. Irregular forms (shot, hung) are listed in the rules. */
export const inflect: Record<Language, (root: string) => ReadonlyMap<Form, string[]>> = { en: inflectEnglish, id: inflectIndonesian }

function inflectEnglish(root: string): ReadonlyMap<Form, string[]> {
  const stems = [root]
  // stab, stabbed: a single consonant after a single vowel is doubled in words of one syllable, and may be in others.
  if (/[^aeiou][aeiou][bdgklmnprt]$/.test(root)) stems.push(root + root.at(-1))
  const cut = /[^aeiou]e$|[aeiou]e$/.test(root) ? root.slice(0, -1) : undefined
  const y = /[^aeiou]y$/.test(root) ? root.slice(0, -1) : undefined
  return new Map<Form, string[]>([
    ['', [root]],
    ['s', [y !== undefined ? `${y}ies` : /(s|x|z|ch|sh)$/.test(root) ? `${root}es` : `${root}s`]],
    ['ed', y !== undefined ? [`${y}ied`] : cut !== undefined ? [`${root}d`] : stems.map((stem) => `${stem}ed`).toReversed()],
    ['ing', cut !== undefined ? [`${cut}ing`] : stems.map((stem) => `${stem}ing`).toReversed()],
  ])
}

const prefixes = ['', 'di', 'ter', 'ber', 'me', 'pe'] as const
const suffixes = ['', 'kan', 'i', 'an', 'nya', 'kannya', 'inya', 'lah', 'ku', 'mu'] as const

function inflectIndonesian(root: string): ReadonlyMap<Form, string[]> {
  return new Map(prefixes.flatMap((prefix) => suffixes.map((suffix): [Form, string[]] => [prefix || suffix ? `${prefix}-${suffix}` : '', [prefixed(prefix, root) + suffix]])))
}

/** The first sound of a root melts with the nasal of me- and pe-: tusuk, menusuk; bunuh, membunuh. */
function prefixed(prefix: (typeof prefixes)[number], root: string): string {
  if (prefix !== 'me' && prefix !== 'pe') return prefix + root
  const [first = ''] = root
  if (first === 'p') return `${prefix}m${root.slice(1)}`
  if ('bfv'.includes(first)) return `${prefix}m${root}`
  if (first === 't') return `${prefix}n${root.slice(1)}`
  if ('dcjz'.includes(first)) return `${prefix}n${root}`
  if (first === 's') return `${prefix}ny${root.slice(1)}`
  if (first === 'k') return `${prefix}ng${root.slice(1)}`
  if ('ghaiueo'.includes(first)) return `${prefix}ng${root}`
  return prefix + root
}
