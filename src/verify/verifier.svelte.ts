/** One file at a time is examined: what its manifests say, and whether they still hold. */
import type { Provenance, Report } from '../../workers/provenance/types.ts'
import type { Bridge } from '../lib/bridge.ts'

export class Verifier {
  file = $state.raw<{ name: string; bytes: number } | null>(null)
  report = $state.raw<Report | null>(null)
  /** Why nothing could be said of the file: what reads manifests is not on this machine. */
  failure = $state<string | null>(null)
  busy = $state(false)
  readonly #provenance: Bridge<Provenance>
  /** Counts the files; the answer of an older one gives way. */
  #turn = 0
  #latest: Promise<Report | null> = Promise.resolve(null)

  constructor(provenance: Bridge<Provenance>) {
    this.#provenance = provenance
  }

  /** Resolves with null when it failed, or another file was chosen meanwhile; never rejects. */
  examine(file: File): Promise<Report | null> {
    this.file = { name: file.name, bytes: file.size }
    this.report = null
    this.failure = null
    this.busy = true
    this.#latest = this.#examine(file, ++this.#turn)
    return this.#latest
  }

  async #examine(file: File, turn: number): Promise<Report | null> {
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
    return report
  }

  /** The report of the last file; null when there is none. */
  latest(): Promise<Report | null> {
    return this.#latest
  }
}
