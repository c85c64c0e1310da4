import { describe, expect, it } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { join } from './join'
import { layoutOf } from './layout'

/** Three slabs of two frames, of three places of two cells each, two channels. */
const tiny = tinyManifest()
const manifest = { ...tiny, video: { ...tiny.video, tokens: 9, dim: 8, latentFrames: 6, layout: { frames: 2, channels: 2 } } }

/** A window from values by time and everything else. */
function picture(value: (time: number, where: number) => number): Float32Array {
  const video = new Float32Array(9 * 8)
  const { index, places, channels, cells, times } = layoutOf(video, manifest)
  for (let time = 0; time < times; time++) {
    for (let place = 0; place < places; place++) {
      for (let channel = 0; channel < channels; channel++) {
        for (let cell = 0; cell < cells; cell++) video[index(time, place, channel, cell)] = value(time, (place * channels + channel) * cells + cell)
      }
    }
  }
  return video
}
const at = (video: Float32Array, time: number) => {
  const { index } = layoutOf(video, manifest)
  return video[index(time, 1, 1, 0)]!
}

describe('join', () => {
  it('closes a small step for good and leaves what was given alone', () => {
    const video = picture((time, where) => where + (time < 2 ? 0 : 0.1))
    join(video, 3, 'start', manifest)
    expect(at(video, 1)).toBe(6)
    for (const time of [2, 5]) expect(Math.abs(at(video, time) - 6)).toBeLessThan(0.004)
  })

  it('leaves a large one: something moved', () => {
    const video = picture((time, where) => where + (time < 2 ? 0 : 12))
    join(video, 3, 'start', manifest)
    expect(at(video, 2)).toBeGreaterThan(17.9)
  })

  it('closes the step of a single frame for a moment', () => {
    const video = picture((time) => (time === 4 ? 0.1 : 0))
    join(video, 6, 'start', manifest)
    const before = picture((time) => (time === 4 ? 0.1 : 0))
    expect(at(video, 4) - at(video, 3)).toBeLessThan(0.02)
    expect(at(video, 5) - at(before, 5)).toBeLessThan(0)
  })

  it('does the same mirrored before a film as after one', () => {
    const wave = (time: number, where: number) => Math.sin(1.7 * time + 2.3 * where)
    const after = picture(wave)
    const before = picture((time, where) => wave(5 - time, where))
    join(after, 3, 'start', manifest)
    join(before, 3, 'end', manifest)
    for (let time = 0; time < 6; time++) expect(at(before, 5 - time)).toBe(at(after, time))
  })

  it('computes what models/kinora/pack.py computes', () => {
    const video = picture((time, where) => Math.sin(1.7 * time + 2.3 * where))
    join(video, 3, 'start', manifest)
    for (const [i, value] of [-0.62228900, 0.40267339, 1.31379700, 0.00356534].entries()) expect(at(video, 2 + i)).toBeCloseTo(value, 6)
  })

  it('does nothing where nothing was given, or nothing was added', () => {
    for (const known of [0, 9]) {
      const video = picture((time, where) => Math.sin(time + where))
      join(video, known, 'start', manifest)
      expect(video).toEqual(picture((time, where) => Math.sin(time + where)))
    }
  })
})
