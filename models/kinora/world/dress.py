"""Someone in a long dress stands in the wind and faces it; the skirt's back flutters, and so does their hair. The stronger the wind, the farther both stream out.

The skirt is spanned between two threads (see cloth.py): the front one is pressed against the legs, the back one leans with the wind, and waves run down it to the hem, which flaps each time that it turns back.
Objects: 0 the head (`turn`: where the hair is in its wave), 1 the middle of the skirt's back, 2 the end of its hem that flies, 3 the end in front. `turn`: 0 farthest with the wind, π against it.
"""
import math

import torch

from . import cloth, figure, light, sound
from .camera import move
from .clip import COLOURS, OBJECTS, OUTCOMES, PLACES, STEPS, Scene, draw_attribute
from .draw import at, contact_shadow, spread

SIDE = 2.5                                 # m a picture side
LENGTH, MASS, DRAG, STROUHAL = .98, .20, .34, .20    # of the skirt: m, kg / m²; of cloth that the legs shelter; f · sweep / U
HAIR, HAIR_MASS, HAIR_DRAG, HAIR_STROUHAL = .44, .42, .95, .22
SPEEDS, GUSTY = ((1.0, 1.9), (3.5, 4.7)), (.30, .20)    # m/s
FLOOR, BACK = .125, .235
WAIST, SHOULDER, FACE, HEAD = .535, .668, .752, .044    # heights above the picture's foot; radius of the head
FLARE, FRONT = .15, .11                    # rad that the skirt's back and front stand out by their cut
STEEPEST, FARTHEST = .70, 1.30             # rad: of the waves; of any part of the skirt from hanging
HARDEST = 60.                              # m/s²: a full flap
PLEATS = 4.5
WAVE, HAIR_WAVE = (cloth.wavenumber(m, n) * n for m, n in ((MASS, LENGTH), (HAIR_MASS, HAIR)))
STRANDS = ((.020, .014, .028, .2, .0), (.030, .000, .034, .0, .5), (.024, -.022, .026, -.3, 1.1))   # of hair: where each begins behind and above the face's middle; radius; how much lower it hangs (rad); phase


def simulate(B, device, split='train'):
    a = dict(colour=draw_attribute('colour', COLOURS, B, device), ground=draw_attribute('ground', ['grass', 'sand', 'snow', 'stone'], B, device, [.35, .25, .15, .25]),
             place=draw_attribute('place', ['hills', 'city', 'sea'], B, device, [.35, .25, .4]), outcome=draw_attribute('outcome', ['calm', 'rough'], B, device, [.42, .58]))
    u = torch.rand(4, B, device=device)
    way = torch.where(u[0] < .5, -1., 1.)
    own = dict(seed=u[1], way=way, x=.5 - way * (.11 + .05 * u[2]), phase0=u[3] * 6.2832, skin=torch.randint(0, 3, (B,), device=device), hair=torch.randint(0, 3, (B,), device=device),
               **cloth.breeze(B, device, a['outcome'] == OUTCOMES.index('rough'), SPEEDS, GUSTY))
    flow = cloth.flutter(own, MASS, LENGTH, DRAG, STROUHAL, STEEPEST)
    locks = cloth.flutter(own, HAIR_MASS, HAIR, HAIR_DRAG, HAIR_STROUHAL, .8)
    front, back = threads(flow).unbind(-3)
    half, end = (cloth.NODES - 1) // 2, cloth.NODES - 1
    face = torch.stack([bend(flow) * 1.25 - .012, torch.full_like(flow['alpha'], FACE)], -1)
    P, V = cloth.differences(place(own, torch.stack([face, back[..., half, :], back[..., end, :], front[..., end, :]], 1)))
    far = cloth.behind(MASS, LENGTH, device)[[half, end, end]] - torch.tensor([0., 0., LATE], device=device)
    turn = torch.cat([(locks['phase'] - cloth.behind(HAIR_MASS, HAIR, device)[-1])[:, None], flow['phase'][:, None] - far[:, None]], 1)
    hits = torch.zeros(B, OBJECTS, STEPS, device=device)
    hits[:, 2] = cloth.snaps(turn[:, 2], flow, HARDEST)
    own.update(cloth.inner(flow), locks=cloth.inner(locks), turn=turn[..., 1:-1].contiguous(), fly=turn[:, 2, 1:-1].contiguous())
    size = torch.tensor([HEAD, .075, .055, .04], device=device).repeat(B, 1)
    return Scene('dress', a, move(B, device, a), P, V, size, hits, torch.zeros(B, STEPS, device=device), own)


LATE = .8                                  # rad that the front of the hem is behind its back


def bend(flow):                            # how far the shoulders give way to the wind, picture sides
    return .0012 * flow['breeze'] ** 2 - .012


