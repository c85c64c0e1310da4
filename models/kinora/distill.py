"""Few steps: teaches a net to leap along the paths that its teacher walks in small steps, with guidance and negative prompt in the same pass.

    python -m models.kinora.distill --net runs/s/ema.pt --minutes 60 --out runs/fast            # goes on from runs/fast/last.pt when it exists

The teacher walks from noise to films in `FINE` guided steps, two passes each. Every place on the way is kept. The student starts as a copy and is asked,
at one place, for what leads straight to a later one: from a twelfth to half of the way. So one student serves 12, 8, 6, 4 or 2 steps, and each is one pass.
Films, captions and known tokens (history, paths) are drawn as in training: what the teacher is given, the student is given.
"""
import argparse
import copy
import random
import time
from dataclasses import dataclass

import torch

from . import codec as codecs, machine, net as nets
from .net import NAMES, SHAPES, USUAL, Leap, NetConfig, LATENT_FRAMES, sample, state_time, unpatch
from .mel import FRAMES as MEL_FRAMES
from .restore import take
from .world.clip import SPEECH
from .train import CONFIGS, Ring, Run, draw_masks, motion_weight, speech_weight

FINE = 24                                  # steps of the teacher
LEAPS = (2, 3, 4, 4, 6, 6, 6, 6, 12)       # of them a leap takes in; the default of four leaps is asked for most
LOOSE = .25                                # share of leaps that begin anywhere, and not where leaps of their length do
AVOIDED = .25                              # share of paths with a negative prompt
WEIGHTS = dict(video=1., sound=1., state=3., glance=.7)


@dataclass
class Walk:
    """B paths of a net, and what it was asked for."""
    x: dict                                # name -> [B, steps + 1, n, dim] half: tokens at every place
    masks: dict                            # name -> [B, n, 1]
    text: torch.Tensor                     # [B, M, d]
    negative: torch.Tensor                 # [B, d] mean of the negative prompt's tokens
    ids: torch.Tensor                      # [B, bytes] the prompt, and the negative one
    avoided: torch.Tensor
    guidance: torch.Tensor                 # [B, 3]
    speech: torch.Tensor                   # [B, MEL_FRAMES, SPEECH]


@torch.no_grad()
def walked(net, ring, B, steps):
    device = ring.device
    clean, speech, ids, _ = ring.draw(B, drop=.05)
    avoided = ring.draw(B, drop=0.)[2] * (torch.rand(B, 1, device=device) < AVOIDED)
    masks, kept = draw_masks(B, device), []
    spread = torch.tensor([1., 1., .5], device=device)
    guidance = torch.where(torch.rand(B, 1, device=device) < .6, USUAL.to(device), 1 + 2 * torch.rand(B, 3, device=device) * spread)
    with machine.autocast(device):
        text, negative = net.text(ids), net.text(avoided)
        sample(net, text, negative, steps, guidance, known=clean, masks=masks, speech=speech, keep=lambda x: kept.append({n: v.half() for n, v in x.items()}))
    return Walk({n: torch.stack([k[n] for k in kept], 1) for n in NAMES}, masks, text, negative.mean(1), ids, avoided, guidance, speech)


