"""Teaches the picture decoder on what the net guesses: blurred where the net is unsure, sure only of what the state says.

    python -m models.kinora.finish --net runs/fast/ema.pt --codec runs/codec.pt --minutes 20          # writes --codec anew; the encoder stays
    python -m models.kinora.finish --net runs/wide/leaps/ema.pt --families talk --only portrait --minutes 40     # a painter of somebody who talks, for a codec without one
"""
import argparse
import random
import time

import torch
import torch.nn as nn

from . import codec as codecs, films, machine, net as nets, world
from .codec import CELL, SIZE, UPSCALE
from .net import NAMES, SHAPES, USUAL, guided, state_time, unpatch
from .train import Ring
from .world.clip import STATE_TOKENS

TRUE = .25                                 # share of crops whose latents are the encoder's own


def gather(ring, count, each, batch=films.CHUNK):
    """Simulates films of all families into the ring -> [N, 2, 3, 256, 256] bytes of some of their frames, and which film and token they are of [N]."""
    large, film, token = [], [], []
    for name, lot in ((n, min(batch, share - i)) for n, share in zip(ring.names, codecs.shares(ring.names, count)) for i in range(0, share, batch)):
        clips = world.make(name, lot, ring.device)
        film.append(((ring.at + torch.arange(lot)) % ring.size)[:, None].expand(-1, each).flatten())
        ring.add(films.kept(clips))
        at = torch.rand(lot, STATE_TOKENS, device=ring.device).argsort(1)[:, :each]
        pairs = torch.stack([at * 2, at * 2 + 1], -1).flatten(1)
        large.append((world.picture(clips.scene, pairs, SIZE * UPSCALE) * 255).round().byte().reshape(-1, 2, 3, SIZE * UPSCALE, SIZE * UPSCALE))
        token.append(at.flatten())
    return torch.cat(large), torch.cat(film).to(ring.device), torch.cat(token)


@torch.no_grad()
def guesses(net, ring, film, token, batch=24):
    """What the net takes the latents of these frames to be, from noise at a random time -> [N, 12, GRID, GRID]. One that leaps leaps to the end from there."""
    out, device, (whole, place) = [], ring.device, film.unique(return_inverse=True)
    for part in whole.split(batch):
        B = len(part)
        t = torch.rand((), device=device) * .65 + .3
        clean = dict(video=ring.video[part].float(), sound=ring.sound[part].float(), state=ring.state[part].float())
        times = {n: state_time(t) if n == 'state' else t for n in NAMES}
        noisy = {n: times[n] * clean[n] + (1 - times[n]) * torch.randn_like(clean[n]) for n in NAMES}
        masks = {n: torch.zeros(B, SHAPES[n][0], 1, device=device) for n in NAMES}
        with machine.autocast(device):
            text, none = net.text(ring.words.draw(part, 0.)[0]), net.text(torch.zeros(B, net.config.text_bytes, dtype=torch.int, device=device))
            guess = guided(net, noisy, masks, text, none, USUAL.to(device).expand(B, -1), t, torch.ones((), device=device), ring.speech[part].float())['video']
        out.append(unpatch(guess.float()).half())
    return torch.cat(out)[place, token]


def finish(codec, mean, std, net, ring, args, write):
    """`write` is given the decoder's weights now and then."""
    start = time.time()
    mean, std = mean[:, None, None], std[:, None, None]
    large, film, token = gather(ring, args.films, args.each, args.chunk)
    print(f'{len(large)} pairs of frames, {time.time() - start:.0f} s', flush=True)
    guessed = torch.stack([guesses(net, ring, film, token, args.chunk) for _ in range(args.rounds)])
    print(f'{len(guessed)} guesses of each, {time.time() - start:.0f} s', flush=True)
    whole, place = film.unique(return_inverse=True)
    true = torch.cat([unpatch(ring.video[w].float()).half() for w in whole.split(1024)])[place, token]
    states = ring.state[film, token].float()
    small = torch.cat([nn.functional.avg_pool2d(p.flatten(0, 1).float(), UPSCALE).round().byte().unflatten(0, (-1, 2)) for p in large.split(64)])

    def losses():
        for pick, corner in codecs.places(small, args.batch):
            round_ = torch.randint(0, len(guessed), pick.shape, device=pick.device)
            source = torch.where((torch.rand(pick.shape, device=pick.device) < TRUE)[:, None, None, None], true[pick], guessed[round_, pick])
            z = codecs.crop(source.float() * std + mean, corner, 1)
            x = codecs.crop(large[pick].flatten(1, 2), corner, CELL * UPSCALE).unflatten(1, (2, 3)).float() / 255
            with machine.autocast(ring.device):
                y = codec.decode(z + std * codecs.doubt(z, args.noise), states[pick], corner).float()
                face = codecs.portrait_loss(codec, states[pick], corner, x)
            yield codecs.loss_of(y, x) + face, y, x
    codecs.learn(codec, losses(), lambda: write(codec.state_dict()), args.minutes, args.rate, args.adam, frozen=('encoder', 'project'), only=args.only)


def options(p):
    p.add_argument('--minutes', type=float, default=20, help='of learning; rendering and guessing come on top')
    p.add_argument('--films', type=int, default=1152, help='whose frames are learned from')
    p.add_argument('--chunk', type=int, default=32, help='films simulated or guessed at once')
    p.add_argument('--each', type=int, default=3, help='pairs of frames a film')
    p.add_argument('--rounds', type=int, default=2, help='guesses of each')
    p.add_argument('--batch', type=int, default=16)
    p.add_argument('--noise', type=float, default=.3)
    p.add_argument('--rate', type=float, default=.01, help='of Muon, on hidden convolutions')
    p.add_argument('--adam', type=float, default=2e-3, help='of Adam, on the rest')
    p.add_argument('--only', default='', help='beginning of the names of the layers that learn, as portrait')
    return p


def main():
    p = options(argparse.ArgumentParser(description=__doc__.split('\n')[0]))
    p.add_argument('--net', default='runs/fast/ema.pt')
    p.add_argument('--codec', default='runs/codec.pt')
    p.add_argument('--out', help='default: --codec')
    p.add_argument('--families', help='whose films are learned from (default: all that the net knows)')
    p.add_argument('--seed', type=int, default=0)
    args = p.parse_args()
    machine.prepare()
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    device, (net, families), out = machine.device(), nets.load(args.net), args.out or args.codec
    families = args.families.split(',') if args.families else families
    loaded = codecs.load(args.codec, device, portrait='talk' in families)
    write = lambda weights: codecs.write(out, dict(torch.load(args.codec, map_location='cpu'), config=vars(loaded[0].config), weights=weights))
    finish(*loaded, net.to(device), Ring(args.films + args.chunk, loaded, families, device), args, write)


if __name__ == '__main__': main()
