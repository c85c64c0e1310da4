/** One file at a time is examined: what its manifests say, whether they still hold, and what is left of Kinora's invisible marks. */
import type { Marks, Provenance, Report } from '../../workers/provenance/types.ts'
import type { Bridge } from '../lib/bridge.ts'

/** What a file says, and what is woven into it. */
export type Examined = Report & { marks?: Marks }

export class Verifier {
  file = $state.raw<{ name: string; bytes: number } | null>(null)
  report = $state.raw<Report | null>(null)
  /** Why nothing could be said of the file: what reads manifests is not on this machine. */
  failure = $state<string | null>(null)
  busy = $state(false)
  /** null while they are looked for, and when that failed. */
  marks = $state.raw<Marks | null>(null)
  looking = $state(false)
  readonly #provenance: Bridge<Provenance>
  /** Counts the files; the answer of an older one gives way. */
  #turn = 0
  #latest: Promise<Examined | null> = Promise.resolve(null)

  constructor(provenance: Bridge<Provenance>) {
    this.#provenance = provenance
  }

  /** Resolves with null when it failed, or another file was chosen meanwhile; never rejects. */
  examine(file: File): Promise<Examined | null> {
    this.file = { name: file.name, bytes: file.size }
    this.report = null
    this.failure = null
    this.marks = null
    this.busy = true
    this.looking = false
    this.#latest = this.#examine(file, ++this.#turn)
    return this.#latest
  }

  async #examine(file: File, turn: number): Promise<Examined | null> {
    let report: Report | null = null
    let failure: string | null = null
    try {
      report = await this.#provenance.run((provenance) => provenance.examine(file))
    } catch (error) {
      failure = String(error)
    }
    // Another file was chosen meanwhile: that one's answer is waited for.
    if (turn !== this.#turn) return null
    this.report = report
    this.failure = failure
    this.busy = false
    return this.#look(file, turn, report)
  }

  /** Decoding takes longer than reading a signature, which is shown meanwhile. */
  async #look(file: File, turn: number, report: Report | null): Promise<Examined | null> {
    this.looking = true
    const marks = await this.#provenance.run((provenance) => provenance.marks(file, report?.manifest)).catch(() => null)
    if (turn !== this.#turn) return null
    this.marks = marks
    this.looking = false
    return report && { ...report, ...(marks && { marks }) }
  }

  /** What was found in the last file; null when there is none. */
  latest(): Promise<Examined | null> {
    return this.#latest
  }
}
