"""The picture codec: two 128×128 frames ↔ one 16×16×12 latent; its decoder ends at 256×256, so upscaling is part of decoding.

The decoder reads the world state beside the latent. Where the state has an object it draws one, its rim exact to the pixel, its surface painted in the
object's own coordinates; all else comes from the latent, with what things are at hand. Latents may thus be vague where the state is not.

    python -m models.kinora.codec --minutes 15 --out runs/codec.pt                  # encoder and decoder; goes on from --out when it exists
    python -m models.kinora.codec --measure runs/codec.pt                           # PSNR and edge measures on held-out frames

Everything is convolutional, so it learns on crops, most of them where something moves: a ball covers three percent of a picture.
"""
import argparse
import math
import os
import time
from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

from . import grow, machine, portrait as portraits, world
from .maps import AIRS, FACTS, GRID, MAPS, RUNGS, airs, discs, facts_of, ladder, line, splat, wide
from .muon import Muon
from .portrait import Portrait, talks
from .world.clip import ATTRIBUTES, OBJECT_DIM, OBJECTS, SAMPLES, part, state_tokens

FOLD, CHANNELS, SIZE = 2, 12, 128              # frames a latent; latent channels; encoder's picture side
UPSCALE = 2                                    # decoded side / encoded side
COARSE = 6                                     # layers of the decoder before outlines are drawn, four to a latent
LOOKS = 11                                     # numbers that say how an object looks
CELL = SIZE // GRID                            # pixels a latent, as the encoder sees them
CROP = 8                                       # latents a side of a training crop


@dataclass
class CodecConfig:
    channels: int = CHANNELS
    behind: int = 8                            # channels that are drawn from what things are alone
    words: int = 96                            # width of the layers that read what things are
    outlines: int = 32                         # sums of functions of a place, by what things are
    paint: int = 32                            # width of the net that paints surfaces
    portrait: int = 0                          # and of the one that paints whoever talks; 0: none, as in packs before 3.0
    widths: tuple = (48, 96, 64, 48)           # encoder at 32 and 16 pixels a side; decoder at 32 and 64 (at 16: as the encoder)