class Paths:
    """A ring of paths that the teacher walked: tokens at every place, and what was asked for."""

    def __init__(self, size, teacher, ring):
        self.size, self.teacher, self.ring, self.made = size, teacher, ring, 0
        half = lambda *shape: torch.zeros(size, *shape, dtype=torch.half, device=ring.device)
        c = teacher.config
        self.x = {n: half(FINE + 1, *SHAPES[n]) for n in NAMES}
        self.masks = {n: half(SHAPES[n][0], 1) for n in NAMES}
        self.text, self.negative, self.guidance, self.speech = half(c.text_tokens, c.d), half(c.d), half(len(NAMES)), half(MEL_FRAMES, SPEECH)

    def walk(self, B):
        """B more paths; the oldest go."""
        walk = walked(self.teacher, self.ring, B, FINE)
        at = (torch.arange(B, device=self.ring.device) + self.made) % self.size
        for n in NAMES:
            self.x[n][at] = walk.x[n]
            self.masks[n][at] = walk.masks[n].half()
        self.text[at], self.negative[at], self.guidance[at], self.speech[at] = walk.text.half(), walk.negative.half(), walk.guidance.half(), walk.speech.half()
        self.made += B

    def draw(self, B, leap):
        """-> tokens here and where the leap ends, masks, text, speech, Leap, and the time here [B]."""
        device = self.text.device
        k = torch.randint(0, min(self.made, self.size), (B,), device=device)
        i = torch.randint(0, FINE // leap, (B,), device=device) * leap
        i = torch.where(torch.rand(B, device=device) < LOOSE, torch.randint(0, FINE - leap + 1, (B,), device=device), i)
        here, there = ({n: v[k, j].float() for n, v in self.x.items()} for j in (i, i + leap))
        t, until = i.float() / FINE, (i + leap).float() / FINE
        return here, there, {n: m[k].float() for n, m in self.masks.items()}, self.text[k].float(), self.speech[k].float(), Leap(until, self.negative[k].float(), self.guidance[k].float()), t


def goals(here, there, t, until):
    """What leads from here to there in one Euler step from t to `until` [B]."""
    out = {}
    for n in NAMES:
        a, b = ((state_time(v) if n == 'state' else v)[:, None, None] for v in (t, until))
        out[n] = here[n] + (there[n] - here[n]) * ((1 - a) / (b - a))
    return out


def losses(net, here, there, masks, text, speech, leap, t, frames, c):
    """Of leaps. -> dict of losses."""
    goal, weight = goals(here, there, t, leap.until), {}
    for n in NAMES:
        a = (state_time(t) if n == 'state' else t)[:, None, None]
        weight[n] = (1 - masks[n]) / (1 - a).clamp(min=c.state_cap if n == 'state' else c.cap) ** 2
    weight['video'], weight['sound'] = weight['video'] * motion_weight(there['video']), weight['sound'] * speech_weight(speech)
    with machine.autocast(text.device): out = net(*(here[n] for n in NAMES), masks, text, t, frames, leap, speech)
    cut = lambda n, x: unpatch(x)[:, frames] if n == 'video' else x
    result = {n: (cut(n, weight[n]) * (y.float() - cut(n, goal[n])) ** 2).mean() for n, y in zip(NAMES, out)}
    result['glance'] = (weight['state'] * (out[3].float() - goal['state']) ** 2).mean()
    return result


def student(teacher, c, device, elder=None):
    """A Run that leaps, from the teacher's weights. `elder`: (net, net that leaps) which learned this before the teacher learned more; it then begins with what those
    two differ by. The text encoder stays as it is: its tokens are kept with the paths."""
    c = copy.deepcopy(c)
    c.net = NetConfig(**{**vars(teacher.config), 'leaps': True})
    run = Run(c, device)
    take(run.net, {k: v.float() for k, v in teacher.state_dict().items()})
    if elder: run.net.load_state_dict(inherit(run.net, *elder))
    run.ema.load_state_dict(run.net.state_dict())
    return run


def inherit(net, before, leaping):
    """Weights of `net`, moved by what `leaping` differs from `before`. What those two do not have stays as it is."""
    own = net.state_dict()
    a, b = (take(copy.deepcopy(net), n.state_dict()).state_dict() for n in (before, leaping))
    return {k: v + b[k] - a[k] for k, v in own.items()}


def fit(run, paths, minutes, out, first, more, rate=.5):
    """Steps until `run` has learned for `minutes`, walking included: `first` paths before the first step, `more` every 50 steps."""
    c, device, before, start, mark, sums = run.c, paths.ring.device, run.minutes, time.time(), time.time(), {}
    learn = torch.compile(losses) if machine.compiles(device) else losses
    while paths.made < first: paths.walk(min(more, first - paths.made))
    print(f'{paths.made} paths, {time.time() - start:.0f} s', flush=True)
    saved = time.time()
    learned = [p for n, p in run.net.named_parameters() if not n.startswith('text.')]
    for p in run.net.text.parameters(): p.requires_grad = False
    while (gone := run.minutes / minutes) < 1:
        if run.step % 50 == 49: paths.walk(more)
        here, there, masks, text, speech, leap, t = paths.draw(c.batch, random.choice(LEAPS))
        parts = learn(run.net, here, there, masks, text, speech, leap, t, torch.randperm(LATENT_FRAMES, device=device)[:c.drawn], c)
        run.opt.zero_grad()
        sum(WEIGHTS[k] * v for k, v in parts.items()).backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.)
        run.opt.step(rate * min(1, (run.step + 1) / 30) * max(.02, 1 - gone))
        run.step += 1
        run.average()
        run.minutes = before + (time.time() - start) / 60
        for k, v in parts.items(): sums[k] = sums.get(k, 0.) + v.detach() / 100
        if run.step % 100 == 0:
            sums = {k: float(v) for k, v in sums.items()}
            run.log.append(dict(step=run.step, minutes=round(run.minutes, 2), **{k: round(v, 4) for k, v in sums.items()}))
            print(f'leap {run.step} {run.minutes:.1f} min ' + ' '.join(f'{k} {v:.3f}' for k, v in sums.items()) + f' {100 * c.batch / (time.time() - mark):.1f} leaps/s, {paths.made} paths', flush=True)
            mark, sums = time.time(), {}
        if time.time() - saved > 120:
            run.save(out, paths.ring.names)
            saved = time.time()
    run.save(out, paths.ring.names)


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--net', default='runs/s/ema.pt')
    p.add_argument('--elder', nargs=2, metavar=('NET', 'FAST'), help='checkpoints from before the net learned more, one of them leaps: the student inherits that')
    p.add_argument('--config', choices=CONFIGS, default='s')
    p.add_argument('--codec', default='runs/codec.pt')
    p.add_argument('--films', default='runs/films')
    p.add_argument('--minutes', type=float, default=60)
    p.add_argument('--paths', type=int, default=2048, help='kept')
    p.add_argument('--first', type=int, default=512, help='walked before the first step')
    p.add_argument('--more', type=int, default=48, help='walked every 50 steps')
    p.add_argument('--out', default='runs/fast')
    args = p.parse_args()
    machine.prepare()
    device, c = machine.device(), CONFIGS[args.config]()
    teacher, families = nets.load(args.net)
    teacher = teacher.to(device)
    ring = Ring(c.ring, codecs.load(args.codec, device), families, device)
    ring.read(args.films)
    run = student(teacher, c, device, [nets.load(p)[0].to(device) for p in args.elder] if args.elder else None)
    try: run.load(f'{args.out}/last.pt', device)
    except FileNotFoundError: pass
    fit(run, Paths(args.paths, teacher, ring), args.minutes, args.out, args.first, args.more)


if __name__ == '__main__': main()
