"""Checkpoints to a pack that browsers run (models/PACKS.md): graphs written node by node, weights in int8, golden values, hashes.

    python -m models.kinora.export --net runs/s/ema.pt --codec runs/codec.pt --vocoder runs/vocoder.pt --name kinora-s --out models/packs/kinora-s
    python -m models.kinora.export --toy --out models/packs/kinora-test      # random weights of a fixed seed, for tests of programs

What does not depend on the inputs is worked out here: text queries, positions, each block's part of the modulation, latent means. restore.py goes
the other way.
"""
import argparse
import copy
import gzip
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

from . import codec as codecs, net as nets, portrait as portraits, vocoder as vocoders
from .codec import CHANNELS, FOLD, SIZE, UPSCALE, Codec, CodecConfig
from .graph import MIN_INT8, MS, Graph, dequantise, quantise
from .mel import FRAMES as MEL_FRAMES, HOP, MEAN, MELS, STD
from .maps import AIRS, CUES, GRID, LOOKS, MAPS, RUNGS, TONES_X, TONES_Y
from .net import LIPS, NAMES, ORDER, PATCH, PATCH_T, SOUND_PATCH, SHAPES, LATENT_FRAMES, STATE_POWER, STATE_TOKENS, Net, NetConfig
from .vocoder import Vocoder, VocoderConfig
from .world.clip import ABSENT, ATTRIBUTES, FEATURES, FPS, FRAMES, KIND, OBJECT_DIM, OBJECTS, PARTS, RATE, SAMPLES, SECONDS, SPEECH, STATE_DIM

PART = 8 * 2 ** 20                         # bytes of a weight file, expanded
GOLDEN = dict(prompt='a red rubber ball bounces on a wooden floor', seed=1, t=0, tNext=.25, tolerance=.001)
# What the first guess must have at least, or else what makes the scene does not come in nine films of ten: speed (picture sides a second), height (picture sides from below), flash (0…1).
STILL = dict(balls=dict(speed=.6), basketball=dict(height=.68), water=dict(speed=.6, height=.55), thunder=dict(flash=.15), fireworks=dict(flash=.25), pendulum=dict(speed=.3))
CELLS = GRID // PATCH                      # tokens a side
NUMBERS = ['there', 'x', 'y', 'vx', 'vy', 'radius', 'strength', 'phase', 'cos', 'sin']   # an object's, as clip.state_tokens orders them


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
    x = g.linear(x, 'out', e.out)
    guess = g.linear(g.op('ReduceMean', x, g.whole(0), keepdims=1), 'attributes', e.attributes)
    guess = g.concat(1, *(g.op('Softmax', part, axis=1) for part in g.split(guess, 1, [len(v) + 1 for v in ATTRIBUTES.values()])))
    x = g.op('Add', x, g.linear(guess, 'say', e.say))
    if c.literal: x = g.concat(0, x, literal(g, net.literal, ids, c))
    g.output('text', g.reshape(x, 1, text_rows(c), c.d), [1, text_rows(c), c.d])
    return g


