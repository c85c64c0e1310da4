/** What is seen in films from elsewhere, and in what is made of them: asked of a policy worker of its own, which is ended afterwards: its memory is the size of a film's. */
import type { Footage } from '../../workers/generate/types.ts'
import type { Picture, Policy, PolicyRule } from '../../workers/policy/types.ts'
import type { Bridge } from '../lib/bridge.ts'

/** Looked at in a second of film. */
const PER_SECOND = 2

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

  constructor(policy: Bridge<Policy>) {
    this.#policy = policy
  }

  /** @throws PictureRefusedError, PictureCheckError when it cannot be looked at, CancelledError */
  async insist(film: Seen, what: PictureRefusedError['what'], signal?: AbortSignal): Promise<void> {
    const { frames, pictures } = stillsOf(film)
    this.#open++
    try {
      const refusal = await this.#policy.run((policy) => policy.screenPictures(pictures), signal)
      if (refusal) throw new PictureRefusedError(refusal.rule, what, pictures.length > 1 ? (frames[refusal.index] ?? 0) / film.fps : null)
    } finally {
      if (--this.#open === 0) this.#policy.terminate()
    }
  }
}

/** The middle frame of each half second, and frames that stand still once. */
export function stillsOf({ width, height, fps, frameCount, rgba }: Seen): { frames: number[]; pictures: Picture[] } {
  const every = fps / PER_SECOND
  const size = width * height * 4
  const at = (frame: number) => rgba.slice(frame * size, (frame + 1) * size)
  const frames: number[] = []
  const pictures: Picture[] = []
  for (let i = 0; (i + 0.5) * every < frameCount; i++) {
    const frame = Math.floor((i + 0.5) * every)
    const picture = at(frame)
    const last = pictures.at(-1)?.rgba
    if (last && same(picture, last)) continue
    frames.push(frame)
    pictures.push({ width, height, rgba: picture })
  }
  return { frames, pictures }
}

function same(a: Uint8ClampedArray, b: Uint8ClampedArray): boolean {
  return a.every((value, i) => value === b[i])
}
