/** Moving through time by pointer and keys: the same on a clip's timeline and on the film's. */

/** What is moved: the player of a clip, or the film with all its clips. */
export interface Deck {
  playing(): boolean
  pause(): void
  toggle(): void
  seek(frame: number): void
  step(frames: number): void
  /** How many frames there are, and how many are a second (rounded). */
  frames(): number
  second(): number
  /** The frame under the pointer. */
  frameAt(event: PointerEvent & { currentTarget: HTMLElement }): number
}

type Press = PointerEvent & { currentTarget: HTMLElement }

/** Handlers for an element with the role "slider", to be spread onto it. Playback stops while it is held and goes on afterwards. */
export function scrubbing(deck: Deck) {
  let resume = false
  const keys: Record<string, () => void> = {
    ArrowLeft: () => deck.step(-1),
    ArrowDown: () => deck.step(-1),
    ArrowRight: () => deck.step(1),
    ArrowUp: () => deck.step(1),
    'Shift+ArrowLeft': () => deck.step(-deck.second()),
    'Shift+ArrowRight': () => deck.step(deck.second()),
    PageDown: () => deck.step(-deck.second()),
    PageUp: () => deck.step(deck.second()),
    Home: () => deck.seek(0),
    End: () => deck.seek(deck.frames() - 1),
    ' ': () => deck.toggle(),
  }
  const release = () => {
    if (resume) deck.toggle()
    resume = false
  }
  return {
    onpointerdown(event: Press) {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      resume = deck.playing()
      deck.pause()
      deck.seek(deck.frameAt(event))
    },
    onpointermove(event: Press) {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) deck.seek(deck.frameAt(event))
    },
    onpointerup: release,
    onpointercancel: release,
    onkeydown(event: KeyboardEvent) {
      const act = keys[event.shiftKey ? `Shift+${event.key}` : event.key]
      if (!act || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      act()
    },
  }
}
