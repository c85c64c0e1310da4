"""Xylophone, glockenspiel and drum: mallets fly from strike to strike on a tempo grid; a bar rings at its pitch, a skin booms by its size.

The scale is close: a picture side is one metre. Objects 0 and 1 are the mallets' heads. A stroke ends in a downstroke of constant acceleration, so the speed at which a head lands, and
with it the loudness, is 2 · lift / time. Which bar rings follows from where the head is; the drum's radius from the seed.
"""
import math

import torch

from . import echo, light, sound
from .camera import move
from .clip import COLOURS, DT, MATERIALS, OBJECTS, OUTCOMES, RATE, SAMPLES, STEPS, SUBSTEPS, Scene, draw_attribute, held_out
from .draw import at, box, capsule, contact_shadow, disc, ellipse, spread

# Rhythms: a bar in sixteenths. The off ones fall away at a fast tempo and with one mallet.
RHYTHMS = ['x.x.x.x.x.x.x.x.', 'x...x.x.x...x.x.', 'x.x.x...x.x.x...', 'x..x..x.x..x..x.', 'x.xxx.x.x.xxx.x.', 'x...x...x.x.x...', 'x.x...x.x.x...x.', 'x.xxx.xxx.x.x...', 'x..x..x...x.x...']
TEMPO, FAST = (90., 160.), 125.            # beats a minute
BARS, SLOTS, BEFORE = 6, 96, 32            # measures, sixteenths, and how many of them at least lie before the clip
SPEED = 2.6                                # of the loudest strike, picture sides / s: here also m/s
RISE, FALL = .30, .15                      # s at most; a quick stroke has .55 and .45 of its time

NOTES = 8
SCALE = torch.tensor([0., 2, 4, 5, 7, 9, 11, 12])           # semitones of the major scale
PITCH = (1, 1046.5, 523.25, 1)             # Hz of the longest bar, by MATERIALS: a glockenspiel from C6, a xylophone from C5
STRIDE, ROW = .106, .30                    # between the bars' middles; height of their middles
TABLE, FLOOR = .57, .29                    # where the ground ends behind a xylophone, a drum
RAINBOW = torch.tensor([[.86, .22, .22], [.94, .50, .16], [.96, .78, .22], [.46, .74, .28], [.16, .66, .62], [.22, .46, .86], [.46, .32, .78], [.86, .38, .62]])

SKIN, FLAT, SHELL = .46, .30, .27         # height of the drum's skin, its height over its width, the shell's height
WAVES = 78.                                # m/s on the skin: √(tension / mass of a m²)
# Modes of a round membrane: zeros of the Bessel functions J0, J1, J2.
ZEROS, ORDER = (2.405, 3.832, 5.136, 5.520, 7.016, 8.417, 8.654, 10.173), (0, 1, 2, 0, 1, 2, 0, 1)


def bar_x(i): return .5 + (i - (NOTES - 1) / 2) * STRIDE


def bar_half(i): return .225 - .0145 * i   # a bar's pitch goes with 1 / length²; drawn gentler


def radius(seed): return .275 + .055 * torch.cos(seed * 34)               # of the drum, picture sides and metres


def membrane(seed): return torch.tensor(ZEROS, device=seed.device) * WAVES / (2 * math.pi * radius(seed)[:, None])   # [B, 8] Hz


def excited(off):
    """How strongly a strike `off` radii from the middle drives each mode of the skin: its shape there. [...] -> [..., 8]"""
    z = (off[..., None] * torch.tensor(ZEROS, device=off.device)).clamp(min=1e-3)
    j0, j1 = torch.special.bessel_j0(z), torch.special.bessel_j1(z)
    order = torch.tensor(ORDER, device=off.device)
    return torch.where(order == 0, j0, torch.where(order == 1, j1, 2 * j1 / z - j0))


