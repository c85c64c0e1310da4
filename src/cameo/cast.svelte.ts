/**
 * Who is in which film. The likeness itself, and whether it may be used, is the cameo worker's business: it is asked every time a film is saved, so
 * that one taken back is in no file from then on.
 */
import * as v from 'valibot'
import type { Cameo, Figure } from '../../workers/cameo/types.ts'
import type { Consent } from '../../workers/cameo/types.ts'
import type { FrameReader } from '../../workers/media/types.ts'
import type { Subject } from '../export/subject.ts'
import type { Bridge } from '../lib/bridge.ts'
import { readStored, writeStored } from '../lib/storage.ts'
import { loadRules } from '../prompt/rules.svelte.ts'

const KEY = 'kinora.cast'

const RoleSchema = v.object({ likeness: v.string(), side: v.picklist(['left', 'right']) })
const CastSchema = v.fallback(v.record(v.string(), RoleSchema), {})

export type Role = v.InferOutput<typeof RoleSchema>

/** A film to be saved, and the consent of the person in it. */
export type SubjectWithCast = Subject & { consent?: Consent }

export class Cast {
  #roles = $state.raw(v.parse(CastSchema, readStored(KEY) ?? {}))
  readonly bridge: Bridge<Cameo>

  constructor(bridge: Bridge<Cameo>) {
    this.bridge = bridge
  }

  /** @param film `clip:` or `film:` and its id */
  of(film: string | null): Role | undefined {
    return film === null ? undefined : this.#roles[film]
  }

  put(film: string, role: Role): void {
    this.#keep({ ...this.#roles, [film]: role })
  }

  takeOut(film: string): void {
    const { [film]: _, ...others } = this.#roles
    this.#keep(others)
  }

  /** The film with its person in every frame, if it has one. @throws ConsentError when they do not agree to it (any more) */
  async into(subject: Subject, film: string | null, families: readonly string[]): Promise<SubjectWithCast> {
    const role = this.of(film)
    if (!role) return subject
    const { width, height, tags } = subject.film
    const prompts = tags.shots?.map(({ prompt }) => prompt) ?? [tags.prompt]
    const { read } = await loadRules()
    const scenes = prompts.map((prompt) => read(prompt, families, 'en').family)
    const { figure, consent } = await this.bridge.run((cameo) => cameo.use(role.likeness, { scenes, width, height }))
    return { ...subject, frames: withFigure(subject.frames, figure, role.side, width, height), consent }
  }

  #keep(roles: Record<string, Role>): void {
    this.#roles = roles
    writeStored(KEY, roles)
  }
}

/** Lays a figure over the lower corner of every frame, standing on its edge. */
export function withFigure(frames: FrameReader, { rgba, width, height }: Figure, side: Role['side'], filmWidth: number, filmHeight: number): FrameReader {
  const margin = Math.round(filmWidth * 0.03)
  const left = side === 'left' ? margin : filmWidth - width - margin
  const top = filmHeight - height
  return async (index) => {
    // A copy: the frame itself may be a view into the clip.
    const frame = (await frames(index)).slice()
    for (let y = Math.max(0, -top); y < height; y++) {
      for (let x = Math.max(0, -left); x < Math.min(width, filmWidth - left); x++) {
        const from = 4 * (y * width + x)
        const to = 4 * ((top + y) * filmWidth + left + x)
        const alpha = rgba[from + 3]! / 255
        for (let channel = 0; channel < 3; channel++) frame[to + channel] = rgba[from + channel]! * alpha + frame[to + channel]! * (1 - alpha)
      }
    }
    return frame
  }
}
