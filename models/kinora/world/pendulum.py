"""Things that swing: a bob on a string, Newton's cradle, a ticking clock. One exact law for all three: θ″ = −(g/L) sin θ, solved by Jacobi's elliptic functions.

Here a picture side shows 1 m, so that a string of 0.25 m swings about once a second. Time is cut at the passages through the lowest point: there the cradle's
momentum jumps from one outer ball to the other and clicks, and the clock's escapement lets go a tooth. Objects: `pendulum` 0 bob, 1 the knob it hangs from; `cradle` 0…3 balls
from left to right; `clock` 0 bob, 1 the dial (turn: the second hand).
"""
import math

import torch

from . import echo, light, sound
from .camera import move
from .clip import COLOURS, DT, GROUNDS, MATERIALS, OBJECTS, OUTCOMES, PLACES, SAMPLES, STEPS, Scene, draw_attribute, held_out, take
from .draw import at, box, capsule, contact_shadow, disc, ellipse, spread

G = 9.81                                   # picture sides / s², at 1 m a side
KINDS = ['pendulum', 'cradle', 'clock']
PASSAGES = 6                               # more than pass the lowest point in a clip
KEEP = torch.tensor([.88, .97, .84, .94])  # share of its speed that a cradle's click hands on, by MATERIALS
STEP = math.radians(6)                     # the second hand's step: an escape wheel of 30 teeth, two beats a tooth
HANG = (.90, .78, .63)                     # height of the axis, by KINDS
FOOT = .12                                 # the line on which stands and clocks stand
BASE = .205                                # top of the cradle's base
DIAL_Y, DIAL_R = .735, .115
UNDERFOOT = ['wood', 'grass', 'stone', 'sand']                           # by PLACES
STRING = torch.tensor([[.27, .21, .18], [.25, .14, .15], [.74, .75, .83]])  # by TIMES: always against the wall's or the sky's tone
BRASS, STEEL, TIMBER = (torch.tensor([v]) for v in ([.88, .70, .32], [.60, .63, .68], [.52, .35, .22]))


def landen(k, rounds=4):
    """Arithmetic-geometric means of 1 and √(1 − k²): the scale of the last, and the ratios c/a on the way."""
    a, b, ratios = torch.ones_like(k), (1 - k * k).sqrt(), []
    for _ in range(rounds):
        ratios.append((a - b) / (a + b))
        a, b = (a + b) / 2, (a * b).sqrt()
    return a, ratios


def quarter(k): return math.pi / 2 / landen(k)[0]                         # complete elliptic integral K of modulus k


def jacobi(u, k):
    """Jacobi's sn and cn of u with modulus k (descending Landen transformation, Abramowitz & Stegun 16.4)."""
    a, ratios = landen(k)
    phi = 2 ** len(ratios) * a * u
    for r in reversed(ratios): phi = (phi + torch.asin(r * torch.sin(phi))) / 2
    return torch.sin(phi), torch.cos(phi)


def swing(t, first, k, omega, side):
    """Angle and its speed [B, T] at times t [B, T], and the passages [B, PASSAGES] through the lowest point.

    first [B]: when the first half swing began; k [B, PASSAGES]: sin(amplitude / 2) of each half swing; omega = √(g/L), side ±1 [B].
    """
    half = 2 * quarter(k) / omega[:, None]
    passage = first[:, None] + torch.cat([torch.zeros_like(half[:, :1]), half[:, :-1].cumsum(1)], 1)
    n = (t[..., None] >= passage[:, None, 1:]).sum(-1)                    # [B, T] which half swing
    sn, cn = jacobi((t - passage.gather(1, n)) * omega[:, None], k.gather(1, n))
    way = side[:, None] * (1 - 2 * (n % 2))
    return way * 2 * torch.asin(k.gather(1, n) * sn), way * 2 * k.gather(1, n) * omega[:, None] * cn, passage


