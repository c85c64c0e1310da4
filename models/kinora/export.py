"""Checkpoints to a pack that browsers run (models/PACKS.md): graphs written node by node, weights in int8, golden values, hashes.

    python -m models.kinora.export --net runs/s/ema.pt --codec runs/codec.pt --vocoder runs/vocoder.pt --name kinora-s --out models/packs/kinora-s
    python -m models.kinora.export --toy --out models/packs/kinora-test      # random weights of a fixed seed, for tests of programs

What does not depend on the inputs is worked out here: text queries, positions, each block's part of the modulation, latent means. Guidance is
applied to the last hidden layer, before the three output matrices: they are linear and its two weights, g and 1 − g, sum to 1.
"""
import argparse
import copy
import hashlib
import json
import math
import os
import shutil
import subprocess
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn as nn
from onnx import TensorProto

from . import codec as codecs, vocoder as vocoders
from .codec import FOLD, GRID, SIZE, Codec, CodecConfig
from .graph import MIN_INT8, MS, Graph, dequantise, quantise
from .mel import FRAMES as MEL_FRAMES, HOP, MEAN, MELS, STD
from .net import NAMES, PATCH, PATCH_T, SHAPES, LATENT_FRAMES, STATE_POWER, Net, NetConfig
from .vocoder import Vocoder, VocoderConfig
from .world.clip import FPS, FRAMES, OBJECTS, RATE, SAMPLES, SECONDS

PART = 8 * 2 ** 20                         # bytes of a weight file
ORDER = ('state', 'video', 'sound')        # of the tokens in the net
CHANNELS = SHAPES['video'][1] // (PATCH_T * PATCH * PATCH)
CELLS = GRID // PATCH                      # tokens a side


@dataclass
class Models:
    net: Net
    codec: Codec
    mean: torch.Tensor
    std: torch.Tensor
    vocoder: Vocoder
    families: list


@torch.no_grad()
def rounded(module):
    """A copy whose large matrices and kernels hold the values that int8 can carry, as the pack will."""
    module = copy.deepcopy(module).float().eval()
    def replace(w): w.copy_(torch.from_numpy(dequantise(*quantise(w.numpy(), 0), 0)))
    for m in module.modules():
        if isinstance(m, (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Embedding)) and m.weight.numel() >= MIN_INT8: replace(m.weight)
    if isinstance(module, Vocoder):
        for table in (module.head.hash, module.head.seed): replace(table)
    return module


# ---- text ----

def heads_normed(g, name, x, rows, heads, scale):
    """x [rows·n, d], each head of it normalised -> [rows, n, d]"""
    parts = g.norm(g.reshape(x, rows, -1, heads, scale.shape[0]), g.weight(name, scale))
    return g.reshape(parts, rows, -1, heads * scale.shape[0])


def attention(g, name, m, q, k, v, rows, turn=None):
    """q, k, v [rows·n, d] -> [rows·n, d]. `turn`: names of position_ids, cos and sin. A `q` of None is one that was worked out before, a weight."""
    heads, d = m.heads, m.v.out_features
    q = name + '.queries' if q is None else heads_normed(g, name + '.nq', q, rows, heads, m.nq.scale)
    k = heads_normed(g, name + '.nk', k, rows, heads, m.nk.scale)
    if turn is not None: q, k = (g.op('RotaryEmbedding', x, *turn, domain=MS) for x in (q, k))
    return g.reshape(g.op('MultiHeadAttention', q, k, g.reshape(v, rows, -1, d), domain=MS, num_heads=heads), -1, d)


def mlp(g, name, up, down, x):
    h = g.op('MatMul', x, g.weight(name + '.up.weight', up.weight.T, 1))
    return g.linear(g.op('BiasGelu', h, g.weight(name + '.up.bias', up.bias), domain=MS), name + '.down', down)


