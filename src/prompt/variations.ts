/**
 * One prompt for many films: `{red|blue} ball on {wood|ice}` stands for four sentences. Braces do not nest; `\{`, `\|`, `\}` and `\\` are the
 * characters themselves.
 */

/** As many films as one wish may start: more than an hour of work on a small machine. */
export const MAX_FILMS = 64

/** 'open': a brace without its partner; 'nested': braces within braces; 'many': more sentences than MAX_FILMS. */
export type VariationProblem = 'open' | 'nested' | 'many'

export interface Variations {
  /** The sentences, each once, the last brace changing fastest; the prompt itself where there is a problem. */
  prompts: string[]
  problem?: VariationProblem
  /** How many there would be. */
  count: number
}

export function expand(prompt: string): Variations {
  const parts = split(prompt)
  if (typeof parts === 'string') return { prompts: [prompt], problem: parts, count: 1 }
  const count = parts.reduce((product, { length }) => product * length, 1)
  if (count > MAX_FILMS) return { prompts: [prompt], problem: 'many', count }
  const all = parts.reduce<string[]>((heads, choices) => heads.flatMap((head) => choices.map((choice) => head + choice)), [''])
  // "{red|} ball" without the colour leaves no gap.
  const prompts = [...new Set(all.map((text) => (parts.length > 1 ? text.replace(/ {2,}/g, ' ') : text).trim()))]
  return { prompts, count: prompts.length }
}

/** The way to write `text` so that it stands for itself alone. */
export function escapeBraces(text: string): string {
  return text.replace(/[\\{|}]/g, (character) => (character === '|' ? character : `\\${character}`))
}

/** The pieces of a prompt in order, each with its choices. */
function split(prompt: string): string[][] | 'open' | 'nested' {
  const parts: string[][] = [['']]
  let inBraces = false
  const append = (character: string) => {
    const choices = parts.at(-1)!
    choices[choices.length - 1] += character
  }
  for (let i = 0; i < prompt.length; i++) {
    const character = prompt[i]!
    const next = prompt[i + 1]
    if (character === '\\' && next !== undefined && '\\{|}'.includes(next)) {
      append(next)
      i++
    } else if (character === '{') {
      if (inBraces) return 'nested'
      inBraces = true
      parts.push([''])
    } else if (character === '}') {
      if (!inBraces) return 'open'
      inBraces = false
      parts.push([''])
    } else if (character === '|' && inBraces) parts.at(-1)!.push('')
    else append(character)
  }
  return inBraces ? 'open' : parts.map((choices) => (choices.length === 1 ? choices : choices.map((choice) => choice.trim())))
}
