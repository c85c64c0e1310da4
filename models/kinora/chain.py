"""The whole training in one process, for one GPU: films, codec, net, few steps, decoder. Every stage has its minutes, leaves its checkpoint and is skipped or resumed where that is there.

    python -m models.kinora.chain --out runs/chain                              # 22 minutes and some for films, on an H100 or alike
    python -m models.kinora.chain --start runs/s/ema.pt runs/codec.pt           # goes on from what is published (restore.py)
    python -m models.kinora.chain --config toy --out /tmp/chain --minutes .3 .3 .3 .3 --films 64 --plans 512 --chunk 16 --batch 4    # a rehearsal on a CPU

    codec.pt   s/ema.pt (the teacher)   fast/ema.pt, codec-finished.pt (what is published)
"""
import argparse
import os
import random
import subprocess
import sys
import time
import traceback

import torch

from . import codec as codecs, distill, extend, films, finish, machine, net as nets, train
from .net import LATENT_FRAMES, NAMES, SHAPES, Leap
from .mel import FRAMES as MEL_FRAMES
from .world.clip import ATTRIBUTES, FAMILIES, SPEECH

LOOPS = ('balls', 'water', 'basketball')   # families whose physics is a loop over time


def note(text): print(f'== {text} [{time.strftime("%H:%M:%S")}]', flush=True)


def usable(families, device):
    """Those whose simulator works on this device."""
    out = []
    for name in families:
        try:
            films.shard(name, device, 4)
            out.append(name)
        except Exception:
            print(f'{name} is left out:', traceback.format_exc(), flush=True)
    return out


