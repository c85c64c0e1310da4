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
import itertools
import multiprocessing
import os
import random
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field

import numpy as np
import torch
import torch.nn.functional as F

from . import codec as codecs, films, grow, machine, net as nets
from .muon import Muon
from .codec import CHANNELS
from .net import LATENT_FRAMES, NAMES, Net, NetConfig, SHAPES, encode_text, patch, sound_patch, state_time, unpatch
from .restore import take
from .world import caption
from .mel import FRAMES as MEL_FRAMES, MELS
from .world.clip import ATTRIBUTES, SPEECH, STATE_DIM, STATE_TOKENS


@dataclass
class TrainConfig:
    net: NetConfig = field(default_factory=NetConfig)
    batch: int = 24
    ring: int = 16384                      # clips kept
    first: int = 1024                      # clips simulated before the first step
    reuse: int = 4                         # times a clip is drawn, on average
    plans: int = 48                        # scenes without pictures a step, where there are some: the state alone is learned from them
    drawn: int = 6                         # latent frames of a clip that a step draws
    captions: int = 96                     # captions without films a step, of which only what they mention is learned: where batches are small, words are rare
    text_steps: int = 700                  # steps that the text encoder learns alone, on captions
    muon: float = .02
    adam: float = 1e-3
    ema: float = .999
    weights: dict = field(default_factory=lambda: dict(video=1., sound=1., state=3., glance=.7, text=.1, words=.1, plan=1.5))
    t_mean: float = -.8                    # t = sigmoid(N(t_mean, t_std)): most draws where layout is decided
    t_std: float = 1.1
    early: float = .25                     # share of the draws with t in 0…0.15: the means over a window settle places and styles there, by the words alone
    cap: float = .4                        # v-loss weight 1/(1−t)² is capped at 1/cap²
    state_cap: float = .2                  # for the state, whose last digits are an object's path


CONFIGS = dict(
    s=lambda: TrainConfig(),
    s_nostate=lambda: TrainConfig(net=NetConfig(state=False)),            # the ablation
    gpu=lambda: TrainConfig(batch=320, plans=640, captions=0, text_steps=600, adam=1.5e-3),       # the same net, in minutes (chain.py)
    m=lambda: TrainConfig(captions=0, net=NetConfig(d=384, layers=12, heads=6), batch=256, ring=65536, first=4096),
    toy=lambda: TrainConfig(captions=4, net=NetConfig(d=64, layers=2, heads=4, text_d=32, text_layers=1, cell=8, draw=8, ring=8, voice=8, words=8), batch=4, ring=128, first=8, text_steps=4))