def threads(flow):
    """The front and the back of the skirt at tracks [B, T] -> [B, T, 2, NODES, 2] picture sides: with the wind from the feet, upwards."""
    u = cloth.stations(flow['alpha'].device)
    press = torch.sin(flow['alpha'])[..., None]
    front = -FRONT * (1 - .9 * press) + .22 * cloth.waves(flow, WAVE, u, LATE) * u
    back = (FLARE + flow['alpha'][..., None]) * (1 - .85 * torch.exp(-u / .14)) + cloth.waves(flow, WAVE, u)
    both = []
    for lean, x in ((front, -.030), (back, .034)):
        lean = FARTHEST * torch.tanh(lean / FARTHEST)
        step = torch.stack([lean.sin(), -lean.cos()], -1) * (LENGTH / SIDE / (cloth.NODES - 1))
        start = torch.stack([x + .45 * bend(flow), torch.full_like(flow['alpha'], WAIST)], -1)[..., None, :]
        both.append(start + torch.cat([torch.zeros_like(step[..., :1, :]), torch.cumsum(step, -2)], -2))
    return torch.stack(both, -3)


def strand(flow, lower, shift, n=7):
    """A lock of hair as n + 1 points from its root: [B, T, n + 1, 2] picture sides, with the wind and upwards."""
    u = (torch.arange(n, device=flow['alpha'].device) + .5) / n
    lean = (flow['alpha'][..., None] + .12 - lower * flow['alpha'].cos()[..., None]) + (math.pi / 2.2 - flow['alpha'][..., None]).clamp(min=0) * torch.exp(-u / .16) + cloth.waves(flow, HAIR_WAVE, u, -shift)
    step = torch.stack([lean.sin(), -lean.cos()], -1) * (HAIR / SIDE / n)
    return torch.cat([torch.zeros_like(step[..., :1, :]), torch.cumsum(step, -2)], -2)


def place(own, points):                    # [B, …, 2] with the wind and upwards -> in the picture
    x, y = points.unbind(-1)
    wide = lambda v: v.reshape(-1, *[1] * (x.dim() - 1))
    return torch.stack([wide(own['x']) + wide(own['way']) * x, y], -1)


def backdrop(scene, c): cloth.backdrop(scene, c, BACK)


def render(scene, c, steps):
    a, own, device = scene.attributes, scene.own, scene.device
    B, K = steps.shape
    ambient = light.to(light.AMBIENT, a['time'])
    flow, locks = cloth.seen(own, steps), cloth.seen(own['locks'], steps)
    skirt = threads(flow)
    way, x0 = own['way'][:, None], own['x'][:, None]
    X = lambda d: x0 + way * d                                           # with the wind from the feet
    level = lambda v: torch.full((B, K), v, device=device)
    hem = skirt[..., 1, -1, 0]
    shade = c.crop(X(hem * .4), level(FLOOR), .36)
    contact_shadow(shade, X(hem * .4), level(FLOOR - .006), level(0.), .07 + hem.abs() * .38, .42)
    c.paste(shade)

    skin, hair, dress = light.to(figure.SKIN, own['skin']) * ambient, light.to(figure.HAIR, own['hair']) * ambient, light.to(light.PAINT, a['colour'])
    shoe = torch.tensor([[.30, .18, .15]], device=device) * ambient
    lean = bend(flow)
    for dx, tone, up in ((.020, .82, .008), (-.006, 1., 0.)):            # the far leg, the near one
        figure.limb(c, X(lean * .3 + dx), level(WAIST - .12), X(level(dx)), level(FLOOR + .030 + up), .026, .0125, skin * tone)
        figure.limb(c, X(level(dx + .006)), level(FLOOR + .012 + up), X(level(dx - .028)), level(FLOOR + .007 + up), .0115, .0075, shoe * tone)
    arm(c, X, lean, dress * ambient * .72, skin * .80, .010, flow)
    tresses(scene, c, locks, lean, hair, 'behind')

    half = .285
    part = c.crop(X(level(.13)), level(WAIST + .012 - half), half)
    gown(scene, part, skirt, flow, dress, ambient)
    c.paste(part)

    # The bodice: narrow at the waist, with a belt.
    paint = dress * ambient
    figure.limb(c, X(lean * .9 + .002), level(SHOULDER - .022), X(lean * .5 + .002), level(WAIST + .012), .0355, .0300, paint)
    figure.limb(c, X(lean * .8 - .014), level(SHOULDER - .050), X(lean * .7 - .008), level(SHOULDER - .064), .0265, .022, paint)
    figure.limb(c, X(lean * .45 - .024), level(WAIST + .004), X(lean * .45 + .027), level(WAIST + .004), .0085, .0085, paint * .62)
    figure.limb(c, X(lean - .002), level(SHOULDER - .012), X(lean * 1.2 - .008), level(FACE - .030), .0175, .0150, skin * .90)
    figure.head(c, X(lean * 1.25 - .012), level(FACE), HEAD, -own['way'], skin, hair)
    tresses(scene, c, locks, lean, hair, 'before')
    arm(c, X, lean, paint, skin, 0., flow)


