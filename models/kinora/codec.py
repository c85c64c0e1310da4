"""The picture codec: two 128×128 frames ↔ one 8×8×16 latent; its decoder ends at 256×256, so upscaling is part of decoding.

    python -m models.kinora.codec --minutes 15 --out runs/codec.pt          # resumes from --out when it exists
    python -m models.kinora.codec --measure runs/codec.pt                   # PSNR and edge measures on held-out frames
"""
import argparse
import math
import os
import time
from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

from . import machine, world
from .muon import Muon

FOLD, CHANNELS, GRID, SIZE = 2, 16, 8, 128     # frames a latent; latent channels; latent side; encoder's picture side


@dataclass
class CodecConfig:
    channels: int = CHANNELS
    widths: tuple = (32, 64, 96, 128)          # at 64, 32, 16 and 8 pixels a side
    upscale: int = 2                           # decoded side / encoded side


class Res(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a, self.b = nn.Conv2d(c, c, 3, 1, 1), nn.Conv2d(c, c, 3, 1, 1)
        nn.init.zeros_(self.b.weight)
        nn.init.zeros_(self.b.bias)

    def forward(self, x): return x + self.b(F.silu(self.a(x)))


def up(i, o): return nn.Sequential(nn.Conv2d(i, o * 4, 1), nn.PixelShuffle(2), nn.SiLU())


class Codec(nn.Module):
    def __init__(self, config=CodecConfig()):
        super().__init__()
        self.config = config
        a, b, c, d = config.widths
        conv = lambda i, o, s=1: nn.Sequential(nn.Conv2d(i, o, 3, s, 1), nn.SiLU())
        self.encoder = nn.Sequential(nn.PixelUnshuffle(2), conv(FOLD * 12, a), conv(a, b, 2), Res(b), conv(b, c, 2), Res(c), conv(c, d, 2), Res(d), Res(d), nn.Conv2d(d, config.channels, 3, 1, 1))
        last = 2 * config.upscale
        self.decoder = nn.Sequential(conv(config.channels, d), Res(d), Res(d), up(d, c), Res(c), Res(c), up(c, b), Res(b), Res(b), up(b, a), Res(a),
                                     nn.SiLU(), nn.Conv2d(a, FOLD * 3 * last * last, 3, 1, 1), nn.PixelShuffle(last))

    def encode(self, frames):                  # [N, 2, 3, 128, 128] in 0…1 -> [N, 16, 8, 8]
        x = frames.flatten(1, 2) * 2 - 1
        return self.encoder(x)

    def decode(self, z):                       # [N, 16, 8, 8] -> [N, 2, 3, 256, 256], about 0…1
        x = self.decoder(z) * .5 + .5
        return x.reshape(z.shape[0], FOLD, 3, *x.shape[-2:])


def load(path, device='cpu'):
    """-> (codec, mean [16], std [16]): the latents are normalised by channel for the net."""
    k = torch.load(path, map_location=device)
    codec = Codec(CodecConfig(**k['config'])).to(device)
    codec.load_state_dict(k['weights'])
    return codec.eval().to(memory_format=torch.channels_last), k['mean'].to(device), k['std'].to(device)


def pairs(families, clips, each, device):
    """Endless batches of the same frames at both sizes: [N, 2, 3, 128, 128], [N, 2, 3, 256, 256]. A simulated scene serves several batches."""
    pool = []
    while True:
        if not pool:
            for name in families:
                scene = world.family(name).simulate(clips * 8, torch.device(device))
                pool += [world.take(scene, slice(i, i + clips)) for i in range(0, clips * 8, clips)]
            pool = [pool[i] for i in torch.randperm(len(pool))]
        scene = pool.pop()
        first = torch.rand(clips, 16, device=device).argsort(1)[:, :each] * 2
        frames = torch.stack([first, first + 1], -1).flatten(1)                    # [clips, each·2]
        small, large = (world.picture(scene, frames, s).reshape(clips * each, 2, 3, s, s) for s in (SIZE, SIZE * 2))
        yield small, large


def edges(x): return x.diff(dim=-1)[..., :-1, :], x.diff(dim=-2)[..., :-1]


@torch.no_grad()
def weight(x):
    """Pixels near edges and near motion count more, for that is where an illustration lives: [N, 2, 1, H, W], 1…4. Worked out at a quarter of the size."""
    q = F.avg_pool2d(x.flatten(0, 1).mean(1, keepdim=True), 4)
    span = F.max_pool2d(q, 3, 1, 1) + F.max_pool2d(-q, 3, 1, 1)
    moved = (q[0::2] - q[1::2]).abs().repeat_interleave(2, 0)
    near = (F.max_pool2d(span + 2 * moved, 3, 1, 1).clamp(max=.25) * 12 + 1).reshape(*x.shape[:2], 1, *q.shape[-2:])
    return near.repeat_interleave(4, -1).repeat_interleave(4, -2)


def loss_of(y, x):
    """Weighted L1, a squared term, and the L1 of the error's gradients, which keeps edges crisp."""
    e = y - x
    gx, gy = edges(e)
    return (e.abs() * weight(x)).mean() + 2 * (e * e).mean() + .5 * (gx.abs().mean() + gy.abs().mean())


def train(args):
    device = machine.device()
    codec = Codec().to(device).to(memory_format=torch.channels_last)
    opt = Muon([p for p in codec.parameters() if p.dim() == 4], [p for p in codec.parameters() if p.dim() != 4], args.rate, 1e-3)
    if os.path.exists(args.out): codec.load_state_dict(torch.load(args.out, map_location=device)['weights'])
    data, start, step, run = pairs(args.families.split(','), args.clips, 4, device), time.time(), 0, 0.
    while (gone := (time.time() - start) / 60 / args.minutes) < 1:
        small, large = next(data)
        with machine.autocast(device):
            z = codec.encode(small).float()
            y = codec.decode(z + .08 * torch.randn_like(z)).float()
        loss = loss_of(y, large) + 2e-3 * (z ** 2).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(codec.parameters(), 1.)
        opt.step(min(1, (step + 1) / 50) * max(.02, .5 + .5 * math.cos(math.pi * gone)))
        step, run = step + 1, run + loss.item()
        if step % 50 == 0:
            print(f'{step} {time.time() - start:.0f} s loss {run / 50:.4f} psnr {-10 * math.log10(((y - large) ** 2).mean().item()):.2f} {step * len(small) / (time.time() - start):.0f} pairs/s', flush=True)
            run = 0.
        if step % 500 == 0: save(codec, args, device)
    save(codec, args, device)


@torch.no_grad()
def save(codec, args, device):
    data = pairs(args.families.split(','), args.clips, 4, device)
    z = torch.cat([codec.encode(next(data)[0]) for _ in range(16)])
    torch.save(dict(config=asdict(codec.config), weights=codec.state_dict(), mean=z.mean((0, 2, 3)), std=z.std((0, 2, 3)), families=args.families), args.out + '.part')
    os.replace(args.out + '.part', args.out)


@torch.no_grad()
def measure(path, families, batches=6):
    """PSNR (dB) and the share of edge strength kept, by family, on seeds that training does not use."""
    codec, out = load(path)[0], {}
    for name in families:
        torch.manual_seed(7_000_001)
        data, err, kept, ref = pairs([name], 4, 4, 'cpu'), 0., 0., 0.
        for _ in range(batches):
            small, large = next(data)
            y = codec.decode(codec.encode(small)).clamp(0, 1)
            err += ((y - large) ** 2).mean().item() / batches
            kept += sum((g.abs() * (h.abs() > .08)).sum().item() for g, h in zip(edges(y), edges(large)))
            ref += sum((h.abs() * (h.abs() > .08)).sum().item() for h in edges(large))
        out[name] = dict(psnr=round(-10 * math.log10(err), 2), edge_strength=round(kept / ref, 3))
        print(name, out[name], flush=True)
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--minutes', type=float, default=15)
    p.add_argument('--families', default='balls,water,thunder,basketball,footsteps,fireworks')
    p.add_argument('--rate', type=float, default=.02)
    p.add_argument('--clips', type=int, default=4)
    p.add_argument('--out', default='runs/codec.pt')
    p.add_argument('--measure')
    args = p.parse_args()
    machine.prepare()
    if args.measure: measure(args.measure, args.families.split(','))
    else:
        os.makedirs(os.path.dirname(args.out) or '.', exist_ok=True)
        train(args)


if __name__ == '__main__': main()
