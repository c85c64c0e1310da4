/**
 * The language model that some browsers bring along (Prompt API, https://webmachinelearning.github.io/prompt-api/). It runs on the device and is asked
 * only where it is already there: nothing is fetched for it, and no server is asked. What it answers is believed as far as the rules find in it what the person said.
 */
import { examplesFor } from './examples.ts'
import type { EnhanceOptions, Enhancement } from './enhance/enhance.ts'
import { loadRules, type Rules } from './rules.svelte.ts'
import { promptBytes } from './text.ts'

interface Session {
  prompt(text: string, options?: { signal?: AbortSignal }): Promise<string>
  destroy(): void
}

interface Options {
  expectedInputs?: { type: 'text'; languages: string[] }[]
  expectedOutputs?: { type: 'text'; languages: string[] }[]
}

export interface BrowserModel {
  availability(options?: Options): Promise<string>
  create(options: Options & { initialPrompts: { role: 'system'; content: string }[]; signal?: AbortSignal }): Promise<Session>
}

/** It answers in English, whatever it is asked in: the model of films reads both. */
const LANGUAGES: Options = { expectedInputs: [{ type: 'text', languages: ['en'] }], expectedOutputs: [{ type: 'text', languages: ['en'] }] }

/** @returns null where there is none, or where it would have to be fetched first */
export async function findBrowserModel(): Promise<BrowserModel | null> {
  const { LanguageModel: model } = globalThis as { LanguageModel?: BrowserModel }
  try {
    return model && (await model.availability(LANGUAGES)) === 'available' ? model : null
  } catch {
    return null
  }
}

/**
 * A sentence said otherwise, in words that the model of films knows, with details added.
 * @returns the caption; null where the answer is of no use or leaves out what was said
 * @throws what the browser's model throws: it is busy, gone, or was stopped by `signal`
 */
export async function askBrowserModel(model: BrowserModel, prompt: string, options: EnhanceOptions, signal: AbortSignal): Promise<string | null> {
  const examples = examplesFor(options.families, 12).map((example) => `- ${example.prompt()}`)
  const content = `You rewrite what a person wants to see in a two-second film. The film can only show scenes like these:\n${examples.join('\n')}\nAnswer with one plain English sentence of at most ${options.maxBytes} characters that describes the nearest such scene. Keep every colour, material, place, time of day, style and camera that the person names. Add nothing else, no quotes, no explanation.`
  const rules = await loadRules()
  const session = await model.create({ ...LANGUAGES, initialPrompts: [{ role: 'system', content }], signal })
  try {
    return useful(await session.prompt(prompt, { signal }), prompt, options, rules)
  } finally {
    session.destroy()
  }
}

/** What can be made of an answer; null where that is nothing, or something that was said is missing. */
export function useful(answer: string, prompt: string, options: EnhanceOptions, { enhance }: Pick<Rules, 'enhance'>): string | null {
  const sentence = answer.trim().replace(/^["“'](.*)["”']$/s, '$1').replace(/\s+/g, ' ').trim()
  if (!sentence || promptBytes(sentence) > options.maxBytes) return null
  const asked = saidIn(enhance(prompt, options))
  const understood = enhance(sentence, options)
  const said = saidIn(understood)
  if (understood.family === null || asked.some(([slot, value]) => !said.some((other) => other[0] === slot && other[1] === value))) return null
  return understood.caption
}

const saidIn = ({ told, added }: Enhancement) => Object.entries(told).filter(([slot]) => !(added as string[]).includes(slot))
