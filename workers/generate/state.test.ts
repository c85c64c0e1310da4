import { describe, expect, it } from 'vitest'
import type { Manifest } from '../packs/manifest'
import { tinyManifest } from '../packs/testPack'
import simulated from './simulated.json'
import { readScene, stateLayout, writeScene, type StateLayout } from './state'
import type { Scene } from './types'

const object = ['there', 'x', 'y', 'vx', 'vy', 'radius', 'strength', 'phase', 'cos', 'sin']

/** The layout of a pack that tells of `objects` objects, at the frame rate of the real ones. */
function telling(objects: number, change: (state: Manifest['state']) => void = () => {}): Manifest {
  const manifest = tinyManifest()
  manifest.video = { ...manifest.video, fps: 16, frames: 32, latentFrames: 16 }
  manifest.state = { tokens: 16, dim: 10 * objects + 14 + 3, objects, parts: { objects: 10 * objects, camera: 3, impacts: 4, loud: 4, drift: 3 }, object }
  change(manifest.state)
  return manifest
}

const layoutOf = (objects: number): StateLayout => stateLayout(telling(objects))!

/** What models/kinora/world simulated: one ball, a moving camera. `state` are its tokens without the spare numbers. */
const one = layoutOf(1)
const ball = Float32Array.from({ length: 16 * one.dim }, (_, i) => (i % one.dim < 24 ? simulated.state[Math.floor(i / one.dim) * 24 + (i % one.dim)]! : 0))

const close = (a: ArrayLike<number>, b: ArrayLike<number>) => Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)))
const numberAt = (state: Float32Array, layout: StateLayout, token: number, name: keyof StateLayout['number'], which = 0) =>
  state[token * layout.dim + which * layout.stride + layout.number[name]]!
const share = (state: Float32Array, layout: StateLayout, part: 'impacts' | 'loud', bin: number) =>
  state[Math.floor(bin / 4) * layout.dim + layout[part]!.from + (bin % 4)]!
const moved = (scene: Scene, change: (thing: Scene['things'][number]) => Partial<Scene['things'][number]>): Scene => ({
  ...scene,
  things: scene.things.map((thing) => ({ ...thing, ...change(thing) })),
})

describe('stateLayout', () => {
  it.each<[string, Manifest]>([
    ['says nothing of its tokens', telling(1, (state) => delete state.parts)],
    ['does not say what an object is', telling(1, (state) => delete state.object)],
    ['has no places', telling(1, (state) => (state.object = object.map((name) => (name === 'x' ? 'left' : name))))],
    ['has tokens of another length than two frames', telling(1, (state) => (state.tokens = 8))],
  ])('is null for a pack that %s', (_, manifest) => {
    expect(stateLayout(manifest)).toBeNull()
  })
})

describe('readScene', () => {
  const scene = readScene(ball, one)

  it('finds things, the camera and the moments of contact where the simulator had them', () => {
    const [thing] = scene.things
    expect(scene.things).toHaveLength(1)
    expect(close(thing!.path, simulated.path)).toBeLessThan(1e-4)
    expect(thing!.radius).toBeCloseTo(simulated.radius, 4)
    expect(close(scene.camera, simulated.camera)).toBeLessThan(1e-4)
    expect(thing!.contacts).toHaveLength(simulated.contacts.length)
    for (const [i, contact] of thing!.contacts.entries()) {
      expect(contact.seconds).toBeCloseTo(simulated.contacts[i]!.seconds, 3)
      expect(contact.strength).toBeCloseTo(simulated.contacts[i]!.strength, 3)
    }
  })

  it('leaves out what is not there', () => {
    const two = layoutOf(2)
    const state = new Float32Array(16 * two.dim)
    for (let token = 0; token < 16; token++) {
      state.set([-1, 2], token * two.dim)
      state.set([1, 3], token * two.dim + 10)
    }
    expect(readScene(state, two).things.map(({ object }) => object)).toEqual([1])
    expect(readScene(state, two).things[0]!.path[0]).toBeCloseTo(1)
  })
})