def simulate(B, device, split='train'):
    colour, material = draw_attribute('colour', COLOURS, B, device), draw_attribute('material', MATERIALS, B, device)
    if split == 'train':
        while held_out(colour, material).any(): colour = torch.where(held_out(colour, material), torch.randint_like(colour, 0, 8), colour)
    place = draw_attribute('place', PLACES, B, device, [.6, .16, .12, .12])
    a = dict(colour=colour, material=material, place=place, outcome=draw_attribute('outcome', KINDS, B, device), ground=torch.tensor([GROUNDS.index(g) for g in UNDERFOOT], device=device)[place])
    kind = a['outcome'] - OUTCOMES.index(KINDS[0])
    bob, cradle, clock = (kind == i for i in range(3))
    one = lambda low, high: low + (high - low) * torch.rand(B, device=device)
    by = lambda *values: torch.stack(values).gather(0, kind[None])[0]
    u, seed = torch.rand(B, device=device), torch.rand(B, device=device)
    r = by(one(.055, .085), one(.046, .058), one(.042, .050))
    length = by(one(.36, .60), one(.28, .42), one(.225, .275))
    x = by(one(.45, .55), one(.48, .52), torch.where(seed < .5, .65, .35) + one(-.03, .03))    # a clock stands beside the window
    reach = by(.41 - r, .45 - 4 * r, .118 - r)                            # how far the bob may go sideways
    amplitude = torch.asin((reach / length).clamp(max=.72)) * (.62 + .38 * u)
    omega = (G / length).sqrt()
    keep = torch.where(cradle, KEEP.to(device)[material], 1.)
    k = (amplitude / 2).sin()[:, None] * keep[:, None] ** torch.arange(PASSAGES, device=device)
    half = 2 * quarter(k[:, 0]) / omega
    # Half the clips begin in mid-swing, a clock always does; the others are let go from the side.
    running, let_go = clock | (torch.rand(B, device=device) < .5), one(0, .35)
    first = torch.where(running, -half * torch.rand(B, device=device), let_go - half / 2)
    side = torch.where(torch.rand(B, device=device) < .5, 1., -1.)
    t = torch.arange(STEPS, device=device) * DT
    held = ~running[:, None] & (t < let_go[:, None])
    angle, rate, passage = swing(torch.where(held, let_go[:, None], t), first, k, omega, side)
    rate = torch.where(held, 0., rate)
    # Who swings: in a cradle the left ball to the left and the right ball to the right.
    only = lambda m: (angle * m, rate * m)
    left, right = only(~cradle[:, None] | (angle < 0)), only(cradle[:, None] & (angle > 0))
    rest = torch.zeros_like(angle)
    theta, spin = torch.stack([left[0], rest, rest, right[0]], 1), torch.stack([left[1], rest, rest, right[1]], 1)
    hang = torch.tensor(HANG, device=device)[kind]
    row = x[:, None] + (torch.arange(OBJECTS, device=device) * 2 - 3) * r[:, None] * cradle[:, None]   # [B, OBJECTS] the axes
    L = length[:, None, None]
    P = torch.stack([row[..., None] + L * theta.sin(), hang[:, None, None] - L * theta.cos()], -1)
    V = torch.stack([L * spin * theta.cos(), L * spin * theta.sin()], -1)
    fixed = torch.stack([x, torch.where(clock, DIAL_Y, hang)], -1)[:, None]
    P[:, 1] = torch.where(cradle[:, None, None], P[:, 1], fixed)
    there = torch.stack([torch.ones_like(cradle), torch.ones_like(cradle), cradle, cradle], 1)
    size = there * torch.stack([r, by(torch.full_like(r, .03), r, torch.full_like(r, DIAL_R)), r, r], 1)
    P, V = P * there[..., None, None], V * there[..., None, None]
    # Contacts: the passages that are not silent. A click strikes both outer balls; a tick belongs to the dial.
    at_step = (passage[:, 1:] / DT).ceil().long()
    strike = torch.where(clock[:, None], .5, (2 * k[:, :-1] * (omega * length)[:, None] / 1.7).clamp(max=1)) * ~bob[:, None]
    sounding = torch.zeros(B, STEPS, device=device).scatter_add_(1, at_step.clamp(0, STEPS - 1), strike * ((at_step >= 0) & (at_step < STEPS)))
    hits = sounding[:, None] * torch.stack([cradle, clock, torch.zeros_like(clock), cradle], 1)[..., None]
    beats = (t[None, :, None] >= passage[:, None, 1:]).sum(-1)
    hand = -(seed[:, None] * 40 + STEP * beats)                            # clockwise
    turn = theta.clone()
    turn[:, 1] = torch.where(clock[:, None], hand, 0.)
    own = dict(turn=turn, seed=seed, kind=kind, length=length, axis=torch.stack([row, hang[:, None].expand_as(row)], -1), amplitude=amplitude, passage=passage, running=running)
    a['echo'] = echo.draw(B, device)
    return Scene('pendulum', a, move(B, device, a), P, V, size, hits, torch.zeros(B, STEPS, device=device), own)


