"""Teaches a net that leaps new families of scenes, without its teacher and without forgetting those it knows.

    python -m models.kinora.restore                                                  # the published pack -> runs/s/ema.pt, runs/codec.pt
    python -m models.kinora.extend --net runs/s/ema.pt --families talk --minutes 70 12 --out runs/wide      # goes on from there when it exists

Of families that it knows, the new net is asked for the old one's own leaps, at places on the old one's own paths (learning without forgetting, Li & Hoiem 2016):
what is published is kept. The new ones it first learns from films, as train.py does, told that the step goes nowhere and that guidance is 1; then it leaps
along the paths that it walks itself that way, as in distill.py. `--minutes`: of the first (runs/wide), of the second (runs/wide/leaps).
"""
import argparse
import copy
import os
import random
import time
from dataclasses import replace

import torch

from . import codec as codecs, distill, grow, machine, net as nets, train
from .films import CHUNK
from .mel import FRAMES as MEL_FRAMES
from .net import LATENT_FRAMES, NAMES, SHAPES, Leap, NetConfig, state_time, unpatch
from .muon import Muon
from .restore import take
from .train import TEXT_BYTES, Ring, Run, draw_masks, motion_weight, speech_weight
from .world.clip import ATTRIBUTES, LATER, SPEECH

KEEP = 3.                                  # what an old family's leap counts for: its losses are small beside those of films
FEW, MANY = (4, (1,)), (12, (1, 2, 3, 3, 3, 6))   # steps in which nets walk, and how many of them a leap takes in


def plain(net, t):                         # the leap that is none: t [B] -> what is probably clean, unguided
    with torch.no_grad(): none = net.text(torch.zeros(1, TEXT_BYTES, dtype=torch.int, device=t.device)).mean(1)
    return Leap(t, none.float().repeat(len(t), 1), torch.ones(len(t), len(NAMES), device=t.device))


class Flow:
    """A net that leaps, as one that does not: `net.sample` walks it in guided steps of two passes, `train.plan_loss` teaches it."""

    def __init__(self, net): self.net, self.text, self.config = net, net.text, replace(net.config, leaps=False)

    def __call__(self, video, sound, state, masks, text, t, frames=None, speech=None): return self.net(video, sound, state, masks, text, t, frames, plain(self.net, t), speech)