def score(B, device, two):
    """Who strikes when -> tempo [B], steps [B, SLOTS], struck [B, 2, SLOTS] by either hand, order [B, SLOTS] of the strikes."""
    tempo = TEMPO[0] + (TEMPO[1] - TEMPO[0]) * torch.rand(B, device=device)
    slot = torch.arange(SLOTS, device=device)
    steps = ((slot - BEFORE - 16 * torch.rand(B, 1, device=device)) * (15 / tempo[:, None]) * SUBSTEPS).round().long()
    table = torch.tensor([[ch == 'x' for ch in r] for r in RHYTHMS], device=device)
    on = table[torch.randint(0, len(RHYTHMS), (B, BARS), device=device)].reshape(B, SLOTS)
    on = on & ((slot % 2 == 0) | (two & (tempo < FAST))[:, None])
    # Half the films begin before the music; some of the others end early and ring out.
    u = torch.rand(4, B, 1, device=device)
    on = on & ((u[0] < .5) | (steps > (.08 + .45 * u[1]) * SUBSTEPS)) & ((u[2] < .75) | (u[0] > .5) | (steps < (1.1 + .5 * u[3]) * SUBSTEPS))
    order = on.long().cumsum(1)
    hand = (order % 2) * two[:, None]
    return tempo, steps, torch.stack([on & (hand == 0), on & (hand == 1) & two[:, None]], 1), order


def melody(B, device):
    """Bars 0…7 of the strikes in their order [B, SLOTS]: a walk, a scale up and down, or broken thirds."""
    n = torch.arange(SLOTS, device=device)
    walk = torch.tensor([-2, -1, -1, 1, 1, 2, 2, -3], device=device)[torch.randint(0, 8, (B, SLOTS), device=device)]
    kind = torch.rand(B, 1, device=device)
    step = torch.where(kind < .6, walk, torch.where(kind < .8, torch.ones_like(walk), torch.where(n % 2 == 0, 2, -1)))
    return (NOTES - 1) - ((step.cumsum(1) + torch.randint(0, 14, (B, 1), device=device)) % (2 * NOTES - 2) - (NOTES - 1)).abs()


def simulate(B, device, split='train'):
    colour = draw_attribute('colour', COLOURS, B, device)
    outcome = draw_attribute('outcome', ['xylophone', 'drum'], B, device, [.6, .4])
    drum = outcome == OUTCOMES.index('drum')
    material = torch.where(drum, -1, draw_attribute('material', ['wood', 'metal'], B, device))
    if split == 'train':
        while held_out(colour, material).any(): colour = torch.where(held_out(colour, material), torch.randint_like(colour, 0, 8), colour)
    a = dict(colour=colour, material=material, outcome=outcome, place=draw_attribute('place', ['room', 'hills', 'city', 'sea'], B, device, [.5, .2, .15, .15]))
    seed, two = torch.rand(B, device=device), torch.rand(B, device=device) < .65
    tempo, steps, struck, order = score(B, device, two)
    r = .034 + .010 * torch.rand(B, device=device)
    side = torch.tensor([-1., 1.], device=device)[:, None]                                  # the hands
    g = torch.rand(2, B, 2, SLOTS, device=device)
    bar = melody(B, device).gather(1, order.clamp(max=SLOTS - 1))[:, None].expand(B, 2, SLOTS)
    spot = .5 + radius(seed)[:, None, None] * (side * (.30 * two[:, None, None]) + .36 * (g[0] - .5))
    x = torch.where(drum[:, None, None], spot, bar_x(bar.float()))
    slot = torch.arange(SLOTS, device=device)
    strength = .48 + .30 * (slot % 4 == 0) + .22 * g[1]
    # The hands strike a little apart, so that two heads fit on a bar; a head rests on what it strikes, seen from above.
    ground = torch.where(drum, SKIN, ROW)[:, None] - side[:, 0] * (.028 * two)[:, None] * torch.where(drum, .4, 1.)[:, None]      # [B, 2]
    P, V, hits, played = play(steps, struck, x, strength, ground, r, torch.stack([torch.ones_like(two), two], 1))
    own = dict(seed=seed, drum=drum, tempo=tempo, bar=bar[:, 0], **played)
    a['echo'] = echo.draw(B, device)
    return Scene('chimes', a, move(B, device, a), P, V, pad(r[:, None] * own['there']), hits, torch.zeros(B, STEPS, device=device), own)


