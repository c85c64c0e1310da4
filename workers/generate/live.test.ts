import { describe, expect, it, vi } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { PolicyError } from '../policy/screen'
import { JobControl } from './control'
import { CancelledError, RequestError } from './errors'
import { FakeRunner, halvingStep, type FakeGraph } from './fakeRunner'
import { encodeTexts } from './golden'
import { streamFilm } from './live'
import { renderFilm } from './render'
import { sampleFilm } from './sampler'
import { features } from './speech/tracks'
import type { Cue, Latents, LiveChunk, LiveEvent, LiveRequest } from './types'
import { planFilm } from './windows'

const tiny = tinyManifest()
const manifest = { ...tiny, video: { ...tiny.video, layout: { frames: 1, channels: 3 } } }
const area = 32 * 16
const halve = halvingStep(manifest)

/** Everything that is drawn depends on the prompt, the seed and the window: what is unknown is halved and moved by the prompt's first letter. */
const step: FakeGraph = (inputs) => {
  const outputs = halve(inputs)
  const letter = inputs['text']![0]! / 1000 - inputs['text']![42]! / 3000
  for (const name of ['videoNext', 'soundNext', 'stateNext']) {
    const mask = inputs[name.replace('Next', 'Mask')]!
    const dim = outputs[name]!.length / mask.length
    outputs[name] = outputs[name]!.map((x, i) => (mask[Math.floor(i / dim)] === 1 ? x : x + letter))
  }
  return outputs
}
const graphs: Partial<Record<string, FakeGraph>> = {
  text: ({ bytes }) => ({ text: new Float32Array(42).fill(bytes![0]!) }),
  step,
  // A frame shows its own latent frame (9 values); what is heard is a window's own sound.
  decode: ({ video, index }) => ({ pixels: Float32Array.from({ length: 2 * 3 * area }, (_, i) => Math.abs(video![index![0]! * 9 + (i % 9)]!)) }),
  vocoder: ({ sound }) => ({ wave: Float32Array.from({ length: 16000 }, (_, i) => sound![5 * Math.floor(i / 2000)]! / 10) }),
}

const say = (prompt: string, negative = ''): Cue => ({ prompt, negative })
const request: LiveRequest = { seed: 7, steps: 3 }

interface Script {
  /** What is said at a chunk; it ends the film when there is nothing. */
  cue: (index: number) => Cue | null | Promise<Cue | null>
  request?: LiveRequest
  control?: JobControl
  runner?: FakeRunner
  /** Where the chunks are put. */
  chunks?: LiveChunk[]
}

/** Runs a stream to its end, and tells what the director heard, in order. */
function direct({ cue, request: wish = request, control = new JobControl(), runner = new FakeRunner(graphs), chunks = [] }: Script) {
  const heard: string[] = []
  const events: LiveEvent[] = []
  const done = streamFilm(
    runner,
    manifest,
    wish,
    {
      cue: async (index) => {
        heard.push(`cue ${index}`)
        return cue(index)
      },
      take: (event) => {
        events.push(event)
        heard.push(event.kind === 'chunk' ? `chunk ${event.chunk.index}` : `refused ${event.index}`)
        if (event.kind === 'chunk') chunks.push(event.chunk)
      },
    },
    control,
  )
  return { done, heard, chunks, events, runner, control }
}

const until = (last: number, words: (index: number) => Cue) => (index: number) => (index > last ? null : words(index))

async function film(script: Script): Promise<LiveChunk[]> {
  const { done, chunks } = direct(script)
  await done
  return chunks
}

function joined(chunks: readonly LiveChunk[]) {
  const frames = chunks.flatMap(({ rgba }) => [...rgba])
  const sound = [...chunks.flatMap(({ pcm }) => [...pcm]), ...chunks.at(-1)!.tail]
  const tokens = (modality: keyof Latents) => chunks.flatMap(({ latents }) => [...latents[modality]])
  return { frames, sound, tokens }
}

