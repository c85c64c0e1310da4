/**
 * Looks into a graph before it is given to ONNX Runtime: that it computes only what we know to be harmless and to run everywhere, takes
 * and gives what its role in a pack says (models/PACKS.md), and reads no file but its own. A pack may come from a stranger.
 * The fields' numbers are those of onnx.proto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
import { PbfReader } from 'pbf'
import { PackError } from './errors'
import type { GraphRole } from './manifest'

/** What the engine gives and takes. */
const ports: Record<GraphRole, { inputs: string[]; outputs: string[] }> = {
  text: { inputs: ['bytes'], outputs: ['text'] },
  step: {
    inputs: ['video', 'sound', 'state', 'videoMask', 'soundMask', 'stateMask', 'text', 't', 'tNext', 'guidance'],
    outputs: ['videoNext', 'soundNext', 'stateNext', 'videoClean', 'stateClean'],
  },
  decode: { inputs: ['video', 'state', 'index'], outputs: ['pixels'] },
  encode: { inputs: ['pixels'], outputs: ['video'] },
  vocoder: { inputs: ['sound'], outputs: ['wave'] },
}

/** Kernels in ONNX Runtime's CPU and WebGPU providers. Branches, but no loop, function or custom operator: a graph always ends. */
const standard = new Set(
  ('Abs Acos Add And Asin Atan AveragePool Cast Ceil Clip Concat Constant ConstantOfShape Conv ConvTranspose Cos DepthToSpace Div Einsum Elu Equal Erf Exp ' +
    'Expand Flatten Floor Gather GatherElements GatherND Gelu Gemm GlobalAveragePool Greater GreaterOrEqual GroupNormalization HardSigmoid ' +
    'Identity If InstanceNormalization LayerNormalization LeakyRelu Less LessOrEqual Log MatMul Max MaxPool Min Mul Neg Not Or PRelu Pad Pow Range Reciprocal ' +
    'ReduceMax ReduceMean ReduceMin ReduceSum Relu Reshape Resize Round Shape Sigmoid Sign SimplifiedLayerNormalization Sin Slice Softmax Softplus SpaceToDepth ' +
    'Split Sqrt Squeeze Sub Tan Tanh Tile Transpose Unsqueeze Where').split(' '),
)
const microsoft = new Set(
  ('BiasGelu BiasAdd FastGelu FusedConv FusedMatMul Gelu MatMulNBits MultiHeadAttention QuickGelu RotaryEmbedding SimplifiedLayerNormalization ' +
    'SkipLayerNormalization SkipSimplifiedLayerNormalization').split(' '),
)

const maxNodes = 20_000

interface Seen {
  inputs: string[]
  outputs: string[]
  nodes: number
  /** The first thing that is not allowed. */
  fault?: string
}

/**
 * @param bytes a `.onnx` file
 * @param data the external file that `manifest.graphs[role].data` names
 * @param speaks whether the pack is told what is said
 * @throws PackError saying what is wrong
 */
export function checkGraph(bytes: Uint8Array<ArrayBuffer>, role: GraphRole, { data, speaks }: { data: string; speaks: boolean }): void {
  const fault = faultOf(bytes, role, data, speaks)
  if (fault !== undefined) throw new PackError(`The graph "${role}" of this model ${fault}. Nothing of it was kept.`)
}

function faultOf(bytes: Uint8Array<ArrayBuffer>, role: GraphRole, data: string, speaks: boolean): string | undefined {
  const seen: Seen = { inputs: [], outputs: [], nodes: 0 }
  try {
    new PbfReader(bytes).readFields((tag, _, pbf) => {
      if (tag === 7) within(pbf, (field, graph) => readGraph(field, graph, seen, data))
      if (tag === 25) seen.fault ??= 'brings functions of its own, which are not allowed'
    }, seen)
  } catch {
    return 'cannot be read'
  }
  if (seen.fault !== undefined) return seen.fault
  if (seen.nodes === 0) return 'is empty or cannot be read'
  const { inputs: always, outputs } = ports[role]
  const inputs = speaks && role === 'step' ? [...always, 'speech'] : always
  if (!same(inputs, seen.inputs)) return `takes ${list(seen.inputs)} and not ${list(inputs)}`
  if (!same(outputs, seen.outputs)) return `gives ${list(seen.outputs)} and not ${list(outputs)}`
  return undefined
}

/** GraphProto, or one within it: a branch */
function readGraph(tag: number, pbf: PbfReader, seen: Seen, data: string, branch = false): void {
  if (tag === 1) {
    if (++seen.nodes > maxNodes) seen.fault ??= `has more than ${maxNodes} nodes`
    readNode(pbf, seen, data, branch)
  }
  if (tag === 5) within(pbf, (field, tensor) => field === 13 && readExternal(tensor, seen, data))
  if (tag === 11 && branch) seen.fault ??= 'has a branch with inputs, which is not allowed'
  if (tag === 11) seen.inputs.push(readName(pbf))
  if (tag === 12 && !branch) seen.outputs.push(readName(pbf))
  if (tag === 15) seen.fault ??= 'has sparse weights, which are not allowed'
}

/** NodeProto */
function readNode(pbf: PbfReader, seen: Seen, data: string, branch: boolean): void {
  let kind = ''
  let domain = ''
  let holds = false
  within(pbf, (tag, node) => {
    if (tag === 4) kind = node.readString()
    if (tag === 7) domain = node.readString()
    // AttributeProto.g and .graphs: the body of a branch or a loop.
    if (tag === 5) {
      within(node, (field, attribute) => {
        if (field === 11 || (field === 6 && branch)) seen.fault ??= 'holds graphs within a graph, which is not allowed'
        else if (field === 6) {
          holds = true
          within(attribute, (inner, graph) => readGraph(inner, graph, seen, data, true))
        }
      })
    }
  })
  if (holds && kind !== 'If') seen.fault ??= 'holds a graph within a graph that is no branch, which is not allowed'
  const allowed = domain === '' || domain === 'ai.onnx' ? standard : domain === 'com.microsoft' ? microsoft : undefined
  if (!allowed?.has(kind)) seen.fault ??= `uses the operator ${JSON.stringify(`${domain}${domain && '.'}${kind}`.slice(0, 80))}, which is not allowed`
}

/** StringStringEntryProto of TensorProto.external_data */
function readExternal(pbf: PbfReader, seen: Seen, data: string): void {
  let key = ''
  let value = ''
  within(pbf, (tag, entry) => {
    if (tag === 1) key = entry.readString()
    if (tag === 2) value = entry.readString()
  })
  if (key === 'location' && value !== data) seen.fault ??= `reads its weights from ${JSON.stringify(value.slice(0, 80))} and not from ${data}`
}

/** ValueInfoProto.name */
function readName(pbf: PbfReader): string {
  let name = ''
  within(pbf, (tag, value) => {
    if (tag === 1) name = value.readString()
  })
  return name
}

/** Reads a message within a message. A length that leads out of the file is an error, not an end. */
function within(pbf: PbfReader, read: (tag: number, pbf: PbfReader) => unknown): void {
  const end = pbf.readVarint() + pbf.pos
  if (!(end <= pbf.length)) throw new RangeError('The message is longer than its file.')
  pbf.readFields((tag) => void read(tag, pbf), undefined, end)
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name))
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.map((name) => name.slice(0, 40)).slice(0, 12).join(', ')
}
