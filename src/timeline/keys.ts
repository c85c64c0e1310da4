/** The keys of the editing desk, in one table: it acts, and the sheet that explains the keys is drawn from it. */
import { m } from '../i18n/paraglide/messages.js'
import type { Studio } from '../studio.svelte.ts'

export interface Key {
  /** As `chord` gives them; any of these. */
  chords: string[]
  /** As printed on the keys. */
  shown: string
  says: () => string
  act: (studio: Studio) => void
  /** 'play' works on whatever is on the stage; 'edit' only when there is a film. */
  needs: 'play' | 'edit'
  /** May be held down. */
  repeats?: true
}

/** Of what is on the stage. */
const player = (studio: Studio) => (studio.onStage === 'film' ? studio.timeline.player : studio.player)
const second = (studio: Studio) => Math.round(player(studio).clip?.fps ?? 1)

/** The clip that is chosen, else the one under the playhead. */
function target({ timeline }: Studio) {
  return timeline.selected ?? timeline.placeHere
}

function moveBy(studio: Studio, places: number): void {
  const place = target(studio)
  if (place) studio.timeline.moveClip(place.clip.id, Math.max(0, place.index + places))
}

export const KEYS: readonly Key[] = [
  { chords: ['Space'], shown: '␣', says: m.keys_play, needs: 'play', act: (studio) => studio.togglePlay() },
  { chords: ['J'], shown: 'J', says: m.keys_backwards, needs: 'play', act: (studio) => player(studio).shuttle(-1) },
  { chords: ['K'], shown: 'K', says: m.pause, needs: 'play', act: (studio) => player(studio).pause() },
  { chords: ['L'], shown: 'L', says: m.keys_forwards, needs: 'play', act: (studio) => player(studio).shuttle(1) },
  { chords: ['ArrowLeft'], shown: '←', says: m.previous_frame, needs: 'play', repeats: true, act: (studio) => player(studio).step(-1) },
  { chords: ['ArrowRight'], shown: '→', says: m.next_frame, needs: 'play', repeats: true, act: (studio) => player(studio).step(1) },
  { chords: ['Shift+ArrowLeft'], shown: '⇧ ←', says: m.keys_second_back, needs: 'play', repeats: true, act: (studio) => player(studio).step(-second(studio)) },
  { chords: ['Shift+ArrowRight'], shown: '⇧ →', says: m.keys_second_on, needs: 'play', repeats: true, act: (studio) => player(studio).step(second(studio)) },
  { chords: ['ArrowUp'], shown: '↑', says: m.keys_cut_before, needs: 'edit', act: ({ timeline }) => timeline.jump(-1) },
  { chords: ['ArrowDown'], shown: '↓', says: m.keys_cut_after, needs: 'edit', act: ({ timeline }) => timeline.jump(1) },
  { chords: ['I'], shown: 'I', says: m.keys_in, needs: 'edit', act: ({ timeline }) => timeline.trimHere('start') },
  { chords: ['O'], shown: 'O', says: m.keys_out, needs: 'edit', act: ({ timeline }) => timeline.trimHere('end') },
  { chords: ['S'], shown: 'S', says: m.film_split, needs: 'edit', act: ({ timeline }) => timeline.split() },
  {
    chords: ['Delete', 'Backspace'],
    shown: 'Del',
    says: m.film_remove,
    needs: 'edit',
    act: ({ timeline }) => timeline.selected && timeline.removeClip(timeline.selected.clip.id),
  },
  { chords: ['['], shown: '[', says: m.film_earlier, needs: 'edit', act: (studio) => moveBy(studio, -1) },
  { chords: [']'], shown: ']', says: m.film_later, needs: 'edit', act: (studio) => moveBy(studio, 1) },
  { chords: ['+', '='], shown: '+', says: m.film_zoom_in, needs: 'edit', act: ({ timeline }) => timeline.view.zoomBy(1.5) },
  { chords: ['-'], shown: '−', says: m.film_zoom_out, needs: 'edit', act: ({ timeline }) => timeline.view.zoomBy(1 / 1.5) },
  { chords: ['0'], shown: '0', says: m.film_fit, needs: 'edit', act: ({ timeline }) => timeline.view.fit() },
  { chords: ['Mod+Z'], shown: 'Ctrl Z', says: m.undo, needs: 'edit', act: ({ timeline }) => timeline.undo() },
  { chords: ['Mod+Shift+Z', 'Mod+Y'], shown: 'Ctrl ⇧ Z', says: m.film_redo, needs: 'edit', act: ({ timeline }) => timeline.redo() },
]

/** 'Mod+Shift+Z': Mod is Ctrl, or ⌘ on a Mac. Shift counts only where it does not make another character. */
export function chord({ key, ctrlKey, metaKey, altKey, shiftKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string | undefined {
  if (altKey) return undefined
  const letter = /^[a-z]$/i.test(key)
  const name = key === ' ' ? 'Space' : letter ? key.toUpperCase() : key
  const shift = shiftKey && (letter || key.length > 1)
  return `${ctrlKey || metaKey ? 'Mod+' : ''}${shift ? 'Shift+' : ''}${name}`
}
