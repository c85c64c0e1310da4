import { describe, expect, it } from 'vitest'
import { layOut, wordsAt, wordsIn } from './words.ts'

/** Half a font size a letter. */
const measure = (text: string) => text.length / 2
const textOf = (text: string, aspect = 1) => layOut(text, aspect, measure).lines.map((line) => line.text)

describe('the words in the picture', () => {
  it('are what is quoted in each shot, for its time', () => {
    const shot = { seed: 1, prompt: '' }
    const tags = { prompt: '', shots: [{ ...shot, written: 'rain "One" and “four”', startFrame: 0, frames: 14 }, { ...shot, written: 'snow "Two"', startFrame: 12, frames: 8 }] }
    const words = wordsIn({ tags, fps: 16, frameCount: 20 }, 1, measure)
    const seen = Array.from({ length: 20 }, (_, frame) => wordsAt(words, frame)?.text)
    expect(seen).toEqual([...Array<string>(6).fill('One'), ...Array<string>(6).fill('four'), ...Array<string>(8).fill('Two')])
    expect(wordsAt(words, 20)).toBeUndefined()
  })

  it('are none where nothing is quoted, and none of the name of a file from elsewhere', () => {
    expect(wordsIn({ tags: { prompt: 'rain' }, fps: 16, frameCount: 32 }, 1, measure)).toEqual([])
    expect(wordsIn({ tags: { prompt: 'my "best" film.mp4', from: { how: 'import', prompt: '', seed: 0 } }, fps: 16, frameCount: 32 }, 1, measure)).toEqual([])
  })

  it('stand above where they come before the scene, below where they come after it', () => {
    const linesOf = (prompt: string) => wordsIn({ tags: { prompt }, fps: 16, frameCount: 32 }, 1, measure)[0]!.lines
    expect(linesOf('"Big sale today" a ball').at(-1)!.baseline).toBeLessThan(0.4)
    expect(linesOf('"Big sale today" a ball')[0]!.baseline).toBeGreaterThan(0.1)
    expect(linesOf('a ball "Big sale today"')[0]!.baseline).toBeGreaterThan(0.5)
  })

  it('stand in lines of about the same width, large where they are few', () => {
    expect(textOf('Hi')).toEqual(['Hi'])
    expect(textOf('Happy birthday Anna!')).toEqual(['Happy birthday', 'Anna!'])
    expect(textOf('aa aa aa aa aa aa aa aa')).toEqual(['aa aa aa aa', 'aa aa aa aa'])
    expect(layOut('Hi', 1, measure).size).toBeGreaterThan(layOut('one two three four five six seven eight nine ten', 1, measure).size)
  })

  it('never leave the picture, however many there are and however long, in any shape', () => {
    const texts = ['g = 9.8 m/s²', 'Big sale today', 'w'.repeat(300), 'a long sentence that goes on and on '.repeat(40), '祝你生日快乐'.repeat(30), `${'Donaudampfschifffahrtsgesellschaft'} 👩‍👩‍👧‍👦 x`]
    for (const text of texts) {
      for (const aspect of [1, 16 / 9, 9 / 16]) {
        const { size, lines } = layOut(text, aspect, measure)
        for (const line of lines) expect(measure(line.text) * size).toBeLessThanOrEqual(0.9 * aspect)
        expect(lines[0]!.baseline - size).toBeGreaterThan(0.5)
        expect(lines.at(-1)!.baseline + 0.25 * size).toBeLessThanOrEqual(0.9 + 1e-9)
        expect(lines.map((line) => line.text).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }
    }
  })

  it('are broken within a word only where it would become too small, and never within a letter', () => {
    expect(textOf('Congratulations everybody')).toEqual(['Congratulations', 'everybody'])
    expect(layOut('👩‍👩‍👧‍👦'.repeat(60), 1, measure).lines.every(({ text }) => text.startsWith('👩') && text.endsWith('👦'))).toBe(true)
  })
})
