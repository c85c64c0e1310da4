/**
 * What a frame shows: faces, which way one looks, whether its lips are apart, and what the anti-spoof and liveness models make of it; and the
 * person cut out of their background. By Human (https://github.com/vladmandic/human, MIT), which brings TensorFlow.js with it: on its wasm
 * backend with one thread, because its threads are started from a blob, and its own models, from our origin.
 */
import type { Config, Human as HumanClass } from '@vladmandic/human'
import simdWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import { SightError } from './errors'
import type { Look } from './types'

/** Where vite.config.ts puts the models: `cameo/VERSION/` beside the page. */
declare const __HUMAN_VERSION__: string

const off = { enabled: false }

function configOf(modelBasePath: string): Partial<Config> {
  return {
    backend: 'wasm',
    // A map from file to address is what TensorFlow.js takes too; Human's types know only of a folder.
    wasmPath: { 'tfjs-backend-wasm.wasm': simdWasm, 'tfjs-backend-wasm-simd.wasm': simdWasm, 'tfjs-backend-wasm-threaded-simd.wasm': simdWasm } as unknown as string,
    modelBasePath,
    // The service worker keeps what was fetched.
    cacheModels: false,
    debug: false,
    async: false,
    warmup: 'none',
    // Every frame is judged for itself.
    cacheSensitivity: 0,
    filter: off,
    gesture: off,
    face: {
      enabled: true,
      detector: { modelPath: 'blazeface.json', maxDetected: 3, minConfidence: 0.5, skipFrames: 0, skipTime: 0 },
      mesh: { enabled: true, modelPath: 'facemesh.json' },
      iris: off,
      emotion: off,
      description: off,
      antispoof: { enabled: true, modelPath: 'antispoof.json', skipFrames: 0, skipTime: 0 },
      liveness: { enabled: true, modelPath: 'liveness.json', skipFrames: 0, skipTime: 0 },
    },
    body: off,
    hand: off,
    object: off,
    segmentation: { enabled: true, modelPath: 'selfie.json', mode: 'alpha' },
  }
}

/** Landmarks of the face mesh: the inner edge of either lip, in the middle. */
const upperLip = 13
const lowerLip = 14

export class Sight {
  readonly #human: HumanClass

  private constructor(human: HumanClass) {
    this.#human = human
  }

  /** @param baseUrl where the page lies. @throws SightError */
  static async open(baseUrl: URL): Promise<Sight> {
    try {
      const { Human } = await import('@vladmandic/human')
      const human = new Human(configOf(new URL(`cameo/${__HUMAN_VERSION__}/`, baseUrl).href))
      human.tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
      await human.load()
      const loaded = human.models.loaded()
      if (human.tf.getBackend() !== 'wasm' || loaded.length < 5) throw new Error(`Loaded: ${loaded.join(', ')}.`)
      return new Sight(human)
    } catch (cause) {
      throw new SightError('The models that see a face could not be fetched or started.', { cause })
    }
  }

  /** @param at ms. @param level of the microphone */
  async look(image: ImageData, at: number, level: number): Promise<Look> {
    this.#human.config.segmentation.enabled = false
    const { face: faces, error } = await this.#human.detect(image)
    if (error) throw new SightError(error)
    const [face] = faces
    const angle = face?.rotation?.angle
    if (!face || faces.length !== 1 || !angle || face.mesh.length <= lowerLip) return { at, level, faces: faces.length }
    const [x, y, width, height] = face.box
    return {
      at,
      level,
      faces: 1,
      face: {
        yaw: degrees(angle.yaw),
        pitch: degrees(angle.pitch),
        mouth: (face.mesh[lowerLip]![1] - face.mesh[upperLip]![1]) / height,
        x: (x + width / 2) / image.height,
        y: (y + height / 2) / image.height,
        height: height / image.height,
        real: face.real ?? 0,
        live: face.live ?? 0,
      },
    }
  }

  /** How much of each pixel is the person, 0…255. */
  async matte(image: ImageData): Promise<Uint8ClampedArray> {
    this.#human.config.segmentation.enabled = true
    const alpha = await this.#human.segmentation(image)
    if (!alpha) throw new SightError('The person could not be told from the background.')
    try {
      return new Uint8ClampedArray(await alpha.data())
    } finally {
      this.#human.tf.dispose(alpha)
    }
  }
}

const degrees = (radians: number): number => (radians * 180) / Math.PI
