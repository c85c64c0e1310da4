"""From a published pack back to the weights it was made of: training goes on from what is in the repository, on any machine, without checkpoints.

    python -m models.kinora.restore --pack models/packs/kinora-s --out runs       # writes runs/s/ema.pt, runs/codec.pt, runs/vocoder.pt

The inverse of export.py. What export works out in advance is solved for: the result computes the same, though a bias may have moved into another one.
`train --start` takes what fits from the net so written, so that a net of another shape inherits what it has in common.
"""
import argparse
import os
from dataclasses import asdict

import numpy as np
import torch
import torch.nn.functional as F

from . import codec as codecs, grow
from .codec import Codec, CodecConfig
from .graph import dequantise
from .maps import GRID
from .net import ORDER, SOUND_PATCH, Net, NetConfig
from .pack import Pack
from .vocoder import Vocoder, VocoderConfig
from .world.clip import ATTRIBUTES


def tensors(pack, role):
    """All weights of one graph -> {name: float32 tensor}."""
    out = {}
    for t in pack.manifest['graphs'][role]['tensors']:
        count = int(np.prod(t['dims']))
        if t['encoding'] == 'f32': w = np.frombuffer(pack.weights, '<f4', count, t['at']).reshape(t['dims'])
        else: w = dequantise(np.frombuffer(pack.weights, np.int8, count, t['at']).reshape(t['dims']), np.frombuffer(pack.weights, '<f4', t['dims'][t['axis']], t['scaleAt']), t['axis'])
        out[t['name']] = torch.from_numpy(np.array(w, np.float32))
    return out


def layer(out, to, given, name):
    """A linear layer, stored as its transpose."""
    out[to + '.weight'] = given[name + '.weight'].T
    if name + '.bias' in given: out[to + '.bias'] = given[name + '.bias']


def attention(out, to, given, name, parts='qkvo'):
    for s in parts: layer(out, f'{to}.{s}', given, f'{name}.{s}')
    for s in ('nq', 'nk'):
        if f'{name}.{s}' in given: out[f'{to}.{s}.scale'] = given[f'{name}.{s}']


def count(given, pattern):
    n = 0
    while pattern.format(n) in given: n += 1
    return n


def text_weights(given):
    """Weights of net.text."""
    out, d = {'text.embed.weight': given['embed'], 'text.queries': given['queries'], 'text.norm.scale': given['norm'], 'text.position': given['position']}, given['embed'].shape[1]
    for c in ('c1', 'c2'): out[f'text.{c}.weight'], out[f'text.{c}.bias'] = given[c + '.weight'].squeeze(2), given[c + '.bias']
    out['text.shrink.weight'], out['text.shrink.bias'] = given['shrink'].reshape(-1, d, d).permute(2, 1, 0), torch.zeros(d)
    for i in range(count(given, 'blocks.{}.n1')):
        to, name = f'text.blocks.{i}', f'blocks.{i}'
        out[to + '.0.scale'], out[to + '.2.scale'] = given[name + '.n1'], given[name + '.n2']
        attention(out, to + '.1', given, name)
        layer(out, to + '.3', given, name + '.up')
        layer(out, to + '.4', given, name + '.down')
    attention(out, 'text.collect', given, 'collect', 'kvo')
    for name in ('out', 'attributes', 'say'): layer(out, f'text.{name}', given, name)
    out.update(queries(given['collect.queries'][0], given['queries'], len(given['collect.nk'])))
    if 'literal.embed' in given:
        out['literal.embed.weight'] = given['literal.embed']
        for name in ('c1', 'c2', 'c3'): out[f'literal.{name}.weight'], out[f'literal.{name}.bias'] = given[f'literal.{name}.weight'].squeeze(2), given[f'literal.{name}.bias']
        layer(out, 'literal.out', given, 'literal.out')
    return out