@torch.no_grad()
def text_graph(net):
    c, e, g = net.config, net.text, Graph('text')
    d, step = c.text_d, e.shrink.stride[0]
    n = c.text_bytes // step
    ids = g.input('bytes', [1, c.text_bytes], TensorProto.INT32)
    x = g.op('Gather', g.weight('embed', e.embed.weight, 0), ids)
    x = g.reshape(g.op('Transpose', x, perm=[0, 2, 1]), 1, d, 1, c.text_bytes)
    for name, m in (('c1', e.c1), ('c2', e.c2)):
        pad = m.padding[0]
        x = g.op('Add', x, g.op('Gelu', g.conv(x, name, m.weight.unsqueeze(2), m.bias, (0, pad, 0, pad)), domain=MS))
    x = g.reshape(g.op('Transpose', g.reshape(x, d, c.text_bytes), perm=[1, 0]), n, step * d)
    kernel = e.shrink.weight.permute(2, 1, 0).reshape(step * d, d)
    x = g.op('Gemm', x, g.weight('shrink', kernel, 1), g.weight('position', e.position + e.shrink.bias))
    for i, (n1, a, n2, up, down) in enumerate(e.blocks):
        name = f'blocks.{i}'
        h = g.norm(x, g.weight(name + '.n1', n1.scale))
        q, k, v = (g.linear(h, f'{name}.{s}', getattr(a, s)) for s in 'qkv')
        x = g.op('Add', x, g.linear(attention(g, name, a, q, k, v, 1), name + '.o', a.o))
        x = g.op('Add', x, mlp(g, name, up, down, g.norm(x, g.weight(name + '.n2', n2.scale))))
    a = e.collect
    q = a.nq(a.q(e.queries).unflatten(-1, (a.heads, -1))).flatten(1).unsqueeze(0)
    g.weight('collect.queries', q)
    k, v = (g.linear(x, f'collect.{s}', getattr(a, s)) for s in 'kv')
    x = g.linear(attention(g, 'collect', a, None, k, v, 1), 'collect.o', a.o)
    x = g.norm(g.op('Add', x, g.weight('queries', e.queries)), g.weight('norm', e.norm.scale))
    g.output('text', g.reshape(g.linear(x, 'out', e.out), 1, c.text_tokens, c.d), [1, c.text_tokens, c.d])
    return g


# ---- step ----

