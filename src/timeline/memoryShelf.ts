/** A shelf for tests. */
import type { Shelf } from './store.ts'

/** IndexedDB's promise and no more: a transaction is there as a whole or not at all. The tab is killed after `lives` of them. */
export class MemoryShelf implements Shelf {
  readonly entries: Map<string, unknown>
  lives: number

  constructor(entries = new Map<string, unknown>(), lives = Infinity) {
    this.entries = entries
    this.lives = lives
  }

  read = async (key: string) => structuredClone(this.entries.get(key))
  keys = async (prefix: string) => [...this.entries.keys()].filter((key) => key.startsWith(prefix))
  all = async (prefix: string) => Promise.all((await this.keys(prefix)).map(this.read))
  write: Shelf['write'] = async (put, removed = []) => {
    if (this.lives-- <= 0) throw new Error('The tab is gone.')
    for (const [key, value] of put) this.entries.set(key, structuredClone(value))
    for (const key of removed) this.entries.delete(key)
  }
  writeIf: Shelf['writeIf'] = async (key, fits, put, removed) => {
    if (!fits(this.entries.get(key))) return false
    await this.write(put, removed)
    return true
  }
}