def pad(v): return torch.cat([v, torch.zeros(v.shape[0], OBJECTS - v.shape[1], *v.shape[2:], device=v.device)], 1)


def play(steps, struck, x, strength, ground, r, there):
    """Two hands that play strikes [B, 2, SLOTS] at x with `strength` and fall onto `ground` [B, 2] -> place, velocity and hits of the heads, and what drawing and sound need.

    steps [B, SLOTS]: when each sixteenth is; r [B]: radius of the heads; there [B, 2]: which hands play."""
    B, device = steps.shape[0], steps.device
    slot = torch.arange(SLOTS, device=device)
    # Outside the clip both hands have a first and a last strike: each step lies between two.
    mark = torch.where(struck, slot, -1)
    mark[..., 0], mark[..., -1] = 0, SLOTS - 1
    last = mark.cummax(-1).values
    after = torch.where(mark < 0, SLOTS - 1, mark).flip(-1).cummin(-1).values.flip(-1).roll(-1, -1)
    now = torch.arange(STEPS, device=device)
    here = (torch.searchsorted(steps, now.expand(B, STEPS).contiguous(), right=True) - 1)[:, None].expand(B, 2, STEPS)
    one, other = last.gather(2, here), after.gather(2, here)
    of = lambda v, k: v.expand(B, 2, SLOTS).gather(2, k)
    start, end = of(steps[:, None], one), of(steps[:, None], other)
    P, V, lift, fall = stroke((now - start) * DT, (end - start) * DT, of(x, one), of(x, other), of(strength, other))
    P[..., 1] += (ground + .7 * r[:, None])[..., None]
    P, V = P * there[..., None, None], V * there[..., None, None]
    inside = struck & (steps[:, None] >= 0) & (steps[:, None] < STEPS)
    hits = torch.zeros(B, 2, STEPS, device=device).scatter_add_(2, steps[:, None].expand(B, 2, SLOTS).clamp(0, STEPS - 1), strength * inside)
    rung = of(struck.float() * strength, one)                                               # how hard the last strike was, 0 before the first
    return pad(P), pad(V), pad(hits), dict(steps=steps, inside=inside, strength=strength, x=x, ground=ground, lift=lift, fall=fall, there=there, rung=rung, since=(now - start) * DT, left=(end - now) * DT, where=of(x, one))


def stroke(t, span, x0, x1, strength):
    """From one strike to the next, `t` of `span` s in: up with constant deceleration, a wait, down with constant acceleration -> position, velocity [..., 2], lift [...], fall (s) [...]."""
    rise, fall = (.55 * span).clamp(max=RISE), (.45 * span).clamp(max=FALL)
    lift = strength * SPEED * fall / 2
    up, down = (1 - t / rise).clamp(min=0), (1 - (span - t) / fall).clamp(min=0)
    s = t / span
    ease, slope = s ** 3 * (10 - 15 * s + 6 * s * s), 30 * s * s * (1 - s) ** 2
    return (torch.stack([x0 + (x1 - x0) * ease, lift * (1 - up * up - down * down)], -1),
            torch.stack([(x1 - x0) * slope / span, 2 * lift * (up / rise - down / fall)], -1), lift, fall)


def backdrop(scene, c):
    a, drum, seed = scene.attributes, scene.own['drum'].float(), scene.own['seed']
    ambient = light.to(light.AMBIENT, a['time'])
    back = TABLE + (FLOOR - TABLE) * drum
    light.paint_place(c, a, back, seed)
    wood = torch.tensor([.60, .43, .36], device=scene.device) * ambient
    c.over(light.vertical(c, wood * .84, wood * 1.06, 0., .6).clamp(0, 1).expand_as(c.image), c.cover(c.y - at(back)))
    c.over((wood * 1.22).clamp(0, 1), c.cover((c.y - at(back) + .006).abs() - .006))
    if (drum > 0).any(): paint_part(c, scene, scene.own['drum'], paint_drum)
    if (drum < 1).any(): paint_part(c, scene, ~scene.own['drum'], paint_bars)


