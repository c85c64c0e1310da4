import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Cue, Director, EngineInfo, LiveChunk, LiveRequest } from '../../workers/generate/types.ts'
import { isClip, liveClip, liveCuts } from './keep.ts'
import { LiveFilm } from './live.svelte.ts'
import { LiveSound } from './sound.ts'

const pack = { name: 'tiny', version: '1', width: 2, height: 1, fps: 4, sampleRate: 100, windowSeconds: 2, sampler: { steps: 4, minSteps: 2, maxSteps: 8 } }
const info = { backend: 'wasm', pack } as unknown as EngineInfo

// A machine without sound: the film runs on the system's clock.
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', (tick: () => void) => setTimeout(tick, 10))
  vi.stubGlobal('cancelAnimationFrame', (timer: ReturnType<typeof setTimeout>) => clearTimeout(timer))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Windows of 2 s of which each keeps the half. Every token and sample tells its chunk, a frame its place in the film. */
function chunkOf(index: number, cue: Cue, total: number): LiveChunk {
  const frameCount = index === 0 ? 8 : 4
  const startFrame = index === 0 ? 0 : 4 * (index + 1)
  const tokens = (perSecond: number) => new Float32Array((index === 0 ? 2 : 1) * perSecond).fill(index)
  return {
    index,
    cue,
    startFrame,
    frameCount,
    rgba: Uint8ClampedArray.from({ length: frameCount * 8 }, (_, i) => startFrame + Math.floor(i / 8)),
    startSample: index === 0 ? 0 : 50 + index * 100,
    pcm: new Float32Array(index === 0 ? 150 : 100).fill(index),
    tail: new Float32Array(50).fill(-index),
    latents: { video: tokens(6), sound: tokens(4), state: tokens(2) },
    contrast: { reference: null, wait: index },
    timings: { text: 0, steps: [], decode: 0, vocoder: 0, total },
  }
}

/** An engine that takes `chunkMs` for a chunk, and refuses what has "nude" in it. */
function bench(chunkMs: number) {
  const begun: [index: number, words: string][] = []
  const requests: LiveRequest[] = []
  const errors: unknown[] = []
  const hold = { paused: false }
  let failing: Error | undefined
  const clock = new LiveSound()
  const engine = {
    info,
    load: async () => info,
    pause: () => void (hold.paused = true),
    resume: () => void (hold.paused = false),
    async direct(request: LiveRequest, director: Director, signal: AbortSignal) {
      requests.push(request)
      hold.paused = false
      const stopped = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(Object.assign(new Error('Stopped.'), { name: 'CancelledError' }))))
      stopped.catch(() => undefined)
      let last: Cue | undefined
      for (let index = request.after?.chunks ?? 0; ; index++) {
        let cue = await Promise.race([director.cue(index), stopped])
        if (!cue) return
        if (cue.prompt.includes('nude')) {
          director.take({ kind: 'refused', index, cue, name: 'PolicyError', message: 'no' })
          cue = last!
        }
        last = cue
        begun.push([index, cue.prompt])
        for (let ms = 0; ms < chunkMs || hold.paused; ms += 10) await Promise.race([new Promise((resolve) => setTimeout(resolve, 10)), stopped])
        if (failing) throw failing
        director.take({ kind: 'chunk', chunk: chunkOf(index, cue, chunkMs) })
      }
    },
  }
  const film = new LiveFilm({
    engine,
    clock,
    caption: (written) => written,
    seed: () => 5,
    thumbnail: ({ index }) => `picture ${index}`,
    onError: (error) => void errors.push(error),
  })
  return { film, begun, requests, errors, fail: (error: Error | undefined) => (failing = error) }
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

/** Notes the phases that a film goes through in `ms`. */
async function watch(film: LiveFilm, ms: number): Promise<{ phases: string[]; mostAhead: number; mostBytes: number }> {
  const phases: string[] = [film.phase]
  let [mostAhead, mostBytes] = [0, 0]
  for (let t = 0; t < ms; t += 20) {
    await pass(20)
    if (phases.at(-1) !== film.phase) phases.push(film.phase)
    mostAhead = Math.max(mostAhead, film.ahead)
    mostBytes = Math.max(mostBytes, film.reel?.pictureBytes ?? 0)
  }
  return { phases, mostAhead, mostBytes }
}

