"""Attributes read back from films by two small classifiers (picture, sound) trained on the simulator.

    readers = load(FAMILIES)               # those in readers.pt, if they were made for these families in today's world; else trains some, for half an hour of a core
    p = readers.read(videos, waves)        # Reading: log-probabilities of every attribute's values, features

    python -m models.kinora.measures.attributes        # makes readers.pt anew: 83 minutes of a CPU's core
"""
import argparse
import os
import time
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

from .. import machine, world
from ..mel import MELS, log_mel
from ..world.clip import ATTRIBUTES, FAMILIES, STYLES

SHOWN = [1, 7, 13, 18, 24, 30]             # frames that the picture's reader sees, at 64 × 64
SIDE = 64
SEEN = ['family', 'colour', 'material', 'ground', 'place', 'time', 'style', 'camera', 'outcome', 'count', 'person', 'hair', 'cut', 'skin', 'glasses', 'beard']
HEARD = ['family', 'material', 'ground', 'outcome', 'person']
RECIPE = dict(version=6, clips=6144, batch=64, epochs=10, lr=3e-3, seed=77)
LONG = {**RECIPE, 'clips': 24576, 'batch': 128, 'epochs': 16}                  # of those that are kept
KEPT = os.path.join(os.path.dirname(__file__), 'readers.pt')


def pictures(frames):                      # [B, K, 3, H, W] in 0…1 -> [B, K·3, SIDE, SIDE]
    return F.interpolate(frames.flatten(0, 1), size=(SIDE, SIDE), mode='area').reshape(len(frames), -1, SIDE, SIDE)


def block(i, o, s): return nn.Sequential(nn.Conv2d(i, o, 3, s, 1), nn.BatchNorm2d(o), nn.ReLU())


def heads(features, names): return nn.ModuleDict({n: nn.Linear(features, len(ATTRIBUTES[n])) for n in names})


class Eye(nn.Module):
    """Each frame beside its difference from the frames' median, where the object stands out, through shared convolutions; and all frames at once, for
    what only their order tells. The strongest answer anywhere counts."""

    def __init__(self, features=128):
        super().__init__()
        self.each = nn.Sequential(block(6, 24, 2), block(24, 48, 2), block(48, 64, 1), block(64, 96, 2), block(96, 96, 1))
        self.all = nn.Sequential(block(3 * len(SHOWN), 32, 2), block(32, 48, 2), block(48, 64, 2))
        self.features = nn.Sequential(nn.Dropout(.1), nn.Linear(96 * 5 + 64 * 16, features), nn.ReLU())
        self.heads = heads(features, SEEN)

    def forward(self, x):                  # [B, K·3, SIDE, SIDE]
        frames = x.unflatten(1, (-1, 3))
        each = frames[:, ::2]
        apart = (each - frames.median(1, keepdim=True).values) * 3
        f = self.each(torch.cat([each, apart], 2).flatten(0, 1)).unflatten(0, each.shape[:2])
        peak = f.amax((1, 3, 4))
        thirds = f.mean(1)                                                # where things lie, in height: sky, horizon, ground, water
        f = torch.cat([peak, F.adaptive_avg_pool2d(thirds, (4, 1)).flatten(1), F.adaptive_max_pool2d(self.all(x), 4).flatten(1)], 1)
        f = self.features(f)
        return f, {n: h(f) for n, h in self.heads.items()}


class Ear(nn.Module):
    def __init__(self, features=128):
        super().__init__()
        self.body = nn.Sequential(block(1, 20, 2), block(20, 40, 2), block(40, 48, 1), block(48, 64, 2), block(64, 64, 1))
        self.features = nn.Sequential(nn.AdaptiveMaxPool2d((4, 8)), nn.Flatten(), nn.Dropout(.1), nn.Linear(64 * 32, features), nn.ReLU())
        self.heads = heads(features, HEARD)

    def forward(self, m):                  # [B, 1, mel frames, MELS]
        f = self.features(self.body(m))
        return f, {n: h(f) for n, h in self.heads.items()}


@dataclass
class Reading:
    seen: dict                             # attribute -> [B, values] log-probabilities from the picture
    heard: dict                            # and from the sound
    picture: torch.Tensor                  # [B, 128] features
    sound: torch.Tensor


class Readers(nn.Module):
    def __init__(self):
        super().__init__()
        self.eye, self.ear = Eye(), Ear()

    @torch.no_grad()
    def read(self, videos, waves):
        """videos [B, T, 3, H, W] bytes, waves [B, SAMPLES]."""
        self.eval()
        parts = [self.look(pictures(v[:, SHOWN].float() / 255), log_mel(w)) for v, w in zip(videos.split(32), waves.split(32))]
        join = lambda k, d: {n: torch.cat([p[k][n] for p in parts]).log_softmax(1) for n in d}
        return Reading(join(1, SEEN), join(3, HEARD), torch.cat([p[0] for p in parts]), torch.cat([p[2] for p in parts]))

    def look(self, x, mel): return (*self.eye(x), *self.ear(mel[:, None]))


def targets(attributes):
    """[B, attributes] -> name -> [B]; −100 where there is nothing to read: absent, a colour in a film without colours, or one of two balls."""
    t = {n: torch.where(attributes[:, i] < 0, torch.full_like(attributes[:, i], -100), attributes[:, i]) for i, n in enumerate(ATTRIBUTES)}
    t['colour'] = torch.where(t['style'] == STYLES.index('noir'), torch.full_like(t['colour'], -100), t['colour'])
    two = t['count'] == ATTRIBUTES['count'].index('two')
    for n in ('colour', 'material'): t[n] = torch.where(two, torch.full_like(t[n], -100), t[n])
    return t