class Res(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a, self.b = nn.Conv2d(c, c, 3, 1, 1), nn.Conv2d(c, c, 3, 1, 1)
        nn.init.zeros_(self.b.weight)
        nn.init.zeros_(self.b.bias)

    def forward(self, x): return x + self.b(F.silu(self.a(x)))


def up(i, o): return nn.Sequential(nn.Conv2d(i, o * 4, 1), nn.PixelShuffle(2), nn.SiLU())


class Codec(nn.Module):
    """A linear path, started from the principal components of 8×8×2 patches, and a convolutional one that learns what those miss. Without the
    linear path the deep one takes minutes to find where things are."""

    def __init__(self, config=CodecConfig()):
        super().__init__()
        self.config = config
        a, b, c, d = config.widths
        conv = lambda i, o, k=3, s=1: nn.Sequential(nn.Conv2d(i, o, k, s, k // 2), nn.SiLU())
        self.project = nn.Conv2d(FOLD * 3, config.channels, CELL, CELL)
        self.encoder = nn.Sequential(nn.PixelUnshuffle(4), conv(FOLD * 48, a, 1), conv(a, b, 3, 2), Res(b), nn.Conv2d(b, config.channels, 3, 1, 1))
        self.unproject = nn.Sequential(nn.Conv2d(config.channels, FOLD * 3 * (CELL * UPSCALE) ** 2, 1), nn.PixelShuffle(CELL * UPSCALE))
        words = config.words
        self.behind = nn.Sequential(nn.Linear(FACTS, words), nn.SiLU(), nn.Linear(words, words), nn.SiLU(), nn.Linear(words, config.behind * GRID * GRID))
        self.outline = nn.Sequential(nn.Linear(FACTS, words), nn.SiLU(), nn.Linear(words, config.outlines * RUNGS))
        self.hang = nn.Conv2d(config.outlines, d, 1)
        self.tint = nn.Linear(FACTS, 2 * b)
        self.first = nn.Conv2d(config.channels + OBJECTS * MAPS + AIRS + config.behind, b, 3, 1, 1)
        self.decoder = nn.Sequential(nn.SiLU(), Res(b), Res(b), up(b, c), Res(c), up(c, d), Res(d), nn.SiLU(),
                                     nn.Conv2d(d, FOLD * 4 * (2 * UPSCALE) ** 2, 3, 1, 1), nn.PixelShuffle(2 * UPSCALE))     # 3 colours a frame, then what covers objects
        self.look = nn.Sequential(nn.Linear(FACTS, words), nn.SiLU(), nn.Linear(words, OBJECTS * LOOKS))
        self.paint = nn.Sequential(conv(5 + LOOKS, config.paint, 1), conv(config.paint, config.paint, 1), nn.Conv2d(config.paint, 4 * UPSCALE ** 2, 1), nn.PixelShuffle(UPSCALE))
        self.portrait = Portrait(config.portrait, SIZE, UPSCALE) if config.portrait else None
        for m in (self.encoder[-1], self.decoder[-2], self.tint, self.hang):
            nn.init.zeros_(m.weight)
            nn.init.zeros_(m.bias)

    def encode(self, frames):                  # [N, 2, 3, h, w] in 0…1 -> [N, 12, h/8, w/8]
        x = frames.flatten(1, 2) * 2 - 1
        return self.project(x) + self.encoder(x)

    def decode(self, z, state, corner=None, facts=None):
        """z [N, 12, h, w], state [N, STATE_DIM] -> [N, 2, 3, 16·h, 16·w], about 0…1. `corner`: rows and columns [N], in cells, of crops; `facts` [N, FACTS]: those of a whole window."""
        N, h, w = z.shape[0], *z.shape[-2:]
        lines = lambda side: () if corner is None else [line(side, z.device, c, n) for c, n in zip(corner, (h, w))]
        facts = facts_of(state[:, None]) if facts is None else facts
        behind = self.behind(facts).reshape(N, -1, GRID, GRID)
        if corner is not None:
            rows, columns = (c[:, None] + torch.arange(n, device=z.device) for c, n in zip(corner, (h, w)))
            behind = behind[torch.arange(N, device=z.device)[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
        x = torch.cat([z, splat(state[:, None], GRID, *lines(GRID))[:, 0], airs(state, h, w), behind], 1)
        scale, shift = self.tint(facts)[..., None, None].chunk(2, 1)
        x = self.decoder[:COARSE](self.first(x.contiguous(memory_format=torch.channels_last)) * (1 + scale) + shift)
        outlines = self.outline(facts).reshape(N, -1, RUNGS) @ ladder(state, 4 * GRID, *lines(4 * GRID)).flatten(2)
        x = self.decoder[COARSE:](x + self.hang(F.silu(outlines).reshape(N, -1, *x.shape[-2:])))
        still, cover = x.split((FOLD * 3, FOLD), 1)
        still = (still + self.unproject(z)).unflatten(1, (FOLD, 3))
        shown, paint, alpha = self.objects(state, facts, lines)
        shown = shown * torch.sigmoid(alpha) * torch.sigmoid(2 - cover).unsqueeze(2)
        if self.portrait is None: return (still + shown * (paint - still)) * .5 + .5
        x = still + shown * (1 - talks(facts)) * (paint - still)      # head, mouth and eyes are no discs
        face, cover = self.portrait(state, facts, *lines(SIZE))
        return (x + cover * (face - x)) * .5 + .5

    def objects(self, state, facts, lines):
        """-> where objects are [N, 2, 1, H, W] 0…1, their surfaces [N, 2, 3, H, W], and how solid these are [N, 2, 1, H, W] (logits)."""
        dx, dy, r, there = discs(state, SIZE * UPSCALE, *lines(SIZE * UPSCALE))
        shown = ((r - (dx * dx + dy * dy + 1e-4).sqrt() + .5).clamp(0, 1) * there).amax(2)
        dx, dy, r, there = discs(state, SIZE, *lines(SIZE))
        u, v = torch.broadcast_tensors(dx / r, dy / r)
        mine = torch.sigmoid(6 - 5 * (u * u + v * v)) * there                                    # [N, 2, OBJECTS, h, w], a little wider than the disc
        mine = mine / mine.sum(2, keepdim=True).clamp(min=1)
        turn = part(state, 'objects').unflatten(-1, (OBJECTS, OBJECT_DIM))[:, None, :, 8:, None, None]
        cos, sin = turn[:, :, :, 0], turn[:, :, :, 1]
        u, v = u.clamp(-1.5, 1.5), v.clamp(-1.5, 1.5)
        across = torch.stack([u, v, u * cos - v * sin, v * cos + u * sin], 2)                    # [N, 2, 4, OBJECTS, h, w]
        local = (across * mine.unsqueeze(2)).sum(3)
        look = torch.einsum('nlo,nkohw->nklhw', self.look(facts).unflatten(-1, (LOOKS, OBJECTS)), mine)
        height = (wide(*lines(SIZE)[:1] or (None,), SIZE, state.device, 3) / SIZE).mT
        x = self.paint(torch.cat([local, look, height.expand_as(local[:, :, :1])], 2).flatten(0, 1).contiguous(memory_format=torch.channels_last))
        paint, alpha = x.unflatten(0, (-1, FOLD)).split((3, 1), 2)
        return shown.unsqueeze(2), paint, alpha

    @torch.no_grad()
    def start_linear(self, frames):
        """Sets the linear path to the principal components of `frames` [N, 2, 3, h, w]."""
        x = F.unfold(frames.flatten(1, 2) * 2 - 1, CELL, stride=CELL).transpose(1, 2).flatten(0, 1)     # [N·cells, 2·3·8·8]
        mean = x.mean(0)
        cov = ((x - mean).T @ (x - mean)) / len(x)
        values, vectors = torch.linalg.eigh(cov.double())
        v, s = vectors[:, -self.config.channels:].float().T, values[-self.config.channels:].float().clamp(min=1e-6) ** .35
        self.project.weight.copy_((v / s[:, None]).reshape(self.project.weight.shape))
        self.project.bias.copy_(-(v @ mean) / s)
        back = (v * s[:, None]).reshape(-1, FOLD * 3, CELL, CELL)
        wide = lambda m: m.repeat_interleave(UPSCALE, -1).repeat_interleave(UPSCALE, -2)
        self.unproject[0].weight.copy_(wide(back).flatten(1).T[..., None, None])
        self.unproject[0].bias.copy_(wide(mean.reshape(FOLD * 3, CELL, CELL)).flatten())


def load(path, device='cpu', portrait=False):
    """-> (codec, mean [12], std [12]): the latents are normalised by channel for the net. With `portrait` it can paint somebody who talks, whether it learned to or not (portrait.py)."""
    k = torch.load(path, map_location=device)
    config, weights = CodecConfig(**k['config']), grow.weights(k['weights'], k.get('attributes'))
    if portrait and not config.portrait: config.portrait, weights = portraits.WIDTH, {**portraits.kept(), **weights}
    codec = Codec(config).to(device)
    codec.load_state_dict(weights)
    return codec.eval().to(memory_format=torch.channels_last), k['mean'].to(device), k['std'].to(device)


# ---- frames to learn from ----

def frames(families, clips, each, device):
    """Pairs of neighbouring frames as bytes, as the encoder sees them and as they should be decoded, and their state: [N, 2, 3, 128, 128], [N, 2, 3, 256, 256], [N, STATE_DIM]."""
    small, large, states = [], [], []
    for name, share in zip(families, shares(families, clips)):
        many = 64 if device == 'cpu' else 512
        for i in range(0, share, many):
            scene = world.family(name).simulate(min(many, share - i), torch.device(device))
            world.attributes(scene)
            first = torch.rand(scene.batch, 16, device=device).argsort(1)[:, :each]
            state = state_tokens(scene, torch.zeros(scene.batch, SAMPLES, device=device))          # unheard: the decoder reads no loudness
            states.append(state.gather(1, first[..., None].expand(-1, -1, state.shape[-1])).flatten(0, 1))
            first = first * 2
            at = torch.stack([first, first + 1], -1).flatten(1)                    # [clips, each·2]
            for out, side in ((small, SIZE), (large, SIZE * UPSCALE)):
                out.append((world.picture(scene, at, side) * 255).round().byte().reshape(-1, 2, 3, side, side))
    return torch.cat(small), torch.cat(large), torch.cat(states)


def shares(families, clips):
    from .films import SHARES
    return [round(clips * SHARES[f] / sum(SHARES[g] for g in families)) for f in families]


def crops(small, large, states, count):
    """Endless batches of crops, most of them around a place where something moves or ends: [count, 2, 3, 64, 64], [count, 2, 3, 128, 128], 0…1; their states and corners."""
    for pick, corner in places(small, count):
        yield *(crop(f[pick].flatten(1, 2), corner, cell).unflatten(1, (2, 3)).float() / 255 for f, cell in ((small, CELL), (large, CELL * UPSCALE))), states[pick], corner


def places(small, count):
    """Where to crop: which pairs of frames, and rows and columns of the crops' corners in cells [count]; rather where something moves or ends than elsewhere."""
    busy = F.avg_pool2d(F.avg_pool2d(stir(small), CELL), CROP, 1)                  # [N, 1, side, side], by the crop's corner
    side, busy = busy.shape[-1], busy.flatten(1) ** 2 + 1e-4
    while True:
        pick = torch.randint(0, len(small), (count,), device=small.device)
        corner = torch.multinomial(busy[pick], 1)[:, 0]
        yield pick, (corner // side, corner % side)


def crop(x, corner, cell):
    """x [N, C, GRID·cell, GRID·cell] -> [N, C, CROP·cell, CROP·cell], whose corner (rows, columns [N]) is given in cells."""
    n = torch.arange(CROP * cell, device=x.device)
    y, x_ = ((c * cell)[:, None] + n for c in corner)
    return x[torch.arange(len(x), device=x.device)[:, None, None], :, y[:, :, None], x_[:, None, :]].permute(0, 3, 1, 2)


@torch.no_grad()
def stir(small):                               # [N, 2, 3, h, w] bytes -> [N, 1, h, w]: how much changes between the two frames, and across edges
    out = []
    for some in small.split(256 if small.device.type == 'cpu' else 4096):
        v = some.float().mean(2) / 255
        move = (v[:, 0] - v[:, 1]).abs()
        edge = F.pad(v[:, 0].diff(dim=-1).abs(), (0, 1)) + F.pad(v[:, 0].diff(dim=-2).abs(), (0, 0, 0, 1))
        out.append((move * 3 + edge)[:, None])
    return torch.cat(out)


# ---- learning ----

def doubt(z, most):
    """Errors as a net's latents have them, of each cell and of whole tokens, up to `most` deviations: the decoder learns to lean on the state."""
    size = torch.rand(len(z), 1, 1, 1, device=z.device) ** 2 * most
    coarse = F.interpolate(torch.randn(*z.shape[:2], 3, 3, device=z.device), size=z.shape[-2:], mode='bilinear')
    return size * (torch.randn_like(z) * .7 + coarse)


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


def portrait_loss(codec, state, corner, x):
    """Of crops x that show somebody who talks, of what the painter alone makes of them: else it would sooner learn to cover nothing than to draw."""
    facts = facts_of(state[:, None])
    if codec.portrait is None or not (who := talks(facts).flatten() > .5).any(): return 0.
    lines = [line(SIZE, x.device, c[who], CROP) for c in corner]
    return .5 * loss_of(codec.portrait(state[who], facts[who], *lines)[0].float() * .5 + .5, x[who])


def learn(codec, losses, keep, minutes, rate, adam=1e-3, frozen=(), only=''):
    """Steps on `losses`, which gives (loss, decoded, wanted) without end, for so many minutes. `frozen`: beginnings of names that stay as they are, `only`: of those that learn; `keep` writes what was learned."""
    codec.train()
    for n, p in codec.named_parameters(): p.requires_grad = n.startswith(only) and not n.startswith(frozen)
    # The linear path and the layers that touch pixels take small Adam steps: orthogonal ones would keep shaking the picture.
    pixels = ('paint.2.weight', 'portrait.last.0.weight', f'decoder.{len(codec.decoder) - 2}.weight', f'encoder.{len(codec.encoder) - 1}.weight', 'project.weight')
    learned = [(n, p) for n, p in codec.named_parameters() if p.requires_grad]
    hidden = [p for n, p in learned if p.dim() == 4 and p.shape[0] <= 4 * p.shape[1] and n not in pixels]
    ids, run, start, saved = {id(p) for p in hidden}, 0., time.time(), time.time()
    opt = Muon(hidden, [p for _, p in learned if id(p) not in ids], rate, adam)
    for step, (loss, y, x) in enumerate(losses, 1):
        if (gone := (time.time() - start) / 60 / minutes) >= 1: break
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([p for _, p in learned], 1.)
        opt.step(min(1, step / 50) * max(.02, .5 + .5 * math.cos(math.pi * gone)))
        run += loss.item()
        if step % 50 == 0:
            print(f'{step} {time.time() - start:.0f} s loss {run / 50:.4f} psnr {-10 * math.log10(((y - x) ** 2).mean().item()):.2f} {step / (time.time() - start):.2f} steps/s', flush=True)
            run = 0.
        if time.time() - saved > 120:
            keep()
            saved = time.time()
    keep()


def train(args):
    device, families, made = machine.device(), args.families.split(','), os.path.exists(args.out)
    start = time.time()
    small, large, states = frames(families, args.clips, 3, device)
    print(f'{len(small)} pairs of frames in {time.time() - start:.0f} s', flush=True)
    codec, _, std = load(args.out, device) if made else (fresh(small, families), None, torch.ones(CHANNELS, device=device))
    learn(codec, crop_losses(codec, small, large, states, args.batch, args.noise, std[:, None, None]), lambda: save(codec, args.out, small, families), args.minutes, args.rate)


def fresh(small, families):
    """A codec on the device of `small` that begins with the principal components of some of it."""
    talk = 'talk' in families
    codec = Codec(CodecConfig(portrait=portraits.WIDTH * talk)).to(small.device)
    if talk: codec.load_state_dict({**codec.state_dict(), **portraits.kept()})
    codec.start_linear(small[torch.randint(0, len(small), (400,), device=small.device)].float() / 255)
    return codec.to(memory_format=torch.channels_last)


def crop_losses(codec, small, large, states, batch, noise, spread=1.):
    """Of encoder and decoder, without end: (loss, decoded, wanted)."""
    for a, b, state, corner in crops(small, large, states, batch):
        with machine.autocast(a.device):
            z = codec.encode(a).float()
            y = codec.decode(z + spread * doubt(z, noise), state, corner).float()
            face = portrait_loss(codec, state, corner, b)
        yield loss_of(y, b) + face + 1e-3 * (z ** 2).mean(), y, b


@torch.no_grad()
def save(codec, path, small, families):
    """With the latents' mean and deviation by channel."""
    z = torch.cat([codec.encode(p.float() / 255) for p in small[torch.randint(0, len(small), (512,), device=small.device)].split(64)])
    write(path, dict(config=asdict(codec.config), weights=codec.state_dict(), mean=z.mean((0, 2, 3)), std=z.std((0, 2, 3)), families=families))


def write(path, checkpoint):
    torch.save(dict(checkpoint, attributes=ATTRIBUTES), path + '.part')
    os.replace(path + '.part', path)


@torch.no_grad()
def measure(path, families, clips=24):
    """PSNR (dB) and the share of edge strength kept, by family, on seeds that training does not use."""
    codec, out = load(path)[0], {}
    for name in families:
        torch.manual_seed(7_000_001)
        err, kept, ref, pairs = 0., 0., 0., list(zip(*(x.split(16) for x in frames([name], clips, 4, 'cpu'))))
        for small, large, state in pairs:
            large, y = large.float() / 255, codec.decode(codec.encode(small.float() / 255), state).clamp(0, 1)
            err += ((y - large) ** 2).mean().item() / len(pairs)
            kept += sum((g.abs() * (h.abs() > .08)).sum().item() for g, h in zip(edges(y), edges(large)))
            ref += sum((h.abs() * (h.abs() > .08)).sum().item() for h in edges(large))
        out[name] = dict(psnr=round(-10 * math.log10(err), 2), edge_strength=round(kept / ref, 3))
        print(name, out[name], flush=True)
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--minutes', type=float, default=15, help='of learning; rendering its frames comes on top')
    p.add_argument('--families', default='balls,water,thunder')
    p.add_argument('--rate', type=float, default=.01)
    p.add_argument('--clips', type=int, default=1024, help='whose frames are learned from')
    p.add_argument('--batch', type=int, default=16)
    p.add_argument('--noise', type=float, default=.7, help='most deviations by which latents are wrong')
    p.add_argument('--out', default='runs/codec.pt')
    p.add_argument('--measure')
    args = p.parse_args()
    machine.prepare()
    if args.measure: measure(args.measure, args.families.split(','))
    else:
        os.makedirs(os.path.dirname(args.out) or '.', exist_ok=True)
        train(args)


if __name__ == '__main__': main()