def body(c, x, half, colour):
    """Paint of an upright thing lit from the left: [B, K, 3, H, W]."""
    u = ((c.x - at(x)) / half).clamp(-1.2, 1.2).unsqueeze(2)
    return (spread(colour) * (1 - .16 * u)).clamp(0, 1)


def hung(c, x, y, r, angle, axis, start, width, colour, length):
    """The string or rod from the axis [B, 2] to the top of a ball at x, y [B, K] with its eye; `start` [B]: how far below the axis it begins to show."""
    s, k = angle.sin(), angle.cos()
    end = (length - r * .96)[:, None]
    ax, ay = axis[:, 0, None], axis[:, 1, None]
    part = c.crop(ax + s * length[:, None] / 2, ay - k * length[:, None] / 2, float(length.max()) / 2 + .012)
    d = capsule(part, ax + s * start[:, None], ay - k * start[:, None], ax + s * end, ay - k * end, width[:, None])
    eye = capsule(part, ax + s * (end - .010), ay - k * (end - .010), ax + s * (end + .004), ay - k * (end + .004), (width + .0055)[:, None])
    part.over(colour, part.cover(torch.minimum(d, eye)))
    c.paste(part)


def foot(c, x, y, half, strength=.5):
    """The flat shadow of a thing that stands broadly on the ground at y."""
    c.shade(strength * torch.exp(-((c.x - at(x)) / half) ** 4 - ((c.y - y) / .020) ** 2))


def backdrop(scene, c):
    a, own, B = scene.attributes, scene.own, scene.batch
    back = torch.full((B,), FOOT + .09, device=scene.device)
    light.paint_place(c, a, back, own['seed'])
    light.paint_ground(c, a, back, back)
    for i, paint in enumerate((stand, frame, case)):
        part, b = c.pick((own['kind'] == i)[:, None])
        if len(b) == 0: continue
        paint(part, own['axis'][b, :, 0].mean(1) if i == 1 else own['axis'][b, 0, 0], scene, b)
        c.put(part)


def stand(c, x, scene, b):
    """A beam on two leaning posts, and the knob from which the bob hangs."""
    ambient = light.to(light.AMBIENT, scene.attributes['time'][b])
    one = torch.ones_like(x)
    wood, brass = TIMBER.to(c.x.device) * ambient, BRASS.to(c.x.device) * ambient
    y = one * HANG[0]
    for way in (-1, 1):
        contact_shadow(c, x + way * .42, one * (FOOT - .012), one * 0, one * .07)
        c.over(wood * (.92 - .08 * way), c.cover(capsule(c, x + way * .375, y + .02, x + way * .42, one * FOOT, one * .016)))
    c.over(wood * .80, c.cover(box(c, x, y + .022, one * .425, one * .026, radius=.012)))
    c.over(wood * 1.12, c.cover(box(c, x, y + .030, one * .425, one * .018, radius=.010)))
    knob = disc(c, x, y, scene.size[b, 1])
    c.over(brass * .70, c.cover(knob))
    c.over(brass, c.cover(knob + .006))
    c.light(ambient, torch.exp(-((c.x - at(x) + .010) ** 2 + (c.y - at(y) - .010) ** 2) / 9e-5) * .6)


def frame(c, x, scene, b):
    """A cradle's base and its bow of steel, with the two inner balls, which never move."""
    a = {k: v[b] for k, v in scene.attributes.items()}
    ambient, one = light.to(light.AMBIENT, a['time']), torch.ones_like(x)
    steel, wood, r = STEEL.to(c.x.device) * ambient, TIMBER.to(c.x.device) * ambient * .72, scene.size[b, 0]
    foot(c, x, BASE - .064, .41)
    middle, tall = (HANG[1] + BASE - .10) / 2, (HANG[1] - BASE + .10) / 2
    for rise, wide, tone, thick in ((.022, .315, .78, .008), (0., .345, 1.06, .011)):
        bow = box(c, x, one * (middle + rise), one * wide, one * tall, radius=.06).abs() - thick
        bow = torch.maximum(bow, BASE - .03 - c.y)
        c.over(body(c, x, .4, steel * tone), c.cover(bow))
        if rise == 0: c.light(ambient, c.cover(bow + thick * .75) * .35)
    c.over(wood * .75, c.cover(box(c, x, one * (BASE - .032), one * .385, one * .032, radius=.016)))
    c.over(body(c, x, .385, wood * 1.15), c.cover(box(c, x, one * (BASE - .022), one * .385, one * .022, radius=.014)))
    string = light.to(STRING, a['time'])
    paint = light.to(light.PAINT, a['colour'])
    for i in range(OBJECTS):                                              # a clamp for each; the inner balls whole
        axis = scene.own['axis'][b, i]
        c.over(steel * .62, c.cover(box(c, axis[:, 0], axis[:, 1], one * .009, one * .015, radius=.004)))
        if i in (1, 2):
            p = scene.position[b, i, :1]
            hung(c, p[..., 0], p[..., 1], r, torch.zeros_like(p[..., 0]), axis, one * .012, one * .0028, string, scene.own['length'][b])
            part = c.crop(p[..., 0], p[..., 1], float(r.max()) * 1.06)
            light.ball(part, p[..., 0], p[..., 1], r, paint, a['material'], torch.zeros_like(p[..., 0]), ambient)
            c.paste(part)


