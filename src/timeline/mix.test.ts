import { describe, expect, it } from 'vitest'
import { setLevel, split } from './edits.ts'
import { layout, type FilmClip } from './film.ts'
import { mix } from './mix.ts'
import { clip } from './testFilm.ts'

// 10 samples a frame.
const format = { width: 2, height: 2, fps: 10, sampleRate: 100 }
const constant = (value: number) => new Float32Array(320).fill(value)
const heard = (clips: FilmClip[], sounds: Record<string, Float32Array>) => mix(layout(clips), format, (media) => sounds[media])

describe('mix', () => {
  it('puts every clip where its pictures are, from where it was trimmed to', () => {
    const tone = Float32Array.from({ length: 320 }, (_, i) => i / 1000)
    const film = heard([clip('a', { frames: 2 }), clip('b', { start: 5, frames: 3 })], { 'm-b': tone })
    expect(film).toHaveLength(50)
    expect(film.subarray(0, 20).every((x) => x === 0)).toBe(true)
    expect(film[25]).toBeCloseTo(0.055, 6)
    expect(film[49]).toBeCloseTo(0.079, 6)
  })

  it('applies the volume, and never goes beyond full scale', () => {
    expect(heard([clip('a', { volume: 0.5 })], { 'm-a': constant(0.4) })[100]).toBeCloseTo(0.2, 6)
    expect(heard([clip('a', { volume: 2 })], { 'm-a': constant(0.8) })[100]).toBe(1)
  })

  it('fades evenly from silence and to it', () => {
    const film = heard([clip('a', { fadeIn: 8, fadeOut: 16 })], { 'm-a': constant(1) })
    expect(film[0]).toBeLessThan(0.01)
    expect(film[40]).toBeCloseTo(0.5, 1)
    expect(film[120]).toBe(1)
    expect(film[240]).toBeCloseTo(0.5, 1)
    expect(film[319]).toBeLessThan(0.01)
  })

  it('keeps the power of two unlike sounds through a dissolve', () => {
    const clips = [clip('a'), clip('b', { dissolve: 16 })]
    const a = heard(clips, { 'm-a': constant(1) })
    const b = heard(clips, { 'm-b': constant(1) })
    expect(a).toHaveLength(480)
    for (let i = 160; i < 320; i++) expect((a[i] ?? 0) ** 2 + (b[i] ?? 0) ** 2).toBeCloseTo(1, 6)
  })

  it('does not click where a clip is cut into, and is whole at the ends of generated clips and at a split', () => {
    // At 16 kHz an edge is 48 samples.
    const fast = { ...format, sampleRate: 16_000 }
    const sound = new Float32Array(32 * 1600).fill(1)
    const at = (clips: FilmClip[]) => mix(layout(clips), fast, () => sound)
    expect(at([clip('a', { start: 1, frames: 31 })])[0]).toBeLessThan(0.05)
    expect(at([clip('a')])[0]).toBe(1)
    const whole = [clip('a')]
    expect(at(split(whole, 16, 'new'))).toEqual(at(whole))
    expect(at(setLevel(split(whole, 16, 'new'), 'new', { volume: 0.5 }))[16 * 1600]).toBeLessThan(0.05)
  })
})
