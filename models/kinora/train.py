"""Trains the net on the simulator's films.

    python -m models.kinora.train --config s --minutes 90 --out runs/s          # goes on from runs/s/last.pt when it exists
    python -m models.kinora.train --config s --minutes 90 --start runs/published/ema.pt   # a new run that inherits a net's weights (restore.py)
    python -m models.kinora.train --config toy --minutes 0.2 --out runs/toy     # the whole chain in seconds

Films come from `--films` (films.py) where that folder exists, else from the simulator as it runs; either way they are encoded once into a ring on the
device and drawn several times with fresh noise, times and captions. The same file runs on a CPU and on one GPU. `--minutes` is the whole
budget over all resumptions: the learning rate falls over its second half.
"""
import argparse
import copy
import hashlib
import os
import random
import time
from dataclasses import asdict, dataclass, field

import torch
import torch.nn.functional as F

from . import codec as codecs, films, machine
from .muon import Muon
from .codec import CHANNELS
from .net import LATENT_FRAMES, NAMES, Net, NetConfig, SHAPES, encode_text, patch, sound_patch, state_time, unpatch
from .restore import take
from .world import caption
from .world.clip import ATTRIBUTES, STATE_DIM, STATE_TOKENS


@dataclass
class TrainConfig:
    net: NetConfig = field(default_factory=NetConfig)
    batch: int = 24
    ring: int = 16384                      # clips kept
    first: int = 1024                      # clips simulated before the first step
    reuse: int = 4                         # times a clip is drawn, on average
    plans: int = 48                        # scenes without pictures a step, where there are some: the state alone is learned from them
    drawn: int = 6                         # latent frames of a clip that a step draws
    text_steps: int = 700                  # steps that the text encoder learns alone, on captions
    muon: float = .02
    adam: float = 1e-3
    ema: float = .999
    weights: dict = field(default_factory=lambda: dict(video=1., sound=1., state=3., glance=.7, text=.1, plan=1.5))
    t_mean: float = -.8                    # t = sigmoid(N(t_mean, t_std)): most draws where layout is decided
    t_std: float = 1.1
    early: float = .25                     # share of the draws with t in 0…0.15: the means over a window settle places and styles there, by the words alone
    cap: float = .4                        # v-loss weight 1/(1−t)² is capped at 1/cap²
    state_cap: float = .2                  # for the state, whose last digits are an object's path


CONFIGS = dict(
    s=lambda: TrainConfig(),
    s_nostate=lambda: TrainConfig(net=NetConfig(state=False)),            # the ablation
    m=lambda: TrainConfig(net=NetConfig(d=384, layers=12, heads=6), batch=256, ring=65536, first=4096),
    toy=lambda: TrainConfig(net=NetConfig(d=64, layers=2, heads=4, text_d=32, text_layers=1, cell=8, draw=8, ring=8, words=8), batch=4, ring=128, first=8, text_steps=4))


