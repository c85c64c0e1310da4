"""Graphs of another model to a pack that browsers run: the place to begin when you bring one of your own (models/PACKS.md, "Bringing a model").

    python -m models.kinora.convert --folder mine --out models/packs/mine     # mine/{text,step,decode,encode,vocoder}.onnx and mine/model.json
    python -m models.kinora.convert --example --out /tmp/example              # a small model of random weights that shares no size with kinora-s

`model.json` is the manifest without `graphs`, `weights` and the checks of `golden`. What your model has instead of a whole step (a net that predicts noise or
velocity, another scheduler) is wrapped as `step_graph` below wraps its net; another codec or vocoder is another `decode_graph` or `vocoder_graph`.
"""
import argparse
import json
import os

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from .export import GOLDEN, PART, write_pack
from .graph import MS, Graph
from .noise import STREAMS
from .pack import ROLES, PackError

MAX_FILE, MAX_WEIGHTS = 64 * 2 ** 20, 2 ** 31      # bytes, as workers/packs/manifest.ts has them: a file is held in memory whole while it is checked
CHUNKS = 8 * 2 ** 20, 16 * 2 ** 20                 # a file that breaks off is fetched again from its beginning; smaller ones are many requests


# ---- graphs that exist as ONNX files ----

def read_graph(role, path):
    """A `.onnx` file, with its weights within or beside it -> Graph whose large weights travel apart from it, matrices and kernels in int8."""
    model = onnx.load(path)
    opsets = {o.domain: o.version for o in model.opset_import}
    g = Graph(role, opsets.get('', opsets.get('ai.onnx', 0)))
    if set(opsets) - {'', 'ai.onnx', MS}: raise PackError(f'{path} uses operators of {", ".join(sorted(set(opsets) - {"", "ai.onnx", MS}))}. Kinora runs those of ONNX and com.microsoft.')
    if model.functions: raise PackError(f'{path} brings functions of its own. Inline them first (onnx.inliner.inline_local_functions).')
    inside = {t.name for t in model.graph.initializer}
    g.inputs = [v for v in model.graph.input if v.name not in inside]
    g.outputs = list(model.graph.output)
    for v in (*g.inputs, *g.outputs):
        if any(d.dim_value <= 0 for d in v.type.tensor_type.shape.dim): raise PackError(f'{path}: "{v.name}" has a size that is not fixed. Export with static shapes.')
        if v.type.tensor_type.elem_type not in (TensorProto.FLOAT, TensorProto.INT32): raise PackError(f'{path}: "{v.name}" is neither f32 nor i32. Export in fp32, ids as int32.')
    axes = scale_axes(model.graph)
    for t in model.graph.initializer:
        w = numpy_helper.to_array(t)
        if w.dtype in (np.float16, np.float64): raise PackError(f'{path}: "{t.name}" is {w.dtype}. Export in fp32: the pack makes it small.')
        if w.dtype == np.float32 and w.size >= 16: g.weight(t.name, w, axes.get(t.name))
        else: g.nodes.append(onnx.helper.make_node('Constant', [], [t.name], value=t))
    g.nodes += model.graph.node
    return g


def scale_axes(graph):
    """Of weights that may travel in int8: the dimension that has a scale an index, an output channel's; of an embedding, a row's. A stack of matrices stays f32."""
    ranks, axes = {t.name: len(t.dims) for t in graph.initializer}, {}
    for node in graph.node:
        transposed = any(a.name == 'transB' and a.i for a in node.attribute)
        at, axis = {'Gather': (0, 0), 'Conv': (1, 0), 'ConvTranspose': (1, 1), 'Gemm': (1, 0 if transposed else 1), 'MatMul': (1, 1)}.get(node.op_type, (0, None))
        name = node.input[at] if len(node.input) > at else ''
        if axis is not None and name in ranks and (node.op_type != 'MatMul' or ranks[name] == 2): axes[name] = axis
    return axes


def read_folder(folder, roles=ROLES):
    with open(f'{folder}/model.json') as f: return [read_graph(role, f'{folder}/{role}.onnx') for role in roles], json.load(f)


# ---- the adapter point: what a net predicts, and how a step is taken with it ----

def clean_guess(g, predicts, x, predicted, t):
    """What the net says of x_t = t·clean + (1 − t)·noise, as a guess of the clean tokens. `t`: name of a float32 [1].

    A model of another time: give its net the time at which its signal-to-noise ratio is t / (1 − t). One that keeps the variance (DDPM, EDM after scaling)
    is given x_t / √(t² + (1 − t)²) as well: `preserving` below.
    """
    if predicts == 'clean': return predicted
    left = g.op('Sub', g.number(1.), t)
    if predicts == 'velocity': return g.op('Add', x, g.op('Mul', left, predicted))                                    # clean − noise
    if predicts == 'noise': return g.op('Div', g.op('Sub', x, g.op('Mul', left, predicted)), g.op('Max', t, g.number(.02)))      # at t = 0 nothing can be said
    raise PackError(f'"{predicts}" is nothing that a net predicts here: clean, velocity or noise.')