def paint_part(c, scene, mask, paint):
    """Lets `paint` work on those clips of the canvas that `mask` [B] picks."""
    part, clip = c.pick(mask[:, None])
    paint(part, light.to(light.PAINT, scene.attributes['colour'])[clip], scene.attributes['material'][clip], scene.own['seed'][clip], light.to(light.AMBIENT, scene.attributes['time'])[clip])
    c.put(part)


def bar_shape(c, grow=0.):
    """Distance to the nearest bar of the row -> (distance, bar [B, K, H, W] long, u and v: sideways from its middle, along it −1…1)."""
    i = ((c.x - .5) / STRIDE + NOTES / 2).floor().clamp(0, NOTES - 1)
    dx, half = c.x - bar_x(i), bar_half(i)
    qx, qy = dx.abs() - .043 - grow + .014, (c.y - ROW).abs() - half - grow + .014
    return (qx.clamp(min=0) ** 2 + qy.clamp(min=0) ** 2).sqrt() + torch.maximum(qx, qy).clamp(max=0) - .014, i.long(), dx, (c.y - ROW) / half


def paint_bars(c, colour, material, seed, ambient):
    metal = (material == MATERIALS.index('metal')).float()
    n = torch.ones_like(metal)
    # A soft shadow, then two rails that come together towards the short bars.
    c.shade(.34 * (1 - ((c.x - .5).abs() - .40).clamp(min=0) * 12).clamp(0, 1) * torch.exp(-(((c.y - ROW + .035) / .235) ** 4)))
    rail = torch.tensor([[.36, .22, .17]], device=c.x.device) * ambient
    steel = torch.tensor([[.32, .35, .43]], device=c.x.device) * ambient
    rail = rail + metal[:, None] * (steel - rail)
    for way in (-1, 1):
        d = capsule(c, .075 * n, ROW + way * .150 * n, .925 * n, ROW + way * .080 * n, .019 * n)
        c.over(rail, c.cover(d))
        c.light(ambient, c.cover((d + .012).abs() - .003) * .12)
    d, i, u, v = bar_shape(c)
    shadow = bar_shape(c, .004)[0]
    c.shade(.30 * c.cover(shadow, 3))
    paint = RAINBOW.to(c.x.device)[i].permute(0, 1, 4, 2, 3)
    m, light_ = at(metal).unsqueeze(2), spread(ambient)
    # Wood is painted matt over warm timber with grain; metal is tinted steel with a sheen that runs across the row.
    timber = paint * .74 + torch.tensor([.66, .42, .22], device=c.x.device)[None, None, :, None, None] * .30
    grain = (torch.sin(u * 330 + torch.sin(v * 5 + i * 2.3) * 2.2) > .55).float().unsqueeze(2)
    timber = timber * (1 - .10 * grain) * (1.02 + 1.4 * u.unsqueeze(2) * -1)
    sheen = torch.exp(-(((c.y - ROW - .10 + (c.x - .5) * .35) / .045) ** 2)) + .6 * torch.exp(-(((c.y - ROW + .085 + (c.x - .5) * .35) / .022) ** 2))
    bevel = (1 - (u.abs() / .043) ** 4).unsqueeze(2)
    plate = (paint * .46 + torch.tensor([.38, .41, .46], device=c.x.device)[None, None, :, None, None]) * (.70 + .30 * bevel) * (.92 - .16 * v.unsqueeze(2))
    plate = plate + .62 * sheen.unsqueeze(2) * (1 - plate)
    c.over(((timber + m * (plate - timber)) * light_).clamp(0, 1), c.cover(d))
    c.light(ambient, c.cover((d + .005).abs() - .0025) * (u < .02) * .22)
    # Pegs where the rails pass under the bars.
    for way in (-1, 1):
        y = ROW + way * (.150 - .070 * (bar_x(i.float()) - .075) / .85)
        peg = (u ** 2 + (c.y - y) ** 2).sqrt() - .010
        c.over(rail * .55, c.cover(peg - .003))
        c.over((torch.tensor([[.93, .90, .82]], device=c.x.device) * ambient), c.cover(peg + .001))


