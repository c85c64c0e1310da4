import { describe, expect, it } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { checkRequest, Engine } from './engine'
import { NotLoadedError, RequestError } from './errors'
import { PolicyError } from './policy'

const request = { prompt: 'a ball', negative: '', seed: 1, seconds: 2, steps: 4 }

describe('checkRequest', () => {
  it.each([
    { seed: -1 }, { seed: 1.5 }, { seed: 2 ** 32 }, { seconds: 1 }, { seconds: 21 }, { seconds: 2.5 }, { steps: 1 }, { steps: 49 }, { steps: NaN },
  ])('refuses %o', (change) => {
    expect(() => checkRequest({ ...request, ...change }, tinyManifest())).toThrow(RequestError)
  })

  it('accepts the ends of every range', () => {
    expect(() => checkRequest({ ...request, seed: 2 ** 32 - 1, seconds: 20, steps: 48 }, tinyManifest())).not.toThrow()
  })
})

describe('Engine', () => {
  const engine = () => new Engine(new URL('http://localhost/'))

  it('screens a prompt before anything else', async () => {
    await expect(engine().generate({ ...request, prompt: 'nude' })).rejects.toThrow(PolicyError)
  })

  it('says that a model has to be loaded first', async () => {
    await expect(engine().generate(request)).rejects.toThrow(NotLoadedError)
  })

  it('fetches from its own origin only', async () => {
    const options = { pack: 'tiny', backend: 'wasm' as const, baseUrl: 'https://example.org/' }
    await expect(engine().load(options)).rejects.toThrow(RequestError)
  })
})
