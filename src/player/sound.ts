/**
 * The sound of one film on Web Audio, and the time of what is heard. Everything the ear gets later than the program (buffers, Bluetooth)
 * is in that time, so a picture that follows it lands with the sound.
 */
import type { AtEnd, Stretch } from './clock.ts'

/** Long enough to hide the click of a cut, too short to soften an impact. */
const FADE_S = 0.004

interface Voice {
  source: AudioBufferSourceNode
  fade: GainNode
}

export class SoundTrack {
  #context: AudioContext | undefined
  #master: GainNode | undefined
  #film: { pcm: Float32Array<ArrayBuffer>; sampleRate: number; duration: number } | undefined
  #buffer: AudioBuffer | undefined
  #voice: Voice | undefined
  #level = 1

  /** `duration` in seconds is the picture's; the sound is cut or padded to it. */
  load(pcm: Float32Array<ArrayBuffer>, sampleRate: number, duration: number): void {
    this.stop()
    this.#film = { pcm, sampleRate, duration }
    this.#buffer = undefined
  }

  /** Opens the audio device, which takes a browser 30 ms and more. Nothing is heard before `wake`. */
  open(): AudioContext {
    this.#context ??= new AudioContext({ latencyHint: 'interactive' })
    if (!this.#master) {
      this.#master = this.#context.createGain()
      this.#master.gain.value = this.#level
      this.#master.connect(this.#context.destination)
    }
    return this.#context
  }

  /** Browsers allow sound only after the person did something. True when sound will be heard. */
  async wake(): Promise<boolean> {
    try {
      const context = this.open()
      // A context that may not start leaves this promise open for ever.
      if (context.state !== 'running') await Promise.race([context.resume(), new Promise((go) => setTimeout(go, 300))])
      return context.state === 'running'
    } catch {
      return false
    }
  }

  /** Starts at `position` seconds, and where it goes round, plays that stretch; returns the time, on the scale of `heard`, at which that position is heard. */
  play(position: number, { from, to }: Stretch, atEnd: AtEnd): number {
    this.stop()
    const voice = this.#start(position)
    if (!voice || !this.#context) return this.heard()
    voice.source.loop = atEnd === 'loop'
    voice.source.loopStart = from
    voice.source.loopEnd = to
    this.#voice = voice
    return this.#context.currentTime
  }

  setAtEnd(atEnd: AtEnd): void {
    if (this.#voice) this.#voice.source.loop = atEnd === 'loop'
  }

  stop(): void {
    if (this.#voice) this.#end(this.#voice, 0)
    this.#voice = undefined
  }

  /** A moment of the sound at `position`, `seconds` long: what one hears while scrubbing. */
  blip(position: number, seconds: number): void {
    if (this.#context?.state !== 'running') return
    this.stop()
    const voice = this.#start(position)
    if (voice) this.#end(voice, seconds)
  }

  /** 0…1 */
  setLevel(level: number): void {
    this.#level = level
    if (this.#master && this.#context) this.#master.gain.setTargetAtTime(level, this.#context.currentTime, 0.01)
  }

  /** Context time, in seconds, of the sound that leaves the speaker `at` a moment on the scale of performance.now(). */
  heard(at = performance.now()): number {
    return this.#context ? heardTime(this.#context, at) : 0
  }

  dispose(): void {
    void this.#context?.close()
    this.#context = undefined
  }

  #start(position: number): Voice | undefined {
    if (!this.#context || !this.#master || !this.#film) return undefined
    const { pcm, sampleRate, duration } = this.#film
    if (!this.#buffer) {
      const length = Math.max(1, Math.round(duration * sampleRate))
      this.#buffer = this.#context.createBuffer(1, length, sampleRate)
      this.#buffer.copyToChannel(pcm.subarray(0, length), 0)
    }
    const source = this.#context.createBufferSource()
    const fade = this.#context.createGain()
    const now = this.#context.currentTime
    source.buffer = this.#buffer
    source.connect(fade).connect(this.#master)
    // From the very start the first sample may be an impact: no fade there.
    if (position > 0) {
      fade.gain.setValueAtTime(0, now)
      fade.gain.linearRampToValueAtTime(1, now + FADE_S)
    }
    source.start(now, position)
    return { source, fade }
  }

  #end({ source, fade }: Voice, inSeconds: number): void {
    const end = (this.#context?.currentTime ?? 0) + inSeconds
    fade.gain.setTargetAtTime(0, end, FADE_S)
    source.stop(end + 8 * FADE_S)
  }
}

/** Context time, in seconds, of the sound that leaves the speaker `at` a moment on the scale of performance.now(), which may lie a little ahead. */
export function heardTime(context: AudioContext, at = performance.now()): number {
  const now = performance.now()
  const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp()
  // Zero until the first block is out (Firefox, Safari): the reported latency has to do.
  if (!contextTime || !performanceTime) return context.currentTime - (context.outputLatency || context.baseLatency || 0) + (at - now) / 1000
  return Math.min(context.currentTime, contextTime + (now - performanceTime) / 1000) + (at - now) / 1000
}
