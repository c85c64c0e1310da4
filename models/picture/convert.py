"""The picture check: nsfwjs's MobileNetV2 (TensorFlow.js) as one ONNX file that ONNX Runtime reads (README.md beside this says what it is).

    npm pack nsfwjs@4.4.0 && tar xzf nsfwjs-4.4.0.tgz                     # then, with node on the path:
    python -m models.picture.convert package/dist/models/mobilenet_v2

Weights stay the bytes that upstream ships (uint8, `value = byte · scale + min`, one scale a tensor): nothing is rounded again. Batch normalisation goes into the
convolution before it, in float32: a factor and a bias an output channel. ONNX Runtime computes the products once, when the session opens.
"""
import argparse
import base64
import hashlib
import json
import math
import os
import subprocess

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

OPSET, SIDE = 17, 224
CLASSES = 5                                        # Drawing, Hentai, Neutral, Porn, Sexy
OUT = os.path.join(os.path.dirname(__file__), 'nsfw.onnx')


def read(folder):
    """The package's two modules -> the layers, and name -> (bytes, scale, min)."""
    script = 'const all = process.argv.slice(1).map((p) => require(p)); process.stdout.write(JSON.stringify(all.map((m) => m.default ?? m)))'
    paths = [os.path.abspath(f'{folder}/{name}.min.js') for name in ('model', 'group1-shard1of1')]
    run = subprocess.run(['node', '-e', script, *paths], capture_output=True, check=True)
    model, shard = json.loads(run.stdout)
    data = np.frombuffer(base64.b64decode(shard), np.uint8)
    weights, at = {}, 0
    for spec in model['weightsManifest'][0]['weights']:
        q, size = spec['quantization'], math.prod(spec['shape'])
        if q['dtype'] != 'uint8': raise ValueError(f'{spec["name"]} is {q["dtype"]}, not uint8.')
        weights[spec['name']] = data[at:at + size].reshape(spec['shape']), q['scale'], q['min']
        at += size
    if at != data.size: raise ValueError(f'{data.size - at} bytes of weights belong to no layer.')
    return model['modelTopology']['model_config']['config']['layers'], weights


def real(weights, name):
    q, scale, low = weights[name]
    return (q * np.float64(scale) + low).astype(np.float32)


class Net:
    def __init__(self, weights): self.weights, self.nodes, self.tensors = weights, [], []

    def tensor(self, name, array):
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def op(self, kind, *inputs, name, **attributes):
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def kernel(self, name, axes, factor):
        """A kernel that stays in bytes; `factor` [out] is what batch normalisation multiplies an output channel by."""
        q, scale, low = self.weights[name]
        q = q.transpose(axes)
        wide = factor.reshape(-1, *[1] * (q.ndim - 1)) if axes[0] else factor       # convolutions have their output channels first, matrices last
        x = self.op('Cast', self.tensor(name, q), name=f'{name}:f', to=TensorProto.FLOAT)
        x = self.op('Mul', x, self.tensor(f'{name}:scale', (wide * scale).astype(np.float32)), name=f'{name}:m')
        return self.op('Add', x, self.tensor(f'{name}:min', (wide * low).astype(np.float32)), name=f'{name}:w')

    def conv(self, x, name, layer, norm, pads):
        """layer and the batch normalisation `norm` after it, x [1, C, H, W]"""
        c, deep = layer['config'], layer['class_name'] == 'DepthwiseConv2D'
        gamma, beta, mean, var = (real(self.weights, f'{norm["config"]["name"]}/{part}') for part in ('gamma', 'beta', 'moving_mean', 'moving_variance'))
        factor = gamma / np.sqrt(var + np.float32(norm['config']['epsilon']))
        # [h, w, in, out] -> [out, in, h, w]; depthwise [h, w, channels, 1] -> [channels, 1, h, w]
        w = self.kernel(f'{c["name"]}/{"depthwise_kernel" if deep else "kernel"}', (2, 3, 0, 1) if deep else (3, 2, 0, 1), factor)
        bias = self.tensor(f'{c["name"]}:bias', beta - mean * factor)
        return self.op('Conv', x, w, bias, name=name, kernel_shape=c['kernel_size'], strides=c['strides'], pads=pads, group=factor.size if deep else 1)


def convert(folder):
    """-> ONNX model: `picture` [1, 3, 224, 224] RGB in 0…1 -> `probabilities` [1, 5]."""
    layers, weights = read(folder)
    net, value, held = Net(weights), {}, {}          # value: layer -> its output; held: a layer that its successor makes
    for layer in layers:
        kind, c = layer['class_name'], layer['config']
        name, sources = c['name'], [node[0] for node in layer['inbound_nodes'][0]] if layer['inbound_nodes'] else []
        x = value.get(sources[0]) if sources else None
        if kind == 'InputLayer': value[name] = 'picture'
        elif kind == 'ZeroPadding2D':
            (top, bottom), (left, right) = c['padding']
            value[name], held[name] = x, (top, left, bottom, right)
        elif kind in ('Conv2D', 'DepthwiseConv2D'):
            # "same" with stride 1 is half of the kernel; upstream pads by a layer of its own before every stride 2.
            half = (c['kernel_size'][0] - 1) // 2
            if c['padding'] == 'same' and c['strides'] != [1, 1] or c['use_bias'] or c['activation'] != 'linear': raise ValueError(f'{name} is built differently.')
            value[name], held[name] = x, (layer, [half] * 4 if c['padding'] == 'same' else list(held.get(sources[0], (0, 0, 0, 0))))
        elif kind == 'BatchNormalization':
            before, pads = held[sources[0]]
            value[name] = net.conv(x, name, before, layer, pads)
        elif kind == 'ReLU':
            low, high = net.op('Constant', name=f'{name}:0', value_float=0.), net.op('Constant', name=f'{name}:6', value_float=float(c['max_value']))
            value[name] = net.op('Clip', x, low, high, name=name)
        elif kind == 'Add': value[name] = net.op('Add', *(value[s] for s in sources), name=name)
        elif kind == 'AveragePooling2D': value[name] = net.op('AveragePool', x, name=name, kernel_shape=c['pool_size'], strides=c['strides'])
        elif kind == 'Flatten': value[name] = net.op('Flatten', x, name=name)
        elif kind == 'Dropout': value[name] = x
        elif kind == 'Dense':
            w = net.kernel(f'{name}/kernel', (0, 1), np.float32(1))
            x = net.op('Gemm', x, w, net.tensor(f'{name}:bias', real(weights, f'{name}/bias')), name=f'{name}:y')
            value[name] = net.op({'relu': 'Relu', 'softmax': 'Softmax'}[c['activation']], x, name='probabilities' if c['activation'] == 'softmax' else name)
        else: raise ValueError(f'{name} is a {kind}.')
    shaped = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(net.nodes, 'picture check', [shaped('picture', [1, 3, SIDE, SIDE])], [shaped('probabilities', [1, CLASSES])], net.tensors)
    doc = 'nsfwjs 4.4.0, MobileNetV2. Copyright (c) 2019 Infinite Red, Inc. MIT licence: models/picture/README.md.'
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', OPSET)], ir_version=9, producer_name='kinora', doc_string=doc)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('folder', help='package/dist/models/mobilenet_v2 of nsfwjs')
    p.add_argument('--out', default=OUT)
    args = p.parse_args()
    save(convert(args.folder), args.out)
    with open(args.out, 'rb') as f: data = f.read()
    print(f'{args.out}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}')


if __name__ == '__main__': main()
