"""World state drawn as maps: for picture tokens and cells, where each object seems to be from there; for mel frames, what sounds just then; and what things are."""
import torch

from .mel import FRAMES as MEL_FRAMES
from .world.clip import OBJECT_DIM, OBJECTS, PARTS, STATE_TOKENS, part

GRID = 16                                  # latent cells a side
MAPS = 10                                  # maps an object
CUES = 4 + 2 * OBJECTS                     # numbers a mel frame
LOOKS = 12                                 # numbers that say how an object looks, and how it sounds
FACTS = PARTS['setting'] + PARTS['kind']   # numbers that say what things are, all film long
TONES_X, TONES_Y = (2.5, 5., 7.5, 10., 12.5, 15., 17.5, 20.), (10., 25.)   # radians a picture side
RUNGS = 6 + 2 * len(TONES_X + TONES_Y)     # of the ladder of functions of a place
AIRS = PARTS['camera'] + PARTS['flash']    # numbers a latent frame that go for the whole of it


def line(side, device, corner=None, cells=None):
    """Places of cells from the picture's middle, in cells: [side]; with `corner` [N] (in cells of GRID, of which a crop has `cells`) -> [N, crop's side]."""
    at = torch.arange(side, device=device) + .5 - side / 2
    if corner is None: return at
    each = side // GRID
    return at[(corner * each)[:, None] + torch.arange(cells * each, device=device)]


def splat(state, side, rows=None, columns=None):
    """World state [B, T, STATE_DIM] -> maps [B, T, OBJECTS·MAPS, side, side] of cells that know where each object is from them, in cells, through the camera:
    the object's disc 1/32 s before and after the token's middle (the two frames of a latent), and near it the way to its centre, velocity, radius and contact.
    `rows`, `columns` [B, n]: lines of a crop."""
    o = part(state, 'objects').unflatten(-1, (OBJECTS, OBJECT_DIM))[..., None, None]             # [B, T, OBJECTS, OBJECT_DIM, 1, 1], see clip.state_tokens
    camera = part(state, 'camera')[..., None, None, None] * .1                                   # [B, T, 3, 1, 1, 1]
    there, x, y, vx, vy, size, strength, phase = (o[..., i, :, :] for i in range(8))
    zoom = (camera[:, :, 2] + 1) * side
    across, down = wide(columns, side, state.device, 3), wide(rows, side, state.device, 3).mT
    dx, dy = across - (x / 3 - camera[:, :, 0]) * zoom, down + (y / 3 - camera[:, :, 1]) * zoom    # rows run downwards, the world's y upwards
    ax, ay, r = vx * (1.2 / 32) * zoom, vy * (-1.2 / 32) * zoom, (size / 25 + .09) * zoom
    there = (there * .5 + .5).clamp(0, 1)
    far2 = dx * dx + dy * dy
    disc = lambda sign: torch.sigmoid(3 * (r - ((dx + sign * ax) ** 2 + (dy + sign * ay) ** 2 + 1e-4).sqrt()))
    near = torch.exp(far2 * (-1 / 4.5))
    return torch.cat([there * m for m in (disc(1), disc(-1), near, near * dx, near * dy, near * vx, near * vy, near * r, near * strength, near * phase)], 2)


def wide(lines, side, device, axes):      # [side] or [B, n] -> [1 or B, 1 × axes, n], to be set against maps
    lines = line(side, device)[None] if lines is None else lines
    return lines.reshape(len(lines), *[1] * axes, -1)


def discs(state, side, rows=None, columns=None):
    """One token each, [N, STATE_DIM] -> for both frames and each object, in cells of a picture of `side`: dx, dy [N, 2, OBJECTS, h, w] from its centre to every cell, radius and
    presence [N, 2, OBJECTS, 1, 1]. Exact, through the camera of that frame."""
    o = part(state, 'objects').unflatten(-1, (OBJECTS, OBJECT_DIM))[:, None, :, :, None, None]   # [N, 1, OBJECTS, OBJECT_DIM, 1, 1]
    there, x, y, vx, vy, size = (o[:, :, :, i] for i in range(6))
    sign = torch.tensor([-.5, .5], device=state.device)[:, None]                                 # the first frame, the second
    camera = (part(state, 'camera')[:, None] * .1 + part(state, 'drift')[:, None] * sign / 40)[..., None, None, None]     # [N, 2, 3, 1, 1, 1]
    zoom = (camera[:, :, 2] + 1) * side
    sign = sign[..., None, None]                                                                 # [2, 1, 1, 1]
    px, py = x / 3 + vx * (1.2 / 16) * sign - camera[:, :, 0], y / 3 + vy * (1.2 / 16) * sign - camera[:, :, 1]
    across, down = wide(columns, side, state.device, 3), wide(rows, side, state.device, 3).mT
    return across - px * zoom, down + py * zoom, (size / 25 + .09).clamp(min=.01) * zoom, (there * .5 + .5).clamp(0, 1).expand_as(zoom * px)


def ladder(state, side, rows=None, columns=None):
    """One token each, [N, STATE_DIM] -> [N, RUNGS, h, w]: polynomials and sinusoids of every cell's place in the world, through the camera. Outlines of hills, suns and windows are
    sums of few of them."""
    camera = part(state, 'camera')[..., None, None] * .1                                         # [N, 3, 1, 1]
    x = wide(columns, side, state.device, 1) / side / (camera[:, 2] + 1) + camera[:, 0]          # [N, 1, w] from the world's middle
    y = camera[:, 1] - wide(rows, side, state.device, 1).mT / side / (camera[:, 2] + 1)          # [N, h, 1]
    waves = lambda p, tones: [f(p * k) for k in tones for f in (torch.sin, torch.cos)]
    one = torch.ones_like(x * y)
    return torch.stack([one, *(one * p for p in (2 * x, 2 * y, 4 * x * x, 4 * y * y, 4 * x * y, *waves(x, TONES_X), *waves(y, TONES_Y)))], 1)


def cues(state):
    """World state [B, T, STATE_DIM] -> [B, MEL_FRAMES, CUES]: what sounds in each mel frame: its place in the token; flash, impact and loudness of its part; and
    for each object how near its contact is, before and after."""
    each = MEL_FRAMES // STATE_TOKENS
    o = part(state, 'objects').unflatten(-1, (OBJECTS, OBJECT_DIM))
    strength, phase = o[..., 6].unsqueeze(2), o[..., 7].unsqueeze(2)                             # [B, T, 1, OBJECTS]
    after = (torch.arange(each, device=state.device) + .5 - each / 2)[:, None] - phase * (each / 3)
    near = strength * torch.exp(after * after * (-1 / 2.))
    flash, impact, loud = (part(state, n) for n in ('flash', 'impacts', 'loud'))
    long = lambda v: v.repeat_interleave(each // v.shape[-1], -1).unsqueeze(-1)
    place = (torch.arange(each, device=state.device) + .5)[:, None].expand(*near.shape[:3], 1) / each - .5
    return torch.cat([place, long(flash), long(impact), long(loud), near, near * after], -1).flatten(1, 2)


def facts_of(state):                       # [B, T, STATE_DIM] -> [B, FACTS]: setting and kind, as the tokens agree on them
    return torch.cat([part(state, 'setting'), part(state, 'kind')], -1).mean(-2).clamp(-3, 3)


def airs(state, h, w):                     # [..., STATE_DIM] -> [..., AIRS, h, w]: camera and flash, the same everywhere
    return torch.cat([part(state, 'camera'), part(state, 'flash')], -1)[..., None, None].expand(*state.shape[:-1], AIRS, h, w)