@torch.no_grad()
def step_graph(net):
    """The net on prompt and negative at once, guidance, and one Euler step of the flow."""
    c, g = net.config, Graph('step')
    d, M = c.d, c.text_tokens
    count = {n: SHAPES[n][0] for n in NAMES}
    N = sum(count.values()) + M
    x = {n: g.input(n, [1, *SHAPES[n]]) for n in NAMES}
    mask = {n: g.input(n + 'Mask', [1, count[n], 1]) for n in NAMES}
    text, t, t_next, guidance = g.input('text', [2, M, d]), g.input('t', [1]), g.input('tNext', [1]), g.input('guidance', [3])

    # Modulation by time and prompt: [2, 1, 6·d], the same for all blocks but for a constant.
    f = torch.exp(-math.log(1000.) * torch.arange(32) / 32) * 1000 / (2 * math.pi)
    turns = g.op('Add', g.op('Mul', t, g.weight('time.turns', torch.cat([f, f]))), g.weight('time.phase', torch.cat([torch.zeros(32), torch.full((32,), .25)])))
    e = g.silu(g.linear(g.reshape(g.op('Sin', g.turns(turns)), 1, 64), 'time.0', net.time[0]))
    mean = g.reshape(g.op('ReduceMean', text, g.whole(1), keepdims=0), 2, d)
    e = g.op('Add', g.linear(e, 'time.2', net.time[2]), g.linear(mean, 'pool', net.pool))
    mod = g.reshape(g.linear(g.silu(e), 'mod', net.mod, bias=False), 2, 1, 6 * d)

    parts, start = [], 0
    for n in ORDER:
        place = g.weight(f'place.{n}', net.place[start:start + count[n]] + net.kind[n] + net.read[n].bias)
        known = g.op('Add', g.op('Mul', mask[n], g.weight(f'known.{n}', net.known[n])), place)
        ignored = n == 'state' and not c.state
        parts.append(known if ignored else g.op('Add', g.op('MatMul', x[n], g.weight(f'read.{n}', net.read[n].weight.T, 1)), known))
        start += count[n]
    one = g.concat(1, *parts)
    h = g.concat(1, g.concat(0, one, one), g.op('Add', text, g.weight('kind.text', net.kind['text'])))

    turn = g.constant(np.tile(np.arange(N, dtype=np.int64), (2, 1))), g.weight('cos', net.cos), g.weight('sin', net.sin)
    scales = [s for b in net.blocks for s in (b.n1.scale, b.n2.scale)] + [net.norm.scale]
    scales = [g.weight(f'norm.{i}', s) for i, s in enumerate(scales)]
    flat, rows = (lambda v: g.reshape(v, 2 * N, d)), (lambda v: g.reshape(v, 2, N, d))
    y = g.norm(h, scales[0])
    plus = torch.tensor([1., 0, 1, 1, 0, 1])[:, None]
    for i, b in enumerate(net.blocks):
        name = f'blocks.{i}'
        own = g.weight(name + '.table', (b.table + net.mod.bias.unflatten(0, (6, d)) + plus).flatten())
        s1, b1, g1, s2, b2, g2 = g.split(g.op('Add', mod, own), 2, [d] * 6)
        y = flat(g.op('Add', g.op('Mul', y, s1), b1))
        q, k, v = (g.linear(y, f'{name}.{s}', getattr(b.attention, s)) for s in 'qkv')
        a = rows(g.linear(attention(g, name, b.attention, q, k, v, 2, turn), name + '.o', b.attention.o))
        y, h = g.norm_sum(h, g.op('Mul', a, g1), scales[2 * i + 1])
        a = rows(mlp(g, name, b.up, b.down, flat(g.op('Add', g.op('Mul', y, s2), b2))))
        y, h = g.norm_sum(h, g.op('Mul', a, g2), scales[2 * i + 2])

    prompt, negative = g.split(y, 0, [1, 1])
    which = np.concatenate([np.full(count[n], NAMES.index(n)) for n in ORDER] + [np.zeros(M)]).astype(np.int64).reshape(1, N, 1)
    strength = g.op('Gather', guidance, g.constant(which))
    y = g.op('Add', negative, g.op('Mul', g.op('Sub', prompt, negative), strength))
    hidden = dict(zip(ORDER, g.split(y, 1, [count[n] for n in ORDER] + [M])))

    one, zero = g.number(1.), g.number(0.)
    left = g.op('Div', g.op('Sub', one, t_next), g.op('Sub', one, t))            # (1 − t') / (1 − t); for the state tokens' time that to the power
    way = g.op('Sub', one, left)
    ways = dict(video=way, sound=way, state=g.op('Sub', one, g.op('Pow', left, g.number(STATE_POWER))))
    for n in NAMES:
        shape, given = [1, *SHAPES[n]], g.op('Greater', mask[n], zero)
        clean = g.op('Add', g.op('MatMul', hidden[n], g.weight(f'write.{n}', net.write[n].weight.T, 1)), g.weight(f'write.{n}.bias', net.write[n].bias))
        moved = g.op('Add', x[n], g.op('Mul', g.op('Sub', clean, x[n]), ways[n]))
        g.output(n + 'Next', g.op('Where', given, x[n], moved), shape)
        if n == 'video': g.output('videoClean', g.op('Where', given, x[n], clean), shape)
    return g


# ---- picture codec ----

def layers(g, name, m, x):
    """Emits the kinds of layers that the codec is made of."""
    if isinstance(m, nn.Sequential):
        for k, child in m.named_children(): x = layers(g, f'{name}.{k}', child, x)
        return x
    if isinstance(m, codecs.Res): return g.op('Add', x, layers(g, name + '.b', m.b, g.silu(layers(g, name + '.a', m.a, x))))
    if isinstance(m, nn.Conv2d): return g.conv(x, name, m.weight, m.bias, m.padding * 2, m.stride, m.groups)
    if isinstance(m, nn.SiLU): return g.silu(x)
    if isinstance(m, nn.PixelShuffle): return g.op('DepthToSpace', x, blocksize=m.upscale_factor, mode='CRD')
    raise TypeError(f'The codec has a layer that export.py does not know: {type(m).__name__}.')


