import { describe, expect, it, vi } from 'vitest'
import type { Bytes, Installed, Packs } from '../../workers/packs/types.ts'
import { CancelledError, type Bridge } from '../lib/bridge.ts'
import { PackShelf, type Storage } from './shelf.svelte.ts'

// What crosses to a real worker is not the matter here.
vi.mock('comlink', () => ({ proxy: (callback: unknown) => callback }))

const failure = (name: string) => Object.assign(new Error('in English'), { name })
const pack = (name: string): Installed => ({ name, added: true })

/** A worker that holds packs by name, and a browser that says what room there is. */
function shelf({ refuse, persist = true }: { refuse?: Error; persist?: boolean } = {}) {
  const names = ['one']
  let kept = false
  const remote: Packs = {
    list: async () => names.map(pack),
    verify: async (_, onProgress) => (onProgress?.({ loadedBytes: 5, totalBytes: 10 } satisfies Bytes), { files: 7, damaged: ['weights-1.bin'] }),
    remove: async (name) => void names.splice(names.indexOf(name), 1),
    addFromUrl: async (address) => {
      if (refuse) throw refuse
      names.push(address)
      return address
    },
    addFromFolder: async ([first]) => first?.[0] ?? '',
    addFromZip: async () => 'zip',
    cancel: () => undefined,
  }
  const storage: Storage = {
    estimate: async () => ({ usage: 30, quota: 100 }),
    persisted: async () => kept,
    persist: async () => (kept = persist),
  }
  const bridge = { run: (job: (remote: unknown) => Promise<unknown>) => job(remote) } as unknown as Bridge<Packs>
  return new PackShelf(bridge, storage)
}

describe('PackShelf', () => {
  it('shows what is there, and the room there is', async () => {
    const view = shelf()
    await view.open()
    expect(view.packs).toEqual([pack('one')])
    expect(view.room).toEqual({ used: 30, free: 70, kept: false })
  })

  it('adds, lists and deletes, and says what came of it', async () => {
    const view = shelf()
    await view.open()
    await view.addFromUrl('two')
    expect(view.outcome).toEqual({ kind: 'added', name: 'two' })
    expect(view.packs).toEqual([pack('one'), pack('two')])
    await view.remove('one')
    expect(view.outcome).toEqual({ kind: 'removed', name: 'one' })
    expect(view.packs).toEqual([pack('two')])
    expect(view.work).toBeNull()
  })

  it('sends the paths of a folder along, whatever the browser does with them', async () => {
    const view = shelf()
    await view.addFromFolder([Object.assign(new File([], 'manifest.json'), { webkitRelativePath: 'mine/manifest.json' })])
    expect(view.outcome).toEqual({ kind: 'added', name: 'mine/manifest.json' })
  })

  it('tells failures by their name, and a stop is none', async () => {
    const broken = shelf({ refuse: failure('PackError') })
    await broken.addFromUrl('two')
    expect(broken.outcome).toEqual({ kind: 'failed', wish: 'add', error: 'PackError', detail: 'in English' })
    const stopped = shelf({ refuse: new CancelledError() })
    await stopped.addFromUrl('two')
    expect(stopped.outcome).toEqual({ kind: 'stopped' })
    expect(stopped.work).toBeNull()
  })

  it('names the files that are damaged', async () => {
    const view = shelf()
    await view.verify('one')
    expect(view.outcome).toEqual({ kind: 'verified', name: 'one', verdict: { files: 7, damaged: ['weights-1.bin'] } })
  })

  it('says whether the browser promised to keep what is here', async () => {
    const yes = shelf()
    await yes.keep()
    expect([yes.outcome, yes.room?.kept]).toEqual([{ kind: 'kept' }, true])
    const no = shelf({ persist: false })
    await no.keep()
    expect([no.outcome, no.room?.kept]).toEqual([{ kind: 'not-kept' }, false])
  })
})
