import { describe, expect, it } from 'vitest'
import type { Scene, Thing } from '../../workers/generate/types.ts'
import { edited, frameOf, keyNow, keysOf, moveContact, noEdits, placeAt, weights } from './edit.ts'

const fps = 16
const count = 32
const floor = -0.4
/** 9.81 m/s² in a picture 2 m wide. */
const gravity = 4.905

/** A ball that lands at `landings` (s) and flies in parabolas between them. */
function bouncing(landings: number[], object = 0, x0 = -0.3): Thing {
  const path = new Float32Array(2 * count)
  for (let frame = 0; frame < count; frame++) {
    const t = (frame + 0.5) / fps
    const next = landings.find((landing) => landing > t)
    const before = landings.findLast((landing) => landing <= t)
    path[2 * frame] = x0 + 0.25 * t
    const height = before === undefined ? 0.5 * gravity * (next! ** 2 - t ** 2) : next === undefined ? 1.2 * (t - before) - 0.5 * gravity * (t - before) ** 2 : 0.5 * gravity * (t - before) * (next - t)
    path[2 * frame + 1] = floor + height
  }
  return { object, radius: 0.1, path, contacts: landings.map((seconds) => ({ seconds, strength: 0.5 })) }
}
const sceneOf = (...things: Thing[]): Scene => ({ fps, tokensPerSecond: 8, camera: new Float32Array(3 * count), things })
const ys = ({ path }: Thing) => Array.from({ length: count }, (_, frame) => path[2 * frame + 1]!)
/** Second differences a frame², over frames of which none is beside a landing. */
const bends = (values: number[]) => values.slice(2).map((v, i) => v - 2 * values[i + 1]! + values[i]!)

const ball = bouncing([0.4, 1.05, 1.6])

describe('keysOf', () => {
  it('gives the ends, the contacts and the tops of arcs', () => {
    expect(keysOf(ball, fps).map(({ turn }) => turn)).toEqual(['start', 'contact', 'top', 'contact', 'top', 'contact', 'end'])
  })

  it('takes what stands still as a whole', () => {
    const still = { ...ball, path: new Float32Array(2 * count).fill(0.2), contacts: [] }
    expect(keysOf(still, fps).map(({ turn }) => turn)).toEqual(['whole'])
  })

  it('puts handles between where a long way has no turns', () => {
    const straight = { ...ball, path: Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 ? 0 : i / 80)), contacts: [] }
    expect(keysOf(straight, fps).map(({ at }) => at)).toEqual([0, 10, 21, 31])
  })

  it('does not take a trembling hand for turns', () => {
    const trembling = { ...ball, path: Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 ? 0.01 * Math.sin(i * 7) : i / 80)), contacts: [] }
    expect(keysOf(trembling, fps).every(({ turn }) => turn !== 'top' && turn !== 'bottom')).toBe(true)
  })
})

describe('a dragged handle', () => {
  const keys = keysOf(ball, fps)

  it.each(keys.map((key, index) => [key.turn, index] as const))('(%s, %i) moves what is around it and no other handle', (_, index) => {
    const weight = weights(keys, index, count)
    for (const [other, { at }] of keys.entries()) {
      if (other === index) expect(Math.max(weight[Math.floor(at)]!, weight[Math.ceil(at)]!)).toBeGreaterThan(0.6)
      else if (Math.abs(other - index) > 1) expect(weight[Math.round(at)]).toBe(0)
    }
    expect(Math.max(...weight)).toBeLessThanOrEqual(1)
    expect(Math.min(...weight)).toBeGreaterThanOrEqual(0)
  })

  it('leaves a ball in flight falling evenly, higher, between the same landings', () => {
    const top = keys[2]!
    const after = edited(sceneOf(ball), { ...noEdits, moves: { [top.id]: [0, 0.1] } }).things[0]!
    const half = bends(ys(after).slice(Math.ceil(top.at), Math.floor(frameOf(1.05, fps)) + 1))
    expect(Math.max(...half) - Math.min(...half)).toBeLessThan(1e-5)
    expect(placeAt(after.path, top.at)[1] - placeAt(ball.path, top.at)[1]).toBeCloseTo(0.1, 5)
    expect(ys(after).slice(0, 6)).toEqual(ys(ball).slice(0, 6))
  })

  it('can be put back exactly', () => {
    expect(edited(sceneOf(ball), noEdits).things[0]!.path).toEqual(ball.path)
  })
})

describe('a contact moved in time', () => {
  it('takes the landing with it: the path has its corner at the new time, and arcs stay parabolas', () => {
    const scene = sceneOf(ball)
    const times = moveContact(scene, {}, 0, 1, 1.2)
    const after = edited(scene, { ...noEdits, times }).things[0]!
    expect(after.contacts[1]!.seconds).toBeCloseTo(1.2, 6)
    const fly = (from: number, to: number) => bends(ys(after).slice(Math.ceil(frameOf(from, fps)), Math.floor(frameOf(to, fps)) + 1))
    for (const arc of [fly(0.4, 1.2), fly(1.2, 1.6)]) expect(Math.max(...arc) - Math.min(...arc)).toBeLessThan(1e-4)
    expect(ys(after).slice(0, 6)).toEqual(ys(ball).slice(0, 6))
    expect(ys(after).at(-1)).toBe(ys(ball).at(-1))
    const top = keysOf(ball, fps)[2]!
    expect(keyNow(top, ball, after, fps)).toBeCloseTo((frameOf(0.4, fps) + frameOf(1.2, fps)) / 2, 0)
  })

  it('stays a token away from the contacts before and after it', () => {
    const scene = sceneOf(ball)
    expect(moveContact(scene, {}, 0, 1, 9)['0:1']).toBeCloseTo(1.6 - 1 / 8, 6)
    expect(moveContact(scene, {}, 0, 1, -9)['0:1']).toBeCloseTo(0.4 + 1 / 8, 6)
    expect(moveContact(scene, {}, 0, 2, 9)['0:2']).toBeCloseTo(2 - 2 / fps, 6)
  })

  it('takes along the contact of what it touched, and not one that happens elsewhere at that time', () => {
    const scene = sceneOf(ball, bouncing([0.4, 1.06, 1.6], 1, -0.15), bouncing([0.4, 1.05, 1.6], 2, 5))
    const times = moveContact(scene, {}, 0, 1, 1.15)
    expect(times['0:1']).toBeCloseTo(1.15, 6)
    expect(times['1:1']).toBeCloseTo(1.16, 6)
    expect(times['2:1']).toBeUndefined()
  })
})
