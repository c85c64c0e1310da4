"""A flag on a pole. In a weak wind it hangs and sways, in a strong one it streams out: waves run from the pole to the free edge, and each time that edge turns back it snaps.

The cloth hangs from two threads, its upper and its lower edge, that keep their length (see cloth.py). It is seen from a little below: what comes out of the picture's plane moves up on it.
Objects 0…3 lie on the flag's middle at a quarter, a half, three quarters and the whole of its length; `turn` is where each is in its wave: 0 farthest to one side, π to the other.
"""
import math

import torch

from . import cloth, light, sound
from .camera import move
from .clip import COLOURS, METRES, OBJECTS, OUTCOMES, PLACES, STEPS, Scene, draw_attribute
from .draw import at, box, capsule, contact_shadow, disc, spread

SIDE = 2.6                                 # m a picture side
LENGTH, HOIST = 1.24, .80                  # m
MASS, DRAG, STROUHAL = .20, 1.0, .26       # kg / m²; of a flapping cloth; f · sweep / U
SPEEDS, GUSTY = ((1.25, 1.75), (3.7, 5.0)), (.18, .20)    # m/s
FLOOR, BACK, TOP = .125, .235, .865        # foot of the pole; back edge of the ground; upper corner of the flag
STEEPEST = 1.05                             # rad
SLANT = .9                                 # rad that the waves are ahead on the lower edge
FOLD, FOLDS = .72, 2.3                     # slope (rad) and number of the folds of slack cloth
GATHER = .28                               # by how much less the lower edge is blown out where the cloth hangs
ASIDE, UP = .10, .46                       # how the depth of the scene is seen
HARDEST = 72.                              # m/s²: a full snap
WAVE = cloth.wavenumber(MASS, LENGTH) * LENGTH


def simulate(B, device, split='train'):
    a = dict(colour=draw_attribute('colour', COLOURS, B, device), ground=draw_attribute('ground', ['grass', 'sand', 'snow', 'stone'], B, device, [.4, .2, .2, .2]),
             place=draw_attribute('place', ['hills', 'city', 'sea'], B, device, [.4, .3, .3]), outcome=draw_attribute('outcome', ['calm', 'rough'], B, device, [.42, .58]))
    striped = torch.rand(B, device=device) < .45
    other = (a['colour'] + torch.randint(1, len(COLOURS), (B,), device=device)) % len(COLOURS)
    a['count'] = draw_attribute('count', ['one'], B, device) + striped.long()    # of colours
    a['colour2'] = torch.where(striped, other, torch.full_like(other, -1))
    u = torch.rand(5, B, device=device)
    way = torch.where(u[0] < .5, -1., 1.)
    own = dict(seed=u[1], way=way, pole=.5 - way * (.235 + .05 * u[2]), phase0=u[3] * 6.2832, fold=u[4] * 6.2832,
               **cloth.breeze(B, device, a['outcome'] == OUTCOMES.index('rough'), SPEEDS, GUSTY))
    flow = cloth.flutter(own, MASS, LENGTH, DRAG, STROUHAL, STEEPEST)
    P, V = cloth.differences(place(own, threads(own, flow).mean(-3)[..., nodes(), :]).transpose(1, 2))
    turn = flow['phase'][:, None] - cloth.behind(MASS, LENGTH, device)[nodes(), None]    # [B, OBJECTS, STEPS + 2]
    hits = torch.zeros(B, OBJECTS, STEPS, device=device)
    hits[:, 3] = cloth.snaps(turn[:, 3], flow, HARDEST)
    own.update(cloth.inner(flow), turn=turn[..., 1:-1].contiguous(), fly=turn[:, 3, 1:-1].contiguous())
    size = torch.full((B, OBJECTS), HOIST / SIDE * .32, device=device)
    return Scene('flag', a, move(B, device, a), P, V, size, hits, torch.zeros(B, STEPS, device=device), own)


