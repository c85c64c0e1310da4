"""Teaches a net to take prompts at their word (net.Literal), from captions alone: what it makes of them stays what it is.

    python -m models.kinora.literal --net runs/fast/ema.pt --out runs/fast/literal.pt       # six minutes of a core
"""
import argparse
import time
from dataclasses import asdict, replace

import torch

from . import machine, net as nets, train, world
from .world.clip import ATTRIBUTES

SCENES, WIDTH, BATCH, EMPTY = 512, 64, 128, .03   # scenes of a family, width of the layers, captions a step, share of them that say nothing
RATE = 4e-3


def scenes(families, count):
    """Rows of attributes [n, attributes] of scenes as training has them: no held-out pairs."""
    return torch.cat([world.attributes(world.family(f).simulate(64, torch.device('cpu'), 'train')) for f in families for _ in range(-(-count // 64))])


def captions(rows):                        # -> bytes [n · WAYS, TEXT_BYTES], the class of every attribute they mention [n · WAYS, attributes]
    return tuple(w.flatten(0, 1) for w in train.Writer()(rows))


def loss(literal, ids, targets):
    """Of a batch: cross entropy, an attribute each; the class after the last says nothing, and is the one whose logit is 0."""
    guess = literal.read(ids).split([len(v) for v in ATTRIBUTES.values()], 1)
    return train.text_loss([torch.cat([g, torch.zeros_like(g[:, :1])], 1) for g in guess], targets)


def teach(net, families, steps, count=SCENES, width=WIDTH):
    """-> a copy of `net` that takes prompts at their word."""
    config = replace(net.config, literal=width)
    new = nets.Net(config)
    new.load_state_dict(net.state_dict(), strict=False)
    ids, targets = captions(scenes(families, count))
    sizes = torch.tensor([len(v) for v in ATTRIBUTES.values()])
    opt = torch.optim.AdamW(new.literal.parameters(), lr=RATE, betas=(.9, .98), weight_decay=.01)
    start, mean = time.time(), 0.
    for step in range(steps):
        for g in opt.param_groups: g['lr'] = RATE * min(1, (step + 1) / 50) * (1 - step / steps)
        i = torch.randint(0, len(ids), (BATCH,))
        empty = (torch.rand(BATCH, 1) < EMPTY)
        some = ids[i].int().masked_fill(empty, 0)
        length = int(some.any(0).nonzero().max()) // 2 * 2 + 16                           # what is behind the longest says nothing
        with machine.autocast('cpu'): a = loss(new.literal, some[:, :length], torch.where(empty, sizes, targets[i].long()))
        opt.zero_grad()
        a.backward()
        opt.step()
        mean += float(a.detach()) / 100
        if step % 100 == 99:
            print(f'{step + 1} {time.time() - start:.0f} s loss {mean:.4f}', flush=True)
            mean = 0.
    return new


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--net', required=True)
    p.add_argument('--out', required=True)
    p.add_argument('--steps', type=int, default=3000)
    args = p.parse_args()
    machine.prepare()
    torch.manual_seed(5)
    net, families = nets.load(args.net)
    new = teach(net, families, args.steps)
    torch.save(dict(config=dict(net=asdict(new.config)), attributes=ATTRIBUTES, families=families, weights={k: w.half() for k, w in new.state_dict().items()}), args.out)


if __name__ == '__main__': main()
