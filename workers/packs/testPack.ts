/** A manifest of a very small pack, for tests: every size differs from every other, so that mixed-up sizes show. */
import type { Manifest } from './manifest'

const hash = (digit: string) => digit.repeat(64)
const graph = (role: string, digit: string) => ({
  file: `${role}.onnx`,
  bytes: 5,
  sha256: hash(digit),
  data: `${role}.data`,
  dataBytes: 24,
  tensors: [{ name: 'w', dims: [2, 3], encoding: 'i8' as const, axis: 0, at: 8, scaleAt: 0, offset: 0 }],
})

export function tinyManifest(): Manifest {
  return {
    format: 1,
    name: 'tiny',
    version: '0.0.1',
    licence: 'Apache-2.0',
    description: 'for tests',
    video: { width: 32, height: 16, fps: 4, frames: 8, tokens: 12, dim: 3, latentFrames: 4, framesPerLatent: 2 },
    sound: { sampleRate: 8000, samples: 16000, tokens: 8, dim: 5, hopSamples: 250, mels: 64 },
    state: { tokens: 4, dim: 2 },
    text: { bytes: 32, tokens: 6, dim: 7 },
    window: { seconds: 2, historyFraction: 0.5 },
    sampler: { steps: 4, minSteps: 2, maxSteps: 48, shift: 1, guidance: [2, 2, 1.5] },
    families: ['balls'],
    graphs: { text: graph('text', '1'), step: graph('step', '2'), decode: graph('decode', '3'), encode: graph('encode', '4'), vocoder: graph('vocoder', '5') },
    weights: [
      { file: 'weights-0.bin', bytes: 10, sha256: hash('a') },
      { file: 'weights-1.bin', bytes: 6, sha256: hash('b') },
    ],
    golden: { prompt: 'a ball', seed: 1, t: 0, tNext: 0.25, checks: [{ output: 'videoNext', index: [0, 4], value: [0.5, -1] }], tolerance: 0.02 },
  }
}