def case(c, x, scene, b):
    """A long-case clock: plinth, trunk with an open door, hood with the dial; its hour and minute hands stand still."""
    a, seed = {k: v[b] for k, v in scene.attributes.items()}, scene.own['seed'][b] % 1
    ambient, one = light.to(light.AMBIENT, a['time']), torch.ones_like(x)
    paint = light.to(light.PAINT, a['colour']) * ambient
    brass, ivory, ink = BRASS.to(c.x.device) * ambient, torch.tensor([[.98, .95, .86]], device=c.x.device) * ambient.clamp(min=.78), torch.tensor([[.16, .13, .15]], device=c.x.device)
    foot(c, x, FOOT - .014, .20)
    part = lambda y, w, h, tone, round_=.012: c.over(body(c, x, .19, paint * tone), c.cover(box(c, x, one * y, one * w, one * h, radius=round_)))
    c.over(body(c, x, .19, paint * .80), c.cover(ellipse(c, x, one * .875, one * .125, one * .075)))
    part(.37, .152, .24, .82)                                             # trunk
    part(.165, .175, .055, .92)                                           # plinth
    part(.735, .168, .150, .92)                                           # hood
    for y, w in ((.120, .188), (.218, .180), (.592, .186), (.878, .190)): part(y, w, .013, 1.10, .008)
    finial = disc(c, x, one * .962, one * .018)
    c.over(brass, c.cover(finial))
    door = box(c, x, one * .403, one * .126, one * .164, radius=.02)
    c.over(brass * .85, c.cover(door - .007))
    bright = (light.to(light.PAINT, a['colour']).mean(1, keepdim=True) > .6).float()      # behind a pale bob the case is lined dark, behind the others pale
    lining = bright * (paint * .22 + .03) + (1 - bright) * ivory * .90
    c.over(light.vertical(c, lining, lining * .74, .24, .57).expand_as(c.image), c.cover(door))
    c.shade(torch.exp(-((c.y - .567) / .03) ** 2) * c.cover(door) * .35)
    y, r = one * DIAL_Y, scene.size[b, 1]
    dial = disc(c, x, y, r)
    c.shade(torch.exp(-(dial.clamp(min=0) / .018) ** 2) * .22)
    c.over(brass * .82, c.cover(dial))
    c.over(brass * 1.08, c.cover(dial + .004))
    c.over(ivory, c.cover(dial + .014))
    u, v = c.x - at(x), c.y - at(y)
    hour = torch.atan2(u, v) * (6 / math.pi)
    off = (hour - hour.round()) * (math.pi / 6) * (u * u + v * v).sqrt()   # sideways distance from the nearest hour
    c.over(ink, c.cover(torch.maximum(off.abs() - .0035, ((dial + .027).abs() - .007))) * .85)
    for angle, reach, width in ((seed * 20, .048, .0062), (seed * 34, .073, .0046)):
        c.over(ink, c.cover(capsule(c, x, y, x + angle.sin() * reach, y + angle.cos() * reach, one * width)))


