/** What was agreed to, and whether a use is covered by it. */
import * as v from 'valibot'
import { hash } from '../packs/cache'
import { ConsentError } from './errors'
import type { Consent, Likeness } from './types'

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const text = (most: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(most))

export const TermsSchema = v.object({
  name: text(60),
  lending: v.picklist(['self', 'friend']),
  scenes: v.nullable(v.pipe(v.array(text(64)), v.minLength(1), v.maxLength(64))),
  expires: v.number(),
  text: text(10_000),
  language: text(16),
})

/** Everything that is kept of a likeness but its picture. */
export const RecordSchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  given: v.number(),
  from: v.picklist(['here', 'friend']),
  terms: TermsSchema,
  /** SHA-256 of the picture */
  likeness: hex,
  clothes: text(32),
  check: v.object({ turns: v.array(v.picklist(['left', 'right', 'up', 'down'])), spoken: v.literal(true), real: share, live: share }),
})

export type ConsentRecord = v.InferOutput<typeof RecordSchema>

/** @throws ConsentError @param scenes of the film; null for one that is not known */
export function allow({ terms }: Pick<ConsentRecord, 'terms'>, scenes: readonly (string | null)[], now: number): void {
  if (now >= terms.expires) throw new ConsentError('expired')
  const { scenes: allowed } = terms
  if (allowed && !scenes.every((scene) => scene !== null && allowed.includes(scene))) throw new ConsentError('scene')
}

/** @throws ConsentError when it may not go to a friend; what a friend lent goes no further */
export function allowLending({ terms, from }: Pick<ConsentRecord, 'terms' | 'from'>, now: number): void {
  allow({ terms }, terms.scenes ?? [], now)
  if (terms.lending !== 'friend' || from !== 'here') throw new ConsentError('notLent')
}

/** For a film's signature. */
export async function statement({ given, terms, likeness, check }: ConsentRecord): Promise<Consent> {
  const { lending, scenes, expires, language } = terms
  return {
    likeness,
    textSha256: await hash(new TextEncoder().encode(terms.text)),
    language,
    given: new Date(given).toISOString(),
    expires: new Date(expires).toISOString(),
    lending,
    scenes,
    check,
  }
}

export function likenessOf({ id, given, from, clothes, terms: { name, lending, scenes, expires } }: ConsentRecord, picture: Blob): Likeness {
  return { id, given, from, clothes, name, lending, scenes, expires, picture }
}
