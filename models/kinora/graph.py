"""Writes ONNX graphs whose weights lie elsewhere (models/PACKS.md).

    g = Graph('decode')
    z = g.input('video', [1, 128, 192])
    y = g.conv(z, module.weight, module.bias, pad=1)
    g.output('pixels', g.op('Clip', y, g.number(0.), g.number(1.)), [2, 3, 256, 256])
    g.bytes(), g.weights

Only operators with kernels in ONNX Runtime's CPU (wasm) and native WebGPU providers are used; com.microsoft ones are fused attention, rotation and norms.
"""
import numpy as np
import torch
from onnx import TensorProto, helper

OPSET, MS = 20, 'com.microsoft'
MIN_INT8 = 256                             # elements; smaller tensors travel as f32
LARGE = 2 ** 16                            # elements; of these int8's middle half is used: 7 bits, which gzip sees
MANY = 8                                   # inputs or outputs of a node at most: with its other side, a WebGPU shader may bind ten buffers
ALIGN = 64                                 # bytes, of a tensor in the external data


def array(x): return np.ascontiguousarray(x.detach().float().numpy() if torch.is_tensor(x) else np.asarray(x, np.float32))


def quantise(w, axis):
    """-> int8 values and one float32 scale an index of `axis`."""
    peak = np.abs(w).max(tuple(i for i in range(w.ndim) if i != axis)).astype(np.float32)
    levels = 63 if w.size >= LARGE else 127
    scale = peak / np.float32(levels)
    wide = scale.reshape([-1 if i == axis else 1 for i in range(w.ndim)])
    return np.clip(np.round(w / np.where(wide > 0, wide, 1)), -levels, levels).astype(np.int8), scale


def dequantise(q, scale, axis): return q * scale.reshape([-1 if i == axis else 1 for i in range(q.ndim)]).astype(np.float32)


class Graph:
    def __init__(self, role, opset=OPSET):
        self.role, self.opset, self.nodes, self.inputs, self.outputs, self.inline = role, opset, [], [], [], {}
        self.weights = []                  # (name, float32 array, axis of the int8 scales or None), in the order of the external data
        self.count = 0

    # ---- edges ----

    def input(self, name, shape, kind=TensorProto.FLOAT):
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name, value, shape):
        for node in self.nodes:            # renamed, rather than copied by an Identity
            for names in (node.input, node.output): names[:] = [name if n == value else n for n in names]
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def whole(self, *values):              # int64 [n]: shapes, axes, sizes
        return self.constant(np.array(values, np.int64))

    def number(self, value):               # float32 scalar
        return self.constant(np.array(value, np.float32))

    def constant(self, a):                 # small and not learned: stays in the graph
        key = (a.dtype.str, a.shape, a.tobytes())
        if key not in self.inline: self.inline[key] = f'c{len(self.inline)}'
        return self.inline[key]

    def weight(self, name, w, axis=None):
        """A tensor in the external data. With `axis`, it travels as int8 when it is large. The same name again is the same tensor."""
        w = array(w)
        if any(name == known for known, _, _ in self.weights): return name
        self.weights.append((name, w, axis if axis is not None and w.size >= MIN_INT8 else None))
        return name

    # ---- nodes ----

    def op(self, kind, *inputs, outputs=1, domain='', **attributes):
        names = [f'v{self.count + i}' for i in range(outputs)]
        self.count += outputs
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def when(self, condition, shape, yes, no):
        """What `yes`() emits where `condition` [1] holds, else what `no`() emits, [shape]: only one of them is computed."""
        def branch(name, emit):
            around, self.nodes = self.nodes, []
            value = emit()
            inside, self.nodes = self.nodes, around
            return helper.make_graph(inside, name, [], [helper.make_tensor_value_info(value, TensorProto.FLOAT, shape)])
        return self.op('If', condition, then_branch=branch('yes', yes), else_branch=branch('no', no))

    def reshape(self, x, *shape): return self.op('Reshape', x, self.whole(*shape))

    def concat(self, axis, *parts):
        if len(parts) > MANY: return self.concat(axis, self.concat(axis, *parts[:MANY]), *parts[MANY:])
        return self.op('Concat', *parts, axis=axis)

    def split(self, x, axis, sizes):
        if len(sizes) > MANY:
            head, rest = self.split(x, axis, [sum(sizes[:MANY]), sum(sizes[MANY:])])
            return [*self.split(head, axis, sizes[:MANY]), *self.split(rest, axis, sizes[MANY:])]
        names = self.op('Split', x, self.whole(*sizes), outputs=len(sizes), axis=axis)
        return names if len(sizes) > 1 else [names]

    def slice(self, x, axis, start, end): return self.op('Slice', x, self.whole(start), self.whole(end), self.whole(axis))

    def silu(self, x): return self.op('Mul', x, self.op('Sigmoid', x))

    def norm(self, x, scale): return self.op('SimplifiedLayerNormalization', x, scale, axis=-1, epsilon=1e-6)

    def norm_sum(self, x, y, scale):       # -> norm of x + y, and x + y; rank 3
        norm, _, _, total = self.op('SkipSimplifiedLayerNormalization', x, y, scale, outputs=4, domain=MS, epsilon=1e-6)
        self.nodes[-1].output[:] = [norm, '', '', total]
        return norm, total

    def linear(self, x, name, module, bias=True):
        """x [rows, in] -> [rows, out]."""
        w = self.weight(name + '.weight', module.weight.T, 1)
        return self.op('Gemm', x, w, self.weight(name + '.bias', module.bias)) if bias else self.op('Gemm', x, w)

    def conv(self, x, name, weight, bias, pads=(0, 0, 0, 0), strides=(1, 1), group=1):
        """x [N, C, H, W], weight [O, C/group, h, w]."""
        return self.op('Conv', x, self.weight(name + '.weight', weight, 0), self.weight(name + '.bias', bias), pads=list(pads), strides=list(strides),
                       kernel_shape=list(weight.shape[2:]), group=group)

    def turns(self, x):                    # whole turns taken off: GPUs lose precision in the sine of large angles
        return self.op('Mul', self.op('Sub', x, self.op('Floor', self.op('Add', x, self.number(.5)))), self.number(2 * np.pi))

    # ---- result ----

    def layout(self):
        """-> offsets of the weights in the external data, and its size in bytes."""
        offsets, at = [], 0
        for _, w, _ in self.weights:
            offsets.append(at)
            at += -(-w.nbytes // ALIGN) * ALIGN
        return offsets, at

    def bytes(self):
        tensors = [helper.make_tensor(name, TensorProto.INT64 if kind == '<i8' else TensorProto.FLOAT, shape, data, raw=True)
                   for (kind, shape, data), name in self.inline.items()]
        for (name, w, _), offset in zip(self.weights, self.layout()[0]):
            t = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=w.shape, data_location=TensorProto.EXTERNAL)
            for key, value in (('location', f'{self.role}.data'), ('offset', offset), ('length', w.nbytes)):
                entry = t.external_data.add()
                entry.key, entry.value = key, str(value)
            tensors.append(t)
        graph = helper.make_graph(self.nodes, self.role, self.inputs, self.outputs, tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', self.opset), helper.make_opsetid(MS, 1)], ir_version=9, producer_name='kinora')
        return model.SerializeToString(deterministic=True)
