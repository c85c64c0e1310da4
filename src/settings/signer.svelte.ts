/** The key that signs saved films: what is known of it, and what can be done with it. */
import type { Provenance, Signer } from '../../workers/provenance/types.ts'
import type { Bridge } from '../lib/bridge.ts'

export class SignerSettings {
  /** null while there is none: the first saved film makes one. */
  current = $state.raw<Signer | null>(null)
  name = $state('')
  busy = $state(false)
  /** What went wrong, in words that fit what was tried. */
  problem = $state<'key' | 'certificate' | null>(null)
  detail = $state('')
  readonly #provenance: Bridge<Provenance>

  constructor(provenance: Bridge<Provenance>) {
    this.#provenance = provenance
  }

  /** Called when the settings are opened: until then nobody asks. */
  look(): Promise<void> {
    return this.#do('key', () => this.#provenance.run((provenance) => provenance.signer()))
  }

  renew(): Promise<void> {
    return this.#do('key', () => this.#provenance.run((provenance) => provenance.renew(this.name.trim())))
  }

  bring(file: Blob): Promise<void> {
    return this.#do('certificate', async () => {
      const pem = await file.text()
      return this.#provenance.run((provenance) => provenance.bring(pem))
    })
  }

  forget(): Promise<void> {
    return this.#do('key', async () => {
      await this.#provenance.run((provenance) => provenance.forget())
      return null
    })
  }

  async #do(what: 'key' | 'certificate', job: () => Promise<Signer | null>): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.problem = null
    try {
      this.current = await job()
    } catch (error) {
      this.problem = what
      this.detail = error instanceof Error ? error.message : String(error)
    } finally {
      this.busy = false
    }
  }
}
