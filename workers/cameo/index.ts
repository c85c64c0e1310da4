/** The cameo worker: checks that a person is there and takes part, and keeps a likeness only then. */
import * as Comlink from 'comlink'
import * as v from 'valibot'
import { hash } from '../packs/cache'
import { drawChallenge, Judge } from './challenge'
import { allow, likenessOf, RecordSchema, statement, TermsSchema } from './consent'
import { CheckError, ParcelError } from './errors'
import { cutOut, drawFigure } from './figure'
import { pack, unpack } from './parcel'
import { Sight } from './sight'
import * as store from './store'
import type { Cameo, Look } from './types'

/** In a build the worker lies in `assets/`, one below the page; while developing the page is at the root. */
const page = import.meta.env.DEV ? new URL('/', globalThis.location.href) : new URL('../', globalThis.location.href)

let sight: Promise<Sight> | undefined

/** A recording: its judge, and the last frame in which the person looked straight ahead. */
interface Recording {
  judge: Judge
  best?: { image: ImageData; face: NonNullable<Look['face']> }
  cut?: Promise<{ picture: Blob; clothes: string }>
}
let recording: Recording | undefined

function see(): Promise<Sight> {
  sight ??= Sight.open(page)
  // The next attempt starts anew.
  sight.catch(() => (sight = undefined))
  return sight
}

function random(below: number): number {
  // 2³² is no multiple of `below`; for below ≤ 24 the difference is less than one in a hundred million.
  return crypto.getRandomValues(new Uint32Array(1))[0]! % below
}

/** The person cut out of a recording that passed. @throws CheckError */
function cutFrom(passed: Recording | undefined): Promise<{ picture: Blob; clothes: string }> {
  const best = passed?.judge.passed ? passed.best : undefined
  if (!passed || !best) throw new CheckError('There is no recording that passed.')
  return (passed.cut ??= see().then(async (sight) => cutOut(best.image, await sight.matte(best.image), best.face)))
}

const cameo: Cameo = {
  async prepare() {
    await see()
  },
  async begin() {
    await see()
    const judge = new Judge(drawChallenge(random))
    recording = { judge }
    return { words: judge.challenge.words, progress: judge.progress() }
  },
  async look(frame, level) {
    const at = performance.now()
    const image = pixels(frame)
    const current = recording
    if (!current) throw new CheckError('There is no recording.')
    const look = await (await see()).look(image, at, level)
    const progress = current.judge.take(look)
    if (look.face && current.judge.facing) current.best = { image, face: look.face }
    // What was refused is not kept for a moment longer.
    if (progress.state === 'refused') delete current.best
    return progress
  },
  preview: async () => (await cutFrom(recording)).picture,
  async keep(terms) {
    const current = recording
    const { picture, clothes } = await cutFrom(current)
    const record = v.parse(RecordSchema, {
      id: crypto.randomUUID(),
      given: Date.now(),
      from: 'here',
      terms: v.parse(TermsSchema, terms),
      likeness: await hash(new Uint8Array(await picture.arrayBuffer())),
      clothes,
      check: current!.judge.evidence,
    })
    await store.keep({ record, picture })
    recording = undefined
    return likenessOf(record, picture)
  },
  drop: () => {
    recording = undefined
  },
  async list() {
    const { kept, gone } = await store.all(Date.now())
    return { likenesses: kept.map(({ record, picture }) => likenessOf(record, picture)), gone }
  },
  revoke: (id) => store.destroy(id, 'revoked', Date.now()),
  async use(id, { scenes, width, height }) {
    const { record, picture } = await store.find(id, Date.now())
    allow(record, scenes, Date.now())
    const figure = await drawFigure(picture, width, height)
    return Comlink.transfer({ figure, consent: await statement(record) }, [figure.rgba.buffer])
  },
  lend: async (id, passphrase) => pack(await store.find(id, Date.now()), passphrase, Date.now()),
  async take(file, passphrase) {
    const now = Date.now()
    const kept = await unpack(file, passphrase, now)
    // What was taken back here does not come in again by an older file.
    const { gone, kept: here } = await store.all(now)
    const { id } = kept.record
    if (gone.some((one) => one.id === id)) throw new ParcelError('revoked')
    const own = here.find(({ record }) => record.id === id && record.from === 'here')
    if (!own) await store.keep(kept)
    return likenessOf((own ?? kept).record, (own ?? kept).picture)
  },
  cancel: () => {
    recording = undefined
  },
}

function pixels(frame: ImageBitmap): ImageData {
  const { width, height } = frame
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
  context.drawImage(frame, 0, 0)
  frame.close()
  return context.getImageData(0, 0, width, height)
}

Comlink.expose(cameo)
