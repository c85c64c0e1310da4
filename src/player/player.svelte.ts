/** Plays one clip, or a film of several: decides which frame is on the stage, from the sound's clock while it runs and from the person's hand while it does not. */
import type { Clip, Preview } from '../../workers/generate/types.ts'
import { PlayerClock, type AtEnd } from './clock.ts'
import { SoundTrack } from './sound.ts'
import { frameAt } from './timecode.ts'

/** How far the shown picture was from the heard sound, in ms outside the frame's own interval. */
export interface Drift {
  lastMs: number
  maxMs: number
}

/** What playing takes: how long the picture is, and the sound. */
export type Reel = Pick<Clip, 'fps' | 'frameCount' | 'sampleRate' | 'pcm'>

/** The fastest silent run, either way. */
const MAX_RATE = 8

export class Player<T extends Reel = Clip> {
  clip = $state.raw<T | null>(null)
  /** What the film in the making looks like now; stands before the film on the stage. */
  preview = $state.raw<Preview | null>(null)
  frame = $state(0)
  playing = $state(false)
  /** Times the film's own speed; only at 1 is there sound. */
  rate = $state(1)
  atEnd = $state<AtEnd>('loop')
  /** 0…1 */
  volume = $state(0.8)
  muted = $state(false)
  /** False when the browser gives no sound; the picture then runs on the system's clock. */
  audible = $state(true)
  drift: Drift = { lastMs: 0, maxMs: 0 }

  readonly #sound = new SoundTrack()
  #clock = new PlayerClock(0, 'loop')
  #request = 0
  /** A run of playback; an older one that is still waiting for the sound gives up. */
  #run = 0

  show(clip: T | null): void {
    this.pause()
    this.preview = null
    this.#load(clip)
    this.frame = 0
  }

  /** Puts a changed film in the place of the one on the stage; it goes on from the same frame. */
  replace(clip: T): void {
    const goOn = this.playing && this.rate === 1
    this.pause()
    this.#load(clip)
    this.frame = Math.min(this.frame, clip.frameCount - 1)
    if (goOn) void this.play()
  }

  /** Opens the audio device while nothing else is going on. */
  open(): void {
    try {
      this.#sound.open()
    } catch {
      // There is none, or too many are open: `wake` tries again and says so.
    }
  }

  /** Lets the sound be heard while the person's click is fresh. */
  prepare(): void {
    // In a task of its own, should the device not be open yet.
    setTimeout(() => void this.#sound.wake())
  }

  async play(): Promise<void> {
    const clip = this.clip
    if (!clip || this.playing) return
    this.playing = true
    const run = ++this.#run
    this.#applyLevel()
    this.audible = await this.#sound.wake()
    if (run !== this.#run) return
    if (this.atEnd === 'stop' && this.frame === clip.frameCount - 1) this.frame = 0
    this.drift = { lastMs: 0, maxMs: 0 }
    this.#startAt(this.frame / clip.fps)
    this.#request = requestAnimationFrame(this.#tick)
  }

  pause(): void {
    this.#run++
    cancelAnimationFrame(this.#request)
    this.#sound.stop()
    this.#clock.stop(this.#now())
    this.playing = false
    this.rate = 1
  }

  /** L and J of an editing desk: play, then faster each time; below 0 backwards. Other than at 1, silent, on the system's clock. */
  shuttle(direction: 1 | -1): void {
    const { clip } = this
    if (!clip) return
    const rate = this.playing && this.rate * direction > 0 ? Math.min(Math.abs(this.rate) * 2, MAX_RATE) * direction : direction
    this.pause()
    if (rate === 1) {
      void this.play()
      return
    }
    this.playing = true
    this.rate = rate
    const run = this.#run
    const first = this.frame
    const since = performance.now()
    const tick = (): void => {
      if (run !== this.#run) return
      const frame = first + Math.trunc((rate * clip.fps * (performance.now() - since)) / 1000)
      this.frame = Math.min(Math.max(frame, 0), clip.frameCount - 1)
      if (frame < 0 || frame >= clip.frameCount) this.pause()
      else this.#request = requestAnimationFrame(tick)
    }
    this.#request = requestAnimationFrame(tick)
  }

  toggle(): void {
    if (this.playing) this.pause()
    else void this.play()
  }

  /** Shows `frame` and, while the film stands still, lets its moment of sound be heard. */
  seek(frame: number): void {
    const clip = this.clip
    if (!clip) return
    if (this.rate !== 1) this.pause()
    const next = Math.min(Math.max(Math.round(frame), 0), clip.frameCount - 1)
    if (this.playing) this.#startAt(next / clip.fps)
    else if (next !== this.frame) {
      this.#applyLevel()
      void this.#sound.wake().then((awake) => awake && !this.playing && this.#sound.blip(next / clip.fps, 1.5 / clip.fps))
    }
    this.frame = next
  }

  step(frames: number): void {
    this.pause()
    this.seek(this.frame + frames)
  }

  setAtEnd(atEnd: AtEnd): void {
    this.atEnd = atEnd
    this.#clock.setAtEnd(atEnd, this.#now())
    this.#sound.setAtEnd(atEnd)
  }

  setVolume(volume: number): void {
    this.setLevel(volume, volume === 0)
  }

  setLevel(volume: number, muted: boolean): void {
    this.volume = volume
    this.muted = muted
    this.#applyLevel()
  }

  toggleMuted(): void {
    this.muted = !this.muted
    if (!this.muted && this.volume === 0) this.volume = 0.8
    this.#applyLevel()
  }

  /** Seconds from the film's start that the ear is at. */
  position(): number {
    return this.playing && this.rate === 1 ? this.#clock.position(this.#now()) : this.frame / (this.clip?.fps ?? 1)
  }

  #load(clip: T | null): void {
    this.clip = clip
    if (!clip) return
    const duration = clip.frameCount / clip.fps
    this.#clock = new PlayerClock(duration, this.atEnd)
    this.#sound.load(clip.pcm, clip.sampleRate, duration)
  }

  #startAt(position: number): void {
    this.#clock.start(position, this.audible ? this.#sound.play(position, this.atEnd) : this.#now())
  }

  readonly #tick = (): void => {
    const clip = this.clip
    if (!clip || !this.playing) return
    const now = this.#now()
    const position = this.#clock.position(now)
    this.#measureDrift(position, clip)
    this.frame = frameAt(position, clip.fps, clip.frameCount)
    if (this.#clock.ended(now)) this.pause()
    else this.#request = requestAnimationFrame(this.#tick)
  }

  #measureDrift(position: number, { fps, frameCount }: Reel): void {
    const start = this.frame / fps
    const late = position - (start + 1 / fps)
    const early = start - position
    const off = Math.max(late, early, 0)
    // Around the seam of a loop the short way is across it.
    const lastMs = 1000 * Math.min(off, Math.abs(frameCount / fps - off - 1 / fps))
    this.drift = { lastMs, maxMs: Math.max(this.drift.maxMs, lastMs) }
  }

  #now(): number {
    return this.audible ? this.#sound.heard() : performance.now() / 1000
  }

  #applyLevel(): void {
    // Loudness is felt roughly as the square of the amplitude a slider would set.
    this.#sound.setLevel(this.muted ? 0 : this.volume ** 2)
  }
}
