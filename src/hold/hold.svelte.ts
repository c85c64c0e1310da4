/** Taking hold of a clip: what is in it, what the person has moved so far, and where that shows on the picture. */
import type { Clip, Scene, Thing } from '../../workers/generate/types.ts'
import { contactId, edited, keyNow, keysOf, moveContact, noEdits, placeAt, type Edits, type Turn } from './edit.ts'

/** A handle as the picture shows it: x and y are shares of the picture from its left and its top. */
export interface Handle {
  id: string
  turn: Turn
  object: number
  /** The moment it belongs to now, in frames. */
  now: number
  x: number
  y: number
}

/** A contact as the timeline shows it. */
export interface Mark {
  id: string
  object: number
  index: number
  seconds: number
}

/** A handle may be drawn this far out of the picture: things come in from outside. */
const beyond = 0.25
/** Of a clip longer than twice this (s), only what is this near to the frame that is shown. */
const nearby = 2

export class Hold {
  /** The clip that is held; another one may have come onto the stage since. */
  clip = $state.raw<Clip | null>(null)
  scene = $state.raw<Scene | null>(null)
  edits = $state.raw<Edits>(noEdits)

  readonly now = $derived(this.scene && edited(this.scene, this.edits))
  readonly changed = $derived(this.edits !== noEdits)
  readonly handles = $derived.by((): Handle[] => {
    const { scene, now } = this
    if (!scene || !now) return []
    return scene.things.flatMap((was, i) => {
      const is = now.things[i]!
      return keysOf(was, scene.fps).map((key): Handle => {
        const moment = keyNow(key, was, is, scene.fps)
        const [x, y] = seen(scene, placeAt(is.path, moment), moment)
        return { id: key.id, turn: key.turn, object: was.object, now: moment, x, y }
      })
    })
  })
  readonly marks = $derived.by((): Mark[] =>
    (this.now?.things ?? []).flatMap((thing) => thing.contacts.map(({ seconds }, index) => ({ id: contactId(thing, index), object: thing.object, index, seconds }))),
  )

  take(clip: Clip, scene: Scene): void {
    this.clip = clip
    this.scene = scene
    this.edits = noEdits
  }

  letGo(): void {
    this.clip = null
    this.scene = null
    this.edits = noEdits
  }

  reset(): void {
    this.edits = noEdits
  }

  /** Moves a handle by shares of the picture, y downwards as on the screen, as far as it can still be seen or nearly. */
  drag(id: string, right: number, down: number): void {
    const { scene } = this
    const handle = this.handles.find((other) => other.id === id)
    if (!scene || !handle) return
    const within = (from: number, by: number) => Math.min(Math.max(from + by, Math.min(from, -beyond)), Math.max(from, 1 + beyond)) - from
    const zoom = cameraAt(scene, handle.now)[2]
    const [x, y] = this.edits.moves[id] ?? [0, 0]
    const moves = { ...this.edits.moves, [id]: [x + within(handle.x, right) / zoom, y - within(handle.y, down) / zoom] as const }
    this.edits = { ...this.edits, moves }
  }

  /** Moves a contact in time, as far as the ones before and after it let it. */
  dragContact({ object, index }: Mark, seconds: number): void {
    const { scene } = this
    if (scene) this.edits = { ...this.edits, times: moveContact(scene, this.edits.times, object, index, seconds) }
  }

  /** First and last frame of what is shown of paths while `frame` is on the stage. */
  span(frame: number): [first: number, last: number] {
    const { clip } = this
    if (!clip) return [0, 0]
    const reach = clip.frameCount > 2 * nearby * clip.fps ? nearby * clip.fps : clip.frameCount
    return [Math.max(0, frame - reach), Math.min(clip.frameCount - 1, frame + reach)]
  }
}

function cameraAt({ camera }: Scene, at: number): [x: number, y: number, zoom: number] {
  const last = camera.length / 3 - 1
  const low = Math.min(Math.max(Math.floor(at), 0), last)
  const high = Math.min(low + 1, last)
  const share = Math.min(Math.max(at - low, 0), 1)
  const mix = (i: number) => camera[3 * low + i]! * (1 - share) + camera[3 * high + i]! * share
  return [mix(0), mix(1), Math.max(0.1, mix(2))]
}

/** Where the picture shows a place at a moment (in frames), as shares from its left and its top. */
function seen(scene: Scene, [x, y]: readonly [number, number], at: number): [x: number, y: number] {
  const [cx, cy, zoom] = cameraAt(scene, at)
  return [0.5 + (x - cx) * zoom, 0.5 - (y - cy) * zoom]
}

/** A path as the picture shows it from frame to frame, as the `d` of an SVG path in a 100 × 100 box: curved between contacts, with a corner at each. */
export function trace(scene: Scene, thing: Thing, [first, last]: readonly [number, number]): string {
  const point = (at: number) => seen(scene, placeAt(thing.path, at), at)
  const corners = new Set(thing.contacts.map(({ seconds }) => Math.floor(seconds * scene.fps - 0.5)))
  const points = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => point(first + i))
  const at = (i: number) => points[Math.min(Math.max(i, 0), points.length - 1)]!
  const says = (values: readonly number[]) => values.map((x) => (100 * x).toFixed(2)).join(' ')
  return points
    .map((to, i) => {
      if (i === 0) return `M${says(to)}`
      const from = at(i - 1)
      const frame = first + i - 1
      if (corners.has(frame)) return `L${says(to)}`
      // Catmull-Rom: level with the neighbours, except beside a corner.
      const before = corners.has(frame - 1) ? from : at(i - 2)
      const after = corners.has(frame + 1) ? to : at(i + 1)
      const bend = (p: readonly number[], a: readonly number[], b: readonly number[], way: number) => p.map((x, k) => x + (way * (b[k]! - a[k]!)) / 6)
      return `C${says(bend(from, before, to, 1))} ${says(bend(to, from, after, -1))} ${says(to)}`
    })
    .join('')
}

/** What stands for a thing on the picture at a frame: its middle and its radius, as shares of the picture. */
export function disc(scene: Scene, thing: Thing, frame: number): { x: number; y: number; radius: number } {
  const [x, y] = seen(scene, placeAt(thing.path, frame), frame)
  return { x, y, radius: thing.radius * cameraAt(scene, frame)[2] }
}
