/** The request being written: what the person typed and chose, kept between visits, within the limits of the loaded pack. */
import * as v from 'valibot'
import type { GenerateRequest, PackInfo } from '../../workers/generate/types.ts'
import { locale } from '../i18n/locale.svelte.ts'
import { readStored, writeStored } from '../lib/storage.ts'
import type { EnhanceOptions, Enhancement } from './enhance/enhance.ts'
import { loadRules, rules } from './rules.svelte.ts'
import { SEED_MAX, parseSeed, rollSeed } from './seed.ts'
import { drawnPart, promptBytes } from './text.ts'
import { MAX_FILMS, escapeBraces, expand } from './variations.ts'

const KEY = 'kinora.draft'

const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))

const Stored = v.partial(
  v.object({
    prompt: v.string(),
    negative: v.string(),
    seed: whole(0, SEED_MAX),
    keepSeed: v.boolean(),
    seconds: whole(1, 20),
    steps: whole(1, 1000),
    takes: whole(1, MAX_FILMS),
    addsDetails: v.boolean(),
    detailsSeed: whole(0, SEED_MAX),
    rewritten: v.object({ prompt: v.string(), caption: v.string() }),
    /** Of the pack used last: the details can stand there before it is loaded. */
    families: v.array(v.string()),
  }),
)

type Limits = Pick<PackInfo, 'maxTextBytes' | 'windowSeconds' | 'sampler' | 'families'>

/** Until a pack tells its own. At the first visit nothing is known of its families, and no details are added yet. */
const LIMITS: Limits = { maxTextBytes: 192, windowSeconds: 2, sampler: { steps: 12, minSteps: 2, maxSteps: 48 }, families: [] }

export const MAX_SECONDS = 60

export class Draft {
  prompt = $state('')
  negative = $state('')
  /** As typed: it may be no seed at all for a moment. */
  seedText = $state(String(rollSeed()))
  /** Whether the next film uses this seed or a new one. */
  keepSeed = $state(false)
  seconds = $state(2)
  /** null: as the pack recommends. */
  chosenSteps = $state<number | null>(null)
  /** Films of each sentence, with seeds that follow one another. */
  takes = $state(1)
  /** Whether the model is given the prompt with details added, or the bare prompt. */
  addsDetails = $state(true)
  /** Chooses the details. Apart from the film's seed, which may change after the caption was read and found good. */
  detailsSeed = $state(rollSeed())
  /** The caption as the person changed it. It belongs to the prompt that it was made for. */
  rewritten = $state.raw<{ prompt: string; caption: string } | null>(null)

  pack = $state.raw<Limits>(LIMITS)

