/** What the sampler needs from a runtime: run a graph by its role, keep tensors where they are cheap. session.ts implements it. */
import type { GraphRole } from '../packs/manifest'
import type { Backend } from './types'

export type TensorData = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>

/** A tensor in main or graphics memory. Whoever receives one from `run` disposes of it. */
export interface GraphTensor {
  readonly dims: readonly number[]
  /** Reads it back; for graphics memory this waits for the work before it. */
  getData(): Promise<unknown>
  dispose(): void
}

export type Tensors = Record<string, GraphTensor>

export interface GraphRunner {
  readonly backend: Backend
  /** A tensor in main memory. */
  tensor(data: TensorData, dims: number[]): GraphTensor
  /** Throws DeviceLostError when the device goes away meanwhile. */
  run(role: GraphRole, feeds: Tensors): Promise<Tensors>
  dispose(): Promise<void>
}

/** Takes `name` out of a graph's outputs, reads it as f32 and lets all outputs go. */
export async function readFloats(outputs: Tensors, name: string): Promise<Float32Array<ArrayBuffer>> {
  try {
    const data = await output(outputs, name).getData()
    if (!(data instanceof Float32Array)) throw new TypeError(`Output "${name}" is not f32.`)
    return data as Float32Array<ArrayBuffer>
  } finally {
    disposeAll(outputs)
  }
}

export function output(outputs: Tensors, name: string): GraphTensor {
  const tensor = outputs[name]
  if (!tensor) throw new TypeError(`The graph has no output "${name}".`)
  return tensor
}

export function disposeAll(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) tensor.dispose()
}