def paint_drum(c, colour, material, seed, ambient):
    R = radius(seed)
    half, n = at(R), torch.ones_like(R)
    u = ((c.x - .5) / half).clamp(-1, 1)
    down = FLAT * half * (1 - u * u).sqrt()                                                 # the front edge of the skin lies so much lower
    k = ((c.x - .5) / (half * 1.15)) ** 2 + ((c.y - SKIN + SHELL + FLAT * half * .5) / (FLAT * half * 1.25)) ** 2
    c.shade(.42 * torch.exp(-k ** 2))
    v = c.y - SKIN + down                                                                   # 0 at the front edge, −SHELL at the foot
    side = (c.x - .5).abs() - half
    shell = torch.maximum(side, torch.maximum(-SHELL - v, c.y - SKIN))
    tone = (.62 + .46 * (1 - (u + .30) ** 2).clamp(min=0) ** .5).unsqueeze(2)
    paint = spread(colour * ambient)
    c.over((paint * tone).clamp(0, 1).expand_as(c.image), c.cover(shell))
    # Cords in zigzag between two hoops, evenly around the shell.
    turn = torch.asin(u * .999) / math.pi * 7
    zig = -.035 - (SHELL - .07) * (2 * torch.frac(turn + 8.25) - 1).abs()
    slope = 1 + .6 * u.abs() / (1.02 - u * u).sqrt()
    cord = torch.maximum(((v - zig).abs() / (1 + 2.2 * (SHELL / half) * slope * .8) - .0042), shell)
    pale = spread(torch.tensor([[.97, .94, .86]], device=c.x.device) * ambient)
    dark = spread(colour * ambient * .45 + .06 * ambient)
    string = torch.where((colour.amin(1) > .8)[:, None, None, None, None], dark, pale)      # on a white shell white cords are lost
    c.over((string * tone).clamp(0, 1).expand_as(c.image), c.cover(cord))
    for top in (-.004, -SHELL + .030):
        hoop = torch.maximum(torch.maximum(v - top, top - .034 - v), side - .008)
        hoop = torch.maximum(hoop, c.y - SKIN - .006)
        c.over((dark * (tone + .25)).clamp(0, 1).expand_as(c.image), c.cover(hoop))
        c.over((pale * tone).clamp(0, 1).expand_as(c.image), c.cover(torch.maximum((v - top + .017).abs() - .0035, hoop)))
    rim = ellipse(c, .5 * n, SKIN * n, R + .008, R * FLAT + .008)
    c.over((dark * 1.35).clamp(0, 1).expand_as(c.image), c.cover(rim))
    skin = ellipse(c, .5 * n, SKIN * n, R - .008, R * FLAT - .006)
    cream = torch.tensor([.98, .95, .88], device=c.x.device) * ambient
    shade = (1 - .14 * ((c.x - .5) / half * .6 + .5 - (c.y - SKIN) / (FLAT * half) * .3)).unsqueeze(2)
    c.over((spread(cream) * shade).clamp(0, 1), c.cover(skin))
    ring = ellipse(c, .5 * n, SKIN * n, R * .80, R * FLAT * .80)
    c.shade(c.cover(ring.abs() - .0025) * .10)


