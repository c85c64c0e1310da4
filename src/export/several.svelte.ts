/** Saving several kept films in one go, each as an MP4 under its own words: into a folder where the browser can, else as downloads. */
import type { Clip } from '../../workers/generate/types.ts'
import { wasCancelled } from '../lib/errors.ts'
import type { Entry } from '../library/store.ts'
import { removeIfEmpty, type Exporter } from './exporter.svelte.ts'
import { fileName } from './filename.ts'
import { clipSubject } from './subject.ts'

/** Not in TypeScript's DOM types yet. https://wicg.github.io/file-system-access/ */
type ShowDirectoryPicker = (options: { mode: 'readwrite' }) => Promise<FileSystemDirectoryHandle>

export interface SeveralHost {
  exporter: Pick<Exporter, 'encode' | 'sayable'>
  /** Gives a file to the browser, where there is no folder to write into. */
  offer: (file: Blob, name: string) => void
  /** undefined where the loaded model cannot draw it. */
  clipOf: (entry: Entry) => Promise<Clip | undefined>
}

export class Several {
  /** Whether films are being chosen. */
  choosing = $state(false)
  chosen = $state.raw<ReadonlySet<string>>(new Set())
  /** null while nothing is saved. */
  progress = $state.raw<{ done: number; of: number } | null>(null)
  /** What became of the last ones. */
  result = $state.raw<{ saved: number; missed: string[] } | null>(null)

  readonly #host: SeveralHost
  #stopped = false

  constructor(host: SeveralHost) {
    this.#host = host
  }

  toggle(id: string): void {
    const chosen = new Set(this.chosen)
    if (!chosen.delete(id)) chosen.add(id)
    this.chosen = chosen
  }

  begin(): void {
    this.choosing = true
    this.chosen = new Set()
    this.result = null
  }

  end(): void {
    this.choosing = false
  }

  /** One that fails stops no other, unless the person stops them all. @throws AbortError when the person closed the dialogue for the folder */
  async save(entries: readonly Entry[]): Promise<void> {
    const picker = (window as { showDirectoryPicker?: ShowDirectoryPicker }).showDirectoryPicker
    const folder = await picker?.({ mode: 'readwrite' })
    const names = namesFor(await Promise.all(entries.map(async ({ request }) => ({ request: await this.#host.exporter.sayable(request) }))))
    this.#stopped = false
    const missed: string[] = []
    let saved = 0
    for (const [i, entry] of entries.entries()) {
      if (this.#stopped) break
      this.progress = { done: i, of: entries.length }
      const name = names[i]!
      if (await this.#saveOne(entry, name, folder)) saved++
      else if (!this.#stopped) missed.push(name)
    }
    this.progress = null
    this.result = { saved, missed }
    this.choosing = false
  }

  stop(): void {
    this.#stopped = true
  }

  async #saveOne(entry: Entry, name: string, folder?: FileSystemDirectoryHandle): Promise<boolean> {
    let target: FileSystemFileHandle | undefined
    try {
      const clip = await this.#host.clipOf(entry)
      if (!clip) return false
      target = await folder?.getFileHandle(name, { create: true })
      const { file } = await this.#host.exporter.encode(await clipSubject(clip), undefined, target)
      if (file) this.#host.offer(file, name)
      return true
    } catch (error) {
      await removeIfEmpty(target)
      if (wasCancelled(error)) this.#stopped = true
      return false
    }
  }
}

/** Each film's words and seed; those that share both are numbered. */
export function namesFor(entries: readonly Pick<Entry, 'request'>[]): string[] {
  const taken = new Map<string, number>()
  return entries.map(({ request: { written, prompt, seed } }) => {
    const name = fileName(written ?? prompt, seed)
    const times = (taken.get(name) ?? 0) + 1
    taken.set(name, times)
    return times === 1 ? name : name.replace(/\.mp4$/, `-${times}.mp4`)
  })
}