def text_rows(c):
    """Tokens of a prompt: those that the net attends to, and what it takes at its word: a factor for every number of a state token and what is added to it (net.Literal.told)."""
    return c.text_tokens + (-(-2 * STATE_DIM // c.d) if c.literal else 0)


def literal(g, m, ids, c):                 # net.Literal: ids [1, bytes] -> [rows, d]
    x = g.op('Transpose', g.op('Gather', g.weight('literal.embed', m.embed.weight, 0), ids), perm=[0, 2, 1])
    x = g.reshape(x, 1, -1, 1, c.text_bytes)
    for i, name in enumerate(('c1', 'c2', 'c3')):
        k = getattr(m, name)
        y = g.silu(g.conv(x, f'literal.{name}', k.weight.unsqueeze(2), k.bias, (0, k.padding[0], 0, k.padding[0]), (1, k.stride[0])))
        x = g.op('Add', x, y) if i else y
    x = g.op('Transpose', g.reshape(x, -1, c.text_bytes // m.c1.stride[0]), perm=[1, 0])
    odds = g.op('Exp', g.op('Min', g.op('ReduceMax', g.linear(x, 'literal.out', m.out), g.whole(0), keepdims=1), g.number(30.)))
    one, said, free, pair = g.number(1.), [], [], None
    for name, part in zip(ATTRIBUTES, g.split(odds, 1, [len(v) for v in ATTRIBUTES.values()])):
        share = g.op('Div', part, g.op('Add', g.op('ReduceSum', part, g.whole(1), keepdims=1), one))
        said.append(g.op('Clip', g.op('Div', g.op('Sub', share, g.number(m.UNSURE)), g.number(m.SURE - m.UNSURE)), g.number(0.), one))
        if name == 'family': pair = g.op('Sub', one, g.slice(said[-1], 1, m.two, m.two + 1))
        if name in m.WHOLE: said[-1] = g.op('Mul', said[-1], g.number(0.))
        if name in m.EITHER: said[-1] = g.op('Mul', said[-1], pair)
        free.append(g.op('Add', g.op('Mul', part, g.number(0.)), g.op('Sub', one, g.op('ReduceSum', said[-1], g.whole(1), keepdims=1))))
    said, free, at = g.concat(1, *said), g.concat(1, *free), nets.OFFSETS['kind']
    added = g.op('Add', g.op('Mul', said, g.number(KIND)), g.op('Mul', g.op('Sub', one, free), g.number(ABSENT)))
    constant = lambda value, count: g.constant(np.full((1, count), value, np.float32))
    rest, size = STATE_DIM - at - PARTS['kind'], (text_rows(c) - c.text_tokens) * c.d
    return g.reshape(g.concat(1, constant(1., at), free, constant(1., rest), constant(0., at), added, constant(0., rest + size - 2 * STATE_DIM)), -1, c.d)


# ---- step ----

@torch.no_grad()
def step_graph(net):
    """The net, guidance, and one Euler step of the flow. Prompt and negative are two rows of one batch, unless the net leaps: then it is told of both in one."""
    c, g = net.config, Graph('step')
    d, M, R = c.d, c.text_tokens, 1 if c.leaps else 2
    rows = lambda *parts: parts[0] if R == 1 else g.concat(0, *parts * R)
    count = {n: SHAPES[n][0] for n in NAMES}
    counts = [*(count[n] for n in ORDER), M]
    N, middle = sum(counts), len(net.blocks) // 2
    x = {n: g.input(n, [1, *SHAPES[n]]) for n in NAMES}
    mask = {n: g.input(n + 'Mask', [1, count[n], 1]) for n in NAMES}
    text, t, t_next, guidance = g.input('text', [2, text_rows(c), d]), g.input('t', [1]), g.input('tNext', [1]), g.input('guidance', [3])
    speech = g.input('speech', [1, MEL_FRAMES, SPEECH]) if c.speech else None
    given = {n: g.op('Greater', mask[n], g.number(0.)) for n in NAMES}

    if c.literal:                          # what the prompt says, literally
        text, more = g.split(text, 1, [M, text_rows(c) - M])
        more, _ = g.split(more, 0, [1, 1])
        free, said = g.split(g.slice(g.reshape(more, 1, 1, -1), 2, 0, 2 * STATE_DIM), 2, [STATE_DIM] * 2)
    stated = lambda guess: g.op('Add', g.op('Mul', guess, free), said) if c.literal else guess

    # Modulation by time and prompt: [R, 1, 6·d], the same for all blocks but for a constant.
    mean = g.reshape(g.op('ReduceMean', text, g.whole(1), keepdims=0), 2, d)
    e = chain(g, 'time', net.time, waves(g, 'time', t, 1000.))
    if c.leaps:
        text, _ = g.split(text, 0, [1, 1])
        mean, negative = g.split(mean, 0, [1, 1])
        e = g.op('Add', e, chain(g, 'until', net.until, waves(g, 'until', g.op('Sub', t_next, t), 20.)))
        more = g.op('Sub', g.reshape(guidance, 1, -1), g.constant(nets.USUAL.numpy()[None]))
        for told in (g.linear(negative, 'avoid', net.avoid), g.linear(more, 'strength', net.strength)): e = g.op('Add', e, told)
    e = g.silu(g.op('Add', e, g.linear(mean, 'pool', net.pool)))
    mod = g.reshape(g.linear(e, 'mod', net.mod, bias=False), R, 1, 6 * d)

    parts, start = [], 0
    for n in ORDER:
        place = g.weight(f'place.{n}', net.place[start:start + count[n]] + net.kind[n] + net.read[n].bias)
        known = g.op('Add', g.op('Mul', mask[n], g.weight(f'known.{n}', net.known[n])), place)
        ignored = n == 'state' and not c.state
        parts.append(known if ignored else g.op('Add', g.op('MatMul', x[n], g.weight(f'read.{n}', net.read[n].weight.T, 1)), known))
        if n == 'state' and c.follow and not ignored: parts[-1] = g.op('Add', parts[-1], g.op('MatMul', ahead(g, x[n], given[n]), g.weight('follow.weight', net.follow.weight.T, 1)))
        if n == 'video': parts[-1] = g.op('Add', parts[-1], calm(g, net.calm, x[n]))
        if c.speech and n in net.hear: parts[-1] = g.op('Add', parts[-1], linear(g, f'hear.{n}', net.hear[n], g.reshape(speech, 1, count[n], -1)))
        start += count[n]
    told = g.op('Add', rows(parts[0]), g.reshape(g.linear(mean, 'told', net.told), R, 1, d))
    h = g.concat(1, told, rows(g.concat(1, *parts[1:])), g.op('Add', text, g.weight('kind.text', net.kind['text'])))

    def trust(guess):                      # the state to draw by: what is known, else the guess [R, tokens, dim]
        return g.op('Where', given['state'], x['state'], guess) if c.state else g.constant(np.zeros((R, *SHAPES['state']), np.float32))

    def glance(h):                         # the state as it seems half way, told to the tokens of picture and sound, and what is one of a few
        s, v, a, rest = g.split(h, 1, counts)
        s2 = g.norm(s, g.weight('before', net.before.scale))
        guess, few = linear(g, 'glance', net.glance, s2), None
        if c.classes:
            few = classes(g, net.classes, mean, s2, e, x['state'], given['state'], t, R)
            guess = g.op('Add', guess, few)
        seen = trust(stated(guess))
        name = g.linear(g.silu(g.linear(facts_of(g, seen, R), 'name.0', net.name[0])), 'name.2', net.name[2])
        v, a = (g.op('Add', y, g.reshape(name, R, 1, d)) for y in (v, a))
        near = g.reshape(splat(g, seen, CELLS, R * STATE_TOKENS), -1, PATCH_T, OBJECTS * MAPS, CELLS ** 2)
        near = g.reshape(g.op('Transpose', near, perm=[0, 3, 1, 2]), R, count['video'], -1)
        heard = g.reshape(cues(g, seen, R), R, count['sound'], -1)
        v, a = (g.op('Add', y, linear(g, f'tell.{n}', net.tell[n], told)) for n, y, told in (('video', v, near), ('sound', a, heard)))
        return g.concat(1, s, v, a, rest), few

    turn = g.constant(np.tile(np.arange(N, dtype=np.int64), (R, 1))), g.weight('cos', net.cos), g.weight('sin', net.sin)
    scales = [s for b in net.blocks for s in (b.n1.scale, b.n2.scale)] + [net.norm.scale]
    scales = [g.weight(f'norm.{i}', s) for i, s in enumerate(scales)]
    flat, deep = (lambda v: g.reshape(v, R * N, d)), (lambda v: g.reshape(v, R, N, d))
    y = g.norm(h, scales[0])
    plus = torch.tensor([1., 0, 1, 1, 0, 1])[:, None]
    for i, b in enumerate(net.blocks):
        name = f'blocks.{i}'
        if i == middle:
            h, few = glance(h)
            y = g.norm(h, scales[2 * i])
        own = g.weight(name + '.table', (b.table + net.mod.bias.unflatten(0, (6, d)) + plus).flatten())
        s1, b1, g1, s2, b2, g2 = g.split(g.op('Add', mod, own), 2, [d] * 6)
        y = flat(g.op('Add', g.op('Mul', y, s1), b1))
        q, k, v = (g.linear(y, f'{name}.{s}', getattr(b.attention, s)) for s in 'qkv')
        a = deep(g.linear(attention(g, name, b.attention, q, k, v, R, turn), name + '.o', b.attention.o))
        y, h = g.norm_sum(h, g.op('Mul', a, g1), scales[2 * i + 1])
        a = deep(mlp(g, name, b.up, b.down, flat(g.op('Add', g.op('Mul', y, s2), b2))))
        y, h = g.norm_sum(h, g.op('Mul', a, g2), scales[2 * i + 2])

    s, v, a, _ = g.split(y, 1, counts)
    clean = {n: g.op('Add', g.op('MatMul', z, g.weight(f'write.{n}', net.write[n].weight.T, 1)), g.weight(f'write.{n}.bias', net.write[n].bias)) for n, z in (('state', s), ('video', v), ('sound', a))}
    if c.classes: clean['state'] = g.op('Add', clean['state'], few)
    clean['state'] = stated(clean['state'])
    seen = trust(clean['state'])
    clean['video'] = g.op('Add', clean['video'], draw(g, net.draw, v, seen, e, x['video'], given['video'], speech, R))
    clean['sound'] = g.op('Add', clean['sound'], sing(g, net.sing, a, seen, e, x['sound'], speech, R))
    if net.voice is not None: clean['sound'] = g.op('Add', clean['sound'], voice(g, net.voice, seen, e, x['sound'], speech, R))

    one = g.number(1.)
    left = g.op('Div', g.op('Sub', one, t_next), g.op('Sub', one, t))            # (1 − t') / (1 − t); for the state tokens' time that to the power
    way = g.op('Sub', one, left)
    ways = dict(video=way, sound=way, state=g.op('Sub', one, g.op('Pow', left, g.number(STATE_POWER))))
    for n, strength in zip(NAMES, g.split(guidance, 0, [1] * len(NAMES))):
        shape = [1, *SHAPES[n]]
        guess = clean[n]
        if not c.leaps:
            prompt, negative = g.split(guess, 0, [1, 1])
            guess = g.op('Add', negative, g.op('Mul', g.op('Sub', prompt, negative), strength))
        moved = g.op('Add', x[n], g.op('Mul', g.op('Sub', guess, x[n]), ways[n]))
        g.output(n + 'Next', g.op('Where', given[n], x[n], moved), shape)
        if n != 'sound': g.output(n + 'Clean', g.op('Where', given[n], x[n], guess), shape)
    return g


def classes(g, m, text, s, e, state, given, t, rows):
    """net.Classes: text, e [rows, d], s [rows, tokens, d], state, given [1, tokens, …], t [1] -> [rows, 1, dim]"""
    one, certain, n = g.number(1.), g.number(m.CERTAIN), m.end - m.first
    left = g.op('Pow', g.op('Sub', one, t), g.number(STATE_POWER))               # 1 − the state's time
    time = g.op('Sub', one, left)
    gain = g.op('Where', given, certain, g.op('Min', g.op('Div', time, g.op('Mul', left, left)), certain))
    reach = g.op('Mul', gain, g.op('Where', given, g.number(m.HALF), g.op('Mul', time, g.number(m.HALF))))
    lean, sure = g.split(g.linear(e, 'classes.step', m.step), 1, [1, 1])
    x = g.op('Mul', g.slice(state, 2, m.first, m.end), g.number(KIND))
    found = g.op('Sub', g.op('Mul', g.op('Add', gain, g.reshape(lean, rows, 1, 1)), x), reach)
    found = g.reshape(g.op('ReduceSum', found, g.whole(1), keepdims=0), rows, n)
    expected = g.linear(g.reshape(g.op('ReduceMean', s, g.whole(1), keepdims=0), rows, -1), 'classes.tokens', m.tokens, bias=False)
    logits = g.op('Mul', g.op('Add', g.op('Add', g.linear(text, 'classes.text', m.text), expected), found), g.op('Exp', sure))
    odds = g.op('Exp', g.op('Clip', logits, g.number(-m.CERTAIN), certain))
    share = g.op('Div', odds, g.op('Add', g.op('MatMul', odds, g.constant(m.same.numpy())), one))
    none = lambda count: g.constant(np.zeros((rows, 1, count), np.float32))
    return g.concat(2, none(m.first), g.op('Mul', g.reshape(share, rows, 1, n), g.number(KIND)), none(STATE_DIM - m.end))


def linear(g, name, m, x):                 # x of any rank
    return g.op('Add', g.op('MatMul', x, g.weight(name + '.weight', m.weight.T, 1)), g.weight(name + '.bias', m.bias))


def waves(g, name, t, top):                # net.waves: [1] -> [1, 64]
    f = torch.exp(-math.log(top) * torch.arange(32) / 32) * top / (2 * math.pi)
    turns = g.op('Add', g.op('Mul', t, g.weight(name + '.turns', torch.cat([f, f]))), g.weight(name + '.phase', torch.cat([torch.zeros(32), torch.full((32,), .25)])))
    return g.reshape(g.op('Sin', g.turns(turns)), 1, 64)


def ahead(g, state, given):                # net.ahead: state [1, STATE_TOKENS, STATE_DIM], given [1, STATE_TOKENS, 1] bool -> as state
    w = g.op('Mul', g.constant(nets.REACH.numpy()[None]), g.reshape(g.op('Cast', given, to=TensorProto.FLOAT), 1, 1, STATE_TOKENS))
    w = g.op('Div', w, g.op('Add', g.op('ReduceSum', w, g.whole(2), keepdims=1), g.number(1e-28)))
    on = g.op('MatMul', g.op('Mul', w, g.constant(nets.STEPS_ON.numpy()[None])), g.op('Mul', g.op('Gather', state, g.constant(nets.SPEEDS.numpy()), axis=2), g.constant(nets.ADDS.numpy())))
    return g.op('Add', g.op('MatMul', w, state), on)


def calm(g, m, video):                     # what stands still, for every token [1, tokens, d]
    spans, part = LATENT_FRAMES // PATCH_T, CHANNELS * PATCH * PATCH
    mean = g.op('ReduceMean', g.reshape(video, spans, CELLS ** 2, PATCH_T, part), g.whole(0, 2), keepdims=0)
    y = g.reshape(linear(g, 'calm', m, mean), 1, CELLS ** 2, -1)
    return g.reshape(g.concat(0, *[y] * spans), 1, spans * CELLS ** 2, -1)


def parts_of(g, state, rows):              # world state [.., dim] -> its PARTS by name [rows, …]
    return dict(zip(PARTS, g.split(g.reshape(state, rows, STATE_DIM), 1, [*PARTS.values(), STATE_DIM - sum(PARTS.values())])))


def objects_of(g, parts, rows):            # -> the numbers of an object, [rows, OBJECTS] each
    return [g.reshape(p, rows, OBJECTS) for p in g.split(g.reshape(parts['objects'], rows, OBJECTS, OBJECT_DIM), 2, [1] * OBJECT_DIM)]


def facts_of(g, state, rows):              # maps.facts_of: [rows, T, dim] -> [rows, FACTS]
    parts = parts_of(g, state, rows * STATE_TOKENS)
    facts = g.op('ReduceMean', g.reshape(g.concat(1, parts['setting'], parts['kind']), rows, STATE_TOKENS, -1), g.whole(1), keepdims=0)
    return g.op('Clip', facts, g.number(-3.), g.number(3.))


def airs(g, parts, rows, side):            # maps.airs: -> [rows, AIRS, side, side]
    return g.op('Mul', g.reshape(g.concat(1, parts['camera'], parts['flash']), rows, AIRS, 1, 1), g.constant(np.ones((1, 1, side, side), np.float32)))


def splat(g, state, side, rows):     # maps.splat: [.., dim] -> [rows, OBJECTS·MAPS, side, side]
    times, plus = (lambda v, k: g.op('Mul', v, g.number(k))), (lambda v, k: g.op('Add', v, g.number(k)))
    parts = parts_of(g, state, rows)
    there, x, y, vx, vy, size, strength, phase, *_ = objects_of(g, parts, rows)
    cx, cy, cz = g.split(times(parts['camera'], .1), 1, [1, 1, 1])
    zoom = times(plus(cz, 1.), side)
    ahead = lambda v, k, centre: g.op('Mul', g.op('Sub', times(v, k), centre), zoom)
    each = lambda v: g.reshape(v, rows * OBJECTS, 1, 1)
    line = np.arange(side, dtype=np.float32) + np.float32(.5 - side / 2)
    dx = g.op('Sub', g.constant(line.reshape(1, 1, side)), each(ahead(x, 1 / 3, cx)))
    dy = g.op('Add', g.constant(line.reshape(1, side, 1)), each(ahead(y, 1 / 3, cy)))
    ax, ay = (each(g.op('Mul', times(v, k), zoom)) for v, k in ((vx, 1.2 / 32), (vy, -1.2 / 32)))
    r = each(g.op('Mul', plus(times(size, 1 / 25), .09), zoom))
    far = lambda a, b: g.op('Add', g.op('Mul', a, a), g.op('Mul', b, b))
    def disc(way):
        away = far(g.op(way, dx, ax), g.op(way, dy, ay))
        return g.op('Sigmoid', times(g.op('Sub', r, g.op('Sqrt', plus(away, 1e-4))), 3.))
    near = g.op('Exp', times(far(dx, dy), -1 / 4.5))
    maps = [disc('Add'), disc('Sub'), near, *(g.op('Mul', near, v) for v in (dx, dy, each(vx), each(vy), r, each(strength), each(phase)))]
    shown = each(g.op('Clip', plus(times(there, .5), .5), g.number(0.), g.number(1.)))
    return g.concat(1, *(g.reshape(g.op('Mul', m, shown), rows, OBJECTS, side, side) for m in maps))


def cues(g, state, rows):                  # maps.cues: [rows, T, dim] -> [rows, MEL_FRAMES, CUES]
    each, parts = MEL_FRAMES // STATE_TOKENS, parts_of(g, state, rows * STATE_TOKENS)
    strength, phase = objects_of(g, parts, rows * STATE_TOKENS)[6:8]
    flash, impact, loud = (parts[n] for n in ('flash', 'impacts', 'loud'))
    line = np.arange(each, dtype=np.float32) + np.float32(.5)
    per = lambda v, n: g.reshape(v, rows * STATE_TOKENS, n, -1)
    after = g.op('Sub', g.constant((line - each / 2).reshape(1, each, 1)), g.op('Mul', per(phase, 1), g.number(each / 3)))
    near = g.op('Mul', per(strength, 1), g.op('Exp', g.op('Mul', g.op('Mul', after, after), g.number(-.5))))
    ones = lambda *shape: g.constant(np.ones(shape, np.float32))
    long = lambda v, n: g.reshape(g.op('Mul', per(v, n), ones(1, 1, each // n)), rows * STATE_TOKENS, each, 1)
    place = g.constant(np.tile((line / each - np.float32(.5)).reshape(1, each, 1), (rows * STATE_TOKENS, 1, 1)))
    return g.reshape(g.concat(2, place, long(flash, 1), long(impact, 4), long(loud, 4), near, g.op('Mul', near, after)), rows, MEL_FRAMES, CUES)


def cells(g, tokens, channels):            # net.unpatch: [B, tokens, PATCH_T·channels·PATCH²] -> [B·LATENT_FRAMES, channels, GRID, GRID]
    z = g.reshape(tokens, -1, CELLS ** 2, PATCH_T, channels * PATCH * PATCH)
    z = g.reshape(g.op('Transpose', z, perm=[0, 2, 3, 1]), -1, channels * PATCH * PATCH, CELLS, CELLS)
    return g.op('DepthToSpace', z, blocksize=PATCH, mode='CRD')


def tokens(g, z, rows):                    # net.patch: [rows·LATENT_FRAMES, CHANNELS, GRID, GRID] -> [rows, tokens, VIDEO_DIM]
    z = g.op('Transpose', g.reshape(z, -1, CELLS, PATCH, CELLS, PATCH), perm=[0, 1, 3, 2, 4])
    z = g.op('Transpose', g.reshape(z, -1, PATCH_T * CHANNELS, CELLS ** 2, PATCH * PATCH), perm=[0, 2, 1, 3])
    return g.reshape(z, rows, *SHAPES['video'])


def looks(g, name, m, facts):              # net.Look: [R, FACTS] -> [R, OBJECTS, LOOKS]
    return g.reshape(g.linear(g.silu(g.linear(facts, name + '.a', m.a)), name + '.b', m.b), -1, OBJECTS, LOOKS)


def lips(g, speech, R):                    # net.lips: [1, MEL_FRAMES, SPEECH] -> [R·LATENT_FRAMES, LIPS, 1, 1]
    both = g.concat(2, *(g.slice(speech, 2, at, at + 1) for at in map(FEATURES.index, ('open', 'spread'))))
    mean = g.op('ReduceMean', g.reshape(both, LATENT_FRAMES, 2, -1, 2), g.whole(2), keepdims=0)
    return g.concat(0, *[g.reshape(mean, LATENT_FRAMES, LIPS, 1, 1)] * R)


def chain(g, name, m, x):                  # linear layers and SiLUs, [rows, in] -> [rows, out]
    for k, child in m.named_children(): x = g.silu(x) if isinstance(child, nn.SiLU) else g.linear(x, f'{name}.{k}', child)
    return x


def shades(g, name, m, e, facts):          # scale and shift of the first layer [R, width] each, by time, prompt and what things are
    both = g.op('Add', g.linear(e, name + '.shade', m.shade), g.linear(facts, name + '.tint', m.tint, bias=False))
    return g.split(both, 1, [m.first.out_channels] * 2)


def draw(g, m, v, state, e, noisy, given, speech, R):     # net.Draw: v, state [R, tokens, …], e [R, d], noisy [1, tokens, VIDEO_DIM], given [1, tokens, 1] bool -> [R, tokens, VIDEO_DIM]
    maps, facts = splat(g, state, GRID, R * STATE_TOKENS), facts_of(g, state, R)
    told = cells(g, linear(g, 'draw.spread', m.spread, v), m.spread.out_features // (PATCH_T * PATCH * PATCH))
    z = cells(g, noisy, CHANNELS)
    T, area, ones = LATENT_FRAMES, GRID * GRID, lambda *shape: g.constant(np.ones(shape, np.float32))
    every = lambda y, rows: g.reshape(g.op('Mul', g.reshape(y, R, 1, rows, OBJECTS), ones(1, T, 1, 1)), R * T, rows, OBJECTS)     # the same for each latent frame
    first, second = (g.reshape(part, R * T, OBJECTS, area) for part in g.split(g.slice(maps, 1, 0, 2 * OBJECTS), 1, [OBJECTS] * 2))
    look = every(g.op('Transpose', looks(g, 'draw.look', m.look, facts), perm=[0, 2, 1]), LOOKS)
    painted = g.reshape(g.concat(1, g.op('MatMul', look, first), g.op('MatMul', look, second)), R * T, 2 * LOOKS, GRID, GRID)
    mean = g.op('Mul', g.op('ReduceMean', z, g.whole(0), keepdims=1), ones(R * T, 1, 1, 1))
    disc = g.op('Mul', g.op('Add', first, second), g.number(.5))
    covers = g.reshape(g.op('Transpose', g.reshape(disc, R, T, OBJECTS, area), perm=[0, 2, 1, 3]), R, OBJECTS, T * area)
    seen = g.reshape(g.op('Transpose', g.reshape(z, T, CHANNELS, area), perm=[0, 2, 1]), T * area, CHANNELS)
    under = g.op('Div', g.op('MatMul', covers, seen), g.op('Add', g.op('ReduceSum', covers, g.whole(2), keepdims=1), g.number(.5)))      # [R, OBJECTS, CHANNELS]
    under = g.op('MatMul', every(g.op('Transpose', under, perm=[0, 2, 1]), CHANNELS), disc)
    under = g.reshape(under, R * T, CHANNELS, GRID, GRID)
    behind = g.op('Mul', g.reshape(chain(g, 'draw.behind', m.behind, facts), R, 1, CHANNELS, GRID, GRID), ones(1, T, 1, 1, 1))
    behind = g.reshape(behind, R * T, CHANNELS, GRID, GRID)
    inputs = [told, g.concat(0, *[z] * R), maps, painted, mean, under, behind, airs(g, parts_of(g, state, R * T), R * T, GRID)]
    if speech is not None: inputs.append(g.op('Mul', lips(g, speech, R), g.slice(maps, 1, 2 * OBJECTS + 1, 2 * OBJECTS + 2)))
    if m.follow:
        known = cells(g, g.op('Mul', g.op('Cast', given, to=TensorProto.FLOAT), ones(1, 1, PATCH_T * PATCH * PATCH)), 1)
        most = lambda y: g.op('ReduceSum', y, g.whole(0), keepdims=1)
        inputs.append(g.op('Mul', g.op('Div', most(g.op('Mul', known, z)), g.op('Max', most(known), g.number(1.))), ones(R * T, 1, 1, 1)))
    x = layers(g, 'draw.first', m.first, g.concat(1, *inputs))
    width, (scale, shift) = m.first.out_channels, shades(g, 'draw', m, e, facts)
    wide = lambda p: g.reshape(g.op('Mul', g.reshape(p, R, 1, width), ones(1, T, 1)), R * T, width, 1, 1)
    x = g.op('Add', g.op('Mul', x, wide(g.op('Add', scale, g.number(1.)))), wide(shift))
    return tokens(g, g.op('Add', layers(g, 'draw.last', m.last, layers(g, 'draw.body', m.body, x)), behind), R)


def sing(g, m, a, state, e, noisy, speech, R):     # net.Sing: a, state [R, tokens, …], e [R, d], noisy [1, tokens, SOUND_DIM] -> [R, tokens, SOUND_DIM]
    heard, facts = cues(g, state, R), facts_of(g, state, R)
    told = g.reshape(linear(g, 'sing.spread', m.spread, a), R, MEL_FRAMES, -1)
    z = g.reshape(noisy, 1, MEL_FRAMES, MELS)
    struck = g.op('MatMul', g.slice(heard, 2, 4, 4 + OBJECTS), looks(g, 'sing.look', m.look, facts))
    inputs = [told, g.concat(0, *[z] * R), heard, g.reshape(struck, R, MEL_FRAMES, LOOKS)]
    if speech is not None: inputs.append(g.concat(0, *[speech] * R))
    x = g.concat(2, *inputs)
    x = g.reshape(g.op('Transpose', x, perm=[0, 2, 1]), R, -1, 1, MEL_FRAMES)
    scale, shift = (g.reshape(p, R, -1, 1, 1) for p in shades(g, 'sing', m, e, facts))
    x = g.silu(g.op('Add', g.op('Mul', along(g, 'sing.first', m.first, x), g.op('Add', scale, g.number(1.))), shift))
    x = along(g, 'sing.last', m.last, g.silu(along(g, 'sing.body', m.body, x)))
    return g.reshape(g.op('Transpose', g.reshape(x, R, MELS, MEL_FRAMES), perm=[0, 2, 1]), R, *SHAPES['sound'])


def voice(g, m, state, e, noisy, speech, R):       # net.Voice: state [R, tokens, …], e [R, d], noisy [1, tokens, SOUND_DIM], speech [1, MEL_FRAMES, SPEECH] -> [R, tokens, SOUND_DIM]
    turned = [g.op('Mul', speech, g.number(k)) for k in m.TONES]
    x = g.concat(2, speech, *(g.op(f, t) for t in turned for f in ('Sin', 'Cos')), g.reshape(noisy, 1, MEL_FRAMES, MELS))
    x = g.reshape(g.op('Transpose', g.concat(0, *[x] * R), perm=[0, 2, 1]), R, -1, 1, MEL_FRAMES)
    scale, shift = (g.reshape(p, R, -1, 1, 1) for p in shades(g, 'voice', m, e, facts_of(g, state, R)))
    x = g.silu(g.op('Add', g.op('Mul', along(g, 'voice.first', m.first, x), g.op('Add', scale, g.number(1.))), shift))
    for name in ('body', 'more'): x = g.silu(along(g, f'voice.{name}', getattr(m, name), x))
    return g.reshape(g.op('Transpose', g.reshape(along(g, 'voice.last', m.last, x), R, MELS, MEL_FRAMES), perm=[0, 2, 1]), R, *SHAPES['sound'])


def along(g, name, m, x):                          # a convolution along the mel frames; x [R, channels, 1, MEL_FRAMES]
    return g.conv(x, name, m.weight.unsqueeze(2), m.bias, (0, m.padding[0]) * 2)


# ---- picture codec ----

def layers(g, name, m, x, start=0, end=None):
    """Emits the kinds of layers that the codec is made of; of a sequence those from `start` to `end`."""
    if isinstance(m, nn.Sequential):
        for k, child in list(m.named_children())[start:end]: x = layers(g, f'{name}.{k}', child, x)
        return x
    if isinstance(m, codecs.Res): return g.op('Add', x, layers(g, name + '.b', m.b, g.silu(layers(g, name + '.a', m.a, x))))
    if isinstance(m, nn.Conv2d): return g.conv(x, name, m.weight, m.bias, m.padding * 2, m.stride, m.groups)
    if isinstance(m, nn.SiLU): return g.silu(x)
    if isinstance(m, nn.PixelShuffle): return g.op('DepthToSpace', x, blocksize=m.upscale_factor, mode='CRD')
    raise TypeError(f'The codec has a layer that export.py does not know: {type(m).__name__}.')


@torch.no_grad()
def decode_graph(codec, mean, std):
    """Codec.decode of one latent frame, with the facts that all state tokens of the window agree on."""
    g, side, c = Graph('decode'), SIZE * UPSCALE, codec.config
    video, state, index = g.input('video', [1, *SHAPES['video']]), g.input('state', [1, *SHAPES['state']]), g.input('index', [1], TensorProto.INT32)
    z = g.op('Gather', cells(g, video, CHANNELS), index, axis=0)                                            # one latent frame
    z = g.op('Add', g.op('Mul', z, g.weight('std', std.reshape(1, -1, 1, 1))), g.weight('mean', mean.reshape(1, -1, 1, 1)))
    now, facts = g.op('Gather', state, index, axis=1), facts_of(g, state, 1)
    parts = parts_of(g, now, 1)
    behind = g.reshape(chain(g, 'behind', codec.behind, facts), 1, c.behind, GRID, GRID)
    x = layers(g, 'first', codec.first, g.concat(1, z, splat(g, now, GRID, 1), airs(g, parts, 1, GRID), behind))
    scale, shift = (g.reshape(p, 1, -1, 1, 1) for p in g.split(g.linear(facts, 'tint', codec.tint), 1, [codec.first.out_channels] * 2))
    x = layers(g, 'decoder', codec.decoder, g.op('Add', g.op('Mul', x, g.op('Add', scale, g.number(1.))), shift), 0, codecs.COARSE)
    fine = 4 * GRID
    outlines = g.op('MatMul', g.reshape(chain(g, 'outline', codec.outline, facts), c.outlines, RUNGS), g.reshape(ladder(g, parts, fine), RUNGS, fine * fine))
    x = g.op('Add', x, layers(g, 'hang', codec.hang, g.silu(g.reshape(outlines, 1, c.outlines, fine, fine))))
    x = layers(g, 'decoder', codec.decoder, x, codecs.COARSE)
    still, cover = g.split(x, 1, [FOLD * 3, FOLD])
    still = g.reshape(g.op('Add', still, layers(g, 'unproject', codec.unproject, z)), FOLD, 3, side, side)
    shown, paint, alpha = objects(g, codec, parts, facts)
    for solid in (alpha, g.op('Sub', g.number(2.), g.reshape(cover, FOLD, 1, side, side))): shown = g.op('Mul', shown, g.op('Sigmoid', solid))
    if codec.portrait is not None:
        talks = g.op('Clip', g.op('Mul', g.op('Add', g.slice(facts, 1, portraits.WHO, portraits.WHO + 1), g.number(.15)), g.number(1 / KIND)), g.number(0.), g.number(1.))
        talks = g.reshape(talks, 1, 1, 1, 1)
        shown = g.op('Mul', shown, g.op('Sub', g.number(1.), talks))
    x = g.op('Add', still, g.op('Mul', shown, g.op('Sub', paint, still)))
    if codec.portrait is not None:
        def painted():
            face, cover = portrait(g, codec.portrait, parts, facts)
            return g.op('Add', x, g.op('Mul', g.op('Mul', cover, talks), g.op('Sub', face, x)))
        x = g.when(g.op('Greater', g.reshape(talks, 1), g.number(0.)), [FOLD, 3, side, side], painted, lambda: g.op('Identity', x))
    x = g.op('Add', g.op('Mul', x, g.number(.5)), g.number(.5))
    g.output('pixels', g.op('Clip', x, g.number(0.), g.number(1.)), [FOLD, 3, side, side])
    return g


def objects(g, codec, parts, facts):       # Codec.objects: parts of one state token, facts [1, FACTS] -> [FOLD, 1, H, W], [FOLD, 3, H, W], [FOLD, 1, H, W]
    (dx, dy, r, there), far = discs(g, parts, SIZE * UPSCALE), lambda a, b: g.op('Add', g.op('Mul', a, a), g.op('Mul', b, b))
    away = g.op('Sqrt', g.op('Add', far(dx, dy), g.number(1e-4)))
    shown = g.op('Clip', g.op('Add', g.op('Sub', r, away), g.number(.5)), g.number(0.), g.number(1.))
    shown = g.op('ReduceMax', g.op('Mul', shown, there), g.whole(1), keepdims=1)
    dx, dy, r, there = discs(g, parts, SIZE)
    u, v = g.op('Div', dx, r), g.op('Div', dy, r)
    mine = g.op('Mul', g.op('Sigmoid', g.op('Sub', g.number(6.), g.op('Mul', far(u, v), g.number(5.)))), there)
    mine = g.op('Div', mine, g.op('Max', g.op('ReduceSum', mine, g.whole(1), keepdims=1), g.number(1.)))
    cos, sin = (g.reshape(p, 1, OBJECTS, 1, 1) for p in objects_of(g, parts, 1)[8:10])
    u, v = (g.op('Clip', p, g.number(-1.5), g.number(1.5)) for p in (u, v))
    turned = g.op('Sub', g.op('Mul', u, cos), g.op('Mul', v, sin)), g.op('Add', g.op('Mul', v, cos), g.op('Mul', u, sin))
    local = [g.op('ReduceSum', g.op('Mul', mine, p), g.whole(1), keepdims=1) for p in (u, v, *turned)]
    look = g.reshape(chain(g, 'look', codec.look, facts), codecs.LOOKS, OBJECTS)
    look = g.reshape(g.op('MatMul', look, g.reshape(mine, FOLD, OBJECTS, SIZE * SIZE)), FOLD, codecs.LOOKS, SIZE, SIZE)
    line = np.arange(SIZE, dtype=np.float32) + np.float32(.5 - SIZE / 2)
    height = g.op('Expand', g.constant((line / SIZE).reshape(1, 1, SIZE, 1)), g.whole(FOLD, 1, SIZE, SIZE))
    paint, alpha = g.split(layers(g, 'paint', codec.paint, g.concat(1, *local, look, height)), 1, [3, 1])
    return shown, paint, alpha


def portrait(g, m, parts, facts):          # Portrait: parts of one state token, facts [1, FACTS] -> colours [FOLD, 3, H, W] and cover [FOLD, 1, H, W] of somebody who talks
    times, plus, mul = (lambda v, k: g.op('Mul', v, g.number(k))), (lambda a, b: g.op('Add', a, b)), (lambda a, b: g.op('Mul', a, b))
    side = m.side
    dx, dy, r, _ = discs(g, parts, side)
    cos, sin = (g.slice(g.reshape(p, 1, OBJECTS, 1, 1), 1, 0, 1) for p in objects_of(g, parts, 1)[8:10])
    one = g.slice(r, 1, 0, 1)                                                                               # [FOLD, 1, 1, 1]
    R = times(one, portraits.HEAD)
    u, v = g.op('Div', dx, R), g.op('Div', g.op('Neg', dy), R)
    u, v = plus(mul(u, cos), mul(v, sin)), g.op('Sub', mul(v, cos), mul(u, sin))
    (hu, mu, lu, ru), (hv, mv, lv, rv) = (g.split(g.op('Clip', p, g.number(-5.), g.number(5.)), 1, [1] * OBJECTS) for p in (u, v))
    away = g.op('Sqrt', plus(plus(mul(hu, hu), mul(hv, hv)), g.number(1e-4)))
    near = lambda p: g.op('Clip', times(p, 1 / portraits.NEAR), g.number(-2.), g.number(2.))
    eu = plus(g.op('Relu', g.op('Neg', plus(lu, ru))), ru)                                                   # the larger of −lu and ru
    wide, close = g.concat(1, hu, hv, away), near(g.concat(1, mu, mv, eu, times(plus(lv, rv), .5)))
    high = g.op('Expand', times(g.slice(dy, 1, 0, 1), -1 / side), g.whole(FOLD, 1, side, side))
    turned = g.reshape(g.slice(g.reshape(parts['objects'], 1, OBJECTS, OBJECT_DIM), 2, 8, OBJECT_DIM), 1, 2 * OBJECTS)
    pose = g.concat(1, g.op('Expand', turned, g.whole(FOLD, 2 * OBJECTS)), g.reshape(times(one, 3 / side), FOLD, 1))
    shades = g.silu(plus(g.linear(facts, 'portrait.look', m.look), g.linear(pose, 'portrait.pose', m.pose, bias=False)))
    shades = [g.reshape(p, FOLD, -1, 1, 1) for p in g.split(g.linear(shades, 'portrait.shades', m.shades), 1, [m.layers[0].out_channels] * 6)]
    x = g.concat(1, wide, *octaves(g, wide, portraits.TONES), close, *octaves(g, close, portraits.CLOSE), high)
    for i, layer in enumerate(m.layers):
        x = g.silu(plus(mul(layers(g, f'portrait.layers.{i}', layer, x), plus(shades[2 * i], g.number(1.))), shades[2 * i + 1]))
    colour, cover = g.split(layers(g, 'portrait.last', m.last, x), 1, [3, 1])
    return colour, g.op('Sigmoid', cover)


def sinusoids(g, p, tones):                # sine and cosine of each tone (radians), [.., 1, h, w] -> [.., 2·tones, h, w]
    turns = np.array([k / (2 * np.pi) for k in tones for _ in range(2)], np.float32).reshape(-1, 1, 1)
    phase = np.array([0., .25] * len(tones), np.float32).reshape(-1, 1, 1)
    return g.op('Sin', g.turns(g.op('Add', g.op('Mul', p, g.constant(turns)), g.constant(phase))))


def octaves(g, p, tones):                  # portrait.waves of tones (radians) each twice the one before: by one sine and one cosine, and sin 2a = 2 sin a cos a, cos 2a = 1 − 2 sin² a
    at = g.op('Mul', p, g.number(tones[0] / (2 * np.pi)))
    sin, cos = g.op('Sin', g.turns(at)), g.op('Sin', g.turns(g.op('Add', at, g.number(.25))))
    out = [sin, cos]
    for _ in tones[1:]:
        two = g.op('Mul', sin, g.number(2.))
        sin, cos = g.op('Mul', two, cos), g.op('Sub', g.number(1.), g.op('Mul', two, sin))
        out += [sin, cos]
    return out


def ladder(g, parts, side):                # maps.ladder of one token -> [1, RUNGS, side, side]
    camera = g.op('Mul', parts['camera'], g.number(.1))
    cx, cy, cz = (g.reshape(p, 1, 1, 1) for p in g.split(camera, 1, [1, 1, 1]))
    line, zoom = (np.arange(side, dtype=np.float32) + np.float32(.5 - side / 2)) / side, g.op('Add', cz, g.number(1.))
    x = g.op('Add', g.op('Div', g.constant(line.reshape(1, 1, side)), zoom), cx)
    y = g.op('Sub', cy, g.op('Div', g.constant(line.reshape(1, side, 1)), zoom))
    two = lambda p: g.op('Mul', p, g.number(2.))
    whole = lambda p: g.op('Expand', p, g.whole(1, side, side))
    x2, y2 = two(x), two(y)
    rungs = [g.constant(np.ones((1, side, side), np.float32)), whole(x2), whole(y2), whole(g.op('Mul', x2, x2)), whole(g.op('Mul', y2, y2)), g.op('Mul', x2, y2)]
    for p, tones in ((x, TONES_X), (y, TONES_Y)): rungs.append(g.op('Expand', sinusoids(g, p, tones), g.whole(2 * len(tones), side, side)))
    return g.reshape(g.concat(0, *rungs), 1, RUNGS, side, side)


def discs(g, parts, side):                 # maps.discs of one token -> dx [FOLD, OBJECTS, 1, side], dy [FOLD, OBJECTS, side, 1], radius and presence [FOLD, OBJECTS, 1, 1]
    times, plus = (lambda v, k: g.op('Mul', v, g.number(k))), (lambda v, k: g.op('Add', v, g.number(k)))
    there, x, y, vx, vy, size, *_ = objects_of(g, parts, 1)                                                 # [1, OBJECTS]
    sign = g.constant(np.array([[-.5], [.5]], np.float32))
    camera = g.op('Add', times(parts['camera'], .1), g.op('Mul', times(parts['drift'], 1 / 40), sign))
    cx, cy, cz = g.split(camera, 1, [1, 1, 1])                                                              # [FOLD, 1]
    zoom = times(plus(cz, 1.), side)
    at = lambda p, v, c: g.op('Mul', g.op('Sub', g.op('Add', times(p, 1 / 3), g.op('Mul', times(v, 1.2 / 16), sign)), c), zoom)
    each = lambda p: g.reshape(p, FOLD, OBJECTS, 1, 1)
    line = np.arange(side, dtype=np.float32) + np.float32(.5 - side / 2)
    dx = g.op('Sub', g.constant(line.reshape(1, 1, 1, side)), each(at(x, vx, cx)))
    dy = g.op('Add', g.constant(line.reshape(1, 1, side, 1)), each(at(y, vy, cy)))
    r = g.op('Mul', g.op('Max', plus(times(size, 1 / 25), .09), g.number(.01)), zoom)
    shown = g.op('Clip', plus(times(there, .5), .5), g.number(0.), g.number(1.))
    return dx, dy, each(r), g.reshape(shown, 1, OBJECTS, 1, 1)


@torch.no_grad()
def encode_graph(codec, mean, std):
    g = Graph('encode')
    pixels = g.input('pixels', [FOLD * PATCH_T, 3, SIZE, SIZE])
    x = g.op('Sub', g.op('Mul', pixels, g.number(2.)), g.number(1.))
    # Both paths read 96 channels of a quarter of the size: ONNX Runtime 1.30 computes a Conv of six channels wrongly on WebGPU.
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


def write_pack(graphs, out, facts, part=PART):
    """Writes the pack folder `out` from five `Graph`s, whole or not at all -> its manifest. `facts`: the manifest but for graphs, weights and the checks of `golden`."""
    from .pack import Pack
    folder, space, entries = out.rstrip('/') + '.part', bytearray(), {}
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    def write(file, data):
        with open(f'{folder}/{file}', 'wb') as f: f.write(data)
        return dict(file=file, bytes=len(data), sha256=sha256(data))
    for g in graphs:
        entries[g.role] = dict(write(f'{g.role}.onnx', g.bytes()), data=f'{g.role}.data', dataBytes=g.layout()[1], tensors=write_weights(g, space))
    weights = []
    for at in range(0, len(space), part):
        piece = bytes(space[at:at + part])
        weights.append(dict(write(f'weights-{len(weights)}.bin', gzip.compress(piece, 9, mtime=0)), expandedBytes=len(piece)))
    manifest = dict(facts, graphs=entries, weights=weights)
    save = lambda: write('manifest.json', (json.dumps(manifest, separators=(',', ':')) + '\n').encode())
    save()
    manifest['golden'] = dict(facts['golden'], checks=golden(Pack(folder), facts['golden']))
    save()
    shutil.rmtree(out, ignore_errors=True)
    os.replace(folder, out)
    return manifest


def export(m, out, name, version='1.0.0', description='', sampler=None, quality=None):
    """Writes the pack folder `out`, whole or not at all. `sampler`: default steps, shift, guidance."""
    m = Models(rounded(m.net), rounded(m.codec), m.mean, m.std, rounded(m.vocoder), m.families)
    side, c = SIZE * UPSCALE, m.net.config
    return write_pack(graphs(m), out, dict(
        format=1, name=name, version=version, licence='Apache-2.0', description=description, recipe=commit(),
        video=dict(width=side, height=side, fps=FPS, frames=FRAMES, tokens=SHAPES['video'][0], dim=SHAPES['video'][1], latentFrames=LATENT_FRAMES, framesPerLatent=FOLD, encodeSize=SIZE, layout=dict(frames=PATCH_T, channels=CHANNELS)),
        sound=dict(sampleRate=RATE, samples=SAMPLES, tokens=SHAPES['sound'][0], dim=SHAPES['sound'][1], hopSamples=HOP, mels=MELS, layout=dict(frames=SOUND_PATCH, bands=MELS)),
        state=dict(tokens=SHAPES['state'][0], dim=SHAPES['state'][1], objects=OBJECTS, parts=PARTS, object=NUMBERS, attributes=ATTRIBUTES),
        text=dict(bytes=c.text_bytes, tokens=text_rows(c), dim=c.d),
        **(dict(speech=dict(frames=MEL_FRAMES, dim=SPEECH, features=FEATURES)) if c.speech else {}),
        window=dict(seconds=SECONDS, historyFraction=.5),
        sampler=dict(dict(steps=4 if c.leaps else 12, minSteps=2, maxSteps=12 if c.leaps else 48, shift=1., guidance=[round(g, 4) for g in nets.USUAL.tolist()]), **(sampler or {})),
        families=list(m.families), golden=dict(GOLDEN, checks=[]), quality=quality or {}))


def golden(pack, spec, count=40):
    """`count` elements, spread evenly, of each output of the first step."""
    found = pack.step(pack.noise(spec['seed'], 0), pack.masks(), pack.texts(spec['prompt'], ''), spec['t'], spec['tNext'])
    checks = []
    for name, value in found.items():
        index = np.linspace(0, value.size - 1, count).astype(int)
        checks.append(dict(output=name, index=index.tolist(), value=[float(f'{v:.7g}') for v in value.ravel()[index]]))
    return checks


def redraw(families):
    """`sampler.redraw` of a pack that learned these."""
    return dict(tries=3, at=.25, still=[dict(kind=ATTRIBUTES['family'].index(f), **s) for f, s in STILL.items() if f in families])


def load(net, codec, vocoder):
    n, families = nets.load(net)
    return Models(n, *codecs.load(codec), vocoders.load(vocoder), list(families))


@torch.no_grad()
def toy(seed=0, leaps=True, literal=0):
    """Very small models of random weights: every graph, no meaning."""
    torch.manual_seed(seed)
    net, codec = Net(NetConfig(d=16, layers=2, heads=2, text_d=16, text_layers=1, cell=4, draw=4, ring=4, voice=4, words=4, scenes=4, leaps=leaps, literal=literal)), Codec(CodecConfig(widths=(4, 4, 4, 4), behind=4, words=4, outlines=4, paint=4, portrait=4))
    vocoder = Vocoder(VocoderConfig(width=4, blocks=1, expand=1))
    for m in (net, codec, vocoder):
        for p in m.parameters():
            if p.abs().max() == 0: p.copy_(torch.randn_like(p) * (.5 / p[0].numel() ** .5 if p.dim() > 1 else .1))   # layers that begin as nothing
            p.copy_((p / p.abs().max() * 3).round() * (p.abs().max() / 3))     # seven values, which gzip packs
    codec.portrait.last[0].bias[3 * UPSCALE ** 2:] = -3.                       # covers little: films are to differ by their latents
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
    p.add_argument('--steps', type=int, help='default: 4 of a net that leaps, else 12')
    p.add_argument('--guidance', type=float, nargs=3, metavar=('PICTURE', 'SOUND', 'STATE'))
    p.add_argument('--quality', help='JSON printed by evaluate.py')
    p.add_argument('--toy', action='store_true')
    args = p.parse_args()
    torch.set_num_threads(1)
    name = args.name or ('kinora-test' if args.toy else 'kinora-s')
    out = args.out or f'models/packs/{name}'
    quality = json.load(open(args.quality)) if args.quality else None
    m = toy() if args.toy else load(args.net, args.codec, args.vocoder)
    description = 'Random weights: draws nothing, tests everything.' if args.toy else args.description
    sampler = {k: v for k, v in dict(steps=args.steps, guidance=args.guidance, maxSteps=48 if args.toy else None).items() if v}     # tests want long jobs
    if not args.toy: sampler['redraw'] = redraw(m.families)
    export(m, out, name, args.version, description, sampler, quality)
    sizes = {f: os.path.getsize(f'{out}/{f}') for f in sorted(os.listdir(out))}
    print('\n'.join(f'{n:>10,} {f}' for f, n in sizes.items()), f'{sum(sizes.values()):>10,} in all', sep='\n')


if __name__ == '__main__': main()
