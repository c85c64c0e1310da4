import { describe, expect, it } from 'vitest'
import { captionsOf, liveShots, speaks } from './captions.ts'

const tags = { prompt: 'a face says "hello"', negative: '', seed: 1, steps: 4, seconds: 2, pack: 'p', packVersion: '1.0.0', backend: 'wasm' }
const film = { tags, fps: 16, frameCount: 32 }
const whole = { from: 0, to: 32 }
const shots = [
  { prompt: 'the model’s words', written: 'she says “one” and “three”', seed: 1, startFrame: 0, frames: 16 },
  { prompt: 'rain', seed: 2, startFrame: 16, frames: 16 },
]

describe('captionsOf', () => {
  it('gives quoted words for the time of their shot', () => {
    expect(captionsOf(film, whole, 'speech')).toEqual([{ start: 0, end: 2, text: 'hello' }])
    expect(captionsOf({ ...film, tags: { ...tags, prompt: 'ia berkata «halo»' } }, whole, 'speech')).toMatchObject([{ text: 'halo' }])
    expect(captionsOf({ ...film, tags: { ...tags, shots } }, whole, 'speech')).toEqual([
      { start: 0, end: 0.375, text: 'one' },
      { start: 0.375, end: 1, text: 'three' },
    ])
  })

  it('describes every shot by what the person wrote', () => {
    expect(captionsOf({ ...film, tags: { ...tags, shots } }, whole, 'described')).toEqual([
      { start: 0, end: 1, text: 'she says “one” and “three”' },
      { start: 1, end: 2, text: 'rain' },
    ])
  })

  it('counts from the beginning of the part that is saved, and leaves out what lies outside', () => {
    expect(captionsOf({ ...film, tags: { ...tags, shots } }, { from: 8, to: 24 }, 'described')).toEqual([
      { start: 0, end: 0.5, text: 'she says “one” and “three”' },
      { start: 0.5, end: 1, text: 'rain' },
    ])
    expect(captionsOf({ ...film, tags: { ...tags, shots } }, { from: 16, to: 32 }, 'speech')).toEqual([])
  })

  it('gives what was said live for the time until something else was', () => {
    const cue = { negative: '', chunk: 0 }
    const live = [{ ...cue, second: 0, prompt: 'fireworks, seen from far away', written: 'fireworks "one"' }, { ...cue, second: 1.5, prompt: 'rain "two"' }]
    const request = { prompt: '', negative: '', seed: 1, steps: 4, seconds: 2, live }
    expect(captionsOf({ ...film, tags: { ...tags, shots: liveShots({ ...film, request }) } }, whole, 'speech')).toEqual([{ start: 0, end: 1.5, text: 'one' }, { start: 1.5, end: 2, text: 'two' }])
  })

  it('finds no speech where nothing is quoted', () => {
    expect(speaks(film)).toBe(true)
    expect(speaks({ ...film, tags: { ...tags, prompt: 'a 5" ball' } })).toBe(false)
  })
})
