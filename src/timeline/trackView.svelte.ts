/** How the tracks are looked at and taken hold of: scale, scroll, and what a drag does until it is let go. */
import type { Timeline } from './timeline.svelte.ts'
import { cuts, dropIndex, snap } from './view.ts'

/** The closest view: a frame is as wide as a fingertip's half. */
const MAX_PX_PER_FRAME = 24
/** Within so many px an edge or the playhead goes to what is near. */
const SNAP_PX = 8
/** A press that moves less than this is a click. */
const DRAG_PX = 5

type Hold =
  | { kind: 'start' | 'end'; id: string; pointerX: number; scale: number; edge: number; marks: number[] }
  | { kind: 'move'; id: string; pointerX: number; scale: number; middle: number; moved: number }

export class TrackView {
  /** px of the tracks that can be seen */
  width = $state(0)
  /** px from the film's beginning to the left edge of the view */
  scroll = $state(0)
  /** 1: the whole film fits the view */
  zoom = $state(1)
  hold = $state.raw<Hold | null>(null)

  readonly #timeline: Timeline
  readonly #fit = $derived.by(() => this.width / Math.max(1, this.#timeline.frames))
  readonly maxZoom = $derived(Math.max(1, MAX_PX_PER_FRAME / Math.max(this.#fit, 1e-6)))
  /** A drag that makes the film shorter must not change the scale under the hand. */
  readonly pxPerFrame = $derived(this.hold?.scale ?? this.#fit * Math.min(this.zoom, this.maxZoom))
  /** px of the whole film */
  readonly extent = $derived.by(() => this.#timeline.frames * this.pxPerFrame)
  /** Where a clip being moved will go: its index, and the px of that cut. */
  readonly drop = $derived.by(() => {
    const { hold } = this
    if (hold?.kind !== 'move' || Math.abs(hold.moved) < DRAG_PX) return null
    const { places } = this.#timeline
    const index = dropIndex(places, hold.id, hold.middle + hold.moved / hold.scale)
    const others = places.filter(({ clip }) => clip.id !== hold.id)
    return { index, x: (others[index]?.from ?? others.at(-1)?.to ?? 0) * hold.scale, id: hold.id, moved: hold.moved }
  })

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  /** Zooms so that the frame under the playhead stays where it is, if it is in view. */
  zoomBy(factor: number): void {
    const before = this.pxPerFrame
    const anchor = this.#timeline.player.frame * before - this.scroll
    const within = anchor >= 0 && anchor <= this.width ? anchor : this.width / 2
    const frame = (this.scroll + within) / before
    this.zoom = Math.min(Math.max(this.zoom * factor, 1), this.maxZoom)
    this.scroll = Math.max(0, frame * this.pxPerFrame - within)
  }

  fit(): void {
    this.zoom = 1
    this.scroll = 0
  }

  /** The frame under a point `x` px from the film's beginning; near a cut, the cut, unless it is to be free. */
  frameAt(x: number, free: 'free' | 'snap'): number {
    const frame = x / this.pxPerFrame
    return free === 'free' ? Math.floor(frame) : Math.floor(snap(frame, cuts(this.#timeline.places), SNAP_PX / this.pxPerFrame))
  }

  grabEdge(id: string, kind: 'start' | 'end', pointerX: number): void {
    const { places, player, fps, frames } = this.#timeline
    const place = places.find(({ clip }) => clip.id === id)
    if (!place) return
    this.#timeline.select(id)
    this.#timeline.begin('trim')
    const seconds = Array.from({ length: Math.ceil(frames / fps) + 1 }, (_, i) => Math.round(i * fps))
    this.hold = { kind, id, pointerX, scale: this.pxPerFrame, edge: kind === 'start' ? place.from : place.to, marks: [player.frame, ...cuts(places), ...seconds] }
  }

  grabClip(id: string, pointerX: number): void {
    const place = this.#timeline.places.find(({ clip }) => clip.id === id)
    if (place) this.hold = { kind: 'move', id, pointerX, scale: this.pxPerFrame, middle: (place.from + place.to) / 2, moved: 0 }
  }

  drag(pointerX: number, free: 'free' | 'snap'): void {
    const { hold } = this
    if (!hold) return
    const moved = pointerX - hold.pointerX
    if (hold.kind === 'move') {
      this.hold = { ...hold, moved }
      return
    }
    const frame = hold.edge + moved / hold.scale
    const target = free === 'free' ? frame : snap(frame, hold.marks.filter((mark) => mark !== hold.edge), SNAP_PX / hold.scale)
    // Each move starts again from what was there when the edge was taken.
    this.#timeline.restart('trim')
    this.#timeline.trim(hold.id, hold.kind, Math.round(target - hold.edge))
  }

  /** @returns whether anything was dragged */
  release(): boolean {
    const { hold, drop } = this
    this.hold = null
    if (!hold) return false
    if (hold.kind !== 'move') this.#timeline.commit()
    else if (drop) this.#timeline.moveClip(drop.id, drop.index)
    return hold.kind !== 'move' || drop !== null
  }

  /** Lets go and leaves everything as it was. */
  abandon(): void {
    const { hold } = this
    this.hold = null
    if (hold && hold.kind !== 'move') this.#timeline.cancel()
  }
}