describe('playing', () => {
  it('begins once two chunks are there, and never pauses where making is faster', async () => {
    const { film } = bench(700)
    film.start('a ball')
    await pass(1000)
    expect([film.phase, film.made, film.frame]).toEqual(['filling', 2, 0])
    await pass(600)
    expect([film.phase, film.made]).toEqual(['playing', 3])
    const { phases } = await watch(film, 20_000)
    expect(phases).toEqual(['playing'])
    expect(film.frame).toBeGreaterThan(4 * 19)
    expect(film.speed).toBeCloseTo(1.43, 1)
    expect(film.drift.maxMs).toBeLessThan(30)
  })

  it('waits when it runs dry where making is slower, and goes on where it was', async () => {
    const { film } = bench(1300)
    film.start('a ball')
    const { phases } = await watch(film, 40_000)
    expect(phases.slice(0, 7)).toEqual(['opening', 'filling', 'playing', 'dry', 'playing', 'dry', 'playing'])
    const shown = film.frame
    expect(shown).toBeGreaterThan(4 * 24)
    await pass(100)
    expect(film.frame - shown).toBeLessThanOrEqual(1)
  })

  it('is never far ahead, so that what is said is soon seen, and holds few frames however long it runs', async () => {
    const { film } = bench(100)
    film.start('a ball')
    const { mostAhead, mostBytes } = await watch(film, 60_000)
    expect(mostAhead).toBeLessThanOrEqual(3.6)
    expect(mostBytes).toBeLessThanOrEqual(8 * 4 * 7)
    expect(film.made).toBeGreaterThan(58)
  })

  it('ends by itself after ten minutes, and plays to the last frame', async () => {
    const { film, begun } = bench(100)
    film.start('a ball')
    await pass(605_000)
    expect([film.phase, film.full, film.made, film.frame, film.canGoOn]).toEqual(['ended', true, 600, 2399, false])
    expect(begun).toHaveLength(599)
  })
})

describe('what is said', () => {
  it('holds from the next chunk on, at the second that was told', async () => {
    const { film, begun } = bench(700)
    film.start('a ball')
    await pass(5000)
    film.say(' a wave ', 'rain')
    const told = film.pending?.second
    expect(told).toBe(film.nextSecond)
    await pass(3000)
    expect(film.pending).toBeNull()
    const [first, second] = film.spoken
    expect(first).toMatchObject({ prompt: 'a ball', chunk: 0, second: 0 })
    expect(second).toMatchObject({ prompt: 'a wave', negative: 'rain', second: told })
    expect(begun.find(([, words]) => words === 'a wave')?.[0]).toBe(second!.chunk)
    expect(second!.second).toBe(second!.chunk + 1)
    film.say('a wave', 'rain')
    expect(film.pending).toBeNull()
  })

  it('counts last where several things are said within a chunk', async () => {
    const { film } = bench(700)
    film.start('a ball')
    await pass(3000)
    film.say('a wave')
    film.say('a fire')
    await pass(3000)
    expect(film.spoken.map(({ prompt }) => prompt)).toEqual(['a ball', 'a fire'])
  })

  it('is taken back when it may not be filmed, and what was said before goes on', async () => {
    const { film, begun } = bench(700)
    film.start('a ball')
    await pass(3000)
    film.say('nude')
    await pass(6000)
    expect(film.refused).toMatchObject({ words: 'nude', name: 'PolicyError' })
    expect(film.spoken.map(({ prompt }) => prompt)).toEqual(['a ball'])
    expect(begun.at(-1)?.[1]).toBe('a ball')
  })
})

