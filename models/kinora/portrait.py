"""The decoder's painter of somebody who talks: from the world state alone, in the face's own coordinates, every pixel by the same small net.

Latents are 16 cells a side; an eye is two of them. What a face looks like the state knows (clip.LOOKS, person, colour of the clothes), and where it is, how it leans, how far mouth and
eyes are open (talk.py): the painter needs no latents, and its edges are as fine as pixels. As coordinate networks do (Tancik et al. 2020), it reads sinusoids of places.
"""
import os

import torch
import torch.nn as nn
import torch.nn.functional as F

from . import grow
from .maps import FACTS, discs
from .world.clip import ATTRIBUTES, KIND, OBJECT_DIM, OBJECTS, PARTS, part

HEAD, NEAR = 1 / 1.12, .42                     # head radii an object's radius; head radii that the places around mouth and eyes are counted in
TONES, CLOSE = (1.5, 3., 6., 12.), (1.5, 3., 6.)   # radians a head radius, and a NEAR; octaves
PLACES = 3 + 2 * (3 * len(TONES) + 4 * len(CLOSE)) + 4 + 1     # numbers a pixel
POSE = 2 * OBJECTS + 1                         # numbers a frame: how head, mouth and eyes are turned, the head's radius
WHO = PARTS['setting'] + ATTRIBUTES['family'].index('talk')    # of the facts


WIDTH = 48                                     # of the painter that is kept in portrait.pt, with which a codec begins that has none


def kept():                                    # -> its weights, by a codec's names
    k = torch.load(os.path.join(os.path.dirname(__file__), 'portrait.pt'), map_location='cpu')
    return grow.weights({f'portrait.{n}': w.float() for n, w in k['weights'].items()}, k['attributes'])


class Portrait(nn.Module):
    def __init__(self, width, side, scale, words=128):
        """Works at `side` pixels a picture side and draws `scale`² pixels for each."""
        super().__init__()
        self.side = side
        self.look, self.pose = nn.Linear(FACTS, words), nn.Linear(POSE, words, bias=False)
        self.shades = nn.Linear(words, 6 * width)
        self.layers = nn.ModuleList([nn.Conv2d(i, width, 1) for i in (PLACES, width, width)])
        self.last = nn.Sequential(nn.Conv2d(width, 4 * scale ** 2, 1), nn.PixelShuffle(scale))
        for layer in (self.shades, self.last[0]):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, state, facts, rows=None, columns=None):
        """state [N, STATE_DIM], facts [N, FACTS] -> colours [N, 2, 3, h, w] in −1…1 and cover [N, 2, 1, h, w] 0…1, zero where nobody talks."""
        x, radius = places(state, self.side, rows, columns)                                      # [N, 2, PLACES, h, w], [N, 2]
        N = len(state)
        turned = part(state, 'objects').unflatten(-1, (OBJECTS, OBJECT_DIM))[:, :, 8:].flatten(1)
        pose = torch.cat([turned[:, None].expand(-1, 2, -1), radius[..., None]], 2)
        shades = self.shades(F.silu(self.look(facts)[:, None] + self.pose(pose))).flatten(0, 1).unflatten(1, (3, 2, -1))[..., None, None]      # [2N, layer, scale and shift, width, 1, 1]
        x = x.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        for i, layer in enumerate(self.layers): x = F.silu(layer(x) * (1 + shades[:, i, 0]) + shades[:, i, 1])
        colour, cover = self.last(x).unflatten(0, (N, 2)).split((3, 1), 2)
        return colour, torch.sigmoid(cover) * talks(facts)


def talks(facts): return ((facts[:, WHO] + .15) / KIND).clamp(0, 1)[:, None, None, None, None]     # [N, FACTS] -> [N, 1, 1, 1, 1] 0…1: is this somebody who talks?


def waves(p, tones): return [f(p * k) for k in tones for f in (torch.sin, torch.cos)]      # p [N, 2, C, h, w]


def places(state, side, rows=None, columns=None):
    """state [N, STATE_DIM] -> what every pixel knows of where it is [N, 2, PLACES, h, w], and the head's radius in thirds of a picture side [N, 2]."""
    dx, dy, r, _ = discs(state, side, rows, columns)                                             # [N, 2, OBJECTS, 1 or h, w or 1]
    o = part(state, 'objects').unflatten(-1, (OBJECTS, OBJECT_DIM))[:, None, :1, 8:, None, None]
    cos, sin, R = o[:, :, :, 0], o[:, :, :, 1], r[:, :, :1] * HEAD
    u, v = dx / R, dy / -R
    u, v = u * cos + v * sin, v * cos - u * sin                                                  # [N, 2, OBJECTS, h, w]: head radii from each object, upright
    u, v = u.clamp(-5, 5), v.clamp(-5, 5)
    (hu, mu, lu, ru), (hv, mv, lv, rv) = u.unbind(2), v.unbind(2)
    away = (hu * hu + hv * hv + 1e-4).sqrt()
    near = lambda p: (p / NEAR).clamp(-2, 2)
    wide = torch.stack([hu, hv, away], 2)
    close = torch.stack([near(mu), near(mv), near(torch.maximum(-lu, ru)), near((lv + rv) / 2)], 2)      # eyes are read as one, outwards
    high = (-dy[:, :, :1] / side).expand_as(wide[:, :, :1])
    return torch.cat([wide, *waves(wide, TONES), close, *waves(close, CLOSE), high], 2), r[:, :, 0, 0, 0] * (3 / side)
