import { describe, expect, test } from 'vitest'
import { articulate } from './articulate'
import { features, framesPerSecond } from './speech/tracks'

const spec = { frames: 128, dim: 12, features }
const said = (words: string, seconds: number, from = 0) => articulate({ words, voice: 'woman', whispered: false }, spec, seconds, from)
const track = (speech: Float32Array, name: string) => Array.from(speech).filter((_, i) => i % spec.dim === features.indexOf(name))

describe('what a mouth does', () => {
  test('begins after a breath and is over when its last word is', async () => {
    const { speech, endSeconds } = await said('good morning', 4)
    const voice = track(speech, 'voice')
    const sounding = voice.flatMap((value, frame) => (value > 0.2 ? [frame / framesPerSecond] : []))
    expect(sounding[0]).toBeGreaterThan(0.15)
    expect(sounding.at(-1)).toBeLessThanOrEqual(endSeconds + 1 / framesPerSecond)
    expect(sounding.at(-1)).toBeGreaterThan(endSeconds - 0.4)
    expect(voice.at(-1)).toBeCloseTo(0)
    expect(track(speech, 'open').at(-1)).toBeCloseTo(0)
  })

  test('hurries where there is little time, but never beyond what can be understood', async () => {
    const sentence = 'the quick brown fox jumps over the lazy dog'
    const calm = await said(sentence, 20)
    const hurried = await said(sentence, 3)
    expect(hurried.endSeconds).toBeLessThan(calm.endSeconds)
    expect((await said(sentence, 1)).endSeconds).toBeGreaterThan(1.5)
  })

  test('waits where the film only begins to speak later', async () => {
    const { speech } = await said('selamat pagi', 4, 2)
    expect(Math.max(...track(speech, 'voice').slice(0, 2 * framesPerSecond))).toBeLessThan(0.05)
    expect(Math.max(...track(speech, 'voice').slice(2 * framesPerSecond))).toBeGreaterThan(0.5)
  })
})