class Walks:
    """A ring of paths that a net walked in `steps`. `leaps`: how many of the steps a leap takes in."""

    def __init__(self, size, net, ring, steps, leaps):
        self.size, self.net, self.ring, self.steps, self.leaps, self.made = size, net, ring, steps, leaps, 0
        half = lambda *shape: torch.zeros(size, *shape, dtype=torch.half, device=ring.device)
        self.x = {n: half(steps + 1, *SHAPES[n]) for n in NAMES}
        self.masks = {n: half(SHAPES[n][0], 1) for n in NAMES}
        self.ids, self.avoided = (torch.zeros(size, TEXT_BYTES, dtype=torch.uint8, device=ring.device) for _ in range(2))
        self.guidance, self.speech = half(len(NAMES)), half(MEL_FRAMES, SPEECH)

    def walk(self, B):
        """B more paths; the oldest go."""
        w = distill.walked(self.net, self.ring, B, self.steps)
        at = (torch.arange(B, device=self.ring.device) + self.made) % self.size
        for n in NAMES:
            self.x[n][at] = w.x[n]
            self.masks[n][at] = w.masks[n].half()
        self.ids[at], self.avoided[at], self.guidance[at], self.speech[at] = w.ids.byte(), w.avoided.byte(), w.guidance.half(), w.speech.half()
        self.made += B

    def fill(self, count, batch=32):
        while self.made < count: self.walk(min(batch, count - self.made))

    def draw(self, B):
        """-> a batch (see `films`) of leaps."""
        device, some = self.ring.device, lambda count: (torch.rand(B, device=self.ring.device) * count).long()
        k, leap = some(min(self.made, self.size)), torch.tensor(random.choices(self.leaps, k=B), device=device)
        i = torch.where(torch.rand(B, device=device) < distill.LOOSE, some(self.steps - leap + 1), some(self.steps // leap) * leap)
        here, there = ({n: v[k, j].float() for n, v in self.x.items()} for j in (i, i + leap))
        t, until = i.float() / self.steps, (i + leap).float() / self.steps
        return dict(here=here, goal=distill.goals(here, there, t, until), masks={n: m[k].float() for n, m in self.masks.items()}, ids=self.ids[k].int(), avoided=self.avoided[k].int(),
                    guidance=self.guidance[k].float(), speech=self.speech[k].float(), t=t, until=until)


def films(ring, B, c):
    """Films with fresh noise, times and masks -> a batch: tokens `here`, what leads on from there (`goal`), masks, bytes of the prompt and of the `avoided` one, guidance, speech,
    times `t` and `until`. The leap goes nowhere."""
    clean, speech, ids, _ = ring.draw(B)
    t, masks, here = train.times(B, c, ring.device), draw_masks(B, ring.device), {}
    for n in NAMES:
        tn = (state_time(t) if n == 'state' else t)[:, None, None]
        here[n] = torch.where(masks[n] > 0, clean[n], tn * clean[n] + (1 - tn) * torch.randn_like(clean[n]))
    return dict(here=here, goal=clean, masks=masks, ids=ids, avoided=torch.zeros_like(ids), guidance=torch.ones(B, len(NAMES), device=ring.device), speech=speech, t=t, until=t)


def join(a, b):                            # two batches -> one
    return {k: {n: torch.cat([v[n], b[k][n]]) for n in v} if isinstance(v, dict) else torch.cat([v, b[k]]) for k, v in a.items()}


def losses(net, b, frames, c):
    """-> name -> [B]; of the picture, of those latent `frames` alone."""
    weight = {}
    for n in NAMES:
        a = (state_time(b['t']) if n == 'state' else b['t'])[:, None, None]
        weight[n] = (1 - b['masks'][n]) / (1 - a).clamp(min=c.state_cap if n == 'state' else c.cap) ** 2
    weight['video'], weight['sound'] = weight['video'] * motion_weight(b['goal']['video']), weight['sound'] * speech_weight(b['speech'])
    with machine.autocast(b['t'].device):
        leap = replace(plain(net, b['t']), until=b['until'], guidance=b['guidance'])
        if (some := b['avoided'].any(1)).any():
            with torch.no_grad(): leap.negative[some] = net.text(b['avoided'][some]).mean(1).float()
        out = net(*(b['here'][n] for n in NAMES), b['masks'], net.text(b['ids']), b['t'], frames, leap, b['speech'])
    cut = lambda n, x: unpatch(x)[:, frames] if n == 'video' else x
    each = {n: cut(n, weight[n]) * (y.float() - cut(n, b['goal'][n])) ** 2 for n, y in zip(NAMES, out)}
    each['glance'] = weight['state'] * (out[3].float() - b['goal']['state']) ** 2
    return {n: v.flatten(1).mean(1) for n, v in each.items()}


def begin(old, c):
    """A Run that computes what `old` does, and hears what is said."""
    c = copy.deepcopy(c)
    c.net = NetConfig(**{**vars(old.config), 'speech': True, 'classes': True, 'follow': True, 'voice': old.config.voice or NetConfig.voice})
    run = Run(c, 'cpu')
    take(run.net, old.state_dict())
    run.ema.load_state_dict(run.net.state_dict())
    return run


def fit(run, minutes, out, families, rate, draw, new, more, also=lambda step: {}):
    """Steps until `run` has learned for `minutes`. `draw`() -> a batch whose first `new` are of new families; `more`() is called every 50 steps; `also`(step) -> further losses, weighted. Logged with a
    degree sign: losses of what is to be kept. `rate`: share of the time gone -> the learning rates' factor."""
    c, device, before, start, mark, saved, first, sums = run.c, next(run.net.parameters()).device, run.minutes, time.time(), time.time(), time.time(), run.step, {}
    while run.minutes < minutes:
        if (run.step - first) % 50 == 49: more()
        b = draw()
        each, others = losses(run.net, b, torch.randperm(LATENT_FRAMES, device=device)[:c.drawn], c), also(run.step)
        run.opt.zero_grad()
        (sum(c.weights[n] * (v[:new].sum() + KEEP * v[new:].sum()) / len(v) for n, v in each.items()) + sum(others.values())).backward()
        run.minutes, = machine.share(run.net.parameters(), before + (time.time() - start) / 60)
        torch.nn.utils.clip_grad_norm_([p for p in run.net.parameters() if p.requires_grad], 1.)
        run.opt.step(rate(run.minutes / minutes) * min(1, (run.step - first + 1) / 30))
        run.step += 1
        run.average()
        parts = {**{n + sign: v[part].mean() for n, v in each.items() for sign, part in (('', slice(None, new)), ('°', slice(new, None)))}, **others}
        for k, v in parts.items(): sums[k] = sums.get(k, 0.) + v.detach() / 50
        if run.step % 50 == 0:
            sums = {k: round(float(v), 4) for k, v in sums.items()}
            run.log.append(dict(step=run.step, minutes=round(run.minutes, 2), **sums))
            print(f'{run.step} {run.minutes:.1f} min ' + ' '.join(f'{k} {v:.3f}' for k, v in sums.items()) + f' {50 * machine.crowd() * len(b["t"]) / (time.time() - mark):.1f} clips/s', flush=True)
            mark, sums = time.time(), {}
        if time.time() - saved > 120:
            run.save(out, families)
            saved = time.time()
    run.save(out, families)


def read(run, old, rings, steps, batch, rate=1.5e-3):
    """The text encoder alone: what new captions mention. Tokens of old captions stay what `old` makes of them."""
    encoder, start, sums = run.net.text, time.time(), {}
    opt = torch.optim.AdamW(encoder.parameters(), lr=rate, betas=(.9, .98), weight_decay=.01)
    for step in range(steps):
        for g in opt.param_groups: g['lr'] = rate * min(1, (step + 1) / 30) * max(.05, 1 - max(0, step / steps - .3) / .7)
        (new, known), device = ((r.draw_words(k) for r, k in zip(rings, (batch, batch // 2)))), rings[0].device
        with machine.autocast(device):
            text, guess = encoder.heed(encoder.read(torch.cat([new[0], known[0]])))
            with torch.no_grad(): before = old.text(known[0]).float()
        parts = dict(words=train.text_loss([g[:batch] for g in guess], new[1]), **{'words°': .5 * train.text_loss([g[batch:] for g in guess], known[1])},
                     **{'text°': 2 * (text[batch:].float() - before).pow(2).mean() / before.var(0).mean()})
        opt.zero_grad(set_to_none=True)
        sum(parts.values()).backward()
        machine.share(encoder.parameters())
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.)
        opt.step()
        tell('read', step, start, parts, sums)
    run.ema.load_state_dict(run.net.state_dict())


def expect(run, rings, count=4096, steps=400):
    """What a caption lets expect of what is one of a few (net.Classes), from captions and scenes alone: a regression, for which states with their noise would take thousands of steps. In old
    families' scenes none of it holds."""
    net, sizes = run.net, [len(ATTRIBUTES[n]) for n in LATER]
    told, true = [], []
    for r, share in zip(rings, (.75, .25)):
        for _ in range(max(1, int(count * share) // 128)):
            film = torch.randint(0, min(r.made, r.size), (128,))
            with torch.no_grad(), machine.autocast(r.device): told.append(net.text(r.words.draw(film.to(r.device), .05)[0]).mean(1).float())
            rows = r.rows[film][:, -len(LATER):].long()
            true.append((rows if r is rings[0] else rows * 0 - 1).to(r.device))
    told, true = torch.cat(told), torch.cat(true)
    layer = net.classes.text
    opt = torch.optim.AdamW(layer.parameters(), lr=.01, weight_decay=.05)
    for step in range(steps):
        for g in opt.param_groups: g['lr'] = .01 * (1 - step / steps)
        loss = 0.
        for guess, n, row in zip(layer(told).split(sizes, 1), sizes, true.unbind(1)):
            loss = loss + torch.nn.functional.cross_entropy(torch.cat([guess, torch.zeros_like(guess[:, :1])], 1), torch.where(row < 0, n, row))     # none of them: 0
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(f'expect {float(loss):.3f}', flush=True)
    machine.alike(net)
    run.ema.load_state_dict(net.state_dict())


def tell(what, step, start, parts, sums):  # prints means over fifty steps
    for k, v in parts.items(): sums[k] = sums.get(k, 0.) + float(v.detach()) / 50
    if step % 50 == 49:
        print(f'{what} {step + 1} {time.time() - start:.0f} s ' + ' '.join(f'{k} {v:.3f}' for k, v in sums.items()), flush=True)
        sums.clear()


def settle(run, rings, old, few, steps, batch, rate=.5):
    """What captions mention and what there is, before how it looks: scenes that nobody drew cost a fifth of films. Of old families, the state is what `old` makes of it."""
    c, start, opt, sums = run.c, time.time(), None, {}
    for step in range(steps):
        state, speech, ids, _ = rings[0].draw_plans(batch)
        b = few.draw(batch // 2)
        parts = dict(plan=train.plan_loss(Flow(run.net), state, speech, ids, c), words=.15 * sum(train.caption_loss(run.net, r, k) for r, k in zip(rings, (batch // 2, batch // 4))))
        a, guesses = state_time(b['t'])[:, None, None], []
        for net in (old, run.net):
            with torch.set_grad_enabled(net is not old), machine.autocast(rings[0].device):
                leap = Leap(b['until'], net.text(b['avoided']).mean(1).float(), b['guidance'])
                guesses.append(net(None, None, b['here']['state'], dict(state=b['masks']['state']), net.text(b['ids']), b['t'], None, leap, b['speech'])[2].float())
        parts['state°'] = KEEP * ((1 - b['masks']['state']) / (1 - a).clamp(min=c.state_cap) ** 2 * (guesses[1] - guesses[0]) ** 2).mean()
        for p in run.net.parameters(): p.grad = None
        sum(parts.values()).backward()
        if opt is None:                    # of what has a part in it
            learned, hidden = [p for p in run.net.parameters() if p.grad is not None], {id(p) for p in run.opt.matrices}
            opt = Muon([p for p in learned if id(p) in hidden], [p for p in learned if id(p) not in hidden], c.muon, c.adam)
        machine.share(learned)
        torch.nn.utils.clip_grad_norm_(learned, 1.)
        opt.step(rate * min(1, (step + 1) / 30) * max(.1, 1 - step / steps))
        tell('settle', step, start, parts, sums)
    run.ema.load_state_dict(run.net.state_dict())


def resume(run, folder, device):
    if os.path.exists(f'{folder}/last.pt'): run.load(f'{folder}/last.pt', device)


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--net', default='runs/s/ema.pt', help='a net that leaps')
    p.add_argument('--families', default='talk', help='new ones')
    p.add_argument('--codec', default='runs/codec.pt')
    p.add_argument('--films', default='runs/films', help='of old and new families (films.py)')
    p.add_argument('--plans', default='runs/plans')
    p.add_argument('--config', choices=train.CONFIGS, default='s')
    p.add_argument('--minutes', type=float, nargs=2, default=[70, 12], metavar=('FILMS', 'LEAPS'))
    p.add_argument('--rate', type=float, nargs=2, default=[.5, .3])
    p.add_argument('--batch', type=int, default=32)
    p.add_argument('--new', type=float, default=.6, help='share of a batch that is of new families')
    p.add_argument('--read', type=int, default=400, help='steps in which the text encoder first learns alone what new captions mention')
    p.add_argument('--settle', type=int, default=250, help='steps in which what there is is then learned from scenes that nobody drew (--plans)')
    p.add_argument('--weights', default='', help='of old families that are kept worse than the others, as in footsteps=4,waves=2')
    p.add_argument('--paths', type=int, default=768, help='that the old net walks in four steps; half as many in twelve')
    p.add_argument('--walks', type=int, nargs=2, default=[256, 1024], metavar=('FIRST', 'KEPT'), help='paths that the new net walks')
    p.add_argument('--simulate', type=int, default=512, help='films of old and of new families to begin with, where --films has none')
    p.add_argument('--out', default='runs/wide')
    args = p.parse_args()
    machine.prepare()
    device, new, families = machine.device(), max(1, round(args.batch * args.new)), args.families.split(',')
    old, known = nets.load(args.net)
    if not old.config.leaps: raise SystemExit(f'{args.net} does not leap: train.py and distill.py take such a net further.')
    run = begin(old, train.CONFIGS[args.config]())
    for m in (run.net, run.ema): m.to(device)
    old = copy.deepcopy(run.ema).eval()
    grow.wake(run.net)
    machine.alike(run.net)
    resume(run, args.out, device)
    random.seed(2 * run.step + machine.place())
    torch.manual_seed(2 * run.step + machine.place())
    codec = codecs.load(args.codec, device)
    rings = [Ring(run.c.ring, codec, names, device) for names in (families, known)]
    for r in rings:
        if os.path.isdir(args.films): r.read(args.films)
        while r.made < args.simulate: r.simulate(min(CHUNK, args.simulate - r.made))
    if os.path.isdir(args.plans): rings[0].read_plans(args.plans)
    rings[1].weigh(dict(w.split('=') for w in args.weights.split(',') if w))
    few, many = Walks(args.paths, old, rings[1], *FEW), Walks(args.paths // 2, old, rings[1], *MANY)
    few.fill(args.paths), many.fill(args.paths // 2)
    print(f'{rings[0].made} films of new families, {rings[1].made} of old ones, {few.made + many.made} paths', flush=True)
    third = max(1, (args.batch - new) // 3)

    def kept(): return join(few.draw(args.batch - new - third), many.draw(third))

    def more_old(): few.walk(16), many.walk(4)

    def also(step):
        out = dict(words=.15 * sum(train.caption_loss(run.net, r, k) for r, k in zip(rings, (args.batch // 2, args.batch // 4))))
        if rings[0].plans:
            state, speech, ids, _ = rings[0].draw_plans(args.batch)
            out['plan'] = 2 * train.plan_loss(Flow(run.net), state, speech, ids, run.c)
        return out

    first, second = args.minutes
    if not run.step:
        read(run, old, rings, args.read, 2 * args.batch)
        expect(run, rings)
        if rings[0].plans: settle(run, rings, old, few, args.settle, args.batch)
    fit(run, first, args.out, known + families, lambda gone: args.rate[0] * max(.03, 1 - max(0., gone - .5) * 2), lambda: join(films(rings[0], new, run.c), kept()), new, more_old, also)
    walks = Walks(args.walks[1], Flow(copy.deepcopy(run.ema).eval()), rings[0], *MANY)
    walks.fill(args.walks[0])
    print(f'{walks.made} paths of new families', flush=True)
    run.net.load_state_dict(run.ema.state_dict())
    run.minutes = 0.
    resume(run, f'{args.out}/leaps', device)
    for q in run.net.text.parameters(): q.requires_grad = False

    def more_new(): walks.walk(16), few.walk(8)
    fit(run, second, f'{args.out}/leaps', known + families, lambda gone: args.rate[1] * max(.02, 1 - gone), lambda: join(walks.draw(new), kept()), new, more_new)


if __name__ == '__main__': main()
