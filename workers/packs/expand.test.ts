import { describe, expect, it } from 'vitest'
import { expandGraph } from './expand'
import { tinyManifest } from './testPack'

const floats = (bytes: Uint8Array<ArrayBuffer>) => [...new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)]

describe('expandGraph', () => {
  it('multiplies int8 by the scale of its channel, along any axis, wherever the weights begin', () => {
    const graph = tinyManifest().graphs.step
    graph.dataBytes = 100
    graph.tensors = [
      { name: 'rows', dims: [2, 3], encoding: 'i8', axis: 0, at: 20, scaleAt: 0, offset: 48 },
      { name: 'columns', dims: [2, 3], encoding: 'i8', axis: 1, at: 20, scaleAt: 8, offset: 0 },
      { name: 'middle', dims: [2, 1, 3], encoding: 'i8', axis: 2, at: 20, scaleAt: 8, offset: 24 },
      { name: 'plain', dims: [3], encoding: 'f32', at: 8, offset: 72 },
      { name: 'scalar', dims: [], encoding: 'f32', at: 4, offset: 84 },
    ]
    // One byte in front: a chunk's buffer is not always its own.
    const weights = new Uint8Array(27).subarray(1)
    const scales = new Uint8Array(new Float32Array([0.5, 2, 1, 10, 100]).buffer)
    weights.set(scales)
    weights.set(new Uint8Array(new Int8Array([1, -2, 3, -4, 5, -128]).buffer), 20)
    const out = floats(expandGraph(graph, weights))
    expect(out.slice(12, 18)).toEqual([0.5, -1, 1.5, -8, 10, -256])
    expect(out.slice(0, 6)).toEqual([1, -20, 300, -4, 50, -12800])
    expect(out.slice(6, 12)).toEqual([1, -20, 300, -4, 50, -12800])
    expect(out.slice(18, 22)).toEqual([1, 10, 100, 2])
    expect(out.slice(22)).toEqual([0, 0, 0])
  })
})
