/** The likenesses on this device, and what can be done with each. */
import type { Cameo, Gone, Likeness } from '../../workers/cameo/types.ts'
import type { Bridge } from '../lib/bridge.ts'

/** A likeness with an address for its picture. */
export type Shown = Likeness & { address: string }

export class Likenesses {
  /** null until they were looked up. */
  list = $state.raw<Shown[] | null>(null)
  gone = $state.raw<Gone[]>([])
  readonly #bridge: Bridge<Cameo>

  constructor(bridge: Bridge<Cameo>) {
    this.#bridge = bridge
  }

  async look(): Promise<void> {
    const { likenesses, gone } = await this.#bridge.run((cameo) => cameo.list())
    this.close()
    this.list = likenesses.map((likeness) => Object.assign(likeness, { address: URL.createObjectURL(likeness.picture) }))
    this.gone = gone
  }

  find(id: string): Shown | undefined {
    return this.list?.find((likeness) => likeness.id === id)
  }

  async revoke(id: string): Promise<void> {
    await this.#bridge.run((cameo) => cameo.revoke(id))
    await this.look()
  }

  /** @throws ConsentError */
  lend(id: string, passphrase: string): Promise<Blob> {
    return this.#bridge.run((cameo) => cameo.lend(id, passphrase))
  }

  /** @throws ParcelError */
  async take(file: Blob, passphrase: string): Promise<Likeness> {
    const likeness = await this.#bridge.run((cameo) => cameo.take(file, passphrase))
    await this.look()
    return likeness
  }

  /** Lets go of the pictures. */
  close(): void {
    for (const { address } of this.list ?? []) URL.revokeObjectURL(address)
    this.list = null
  }
}