def arm(c, X, lean, sleeve, skin, off, flow):
    """Hangs, a little bent; the wind pushes it back."""
    level = lambda v: torch.full_like(lean, v)
    swing = .10 + .20 * flow['alpha'].sin() + .03 * flow['phase'].sin()
    sx, sy = X(lean * .95 + .006 + off), level(SHOULDER - .020)
    d = lean * .95 + .006 + off + .094 * swing.sin()
    ex, ey = X(d), sy - .094 * swing.cos()
    bend = swing - .42
    hx, hy = X(d + .082 * bend.sin()), ey - .082 * bend.cos()
    figure.limb(c, hx, hy, hx, hy - .010, .0130, .0105, skin)
    figure.limb(c, ex, ey, hx, hy, .0165, .0125, skin)
    figure.limb(c, sx, sy, ex, ey, .0195, .0165, skin)
    figure.limb(c, sx, sy, sx * .45 + ex * .55, sy * .45 + ey * .55, .0225, .0225, sleeve)


def gown(scene, part, skirt, flow, dress, ambient):
    own = scene.own
    p, q = -part.y, (part.x - at(own['x'])) * at(own['way'])
    turned = torch.stack([-skirt[..., 1], skirt[..., 0]], -1)            # downwards, with the wind
    q = q.expand(*p.shape[:2], -1, -1)
    p = p.expand_as(q)
    sides, end, s, w = cloth.sheet(p, q, turned[..., 0, :, :], turned[..., 1, :, :], -2)
    phase, slope = at(flow['phase']), at(flow['slope'])
    # The hem waves; its far side shows below it, in the shade.
    near, far = ((.006 + .030 * slope) * torch.sin(w * 9 - phase + f) * (.3 + .7 * w) for f in (4.3, 6.7))
    part.over(dress * ambient * .50, part.cover(torch.maximum(sides, end - far + .004)))
    pleat = torch.sin(2 * math.pi * PLEATS * w * (.65 + .35 * w) + at(own['seed']) * 20 + .9 * torch.sin(WAVE * s - phase) * w)
    theta = (.50 + .15 * at(flow['alpha'].cos())) * pleat * (s * 2.2).clamp(max=1) + .75 * slope * w * s.sqrt() * torch.cos(WAVE * s - phase) + .35 * (.35 - w)
    part.over(cloth.silk(spread(dress * ambient), theta, 1 - .8 * s, ambient), part.cover(torch.maximum(sides, end - near)))


def tresses(scene, c, locks, lean, hair, where):
    """The locks of the hair, thinner towards their ends; those before the head begin at the temple."""
    own = scene.own
    B, K = lean.shape
    way = own['way'][:, None]
    reach = (HAIR / SIDE * .5 + .035) * (1. if where == 'behind' else .62)
    cx, cy = own['x'][:, None] + way * (lean * 1.25 - .012 + reach * .72), torch.full_like(lean, FACE - .035)
    part = c.crop(cx, cy, reach + .03)
    chosen = STRANDS if where == 'behind' else STRANDS[1:2]
    for back, up, r, lower, shift in chosen:
        points = strand(locks, lower, shift)
        if where == 'before': points, r = points[..., :4, :] * .8, r * .55
        d, tone, n = torch.full_like(part.x, 9.), torch.zeros_like(part.x), points.shape[-2] - 1
        x = own['x'][:, None, None] + way[..., None] * (points[..., 0] + (lean * 1.25 - .012 + back)[..., None])
        y = points[..., 1] + FACE + up
        for i in range(n):
            thick = lambda i: r * (1 - (i / n) ** 2.2) + .003
            piece, lit = figure.taper(part, x[..., i], y[..., i], x[..., i + 1], y[..., i + 1], thick(i), thick(i + 1))
            tone = torch.where(piece < d, lit, tone)
            d = torch.minimum(d, piece)
        part.over((spread(hair) * (1 + .34 * tone.clamp(-1, 1) + .06 * shift).unsqueeze(2)).clamp(0, 1), part.cover(d))
    c.paste(part)


def sounds(scene):
    wave = cloth.air(scene, scene.hits[:, 2], 72.)
    return sound.room(wave, torch.full((scene.batch,), .08, device=scene.device))