describe('writeScene', () => {
  const scene = readScene(ball, one)

  it('changes nothing when nothing was moved', () => {
    expect(writeScene(ball, one, scene)).toEqual(ball)
  })

  it('is read again as it was written', () => {
    const wanted = moved(scene, ({ path, contacts }) => ({
      path: path.map((x, i) => x + 0.1 * Math.sin(i / 9)),
      contacts: contacts.map((contact, i) => ({ ...contact, seconds: contact.seconds + (i === 0 ? 0.15 : 0) })),
    }))
    const again = readScene(writeScene(ball, one, wanted), one)
    expect(close(again.things[0]!.path, wanted.things[0]!.path)).toBeLessThan(1e-5)
    for (const [i, contact] of again.things[0]!.contacts.entries()) expect(contact.seconds).toBeCloseTo(wanted.things[0]!.contacts[i]!.seconds, 5)
    expect(again.camera).toEqual(scene.camera)
  })

  it('writes the mean of a token’s two frames, and their difference as its speed', () => {
    const path = scene.things[0]!.path.map((_, i) => (i % 2 === 0 ? Math.floor(i / 2) / 64 : -0.25))
    const state = writeScene(ball, one, moved(scene, () => ({ path })))
    expect(numberAt(state, one, 5, 'x')).toBeCloseTo((3 * (10 + 11)) / 2 / 64, 5)
    expect(numberAt(state, one, 5, 'vx')).toBeCloseTo(16 / 64 / 1.2, 5)
    expect(numberAt(state, one, 5, 'y')).toBeCloseTo(-0.75, 5)
    expect(numberAt(state, one, 5, 'vy')).toBeCloseTo(0, 5)
  })

  it('leaves other things, the camera and what has no name alone, bit for bit', () => {
    const two = layoutOf(2)
    const state = Float32Array.from({ length: 16 * two.dim }, (_, i) => (i % two.dim === 0 || i % two.dim === 10 ? 1 : Math.sin(i) / 9))
    const before = readScene(state, two)
    const wanted = { ...before, things: [{ ...before.things[1]!, path: before.things[1]!.path.map((x) => x + 0.05) }] }
    const after = writeScene(state, two, wanted)
    const own = new Set(['x', 'y', 'vx', 'vy'].map((name) => 10 + object.indexOf(name)))
    for (const [i, x] of after.entries()) if (!own.has(i % two.dim)) expect(x).toBe(state[i])
    expect(after).not.toEqual(state)
  })

  it('moves a contact to the token of its new time, with its impact and its loudness', () => {
    const state = new Float32Array(16 * one.dim)
    const silence = 2 - 3
    for (let token = 0; token < 16; token++) {
      state[token * one.dim] = 1
      for (let i = 0; i < 4; i++) state[token * one.dim + one.loud!.from + i] = silence
    }
    // Strength 0.25 at 0.5 s and a bit: token 4, its first quarter; heard there and a quarter later.
    state[4 * one.dim + one.number.strength] = 1.5
    state[4 * one.dim + one.number.phase] = 3 * (0.1 - 0.5)
    state[4 * one.dim + one.impacts!.from] = 1.5
    state[4 * one.dim + one.loud!.from] = 1
    state[4 * one.dim + one.loud!.from + 1] = 0.5
    const before = readScene(state, one)
    expect(before.things[0]!.contacts[0]!.seconds).toBeCloseTo(0.5125, 5)
    const after = writeScene(state, one, moved(before, ({ contacts }) => ({ contacts: [{ ...contacts[0]!, seconds: 0.85 }] })))
    expect([numberAt(after, one, 4, 'strength'), numberAt(after, one, 4, 'phase')]).toEqual([0, 0])
    expect(numberAt(after, one, 6, 'strength')).toBeCloseTo(1.5, 5)
    expect(numberAt(after, one, 6, 'phase')).toBeCloseTo(3 * (0.85 * 8 - 6 - 0.5), 5)
    const impacts = Array.from({ length: 64 }, (_, bin) => share(after, one, 'impacts', bin))
    expect(impacts.map((x, bin) => (x === 0 ? 0 : bin)).filter(Boolean)).toEqual([27])
    expect(impacts[27]).toBeCloseTo(1.5, 5)
    expect([share(after, one, 'loud', 16), share(after, one, 'loud', 17)].every((x) => Math.abs(x - silence) < 1e-4)).toBe(true)
    expect(share(after, one, 'loud', 27)).toBeCloseTo(1, 4)
    expect(share(after, one, 'loud', 28)).toBeCloseTo(0.5, 4)
  })

  it('adds the loudness of a moved contact to what sounds there already, in energy', () => {
    const state = new Float32Array(16 * one.dim).fill(0)
    for (let token = 0; token < 16; token++) {
      state[token * one.dim] = 1
      for (let i = 0; i < 4; i++) state[token * one.dim + one.loud!.from + i] = Math.log10(0.1 + 1e-3) + 2
    }
    state[4 * one.dim + one.number.strength] = 3
    state[4 * one.dim + one.loud!.from + 2] = Math.log10(Math.sqrt(0.05) + 1e-3) + 2
    const before = readScene(state, one)
    const after = writeScene(state, one, moved(before, ({ contacts }) => ({ contacts: [{ ...contacts[0]!, seconds: 1.06 }] })))
    expect(share(after, one, 'loud', 33)).toBeCloseTo(Math.log10(Math.sqrt(0.05) + 1e-3) + 2, 4)
    expect(share(after, one, 'loud', 18)).toBeCloseTo(Math.log10(0.1 + 1e-3) + 2, 4)
  })

  it('refuses a path of another length', () => {
    expect(() => writeScene(ball, one, moved(scene, ({ path }) => ({ path: path.slice(2) })))).toThrow(RangeError)
  })
})