  /** The sentences that the prompt stands for. */
  readonly variations = $derived(expand(this.prompt))
  readonly filmCount = $derived(this.variations.count * this.takes)
  readonly tooMany = $derived(this.filmCount > MAX_FILMS)
  /** What can be said about the prompt's details; null where there are none to show. */
  readonly enhancement = $derived.by(() => {
    const [prompt = ''] = this.variations.prompts
    return this.addsDetails && prompt ? this.#enhance(prompt) : null
  })
  /** What the model is given. */
  readonly caption = $derived(this.#textFor(this.variations.prompts[0] ?? ''))
  readonly isRewritten = $derived(this.rewritten?.prompt === this.prompt.trim() && this.rewritten.caption !== this.enhancement?.caption)
  /** Whether there is a caption to show beside the prompt. */
  readonly showsCaption = $derived(this.enhancement !== null && this.variations.count === 1 && (this.enhancement.family !== null || this.isRewritten))

  readonly usedBytes = $derived(Math.max(...this.variations.prompts.map((prompt) => promptBytes(this.#textFor(prompt)))))
  readonly extraBytes = $derived(Math.max(0, this.usedBytes - this.pack.maxTextBytes))
  readonly minSeconds = $derived(Math.max(1, Math.round(this.pack.windowSeconds)))
  readonly steps = $derived(Math.min(Math.max(this.chosenSteps ?? this.pack.sampler.steps, this.pack.sampler.minSteps), this.pack.sampler.maxSteps))
  readonly seedIsValid = $derived(parseSeed(this.seedText) !== null)

  constructor() {
    const stored = v.safeParse(Stored, readStored(KEY))
    if (!stored.success) return
    const { prompt, negative, seed, keepSeed, seconds, steps, takes, addsDetails, detailsSeed, rewritten, families } = stored.output
    this.prompt = prompt ?? ''
    this.negative = negative ?? ''
    if (seed !== undefined) this.seedText = String(seed)
    this.keepSeed = keepSeed ?? false
    this.seconds = seconds ?? 2
    this.chosenSteps = steps ?? null
    this.takes = takes ?? 1
    this.addsDetails = addsDetails ?? true
    if (detailsSeed !== undefined) this.detailsSeed = detailsSeed
    this.rewritten = rewritten ?? null
    this.pack = { ...LIMITS, families: families ?? [] }
  }

  /** Keeps every change; call where effects may run. */
  keep(): void {
    $effect(() => {
      const { prompt, negative, keepSeed, seconds, chosenSteps, takes, addsDetails, detailsSeed, rewritten } = this
      const { families } = this.pack
      const seed = parseSeed(this.seedText)
      writeStored(KEY, {
        prompt,
        negative,
        keepSeed,
        seconds,
        takes,
        addsDetails,
        detailsSeed,
        families,
        ...(seed === null ? {} : { seed }),
        ...(chosenSteps === null ? {} : { steps: chosenSteps }),
        ...(rewritten === null ? {} : { rewritten }),
      })
    })
  }

  setPack(pack: PackInfo): void {
    this.pack = pack
    this.seconds = Math.max(this.seconds, this.minSeconds)
  }

  typeSeed(text: string): void {
    this.seedText = text
    if (parseSeed(text) !== null) this.keepSeed = true
  }

  rollSeed(): void {
    this.seedText = String(rollSeed())
    this.keepSeed = true
  }

  /** Takes the caption as the person wants it; it holds until the prompt changes. */
  rewrite(caption: string): void {
    this.rewritten = { prompt: this.prompt.trim(), caption }
  }

  /** Goes back to what Kinora would write. */
  forgetRewriting(): void {
    this.rewritten = null
  }

  /** Chooses other details for the same prompt. */
  rollDetails(): void {
    this.rewritten = null
    this.detailsSeed = rollSeed()
  }

  /** Takes over a finished film's recipe, seed and caption held, so that Generate makes that film again. */
  restore(request: GenerateRequest): void {
    this.prompt = escapeBraces(request.written ?? request.prompt)
    // Made without details, it is made without them again, whatever is chosen for other prompts.
    this.rewritten = { prompt: this.prompt.trim(), caption: request.prompt }
    if (request.written !== undefined) this.addsDetails = true
    this.takes = 1
    this.negative = request.negative
    this.seedText = String(request.seed)
    this.keepSeed = true
    this.seconds = Math.min(Math.max(request.seconds, this.minSeconds), MAX_SECONDS)
    this.chosenSteps = request.steps
  }

  /** What the model is given for words said in a live film, where braces are no variations. */
  captionFor(written: string): string {
    return (this.addsDetails && written && this.#enhance(written)?.caption) || drawnPart(written)
  }

  /** Resolves when all is here that the requests are written by. @throws TypeError when it cannot be fetched */
  async ready(): Promise<void> {
    if (this.addsDetails) await loadRules()
  }

  /** Settles the seed and gives the request to make. */
  take(): GenerateRequest {
    return this.takeAll()[0]!
  }

  /** Settles the seed and gives the requests for all variations: every take of a sentence before the next sentence. */
  takeAll(): GenerateRequest[] {
    if (!this.keepSeed || !this.seedIsValid) this.seedText = String(rollSeed())
    const first = parseSeed(this.seedText) ?? 0
    const { steps, takes } = this
    const negative = this.negative.trim()
    const seconds = Math.max(this.seconds, this.minSeconds)
    return this.variations.prompts.flatMap((text) => {
      const written = text.trim()
      const prompt = this.#textFor(text).trim()
      return Array.from({ length: takes }, (_, take): GenerateRequest => {
        const request = { prompt, negative, seed: (first + take) % (SEED_MAX + 1), seconds, steps }
        return prompt === written ? request : { ...request, written }
      })
    })
  }

  #textFor(prompt: string): string {
    if (!this.addsDetails) return drawnPart(prompt)
    if (this.rewritten?.prompt === this.prompt.trim() && this.variations.count === 1) return this.rewritten.caption.trim() || drawnPart(prompt)
    return this.#enhance(prompt)?.caption ?? drawnPart(prompt)
  }

  /** What captions are written by. */
  get enhancing(): EnhanceOptions {
    const { families, maxTextBytes } = this.pack
    return { families, seed: this.detailsSeed, maxBytes: maxTextBytes, language: locale() }
  }

  /** null while the rules or the pack's families are not known. */
  #enhance(prompt: string): Enhancement | null {
    const known = rules()
    return known && this.pack.families.length > 0 ? known.enhance(prompt, this.enhancing) : null
  }
}
