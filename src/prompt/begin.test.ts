import { expect, it, vi } from 'vitest'
import type { Clip, GenerateRequest, MediaRef, Origin } from '../../workers/generate/types.ts'
import { Begin, type Tokens } from './begin.svelte.ts'
import { Draft } from './draft.svelte.ts'

const request: GenerateRequest = { prompt: 'rain', negative: '', seed: 4, seconds: 4, steps: 4 }
const media = (name: string, kind: MediaRef['kind'] = 'image'): MediaRef => ({ id: name, name, kind, sha256: 'a'.repeat(64) })
const latents = { video: new Float32Array(1), sound: new Float32Array(1), state: new Float32Array(0) }
const clip = (from?: Origin) => ({ request: { ...request, prompt: 'a ball', seed: 9, ...(from && { from }) }, frameCount: 32, fps: 16 }) as Clip
const tokens = (): Tokens => ({ clip: vi.fn(async () => latents), still: vi.fn(async ({ name }: MediaRef) => new Float32Array([name.length])) })

it('puts something in front of a clip, and makes room for it', async () => {
  const begin = new Begin()
  const draft = new Draft()
  draft.seconds = 2
  begin.choose('before', clip(), draft)
  expect(draft.seconds).toBe(4)
  const made = await begin.from(request, clip(), tokens())
  expect(made.source).toEqual({ how: 'extend', before: true, seconds: 2, latents })
  expect(made.request.from).toEqual({ how: 'extend', before: true, prompt: 'a ball', seed: 9 })
})

it('names the file from elsewhere that a film began from, and goes on keeping what was kept of it', async () => {
  const begin = new Begin()
  const film = media('holiday.mp4', 'film')
  const imported: Origin = { how: 'import', prompt: film.name, seed: 0, media: film }
  begin.how = 'remix'
  begin.keep = 'picture'
  const sounding = await begin.from(request, clip(imported), tokens())
  expect(sounding.request.from).toMatchObject({ how: 'remix', keep: 'picture', media: film })
  expect((await begin.from(request, clip(sounding.request.from), tokens())).request.from?.media).toEqual(film)
  begin.keep = 'sound'
  expect((await begin.from(request, clip(sounding.request.from), tokens())).request.from?.media).toBeUndefined()
})

it('begins and ends with pictures', async () => {
  const begin = new Begin()
  begin.how = 'frames'
  expect(await begin.from(request, null, tokens())).toEqual({ request })
  begin.last = media('end')
  expect((await begin.from(request, null, tokens())).request.from).toMatchObject({ at: 'last', media: media('end') })
  begin.first = media('first')
  const both = await begin.from(request, null, tokens())
  expect(both.request.from).toEqual({ how: 'frames', at: 'both', prompt: 'first', seed: 0, media: media('first'), end: media('end') })
  expect(both.source).toEqual({ how: 'frames', first: new Float32Array([5]), last: new Float32Array([3]) })
})
