import { describe, expect, it } from 'vitest'
import { finishSound } from './finish'
import { checkPlan, framesIn, soundOf, sourceOf, wholeFilm } from './plan'
import type { Film, Plan } from './types'

const tags = { prompt: '', negative: '', seed: 0, steps: 4, seconds: 2, pack: '', packVersion: '', backend: '' }
const film: Film = { width: 64, height: 64, fps: 16, frameCount: 32, sampleRate: 16_000, pcm: Float32Array.from({ length: 32_000 }, (_, i) => i / 32_000), tags, mark: null }
const plan = (changes: Partial<Plan>): Plan => ({ ...wholeFilm(film), ...changes })
const sources = (changes: Partial<Plan>, count: number) => Array.from({ length: count }, (_, i) => sourceOf(film, plan(changes), i))

describe('a plan', () => {
  it('without changes gives every frame once', () => {
    expect(framesIn(film, plan({}))).toBe(32)
    expect(sources({}, 32)).toEqual(Array.from({ length: 32 }, (_, frame) => ({ frame, share: 0 })))
  })

  it('shows the frame that stands at that time in the film: at 24 frames/s every second one twice', () => {
    expect(framesIn(film, plan({ fps: 24 }))).toBe(48)
    expect(sources({ fps: 24 }, 6).map(({ frame }) => frame)).toEqual([0, 0, 1, 2, 2, 3])
    expect(sources({ fps: 48 }, 6).map(({ frame }) => frame)).toEqual([0, 0, 0, 1, 1, 1])
    expect(sources({ fps: 8 }, 3).map(({ frame }) => frame)).toEqual([0, 2, 4])
  })

  it('mixes neighbours by their distance in time, and the last frame with none', () => {
    const [a, b, c] = sources({ fps: 24, between: 'blend' }, 3)
    expect([a?.share, b?.share, c?.share].map((share) => share?.toFixed(3))).toEqual(['0.000', '0.667', '0.333'])
    expect(sourceOf(film, plan({ fps: 24, between: 'blend' }), 47)).toEqual({ frame: 31, share: 0 })
  })

  it('cuts picture and sound at the same place', async () => {
    const part = plan({ from: 8, to: 24, fps: 30 })
    expect(framesIn(film, part)).toBe(30)
    expect(sourceOf(film, part, 0).frame).toBe(8)
    expect(sourceOf(film, part, 29).frame).toBe(23)
    const sound = soundOf(film, part)
    expect(sound.length).toBe(16_000)
    expect([sound[0], sound.at(-1)]).toEqual([film.pcm[8000], film.pcm[23_999]])
    expect((await finishSound(film, part, 48_000)).length).toBe(48_000)
  })

  it('that no file can be made of is refused', () => {
    for (const wrong of [{ from: -1 }, { from: 10, to: 10 }, { to: 33 }, { width: 0 }, { height: 1.5 }, { fps: Number.NaN }]) expect(() => checkPlan(film, plan(wrong))).toThrow(TypeError)
  })
})