def queries(ready, asked, head):
    """The queries' layer and norm whose result for `asked` [n, d] is `ready` [n, d], as export worked it out: the norm's scale makes every head's mean square 1."""
    rows = ready.reshape(-1, head).double()
    scale = torch.linalg.lstsq(rows ** 2, torch.full((len(rows), 1), float(head), dtype=torch.double)).solution[:, 0].clamp(min=1e-6) ** -.5
    target = ready.double() / scale.repeat(ready.shape[1] // head)
    weight = (torch.linalg.pinv(asked.double()) @ target).T
    return {'text.collect.q.weight': weight.float(), 'text.collect.q.bias': torch.zeros(ready.shape[1]), 'text.collect.nq.scale': scale.float()}


def step_weights(given, place):
    """Weights of the net itself; `place` [tokens, d] are its fixed positions."""
    out, start, d = {}, 0, given['kind.text'].shape[0]
    for n in ORDER:
        rows = given[f'place.{n}']
        out[f'kind.{n}'] = (rows - place[start:start + len(rows)]).mean(0)
        start += len(rows)
        out[f'known.{n}'] = given[f'known.{n}']
        if f'read.{n}' in given: out[f'read.{n}.weight'], out[f'read.{n}.bias'] = given[f'read.{n}'].T, torch.zeros(d)
        out[f'write.{n}.weight'], out[f'write.{n}.bias'] = given[f'write.{n}'].T, given[f'write.{n}.bias']
    out['kind.text'] = given['kind.text']
    for name in ('time.0', 'time.2', 'pool', 'mod', 'calm', 'glance', 'tell.video', 'tell.sound', 'told', 'name.0', 'name.2', 'draw.behind.0', 'draw.behind.2', 'draw.behind.4', *(n for n in ('until.0', 'until.2', 'avoid', 'strength', 'hear.state', 'hear.sound', 'classes.text', 'classes.tokens', 'classes.step', 'voice.shade', 'voice.tint', 'follow') if n + '.weight' in given), *(f'{m}.{n}' for m in ('draw', 'sing') for n in ('spread', 'look.a', 'look.b', 'shade', 'tint'))):
        layer(out, name, given, name)
    out['mod.bias'] = torch.zeros(6 * d)
    plus = torch.tensor([1., 0, 1, 1, 0, 1])[:, None]
    layers = count(given, 'blocks.{}.table')
    for i in range(layers):
        name = f'blocks.{i}'
        out[name + '.table'] = given[name + '.table'].reshape(6, d) - plus
        out[name + '.n1.scale'], out[name + '.n2.scale'] = given[f'norm.{2 * i}'], given[f'norm.{2 * i + 1}']
        attention(out, name + '.attention', given, name)
        layer(out, name + '.up', given, name + '.up')
        layer(out, name + '.down', given, name + '.down')
    out['norm.scale'] = given[f'norm.{2 * layers}']
    out['before.scale'] = given['before']
    for name, w in given.items():
        if name.startswith(('draw.', 'sing.', 'voice.')) and name.split('.')[1] in ('first', 'body', 'more', 'last'): out[name] = w.squeeze(2) if not name.startswith('draw.') and w.dim() == 4 else w
    return out


def net(pack):
    """-> Net that computes what the pack does. Throws where the pack is of another shape than this program's nets."""
    m, text, step = pack.manifest, tensors(pack, 'text'), tensors(pack, 'step')
    config = NetConfig(d=m['text']['dim'], layers=count(step, 'blocks.{}.table'), heads=m['text']['dim'] // len(step['blocks.0.nq']), text_bytes=m['text']['bytes'], text_d=text['embed'].shape[1],
                       text_layers=count(text, 'blocks.{}.n1'), text_tokens=len(text['queries']), literal=len(text.get('literal.c1.bias', ())), cell=step['sing.spread.weight'].shape[1] // SOUND_PATCH,
                       draw=step['draw.last.weight'].shape[1], ring=step['sing.last.weight'].shape[1], state='read.state' in step, words=step['name.0.weight'].shape[1], scenes=step['draw.behind.2.weight'].shape[1], leaps='avoid.weight' in step, speech='hear.state.weight' in step, classes='classes.text.weight' in step, follow='follow.weight' in step, voice=len(step.get('voice.last.bias', ())) and step['voice.last.weight'].shape[1])
    made = Net(config)
    return take(made, grow.weights({**text_weights(text), **step_weights(step, made.place)}, m['state'].get('attributes')))


def take(module, weights):
    """Gives `module` those of `weights` that fit and prints which are new to it. A kernel that has grown by input channels keeps the old ones, first."""
    own = module.state_dict()
    for k, v in weights.items():
        if k in own and v.dim() > 2 and own[k].dim() == v.dim() and own[k].shape[1] > v.shape[1] and own[k].shape[:1] + own[k].shape[2:] == v.shape[:1] + v.shape[2:]:
            weights = {**weights, k: torch.cat([v, torch.zeros_like(own[k][:, v.shape[1]:])], 1)}
    fit = {k: v for k, v in weights.items() if k in own and own[k].shape == v.shape}
    module.load_state_dict({**own, **fit})
    if missing := [k for k in own if k not in fit]: print(f'{len(missing)} of {len(own)} tensors start afresh: {", ".join(missing[:8])} …', flush=True)
    return module


def codec(pack):
    """-> (Codec, mean, std)"""
    back, forth = tensors(pack, 'decode'), tensors(pack, 'encode')
    out = {k: v.T if k.endswith('.weight') and v.dim() == 2 else v for k, v in back.items() if k not in ('mean', 'std')}
    out.update({k: v for k, v in forth.items() if k.startswith('encoder.')})
    out['project.weight'], out['project.bias'] = F.pixel_shuffle(forth['project.weight'], codecs.CELL // forth['project.weight'].shape[-1]), forth['project.bias']
    widths = (out['encoder.1.0.weight'].shape[0], out['encoder.2.0.weight'].shape[0], out['decoder.3.0.weight'].shape[0] // 4, out['decoder.5.0.weight'].shape[0] // 4)
    config = CodecConfig(widths=widths, behind=out['behind.4.weight'].shape[0] // GRID ** 2, words=len(out['look.0.weight']), outlines=out['hang.weight'].shape[1], paint=len(out['paint.0.0.weight']), portrait=len(out.get('portrait.layers.0.weight', ())))
    return take(Codec(config), grow.weights(out, pack.manifest['state'].get('attributes'))), back['mean'].flatten(), back['std'].flatten()


def vocoder(pack):
    given, out = tensors(pack, 'vocoder'), {}
    layer(out, 'backbone.stem', given, 'stem')
    layers = count(given, 'blocks.{}.norm')
    for i in range(layers):
        to, name = f'backbone.blocks.{i}', f'blocks.{i}'
        out[to + '.depthwise.weight'], out[to + '.depthwise.bias'] = given[name + '.depthwise.weight'].squeeze(2), given[name + '.depthwise.bias']
        out[to + '.norm.gain'] = given[name + '.norm']
        layer(out, to + '.up', given, name + '.up')
        layer(out, to + '.down', given, name + '.down')
    out['backbone.norm.gain'] = given['norm']
    layer(out, 'head.out', given, 'out')
    width = given['stem.weight'].shape[1]
    return take(Vocoder(VocoderConfig(width=width, blocks=layers, expand=given['blocks.0.up.weight'].shape[1] // width)), out)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--pack', default='models/packs/kinora-s')
    p.add_argument('--out', default='runs')
    args = p.parse_args()
    pack = Pack(args.pack)
    os.makedirs(f'{args.out}/s', exist_ok=True)
    n, (c, mean, std), v = net(pack), codec(pack), vocoder(pack)
    families = pack.manifest['families']
    torch.save(dict(config=dict(net=asdict(n.config)), attributes=ATTRIBUTES, families=families, weights={k: w.half() for k, w in n.state_dict().items()}), f'{args.out}/s/ema.pt')
    codecs.write(f'{args.out}/codec.pt', dict(config=asdict(c.config), families=families, weights=c.state_dict(), mean=mean, std=std))
    torch.save(dict(config=asdict(v.config), families=','.join(families), weights=v.state_dict(), opt=None, step=0, minutes=0., log=[]), f'{args.out}/vocoder.pt')


if __name__ == '__main__': main()
