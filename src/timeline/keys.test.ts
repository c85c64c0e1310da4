import { describe, expect, it } from 'vitest'
import { KeyChoice } from './keyChoice.svelte.ts'
import { chord, KEYS, printed, type Key } from './keys.ts'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  chord({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

describe('chord', () => {
  it('names what is pressed, whatever the keyboard', () => {
    expect([press(' '), press('j'), press('J', { shiftKey: true }), press('ArrowLeft', { shiftKey: true })]).toEqual(['Space', 'J', 'Shift+J', 'Shift+ArrowLeft'])
    expect([press('z', { ctrlKey: true }), press('Z', { metaKey: true, shiftKey: true })]).toEqual(['Mod+Z', 'Mod+Shift+Z'])
    // On some keyboards + needs Shift, on others it does not.
    expect([press('+', { shiftKey: true }), press('+')]).toEqual(['+', '+'])
    expect(press('ArrowLeft', { altKey: true }), 'the browser goes back').toBeUndefined()
  })
})

it('no two keys have the same chord', () => {
  const chords = KEYS.flatMap(({ chords }) => chords)
  expect(new Set(chords).size).toBe(chords.length)
})

describe('the choice of keys', () => {
  const keyFor = (chord: string): Key => KEYS.find(({ chords }) => chords.includes(chord))!

  it('has another chord do what a key does; what that one did has none then', () => {
    const choice = new KeyChoice()
    choice.choose(keyFor('S'), 'X')
    expect([choice.find('X'), choice.find('S')]).toEqual([keyFor('S'), undefined])
    choice.choose(keyFor('L'), 'K')
    expect([choice.find('K'), choice.find('L')]).toEqual([keyFor('L'), undefined])
    expect(choice.chordsOf(keyFor('K'))).toEqual([])
    choice.choose(keyFor('J'), 'K')
    expect([choice.find('K'), choice.chordsOf(keyFor('L'))]).toEqual([keyFor('J'), []])
    choice.reset()
    for (const key of KEYS) for (const chord of key.chords) expect(choice.find(chord)).toBe(key)
  })
})

it('prints chords as they stand on the keys', () => {
  expect(['Space', 'Shift+ArrowLeft', '+', '-', 'Mod+Shift+Z', 'Delete'].map(printed)).toEqual(['␣', '⇧ ←', '+', '−', 'Ctrl ⇧ Z', 'Del'])
})