def render(scene, c, steps):
    a, own = scene.attributes, scene.own
    kind, r, length = own['kind'], scene.size[:, 0], own['length']
    ambient, paint = light.to(light.AMBIENT, a['time']), light.to(light.PAINT, a['colour'])
    clock = kind == 2
    string = torch.where(clock[:, None], BRASS.to(c.x.device) * ambient * .70, light.to(STRING, a['time']))
    start, width = (torch.tensor(v, device=c.x.device)[kind] for v in ((.028, .012, .068), (.0034, .0028, .0052)))
    for i in (0, 3):
        k = scene.size[:, i] > 0
        if not k.any(): continue
        part, b = c.pick(k[:, None].expand_as(steps)) if i else (c, torch.arange(scene.batch, device=c.x.device))
        see = (lambda v: v[k[:, None].expand_as(steps)][:, None]) if i else (lambda v: v)
        p, angle = scene.position[:, i].gather(1, steps[..., None].expand(-1, -1, 2)), see(own['turn'][:, i].gather(1, steps))
        x, y, R = see(p[..., 0]), see(p[..., 1]), r[b]
        if i == 0:
            floor = torch.full_like(x, FOOT - .012)
            ground = part.crop(x, floor, float(R.max()) * 2.6)
            contact_shadow(ground, x, floor, y - floor - R[:, None], R[:, None], (.38 * (kind == 0))[:, None])
            part.paste(ground)
        hung(part, x, y, R, angle, own['axis'][b, i], start[b], width[b], string[b], length[b])
        near = part.crop(x, y, float(R.max()) * 1.35)
        near.shade(torch.exp(-(disc(near, x + .008, y - .010, R).clamp(min=0) / .010) ** 2) * at(.45 * clock[b]))   # on the clock's back
        light.ball(near, x, y, R, paint[b], a['material'][b], angle, ambient[b])
        part.paste(near)
        if part is not c: c.put(part)
    if clock.any():
        x, y, angle = *(scene.position[:, 1, :1, j].expand_as(steps) for j in (0, 1)), own['turn'][:, 1].gather(1, steps)
        dial = c.crop(x, y, DIAL_R)
        s, k = -angle.sin(), angle.cos()
        hand = capsule(dial, x - s * .024, y - k * .024, x + s * .088, y + k * .088, torch.full_like(x, .0034))
        hand = torch.minimum(hand, disc(dial, x, y, torch.full_like(x, .010)))
        dial.over(torch.tensor([[.84, .16, .14]], device=c.x.device) * ambient, dial.cover(hand) * at(clock.float()))
        c.paste(dial)


def sounds(scene):
    wave = torch.zeros(scene.batch, SAMPLES, device=scene.device)
    for i, voice in enumerate((air, clicks, ticks)):
        b = (scene.own['kind'] == i).nonzero()[:, 0]
        if len(b): wave[b] = voice(take(scene, b))
    return sound.room(wave, (scene.attributes['place'] == PLACES.index('room')).float() * .7 + .08)


def air(scene):
    """What a bob stirs as it passes: the pressure of a wake goes with speed², its hiss with speed³."""
    speed = torch.nn.functional.interpolate(scene.velocity[:, 0].norm(dim=-1)[:, None], SAMPLES, mode='linear')[:, 0]
    low, high = (sound.band_noise((scene.batch, SAMPLES), *band, scene.device) for band in ((140., 420.), (500., 1500.)))
    return (low * .055 * speed ** 2 + high * .014 * speed ** 3) * (scene.size[:, :1] / .07)


def clicks(scene):
    """Ball on ball, the same at both ends of the row; strings let them ring only briefly."""
    t = sound.clock(.6, scene.device)
    ring = sound.modes(scene.attributes['material'], scene.size[:, 0], .6) * torch.exp(-t * 9)
    return sound.convolve(sound.train(scene.hits[:, 0]), ring + .35 * snap(scene.batch, t, 2500., 6500., 700, scene.device)) * .50


def ticks(scene):
    """The pallets fall on the escape wheel one after the other: tick when the bob goes right, tock, lower, when it goes left; the case sounds with both."""
    t, wave = sound.clock(.25, scene.device), 0.
    right = (scene.velocity[:, 0, :, 0] > 0).float()
    for beat, size, hz, bright in ((right, .038, 330., 5600.), (1 - right, .060, 220., 2600.)):
        tooth = sound.modes(scene.attributes['material'], torch.full_like(scene.size[:, 0], size), .25) * torch.exp(-t * 45) * .75
        wood = torch.sin(2 * math.pi * hz * t) * torch.exp(-t * 38) * .55
        wave = wave + sound.convolve(sound.train(scene.hits[:, 1] * beat), tooth + wood + snap(scene.batch, t, bright / 3, bright, 380, scene.device) * .55)
    return wave


def snap(B, t, low, high, decay, device):
    """The first milliseconds of a hard contact: [B, len(t)]."""
    return sound.band_noise((B, len(t)), low, high, device) * torch.exp(-t * decay) * (t * 4000).clamp(max=1)
