"""The picture codec: two 128×128 frames ↔ one 8×8×24 latent; its decoder ends at 256×256, so upscaling is part of decoding.

    python -m models.kinora.codec --minutes 10 --out runs/codec.pt                 # encoder and decoder, at the encoder's size; resumes
    python -m models.kinora.codec --minutes 10 --out runs/codec.pt --finish        # the decoder alone, at twice that size: the latents stay as they are
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

FOLD, CHANNELS, GRID, SIZE = 2, 24, 8, 128     # frames a latent; latent channels; latent side; encoder's picture side


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
    """A linear path, started from the principal components of 16×16×2 patches, and a convolutional one that learns what those miss. Without the
    linear path the deep one took six minutes to find where things are."""

    def __init__(self, config=CodecConfig()):
        super().__init__()
        self.config = config
        a, b, c, d = config.widths
        conv = lambda i, o, s=1: nn.Sequential(nn.Conv2d(i, o, 3, s, 1), nn.SiLU())
        cell, last = SIZE // GRID, 2 * config.upscale
        self.project = nn.Conv2d(FOLD * 3, config.channels, cell, cell)
        self.encoder = nn.Sequential(nn.PixelUnshuffle(2), conv(FOLD * 12, a), conv(a, b, 2), Res(b), conv(b, c, 2), Res(c), conv(c, d, 2), Res(d), Res(d), nn.Conv2d(d, config.channels, 3, 1, 1))
        self.unproject = nn.Sequential(nn.Conv2d(config.channels, FOLD * 3 * (cell * config.upscale) ** 2, 1), nn.PixelShuffle(cell * config.upscale))
        self.decoder = nn.Sequential(conv(config.channels, d), Res(d), Res(d), up(d, c), Res(c), Res(c), up(c, b), Res(b), Res(b), up(b, a), Res(a),
                                     nn.SiLU(), nn.Conv2d(a, FOLD * 3 * last * last, 3, 1, 1), nn.PixelShuffle(last))
        for m in (self.encoder[-1], self.decoder[-2]):
            nn.init.zeros_(m.weight)
            nn.init.zeros_(m.bias)

    def encode(self, frames):                  # [N, 2, 3, 128, 128] in 0…1 -> [N, 24, 8, 8]
        x = frames.flatten(1, 2) * 2 - 1
        return self.project(x) + self.encoder(x)

    def decode(self, z):                       # [N, 24, 8, 8] -> [N, 2, 3, 256, 256], about 0…1
        x = (self.unproject(z) + self.decoder(z)) * .5 + .5
        return x.reshape(z.shape[0], FOLD, 3, *x.shape[-2:])

    @torch.no_grad()
    def start_linear(self, frames):
        """Sets the linear path to the principal components of `frames` [N, 2, 3, 128, 128]."""
        cell, up = SIZE // GRID, self.config.upscale
        x = F.unfold(frames.flatten(1, 2) * 2 - 1, cell, stride=cell).transpose(1, 2).flatten(0, 1)     # [N·64, 2·3·16·16]
        mean = x.mean(0)
        cov = ((x - mean).T @ (x - mean)) / len(x)
        values, vectors = torch.linalg.eigh(cov.double())
        v, s = vectors[:, -self.config.channels:].float().T, values[-self.config.channels:].float().clamp(min=1e-6) ** .35
        self.project.weight.copy_((v / s[:, None]).reshape(self.project.weight.shape))
        self.project.bias.copy_(-(v @ mean) / s)
        back = (v * s[:, None]).reshape(-1, FOLD * 3, cell, cell)
        wide = lambda m: m.repeat_interleave(up, -1).repeat_interleave(up, -2)
        self.unproject[0].weight.copy_(wide(back).flatten(1).T[..., None, None])
        self.unproject[0].bias.copy_(wide(mean.reshape(FOLD * 3, cell, cell)).flatten())


def widen(codec):
    """A codec that decodes at twice the side, starting from this one's pictures: each decoded pixel becomes four."""
    new = Codec(CodecConfig(codec.config.channels, codec.config.widths, codec.config.upscale * 2))
    weights = codec.state_dict()

    def grow(name, cell):                      # output channel = colour·cell² + y·cell + x
        w = weights[name].unflatten(0, (FOLD * 3, cell, cell))
        weights[name] = w.repeat_interleave(2, 1).repeat_interleave(2, 2).flatten(0, 2)

    last = len(codec.decoder) - 2
    for part in ('weight', 'bias'):
        grow(f'unproject.0.{part}', SIZE // GRID * codec.config.upscale)
        grow(f'decoder.{last}.{part}', 2 * codec.config.upscale)
    new.load_state_dict(weights)
    return new


def load(path, device='cpu'):
    """-> (codec, mean [24], std [24]): the latents are normalised by channel for the net."""
    k = torch.load(path, map_location=device)
    codec = Codec(CodecConfig(**k['config'])).to(device)
    codec.load_state_dict(k['weights'])
    return codec.eval().to(memory_format=torch.channels_last), k['mean'].to(device), k['std'].to(device)


def pairs(families, clips, each, device, upscale):
    """Endless batches of the same frames as the encoder sees them and as they should be decoded: [N, 2, 3, 128, 128], [N, 2, 3, 128·upscale, …].
    A simulated scene serves several batches."""
    pool = []
    while True:
        if not pool:
            for name in families:
                scene = world.family(name).simulate(clips * 16, torch.device(device))
                pool += [world.take(scene, slice(i, i + clips)) for i in range(0, clips * 16, clips)]
            pool = [pool[i] for i in torch.randperm(len(pool))]
        scene = pool.pop()
        first = torch.rand(clips, 16, device=device).argsort(1)[:, :each] * 2
        frames = torch.stack([first, first + 1], -1).flatten(1)                    # [clips, each·2]
        small, large = (world.picture(scene, frames, s).reshape(clips * each, 2, 3, s, s) if s else None for s in (SIZE, SIZE * upscale if upscale > 1 else 0))
        yield small, small if large is None else large


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
    """Encoder and decoder learn at the encoder's size, four times as fast as at twice that. `--finish` then freezes the encoder, so that a net
    trained on its latents stays valid, and teaches the decoder the full size."""
    device, start, run = machine.device(), time.time(), 0.
    families, made = args.families.split(','), os.path.exists(args.out)
    codec = load(args.out, device)[0].train() if made else Codec(CodecConfig(upscale=1)).to(device)
    if args.finish and codec.config.upscale == 1: codec = widen(codec).to(device)
    codec = codec.to(memory_format=torch.channels_last)
    data = pairs(families, args.clips if codec.config.upscale > 1 else args.clips * 2, 4, device, codec.config.upscale)
    if not made: codec.start_linear(torch.cat([next(data)[0] for _ in range(60)]))
    frozen = ('encoder', 'project') if args.finish else ()
    for n, p in codec.named_parameters(): p.requires_grad = not n.startswith(frozen)
    # The linear path and the layers that touch pixels take small Adam steps: orthogonal ones would keep shaking the picture.
    pixels = (f'decoder.{len(codec.decoder) - 2}.weight', f'encoder.{len(codec.encoder) - 1}.weight', 'project.weight')
    learned = [(n, p) for n, p in codec.named_parameters() if p.requires_grad]
    hidden = [p for n, p in learned if p.dim() == 4 and p.shape[0] <= 4 * p.shape[1] and n not in pixels]
    ids, step = {id(p) for p in hidden}, 0
    opt = Muon(hidden, [p for _, p in learned if id(p) not in ids], args.rate, 5e-4)
    while (gone := (time.time() - start) / 60 / args.minutes) < 1:
        small, large = next(data)
        with machine.autocast(device):
            z = codec.encode(small).float()
            y = codec.decode(z + args.noise * torch.randn_like(z)).float()
        loss = loss_of(y, large) + 1e-3 * (z ** 2).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([p for _, p in learned], 1.)
        opt.step(min(1, (step + 1) / 50) * max(.02, .5 + .5 * math.cos(math.pi * gone)))
        step, run = step + 1, run + loss.item()
        if step % 50 == 0:
            print(f'{step} {time.time() - start:.0f} s loss {run / 50:.4f} psnr {-10 * math.log10(((y - large) ** 2).mean().item()):.2f} z {z.std():.2f} {step / (time.time() - start):.2f} steps/s', flush=True)
            run = 0.
        if step % 400 == 0: save(codec, args, families, device)
    save(codec, args, families, device)


@torch.no_grad()
def save(codec, args, families, device):
    """With the latents' mean and deviation by channel; those of a finished encoder are kept."""
    if args.finish:
        old = torch.load(args.out, map_location=device)
        torch.save(dict(old, config=asdict(codec.config), weights=codec.state_dict()), args.out + '.part')
        return os.replace(args.out + '.part', args.out)
    data = pairs(families, args.clips, 4, device, 1)
    z = torch.cat([codec.encode(next(data)[0]) for _ in range(24)])
    torch.save(dict(config=asdict(codec.config), weights=codec.state_dict(), mean=z.mean((0, 2, 3)), std=z.std((0, 2, 3)), families=families), args.out + '.part')
    os.replace(args.out + '.part', args.out)


@torch.no_grad()
def measure(path, families, batches=6):
    """PSNR (dB) and the share of edge strength kept, by family, on seeds that training does not use."""
    codec, out = load(path)[0], {}
    for name in families:
        torch.manual_seed(7_000_001)
        data, err, kept, ref = pairs([name], 4, 4, 'cpu', codec.config.upscale), 0., 0., 0.
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
    p.add_argument('--rate', type=float, default=.01)
    p.add_argument('--clips', type=int, default=5)
    p.add_argument('--noise', type=float, default=.05)
    p.add_argument('--out', default='runs/codec.pt')
    p.add_argument('--finish', action='store_true')
    p.add_argument('--measure')
    args = p.parse_args()
    machine.prepare()
    if args.measure: measure(args.measure, args.families.split(','))
    else:
        os.makedirs(os.path.dirname(args.out) or '.', exist_ok=True)
        train(args)


if __name__ == '__main__': main()
