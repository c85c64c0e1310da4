import { describe, expect, it } from 'vitest'
import type { Clip, Scene } from '../../workers/generate/types.ts'
import { Hold, trace } from './hold.svelte.ts'

const frames = 32

/** Something that crosses the picture at its middle height and touches at 1 s, before a camera that looks to the right and near. */
function scene(): Scene {
  const camera = new Float32Array(3 * frames)
  for (let frame = 0; frame < frames; frame++) camera.set([0.1, 0, 2], 3 * frame)
  const path = Float32Array.from({ length: 2 * frames }, (_, i) => (i % 2 ? 0 : -0.1 + i / 200))
  return { fps: 16, tokensPerSecond: 8, camera, things: [{ object: 2, radius: 0.1, path, contacts: [{ seconds: 1, strength: 0.5 }] }] }
}

function held(frameCount = frames): Hold {
  const hold = new Hold()
  hold.take({ frameCount, fps: 16 } as Clip, scene())
  return hold
}

describe('Hold', () => {
  it('shows handles where the camera sees them', () => {
    const [first] = held().handles
    expect(first!.x).toBeCloseTo(0.5 + (-0.1 - 0.1) * 2, 5)
    expect(first!.y).toBeCloseTo(0.5, 5)
  })

  it('moves a handle by what the hand moved on the picture, through the zoom', () => {
    const hold = held()
    const { id } = hold.handles[0]!
    hold.drag(id, 0.1, -0.2)
    expect(hold.handles[0]!.x).toBeCloseTo(0.2, 5)
    expect(hold.handles[0]!.y).toBeCloseTo(0.3, 5)
    expect(hold.now!.things[0]!.path[1]).toBeCloseTo(0.1, 5)
  })

  it('does not let a handle be lost outside the picture', () => {
    const hold = held()
    const { id } = hold.handles[0]!
    hold.drag(id, -40, 40)
    expect(hold.handles[0]!.x).toBeCloseTo(-0.25, 5)
    expect(hold.handles[0]!.y).toBeCloseTo(1.25, 5)
    hold.drag(id, 0.5, 0)
    expect(hold.handles[0]!.x).toBeCloseTo(0.25, 5)
  })

  it('moves contacts, and takes everything back', () => {
    const hold = held()
    expect(hold.changed).toBe(false)
    hold.dragContact(hold.marks[0]!, 1.3)
    expect(hold.marks[0]!.seconds).toBeCloseTo(1.3, 5)
    expect(hold.changed).toBe(true)
    hold.reset()
    expect(hold.marks[0]!.seconds).toBe(1)
    expect(hold.now!.things[0]!.path).toEqual(scene().things[0]!.path)
  })

  it('shows all of a short clip, and of a long one what is near', () => {
    expect(held().span(3)).toEqual([0, 31])
    expect(held(320).span(100)).toEqual([68, 132])
  })
})

describe('trace', () => {
  it('curves between contacts and has a corner at each', () => {
    const d = trace(scene(), scene().things[0]!, [0, 31])
    expect(d.match(/L/g)).toHaveLength(1)
    expect(d.match(/C/g)).toHaveLength(30)
  })
})
