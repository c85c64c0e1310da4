import { describe, expect, it } from 'vitest'
import reference from './reference.json'
import { fastest, features, fitPace, framesPerSecond, lay, tracks, UnknownPhoneError, type Manner } from './tracks'

const hello = 'hh ax l ow1 | w er1 l d .'
const man: Manner = { voice: 'man', style: 'spoken' }
const column = (all: Float32Array, name: string) => [...all].filter((_, i) => i % features.length === features.indexOf(name))

describe('tracks', () => {
  // Written by models/kinora/world/test_speech.py.
  it.each(reference.lines)('are what the simulator speaks: $phones, $voice, $style', ({ phones, voice, style, pace, offset, seconds, every, tracks: expected }) => {
    const line = lay(phones, { voice, style, pace } as Manner)
    expect(line.seconds).toBeCloseTo(seconds, 5)
    const found = tracks(line, offset, expected.length * every)
    for (const [k, frame] of expected.entries()) {
      for (const [feature, value] of frame.entries()) expect(Math.abs(found[k * every * features.length + feature]! - value), `${features[feature]} of frame ${k * every}`).toBeLessThan(2e-4)
    }
  })

  it('are the same from whichever frame they are drawn', () => {
    const line = lay(hello, man)
    const whole = tracks(line, 0.2, 128)
    expect(tracks(line, 0.2, 64, 40)).toEqual(whole.slice(40 * features.length, 104 * features.length))
  })

  it('close the mouth before and after', () => {
    const line = lay(hello, man)
    const open = column(tracks(line, 0.3, Math.ceil((line.seconds + 0.6) * framesPerSecond)), 'open')
    expect(open[0]).toBeCloseTo(0, 6)
    expect(open.at(-1)).toBeCloseTo(0, 6)
    expect(Math.max(...open)).toBeGreaterThan(0.3)
  })

  it('close the lips for m', () => {
    const line = lay('aa1 m aa1 .', man)
    const open = column(tracks(line, 0, 64), 'open')
    const m = line.parts[2]!
    expect(open[Math.round(((m.start + m.end) / 2) * framesPerSecond)]).toBeLessThan(0.2)
  })

  it('have no voice in a whisper', () => {
    const all = tracks(lay(hello, { voice: 'woman', style: 'whispered' }), 0, 64)
    expect(Math.max(...column(all, 'voice'))).toBe(0)
    expect(Math.max(...column(all, 'breath'))).toBeGreaterThan(0.7)
  })

  it('rise in a question and fall in a statement', () => {
    const change = (mark: string) => {
      const { parts } = lay(`ih z | ih tt | g uh1 d ${mark}`, man)
      return parts.at(-2)!.targets[7]! - parts[1]!.targets[7]!
    }
    expect(change('?')).toBeGreaterThan(0.1)
    expect(change('.')).toBeLessThan(-0.2)
  })

  it('are empty where nothing is said', () => expect(Math.max(...tracks(lay(' , . ', man), 0, 8))).toBe(0))

  it('refuse what is no phone', () => expect(() => lay('hh xx', man)).toThrow(UnknownPhoneError))
})

describe('fitPace', () => {
  it('makes a line as long as asked', () => {
    const natural = lay(hello, man).seconds
    for (const factor of [0.85, 1, 1.15]) expect(lay(hello, { ...man, pace: fitPace(hello, man, natural * factor) }).seconds).toBeCloseTo(natural * factor, 2)
  })

  it('never hurries beyond what can be understood', () => expect(fitPace(hello, man, 0.1)).toBe(fastest))
})