def gather(families, clips, chunk=64, device='cpu'):
    """Simulated films in the form that the readers see -> pictures (bytes), log-mels, attributes. All combinations: held-out ones too must be told apart."""
    x, m, a = [], [], []
    shown = torch.tensor(SHOWN, device=device)[None].expand(chunk, -1)
    for i in range(clips // chunk):
        c = world.make(families[i % len(families)], chunk, device, frames=shown, split='test')
        x.append((pictures(c.video) * 255).byte())
        m.append(log_mel(c.wave))
        a.append(c.attributes)
    return torch.cat(x), torch.cat(m), torch.cat(a)


def roughen(x, m):
    """A codec softens edges and a vocoder blurs bands: some of that in training, so that the readers judge content and not finish."""
    x = x.float() / 255
    soft = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode='replicate'), 3, 1)
    some = lambda draw, *shape: draw(len(x), *shape, device=x.device)
    k = some(torch.rand, 1, 1, 1) * (some(torch.rand, 1, 1, 1) < .6)
    x = x + k * (soft - x) + torch.randn_like(x) * .03 * some(torch.rand, 1, 1, 1)
    m = m + torch.randn_like(m) * .25 * some(torch.rand, 1, 1) + .2 * some(torch.randn, 1, 1) + .15 * some(torch.randn, 1, MELS)
    return x.clamp(0, 1), m


def train(families, path, recipe=RECIPE):
    torch.manual_seed(recipe['seed'])
    start, device = time.time(), machine.device()
    x, m, a = gather(families, recipe['clips'], 64 if device == 'cpu' else 128, device)
    print(f'{len(x)} films, {time.time() - start:.0f} s', flush=True)
    t = targets(a)
    net, n, B = Readers().to(device, memory_format=torch.channels_last), len(x), recipe['batch']
    opt = torch.optim.AdamW(net.parameters(), lr=recipe['lr'], weight_decay=.01)
    steps = recipe['epochs'] * (n // B)
    schedule = torch.optim.lr_scheduler.OneCycleLR(opt, recipe['lr'], steps)
    net.train()
    for step in range(steps):
        if step % (n // B) == 0: order = torch.randperm(n, device=device)
        at = order[(step % (n // B)) * B:][:B]
        with machine.autocast(device): _, seen, _, heard = net.look(*roughen(x[at], m[at]))
        loss = sum(F.cross_entropy(y.float(), t[k][at], ignore_index=-100) for part in (seen, heard) for k, y in part.items() if (t[k][at] >= 0).any())
        opt.zero_grad()
        loss.backward()
        opt.step()
        schedule.step()
        if (step + 1) % 200 == 0: print(f'classifier {step + 1}/{steps} loss {loss.item():.2f} {time.time() - start:.0f} s', flush=True)
    os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
    net = net.cpu().to(memory_format=torch.contiguous_format)
    torch.save(dict(weights={k: v.half() if v.is_floating_point() else v for k, v in net.state_dict().items()}, recipe=recipe, attributes=ATTRIBUTES, families=list(families), seconds=round(time.time() - start)), path)
    return net


def load(families, path='runs/classifier.pt'):
    """The readers for these families: those that are kept, or trained where these were made by another recipe, of other families or for another world."""
    for file, recipe in ((KEPT, LONG), (path, RECIPE)):
        if not os.path.exists(file): continue
        k = torch.load(file, map_location='cpu')
        if k['recipe'] == recipe and set(families) <= set(k['families']) and k.get('attributes') == ATTRIBUTES:
            net = Readers()
            net.load_state_dict(k['weights'])
            return net.eval()
    return train(families, path).eval()


# ---- what is read from a set of films ----

def accuracy(log_probabilities, rows, mentioned, names):
    """Share of films in which each attribute that the caption mentions is read back -> name -> (share, films)."""
    t, out = targets(torch.tensor(rows)), {}
    for n in names:
        use = torch.tensor([n in m for m in mentioned]) & (t[n] >= 0)
        if use.any(): out[n] = (float((log_probabilities[n].argmax(1) == t[n])[use].float().mean()), int(use.sum()))
    return out


def fit(reading, rows, mentioned):
    """[films, captions]: log-probability that film i is what caption j mentions."""
    t = targets(torch.tensor(rows))
    total = torch.zeros(len(rows), len(rows))
    for part, names in ((reading.seen, SEEN), (reading.heard, HEARD)):
        for n in names:
            use = torch.tensor([n in m for m in mentioned]) & (t[n] >= 0)
            total += part[n].clamp(min=-8)[:, t[n].clamp(min=0)] * use.float()[None]
    return total


def swap_accuracy(reading, rows, mentioned):
    """Share of pairs of films of one family whose captions, swapped, fit worse: chance is one half."""
    s, right, count = fit(reading, rows, mentioned), 0., 0
    same = lambda i, j: rows[i][0] == rows[j][0] and rows[i] != rows[j]
    for i in range(len(rows)):
        for j in range(i):
            if not same(i, j): continue
            margin = float(s[i, i] + s[j, j] - s[i, j] - s[j, i])
            right, count = right + (margin > 0) + .5 * (margin == 0), count + 1
    return right / max(1, count), count


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--out', default=KEPT)
    p.add_argument('--families', default=','.join(FAMILIES))
    p.add_argument('--clips', type=int, default=LONG['clips'])
    args = p.parse_args()
    machine.prepare()
    train(args.families.split(','), args.out, {**LONG, 'clips': args.clips})


if __name__ == '__main__': main()