class Ring:
    """Encoded films on the device: latents, mel, state, and captions of their attributes. Old ones are overwritten."""

    def __init__(self, size, codec, families, device, writer=None):
        (self.codec, self.mean, self.std), self.size, self.device, self.writer = codec, size, device, writer or Writer()
        self.names, self.shares = list(families), torch.tensor([films.SHARES[f] for f in families])
        half = lambda *shape: torch.zeros(size, *shape, dtype=torch.half, device=device)
        self.video, self.sound, self.state = half(*SHAPES['video']), half(*SHAPES['sound']), half(STATE_TOKENS, STATE_DIM)
        self.speech = half(MEL_FRAMES, SPEECH)
        self.rows, self.words, self.made, self.at = torch.zeros(size, len(ATTRIBUTES), dtype=torch.int16), Words(size, device), 0, 0
        self.chances = None                # [films]; none: all alike
        self.plans = None                  # state [N, STATE_TOKENS, STATE_DIM], speech [N, MEL_FRAMES, SPEECH] and Words of scenes that were simulated but not drawn

    def weigh(self, weights):              # {family: weight}, 1 for the others: a family's share of what is drawn, however many films it has
        family = self.rows[:min(self.made, self.size), 0].long()
        by = torch.tensor([float(weights.get(f, 1)) for f in ATTRIBUTES['family']]) / torch.bincount(family, minlength=len(ATTRIBUTES['family'])).clamp(min=1)
        self.chances = by[family]

    def pick(self): return self.names[int(torch.multinomial(self.shares, 1))]

    def simulate(self, count=films.CHUNK): self.add(films.shard(self.pick(), self.device, count))

    def shards(self, folder): return films.shards(folder, self.names)[:self.size // films.CHUNK]

    def read(self, folder):
        """All shards of the ring's families, as many as it holds. What was encoded is kept beside them, for the next run with the same encoder and shards."""
        paths = self.shards(folder)
        key = hashlib.sha256('\n'.join(map(os.path.basename, paths)).encode())
        for name, w in self.codec.state_dict().items():
            if name.startswith(('project', 'encoder')): key.update(w.cpu().contiguous().numpy().tobytes())
        kept, names = f'{folder}/encoded-{key.hexdigest()[:12]}', ('video', 'sound', 'state', 'speech', 'rows')
        if os.path.exists(kept):
            k = torch.load(kept, map_location=self.device)
            self.made = len(k['video'])
            self.at = self.made % self.size
            for name in names: getattr(self, name)[:self.made] = k[name]
            self.words.put(torch.arange(self.made), self.writer(self.rows[:self.made]))
            return
        for path in paths: self.add(torch.load(path))
        torch.save({name: getattr(self, name)[:self.made].clone() for name in names}, part := f'{kept}.{machine.place()}')
        os.replace(part, kept)

    def read_plans(self, folder): self.plan([torch.load(p) for p in films.shards(folder, self.names)])

    def plan(self, parts):
        if not parts: return
        states, speech, rows = (torch.cat([p[n] for p in parts]) for n in ('state', 'speech', 'attributes'))
        words = Words(len(rows), self.device)
        words.put(torch.arange(len(rows)), self.writer(rows))
        self.plans = states.to(self.device), speech.to(self.device), words

    @torch.no_grad()
    def add(self, shard):
        z, count = [], len(shard['mel'])
        for v in shard['video'].flatten(0, 1).unflatten(0, (-1, 2)).split(64 if self.device == 'cpu' else 4096):
            with machine.autocast(self.device): z.append(self.codec.encode(v.to(self.device).float() / 255).float())
        z = (torch.cat(z).unflatten(0, (count, -1)) - self.mean[:, None, None]) / self.std[:, None, None]
        at = (torch.arange(count) + self.at) % self.size
        d = at.to(self.device)
        self.video[d], self.sound[d], self.state[d] = patch(z).half(), sound_patch(shard['mel']).to(self.device), shard['state'].to(self.device)
        self.speech[d] = shard['speech'].to(self.device)
        self.rows[at] = shard['attributes'].cpu()
        self.words.put(at, self.writer(self.rows[at]))
        self.at, self.made = (self.at + count) % self.size, self.made + count

    def draw(self, batch, drop=.1):
        """-> clean tokens by name, speech [batch, MEL_FRAMES, SPEECH], captions [batch, TEXT_BYTES] and what they mention [batch, attributes]."""
        d = torch.randint(0, min(self.made, self.size), (batch,), device=self.device) if self.chances is None else torch.multinomial(self.chances, batch, replacement=True).to(self.device)
        return dict(video=self.video[d].float(), sound=self.sound[d].float(), state=self.state[d].float()), self.speech[d].float(), *self.words.draw(d, drop)

    def draw_words(self, count):           # captions, and what they mention
        return self.words.draw(torch.randint(0, min(self.made, self.size), (count,), device=self.device), 0.)

    def draw_plans(self, batch):
        d = torch.randint(0, len(self.plans[0]), (batch,), device=self.device)
        return self.plans[0][d].float(), self.plans[1][d].float(), *self.plans[2].draw(d, .1)


TEXT_BYTES, WAYS = NetConfig.text_bytes, 8  # of a caption; captions kept of a film


class Words:
    """Captions on the device, `WAYS` of each film: bytes, and the class of every attribute that they mention (the class "not mentioned" last)."""

    def __init__(self, size, device):
        self.ids, self.said = torch.zeros(size, WAYS, TEXT_BYTES, dtype=torch.uint8, device=device), torch.zeros(size, WAYS, len(ATTRIBUTES), dtype=torch.int16, device=device)

    def put(self, at, written):
        at = at.to(self.ids.device)
        self.ids[at], self.said[at] = (w.to(self.ids.device) for w in written)

    def draw(self, films, drop):
        """films [B] -> ids [B, TEXT_BYTES], targets [B, attributes]; both empty (0, −100) for a share of `drop`."""
        way = torch.randint(0, WAYS, films.shape, device=films.device)
        ids, said, dropped = self.ids[films, way].int(), self.said[films, way].long(), (torch.rand(len(films), device=films.device) < drop)[:, None]
        return ids.masked_fill(dropped, 0), said.masked_fill(dropped, -100)


def write_some(rows, seed):
    rng, ids, said, sizes = random.Random(seed), [], [], [len(v) for v in ATTRIBUTES.values()]
    for row in rows:
        for _ in range(WAYS):
            text, mentioned = caption.write(row, rng)
            ids.append(encode_text(text, TEXT_BYTES))
            said.append([i if n in mentioned and i >= 0 else size for n, i, size in zip(ATTRIBUTES, row, sizes)])
    return np.array(ids, np.uint8).reshape(len(rows), WAYS, -1), np.array(said, np.int16).reshape(len(rows), WAYS, -1)


class Writer:
    """Captions for attribute rows [n, attributes] -> (bytes, attributes mentioned), on as many processes as there are cores where there are many."""

    def __init__(self, workers=0):
        self.pool = ProcessPoolExecutor(workers, multiprocessing.get_context('spawn')) if workers > 1 else None
        self.seed = itertools.count(random.randrange(2 ** 40))

    def __call__(self, rows):
        parts = [p.tolist() for p in rows.split(256)]
        done = list((self.pool.map if self.pool else map)(write_some, parts, [next(self.seed) for _ in parts]))
        return tuple(torch.from_numpy(np.concatenate(d)) for d in zip(*done))


def text_loss(guess, targets):
    return sum(F.cross_entropy(g.float(), targets[:, i], ignore_index=-100, reduction='sum') for i, g in enumerate(guess)) / (targets[:, 0] >= 0).sum().clamp(min=1)


def caption_loss(net, ring, count):        # of what `count` captions mention
    ids, targets = ring.draw_words(count)
    with machine.autocast(ring.device): return text_loss(net.text.heed(net.text.read(ids))[1], targets)


def draw_masks(B, device):
    """Which tokens are given clean: nothing (most), the first half of the window (long films), all state, all picture, or all sound."""
    u = torch.rand(B, device=device)
    half = lambda n: (torch.arange(n, device=device) < n // 2)[None, :, None]
    history, out = (u < .24)[:, None, None], {}
    for name, low, high in (('state', .24, .36), ('video', .36, .39), ('sound', .39, .41)):
        whole = ((u >= low) & (u < high))[:, None, None]
        out[name] = ((history & half(SHAPES[name][0])) | whole.expand(-1, SHAPES[name][0], -1)).float()
    return out


def motion_weight(video):
    """[B, VIDEO_TOKENS, VIDEO_DIM], mean 1 a clip: cells that differ from what is usually there count up to four times as much as a still background."""
    z = unpatch(video)                                                                           # [B, LATENT_FRAMES, C, GRID, GRID]
    moved = (z - z.mean(1, keepdim=True)).pow(2).mean(2, keepdim=True)
    w = 1 + 3 * (moved / .5).clamp(max=1)
    return patch((w / w.mean((1, 2, 3, 4), keepdim=True)).expand(-1, -1, CHANNELS, -1, -1))


def speech_weight(speech):
    """[B, MEL_FRAMES, SPEECH] -> [B, SOUND_TOKENS, SOUND_DIM]: frames in which somebody speaks count three times as much: ears forgive noise sooner than vowels."""
    spoken = (speech[..., :3].amax(-1, keepdim=True) > .05).float()
    return sound_patch((1 + 2 * spoken).expand(-1, -1, MELS))


def times(B, c, device):
    t = torch.sigmoid(torch.randn(B, device=device) * c.t_std + c.t_mean).clamp(max=.995)
    return torch.where(torch.rand(B, device=device) < c.early, torch.rand(B, device=device) * .15, t)


def losses(net, clean, speech, ids, targets, frames, c):
    """-> dict of losses for one batch with fresh noise, times and masks; of the picture, of those latent `frames` alone."""
    B, device = ids.shape[0], ids.device
    t, masks, noisy, weight = times(B, c, device), draw_masks(B, device), {}, {}
    for n in NAMES:
        tn = (state_time(t) if n == 'state' else t)[:, None, None]
        x = tn * clean[n] + (1 - tn) * torch.randn_like(clean[n])
        noisy[n] = torch.where(masks[n] > 0, clean[n], x)
        weight[n] = (1 - masks[n]) / (1 - tn).clamp(min=c.state_cap if n == 'state' else c.cap) ** 2
    weight['video'], weight['sound'] = weight['video'] * motion_weight(clean['video']), weight['sound'] * speech_weight(speech)
    with machine.autocast(device):
        text, guess = net.text.heed(net.text.read(ids))
        out = net(*(noisy[n] for n in NAMES), masks, text, t, frames, speech=speech)
    cut = lambda n, x: unpatch(x)[:, frames] if n == 'video' else x
    result = {n: (cut(n, weight[n]) * (y.float() - cut(n, clean[n])) ** 2).mean() for n, y in zip(NAMES, out)}
    result['glance'] = (weight['state'] * (out[3].float() - clean['state']) ** 2).mean()
    if not c.net.state: result['state'], result['glance'] = result['state'] * 0, result['glance'] * 0
    result['text'] = text_loss(guess, targets)
    return result


def plan_loss(net, clean, speech, ids, c):
    """Of the world state alone, clean [B, STATE_TOKENS, STATE_DIM], speech [B, MEL_FRAMES, SPEECH]."""
    B, device = ids.shape[0], ids.device
    t, mask = times(B, c, device), draw_masks(B, device)['state']
    mask = mask * (mask.mean((1, 2), keepdim=True) < 1)                                          # a scene that is wholly known teaches nothing
    ts = state_time(t)[:, None, None]
    noisy = torch.where(mask > 0, clean, ts * clean + (1 - ts) * torch.randn_like(clean))
    weight = (1 - mask) / (1 - ts).clamp(min=c.state_cap) ** 2
    with machine.autocast(device): _, _, state, glance = net(None, None, noisy, dict(state=mask), net.text(ids), t, speech=speech)
    return sum(k * (weight * (y.float() - clean) ** 2).mean() for k, y in ((1., state), (.33, glance)))


class Run:
    """Everything that a checkpoint holds."""

    def __init__(self, c, device):
        self.c, self.net = c, Net(c.net).to(device)
        if c.net.literal: self.net.literal.requires_grad_(False)                         # is taught apart (literal.py)
        machine.alike(self.net)
        self.ema = copy.deepcopy(self.net)
        hidden = [p for n, p in self.net.named_parameters() if n.startswith(('blocks.', 'draw.body', 'draw.first', 'sing.first', 'sing.body', 'voice.first', 'voice.body', 'voice.more')) and p.dim() > 1 and n.endswith('weight')]
        ids = {id(p) for p in hidden}
        self.opt = Muon(hidden, [p for p in self.net.parameters() if id(p) not in ids and p.requires_grad], c.muon, c.adam)
        self.step, self.minutes, self.log = 0, 0., []

    def start(self, net):
        """Inherits a net's weights where they fit."""
        take(self.net, net.state_dict())
        grow.wake(self.net)
        machine.alike(self.net)
        self.ema.load_state_dict(self.net.state_dict())

    def save(self, folder, families):
        if machine.place(): return
        os.makedirs(folder, exist_ok=True)
        common = dict(config=asdict(self.c), attributes=ATTRIBUTES, families=families, step=self.step, minutes=self.minutes, log=self.log)
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
        a, b = list(self.ema.parameters()), list(self.net.parameters())
        torch._foreach_mul_(a, keep)
        torch._foreach_add_(a, b, alpha=1 - keep)


def learn_text(run, rings, steps, rate=1.5e-3):
    """The text encoder first learns alone to tell what a caption mentions: captions cost nothing."""
    encoder, c = run.net.text, run.c
    opt = torch.optim.AdamW(encoder.parameters(), lr=rate, betas=(.9, .98), weight_decay=.01)
    start, total = time.time(), 0.
    for step in range(steps):
        for g in opt.param_groups: g['lr'] = rate * min(1, (step + 1) / 50) * max(.1, 1 - step / steps)
        loss = sum(caption_loss(run.net, r, max(96, c.batch) // len(rings)) for r in rings) / len(rings)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        machine.share(encoder.parameters())
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.)
        opt.step()
        total += loss.detach()
        if (step + 1) % 50 == 0:
            print(f'text {step + 1} {time.time() - start:.0f} s loss {float(total) / 50:.3f}', flush=True)
            total = 0.
    run.ema.load_state_dict(run.net.state_dict())


def fit(run, ring, minutes, out, rate=1., more=lambda step: None):
    """Steps until `run` has learned for `minutes` in all; keeps checkpoints in `out`. `more` is called before every step: it may simulate."""
    c, before, start, mark, sums, saved = run.c, run.minutes, time.time(), time.time(), {}, time.time()
    learn = torch.compile(losses) if machine.compiles(ring.device) else losses
    learn_plans = torch.compile(plan_loss) if machine.compiles(ring.device) else plan_loss
    while (gone := run.minutes / minutes) < 1:
        more(run.step)
        clean, speech, ids, targets = ring.draw(c.batch)
        parts = learn(run.net, clean, speech, ids, targets, torch.randperm(LATENT_FRAMES, device=ring.device)[:c.drawn], c)
        if ring.plans and c.net.state and run.step % 2:
            state, speech, ids, _ = ring.draw_plans(c.plans)
            parts['plan'] = learn_plans(run.net, state, speech, ids, c) * 2                              # every second step counts for two
        if c.captions: parts['words'] = caption_loss(run.net, ring, c.captions)
        loss = sum(c.weights[k] * v for k, v in parts.items())
        run.opt.zero_grad()
        loss.backward()
        run.minutes, = machine.share(run.net.parameters(), before + (time.time() - start) / 60)
        torch.nn.utils.clip_grad_norm_(run.net.parameters(), 1.)
        run.opt.step(rate * min(1, (run.step + 1) / 30) * max(.03, 1 - max(0, (gone - .5) / .5)))
        run.step += 1
        run.average()
        for k, v in parts.items(): sums[k] = sums.get(k, 0.) + v.detach() / 100
        if run.step % 100 == 0:
            sums = {k: float(v) for k, v in sums.items()}
            per = 100 * machine.crowd() * c.batch / (time.time() - mark)
            run.log.append(dict(step=run.step, minutes=round(run.minutes, 2), **{k: round(v, 4) for k, v in sums.items()}))
            print(f'{run.step} {run.minutes:.1f} min ' + ' '.join(f'{k} {v:.3f}' for k, v in sums.items()) + f' {per:.1f} clips/s, {ring.made} made', flush=True)
            mark, sums = time.time(), {}
        if time.time() - saved > 120:
            run.save(out, ring.names)
            saved = time.time()
    run.save(out, ring.names)


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
    elif args.start: run.start(nets.load(args.start)[0])
    else: learn_text(run, [ring], c.text_steps)
    first = run.step

    def more(step):                        # keeps the simulator ahead of the steps
        while not kept and ring.made * c.reuse < (step - first) * c.batch + c.first: ring.simulate()
    fit(run, ring, args.minutes, args.out, args.rate, more)


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
    torch.manual_seed(args.seed + machine.place())
    random.seed(args.seed + machine.place())
    train(args)


if __name__ == '__main__': main()
