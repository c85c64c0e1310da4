/** The request being written: what the person typed and chose, kept between visits, within the limits of the loaded pack. */
import * as v from 'valibot'
import type { GenerateRequest, PackInfo } from '../../workers/generate/types.ts'
import { readStored, writeStored } from '../lib/storage.ts'
import { SEED_MAX, parseSeed, rollSeed } from './seed.ts'
import { promptBytes } from './text.ts'

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
  }),
)

/** Until a pack tells its own. */
const LIMITS = { maxTextBytes: 192, windowSeconds: 2, sampler: { steps: 12, minSteps: 2, maxSteps: 48 } } satisfies Partial<PackInfo>

export const MAX_SECONDS = 20

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

  pack = $state.raw<Pick<PackInfo, 'maxTextBytes' | 'windowSeconds' | 'sampler'>>(LIMITS)

  readonly usedBytes = $derived(promptBytes(this.prompt))
  readonly extraBytes = $derived(Math.max(0, this.usedBytes - this.pack.maxTextBytes))
  readonly minSeconds = $derived(Math.max(1, Math.round(this.pack.windowSeconds)))
  readonly steps = $derived(Math.min(Math.max(this.chosenSteps ?? this.pack.sampler.steps, this.pack.sampler.minSteps), this.pack.sampler.maxSteps))
  readonly seedIsValid = $derived(parseSeed(this.seedText) !== null)

  constructor() {
    const stored = v.safeParse(Stored, readStored(KEY))
    if (!stored.success) return
    const { prompt, negative, seed, keepSeed, seconds, steps } = stored.output
    this.prompt = prompt ?? ''
    this.negative = negative ?? ''
    if (seed !== undefined) this.seedText = String(seed)
    this.keepSeed = keepSeed ?? false
    this.seconds = seconds ?? 2
    this.chosenSteps = steps ?? null
  }

  /** Keeps every change; call where effects may run. */
  keep(): void {
    $effect(() => {
      const { prompt, negative, keepSeed, seconds, chosenSteps } = this
      const seed = parseSeed(this.seedText)
      writeStored(KEY, { prompt, negative, keepSeed, seconds, ...(seed === null ? {} : { seed }), ...(chosenSteps === null ? {} : { steps: chosenSteps }) })
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

  /** Takes over a finished film's recipe, seed held, so that Generate makes that film again. */
  restore(request: GenerateRequest): void {
    this.prompt = request.prompt
    this.negative = request.negative
    this.seedText = String(request.seed)
    this.keepSeed = true
    this.seconds = Math.min(Math.max(request.seconds, this.minSeconds), MAX_SECONDS)
    this.chosenSteps = request.steps
  }

  /** Settles the seed and gives the request to make. */
  take(): GenerateRequest {
    if (!this.keepSeed || !this.seedIsValid) this.seedText = String(rollSeed())
    return {
      prompt: this.prompt.trim(),
      negative: this.negative.trim(),
      seed: parseSeed(this.seedText) ?? 0,
      seconds: Math.max(this.seconds, this.minSeconds),
      steps: this.steps,
    }
  }
}
