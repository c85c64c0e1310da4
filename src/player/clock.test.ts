import { describe, expect, it } from 'vitest'
import { PlayerClock } from './clock.ts'

describe('PlayerClock', () => {
  it('stands still until started', () => {
    expect(new PlayerClock({ from: 0, to: 2 }, 'loop').position(17)).toBe(0)
  })

  it('waits for a start that lies ahead: sound takes time to reach the ear', () => {
    const clock = new PlayerClock({ from: 0, to: 2 }, 'loop')
    clock.start(0.5, 10.2)
    expect(clock.position(10)).toBe(0.5)
    expect(clock.position(10.7)).toBeCloseTo(1)
  })

  it('follows its source exactly over an hour of loops', () => {
    const clock = new PlayerClock({ from: 0, to: 2 }, 'loop')
    clock.start(0, 0)
    for (let at = 0; at < 3600; at += 0.37) {
      const off = Math.abs(clock.position(at) - (at % 2))
      expect(Math.min(off, 2 - off)).toBeLessThan(1e-9)
    }
    expect(clock.ended(3600)).toBe(false)
  })

  it('ends at the end and stays there', () => {
    const clock = new PlayerClock({ from: 0, to: 2 }, 'stop')
    clock.start(1.5, 0)
    expect(clock.ended(0.49)).toBe(false)
    expect(clock.ended(0.5)).toBe(true)
    expect(clock.position(9)).toBe(2)
  })

  it('plays a part of the film over and over, or to its end', () => {
    const loop = new PlayerClock({ from: 1, to: 1.5 }, 'loop')
    loop.start(1.25, 0)
    expect([0, 0.24, 0.25, 0.5, 60.3].map((at) => loop.position(at))).toEqual([1.25, 1.49, 1, 1.25, 1.05].map((second) => expect.closeTo(second) as number))
    const once = new PlayerClock({ from: 1, to: 1.5 }, 'stop')
    once.start(1, 0)
    expect([once.ended(0.49), once.ended(0.5), once.position(7)]).toEqual([false, true, 1.5])
  })

  it('keeps its place when it stops', () => {
    const clock = new PlayerClock({ from: 0, to: 2 }, 'loop')
    clock.start(0, 0)
    clock.stop(2.5)
    expect(clock.position(100)).toBeCloseTo(0.5)
  })

  it('keeps its place when looping is switched on or off on the way', () => {
    const clock = new PlayerClock({ from: 0, to: 2 }, 'loop')
    clock.start(0, 0)
    clock.setAtEnd('stop', 4.5)
    expect(clock.position(4.5)).toBeCloseTo(0.5)
    expect(clock.ended(5.9)).toBe(false)
    expect(clock.ended(6)).toBe(true)
  })
})