def preserving(g, x, t):
    left = g.op('Sub', g.number(1.), t)
    return g.op('Div', x, g.op('Sqrt', g.op('Add', g.op('Mul', t, t), g.op('Mul', left, left))))


def euler(g, x, clean, mask, t, t_next):
    """One step of Euler's towards the clean guess; tokens whose mask is 1 stay as they are. Another solver of one evaluation a step goes here -> next, clean"""
    keep, free = mask, g.op('Sub', g.number(1.), mask)
    share = g.op('Div', g.op('Sub', t_next, t), g.op('Max', g.op('Sub', g.number(1.), t), g.number(1e-6)))
    def known(y): return g.op('Add', g.op('Mul', keep, x), g.op('Mul', free, y))
    return known(g.op('Add', x, g.op('Mul', share, g.op('Sub', clean, x)))), known(clean)


# ---- an example: a whole model of random weights, of a shape of its own ----

FACTS = dict(
    format=1, name='example', version='1.0.0', licence='Apache-2.0', description='Random weights of another shape: shows how a model is brought.',
    video=dict(width=192, height=128, fps=12, frames=36, tokens=36, dim=24, latentFrames=12, framesPerLatent=3, encodeSize=32),
    sound=dict(sampleRate=8000, samples=24000, tokens=30, dim=40, hopSamples=200, mels=40),
    state=dict(tokens=6, dim=8),
    text=dict(bytes=64, tokens=5, dim=12),
    window=dict(seconds=3, historyFraction=1 / 3),
    sampler=dict(steps=3, minSteps=1, maxSteps=20, shift=2., guidance=[3., 1.5, 1.]),
    families=['anything'], quality={}, golden=GOLDEN)


