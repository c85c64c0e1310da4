import { describe, expect, it } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { Steady, stillness } from './steady'

/** Two slabs of two frames, three places of two cells, two channels: dim 8. */
const manifest = (() => {
  const tiny = tinyManifest()
  return { ...tiny, video: { ...tiny.video, tokens: 6, dim: 8, latentFrames: 4, layout: { frames: 2, channels: 2 } } }
})()

/** A window from values by time, place, channel and cell. */
function picture(value: (time: number, place: number, channel: number, cell: number) => number): Float32Array<ArrayBuffer> {
  const video = new Float32Array(6 * 8)
  for (let time = 0; time < 4; time++) {
    for (let place = 0; place < 3; place++) {
      for (let channel = 0; channel < 2; channel++) {
        for (let cell = 0; cell < 2; cell++) {
          video[(Math.floor(time / 2) * 3 + place) * 8 + ((time % 2) * 2 + channel) * 2 + cell] = value(time, place, channel, cell)
        }
      }
    }
  }
  return video
}
/** Six cells whose deviation is √(35/12) times the contrast. */
const still = (contrast: number) => picture((_, place, channel, cell) => 5 * channel + contrast * (2 * place + cell))
const deviation = Math.sqrt(35 / 12)
const state = new Float32Array(8)
const sound = new Float32Array(40)

describe('stillness', () => {
  it('is mean and deviation over the picture, channel by channel', () => {
    const { mean, deviation: found } = stillness(still(2), manifest)
    expect([...mean]).toEqual([5, 10])
    expect(found[0]).toBeCloseTo(2 * deviation, 10)
  })

  it('takes no notice of what flashes once', () => {
    const flash = picture((time, place, channel, cell) => (time === 1 ? 99 : 5 * channel + 2 * place + cell))
    expect(stillness(flash, manifest).deviation[1]).toBeCloseTo(deviation, 10)
  })
})

describe('Steady', () => {
  it('brings what a window adds back to the contrast of the first', () => {
    const steady = new Steady(manifest)
    steady.settle({ video: still(1), sound, state }, { video: 0, sound: 0, state: 0 })
    const next = still(1.25)
    steady.settle({ video: next, sound, state }, { video: 0, sound: 0, state: 0 })
    expect(stillness(next, manifest).deviation[0]).toBeCloseTo(deviation, 5)
    expect(stillness(next, manifest).mean[1]).toBeCloseTo(5 + 1.25 * 2.5, 5)
  })

  it.each(['start', 'end'] as const)('joins it to what is known at its %s, and leaves that alone', (side) => {
    const steady = new Steady(manifest)
    steady.settle({ video: still(1), sound, state }, { video: 0, sound: 0, state: 0 })
    const [known, added] = side === 'start' ? [[0, 24], [24, 48]] : [[24, 48], [0, 24]]
    const next = still(1.25)
    steady.settle({ video: next, sound, state }, { video: 3, sound: 0, state: 0 }, side)
    expect(next.subarray(...known)).toEqual(still(1.25).subarray(...known))
    const alone = still(1.25).subarray(...added)
    new Steady(manifest, { reference: new Float64Array([deviation, deviation]), wait: 0 }).settle({ video: alone, sound, state }, { video: 0, sound: 0, state: 0 })
    const distance = (values: Float32Array) => values.reduce((sum, value, i) => sum + Math.abs(value - next[known[0]! + i]!), 0)
    expect(distance(next.subarray(...added))).toBeLessThan(0.7 * distance(alone))
  })

  it('never adds contrast, and takes away no more than three tenths', () => {
    const steady = new Steady(manifest)
    steady.settle({ video: still(1), sound, state }, { video: 0, sound: 0, state: 0 })
    const calm = still(0.5)
    steady.settle({ video: calm, sound, state }, { video: 0, sound: 0, state: 0 })
    expect(calm).toEqual(still(0.5))
    const wild = still(10)
    steady.settle({ video: wild, sound, state }, { video: 0, sound: 0, state: 0 })
    expect(stillness(wild, manifest).deviation[0]).toBeCloseTo(7 * deviation, 4)
  })

  it('learns anew after other words, from the second window on, and goes on from what was handed over', () => {
    const steady = new Steady(manifest)
    steady.settle({ video: still(1), sound, state }, { video: 0, sound: 0, state: 0 })
    steady.renew()
    for (const contrast of [2, 3]) {
      const window = still(contrast)
      steady.settle({ video: window, sound, state }, { video: 3, sound: 0, state: 0 })
      expect(window).toEqual(still(contrast))
    }
    const third = still(3.3)
    new Steady(manifest, steady.contrast).settle({ video: third, sound, state }, { video: 0, sound: 0, state: 0 })
    expect(stillness(third, manifest).deviation[1]).toBeCloseTo(3 * deviation, 4)
  })

  it('holds sizes where the window before had them, except on the way to other words', () => {
    const told = { ...manifest, state: { ...manifest.state, parts: { objects: 2 }, object: ['there', 'radius'], objects: 1 } }
    const window = () => ({ video: still(1), sound, state: Float32Array.of(1, 2, 1, 2, 1.5, 2.1, 1.5, 2.1) })
    const steady = new Steady(told)
    const joined = window()
    steady.settle(joined, { video: 3, sound: 0, state: 2 })
    expect(joined.state[5]).toBeCloseTo(2, 2)
    expect(joined.state.filter((_, i) => i % 2 === 0)).toEqual(Float32Array.of(1, 1, 1.5, 1.5))
    steady.renew()
    const free = window()
    steady.settle(free, { video: 3, sound: 0, state: 2 })
    expect(free.state).toEqual(window().state)
  })

  it('holds the level of the sound where the window before left off', () => {
    const told = { ...manifest, sound: { ...manifest.sound, tokens: 8, dim: 5, layout: { frames: 1, bands: 5 } } }
    const window = Float32Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : 0.1))
    new Steady(told).settle({ video: still(1), sound: window, state }, { video: 3, sound: 4, state: 0 })
    expect(window[20]).toBeLessThan(0.04)
    expect(window[39]).toBeGreaterThan(0.09)
  })

  it('does nothing where the pack does not say how its tokens are laid out', () => {
    const steady = new Steady(tinyManifest())
    const video = new Float32Array(36).fill(3)
    steady.settle({ video, sound, state }, { video: 0, sound: 0, state: 0 })
    expect(video).toEqual(new Float32Array(36).fill(3))
  })
})
