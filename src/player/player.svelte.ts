/** Plays one clip, or a film of several: decides which frame is on the stage, from the sound's clock while it runs and from the person's hand while it does not. */
import type { Clip, Preview } from '../../workers/generate/types.ts'
import { PlayerClock, type AtEnd, type Stretch } from './clock.ts'
import { Drift, offBy } from './drift.ts'
import { SoundTrack } from './sound.ts'
import { frameAt } from './timecode.ts'

/** What playing takes: how long the picture is, and the sound. */
export type Reel = Pick<Clip, 'fps' | 'frameCount' | 'sampleRate' | 'pcm'>

/** ms from one display frame to the next until it is known better: 60 Hz. */
const DISPLAY_MS = 1000 / 60

/** The fastest silent run, either way. */
const MAX_RATE = 8

/** Frames of the film: the first one, and the one after the last. */
export interface Range {
  from: number
  to: number
}

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
  drift = new Drift()
  /** The longest that the browser let the display wait for a frame since Play, in ms. */
  longestWaitMs = 0

  readonly #sound = new SoundTrack()
  #clock = new PlayerClock({ from: 0, to: 1 }, 'loop')
  /** The part that is played, in seconds: all of it, or what is marked. */
  #stretch: Stretch = { from: 0, to: 1 }
  #range: Range | null = null
  #request = 0
  /** ms from one display frame to the next, as it was lately. */
  #displayMs = DISPLAY_MS
  /** When the last display frame began, and what was drawn for the two before this one. */
  #before: number | undefined
  #drawn: number[] = []
  /** A run of playback; an older one that is still waiting for the sound gives up. */
  #run = 0

  show(clip: T | null): void {
    this.pause()
    this.preview = null
    this.#range = null
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

  /** The frame that Play begins with: the one that is shown, unless that is the last, or beyond what is marked. */
  get firstFrame(): number {
    const { frame } = this
    const { from, to } = this.#range ?? { from: 0, to: this.clip?.frameCount ?? 0 }
    return frame < from || frame >= to || (this.atEnd === 'stop' && frame === to - 1) ? from : frame
  }

  async play(): Promise<void> {
    const clip = this.clip
    if (!clip || this.playing) return
    this.playing = true
    const run = ++this.#run
    this.#applyLevel()
    this.audible = await this.#sound.wake()
    if (run !== this.#run) return
    this.frame = this.firstFrame
    this.drift = new Drift()
    this.longestWaitMs = 0
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

  /** Has only this part played, from its beginning unless the playhead is in it; null for the whole film. */
  setRange(range: Range | null): void {
    this.#range = range
    if (this.playing && this.rate === 1) this.#startAt(this.position())
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
    this.#sound.load(clip.pcm, clip.sampleRate, clip.frameCount / clip.fps)
  }

  #startAt(position: number): void {
    this.#before = undefined
    this.#drawn = []
    this.#stretch = this.#stretchAround(position)
    this.#clock = new PlayerClock(this.#stretch, this.atEnd)
    this.#clock.start(position, this.audible ? this.#sound.play(position, this.#stretch, this.atEnd) : this.#now())
  }

  /** Whoever points beyond the marked part hears the film from there. */
  #stretchAround(position: number): Stretch {
    const { fps = 1, frameCount = 0 } = this.clip ?? {}
    const whole = { from: 0, to: frameCount / fps }
    const marked = this.#range && { from: this.#range.from / fps, to: this.#range.to / fps }
    return marked && position >= marked.from && position < marked.to ? marked : whole
  }

  /** @param began when this display frame began, on the scale of performance.now() */
  readonly #tick = (began: number): void => {
    const clip = this.clip
    if (!clip || !this.playing) return
    this.#measure(began, clip)
    // Seen from the next display frame on until the one after: the sound of the middle of that time is what the picture must fit.
    const seen = this.#clock.position(this.#now(began + 1.5 * this.#displayMs))
    this.frame = frameAt(seen, clip.fps, Math.round(this.#stretch.to * clip.fps))
    this.#drawn.push(this.frame)
    if (this.#clock.ended(this.#now())) this.pause()
    else this.#request = requestAnimationFrame(this.#tick)
  }

  #measure(began: number, { fps }: Reel): void {
    const before = this.#before
    this.#before = began
    if (before === undefined) return
    const wait = began - before
    this.longestWaitMs = Math.max(this.longestWaitMs, wait)
    this.#displayMs += (Math.min(Math.max(wait, 4), 40) - this.#displayMs) / 8
    const frame = this.#drawn.length > 1 ? this.#drawn.shift() : undefined
    if (frame === undefined) return
    const heard = { from: this.#clock.position(this.#now(before)), to: this.#clock.position(this.#now(began)) }
    this.drift.add(1000 * offBy({ start: frame / fps, end: (frame + 1) / fps }, heard, this.#stretch.to - this.#stretch.from))
  }

  /** The time that the clock runs on, in s, at a moment on the scale of performance.now(). */
  #now(at = performance.now()): number {
    return this.audible ? this.#sound.heard(at) : at / 1000
  }

  #applyLevel(): void {
    // Loudness is felt roughly as the square of the amplitude a slider would set.
    this.#sound.setLevel(this.muted ? 0 : this.volume ** 2)
  }
}