def lots(families, chunk, shares=films.SHARES):
    """Endless (family, how many films), by their shares. Where physics is a loop over time a lot costs the same at any size; of the others smaller ones vary more: a lot shares its camera."""
    sizes = [chunk if f in LOOPS else max(1, chunk // 3) for f in families]
    while True: yield from random.choices(list(zip(families, sizes)), [shares[f] / n for f, n in zip(families, sizes)], k=64)


def simulate(ring, args):
    """Fills the ring, and its scenes of which the state alone is learned."""
    start = time.time()
    for name, count in lots(ring.names, args.chunk):
        if ring.made >= args.films or time.time() - start > args.seconds: break
        ring.add(films.shard(name, ring.device, count))
    note(f'{ring.made} films, {time.time() - start:.0f} s')
    start, parts = time.time(), []
    for name, count in lots(ring.names, args.chunk * 2, {**films.SHARES, 'talk': .2}):     # a line is laid out phone by phone, in Python
        if sum(len(p['state']) for p in parts) >= args.plans or time.time() - start > args.seconds / 2: break
        parts.append({k: v.cpu() for k, v in films.plan(name, ring.device, count).items()})
    ring.plan(parts)
    note(f'{sum(len(p["state"]) for p in parts)} scenes, {time.time() - start:.0f} s')


def warm(c):
    """Compiles what the net's stages will run, on random numbers: the results stay in the compiler's cache on disk."""
    device = machine.device()
    some = lambda *shape: torch.randn(c.batch, *shape, device=device)
    tokens = lambda: {n: some(*SHAPES[n]) for n in NAMES}
    ids, frames = torch.zeros(c.batch, c.net.text_bytes, dtype=torch.int, device=device), torch.randperm(LATENT_FRAMES, device=device)[:c.drawn]
    run = train.Run(c, device)
    def once(work, loss): sum(torch.compile(work)(*loss).values()).backward()
    once(train.losses, (run.net, tokens(), some(MEL_FRAMES, SPEECH), ids, torch.zeros(c.batch, len(ATTRIBUTES), dtype=torch.long, device=device), frames, c))
    torch.compile(train.plan_loss)(run.net, torch.randn(c.plans, *SHAPES['state'], device=device), torch.zeros(c.plans, MEL_FRAMES, SPEECH, device=device), torch.zeros(c.plans, c.net.text_bytes, dtype=torch.int, device=device), c).backward()
    fast = distill.student(run.net, c, device)
    for p in fast.net.text.parameters(): p.requires_grad = False
    leap = Leap(torch.ones(c.batch, device=device), some(c.net.d), some(len(NAMES)))
    once(distill.losses, (fast.net, tokens(), tokens(), {n: torch.zeros(c.batch, SHAPES[n][0], 1, device=device) for n in NAMES}, some(c.net.text_tokens, c.net.d), some(MEL_FRAMES, SPEECH), leap, torch.rand(c.batch, device=device), frames, fast.c))


def learn_codec(args, families, device, path, minutes):
    """From nothing, or from the codec that `--start` names."""
    small, large, states = codecs.frames(families, args.films // 12, 3, device)
    note(f'{len(small)} pairs of frames')
    codec, spread, rate = codecs.fresh(small, families), 1., 1.
    if args.start:
        codec, _, std = codecs.load(args.start[1], device, 'talk' in families)
        spread, rate = std[:, None, None], .6
    codecs.learn(codec, codecs.crop_losses(codec, small, large, states, args.batch, .5, spread), lambda: codecs.save(codec, path, small, families), minutes, .01 * rate, 2e-3 * rate)


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--config', choices=train.CONFIGS, default='gpu')
    p.add_argument('--families', default=','.join(FAMILIES))
    p.add_argument('--minutes', type=float, nargs=4, default=[4, 10, 4, 4], metavar=('CODEC', 'NET', 'LEAPS', 'DECODER'))
    p.add_argument('--films', type=int, default=98304)
    p.add_argument('--plans', type=int, default=262144, help='scenes that are not drawn')
    p.add_argument('--seconds', type=float, default=150, help='for films at most')
    p.add_argument('--chunk', type=int, default=1024, help='films simulated at once')
    p.add_argument('--batch', type=int, default=96, help='crops of the codec and its decoder')
    p.add_argument('--paths', type=int, default=12288)
    p.add_argument('--walk', type=int, default=512, help='paths walked at once')
    p.add_argument('--workers', type=int, default=0, help='processes that write captions')
    p.add_argument('--start', nargs=2, metavar=('NET', 'CODEC'), help='checkpoints whose weights are inherited where they fit')
    p.add_argument('--out', default='runs/chain')
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--warm', action='store_true', help='only fill the compiler\'s cache')
    args = p.parse_args()
    machine.prepare()
    torch.manual_seed(args.seed)
    random.seed(args.seed)
    os.makedirs(args.out, exist_ok=True)
    device, families, c = machine.device(), args.families.split(','), train.CONFIGS[args.config]()
    if args.warm: return warm(c)
    if machine.compiles(device): subprocess.Popen([sys.executable, '-m', 'models.kinora.chain', '--warm', '--config', args.config])   # while the codec learns
    for_codec, for_net, for_leaps, for_decoder = args.minutes
    path, done = f'{args.out}/codec.pt', lambda name: os.path.exists(f'{args.out}/{name}.done')
    def mark(name): open(f'{args.out}/{name}.done', 'w').close()

    note(f'{device}, {torch.__version__}')
    families = usable(families, device)
    if not done('codec'):
        learn_codec(args, families, device, path, for_codec)
        mark('codec')
    writer = train.Writer(args.workers)
    loaded = codecs.load(path, device)
    ring = train.Ring(args.films + args.chunk, loaded, families, device, writer)
    simulate(ring, args)
    run = train.Run(c, device)
    if os.path.exists(f'{args.out}/s/last.pt'): run.load(f'{args.out}/s/last.pt', device)
    else:
        if args.start: run.start(nets.load(args.start[0])[0].to(device))
        train.learn_text(run, [ring], c.text_steps)
        extend.expect(run, [ring], args.films)
    note('net')
    train.fit(run, ring, for_net, f'{args.out}/s')
    note('leaps')
    teacher = run.ema.eval()
    fast = distill.student(teacher, c, device)
    if os.path.exists(f'{args.out}/fast/last.pt'): fast.load(f'{args.out}/fast/last.pt', device)
    distill.fit(fast, distill.Paths(args.paths, teacher, ring), for_leaps, f'{args.out}/fast', args.paths // 2, args.walk)
    if not done('decoder'):
        note('decoder')
        options = finish.options(argparse.ArgumentParser()).parse_args([])
        vars(options).update(minutes=for_decoder, films=args.films // 12, chunk=min(args.chunk, 512), batch=args.batch, rounds=3)
        write = lambda weights: codecs.write(f'{args.out}/codec-finished.pt', dict(torch.load(path, map_location='cpu'), weights=weights))
        finish.finish(*loaded, fast.ema.eval(), ring, options, write)
        mark('decoder')
    note('done')


if __name__ == '__main__': main()
