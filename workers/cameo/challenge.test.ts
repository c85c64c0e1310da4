import { describe, expect, it } from 'vitest'
import { drawChallenge, Judge, vocabularySize, type Challenge } from './challenge'
import type { Look, Progress, Turn } from './types'

const challenge: Challenge = { turns: ['left', 'up', 'right', 'down'], words: [0, 1, 2, 3] }
const facing = { yaw: 2, pitch: 4, mouth: 0.01, x: 0.66, y: 0.5, height: 0.5, real: 0.8, live: 0.9 }
type Face = typeof facing
const poses: Record<Turn, Partial<Face>> = { left: { yaw: -23 }, right: { yaw: 24 }, up: { pitch: -8 }, down: { pitch: 15 } }

/** A camera with a look every 150 ms. */
class Camera {
  at = 0
  last: Progress
  readonly judge: Judge

  constructor(drawn = challenge) {
    this.judge = new Judge(drawn)
    this.last = this.judge.progress()
  }

  show(looks: number, face: Partial<Face> | null = {}, { level = 0.001, faces = face ? 1 : 0 } = {}): Progress {
    for (let i = 0; i < looks && this.last.state === 'going'; i++) {
      this.at += 150
      const look: Look = { at: this.at, faces, level }
      // Hands tremble.
      if (face && faces === 1) look.face = { ...facing, ...face, x: facing.x + (face.x ?? 0) + 0.004 * (i % 2) }
      this.last = this.judge.take(look)
    }
    return this.last
  }

  turn(turns: readonly Turn[] = challenge.turns): Progress {
    this.show(8)
    for (const turn of turns) {
      this.show(4, poses[turn])
      this.show(4)
    }
    return this.last
  }

  read(level = 0.08, opening = 0.08): Progress {
    for (let i = 0; i < 8; i++) {
      this.show(2, { mouth: opening }, { level })
      this.show(2, {}, { level })
    }
    return this.last
  }
}

/** Somebody speaks over a film of another one, whose lips are apart at other times. */
function speakOver(camera: Camera): Progress {
  for (let i = 0; i < 30; i++) {
    camera.show(1, { mouth: 0.08 })
    camera.show(2, { mouth: 0.06 + 0.02 * (i % 2) })
    camera.show(3, { mouth: 0.01 + 0.03 * (i % 2) }, { level: 0.08 })
  }
  return camera.last
}

describe('the live check', () => {
  it('passes who turns as asked and reads aloud, and says what it saw', () => {
    const camera = new Camera()
    expect(camera.turn()).toMatchObject({ state: 'going', task: { kind: 'read' }, done: 9, of: 10 })
    expect(camera.read()).toMatchObject({ state: 'passed', done: 10 })
    expect(camera.judge.evidence).toEqual({ turns: challenge.turns, spoken: true, real: 0.8, live: 0.9 })
  })

  it('passes every challenge it may draw', () => {
    for (let seed = 0; seed < 50; seed++) {
      let state = seed + 1
      const drawn = drawChallenge((below) => (state = (state * 16_807) % 2_147_483_647) % below)
      expect(drawn.turns.every((turn, i) => turn !== drawn.turns[i - 1])).toBe(true)
      expect(drawn.turns).toEqual(expect.arrayContaining(['left', 'right']))
      expect(new Set(drawn.words).size).toBe(4)
      expect(Math.max(...drawn.words)).toBeLessThan(vocabularySize)
      const camera = new Camera(drawn)
      camera.turn(drawn.turns)
      expect(camera.read().state).toBe('passed')
    }
  })

  it.each<[string, string, (camera: Camera) => Progress]>([
    ['nobody', 'nobody', (camera) => camera.show(40, null)],
    ['two faces', 'several', (camera) => (camera.show(8), camera.show(4, {}, { faces: 2 }))],
    ['a second face that comes while reading', 'several', (camera) => (camera.turn(), camera.show(4, {}, { faces: 2 }))],
    ['a still picture', 'picture', (camera) => camera.show(200)],
    ['a face too far away', 'far', (camera) => camera.show(200, { height: 0.1 })],
    ['a video that turns the other way', 'otherTurn', (camera) => camera.turn(['right', 'left', 'right', 'left'])],
    ['a video that follows only at first', 'otherTurn', (camera) => camera.turn(['left', 'right', 'up', 'down'])],
    ['a video that only nods', 'otherTurn', (camera) => camera.turn(['down', 'down', 'down', 'down'])],
    ['who does not turn far enough', 'slow', (camera) => (camera.show(8), camera.show(30, { yaw: -8 }), camera.show(60))],
    ['who stays turned', 'slow', (camera) => (camera.show(8), camera.show(100, poses.left))],
    ['a face put in the place of another', 'jump', (camera) => (camera.turn(), camera.show(2, { x: 0.6 }))],
    ['who turns and says nothing', 'silent', (camera) => (camera.turn(), camera.show(120))],
    ['a voice without lips', 'lips', (camera) => (camera.turn(), camera.show(120, {}, { level: 0.08 }))],
    ['a voice over lips that move when nothing is heard', 'lips', (camera) => (camera.turn(), speakOver(camera))],
    ['a person who goes away', 'nobody', (camera) => (camera.turn(), camera.show(40, null))],
  ])('refuses %s', (_, refusal, record) => {
    const camera = new Camera()
    expect(record(camera)).toMatchObject({ state: 'refused', refusal })
    expect(camera.judge.passed).toBe(false)
    // What was refused stays refused.
    camera.turn()
    expect(camera.read()).toMatchObject({ state: 'refused', refusal })
  })

  it.each(['real', 'live'] as const)('refuses who does all that is asked, if the models take it for a picture (%s)', (which) => {
    const camera = new Camera()
    const show = camera.show.bind(camera)
    camera.show = (looks, face = {}, options = {}) => show(looks, face && { ...face, [which]: 0.2 }, options)
    camera.turn()
    expect(camera.read()).toMatchObject({ state: 'refused', refusal: 'spoof' })
  })

  it('bears a face that is lost for a moment in a turn, and one misread frame', () => {
    const camera = new Camera()
    camera.show(8)
    camera.show(1, poses.right)
    camera.show(6, null)
    expect(camera.show(4, poses.left)).toMatchObject({ state: 'going', task: { kind: 'back' } })
  })

  it('tells a voice from a noisy room', () => {
    const camera = new Camera()
    camera.show(8, {}, { level: 0.05 })
    for (const turn of challenge.turns) {
      camera.show(4, poses[turn])
      camera.show(4)
    }
    expect(camera.read(0.06)).toMatchObject({ state: 'going' })
    expect(camera.show(120, {}, { level: 0.06 })).toMatchObject({ refusal: 'silent' })
  })

  it('looks at the face straight ahead for the picture', () => {
    const camera = new Camera()
    camera.show(8)
    expect(camera.judge.facing).toBe(false)
    camera.show(4, poses.left)
    expect(camera.judge.facing).toBe(false)
    camera.show(1)
    expect(camera.judge.facing).toBe(true)
  })
})
