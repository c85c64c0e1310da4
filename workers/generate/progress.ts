/** How far a job is and how long it still takes, from durations measured on this machine. */

/** What a job is made of. A `step` includes its preview. */
export const workKinds = ['text', 'step', 'frames', 'wave'] as const
export type WorkKind = (typeof workKinds)[number]
/** Milliseconds of one unit of each kind, as far as they are known. */
export type Durations = Partial<Record<WorkKind, number>>

/** Weight of the newest measurement: follows a machine that slows down as it warms, ignores one hiccup. */
const newest = 0.25

export class JobProgress {
  readonly #left: Record<WorkKind, number>
  readonly #durations: Durations
  readonly #measured = new Set<WorkKind>()
  #spentMs = 0
  #progress = 0

  /**
   * @param units how many of each kind the job has
   * @param durations from earlier jobs or the load's warm-up; updated in place for the next job
   */
  constructor(units: Record<WorkKind, number>, durations: Durations) {
    this.#left = { ...units }
    this.#durations = durations
  }

  finish(kind: WorkKind, ms: number): void {
    // What was known before came from a cold start or another job: the first measurement here replaces it.
    const known = this.#measured.has(kind) ? this.#durations[kind] : undefined
    this.#measured.add(kind)
    this.#durations[kind] = known === undefined ? ms : known + newest * (ms - known)
    this.#left[kind] = Math.max(0, this.#left[kind] - 1)
    this.#spentMs += ms
    const total = this.#spentMs + this.remainingMs
    // A bar that goes back reads as a fault, so a slower estimate only lets it rest.
    this.#progress = Math.max(this.#progress, total > 0 ? this.#spentMs / total : 0)
  }

  /** Counts units as done that an earlier attempt at the job had finished. */
  skip(kind: WorkKind, count: number): void {
    this.#left[kind] = Math.max(0, this.#left[kind] - count)
    this.#spentMs += count * (this.#durations[kind] ?? 0)
  }

  /** Counts units that were done as to be done again. */
  again(kind: WorkKind, count: number): void {
    this.#left[kind] += count
  }

  get remainingMs(): number {
    return workKinds.reduce((sum, kind) => sum + this.#left[kind] * (this.#durations[kind] ?? 0), 0)
  }

  /** 0…1, never falling */
  get progress(): number {
    return this.#progress
  }
}

/**
 * Decides after which steps a preview is worth its time. The first always is; later ones only while all previews together
 * take no more than a fifth of the steps' time, which a decoder on the same slow device would otherwise double.
 */
export class PreviewBudget {
  static readonly share = 0.2
  #stepMs = 0
  #previewMs = 0
  #lastPreviewMs = 0

  afterStep(ms: number): void {
    this.#stepMs += ms
  }

  afterPreview(ms: number): void {
    this.#previewMs += ms
    this.#lastPreviewMs = ms
  }

  get allows(): boolean {
    return this.#previewMs === 0 || this.#previewMs + this.#lastPreviewMs <= PreviewBudget.share * this.#stepMs
  }
}