@torch.no_grad()
def decode_graph(codec, mean, std):
    g, side, D = Graph('decode'), SIZE * codec.config.upscale, SHAPES['video'][1]
    video, index = g.input('video', [1, *SHAPES['video']]), g.input('index', [1], TensorProto.INT32)
    z = g.op('Transpose', g.reshape(video, LATENT_FRAMES // PATCH_T, CELLS ** 2, PATCH_T, D // PATCH_T), perm=[0, 2, 1, 3])
    z = g.op('Gather', g.reshape(z, LATENT_FRAMES, CELLS ** 2, D // PATCH_T), index, axis=0)                # one latent frame, a row a token
    z = g.reshape(g.op('Transpose', z, perm=[0, 2, 1]), 1, D // PATCH_T, CELLS, CELLS)
    z = g.op('DepthToSpace', z, blocksize=PATCH, mode='CRD')                                                # [1, C, GRID, GRID]
    z = g.op('Add', g.op('Mul', z, g.weight('std', std.reshape(1, -1, 1, 1))), g.weight('mean', mean.reshape(1, -1, 1, 1)))
    wide, deep = copy.deepcopy(codec.unproject), copy.deepcopy(codec.decoder)
    for path in (wide, deep): scale_last(path, .5)                                                          # −1…1 to 0…1, in the last convolutions
    [m for m in wide.modules() if isinstance(m, nn.Conv2d)][-1].bias.add_(.5)
    x = g.op('Add', layers(g, 'unproject', wide, z), layers(g, 'decoder', deep, z))
    x = g.op('Clip', x, g.number(0.), g.number(1.))
    g.output('pixels', g.reshape(x, FOLD, 3, side, side), [FOLD, 3, side, side])
    return g


def scale_last(path, by):
    last = [m for m in path.modules() if isinstance(m, nn.Conv2d)][-1]
    last.weight.mul_(by)
    last.bias.mul_(by)


@torch.no_grad()
def encode_graph(codec, mean, std):
    g = Graph('encode')
    pixels = g.input('pixels', [FOLD * PATCH_T, 3, SIZE, SIZE])
    x = g.op('Sub', g.op('Mul', pixels, g.number(2.)), g.number(1.))
    # Both paths read 24 channels of half the size: ONNX Runtime 1.30 computes a Conv of six channels wrongly on WebGPU.
    r, project = codec.encoder[0].downscale_factor, codec.project
    x = g.op('Transpose', g.reshape(x, PATCH_T * FOLD * 3, SIZE // r, r, SIZE // r, r), perm=[0, 2, 4, 1, 3])
    x = g.reshape(x, PATCH_T, FOLD * 3 * r * r, SIZE // r, SIZE // r)
    kernel = nn.functional.pixel_unshuffle(project.weight, r)
    z = g.conv(x, 'project', kernel, project.bias, strides=[s // r for s in project.stride])
    z = g.op('Add', z, layers(g, 'encoder', codec.encoder[1:], x))
    z = g.op('Mul', g.op('Sub', z, g.weight('mean', mean.reshape(1, -1, 1, 1))), g.weight('rate', 1 / std.reshape(1, -1, 1, 1)))
    z = g.reshape(z, PATCH_T * CHANNELS, CELLS, PATCH, CELLS, PATCH)
    shape = [1, CELLS ** 2, SHAPES['video'][1]]
    g.output('video', g.reshape(g.op('Transpose', z, perm=[1, 3, 0, 2, 4]), *shape), shape)
    return g


# ---- vocoder ----

@torch.no_grad()
def vocoder_graph(vocoder):
    g, n = Graph('vocoder'), MEL_FRAMES
    mel = g.reshape(g.input('sound', [1, *SHAPES['sound']]), n, MELS)
    c, back = vocoder.config, vocoder.backbone
    x = g.linear(mel, 'stem', back.stem)
    for i, b in enumerate(back.blocks):
        name, pad = f'blocks.{i}', b.depthwise.padding[0]
        h = g.reshape(g.op('Transpose', x, perm=[1, 0]), 1, c.width, 1, n)
        h = g.conv(h, name + '.depthwise', b.depthwise.weight.unsqueeze(2), b.depthwise.bias, (0, pad, 0, pad), group=c.width)
        h = g.norm(g.op('Transpose', g.reshape(h, c.width, n), perm=[1, 0]), g.weight(name + '.norm', b.norm.gain))
        x = g.op('Add', x, g.linear(g.silu(g.linear(h, name + '.up', b.up)), name + '.down', b.down))
    x = g.norm(x, g.weight('norm', back.norm.gain))
    g.output('wave', g.op('Clip', head(g, vocoder.head, x, mel, n), g.number(-1.), g.number(1.)), [1, SAMPLES])
    return g


def head(g, m, x, mel, n):                 # vocoder.Head on n frames -> wave [1, n·HOP]
    sizes = list(m.SIZES.values())
    tone, pitch, noise, burst, tone_gate, burst_gate = g.split(g.linear(x, 'out', m.out), 1, sizes)
    spread = tents(g, m.spread)
    level = g.op('Mul', mel, g.number(STD))
    def level_of(v, offset, low, high): return g.op('Clip', g.op('Add', g.op('Add', v, level), offset), g.number(low), g.number(high))
    def gate(v): return gates(g, m, g.op('Exp', g.op('Clip', v, g.number(-7.), g.number(3.))), n)
    amplitude = g.op('Exp', level_of(tone, g.weight('tone_level', m.tone_level + MEAN - 1), -14., 1.))
    noise = g.op('Exp', g.op('MatMul', level_of(noise, g.weight('noise_level', m.noise_level + MEAN - .7), -14., 6.), spread))
    burst = g.op('Exp', g.op('MatMul', level_of(burst, g.weight('burst_level', m.noise_level + MEAN - 2), -14., 6.), spread))
    pitch = g.op('Add', g.weight('centre', m.centre), g.op('Mul', g.weight('reach', m.reach), g.op('Tanh', pitch)))

    own, spin = g.op('MatMul', mel, g.weight('hash', m.hash, 0)), g.weight('seed', m.seed, 0)
    period, bins = m.seed.shape
    spins = g.concat(0, *[spin] * -(-(n + 1) // period))
    first, second = (g.op('Add', own, g.slice(spins, 0, at, at + n)) for at in (0, 1))
    basis = spectrum(g, vocoders.N_FFT, bins)
    def noisy(magnitude, turns):
        a = g.turns(turns)
        waves = g.concat(1, g.op('Mul', magnitude, g.op('Cos', a)), g.op('Mul', magnitude, g.op('Sin', a)))
        return overlap(g, g.op('MatMul', waves, basis), n)
    sound = g.op('Mul', tones(g, m, amplitude, pitch, n), gate(tone_gate))
    sound = g.op('Add', sound, noisy(noise, first))
    return g.op('Add', sound, g.op('Mul', noisy(burst, second), gate(burst_gate)))


def tones(g, m, amplitude, pitch, n):      # oscillators [n, MELS] -> [1, n·HOP]
    anchor = m.sums.shape[0]
    a = g.op('Sub', g.op('Mul', pitch, g.number(HOP / RATE)), g.weight('whole', m.whole))
    a = g.reshape(a, n // anchor, anchor, MELS)
    total = g.op('ReduceSum', a, g.whole(1), keepdims=1)
    extra = g.op('Sub', total, g.op('Floor', g.op('Add', total, g.number(.5))))
    a = g.op('Sub', a, g.op('Mul', extra, g.number(1 / anchor)))
    phase = g.op('Add', g.op('MatMul', g.constant(m.sums.numpy()), a), g.weight('start', m.start))
    tuned = g.op('Mul', g.op('Add', a, g.weight('whole', m.whole)), g.number(RATE / HOP))
    first = g.op('Add', g.reshape(phase, n, 1, MELS), g.op('Mul', g.reshape(tuned, n, 1, MELS), g.weight('coarse', m.coarse.reshape(1, -1, 1))))
    then = g.op('Mul', g.reshape(tuned, n, MELS, 1), g.weight('fine', m.fine.reshape(1, 1, -1)))
    first, then, loud = g.turns(first), g.turns(then), g.reshape(amplitude, n, 1, MELS)
    left = g.concat(2, g.op('Mul', loud, g.op('Cos', first)), g.op('Mul', loud, g.op('Neg', g.op('Sin', first))))    # [n, COARSE, 2·MELS]
    right = g.concat(1, g.op('Cos', then), g.op('Sin', then))                                                      # [n, 2·MELS, FINE]
    return overlap(g, g.op('Mul', g.reshape(g.op('MatMul', left, right), n, 2 * HOP), g.weight('window', m.window)), n)


def overlap(g, frames, n):                 # [n, 2·HOP] -> [1, n·HOP]
    early, late = g.split(frames, 1, [HOP, HOP])
    early = g.concat(0, g.slice(early, 0, 1, n), g.constant(np.zeros((1, HOP), np.float32)))
    return g.reshape(g.op('Add', late, early), 1, n * HOP)


def gates(g, m, v, n):                     # [n, POINTS] -> [1, n·HOP]
    points = n * vocoders.POINTS
    v = g.reshape(v, points, 1)
    after = g.concat(0, g.slice(v, 0, 1, points), g.slice(v, 0, points - 1, points))
    return g.reshape(g.op('Add', v, g.op('Mul', g.op('Sub', after, v), g.weight('between', m.between))), 1, n * HOP)


def tents(g, spread):
    """Head.spread [bands, bins]: column b interpolates linearly between two neighbouring bands, so it is max(0, 1 − |place of b − band|)."""
    band = torch.arange(len(spread)).float()
    away = g.op('Abs', g.op('Sub', g.weight('spread', (band[:, None] * spread).sum(0)), g.constant(band[:, None].numpy())))
    return g.op('Relu', g.op('Sub', g.number(1.), away))


def spectrum(g, size, bins):
    """The inverse real DFT times the window sin(π(k + ½)/size), [2·bins, size]; the runtime works it out once, when it loads the graph."""
    numbers = lambda count, end: g.constant(np.arange(count, dtype=np.float32).reshape(end))
    product = g.op('Mul', numbers(bins, (-1, 1)), numbers(size, (1, -1)))        # below 2^24: exact
    turn = g.op('Sub', product, g.op('Mul', g.op('Floor', g.op('Div', product, g.number(size))), g.number(size)))
    angle = g.op('Mul', turn, g.number(2 * math.pi / size))
    weight = np.full((bins, 1), 2 / size, np.float32)
    weight[0] = weight[-1] = 1 / size
    window = np.sin(np.pi * (np.arange(size) + .5) / size).astype(np.float32)
    rows = g.concat(0, g.op('Mul', g.constant(weight), g.op('Cos', angle)), g.op('Mul', g.constant(-weight), g.op('Sin', angle)))
    return g.op('Mul', rows, g.constant(window))


# ---- pack ----

def graphs(m):
    """All five, from models that are `rounded`."""
    return [text_graph(m.net), step_graph(m.net), decode_graph(m.codec, m.mean, m.std), encode_graph(m.codec, m.mean, m.std), vocoder_graph(m.vocoder)]


def write_weights(graph, space):
    """Appends a graph's weights to `space` (bytearray) -> its `tensors` for the manifest."""
    offsets, tensors = graph.layout()[0], []
    def append(data):
        space.extend(b'\0' * (-len(space) % 4))
        space.extend(data)
        return len(space) - len(data)
    for (name, w, axis), offset in zip(graph.weights, offsets):
        spec = dict(name=name, dims=list(w.shape), encoding='f32' if axis is None else 'i8', offset=offset)
        if axis is None: spec['at'] = append(w.astype('<f4').tobytes())
        else:
            q, scale = quantise(w, axis)
            spec.update(axis=axis, at=append(q.tobytes()), scaleAt=append(scale.astype('<f4').tobytes()))
        tensors.append(spec)
    return tensors


def sha256(data): return hashlib.sha256(data).hexdigest()


def commit(): return subprocess.run(['git', 'rev-parse', 'HEAD'], capture_output=True, text=True, cwd=os.path.dirname(__file__), check=True).stdout.strip()


def export(m, out, name, version='1.0.0', description='', sampler=None, quality=None):
    """Writes the pack folder `out`, whole or not at all. `sampler`: default steps, shift, guidance."""
    from .pack import Pack
    m = Models(rounded(m.net), rounded(m.codec), m.mean, m.std, rounded(m.vocoder), m.families)
    part, space, entries, c = out.rstrip('/') + '.part', bytearray(), {}, m.net.config
    shutil.rmtree(part, ignore_errors=True)
    os.makedirs(part)
    def write(file, data):
        with open(f'{part}/{file}', 'wb') as f: f.write(data)
        return dict(file=file, bytes=len(data), sha256=sha256(data))
    for g in graphs(m):
        entries[g.role] = dict(write(f'{g.role}.onnx', g.bytes()), data=f'{g.role}.data', dataBytes=g.layout()[1], tensors=write_weights(g, space))
    weights = [write(f'weights-{i}.bin', bytes(space[at:at + PART])) for i, at in enumerate(range(0, len(space), PART))]
    side = SIZE * m.codec.config.upscale
    manifest = dict(
        format=1, name=name, version=version, licence='Apache-2.0', description=description, recipe=commit(),
        video=dict(width=side, height=side, fps=FPS, frames=FRAMES, tokens=SHAPES['video'][0], dim=SHAPES['video'][1], latentFrames=LATENT_FRAMES, framesPerLatent=FOLD, encodeSize=SIZE),
        sound=dict(sampleRate=RATE, samples=SAMPLES, tokens=SHAPES['sound'][0], dim=SHAPES['sound'][1], hopSamples=HOP, mels=MELS),
        state=dict(tokens=SHAPES['state'][0], dim=SHAPES['state'][1], objects=OBJECTS),
        text=dict(bytes=c.text_bytes, tokens=c.text_tokens, dim=c.d),
        window=dict(seconds=SECONDS, historyFraction=.5),
        sampler=dict(dict(steps=12, minSteps=2, maxSteps=48, shift=1., guidance=[2., 2., 1.5]), **(sampler or {})),
        families=list(m.families), graphs=entries, weights=weights,
        golden=dict(prompt='a red rubber ball bounces on a wooden floor', seed=1, t=0, tNext=.25, checks=[], tolerance=.001), quality=quality or {})
    save = lambda: write('manifest.json', (json.dumps(manifest, separators=(',', ':')) + '\n').encode())
    save()
    manifest['golden']['checks'] = golden(Pack(part), manifest['golden'])
    save()
    shutil.rmtree(out, ignore_errors=True)
    os.replace(part, out)
    return manifest


def golden(pack, spec, count=48):
    """`count` elements, spread evenly, of each output of the first step."""
    found = pack.step(pack.noise(spec['seed'], 0), pack.masks(), pack.texts(spec['prompt'], ''), spec['t'], spec['tNext'])
    checks = []
    for name, value in found.items():
        index = np.linspace(0, value.size - 1, count).astype(int)
        checks.append(dict(output=name, index=index.tolist(), value=[float(f'{v:.7g}') for v in value.ravel()[index]]))
    return checks


def load(net, codec, vocoder):
    k = torch.load(net, map_location='cpu')
    n = Net(NetConfig(**k['config']['net']))
    n.load_state_dict({a: w.float() for a, w in k['weights'].items()})
    return Models(n.eval(), *codecs.load(codec), vocoders.load(vocoder), list(k['families']))


@torch.no_grad()
def toy(seed=0):
    """Very small models of random weights: every graph, no meaning."""
    torch.manual_seed(seed)
    net, codec = Net(NetConfig(d=16, layers=2, heads=2, text_d=16, text_layers=1)), Codec(CodecConfig(widths=(4, 4, 4, 8), upscale=1))
    vocoder = Vocoder(VocoderConfig(width=8, blocks=1, expand=2))
    for m in (net, codec, vocoder):
        for p in m.parameters():
            if p.abs().max() == 0: p.copy_(torch.randn_like(p) * (.5 / p[0].numel() ** .5 if p.dim() > 1 else .1))   # layers that begin as nothing
    return Models(net.eval(), codec.eval(), torch.randn(CHANNELS) * .2, torch.rand(CHANNELS) * .5 + .75, vocoder.eval(), ['balls', 'water'])


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--net', default='runs/s/ema.pt')
    p.add_argument('--codec', default='runs/codec.pt')
    p.add_argument('--vocoder', default='runs/vocoder.pt')
    p.add_argument('--name')
    p.add_argument('--out')
    p.add_argument('--version', default='1.0.0')
    p.add_argument('--description', default='Short films with sound in a flat, illustrated look. Trained on simulated scenes.')
    p.add_argument('--steps', type=int, default=12)
    p.add_argument('--shift', type=float, default=1.)
    p.add_argument('--guidance', type=float, nargs=3, default=[2., 2., 1.5], metavar=('PICTURE', 'SOUND', 'STATE'))
    p.add_argument('--quality', help='JSON printed by evaluate.py')
    p.add_argument('--toy', action='store_true')
    args = p.parse_args()
    torch.set_num_threads(1)
    name = args.name or ('kinora-test' if args.toy else 'kinora-s')
    out = args.out or f'models/packs/{name}'
    quality = json.load(open(args.quality)) if args.quality else None
    m = toy() if args.toy else load(args.net, args.codec, args.vocoder)
    description = 'Random weights: draws nothing, tests everything.' if args.toy else args.description
    export(m, out, name, args.version, description, dict(steps=4 if args.toy else args.steps, shift=args.shift, guidance=args.guidance), quality)
    sizes = {f: os.path.getsize(f'{out}/{f}') for f in sorted(os.listdir(out))}
    print('\n'.join(f'{n:>10,} {f}' for f, n in sizes.items()), f'{sum(sizes.values()):>10,} in all', sep='\n')


if __name__ == '__main__': main()
