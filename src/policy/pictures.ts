/** What is seen in films from elsewhere, and in what is made of them: asked of a policy worker of its own, which is ended when it is not asked for a while: its memory is the size of a film's. */
import type { Footage } from '../../workers/generate/types.ts'
import type { Picture, PictureRefusal, Policy, PolicyRule } from '../../workers/policy/types.ts'
import type { Bridge } from '../lib/bridge.ts'

/** Looked at in a second of film. */
const PER_SECOND = 2

/** ms that the worker waits for the next film: it starts in about a second. */
export const PATIENCE_MS = 60_000

type Seen = Pick<Footage, 'width' | 'height' | 'fps' | 'frameCount' | 'rgba'>

/** The picture check refuses a film or a picture; `what` tells whether it came from elsewhere or was made here. */
export class PictureRefusedError extends Error {
  override readonly name = 'PictureRefusedError'
  readonly rule: PolicyRule
  readonly what: 'brought' | 'made'
  /** s, from the beginning of what was looked at; null of a picture. */
  readonly seconds: number | null
  constructor(rule: PolicyRule, what: 'brought' | 'made', seconds: number | null) {
    super(`Refused by the picture check (rule: ${rule})`)
    this.rule = rule
    this.what = what
    this.seconds = seconds
  }
}

export class PictureScreen {
  readonly #policy: Bridge<Policy>
  /** Checks that wait or run. */
  #open = 0
  #end: ReturnType<typeof setTimeout> | undefined

  constructor(policy: Bridge<Policy>) {
    this.#policy = policy
  }

  /** @throws PictureRefusedError, PictureCheckError when it cannot be looked at, CancelledError */
  async insist(film: Seen, what: PictureRefusedError['what'], signal?: AbortSignal): Promise<void> {
    const { frames, pictures } = stillsOf(film)
    const refusal = await this.#ask(pictures, signal)
    if (refusal) throw new PictureRefusedError(refusal.rule, what, pictures.length > 1 ? (frames[refusal.index] ?? 0) / film.fps : null)
  }

  /** Starts what looks, while there is still something else to wait for. */
  prepare(): void {
    void this.#ask([]).catch(() => undefined)
  }

  async #ask(pictures: readonly Picture[], signal?: AbortSignal): Promise<PictureRefusal | null> {
    clearTimeout(this.#end)
    this.#open++
    let patience = PATIENCE_MS
    try {
      return await this.#policy.run((policy) => policy.screenPictures(pictures), signal)
    } catch (error) {
      // ONNX Runtime does not start twice in a worker.
      if (error instanceof Error && error.name === 'PictureCheckError') patience = 0
      throw error
    } finally {
      if (--this.#open === 0) this.#end = setTimeout(() => this.#policy.terminate(), patience)
    }
  }
}

/** The middle frame of each half second, and frames that stand still once. */
export function stillsOf({ width, height, fps, frameCount, rgba }: Seen): { frames: number[]; pictures: Picture[] } {
  const every = fps / PER_SECOND
  const size = width * height * 4
  const frames: number[] = []
  for (let i = 0; (i + 0.5) * every < frameCount; i++) {
    const frame = Math.floor((i + 0.5) * every)
    const last = frames.at(-1)
    if (last === undefined || !same(rgba, last * size, frame * size, size)) frames.push(frame)
  }
  return { frames, pictures: frames.map((frame) => ({ width, height, rgba: rgba.slice(frame * size, (frame + 1) * size) })) }
}

/** Whether two pictures of so many bytes, which begin at `a` and at `b`, are one. Four bytes at a time: this is the main thread. */
function same({ buffer, byteOffset }: Seen['rgba'], a: number, b: number, bytes: number): boolean {
  const [one, other] = [a, b].map((at) => new Uint32Array(buffer, byteOffset + at, bytes / 4)) as [Uint32Array, Uint32Array]
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false
  return true
}