def render(scene, c, steps):
    a, own, device = scene.attributes, scene.own, scene.device
    ambient, drum = light.to(light.AMBIENT, a['time']), own['drum']
    see = lambda v: v.gather(1, steps)
    reach, thick = own.get('reach', torch.full_like(own['seed'], .58)), own.get('thick', torch.full_like(own['seed'], .0095))   # how far a drummer's hands are from the middle; of the sticks
    hands = [i for i in range(2) if own['there'][:, i].any()]
    shown = lambda i: own['there'][:, i].float()
    R = radius(own['seed'])
    for i in hands:
        struck, since, left = see(own['where'][:, i]), see(own['since'][:, i]), see(own['left'][:, i])
        level = shown(i)[:, None] * see(own['rung'][:, i]) * (left / (left + since)).clamp(0, 1)
        for kind, paint in ((drum, ripple), (~drum, gleam)):
            if not kind.any(): continue
            part, clip = c.pick(kind[:, None].expand_as(steps))
            one = lambda v: v[kind].reshape(-1, 1)
            paint(part, one(struck), one(since), one(level), R[clip], ambient[clip], scene.own['ground'][clip, i])
            c.put(part)
    wood = torch.tensor([[.84, .64, .42]], device=device) * ambient
    head = torch.where(drum[:, None], torch.tensor([[.80, .50, .27]], device=device), light.to(light.PAINT, a['colour'])) * ambient
    for i in hands:
        p = scene.position[:, i].gather(1, steps[..., None].expand(-1, -1, 2))
        x, y, r, on = p[..., 0], p[..., 1], scene.size[:, i].clamp(min=1e-4), shown(i)
        ground = own['ground'][:, i]
        shadow = c.crop(x, ground[:, None].expand_as(x), .11)
        contact_shadow(shadow, x, ground - .010, y - (ground + .7 * r)[:, None], r[:, None] * 1.05, strength=.46 * on[:, None])
        c.paste(shadow)
    for i in hands:
        p = scene.position[:, i].gather(1, steps[..., None].expand(-1, -1, 2))
        x, y, r, on = p[..., 0], p[..., 1], scene.size[:, i].clamp(min=1e-4), shown(i)
        # Players stand before a xylophone and to both sides of a drum: a stick turns about a hand outside the picture.
        way = 2 * i - 1
        hand_x = torch.where(drum[:, None], (.5 + reach * way)[:, None].expand_as(x), .5 + .10 * way + .62 * (x - .5))
        hand_y = torch.where(drum[:, None], torch.full_like(y, .62), torch.full_like(y, -.05))
        stick = c.crop((x + hand_x) / 2, (y + hand_y) / 2, float(reach.max()) / 2)
        d = capsule(stick, x, y, hand_x, hand_y, thick)
        stick.over(wood * .62, stick.cover(d) * at(on))
        stick.over(wood, stick.cover(d + .0035) * at(on))
        c.paste(stick)
        part = c.crop(x, y, .05)
        d = disc(part, x, y, r)
        u, v = (part.x - at(x)) / at(r), (part.y - at(y)) / at(r)
        tone = (.90 - .26 * u + .30 * v).clamp(.55, 1.15).unsqueeze(2)
        part.over((spread(head) * tone).clamp(0, 1).expand_as(part.image), part.cover(d) * at(on))
        part.light(ambient, torch.exp(-((u + .36) ** 2 + (v - .42) ** 2) / .07) * part.cover(d) * at(on) * .55)
        c.paste(part)


def gleam(c, x, since, level, R, ambient, ground):
    """The bar that was struck lights up and a halo leaves it."""
    part = c.crop(x, torch.full_like(x, ROW), .26)
    bar = ((x - .5) / STRIDE + (NOTES - 1) / 2).round()
    d = box(part, x, torch.full_like(x, ROW), torch.full_like(x, .043), bar_half(bar), radius=.014)
    glow = torch.exp(-since * 5) * level
    part.light(torch.ones_like(ambient), at(glow) * (part.cover(d) * .62 + (1 - d / .032).clamp(0, 1) ** 2 * (d > 0) * .24))
    c.paste(part)


def ripple(c, x, since, level, R, ambient, ground):
    """Rings run out over the skin from where it was struck."""
    part = c.crop(x, torch.full_like(x, SKIN), .20)
    inside = part.cover(ellipse(part, torch.full_like(R, .5), torch.full_like(R, SKIN), R - .010, R * FLAT - .008))
    d = ((part.x - at(x)) ** 2 + ((part.y - at(ground)) / FLAT) ** 2).sqrt()
    reach = at(since * .75 + .03)
    ring = torch.cos((d - reach) * 95) * torch.exp(-((d - reach) / .055) ** 2)
    fade = at(torch.exp(-since * 5.5) * level) * inside
    part.shade(fade * (.42 * ring.clamp(min=0) + .20 * torch.exp(-(d / .09) ** 2)))
    part.light(ambient, fade * .8 * (-ring).clamp(min=0))
    c.paste(part)


