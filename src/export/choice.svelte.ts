/** What a person chooses in the dialogue for saving, as a plan for the encoder, with what it would cost. */
import type { Abilities, Estimate, FileFormat, PictureCodec, Plan } from '../../workers/media/types.ts'
import type { Exporter } from './exporter.svelte.ts'
import { captionsOf, speaks, type CaptionKind } from '../player/captions.ts'
import type { Range } from '../player/player.svelte.ts'
import { wordsIn } from '../player/words.ts'
import { sidesFor, sizeOf, type Shape } from './size.ts'
import type { Subject } from './subject.ts'

export const QUALITIES = { small: 0.5, good: 0.75, best: 0.9 } as const
export type QualityName = keyof typeof QUALITIES

/** GIF's clock ticks in hundredths of a second; players take less than two of them for ten. */
const GIF_MAX_FPS = 30

/** While someone types or tries one choice after another, nothing is encoded. */
const REST_MS = 400

export class ExportChoice {
  readonly subject: Subject
  format = $state<FileFormat>('mp4')
  part = $state<'whole' | 'range'>('whole')
  from = $state(0)
  /** The last frame of the range. */
  last = $state(0)
  shape = $state<Shape>('film')
  side = $state(0)
  fit = $state<Plan['fit']>('letterbox')
  fps = $state(0)
  between = $state<Plan['between']>('repeat')
  quality = $state<QualityName>('best')
  codec = $state<PictureCodec | 'auto'>('auto')
  captions = $state<CaptionKind | 'none'>('none')
  /** Whether the quoted words are drawn into the picture. */
  showsWords = $state(true)

  abilities = $state.raw<Abilities | null>(null)
  /** null while it is being measured; 'unknown' where these choices could not be tried. */
  estimate = $state.raw<Estimate | 'unknown' | null>(null)

  readonly speaks: boolean
  readonly sides: number[]
  readonly rates: number[] = $derived.by(() => {
    const { fps } = this.subject.film
    const all = [...new Set([fps, 24, 30, 60])].toSorted((a, b) => a - b)
    return this.format === 'gif' ? all.filter((rate) => rate <= Math.max(fps, GIF_MAX_FPS)) : all
  })
  readonly hasPicture = $derived(this.format !== 'wav' && this.format !== 'vtt')
  /** Whether the file has another shape than the film, so that something must be added or cut. */
  readonly reshapes = $derived.by(() => {
    const { film } = this.subject
    const { width, height } = sizeOf(film, this.shape, this.side)
    return Math.abs(width / height - film.width / film.height) > 0.01
  })
  readonly plan: Plan = $derived.by(() => {
    const { film } = this.subject
    const range = this.part === 'whole' ? { from: 0, to: film.frameCount } : { from: this.from, to: this.last + 1 }
    const fps = this.format === 'png' || !this.hasPicture || !this.rates.includes(this.fps) ? film.fps : this.fps
    const kind = this.format === 'vtt' && this.captions === 'none' ? (this.speaks ? 'speech' : 'described') : this.captions
    const { width, height } = sizeOf(film, this.shape, this.side)
    return {
      format: this.format,
      ...range,
      width,
      height,
      fit: this.fit,
      fps,
      between: this.between,
      quality: QUALITIES[this.quality],
      ...(this.format === 'mp4' && this.codec !== 'auto' && { codec: this.codec }),
      ...((this.format === 'mp4' || this.format === 'vtt') && kind !== 'none' && { captions: captionsOf(film, range, kind) }),
      ...(this.hasPicture && this.speaks && this.showsWords && { words: wordsIn(film, width / height) }),
    }
  })
  /** Whether the range is one. */
  readonly isSound = $derived.by(() => {
    const { from, to } = this.plan
    // An empty field gives no number.
    return Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= this.subject.film.frameCount
  })
  /** ms until the file is written, with the clips that must be drawn first; undefined while it is not known. */
  readonly expectedMs = $derived.by(() => {
    const { estimate, plan, subject } = this
    return estimate === null || estimate === 'unknown' ? undefined : estimate.ms + (subject.drawMs?.(plan.from, plan.to) ?? 0)
  })

  readonly #exporter: Exporter
  #trying = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param marked the part that is offered; null for the whole film */
  constructor(subject: Subject, exporter: Exporter, marked: Range | null = null) {
    this.subject = subject
    this.#exporter = exporter
    const { film } = subject
    this.part = marked ? 'range' : 'whole'
    this.from = marked?.from ?? 0
    this.last = (marked?.to ?? film.frameCount) - 1
    this.side = Math.min(film.width, film.height)
    this.fps = film.fps
    this.sides = sidesFor(film)
    this.speaks = speaks(film)
  }

  /** Finds out what this browser can write at the film's own size; whether it can at another is seen when that is measured. */
  async ask(): Promise<void> {
    this.abilities = await this.#exporter.abilities(this.subject.film).catch(() => null)
  }

  /** Measures what the choices would cost, once they rest. Call it whenever they change. */
  weigh(): void {
    this.stop()
    this.estimate = null
    if (this.isSound) this.#timer = setTimeout(() => void this.#try(), REST_MS)
  }

  /** Ends a measurement that nobody waits for any more. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#trying.abort()
  }

  async #try(): Promise<void> {
    const { signal } = (this.#trying = new AbortController())
    const estimate = await this.#exporter.estimate(this.subject, this.plan, signal).catch(() => 'unknown' as const)
    if (!signal.aborted) this.estimate = estimate
  }
}
