/** Gives a test page the generate worker, with what the page's own interface does not show: the latents. */
import * as Comlink from 'comlink'
import type { Backend, Clip, EngineInfo, GenerateRequest, Generator } from '../../workers/generate/types'

interface Made {
  info: EngineInfo
  video: number[]
  sound: number[]
  state: number[]
  /** Every 97th value: enough to tell pictures apart, little enough to leave the page. */
  pixels: number[]
  timings: Clip['timings']
}

/** Makes one film on `backend` in a worker of its own. */
async function make(backend: Backend, pack: string, request: GenerateRequest): Promise<Made> {
  const worker = new Worker(new URL('../../workers/generate/index.ts', import.meta.url), { type: 'module', name: `generate-${backend}` })
  const generator = Comlink.wrap<Generator>(worker)
  try {
    const info = await generator.load({ pack, backend, baseUrl: new URL('/', location.href).href })
    const { latents, rgba, timings } = await generator.generate(request)
    const pixels = Array.from({ length: Math.floor(rgba.length / 97) }, (_, i) => rgba[i * 97] ?? 0)
    return { info, video: [...latents.video], sound: [...latents.sound], state: [...latents.state], pixels, timings }
  } finally {
    worker.terminate()
  }
}

const harness = { make }
export type GenerateHarness = typeof harness
Object.assign(globalThis, { harness })
