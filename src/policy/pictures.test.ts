import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Bridge } from '../lib/bridge.ts'
import type { Policy, PictureRefusal, Picture } from '../../workers/policy/types.ts'
import { chooseLocale } from '../i18n/locale.svelte.ts'
import { trouble } from '../lib/errors.ts'
import { PATIENCE_MS, PictureRefusedError, PictureScreen, stillsOf } from './pictures.ts'

/** A film of 2 × 1 px at 16 frames a second; `shade` is what each frame is filled with. */
function film(frameCount: number, shade: (frame: number) => number) {
  const rgba = new Uint8ClampedArray(frameCount * 8).map((_, i) => shade(Math.floor(i / 8)))
  return { width: 2, height: 1, fps: 16, frameCount, rgba }
}

describe('stillsOf', () => {
  it('takes the middle of every half second', () => {
    const { frames, pictures } = stillsOf(film(32, (frame) => frame))
    expect(frames).toEqual([4, 12, 20, 28])
    expect(pictures.map(({ rgba }) => rgba[0])).toEqual([4, 12, 20, 28])
  })

  it('takes what stands still once', () => {
    expect(stillsOf(film(32, () => 7)).frames).toEqual([4])
  })
})

describe('PictureScreen', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** What the worker was shown, and whether it was ended. */
  function screen(answer: PictureRefusal | null) {
    const calls: { shown: readonly Picture[]; ended: number; fails: boolean } = { shown: [], ended: 0, fails: false }
    const remote = {
      screenPictures: async (pictures: readonly Picture[]) => {
        if (calls.fails) throw Object.assign(new Error('no network'), { name: 'PictureCheckError' })
        calls.shown = pictures
        return answer
      },
    }
    const bridge = { run: (job: (remote: unknown) => Promise<unknown>) => job(remote), terminate: () => void calls.ended++ } as unknown as Bridge<Policy>
    return { calls, screen: new PictureScreen(bridge) }
  }

  it('lets pass what the worker lets pass', async () => {
    const { calls, screen: pictures } = screen(null)
    await pictures.insist(film(32, (frame) => frame), 'brought')
    expect(calls).toMatchObject({ shown: { length: 4 }, ended: 0 })
  })

  it('refuses what the worker refuses, by its rule and its place in the film, in both languages', async () => {
    const { calls, screen: pictures } = screen({ rule: 'sexual', index: 2 })
    const error: unknown = await pictures.insist(film(32, (frame) => frame), 'brought').catch((error: unknown) => error)
    expect(error).toBeInstanceOf(PictureRefusedError)
    expect(error).toMatchObject({ rule: 'sexual', seconds: 1.25 })
    expect(calls.ended).toBe(0)
    expect(trouble(new PictureRefusedError('sexual', 'brought', null)).sentence()).toMatch(/^Not taken: .* sexual content in it\. /)
    expect(trouble(error).sentence()).toMatch(/^Not taken: .* sexual content in it, 1.3 s/)
    expect(trouble(new PictureRefusedError('sexual', 'made', 0)).sentence()).toMatch(/^Not shown: /)
    chooseLocale('id')
    expect(trouble(error).sentence()).toMatch(/^Tidak diambil: .* konten seksual di dalamnya, 1,3 dtk/)
    chooseLocale('en')
  })

  it('ends the worker when it is not asked for a while', async () => {
    const { calls, screen: pictures } = screen(null)
    pictures.prepare()
    vi.advanceTimersByTime(PATIENCE_MS - 1)
    await pictures.insist(film(16, (frame) => frame), 'brought')
    vi.advanceTimersByTime(PATIENCE_MS - 1)
    expect(calls.ended).toBe(0)
    vi.advanceTimersByTime(1)
    expect(calls.ended).toBe(1)
  })

  it('ends a worker in which the check did not start, so that the next one may', async () => {
    const { calls, screen: pictures } = screen(null)
    calls.fails = true
    await expect(pictures.insist(film(16, (frame) => frame), 'brought')).rejects.toThrow('no network')
    vi.advanceTimersByTime(0)
    expect(calls.ended).toBe(1)
  })
})
