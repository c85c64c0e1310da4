"""The fixed list of prompts: captions of simulated scenes that training never saw, with what is known about them.

The list depends on families, count and the seed alone. `group` says what a film is measured for:
    motion    one ball or body before a still camera, which the caption says: contacts, flight, restitution, floating
    free      anything the grammar says
    held out  colour and material never trained together; one ball, still camera
"""
import random
from dataclasses import dataclass

import torch

from .. import world
from ..world import caption
from ..world.clip import ATTRIBUTES, CAMERAS, FAMILIES, held_out, take

SEED = 90210                               # training draws its seeds below 1000
SHARES = dict(balls=.55, water=.25, thunder=.2, basketball=.2, footsteps=.2, fireworks=.2, pendulum=.2, chimes=.2, cars=.2, campfire=.15, waves=.15, flag=.12, dress=.12, explosion=.15, pair=.2, talk=.25)
MOVING = ('balls', 'water')                # families whose films are tracked
APART = 12                                 # held-out combinations of each of these at the least, beside the `clips` asked for: of fewer nothing can be said


@dataclass
class Prompt:
    text: str
    seed: int
    row: list                              # attribute indices in the order of ATTRIBUTES
    mentioned: set
    group: str
    scene: object                          # the simulator's own scene for this caption

    def value(self, name):
        i = self.row[list(ATTRIBUTES).index(name)]
        return ATTRIBUTES[name][i] if i >= 0 else None


def caption_for(row, rng, group):
    """A caption; for films that are tracked one that says that the camera is still, and for held-out pairs one that says colour and material."""
    must = set() if group == 'free' else {'camera'} if group == 'motion' else {'camera', 'colour', 'material'}
    for _ in range(4000):
        text, mentioned = caption.write(row, rng)
        if must <= mentioned: return text, mentioned
    raise ValueError(f'The grammar has no caption for {row} that mentions {sorted(must)}.')


def wanted(families, clips):               # -> [(family, group, count)]
    total, plan = sum(SHARES[f] for f in families), []
    for f in families:
        n = round(clips * SHARES[f] / total)
        if f not in MOVING: plan.append((f, 'free', n)); continue
        apart, free = max(1, n // 6), n // 5
        plan += [(f, 'motion', n - apart - free), (f, 'free', free), (f, 'held out', max(apart, min(n, APART)))]
    return plan


def fits(row, group):
    get = lambda name: row[list(ATTRIBUTES).index(name)]
    apart = bool(held_out(torch.tensor([get('colour')]), torch.tensor([get('material')]))) or bool(held_out(torch.tensor([get('colour2')]), torch.tensor([get('material2')])))
    if group == 'free': return not apart
    alone, still = get('count') != ATTRIBUTES['count'].index('two'), get('camera') == CAMERAS.index('still')
    return alone and still and apart == (group == 'held out') and not (group == 'held out' and get('style') == ATTRIBUTES['style'].index('noir'))


def prompts(families, clips, seed=SEED):
    out = []
    for family, group, count in wanted(families, clips):
        base, found = seed + 10000 * FAMILIES.index(family) + dict([('motion', 0), ('free', 3000), ('held out', 6000)])[group], 0
        for k in range(300):
            if found == count: break
            torch.manual_seed(base + k)
            scene = world.family(family).simulate(16, torch.device('cpu'), 'test')
            rows, taken = world.attributes(scene).tolist(), 0
            for i, row in enumerate(rows):
                if found == count or taken == (4 if group == 'free' else 8): break
                if not fits(row, group): continue
                name = base * 16 + k * 16 + i
                text, mentioned = caption_for(row, random.Random(name), group)
                out.append(Prompt(text, name, row, mentioned, group, take(scene, slice(i, i + 1))))
                found, taken = found + 1, taken + 1
    return out


def simulated_sound(p):                    # -> [SAMPLES]
    torch.manual_seed(p.seed)
    return world.audio(p.scene)[0]


def simulated(p):
    """The simulator's film for a prompt -> video [T, 3, 128, 128] bytes, wave [SAMPLES]."""
    wave = simulated_sound(p)
    return (world.picture(p.scene)[0] * 255).round().byte(), wave