def rings(scene):
    """What a unit strike excites: [B, 8, n], the eight bars of a xylophone or the eight modes of a drum's skin."""
    device, metal, own = scene.device, MATERIALS.index('metal'), scene.own
    t = sound.clock(1.9, device)
    bank = torch.stack([ring_of_bars(PITCH[m] * 2 ** (SCALE.to(device) / 12), m == metal, t) for m in (metal, MATERIALS.index('wood'))])
    bars = bank[(scene.attributes['material'] != metal).long()]
    if not own['drum'].any(): return bars
    f = membrane(own['seed'][own['drum']])
    decay = 5.5 + 9 * (torch.tensor(ZEROS, device=device) / ZEROS[0] - 1)
    # A struck skin is tighter for a moment: the pitch falls a little as it dies away.
    phase = t + .10 / 18 * (1 - torch.exp(-18 * t))
    skin = torch.exp(-decay[:, None] * t) * torch.sin(2 * math.pi * f[..., None] * phase)
    slap = sound.band_noise((len(t),), 180., 1500., device) * torch.exp(-t * 70) * .34
    skin[:, 0] += slap
    bars = bars.clone()
    bars[own['drum']] = skin * torch.tensor([1., 1.0, .7, .6, .4, .3, .3, .2], device=device)[:, None] * (t * 1500).clamp(max=1)
    return bars


def ring_of_bars(f, metal, t):
    """A free bar's partials: 1 : 2.756 : 5.404 in a plain metal bar; a xylophone's wood is carved to 1 : 3 : 6. f [8] -> [8, n]"""
    ratios, gains = ((1., 2.756, 5.404), (1., .32, .16)) if metal else ((1., 3., 6.), (1., .34, .10))
    f = f[:, None]
    faster = (f / f[:1]) ** .6
    out = torch.zeros(f.shape[0], len(t), device=t.device)
    for k, (ratio, gain) in enumerate(zip(ratios, gains)):
        envelope = .55 * torch.exp(-t * (8 + 10 * k) * faster) + .45 * torch.exp(-t * (2.2 + 3 * k) * faster) if metal else torch.exp(-t * (13 + 16 * k) * faster)
        out += gain * (f * ratio < RATE * .47) * envelope * torch.sin(2 * math.pi * f * ratio * t)
    knock = sound.band_noise((len(t),), *((2500., 7000.) if metal else (700., 2600.)), t.device) * torch.exp(-t * (700 if metal else 320)) * (.30 if metal else .55)
    return (out + knock) * (t * 2500).clamp(max=1)


def strikes(scene):
    """Strikes by bar or mode, on the audio clock [B, 8, SAMPLES]. A drum's strike drives the modes that move under it."""
    own, B = scene.own, scene.batch
    off = (own['x'] - .5).abs() / radius(own['seed'])[:, None, None]
    bar = torch.nn.functional.one_hot(own['bar'], NOTES).float()[:, None].expand(B, 2, SLOTS, NOTES)
    weight = torch.where(own['drum'][:, None, None, None], excited(off), bar) * (own['strength'] * own['inside'])[..., None]
    sample = (own['steps'].double() * RATE / SUBSTEPS).round().long().clamp(0, SAMPLES - 1)
    place = sample[:, None, None].expand(B, NOTES, 2, SLOTS)
    return torch.zeros(B, NOTES, SAMPLES, device=scene.device).scatter_add_(2, place.flatten(2), weight.permute(0, 3, 1, 2).flatten(2))


def sounds(scene):
    a, ring, hit = scene.attributes, rings(scene), strikes(scene)
    n = 1 << (SAMPLES + ring.shape[-1] - 1).bit_length()
    wave = torch.fft.irfft((torch.fft.rfft(hit, n) * torch.fft.rfft(ring, n)).sum(1), n)[..., :SAMPLES]     # one inverse for all eight
    wave = wave * torch.where(scene.own['drum'], .85, .62)[:, None]
    return sound.room(wave, (a['place'] == 0).float() * .8 + .1)
