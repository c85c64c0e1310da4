/** The models on this device and the room there is for them: what the Packs view shows, and what it does. */
import { proxy, type Remote } from 'comlink'
import type { Bytes, Installed, Packs, Verdict } from '../../workers/packs/types.ts'
import type { Bridge } from '../lib/bridge.ts'
import { wasCancelled } from '../lib/errors.ts'

export interface Room {
  /** Bytes of this origin, films included; free as the browser estimates it. */
  used: number
  free: number
  /** Whether the browser promised not to clear it by itself. */
  kept: boolean
}

/** What came of the last wish. */
export type Outcome =
  | { kind: 'added' | 'removed'; name: string }
  | { kind: 'verified'; name: string; verdict: Verdict }
  | { kind: 'kept' | 'not-kept' | 'stopped' }
  /** `error` is the name of the error, `detail` its own words in English. */
  | { kind: 'failed'; wish: 'add' | 'other'; error: string; detail: string }

/** The browser's storage, replaced in tests. */
export type Storage = Pick<StorageManager, 'estimate' | 'persisted' | 'persist'>

export class PackShelf {
  /** null until they have been read. */
  packs = $state.raw<readonly Installed[] | null>(null)
  room = $state.raw<Room | null>(null)
  /** What is going on, 0…1; only one thing at a time. */
  work = $state.raw<{ kind: 'adding' | 'verifying'; name?: string; progress: number } | null>(null)
  outcome = $state.raw<Outcome | null>(null)

  readonly #bridge: Bridge<Packs>
  readonly #storage: Storage | undefined
  #stop = new AbortController()

  constructor(bridge: Bridge<Packs>, storage: Storage | undefined = globalThis.navigator?.storage) {
    this.#bridge = bridge
    this.#storage = storage
  }

  /** Reads what is there. */
  async open(): Promise<void> {
    await this.#attempt('other', async () => {
      this.packs = await this.#bridge.run((remote) => remote.list())
    })
    await this.#measure()
  }

  /** Reads every file of a model again and compares it with its hash. */
  async verify(name: string): Promise<void> {
    await this.#attempt('other', async () => {
      this.work = { kind: 'verifying', name, progress: 0 }
      const verdict = await this.#bridge.run((remote) => remote.verify(name, proxy((bytes: Bytes) => this.#follow(bytes))))
      this.outcome = { kind: 'verified', name, verdict }
    })
  }

  async remove(name: string): Promise<void> {
    await this.#attempt('other', async () => {
      await this.#bridge.run((remote) => remote.remove(name))
      this.outcome = { kind: 'removed', name }
      this.packs = this.packs?.filter((pack) => pack.name !== name) ?? null
    })
    await this.#measure()
  }

  addFromUrl(address: string): Promise<void> {
    return this.#add((remote, follow) => remote.addFromUrl(address, follow))
  }

  addFromFolder(files: readonly File[]): Promise<void> {
    const named = files.map((file) => [file.webkitRelativePath || file.name, file] as const)
    return this.#add((remote, follow) => remote.addFromFolder(named, follow))
  }

  addFromZip(file: File): Promise<void> {
    return this.#add((remote, follow) => remote.addFromZip(file, follow))
  }

  /** Stops what is being added; nothing of it stays. */
  cancel(): void {
    this.#stop.abort()
  }

  /** Asks the browser to keep what is here until the person deletes it. Some ask the person, some decide by themselves. */
  async keep(): Promise<void> {
    const kept = (await this.#storage?.persist().catch(() => false)) ?? false
    this.outcome = { kind: kept ? 'kept' : 'not-kept' }
    await this.#measure()
  }

  async #add(take: (remote: Remote<Packs>, follow: (bytes: Bytes) => void) => Promise<string>): Promise<void> {
    await this.#attempt('add', async () => {
      this.work = { kind: 'adding', progress: 0 }
      this.#stop = new AbortController()
      const name = await this.#bridge.run((remote) => take(remote, proxy((bytes: Bytes) => this.#follow(bytes))), this.#stop.signal)
      this.packs = await this.#bridge.run((remote) => remote.list())
      this.outcome = { kind: 'added', name }
    })
    await this.#measure()
  }

  #follow({ loadedBytes, totalBytes }: Bytes): void {
    if (this.work && totalBytes > 0) this.work = { ...this.work, progress: loadedBytes / totalBytes }
  }

  async #measure(): Promise<void> {
    const [estimate, kept] = await Promise.all([this.#storage?.estimate(), this.#storage?.persisted()]).catch(() => [])
    if (estimate?.quota === undefined) return
    const used = estimate.usage ?? 0
    this.room = { used, free: Math.max(0, estimate.quota - used), kept: kept ?? false }
  }

  async #attempt(wish: 'add' | 'other', work: () => Promise<void>): Promise<void> {
    this.outcome = null
    try {
      await work()
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error))
      this.outcome = wasCancelled(error) ? { kind: 'stopped' } : { kind: 'failed', wish, error: name, detail: message }
    } finally {
      this.work = null
    }
  }
}
