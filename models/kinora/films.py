"""Films simulated ahead and kept on disk, so that the codec and the net can draw the same ones often: the simulator costs more than what learns from it.

    python -m models.kinora.films --count 6000 --out runs/films --seed 1          # goes on where it stopped; one process a core, each with its own seed

    python -m models.kinora.films --plans --count 16384 --out runs/plans --seed 3   # scenes whose sound and world state alone are kept: nothing is drawn

A shard holds `CHUNK` films of one family: pictures as bytes, log-mel, state and attributes as 16-bit numbers. 100 MB a shard.
"""
import argparse
import glob
import os
import random
import time

import torch

from . import mel, world
from .world.clip import SPEECH, state_tokens

CHUNK, PLANS = 64, 256                     # films a shard; scenes a shard of those that are not drawn
SHARES = dict(balls=.6, water=.27, thunder=.18, basketball=.2, footsteps=.2, fireworks=.2, pendulum=.2, chimes=.2, cars=.2, campfire=.15, waves=.18, flag=.15, dress=.15, explosion=.2, pair=.3, talk=.7)   # of the films; faces are the richest, then balls


def shard(name, device='cpu', count=CHUNK): return kept(world.make(name, count, device))


def kept(clips):                           # what is kept of films
    return dict(video=(clips.video * 255).round().byte(), mel=mel.log_mel(clips.wave).half(), state=clips.state.half(), attributes=clips.attributes.short(), speech=speech_of(clips.scene))


def speech_of(scene):                      # -> [B, MEL_FRAMES, SPEECH] half; zeros where nobody speaks
    tracks = scene.own.get('tracks')
    if tracks is None: tracks = torch.zeros(scene.batch, mel.FRAMES, 0, device=scene.device)
    return torch.nn.functional.pad(tracks, (0, SPEECH - tracks.shape[-1])).half()


@torch.no_grad()
def plan(name, device='cpu', count=PLANS):
    scene = world.family(name).simulate(count, torch.device(device))
    attributes = world.attributes(scene)
    return dict(state=state_tokens(scene, world.audio(scene)).half(), attributes=attributes.short(), speech=speech_of(scene))


def shards(folder, families):
    """Paths of the finished shards of some families, in a fixed order."""
    return [p for p in sorted(glob.glob(f'{folder}/*.pt')) if p.rsplit('-', 1)[1][:-3] in families]


def write(args):
    os.makedirs(args.out, exist_ok=True)
    families, start = args.families.split(','), time.time()
    rng, total = random.Random(args.seed), -(-args.count // (PLANS if args.plans else CHUNK))
    for i in range(total):
        name = rng.choices(families, [SHARES[f] for f in families])[0]
        path = f'{args.out}/{args.seed:03d}-{i:04d}-{name}.pt'
        if os.path.exists(path): continue
        torch.manual_seed(args.seed * 100_003 + i)
        torch.save((plan if args.plans else shard)(name), path + '.part')
        os.replace(path + '.part', path)
        if (i + 1) % 10 == 0: print(f'{i + 1}/{total} shards, {(time.time() - start) / 60:.1f} min', flush=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--count', type=int, default=6000)
    p.add_argument('--families', default='balls,water,thunder')
    p.add_argument('--out', default='runs/films')
    p.add_argument('--plans', action='store_true')
    p.add_argument('--seed', type=int, default=1)
    args = p.parse_args()
    torch.set_num_threads(1)
    write(args)


if __name__ == '__main__': main()
