import { describe, expect, it } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { join, joinSound, joinState } from './join'
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

describe('joinState', () => {
  /** Two objects of three numbers, one number that changes, two that do not. */
  const told = { ...tiny, state: { ...tiny.state, tokens: 4, dim: 9, parts: { objects: 6, flash: 1, setting: 2 }, object: ['there', 'radius', 'phase'], objects: 2 } }
  const wave = (token: number, number: number) => 1.2 + Math.sin(1.7 * token + 2.3 * number)
  const state = (value = wave) => Float32Array.from({ length: 4 * 9 }, (_, i) => value(Math.floor(i / 9), i % 9))
  const constant = [1, 4, 7, 8]

  it('moves what stays the same in a film, and nothing else', () => {
    const joined = state((token, number) => 1 + number + (token < 2 ? 0 : 0.1))
    joinState(joined, 2, 'start', told)
    for (let number = 0; number < 9; number++) {
      for (const token of [0, 1]) expect(joined[token * 9 + number]).toBe(1 + number)
      for (const token of [2, 3]) expect(joined[token * 9 + number]! - number - 1).toBeCloseTo(constant.includes(number) ? 0.0027 : 0.1, 4)
    }
  })

  it('leaves the size of what comes or goes', () => {
    for (const late of [true, false]) {
      const joined = state((token, number) => (number === 3 ? (late === token < 2 ? -1 : 1) : 1 + (token < 2 ? 0 : 0.1)))
      joinState(joined, 2, 'start', told)
      expect(joined[2 * 9 + 4]).toBeCloseTo(1.1, 6)
      expect(joined[2 * 9 + 1]).toBeCloseTo(1, 2)
    }
  })

  it('does the same before a film', () => {
    const after = state()
    const before = state((token, number) => wave(3 - token, number))
    joinState(after, 2, 'start', told)
    joinState(before, 2, 'end', told)
    for (let token = 0; token < 4; token++) expect(before.slice((3 - token) * 9, (4 - token) * 9)).toEqual(after.slice(token * 9, token * 9 + 9))
  })

  it('computes what models/kinora/pack.py computes', () => {
    const joined = state()
    joinState(joined, 2, 'start', told)
    for (const [i, value] of [1.93390775, 1.90943182, 1.68092072, 0.50050294].entries()) expect(joined[3 * 9 + constant[i]!]).toBeCloseTo(value, 6)
  })

  describe('places', () => {
    const moving = { ...tiny, video: { ...tiny.video, fps: 16 }, state: { ...tiny.state, tokens: 4, dim: 5, parts: { objects: 5 }, object: ['there', 'x', 'y', 'vx', 'vy'], objects: 1 } }
    /** Of what moves by 0.45 a token to the right; from the third token on it stands `off` from there. */
    const path = (off: number, there = 1) => Float32Array.from({ length: 4 * 5 }, (_, i) => [i < 5 ? 1 : there, 0.45 * Math.floor(i / 5) + (i < 10 ? 0 : off), 0, 1, 0][i % 5]!)
    const x = (state: Float32Array, token: number) => state[token * 5 + 1]! - 0.45 * token

    it('go on where they were heading, and come back to where the window has them', () => {
      const joined = path(0.02)
      joinState(joined, 2, 'start', moving)
      expect([0, 1].map((token) => x(joined, token))).toEqual([x(path(0.02), 0), x(path(0.02), 1)])
      expect(x(joined, 2)).toBeCloseTo(0.0008, 4)
      expect(x(joined, 3)).toBeCloseTo(0.0104, 4)
    })

    it('keep a leap, and what was not there', () => {
      for (const state of [path(3), path(0.02, -1)]) {
        const joined = state.slice()
        joinState(joined, 2, 'start', moving)
        expect(Math.abs(x(joined, 2) - x(state, 2))).toBeLessThan(0.004)
      }
    })

    it('lead to a film as they follow from one', () => {
      const before = path(0)
      for (const token of [0, 1]) before[token * 5 + 1]! -= 0.02
      joinState(before, 2, 'end', moving)
      expect(x(before, 1)).toBeCloseTo(-0.0008, 4)
      expect(x(before, 0)).toBeCloseTo(-0.0104, 4)
    })

    it('are what models/kinora/pack.py computes', () => {
      const joined = path(0.05)
      joinState(joined, 2, 'start', moving)
      expect(x(joined, 2)).toBeCloseTo(0.00999997, 6)
    })
  })

  it('leaves a pack alone that does not say what its numbers are', () => {
    const bare = state()
    joinState(bare, 2, 'start', { ...tiny, state: { ...tiny.state, tokens: 4, dim: 9 } })
    expect(bare).toEqual(state())
  })
})

describe('joinSound', () => {
  /** Six tokens of two frames of three bands. */
  const heard = { ...tiny, sound: { ...tiny.sound, tokens: 6, dim: 6, layout: { frames: 2, bands: 3 } } }
  const spectrogram = (value: (frame: number, band: number) => number) => Float32Array.from({ length: 36 }, (_, i) => value(Math.floor(i / 3), i % 3))
  const band = (sound: Float32Array, which = 1) => sound.filter((_, i) => i % 3 === which)

  it('fades a step in level out, and leaves what was given alone', () => {
    const sound = spectrogram((frame, band) => band + (frame < 6 ? 0 : 0.1))
    joinSound(sound, 3, 'start', heard)
    const [...levels] = band(sound).map((level) => level - 1)
    expect(levels.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0])
    expect(levels[6]).toBeLessThan(0.03)
    for (let frame = 7; frame < 9; frame++) expect(levels[frame]).toBeGreaterThan(levels[frame - 1]!)
    for (const level of levels.slice(10)) expect(level).toBeCloseTo(0.1, 6)
  })

  it('leaves an onset', () => {
    const sound = spectrogram((frame) => (frame < 6 ? -1 : 2))
    joinSound(sound, 3, 'start', heard)
    expect(band(sound)[6]).toBeGreaterThan(1.9)
  })

  it('does the same before a film', () => {
    const wave = (frame: number, band: number) => Math.sin(1.7 * frame + 2.3 * band)
    const after = spectrogram(wave)
    const before = spectrogram((frame, band) => wave(11 - frame, band))
    joinSound(after, 3, 'start', heard)
    joinSound(before, 3, 'end', heard)
    expect(band(before).toReversed()).toEqual(band(after))
  })

  it('computes what models/kinora/pack.py computes', () => {
    const sound = spectrogram((frame, band) => Math.sin(1.7 * frame + 2.3 * band))
    joinSound(sound, 3, 'start', heard)
    for (const [i, value] of [-0.15357547, 0.93821114, -0.22323602, -0.95817369].entries()) expect(band(sound)[6 + i]).toBeCloseTo(value, 6)
  })

  it('does nothing where nothing was given, or the pack does not say how its tokens are laid out', () => {
    const steps = () => spectrogram((frame) => frame / 10)
    for (const [known, manifest] of [[0, heard], [6, heard], [3, { ...heard, sound: { ...heard.sound, layout: undefined } }]] as const) {
      const sound = steps()
      joinSound(sound, known, 'start', manifest)
      expect(sound).toEqual(steps())
    }
  })
})
