/**
 * Which keys do what, as the person chose, and whether single letters act anywhere on the page: who speaks to the computer, or types blindly, can
 * switch that off (WCAG 2.1.4).
 */
import * as v from 'valibot'
import { readStored, writeStored } from '../lib/storage.ts'
import { KEYS, type Key } from './keys.ts'

const SINGLE = 'kinora.keys'
const OWN = 'kinora.keys.own'

/** Chosen chords, by the key's name; '' for none. */
const Own = v.fallback(v.record(v.string(), v.string()), {})

const nameOf = ({ chords }: Key) => chords[0] ?? ''

export class KeyChoice {
  #single = $state(readStored(SINGLE) !== false)
  #own = $state.raw(v.parse(Own, readStored(OWN) ?? {}))

  get single(): boolean {
    return this.#single
  }

  set single(single: boolean) {
    this.#single = single
    writeStored(SINGLE, single)
  }

  /** Whether any key was chosen. */
  get isOwn(): boolean {
    return Object.keys(this.#own).length > 0
  }

  /** The chords that do what this key does. */
  chordsOf(key: Key): string[] {
    const own = this.#own[nameOf(key)]
    if (own !== undefined) return own ? [own] : []
    const taken = Object.values(this.#own)
    return key.chords.filter((chord) => !taken.includes(chord))
  }

  find(pressed: string | undefined): Key | undefined {
    return KEYS.find((key) => this.chordsOf(key).some((chord) => chord === pressed))
  }

  /** Has a chord do what `key` does; what it did before has none then, until it is given another. */
  choose(key: Key, chord: string): void {
    const others = Object.entries(this.#own).map(([name, own]) => [name, own === chord ? '' : own] as const)
    this.#keep({ ...Object.fromEntries(others), [nameOf(key)]: chord })
  }

  reset(): void {
    this.#keep({})
  }

  #keep(own: Record<string, string>): void {
    this.#own = own
    writeStored(OWN, own)
  }
}
