/** The workers the page talks to. `new URL` must stand inside `new Worker` for the bundler to see it. */
import type { Cameo } from '../../workers/cameo/types.ts'
import type { Generator } from '../../workers/generate/types.ts'
import type { Media } from '../../workers/media/types.ts'
import type { Packs } from '../../workers/packs/types.ts'
import type { Policy } from '../../workers/policy/types.ts'
import type { Provenance } from '../../workers/provenance/types.ts'
import { Bridge } from './bridge.ts'

export const generatorBridge = (): Bridge<Generator> =>
  new Bridge(() => new Worker(new URL('../../workers/generate/index.ts', import.meta.url), { type: 'module', name: 'generate' }))

export const mediaBridge = (): Bridge<Media> =>
  new Bridge(() => new Worker(new URL('../../workers/media/index.ts', import.meta.url), { type: 'module', name: 'media' }))

export const packsBridge = (): Bridge<Packs> =>
  new Bridge(() => new Worker(new URL('../../workers/packs/index.ts', import.meta.url), { type: 'module', name: 'packs' }))

export const provenanceBridge = (): Bridge<Provenance> =>
  new Bridge(() => new Worker(new URL('../../workers/provenance/index.ts', import.meta.url), { type: 'module', name: 'provenance' }))

export const policyBridge = (): Bridge<Policy> =>
  new Bridge(() => new Worker(new URL('../../workers/policy/index.ts', import.meta.url), { type: 'module', name: 'policy' }))

export const cameoBridge = (): Bridge<Cameo> =>
  new Bridge(() => new Worker(new URL('../../workers/cameo/index.ts', import.meta.url), { type: 'module', name: 'cameo' }))
