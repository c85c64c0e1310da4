import { describe, expect, it, vi } from 'vitest'
import { scrubbing, type Deck } from './scrub.ts'

function deckOf(playing = false) {
  const log: string[] = []
  const deck: Deck = {
    playing: () => playing,
    pause: () => void log.push('pause'),
    toggle: () => void log.push('toggle'),
    seek: (frame) => void log.push(`seek ${frame}`),
    step: (frames) => void log.push(`step ${frames}`),
    frames: () => 32,
    second: () => 16,
    frameAt: ({ clientX }) => clientX,
  }
  return { log, handlers: scrubbing(deck) }
}

const held = { setPointerCapture: () => undefined, hasPointerCapture: () => true }
const free = { ...held, hasPointerCapture: () => false }
type Press = Parameters<ReturnType<typeof scrubbing>['onpointerdown']>[0]
const at = (clientX: number, currentTarget: object = held, button = 0) => ({ clientX, button, pointerId: 1, currentTarget }) as unknown as Press
const press = (key: string, more: object = {}) => ({ key, preventDefault: vi.fn(), ...more }) as unknown as KeyboardEvent

describe('scrubbing', () => {
  it('stops while it is held, follows the pointer, and goes on playing afterwards', () => {
    const { log, handlers } = deckOf(true)
    handlers.onpointerdown(at(3))
    handlers.onpointermove(at(7))
    handlers.onpointerup()
    handlers.onpointerup()
    expect(log).toEqual(['pause', 'seek 3', 'seek 7', 'toggle'])
  })

  it('leaves a film that stood still standing, and follows no pointer that is not held', () => {
    const { log, handlers } = deckOf()
    handlers.onpointermove(at(9, free))
    handlers.onpointerdown(at(3, held, 2))
    handlers.onpointerdown(at(3))
    handlers.onpointercancel()
    expect(log).toEqual(['pause', 'seek 3'])
  })

  it('moves by frames and seconds with the keys of a slider, and leaves shortcuts alone', () => {
    const { log, handlers } = deckOf()
    for (const key of ['ArrowLeft', 'ArrowUp', 'PageUp', 'PageDown', 'Home', 'End', ' ']) handlers.onkeydown(press(key))
    handlers.onkeydown(press('ArrowRight', { shiftKey: true }))
    const shortcut = press('ArrowRight', { ctrlKey: true })
    handlers.onkeydown(shortcut)
    expect(log).toEqual(['step -1', 'step 1', 'step 16', 'step -16', 'seek 0', 'seek 31', 'toggle', 'step 16'])
    expect(shortcut.preventDefault).not.toHaveBeenCalled()
  })
})
