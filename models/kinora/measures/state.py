"""What world-state tokens are worth: nets learned with and without them, on the same films, noise and times that neither has seen.

    python -m models.kinora.measures.state --nets runs/s/ema.pt runs/s_nostate/ema.pt --clips 32

Prints, for each time t (0: noise, 1: clean), the mean squared error of the guessed picture and sound tokens, nothing given but the prompt; 1 is what guessing the mean costs. `moving`: over the
cells that change within the window alone, where what happens is seen.
"""
import argparse
import random

import torch

from .. import codec as codecs, films, machine, net as nets
from ..net import NAMES, SHAPES, state_time, unpatch
from ..train import Ring

TIMES = (.05, .2, .4, .6, .8)


@torch.no_grad()
def errors(net, clean, speech, ids, t, seed):
    """-> dict of mean squared errors of one batch."""
    B = len(ids)
    generator = torch.Generator().manual_seed(seed)
    noise = {n: torch.randn(clean[n].shape, generator=generator).to(ids.device) for n in NAMES}
    at = {n: state_time(torch.tensor(t)) if n == 'state' else t for n in NAMES}
    noisy = {n: at[n] * clean[n] + (1 - at[n]) * noise[n] for n in NAMES}
    masks = {n: torch.zeros(B, SHAPES[n][0], 1, device=ids.device) for n in NAMES}
    video, sound, _, _ = net(*(noisy[n] for n in NAMES), masks, net.text(ids), torch.full((B,), t, device=ids.device), speech=speech if net.config.speech else None)
    wrong = (unpatch(video) - unpatch(clean['video'])) ** 2
    z = unpatch(clean['video'])
    moved = ((z - z.mean(1, keepdim=True)).pow(2).mean(2, keepdim=True) > .15).float().expand_as(wrong)
    return dict(picture=wrong.mean(), moving=(wrong * moved).sum() / moved.sum().clamp(min=1), sound=((sound - clean['sound']) ** 2).mean())


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--nets', nargs='+', required=True)
    p.add_argument('--codec', default='runs/codec.pt')
    p.add_argument('--clips', type=int, default=32, help='of each family')
    args = p.parse_args()
    machine.prepare()
    torch.manual_seed(990_001)
    random.seed(990_001)
    loaded = [nets.load(path) for path in args.nets]
    families = loaded[0][1]
    ring = Ring(args.clips * len(families), codecs.load(args.codec), families, 'cpu')
    for name in families: ring.add(films.shard(name, 'cpu', args.clips))
    clean = {n: getattr(ring, n)[:ring.made].float() for n in NAMES}
    ids, speech = ring.words.ids[:ring.made, 0].int(), ring.speech[:ring.made].float()
    for path, (net, _) in zip(args.nets, loaded):
        step = torch.load(path, map_location='cpu').get('step')
        print(f'{path}: {step} steps, {ring.made} films')
        for t in TIMES:
            parts = [errors(net, {n: v[i:i + 16] for n, v in clean.items()}, speech[i:i + 16], ids[i:i + 16], t, 1000 * i + int(t * 100)) for i in range(0, ring.made, 16)]
            print(f'  t {t:.2f}  ' + '  '.join(f'{k} {float(sum(q[k] for q in parts)) / len(parts):.4f}' for k in parts[0]))


if __name__ == '__main__': main()
