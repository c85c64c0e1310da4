/** Turns the weights as they travel (int8 with one scale a channel, or f32) into what ONNX Runtime reads: fp32 external data. */
import { elementCount, type GraphSpec, type TensorSpec } from './manifest'

/**
 * @param graph one entry of `manifest.graphs`; its byte positions were checked by `parseManifest`
 * @param weights all weight files of the pack, one after another
 * @returns the graph's external data, `graph.dataBytes` long, little-endian f32
 */
export function expandGraph(graph: GraphSpec, weights: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(graph.dataBytes)
  for (const tensor of graph.tensors) {
    if (tensor.encoding === 'f32') {
      const bytes = 4 * elementCount(tensor.dims)
      data.set(weights.subarray(tensor.at, tensor.at + bytes), tensor.offset)
    } else {
      expandInt8(tensor, weights, data)
    }
  }
  return data
}

function expandInt8(tensor: TensorSpec, weights: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>): void {
  const { dims, at, offset } = tensor
  const axis = tensor.axis ?? 0
  const channels = dims[axis] ?? 1
  const inner = elementCount(dims.slice(axis + 1))
  const outer = elementCount(dims.slice(0, axis))
  const values = new Int8Array(weights.buffer, weights.byteOffset + at, outer * channels * inner)
  const out = new Float32Array(data.buffer, data.byteOffset + offset, values.length)
  // A copy: the weights may begin anywhere in their buffer, a Float32Array may not.
  const scaleAt = weights.byteOffset + (tensor.scaleAt ?? 0)
  const scales = new Float32Array(weights.buffer.slice(scaleAt, scaleAt + 4 * channels))
  let i = 0
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      const scale = scales[c]!
      for (const end = i + inner; i < end; i++) out[i] = values[i]! * scale
    }
  }
}
