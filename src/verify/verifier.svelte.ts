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
    const run = this.#provenance.run((provenance) => provenance.examine(file)).then(
      (report) => (run === this.#latest ? (this.report = report) : null),
      (error: unknown) => {
        if (run === this.#latest) this.failure = String(error)
        return null
      },
    )
    this.#latest = run
    void run.finally(() => {
      if (run === this.#latest) this.busy = false
    })
    return run
  }

  /** The report of the last file; null when there is none. */
  latest(): Promise<Report | null> {
    return this.#latest
  }
}
