/** The keys of the editing desk, in one table: it acts, and the sheet that explains the keys is drawn from it. */
import { m } from '../i18n/paraglide/messages.js'
import type { Studio } from '../studio.svelte.ts'

export interface Key {
  /** As `chord` gives them; any of these, unless the person chose another (keyChoice.svelte.ts). The first is the key's name there. */
  chords: string[]
  says: () => string
  act: (studio: Studio) => void
  /** 'play' works on whatever is on the stage; 'edit' only when there is a film. */
  needs: 'play' | 'edit'
  /** Takes an edit back, or does it again: wherever edits are. */
  edits?: 'undo' | 'redo'
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
  { chords: ['Space'], says: m.keys_play, needs: 'play', act: (studio) => studio.togglePlay() },
  { chords: ['J'], says: m.keys_backwards, needs: 'play', act: (studio) => player(studio).shuttle(-1) },
  { chords: ['K'], says: m.pause, needs: 'play', act: (studio) => player(studio).pause() },
  { chords: ['L'], says: m.keys_forwards, needs: 'play', act: (studio) => player(studio).shuttle(1) },
  { chords: ['ArrowLeft'], says: m.previous_frame, needs: 'play', repeats: true, act: (studio) => player(studio).step(-1) },
  { chords: ['ArrowRight'], says: m.next_frame, needs: 'play', repeats: true, act: (studio) => player(studio).step(1) },
  { chords: ['Shift+ArrowLeft'], says: m.keys_second_back, needs: 'play', repeats: true, act: (studio) => player(studio).step(-second(studio)) },
  { chords: ['Shift+ArrowRight'], says: m.keys_second_on, needs: 'play', repeats: true, act: (studio) => player(studio).step(second(studio)) },
  { chords: ['ArrowUp'], says: m.keys_cut_before, needs: 'edit', act: ({ timeline }) => timeline.jump(-1) },
  { chords: ['ArrowDown'], says: m.keys_cut_after, needs: 'edit', act: ({ timeline }) => timeline.jump(1) },
  { chords: ['I'], says: m.keys_mark_in, needs: 'edit', act: ({ timeline }) => timeline.mark('in') },
  { chords: ['O'], says: m.keys_mark_out, needs: 'edit', act: ({ timeline }) => timeline.mark('out') },
  { chords: ['X'], says: m.keys_unmark, needs: 'edit', act: ({ timeline }) => timeline.unmark() },
  { chords: ['Q'], says: m.keys_in, needs: 'edit', act: ({ timeline }) => timeline.trimHere('start') },
  { chords: ['W'], says: m.keys_out, needs: 'edit', act: ({ timeline }) => timeline.trimHere('end') },
  { chords: ['S'], says: m.film_split, needs: 'edit', act: ({ timeline }) => timeline.split() },
  {
    chords: ['Delete', 'Backspace'],
    says: m.film_remove,
    needs: 'edit',
    act: ({ timeline }) => timeline.selected && timeline.removeClip(timeline.selected.clip.id),
  },
  { chords: ['['], says: m.film_earlier, needs: 'edit', act: (studio) => moveBy(studio, -1) },
  { chords: [']'], says: m.film_later, needs: 'edit', act: (studio) => moveBy(studio, 1) },
  { chords: ['+', '='], says: m.film_zoom_in, needs: 'edit', act: ({ timeline }) => timeline.view.zoomBy(1.5) },
  { chords: ['-'], says: m.film_zoom_out, needs: 'edit', act: ({ timeline }) => timeline.view.zoomBy(1 / 1.5) },
  { chords: ['0'], says: m.film_fit, needs: 'edit', act: ({ timeline }) => timeline.view.fit() },
  { chords: ['Mod+Z'], says: m.undo, needs: 'edit', edits: 'undo', act: ({ timeline }) => timeline.undo() },
  { chords: ['Mod+Shift+Z', 'Mod+Y'], says: m.film_redo, needs: 'edit', edits: 'redo', act: ({ timeline }) => timeline.redo() },
]

/** 'Mod+Shift+Z': Mod is Ctrl, or ⌘ on a Mac. Shift counts only where it does not make another character. */
export function chord({ key, ctrlKey, metaKey, altKey, shiftKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string | undefined {
  if (altKey) return undefined
  const letter = /^[a-z]$/i.test(key)
  const name = key === ' ' ? 'Space' : letter ? key.toUpperCase() : key
  const shift = shiftKey && (letter || key.length > 1)
  return `${ctrlKey || metaKey ? 'Mod+' : ''}${shift ? 'Shift+' : ''}${name}`
}

const PRINTED: Record<string, string> = { Space: '␣', ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Delete: 'Del', '-': '−' }

/** A chord as it is printed on the keys. */
export function printed(chord: string): string {
  const [, mod, shift, name = ''] = /^(Mod\+)?(Shift\+)?(.+)$/.exec(chord) ?? []
  return [mod && (globalThis.navigator?.platform.startsWith('Mac') ? '⌘' : 'Ctrl'), shift && '⇧', PRINTED[name] ?? name].filter(Boolean).join(' ')
}