def nodes(): return [(cloth.NODES - 1) * (i + 1) // OBJECTS for i in range(OBJECTS)]


def slopes(own, flow, u, shift):
    """How far the cloth turns out of the picture's plane (rad) at u of its threads; flow: tracks [B, T], the rest broadcasts after them."""
    slack = FOLD * flow['alpha'][..., None].cos() * torch.sin(2 * math.pi * FOLDS * u + own['fold'][:, None, None] + .45 * torch.sin(flow['phase'][..., None]) + .5 * shift) * (u * 9).clamp(max=1)
    return 1.15 * torch.tanh((cloth.waves(flow, WAVE, u, shift) + slack) / 1.15)


def threads(own, flow):
    """The lower and the upper edge at tracks [B, T] -> [B, T, 2, NODES, 2] picture sides: along the wind from the pole, upwards."""
    u = cloth.stations(own['wind'].device)
    edges = []
    for i, shift in enumerate((SLANT / 2, -SLANT / 2)):
        out = flow['alpha'] * (1 - (1 - i) * GATHER * flow['alpha'].cos())
        sag = (math.pi / 2 - out)[..., None] * (1 - torch.exp(-u / .12))
        theta = slopes(own, flow, u, shift)
        step = torch.stack([theta.cos() * sag.cos() + ASIDE * theta.sin(), -theta.cos() * sag.sin() + UP * theta.sin()], -1) * (LENGTH / SIDE / (cloth.NODES - 1))
        start = torch.tensor([0., TOP - (1 - i) * HOIST / SIDE], device=u.device)
        edges.append(torch.cat([torch.zeros_like(step[..., :1, :]), torch.cumsum(step, -2)], -2) + start)
    return torch.stack(edges, -3)


def place(own, points):                    # [B, T, n, 2] along the wind and upwards -> in the picture
    x, y = points.unbind(-1)
    return torch.stack([own['pole'][:, None, None] + own['way'][:, None, None] * x, y], -1)


def backdrop(scene, c):
    cloth.backdrop(scene, c, BACK)
    pole(scene, c)


def pole(scene, c):
    """A white pole that stands in a stone base, with a gilded ball on top."""
    own, device = scene.own, scene.device
    ambient = light.to(light.AMBIENT, scene.attributes['time'])
    x = own['pole']
    level = lambda v: torch.full_like(x, v)
    contact_shadow(c, x + .012, level(FLOOR - .006), level(0.), level(.075), .45)
    stone = torch.tensor([[.62, .61, .63]], device=device) * ambient
    for w, y, h in ((.046, FLOOR + .008, .014), (.032, FLOOR + .030, .011)):
        d = box(c, x, level(y), level(w), level(h), radius=.006)
        c.over((spread(stone) * (1.04 - 6 * (c.x - at(x)) * .6 + 5 * (c.y - y)).unsqueeze(2)).clamp(0, 1), c.cover(d))
    d = capsule(c, x, level(FLOOR + .03), x, level(TOP + .035), level(.0082))
    side = (c.x - at(x)) / .0082
    steel = torch.tensor([[.93, .93, .94]], device=device) * ambient
    c.over((spread(steel) * (.88 - .24 * side - .10 * side * side).unsqueeze(2)).clamp(0, 1), c.cover(d))
    gold = torch.tensor([[.96, .76, .28]], device=device) * ambient
    for y, r in ((TOP + .040, .0125), (TOP + .060, .0175)):
        ball = disc(c, x, level(y), level(r))
        c.over((spread(gold) * (1 + .30 * ((c.y - y) - (c.x - at(x))) / r).unsqueeze(2)).clamp(0, 1), c.cover(ball))
    c.light(ambient, torch.exp(-((c.x - at(x) + .006) ** 2 + (c.y - TOP - .067) ** 2) / .00003) * .7)


def render(scene, c, steps):
    a, own = scene.attributes, scene.own
    B, K = steps.shape
    ambient = light.to(light.AMBIENT, a['time'])
    flow = cloth.seen(own, steps)
    edges = threads(own, flow)
    middle = place(own, edges.mean(-3))
    shade = c.crop(middle[..., 12, 0], torch.full((B, K), FLOOR, device=scene.device), .34)
    contact_shadow(shade, middle[..., 12, 0], torch.full((B, K), FLOOR - .012, device=scene.device), middle[..., 12, 1] * .35, (middle[..., -1, 0] - middle[..., 0, 0]).abs() * .30, .42)
    c.paste(shade)

    half = .385
    part = c.crop((own['pole'] + own['way'] * .225)[:, None].expand(B, K), torch.full((B, K), TOP + .06 - half, device=scene.device), half)
    banner(scene, part, flow, edges, ambient)
    c.paste(part)


def banner(scene, part, flow, edges, ambient):
    a, own = scene.attributes, scene.own
    p, q = (part.x - at(own['pole'])) * at(own['way']), part.y
    p = p.expand(*q.shape[:2], *p.shape[2:])
    d, end, u, v = cloth.sheet(p, q.expand_as(p), edges[..., 0, :, :], edges[..., 1, :, :], -1)
    d = torch.maximum(torch.maximum(d, end), .004 - p)
    shift = SLANT * (.5 - v)
    flat = lambda x: x.reshape(*x.shape[:2], -1)
    theta = slopes(own, flow, flat(u), flat(shift)).reshape(u.shape)
    paint = spread(light.to(light.PAINT, a['colour'])).expand(*part.image.shape)
    two = at((a['colour2'] >= 0).float()) * part.cover(((v - .5).abs() - .167) * HOIST / SIDE)
    paint = paint + two.unsqueeze(2) * (spread(light.to(light.PAINT, a['colour2'].clamp(min=0))) - paint)
    seam = part.cover((1 - u) * LENGTH / SIDE - .007) * .10 + part.cover(p - .012) * .10
    colours = cloth.silk(paint * spread(ambient), theta, v, ambient) * (1 - seam).unsqueeze(2)
    part.over(colours, part.cover(d))


def sounds(scene):
    wave = cloth.air(scene, scene.hits[:, 3], 96.)
    return sound.room(wave, torch.full((scene.batch,), .10, device=scene.device))
