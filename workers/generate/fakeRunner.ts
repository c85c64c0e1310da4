/** A runtime for tests: graphs are functions, and every tensor is counted until it is let go. */
import type { GraphRole, Manifest } from '../packs/manifest'
import type { GraphRunner, GraphTensor, Tensors } from './runner'

export type FakeGraph = (inputs: Record<string, Float32Array | Int32Array>) => Record<string, Float32Array<ArrayBuffer>>

export class FakeRunner implements GraphRunner {
  readonly backend = 'wasm'
  /** Tensors made and not yet disposed of. */
  live = 0
  readonly calls: { role: GraphRole; inputs: Record<string, Float32Array | Int32Array> }[] = []
  readonly #graphs: Partial<Record<GraphRole, FakeGraph>>

  constructor(graphs: Partial<Record<GraphRole, FakeGraph>>) {
    this.#graphs = graphs
  }

  tensor(data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>, dims: number[]): GraphTensor {
    const expected = dims.reduce((n, d) => n * d, 1)
    if (expected !== data.length) throw new RangeError(`${data.length} values for ${dims.join('×')}`)
    let disposed = false
    this.live++
    return {
      dims,
      getData: async () => {
        if (disposed) throw new Error('The tensor is disposed.')
        return data
      },
      dispose: () => {
        if (disposed) throw new Error('The tensor is disposed.')
        disposed = true
        this.live--
      },
    }
  }

  async run(role: GraphRole, feeds: Tensors): Promise<Tensors> {
    const inputs: Record<string, Float32Array | Int32Array> = {}
    for (const [name, tensor] of Object.entries(feeds)) inputs[name] = ((await tensor.getData()) as Float32Array).slice()
    this.calls.push({ role, inputs })
    const graph = this.#graphs[role]
    if (!graph) throw new Error(`no ${role}`)
    return Object.fromEntries(Object.entries(graph(inputs)).map(([name, data]) => [name, this.tensor(data, [data.length])]))
  }

  async dispose(): Promise<void> {}
}

/** A step graph that halves what is unknown and returns what is known as it came. */
export function halvingStep(manifest: Manifest): FakeGraph {
  const halve = (x: Float32Array, mask: Float32Array, dim: number) => x.map((v, i) => (mask[Math.floor(i / dim)] === 1 ? v : v / 2))
  return (inputs) => {
    const next = (name: 'video' | 'sound' | 'state') =>
      halve(inputs[name] as Float32Array, inputs[`${name}Mask`] as Float32Array, manifest[name].dim) as Float32Array<ArrayBuffer>
    return { videoNext: next('video'), soundNext: next('sound'), stateNext: next('state'), videoClean: next('video'), stateClean: next('state') }
  }
}