describe('streamFilm', () => {
  it('asks for each chunk just before it begins, delivers it before the next, and ends when told', async () => {
    const { done, heard, chunks, runner } = direct({ cue: until(2, () => say('ball')) })
    await done
    expect(heard).toEqual(['cue 0', 'chunk 0', 'cue 1', 'chunk 1', 'cue 2', 'chunk 2', 'cue 3'])
    expect(chunks.map(({ startFrame, frameCount }) => [startFrame, frameCount])).toEqual([[0, 8], [8, 4], [12, 4]])
    // Windows begin at 0, 1 and 2 s; the sound is cut at 1.5, 2.5 and 3.5 s.
    expect(chunks.map(({ startSample, pcm, tail }) => [startSample, pcm.length, tail.length])).toEqual([[0, 12000, 4000], [12000, 8000, 4000], [20000, 8000, 4000]])
    expect(chunks[1]!.timings.steps).toHaveLength(3)
    expect(runner.live).toBe(0)
  })

  it('is the long film of the same words and seed, frame for frame and sample for sample', async () => {
    const { frames, sound, tokens } = joined(await film({ cue: until(2, () => say('ball')) }))
    const runner = new FakeRunner(graphs)
    const plan = planFilm(manifest, 4)
    const hooks = { checkpoint: async () => {}, afterStep: async () => {}, afterFrames: () => {}, afterWave: () => {} }
    const latents = await sampleFilm(runner, manifest, { text: await encodeTexts(runner, manifest, ['ball', '']), seed: 7, steps: 3, plan }, hooks)
    const { rgba, pcm } = await renderFilm(runner, manifest, plan, latents, hooks)
    expect(frames).toEqual([...rgba])
    expect(sound).toEqual([...pcm])
    for (const modality of ['video', 'sound', 'state'] as const) expect(tokens(modality)).toEqual([...latents[modality]])
  })

  it('draws a chunk by what is said for it, prompt and negative, and leaves those before it alone', async () => {
    const plain = await film({ cue: until(3, () => say('ball')) })
    const changed = await film({ cue: until(3, (index) => (index < 2 ? say('ball') : say('wave', 'rain'))) })
    expect(changed.map(({ cue }) => cue.prompt)).toEqual(['ball', 'ball', 'wave', 'wave'])
    for (const index of [0, 1]) expect(changed[index]!.latents).toEqual(plain[index]!.latents)
    for (const index of [2, 3]) expect(changed[index]!.latents.video).not.toEqual(plain[index]!.latents.video)
    const positive = await film({ cue: until(2, (index) => (index < 2 ? say('ball') : say('wave'))) })
    expect(positive[2]!.latents.video).not.toEqual(changed[2]!.latents.video)
  })

  it('reads words once for all chunks that they hold for', async () => {
    const { done, runner } = direct({ cue: until(9, (index) => say(index < 5 ? 'ball' : 'wave')) })
    await done
    expect(runner.calls.filter(({ role }) => role === 'text')).toHaveLength(4)
  })

  it('gives the same film for the same seed and the same words at the same chunks, and another for another seed', async () => {
    const cue = until(3, (index) => say(index === 1 ? 'wave' : 'ball'))
    const [first, again, other] = [await film({ cue }), await film({ cue }), await film({ cue, request: { ...request, seed: 8 } })]
    expect(joined(again).frames).toEqual(joined(first).frames)
    expect(joined(again).sound).toEqual(joined(first).sound)
    expect(joined(other).frames).not.toEqual(joined(first).frames)
  })

  it('goes on after a stop as if there had been none', async () => {
    const whole = await film({ cue: until(4, () => say('ball')) })
    const start = await film({ cue: until(1, () => say('ball')) })
    const window = (modality: keyof Latents) => {
      const { tokens, dim } = manifest[modality]
      return new Float32Array(joined(start).tokens(modality)).slice(-tokens * dim)
    }
    const latents = { video: window('video'), sound: window('sound'), state: window('state') }
    const rest = await film({ cue: until(4, () => say('ball')), request: { ...request, after: { chunks: 2, latents, cue: start.at(-1)!.cue, contrast: start.at(-1)!.contrast } } })
    expect(rest.map(({ index }) => index)).toEqual([2, 3, 4])
    expect(joined([...start, ...rest])).toMatchObject({ frames: joined(whole).frames, sound: joined(whole).sound })
    const wrong = { ...latents, state: new Float32Array(3) }
    await expect(direct({ cue: () => say('ball'), request: { ...request, after: { chunks: 2, latents: wrong, cue: say('ball'), contrast: { reference: null, wait: 0 } } } }).done).rejects.toThrow(RequestError)
  })

  it('screens every change: what is refused is told, and what was said before goes on', async () => {
    const { done, events, chunks } = direct({ cue: until(3, (index) => [say('ball'), say('nude'), { ...say('a ball'), written: 'nude' }, say('x'.repeat(10_001))][index]!) })
    await done
    expect(events.flatMap((event) => (event.kind === 'refused' ? [[event.index, event.name]] : []))).toEqual([[1, 'PolicyError'], [2, 'PolicyError'], [3, 'PromptTooLongError']])
    expect(chunks.map(({ cue }) => cue.prompt)).toEqual(['ball', 'ball', 'ball', 'ball'])
    await expect(direct({ cue: () => say('nude') }).done).rejects.toThrow(PolicyError)
  })

  it('pauses within a step, and goes on where it was', async () => {
    const control = new JobControl()
    let steps = 0
    const runner = new FakeRunner({
      ...graphs,
      step: (inputs) => {
        if (++steps === 5) control.pause()
        return step(inputs)
      },
    })
    const { done, chunks } = direct({ cue: until(2, () => say('ball')), control, runner })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect([steps, chunks.length]).toEqual([5, 1])
    control.resume()
    await done
    expect(joined(chunks).frames).toEqual(joined(await film({ cue: until(2, () => say('ball')) })).frames)
  })

  it.each([
    ['within a step', 5, false],
    ['while paused', 5, true],
  ])('stops %s without leaving a tensor behind', async (_, at, paused) => {
    const control = new JobControl()
    let steps = 0
    const stop = () => {
      if (!paused) return control.cancel()
      control.pause()
      setTimeout(() => control.cancel(), 50)
    }
    const runner = new FakeRunner({ ...graphs, step: (inputs) => (++steps === at && stop(), step(inputs)) })
    const { done, chunks } = direct({ cue: () => say('ball'), control, runner })
    await expect(done).rejects.toThrow(CancelledError)
    expect([steps, chunks.length, runner.live]).toEqual([5, 1, 0])
  })

  it('stops while it waits to be told', async () => {
    const { done, control, runner, heard } = direct({ cue: (index) => (index < 2 ? say('ball') : new Promise<null>(() => {})) })
    await vi.waitFor(() => expect(heard.at(-1)).toBe('cue 2'), 10_000)
    control.cancel()
    await expect(done).rejects.toThrow(CancelledError)
    expect(runner.live).toBe(0)
  })

  it('holds no more after ten minutes than after ten seconds', async () => {
    const runner = new FakeRunner({ ...graphs, decode: () => ({ pixels: new Float32Array(2 * 3 * area) }), vocoder: () => ({ wave: new Float32Array(16000) }) })
    const held: number[] = []
    const chunks: LiveChunk[] = []
    const { done } = direct({
      runner,
      chunks,
      cue: (index) => {
        held.push(runner.live)
        // What a test keeps is no matter of the stream's.
        runner.calls.length = 0
        for (const chunk of chunks.splice(0)) expect(chunk.latents.video.buffer.byteLength).toBe(4 * (chunk.index === 0 ? 36 : 18))
        return index === 600 ? null : say(index % 50 < 25 ? 'ball' : 'wave')
      },
    })
    await done
    expect(held).toHaveLength(601)
    expect(Math.max(...held.slice(10))).toBe(Math.max(...held.slice(0, 10)))
    expect(runner.live).toBe(0)
  })

  it('lets somebody speak from the chunk on in which it is asked for, and no longer than until other words', async () => {
    const runner = new FakeRunner(graphs)
    const speaking = { ...manifest, speech: { frames: 128, dim: 12, features } }
    const cues = ['a man talks', 'a man says "good morning to everybody who is here"', 'a man says "good morning to everybody who is here"', 'a red ball']
    const director = { cue: async (index: number) => (cues[index] ? say(cues[index]) : null), take: () => {} }
    await streamFilm(runner, speaking, request, director, new JobControl())
    const steps = runner.calls.filter(({ role }) => role === 'step')
    const loud = steps.filter((_, i) => i % 3 === 0).map(({ inputs }) => {
      const voice = Array.from(inputs['speech']!).filter((_, i) => i % 12 === features.indexOf('voice'))
      return [voice.slice(0, 64), voice.slice(64)].map((half) => half.some((value) => value > 0.3))
    })
    // The greeting of the first cue goes on until the second is said; what is known of a window is as it was.
    expect(loud).toEqual([[true, true], [true, true], [true, true], [true, false]])
  })
})
