"""Teaches the picture decoder on what the net guesses: blurred where the net is unsure, sure only of what the state says.

    python -m models.kinora.finish --net runs/s/ema.pt --codec runs/codec.pt --minutes 20          # writes --codec anew; the encoder stays

Films are those of runs/films: a shard's scenes are simulated again from its seed, so that some of their frames can be rendered at the decoder's size.
"""
import argparse
import os
import random
import time

import torch
import torch.nn as nn

from . import codec as codecs, films, machine, net as nets, world
from .codec import CELL, SIZE, UPSCALE
from .net import NAMES, SHAPES, state_time, unpatch
from .train import Ring, captions
from .world.clip import STATE_TOKENS

TRUE = .3                                  # share of crops whose latents are the encoder's own


def rescene(path):
    """The scenes of a shard, simulated again."""
    seed, index, name = os.path.basename(path)[:-3].split('-')
    torch.manual_seed(int(seed) * 100_003 + int(index))
    return world.family(name).simulate(films.CHUNK, torch.device('cpu'))


def frames(paths, every, each):
    """-> [N, 2, 3, 256, 256] bytes of some frames of some shards, their films (places in the ring) and tokens [N]. `every`: all shards in the ring's order."""
    large, film, token = [], [], []
    for path in paths:
        scene = rescene(path)
        at = torch.rand(scene.batch, STATE_TOKENS).argsort(1)[:, :each]
        pairs = torch.stack([at * 2, at * 2 + 1], -1).flatten(1)
        large.append((world.picture(scene, pairs, SIZE * UPSCALE) * 255).round().byte().reshape(-1, 2, 3, SIZE * UPSCALE, SIZE * UPSCALE))
        film.append((every.index(path) * films.CHUNK + torch.arange(scene.batch))[:, None].expand(-1, each).flatten())
        token.append(at.flatten())
    return torch.cat(large), torch.cat(film), torch.cat(token)


@torch.no_grad()
def guesses(net, ring, film, token, batch=24):
    """What the net takes the latents of these frames to be, from noise at a random time -> [N, 12, GRID, GRID]"""
    out, (whole, place) = [], film.unique(return_inverse=True)
    for part in whole.split(batch):
        t = torch.rand(len(part)) * .9 + .05
        clean = dict(video=ring.video[part].float(), sound=ring.sound[part].float(), state=ring.state[part].float())
        times = {n: (state_time(t) if n == 'state' else t)[:, None, None] for n in NAMES}
        noisy = [times[n] * clean[n] + (1 - times[n]) * torch.randn_like(clean[n]) for n in NAMES]
        ids, _ = captions(ring.rows[part].tolist(), net.config.text_bytes, 'cpu', drop=0.)
        out.append(unpatch(net(*noisy, {n: torch.zeros(len(part), SHAPES[n][0], 1) for n in NAMES}, net.text(ids), t)[0]))
    return torch.cat(out)[place, token].half()


def train(args):
    families, start = args.families.split(','), time.time()
    codec, mean, std = loaded = codecs.load(args.codec)
    mean, std = mean[:, None, None], std[:, None, None]
    net, ring = nets.load(args.net)[0], Ring(args.ring, loaded, families, 'cpu')
    ring.read(args.films)
    every = ring.shards(args.films)
    large, film, token = frames(random.sample(every, min(args.shards, len(every))), every, args.each)
    print(f'{len(large)} pairs of frames, {time.time() - start:.0f} s', flush=True)
    guessed = [guesses(net, ring, film, token) for _ in range(args.rounds)]
    print(f'{len(guessed)} guesses of each, {time.time() - start:.0f} s', flush=True)
    whole, place = film.unique(return_inverse=True)
    true = unpatch(ring.video[whole].float())[place, token].half()
    states = ring.state[film, token].float()
    small = torch.cat([nn.functional.avg_pool2d(p.flatten(0, 1).float(), UPSCALE).round().byte().unflatten(0, (-1, 2)) for p in large.split(64)])
    del ring

    def losses():
        for pick, corner in codecs.places(small, args.batch):
            source = torch.stack([(random.choice(guessed) if random.random() > TRUE else true)[i] for i in pick])
            z = codecs.crop(source.float() * std + mean, corner, 1)
            y = codec.decode(z + std * codecs.doubt(z, args.noise), states[pick], corner)
            x = codecs.crop(large[pick].flatten(1, 2), corner, CELL * UPSCALE).unflatten(1, (2, 3)).float() / 255
            yield codecs.loss_of(y, x), y, x
    keep = lambda: codecs.write(args.out, dict(torch.load(args.codec), weights=codec.state_dict()))
    codecs.learn(codec, losses(), keep, args.minutes, args.rate, args.adam, frozen=('encoder', 'project'))


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--net', default='runs/s/ema.pt')
    p.add_argument('--codec', default='runs/codec.pt')
    p.add_argument('--out', help='default: --codec')
    p.add_argument('--films', default='runs/films')
    p.add_argument('--families', default='balls,water,thunder')
    p.add_argument('--minutes', type=float, default=20, help='of learning; rendering and guessing come on top')
    p.add_argument('--shards', type=int, default=18, help='whose frames are learned from')
    p.add_argument('--each', type=int, default=3, help='pairs of frames a film')
    p.add_argument('--rounds', type=int, default=2, help='guesses of each')
    p.add_argument('--ring', type=int, default=16384)
    p.add_argument('--batch', type=int, default=16)
    p.add_argument('--noise', type=float, default=.3)
    p.add_argument('--rate', type=float, default=.01, help='of Muon, on hidden convolutions')
    p.add_argument('--adam', type=float, default=2e-3, help='of Adam, on the rest')
    p.add_argument('--seed', type=int, default=0)
    args = p.parse_args()
    args.out = args.out or args.codec
    machine.prepare()
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    train(args)


if __name__ == '__main__': main()
