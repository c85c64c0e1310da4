import { describe, expect, it } from 'vitest'
import type { Bridge } from '../lib/bridge.ts'
import type { Policy, PictureRefusal, Picture } from '../../workers/policy/types.ts'
import { chooseLocale } from '../i18n/locale.svelte.ts'
import { trouble } from '../lib/errors.ts'
import { PictureRefusedError, PictureScreen, stillsOf } from './pictures.ts'

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
  /** What the worker was shown, and whether it was ended. */
  function screen(answer: PictureRefusal | null) {
    const calls: { shown: readonly Picture[]; ended: number } = { shown: [], ended: 0 }
    const remote = { screenPictures: async (pictures: readonly Picture[]) => ((calls.shown = pictures), answer) }
    const bridge = { run: (job: (remote: unknown) => Promise<unknown>) => job(remote), terminate: () => void calls.ended++ } as unknown as Bridge<Policy>
    return { calls, screen: new PictureScreen(bridge) }
  }

  it('lets pass what the worker lets pass, and ends it', async () => {
    const { calls, screen: pictures } = screen(null)
    await pictures.insist(film(32, (frame) => frame), 'brought')
    expect(calls).toMatchObject({ shown: { length: 4 }, ended: 1 })
  })

  it('refuses what the worker refuses, by its rule and its place in the film, in both languages', async () => {
    const { calls, screen: pictures } = screen({ rule: 'sexual', index: 2 })
    const error: unknown = await pictures.insist(film(32, (frame) => frame), 'brought').catch((error: unknown) => error)
    expect(error).toBeInstanceOf(PictureRefusedError)
    expect(error).toMatchObject({ rule: 'sexual', seconds: 1.25 })
    expect(calls.ended).toBe(1)
    expect(trouble(new PictureRefusedError('sexual', 'brought', null)).sentence()).toMatch(/^Not taken: .* sexual content in it\. /)
    expect(trouble(error).sentence()).toMatch(/^Not taken: .* sexual content in it, 1.3 s/)
    expect(trouble(new PictureRefusedError('sexual', 'made', 0)).sentence()).toMatch(/^Not shown: /)
    chooseLocale('id')
    expect(trouble(error).sentence()).toMatch(/^Tidak diambil: .* konten seksual di dalamnya, 1,3 dtk/)
    chooseLocale('en')
  })

  it('ends the worker only when nobody waits for it', async () => {
    const { calls, screen: pictures } = screen(null)
    const both = [pictures.insist(film(16, (frame) => frame), 'brought'), pictures.insist(film(16, (frame) => frame), 'made')]
    await Promise.all(both)
    expect(calls.ended).toBe(1)
  })
})