describe('pause, stop, go on, again', () => {
  it('makes and plays nothing while paused', async () => {
    const { film } = bench(700)
    film.start('a ball')
    await pass(6000)
    film.pause()
    const { frame, made } = film
    await pass(10_000)
    expect([film.phase, film.frame, film.made]).toEqual(['paused', frame, made])
    film.resume()
    await pass(2000)
    expect(film.phase).toBe('playing')
    expect(film.frame).toBeGreaterThan(frame + 4)
    expect(film.frame).toBeLessThanOrEqual(frame + 9)
  })

  it('keeps what was made when stopped, and goes on from its last window', async () => {
    const { film, requests } = bench(700)
    film.start('a ball')
    await pass(6000)
    film.stop()
    await pass(50)
    expect([film.phase, film.canGoOn]).toEqual(['ended', true])
    const { chunks } = film.reel!
    film.say('a wave')
    film.goOn()
    await pass(4000)
    expect(requests[1]!.after).toMatchObject({ chunks, contrast: { wait: chunks - 1 }, latents: { state: new Float32Array([chunks - 2, chunks - 2, chunks - 1, chunks - 1]) } })
    expect(film.reel!.chunks).toBeGreaterThan(chunks)
    expect(film.spoken.at(-1)).toMatchObject({ prompt: 'a wave', chunk: chunks })
    expect(film.reel!.film().pcm.length).toBe(100 * film.made)
  })

  it('says the same words at the same chunks when a film is made again', async () => {
    const { film, begun, requests } = bench(700)
    film.start('a ball')
    await pass(4000)
    film.say('a wave')
    await pass(4000)
    film.stop()
    await pass(50)
    const first = begun.splice(0)
    film.again()
    await pass(10_000)
    expect(begun.slice(0, first.length)).toEqual(first)
    expect(requests[1]).toEqual(requests[0])
  })

  it('keeps what was made when the device is lost, tells, and can go on', async () => {
    const { film, errors, fail } = bench(700)
    film.start('a ball')
    await pass(4000)
    fail(Object.assign(new Error('gone'), { name: 'DeviceLostError' }))
    await pass(2000)
    expect([film.phase, film.canGoOn, errors.length]).toEqual(['ended', true, 1])
    fail(undefined)
    film.goOn()
    await pass(3000)
    expect(film.phase).toBe('playing')
  })

  it('is as if nothing had been when it fails before the first chunk', async () => {
    const { film, errors, fail } = bench(700)
    fail(Object.assign(new Error('no'), { name: 'PolicyError' }))
    film.start('nothing')
    await pass(2000)
    expect([film.phase, film.reel, errors.length]).toEqual(['idle', null, 1])
  })
})

describe('keeping', () => {
  async function made(seconds: number) {
    const { film } = bench(100)
    film.start('a ball')
    await pass(3000)
    film.say('a wave')
    await pass(1000 * (seconds - 3))
    film.stop()
    await pass(50)
    return film
  }

  it('makes one clip of a short film, with all that was said', async () => {
    const film = await made(10)
    expect(isClip(film, pack)).toBe(true)
    expect(isClip(film, { ...pack, version: '2' })).toBe(false)
    const { request, latents } = liveClip(film)
    expect(request).toMatchObject({ prompt: 'a ball', seed: 5, steps: 4, seconds: film.made, live: [{ prompt: 'a ball', second: 0 }, { prompt: 'a wave' }] })
    expect(latents.video).toHaveLength(6 * film.made)
  })

  it('makes a film of clips of a long one: cut where something was said, none longer than 20 s, nothing lost', async () => {
    const film = await made(60)
    expect(isClip(film, pack)).toBe(false)
    const cuts = liveCuts(film)
    expect(cuts.reduce((sum, { frames }) => sum + frames, 0)).toBe(4 * film.made)
    const wave = film.spoken[1]!
    expect(cuts[0]).toMatchObject({ start: 0, frames: 4 * wave.second, media: { request: { prompt: 'a ball' }, thumbnail: 'picture 0' } })
    expect(cuts[1]).toMatchObject({ start: 4, media: { request: { prompt: 'a wave' }, thumbnail: `picture ${wave.chunk}` } })
    for (const { media, start, frames } of cuts) {
      expect(media.request.seconds).toBeLessThanOrEqual(20)
      expect(start + frames).toBeLessThanOrEqual(media.frameCount)
      expect(media.frameCount).toBe(4 * media.request.seconds)
      expect([media.latents.video.length, media.latents.state.length, media.pcm.length]).toEqual([6, 2, 100].map((n) => n * media.request.seconds))
    }
    // The second clip begins with the second before what it shows, and so with the window that drew its first frames.
    expect(cuts[1]!.media.latents.state[0]).toBe(wave.chunk - 1)
  })
})