class Ring:
    """Encoded films on the device: latents, mel, state and attributes. Old ones are overwritten."""

    def __init__(self, size, codec, families, device):
        (self.codec, self.mean, self.std), self.size, self.device = codec, size, device
        self.names, self.shares = list(families), torch.tensor([films.SHARES[f] for f in families])
        half = lambda *shape: torch.zeros(size, *shape, dtype=torch.half, device=device)
        self.video, self.sound, self.state = half(*SHAPES['video']), half(*SHAPES['sound']), half(STATE_TOKENS, STATE_DIM)
        self.rows, self.made, self.at = torch.zeros(size, len(ATTRIBUTES), dtype=torch.int16), 0, 0
        self.plans = None                  # state [N, STATE_TOKENS, STATE_DIM] and attributes [N, …] of scenes that were simulated but not drawn

    def simulate(self): self.add(films.shard(self.names[int(torch.multinomial(self.shares, 1))], self.device))

    def shards(self, folder): return films.shards(folder, self.names)[:self.size // films.CHUNK]

    def read(self, folder):
        """All shards of the ring's families, as many as it holds. What was encoded is kept beside them, for the next run with the same encoder and shards."""
        paths = self.shards(folder)
        key = hashlib.sha256('\n'.join(map(os.path.basename, paths)).encode())
        for name, w in self.codec.state_dict().items():
            if name.startswith(('project', 'encoder')): key.update(w.cpu().contiguous().numpy().tobytes())
        kept = f'{folder}/encoded-{key.hexdigest()[:12]}'
        if os.path.exists(kept):
            k = torch.load(kept, map_location=self.device)
            self.made = len(k['video'])
            self.at = self.made % self.size
            for name in ('video', 'sound', 'state', 'rows'): getattr(self, name)[:self.made] = k[name]
            return
        for path in paths: self.add(torch.load(path))
        torch.save({name: getattr(self, name)[:self.made].clone() for name in ('video', 'sound', 'state', 'rows')}, kept)

    def read_plans(self, folder):
        parts = [torch.load(p) for p in films.shards(folder, self.names)]
        if parts: self.plans = torch.cat([p['state'] for p in parts]).to(self.device), torch.cat([p['attributes'] for p in parts])

    @torch.no_grad()
    def add(self, shard):
        z, count = [], len(shard['mel'])
        for v in shard['video'].flatten(0, 1).unflatten(0, (-1, 2)).split(64):
            with machine.autocast(self.device): z.append(self.codec.encode(v.to(self.device).float() / 255).float())
        z = (torch.cat(z).unflatten(0, (count, -1)) - self.mean[:, None, None]) / self.std[:, None, None]
        at = (torch.arange(count) + self.at) % self.size
        d = at.to(self.device)
        self.video[d], self.sound[d], self.state[d] = patch(z).half(), sound_patch(shard['mel']).to(self.device), shard['state'].to(self.device)
        self.rows[at] = shard['attributes'].cpu()
        self.at, self.made = (self.at + count) % self.size, self.made + count

    def draw(self, batch):
        at = torch.randint(0, min(self.made, self.size), (batch,))
        d = at.to(self.device)
        return dict(video=self.video[d].float(), sound=self.sound[d].float(), state=self.state[d].float()), self.rows[at].tolist()

    def draw_plans(self, batch):
        at = torch.randint(0, len(self.plans[1]), (batch,))
        return self.plans[0][at.to(self.device)].float(), self.plans[1][at].tolist()


def captions(rows, length, device, drop=.1):
    """Fresh captions for attribute rows -> ids [B, length], targets [B, attributes] (the class "not mentioned" last; −100 where the text was dropped)."""
    ids, targets, sizes = [], [], [len(v) for v in ATTRIBUTES.values()]
    for row in rows:
        text, mentioned = caption.write(row)
        if random.random() < drop:
            ids.append([0] * length)
            targets.append([-100] * len(row))
            continue
        ids.append(encode_text(text, length))
        targets.append([i if n in mentioned and i >= 0 else size for n, i, size in zip(ATTRIBUTES, row, sizes)])
    return torch.tensor(ids, device=device), torch.tensor(targets, device=device)


def text_loss(guess, targets):
    return sum(F.cross_entropy(g.float(), targets[:, i], ignore_index=-100) for i, g in enumerate(guess) if (targets[:, i] >= 0).any())


def draw_masks(B, device):
    """Which tokens are given clean: nothing (most), the first half of the window (long films), all state, all picture, or all sound."""
    u = torch.rand(B, device=device)
    half = lambda n: (torch.arange(n, device=device) < n // 2)[None, :, None]
    history, out = (u < .18)[:, None, None], {}
    for name, low, high in (('state', .18, .32), ('video', .32, .35), ('sound', .35, .37)):
        whole = ((u >= low) & (u < high))[:, None, None]
        out[name] = ((history & half(SHAPES[name][0])) | whole.expand(-1, SHAPES[name][0], -1)).float()
    return out


def motion_weight(video):
    """[B, VIDEO_TOKENS, VIDEO_DIM], mean 1 a clip: cells that differ from what is usually there count up to four times as much as a still background."""
    z = unpatch(video)                                                                           # [B, LATENT_FRAMES, C, GRID, GRID]
    moved = (z - z.mean(1, keepdim=True)).pow(2).mean(2, keepdim=True)
    w = 1 + 3 * (moved / .5).clamp(max=1)
    return patch((w / w.mean((1, 2, 3, 4), keepdim=True)).expand(-1, -1, CHANNELS, -1, -1))


def times(B, c, device):
    t = torch.sigmoid(torch.randn(B, device=device) * c.t_std + c.t_mean).clamp(max=.995)
    return torch.where(torch.rand(B, device=device) < c.early, torch.rand(B, device=device) * .15, t)


def losses(net, clean, ids, targets, c):
    """-> dict of losses for one batch with fresh noise, times and masks."""
    B, device = ids.shape[0], ids.device
    t, masks, noisy, weight = times(B, c, device), draw_masks(B, device), {}, {}
    for n in NAMES:
        tn = (state_time(t) if n == 'state' else t)[:, None, None]
        x = tn * clean[n] + (1 - tn) * torch.randn_like(clean[n])
        noisy[n] = torch.where(masks[n] > 0, clean[n], x)
        weight[n] = (1 - masks[n]) / (1 - tn).clamp(min=c.state_cap if n == 'state' else c.cap) ** 2
    weight['video'] = weight['video'] * motion_weight(clean['video'])
    with machine.autocast(device):
        text, guess = net.text.heed(net.text.read(ids))
        frames = torch.randperm(LATENT_FRAMES, device=device)[:c.drawn]
        out = net(*(noisy[n] for n in NAMES), masks, text, t, frames)
    cut = lambda n, x: unpatch(x)[:, frames] if n == 'video' else x
    result = {n: (cut(n, weight[n]) * (y.float() - cut(n, clean[n])) ** 2).mean() for n, y in zip(NAMES, out)}
    result['glance'] = (weight['state'] * (out[3].float() - clean['state']) ** 2).mean()
    if not c.net.state: result['state'], result['glance'] = result['state'] * 0, result['glance'] * 0
    result['text'] = text_loss(guess, targets)
    return result


def plan_loss(net, clean, ids, c):
    """Of the world state alone, clean [B, STATE_TOKENS, STATE_DIM]."""
    B, device = ids.shape[0], ids.device
    t, mask = times(B, c, device), draw_masks(B, device)['state']
    mask = mask * (mask.mean((1, 2), keepdim=True) < 1)                                          # a scene that is wholly known teaches nothing
    ts = state_time(t)[:, None, None]
    noisy = torch.where(mask > 0, clean, ts * clean + (1 - ts) * torch.randn_like(clean))
    weight = (1 - mask) / (1 - ts).clamp(min=c.state_cap) ** 2
    with machine.autocast(device): _, _, state, glance = net(None, None, noisy, dict(state=mask), net.text(ids), t)
    return sum(k * (weight * (y.float() - clean) ** 2).mean() for k, y in ((1., state), (.33, glance)))


class Run:
    """Everything that a checkpoint holds."""

    def __init__(self, c, device):
        self.c, self.net = c, Net(c.net).to(device)
        self.ema = copy.deepcopy(self.net)
        hidden = [p for n, p in self.net.named_parameters() if n.startswith(('blocks.', 'draw.body', 'draw.first', 'sing.first', 'sing.body')) and p.dim() > 1 and n.endswith('weight')]
        ids = {id(p) for p in hidden}
        self.opt = Muon(hidden, [p for p in self.net.parameters() if id(p) not in ids], c.muon, c.adam)
        self.step, self.minutes, self.log = 0, 0., []

    def save(self, folder, families):
        os.makedirs(folder, exist_ok=True)
        common = dict(config=asdict(self.c), families=families, step=self.step, minutes=self.minutes, log=self.log)
        for name, extra in (('ema.pt', dict(weights={k: v.half() for k, v in self.ema.state_dict().items()})),
                            ('last.pt', dict(weights=self.net.state_dict(), ema=self.ema.state_dict(), opt=self.opt.state_dict()))):
            torch.save({**common, **extra}, f'{folder}/{name}.part')
            os.replace(f'{folder}/{name}.part', f'{folder}/{name}')

    def load(self, path, device):
        k = torch.load(path, map_location=device)
        self.net.load_state_dict(k['weights'])
        self.ema.load_state_dict(k['ema'])
        self.opt.load_state_dict(k['opt'])
        self.step, self.minutes, self.log = k['step'], k['minutes'], k['log']

    @torch.no_grad()
    def average(self):
        keep = min(self.c.ema, 1 - 1 / (self.step / 10 + 1))
        for a, b in zip(self.ema.parameters(), self.net.parameters()): a.lerp_(b, 1 - keep)


def learn_text(run, ring, device):
    """The text encoder first learns alone to tell what a caption mentions: captions cost nothing."""
    encoder, c = run.net.text, run.c
    opt = torch.optim.AdamW(encoder.parameters(), lr=1.5e-3, betas=(.9, .98), weight_decay=.01)
    start, total = time.time(), 0.
    for step in range(c.text_steps):
        rows = ring.rows[torch.randint(0, min(ring.made, ring.size), (c.batch * 4,))].tolist()
        ids, targets = captions(rows, c.net.text_bytes, device, drop=0.)
        for g in opt.param_groups: g['lr'] = 1.5e-3 * min(1, (step + 1) / 50) * max(.1, 1 - step / c.text_steps)
        with machine.autocast(device): guess = encoder.heed(encoder.read(ids))[1]
        loss = text_loss(guess, targets)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.)
        opt.step()
        total += loss.item()
        if (step + 1) % 50 == 0:
            print(f'text {step + 1} {time.time() - start:.0f} s loss {total / 50:.3f}', flush=True)
            total = 0.
    run.ema.load_state_dict(run.net.state_dict())


def train(args):
    device, c = machine.device(), CONFIGS[args.config]()
    families, path = args.families.split(','), f'{args.out}/last.pt'
    run, ring = Run(c, device), Ring(c.ring, codecs.load(args.codec, device), families, device)
    kept = os.path.isdir(args.films)
    if kept: ring.read(args.films)
    if os.path.isdir(args.plans): ring.read_plans(args.plans)
    while ring.made < c.first: ring.simulate()
    print(f'{ring.made} films encoded', flush=True)
    if os.path.exists(path): run.load(path, device)
    elif args.start:
        take(run.net, {k: v.float() for k, v in torch.load(args.start, map_location=device)['weights'].items()})
        run.ema.load_state_dict(run.net.state_dict())
    else: learn_text(run, ring, device)
    before, start, mark, sums, first, saved = run.minutes, time.time(), time.time(), {}, run.step, time.time()
    while (gone := run.minutes / args.minutes) < 1:
        while not kept and ring.made * c.reuse < (run.step - first) * c.batch + c.first: ring.simulate()
        clean, rows = ring.draw(c.batch)
        ids, targets = captions(rows, c.net.text_bytes, device)
        parts = losses(run.net, clean, ids, targets, c)
        if ring.plans and c.net.state and run.step % 2:
            state, rows = ring.draw_plans(c.plans)
            parts['plan'] = plan_loss(run.net, state, captions(rows, c.net.text_bytes, device)[0], c) * 2     # every second step counts for two
        loss = sum(c.weights[k] * v for k, v in parts.items())
        run.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(run.net.parameters(), 1.)
        run.opt.step(args.rate * min(1, (run.step + 1) / 30) * max(.03, 1 - max(0, (gone - .5) / .5)))
        run.step += 1
        run.average()
        run.minutes = before + (time.time() - start) / 60
        for k, v in parts.items(): sums[k] = sums.get(k, 0.) + v.item() / 100
        if run.step % 100 == 0:
            rate = 100 * c.batch / (time.time() - mark)
            run.log.append(dict(step=run.step, minutes=round(run.minutes, 2), **{k: round(v, 4) for k, v in sums.items()}))
            print(f'{run.step} {run.minutes:.1f} min ' + ' '.join(f'{k} {v:.3f}' for k, v in sums.items()) + f' {rate:.1f} clips/s, {ring.made} made', flush=True)
            mark, sums = time.time(), {}
        if time.time() - saved > 240:
            run.save(args.out, families)
            saved = time.time()
    run.save(args.out, families)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--config', choices=CONFIGS, default='s')
    p.add_argument('--minutes', type=float, default=90)
    p.add_argument('--families', default='balls,water,thunder')
    p.add_argument('--codec', default='runs/codec.pt')
    p.add_argument('--films', default='runs/films')
    p.add_argument('--plans', default='runs/plans', help='scenes that films.py simulated without drawing them')
    p.add_argument('--start', help='a checkpoint whose weights a new run inherits, where they fit')
    p.add_argument('--out', default='runs/s')
    p.add_argument('--rate', type=float, default=1., help='of the learning rates; less than 1 where a run only refines what it starts from')
    p.add_argument('--seed', type=int, default=0)
    args = p.parse_args()
    machine.prepare()
    torch.manual_seed(args.seed)
    random.seed(args.seed)
    train(args)


if __name__ == '__main__': main()
