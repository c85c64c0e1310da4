/** Whether single letters act anywhere on the page: who speaks to the computer, or types blindly, can switch that off (WCAG 2.1.4). */
import { readStored, writeStored } from '../lib/storage.ts'

const KEY = 'kinora.keys'

export class KeyChoice {
  #single = $state(readStored(KEY) !== false)

  get single(): boolean {
    return this.#single
  }

  set single(single: boolean) {
    this.#single = single
    writeStored(KEY, single)
  }
}
