/**
 * What is there of a live film. Of its frames only those from the playhead on, so that it may run for long; of the whole film the tokens
 * (about 120 kB a second) and the sound (64 kB), from which it is kept: frames are drawn again from tokens.
 */
import type { Clip, Latents, LiveChunk, LiveRequest } from '../../workers/generate/types.ts'
import type { Format } from '../timeline/film.ts'

type Picture = Pick<LiveChunk, 'startFrame' | 'frameCount' | 'rgba'>

/** A stretch of sound at its place in the film. */
export interface Piece {
  /** s */
  start: number
  pcm: Float32Array<ArrayBuffer>
}

const modalities = ['video', 'sound', 'state'] as const

export class LiveReel {
  readonly format: Format
  readonly pack: Clip['pack']
  readonly backend: Clip['backend']
  readonly #windowSeconds: number
  #pictures: Picture[] = []
  readonly #sound: Float32Array<ArrayBuffer>[] = []
  #soundSamples = 0
  #tail: Float32Array<ArrayBuffer> = new Float32Array()
  readonly #latents: Latents[] = []
  #last: Pick<LiveChunk, 'cue' | 'contrast'> | undefined
  #frames = 0
  #chunkSeconds: number

  constructor(format: Format, windowSeconds: number, pack: Clip['pack'], backend: Clip['backend']) {
    this.format = format
    this.pack = pack
    this.backend = backend
    this.#windowSeconds = windowSeconds
    this.#chunkSeconds = windowSeconds / 2
  }

  push({ startFrame, frameCount, rgba, pcm, tail, latents, index, cue, contrast }: LiveChunk): void {
    this.#last = { cue, contrast }
    this.#pictures.push({ startFrame, frameCount, rgba })
    this.#sound.push(pcm)
    this.#soundSamples += pcm.length
    this.#tail = tail
    this.#latents.push(latents)
    this.#frames = startFrame + frameCount
    if (index > 0) this.#chunkSeconds = frameCount / this.format.fps
  }

  get chunks(): number {
    return this.#latents.length
  }

  /** Of the film as far as it is made. */
  get seconds(): number {
    return this.#frames / this.format.fps
  }

  /** What every chunk but the first adds. */
  get chunkSeconds(): number {
    return this.#chunkSeconds
  }

  /** What a window has in common with the one before it. */
  get historySeconds(): number {
    return this.#windowSeconds - this.#chunkSeconds
  }

  /** Up to where the sound is settled, and so the film can be played while it goes on. */
  get playableSeconds(): number {
    return this.#soundSamples / this.format.sampleRate
  }

  /** The film's second at which a chunk's own part begins. */
  secondOf(chunk: number): number {
    return chunk === 0 ? 0 : this.#windowSeconds + (chunk - 1) * this.#chunkSeconds
  }

  /** height · width · 4, a view; undefined once it is forgotten, or not there yet. */
  frame(index: number): Uint8ClampedArray<ArrayBuffer> | undefined {
    const picture = this.#pictures.find(({ startFrame, frameCount }) => index >= startFrame && index < startFrame + frameCount)
    const size = this.format.width * this.format.height * 4
    return picture?.rgba.subarray((index - picture.startFrame) * size, (index - picture.startFrame + 1) * size)
  }

  /** Lets go of the frames of chunks that end before `frame`. */
  forget(frame: number): void {
    this.#pictures = this.#pictures.filter(({ startFrame, frameCount }) => startFrame + frameCount > frame)
  }

  /** Bytes of the frames at hand. */
  get pictureBytes(): number {
    return this.#pictures.reduce((sum, { rgba }) => sum + rgba.byteLength, 0)
  }

  /** The sound from the piece on that is heard at `second`. */
  soundFrom(second: number): Piece[] {
    let sample = 0
    return this.#sound.flatMap((pcm) => {
      const start = sample / this.format.sampleRate
      sample += pcm.length
      return sample / this.format.sampleRate > second ? [{ start, pcm }] : []
    })
  }

  /** The sound of the last half second, as it is when the film ends there. */
  get lastPiece(): Piece {
    return { start: this.playableSeconds, pcm: this.#tail }
  }

  /** All tokens, and the sound as it was heard. */
  film(): { latents: Latents; pcm: Float32Array<ArrayBuffer> } {
    const [video, sound, state] = modalities.map((modality) => join(this.#latents.map((latents) => latents[modality])))
    return { latents: { video: video!, sound: sound!, state: state! }, pcm: join([...this.#sound, this.#tail]) }
  }

  /** What the generator needs to go on after the last chunk. */
  end(): LiveRequest['after'] {
    return this.#last && { ...this.#last, chunks: this.chunks, latents: this.#lastWindow() }
  }

  #lastWindow(): Latents {
    const [first] = this.#latents
    const last = (modality: keyof Latents) => {
      const length = first?.[modality].length ?? 0
      // A window reaches back over as many chunks as fit into it.
      const parts = this.#latents.slice(-1 - Math.ceil(this.#windowSeconds / this.#chunkSeconds)).map((latents) => latents[modality])
      return join(parts).slice(-length)
    }
    return { video: last('video'), sound: last('sound'), state: last('state') }
  }
}

function join(parts: readonly Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
