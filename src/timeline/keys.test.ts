import { describe, expect, it } from 'vitest'
import { chord, KEYS } from './keys.ts'

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
