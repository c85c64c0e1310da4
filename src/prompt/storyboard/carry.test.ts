import { describe, expect, it } from 'vitest'
import { vocabulary } from '../enhance/vocabulary.ts'
import { read } from '../enhance/read.ts'
import { newShot, type Shot } from './board.ts'
import { writeShots } from './carry.ts'

const options = { families: Object.keys(vocabulary.families), maxBytes: 192, language: 'en' } as const

function write(shots: (string | Partial<Shot>)[], look = {}, detailsSeed = 7) {
  const cards = shots.map((shot, i) => newShot(String(i), typeof shot === 'string' ? { prompt: shot } : shot))
  return writeShots({ name: '', shots: cards, look, detailsSeed }, options)
}

/** What a caption says when it is read again, by the reader that knows nothing of storyboards. */
function tells(caption: string): Record<string, string> {
  return Object.fromEntries([...read(caption, options.families, 'en').said].map(([slot, { value }]) => [slot, value]))
}

const seeds = Array.from({ length: 20 }, (_, i) => i * 7919)

describe('writeShots', () => {
  it('gives later shots the place, time, style and looks that the first one names', () => {
    for (const seed of seeds) {
      const [, second] = write(['a red glass ball bounces by the sea at night, neon style', 'the ball falls into water'], {}, seed)
      expect(tells(second!.caption), second!.caption).toMatchObject({ colour: 'red', material: 'glass', place: 'sea', time: 'night', style: 'neon' })
    }
  })

  it('gives them what the first shot was given without being asked, too', () => {
    for (const seed of seeds) {
      const [first, second] = write(['a ball bounces', 'a bouncing ball'], {}, seed)
      const { place, time, style, colour, material } = tells(first!.caption)
      expect(tells(second!.caption)).toMatchObject({ place, time, style, colour, material })
    }
  })

  it('lets a shot say otherwise, for itself alone', () => {
    const [, second, third] = write(['a red ball bounces by the sea at night', 'a blue ball bounces in the city', 'a bouncing ball'])
    expect(tells(second!.caption)).toMatchObject({ colour: 'blue', place: 'city', time: 'night' })
    expect(tells(third!.caption)).toMatchObject({ colour: 'red', place: 'sea', time: 'night' })
    expect(second!.carried.map(({ slot }) => slot)).not.toContain('colour')
  })

  it('takes a ball’s colour for no car’s, and remembers each', () => {
    for (const seed of seeds) {
      const [, car, , again] = write(['a red ball bounces', 'a blue car passes', 'a thunderstorm', 'a car passes again'], {}, seed)
      expect(tells(car!.caption)).toMatchObject({ colour: 'blue' })
      expect(tells(again!.caption)).toMatchObject({ colour: 'blue' })
    }
  })

  it('has the same person talk again', () => {
    for (const seed of seeds) {
      const [, , third] = write(['a woman in a red sweater talks', 'a thunderstorm', 'somebody whispers'], {}, seed)
      expect(tells(third!.caption)).toMatchObject({ person: 'woman', outcome: 'whispers' })
    }
  })

  it('goes on with all that was seen where a shot continues the one before', () => {
    const [, , third] = write(['a red ball bounces in the hills by day', 'a green ball bounces on ice at night', { prompt: 'the ball bounces on', join: 'continues' }])
    expect(tells(third!.caption)).toMatchObject({ colour: 'green', ground: 'ice', time: 'night' })
    expect(third!.carried).toContainEqual({ slot: 'colour', value: 'green', on: true })
  })

  it('does without what the person takes out, and still offers it', () => {
    const [, second] = write(['a red ball bounces, paper cut-out style', { prompt: 'a ball bounces', without: ['style'] }])
    expect(tells(second!.caption)['style']).not.toBe('paper')
    expect(second!.carried).toContainEqual({ slot: 'style', value: 'paper', on: false })
  })

  it('follows what the person decides for all, and a card’s own choice before that', () => {
    const [first, second, third] = write(['a ball bounces', { prompt: 'a ball falls into water', camera: 'zoom' }, { prompt: 'a campfire', style: 'neon' }], { time: 'sunset', style: 'noir' })
    for (const text of [first, second, third]) expect(tells(text!.caption)).toMatchObject({ time: 'sunset' })
    expect(tells(first!.caption)).toMatchObject({ style: 'noir' })
    expect(tells(second!.caption)).toMatchObject({ style: 'noir', camera: 'zoom' })
    expect(tells(third!.caption)).toMatchObject({ style: 'neon' })
  })

  it('puts the look behind a sentence of which the captions know no scene, as far as it says nothing else', () => {
    const [, dragon] = write(['a red ball bounces by the sea at night, neon style', 'a dragon over the city'])
    expect(dragon!.caption).toMatch(/^a dragon over the city, /)
    expect(tells(dragon!.caption)).toMatchObject({ place: 'city', time: 'night', style: 'neon' })
  })

  it('keeps a caption that the person wrote, until the prompt changes', () => {
    const rewritten = { prompt: 'a ball', caption: 'my own words' }
    expect(write([{ prompt: 'a ball', rewritten }])[0]).toMatchObject({ caption: 'my own words', isRewritten: true })
    expect(write([{ prompt: 'a ball on ice', rewritten }])[0]!.isRewritten).toBe(false)
  })
})
