/** The network of the picture check, on ONNX Runtime's wasm. Fetched when something is first looked at; the service worker keeps it (workers/offline/kept.ts). */
import modelUrl from '../../models/picture/nsfw.onnx?url'
import { pictureInput, pictureSide, type Likelihoods } from './picture'
import type { Picture } from './types'

/** Nothing could be looked at, so that nothing may pass. */
export class PictureCheckError extends Error {
  override readonly name = 'PictureCheckError'
}

/** The person stopped it before everything was looked at. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError'
  constructor() {
    super('Stopped.')
  }
}

export interface Network {
  look(picture: Picture): Promise<Likelihoods>
}

/** @throws PictureCheckError when a part of it cannot be fetched, or does not start */
export async function openNetwork(): Promise<Network> {
  try {
    const [ort, wasm, bytes] = await Promise.all([import('onnxruntime-web/wasm'), import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'), fetchModel()])
    ort.env.wasm.wasmPaths = { wasm: new URL(wasm.default, globalThis.location.href).href }
    // A picture takes 50 ms on one; more would each be a worker to start.
    ort.env.wasm.numThreads = 1
    ort.env.logLevel = 'error'
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 3 })
    return {
      look: async (picture) => {
        const { probabilities } = await session.run({ picture: new ort.Tensor('float32', pictureInput(picture), [1, 3, pictureSide, pictureSide]) })
        return (await probabilities!.getData()) as Float32Array
      },
    }
  } catch (cause) {
    throw new PictureCheckError('The picture check could not be loaded, so nothing was taken in. Connect to the network once, then try again.', { cause })
  }
}

async function fetchModel(): Promise<ArrayBuffer> {
  const response = await fetch(new URL(modelUrl, globalThis.location.href))
  if (!response.ok) throw new TypeError(`The server answered ${response.status}.`)
  return response.arrayBuffer()
}
