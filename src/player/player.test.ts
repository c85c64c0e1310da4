import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Player, type Reel } from './player.svelte.ts'

const reel = (frameCount: number): Reel => ({ fps: 16, frameCount, sampleRate: 16_000, pcm: new Float32Array(frameCount * 1000) })

// A machine without sound: the picture runs on the system's clock.
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', (tick: (began: number) => void) => setTimeout(() => tick(performance.now()), 10))
  vi.stubGlobal('cancelAnimationFrame', (timer: ReturnType<typeof setTimeout>) => clearTimeout(timer))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function showing(frameCount: number, frame: number): Player<Reel> {
  const player = new Player<Reel>()
  player.setAtEnd('stop')
  player.show(reel(frameCount))
  player.seek(frame)
  return player
}

describe('shuttle', () => {
  it('runs backwards at the speed of the film, then faster each time, and stops at the beginning', () => {
    const player = showing(160, 100)
    player.shuttle(-1)
    vi.advanceTimersByTime(1010)
    expect(player.frame).toBe(84)
    player.shuttle(-1)
    expect(player.rate).toBe(-2)
    vi.advanceTimersByTime(1010)
    expect(player.frame).toBe(52)
    vi.advanceTimersByTime(5000)
    expect([player.frame, player.playing, player.rate]).toEqual([0, false, 1])
  })

  it('turns round at single speed, and never goes beyond eight times', () => {
    const player = showing(16_000, 100)
    player.shuttle(-1)
    player.shuttle(-1)
    player.shuttle(1)
    expect([player.rate, player.playing]).toEqual([1, true])
    for (let i = 0; i < 6; i++) player.shuttle(1)
    expect(player.rate).toBe(8)
  })

  it('is over when the person points at a frame', () => {
    const player = showing(160, 100)
    player.shuttle(-1)
    vi.advanceTimersByTime(100)
    player.seek(10)
    vi.advanceTimersByTime(1000)
    expect([player.frame, player.playing]).toEqual([10, false])
  })
})

describe('a marked part', () => {
  const frames = async (player: Player<Reel>, ms: number): Promise<number[]> => {
    const seen = new Set<number>()
    for (let waited = 0; waited < ms; waited += 10) {
      await vi.advanceTimersByTimeAsync(10)
      seen.add(player.frame)
    }
    return [...seen].toSorted((a, b) => a - b)
  }

  it('is what is played: from its beginning when the playhead is elsewhere, to its end', async () => {
    const player = showing(160, 100)
    player.setRange({ from: 20, to: 24 })
    await player.play()
    expect(await frames(player, 1000)).toEqual([20, 21, 22, 23])
    expect(player.playing).toBe(false)
    await player.play()
    expect(player.frame).toBe(20)
  })

  it('is played over and over, and the whole film again once it is cleared', async () => {
    const player = showing(160, 21)
    player.setAtEnd('loop')
    player.setRange({ from: 20, to: 24 })
    await player.play()
    expect(await frames(player, 3000)).toEqual([20, 21, 22, 23])
    player.setRange(null)
    await vi.advanceTimersByTimeAsync(1000)
    expect(player.frame).toBeGreaterThan(33)
  })

  it('does not hold whoever points beyond it', async () => {
    const player = showing(160, 20)
    player.setRange({ from: 20, to: 24 })
    await player.play()
    player.seek(150)
    await vi.advanceTimersByTimeAsync(2000)
    expect(player.frame).toBe(159)
  })
})

describe('replace', () => {
  it('keeps the frame, as far as the changed film has it', () => {
    const player = showing(160, 100)
    player.replace(reel(120))
    expect(player.frame).toBe(100)
    player.replace(reel(50))
    expect(player.frame).toBe(49)
  })

  it('goes on playing', async () => {
    const player = showing(160, 0)
    await player.play()
    await vi.advanceTimersByTimeAsync(1000)
    player.replace(reel(100))
    expect(player.playing).toBe(true)
    await vi.advanceTimersByTimeAsync(1000)
    expect(player.frame).toBeGreaterThan(28)
    await vi.advanceTimersByTimeAsync(6000)
    expect([player.frame, player.playing]).toEqual([99, false])
  })
})