class Example:
    """Its five graphs. Each is the place where a real model's own would stand."""

    def __init__(self, facts=FACTS, seed=0):
        self.facts, self.random = facts, np.random.default_rng(seed)
        self.shape = {n: [1, facts[n]['tokens'], facts[n]['dim']] for n in STREAMS}

    def matrix(self, g, name, rows, columns): return g.weight(name, self.random.standard_normal((rows, columns)) / rows ** .5, 1)

    def text_graph(self):
        g, f = Graph('text'), self.facts['text']
        table = g.weight('letters', self.random.standard_normal((256, f['dim'])), 0)
        rows = g.op('Gather', table, g.input('bytes', [1, f['bytes']], TensorProto.INT32), axis=0)                     # [1, bytes, dim]
        g.output('text', g.op('MatMul', g.constant(self.random.standard_normal((f['tokens'], f['bytes'])).astype(np.float32) / 8), rows), [1, f['tokens'], f['dim']])
        return g

    def net(self, g, name, x, words, t):
        """x [1, tokens, dim], words [2, 1, text dim] -> what it predicts with the prompt and with the negative, [2, tokens, dim]"""
        dim = self.facts[name]['dim']
        hidden = g.op('Add', g.op('MatMul', x, self.matrix(g, name + '.in', dim, 32)), g.op('MatMul', words, self.matrix(g, name + '.words', self.facts['text']['dim'], 32)))
        hidden = g.op('Tanh', g.op('Add', hidden, g.op('Mul', t, self.matrix(g, name + '.time', 1, 32))))
        return g.op('MatMul', hidden, self.matrix(g, name + '.out', 32, dim))

    def step_graph(self, predicts=('velocity', 'noise', 'clean')):
        """Picture, sound and state by nets that predict different things, with guidance, and one step."""
        g, f = Graph('step'), self.facts['text']
        x = {n: g.input(n, self.shape[n]) for n in STREAMS}
        masks = {n: g.input(n + 'Mask', [1, self.shape[n][1], 1]) for n in STREAMS}
        text = g.input('text', [2, f['tokens'], f['dim']])
        t, t_next, guidance = g.input('t', [1]), g.input('tNext', [1]), g.input('guidance', [3])
        words = g.op('MatMul', g.constant(np.full((1, f['tokens']), 1 / f['tokens'], np.float32)), text)                # [2, 1, dim]
        for i, n in enumerate(STREAMS):
            said = self.net(g, n, preserving(g, x[n], t) if predicts[i] == 'noise' else x[n], words, t)
            prompt, negative = g.slice(said, 0, 0, 1), g.slice(said, 0, 1, 2)
            guided = g.op('Add', negative, g.op('Mul', g.slice(guidance, 0, i, i + 1), g.op('Sub', prompt, negative)))
            onward, clean = euler(g, x[n], clean_guess(g, predicts[i], x[n], guided, t), masks[n], t, t_next)
            g.output(n + 'Next', onward, self.shape[n])
            if n != 'sound': g.output(n + 'Clean', clean, self.shape[n])
        return g

    def decode_graph(self):
        """A codec in which three tokens beside each other are three frames: [framesPerLatent, 3, H, W] of latent frame `index`."""
        g, v = Graph('decode'), self.facts['video']
        frames, cells = v['framesPerLatent'], v['tokens'] // v['latentFrames']
        h, w = v['height'] // 8, v['width'] // 8 // cells
        tokens = g.reshape(g.input('video', self.shape['video']), v['latentFrames'], cells, v['dim'])
        z = g.op('Gather', tokens, g.input('index', [1], TensorProto.INT32), axis=0)                                    # [1, cells, dim]
        y = g.reshape(g.op('MatMul', z, self.matrix(g, 'paint', v['dim'], frames * 3 * h * w)), cells, frames, 3, h, w)
        y = g.reshape(g.op('Transpose', y, perm=[1, 2, 3, 0, 4]), frames, 3, h, w * cells)
        light = g.op('ReduceMean', g.input('state', self.shape['state']), g.whole(0, 1, 2), keepdims=0)
        y = g.op('Resize', g.op('Add', y, light), '', g.constant(np.array([1, 1, 8, 8], np.float32)), mode='linear')
        g.output('pixels', g.op('Sigmoid', y), [frames, 3, v['height'], v['width']])
        return g

    def encode_graph(self):
        g, v = Graph('encode'), self.facts['video']
        frames, side, cells = v['framesPerLatent'], v['encodeSize'], v['tokens'] // v['latentFrames']
        small = g.op('AveragePool', g.input('pixels', [frames, 3, side, side]), kernel_shape=[4, 4], strides=[4, 4])
        flat = g.reshape(small, 1, frames * 3 * (side // 4) ** 2)
        g.output('video', g.reshape(g.op('MatMul', flat, self.matrix(g, 'read', frames * 3 * (side // 4) ** 2, cells * v['dim'])), 1, cells, v['dim']), [1, cells, v['dim']])
        return g

    def vocoder_graph(self):
        """A vocoder in which a token is its own piece of the wave."""
        g, s = Graph('vocoder'), self.facts['sound']
        wave = g.op('MatMul', g.input('sound', self.shape['sound']), self.matrix(g, 'piece', s['dim'], s['samples'] // s['tokens']))
        g.output('wave', g.op('Tanh', g.reshape(wave, 1, s['samples'])), [1, s['samples']])
        return g

    def graphs(self): return [getattr(self, role + '_graph')() for role in ROLES]


# ---- pack ----

def convert(graphs, out, facts, part=PART):
    """Writes the pack folder `out` -> its manifest. `part`: bytes of a weight file."""
    if part > MAX_FILE: raise PackError(f'A weight file has {MAX_FILE >> 20} MiB at most; {CHUNKS[0] >> 20} to {CHUNKS[1] >> 20} are well.')
    bytes_ = sum(w.nbytes for g in graphs for _, w, _ in g.weights)
    if bytes_ > MAX_WEIGHTS: raise PackError(f'{bytes_ / 1e9:.1f} GB of weights once expanded: a browser holds {MAX_WEIGHTS / 1e9:.1f} at most.')
    return write_pack(graphs, out, dict(facts, golden={**GOLDEN, **facts.get('golden', {})}), part)


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
    p.add_argument('--folder')
    p.add_argument('--example', action='store_true')
    p.add_argument('--out', required=True)
    p.add_argument('--part', type=int, default=PART >> 20, help='MiB of a weight file, 8 to 16')
    args = p.parse_args()
    if args.example == bool(args.folder): p.error('either --folder or --example')
    if not CHUNKS[0] <= args.part << 20 <= CHUNKS[1]: p.error(f'--part is {CHUNKS[0] >> 20} to {CHUNKS[1] >> 20} MiB')
    example = Example()
    graphs, facts = (example.graphs(), example.facts) if args.example else read_folder(args.folder)
    manifest = convert(graphs, args.out, facts, args.part << 20)
    print(f'{args.out}: {manifest["name"]}, {sum(w["bytes"] for w in manifest["weights"]) / 1e6:.1f} MB in {len(manifest["weights"])} files')


if __name__ == '__main__': main()
