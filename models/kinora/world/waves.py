"""Waves that break on a rock at the shore: a swell runs up a sloping bottom, slows and steepens, throws up spray as it hits, and slides back as foam.

A picture side is `METRES` here. Long waves over a plane bottom travel at √(g·h), so a crest slows down at g·SLOPE/2 and grows by Green's law, H ∝ h^−¼;
spray leaves the rock at a speed that goes with H/h and is ballistic from there. Everything has a closed form.

Tracked: 0 and 1 the crests, by turns (half their height as size; each waits outside the picture; after the hit, their foam that slides back), 2 the top of the spray, 3 the rock.
"""
import math

import torch

from . import light, sound
from .camera import move
from .clip import DT, OBJECTS, OUTCOMES, RATE, SAMPLES, STEPS, SUBSTEPS, Scene, draw_attribute
from .draw import Canvas, at, spread

METRES = 8.
GRAVITY = 9.81 / METRES                    # picture sides / s²
SLOPE = .28                                # of the bottom
LEVEL, HORIZON = .33, .50
# By outcome, calm and rough: depth at the rock (m), height at the rock over depth (a wave breaks near .78), period (s).
DEPTH, RATIO, PERIOD = ((.85, 1.05), (1.35, 1.65)), ((.45, .55), (.64, .75)), ((1.2, 2.2), (1.5, 2.5))
JET = 2.9                                  # speed of the spray over c·H/h
REFLECT, SETTLE = .45, .7                  # the foam starts back at this share of c and stops within seconds
BACK = int(.9 * SUBSTEPS)                  # steps that a crest is followed after its hit
PILE = .28                                 # seconds in which water heaped at the rock falls
LEAN, FAN, DROPS = .05, .33, 32            # speed of the spray seawards and sideways, over its speed upwards; drops
LOUDEST = 9.3 / METRES                     # spray of full strength
# Water by time of day: deep, its light side, and sun or moon on it.
DEEP = torch.tensor([[.05, .29, .47], [.20, .13, .31], [.03, .06, .16]])
CREST = torch.tensor([[.38, .80, .82], [.90, .56, .50], [.27, .40, .62]])
GLOW = torch.tensor([[1., .98, .86], [1., .80, .52], [.86, .91, 1.]])
ROCK = torch.tensor([[.33, .32, .37], [.31, .21, .28], [.13, .15, .25]])


def shoaling(tau, c, height):
    """A crest `tau` seconds before the rock -> (distance, speed, height, its growth / s), in picture sides; c, height: at the rock."""
    slows = GRAVITY * SLOPE / 2
    speed = c + slows * tau
    tall = height * (c / speed) ** .5                                    # h ∝ speed², so h^−¼ is speed^−½
    return (c + .5 * slows * tau) * tau, speed, tall, .5 * slows * tall / speed


def retreat(age, c):
    """The foam, `age` seconds after the hit -> (distance from the rock, speed away)."""
    left = torch.exp(-age / SETTLE)
    return REFLECT * c * SETTLE * (1 - left), REFLECT * c * left


def simulate(B, device, split='train'):
    outcome = draw_attribute('outcome', ['calm', 'rough'], B, device)
    a = dict(place=draw_attribute('place', ['sea'], B, device), ground=draw_attribute('ground', ['water'], B, device), outcome=outcome)
    rough = (outcome == OUTCOMES.index('rough')).long()
    u = torch.rand(9, B, device=device)
    within = lambda table, u: (lambda v: v[:, 0] + (v[:, 1] - v[:, 0]) * u)(torch.tensor(table, device=device)[rough])
    depth = within(DEPTH, u[0])                                          # m
    ratio = torch.stack([within(RATIO, u[1]), within(RATIO, u[2])], 1)   # [B, 2] even and odd waves
    c = (9.81 * depth).sqrt() / METRES
    height, spout = ratio * (depth / METRES)[:, None], JET * ratio * c[:, None]
    period = (within(PERIOD, u[3]) * SUBSTEPS).long()                    # steps
    first = (u[4] * period).long() - period * (u[8] < .5)                # the step at which an even wave hits
    way = torch.where(u[5] < .5, -1., 1.)                                # towards the rock
    r = .098 + .022 * u[6]
    x = .5 + way * (.22 + .09 * u[7])
    face = x - way * 1.15 * r

    k = torch.arange(STEPS, device=device)
    turn = (k - first[:, None] - period[:, None] * torch.arange(2, device=device)[:, None, None] - BACK).transpose(0, 1)   # [B, 2, STEPS]
    wide = lambda v: v[:, None, None] if v.dim() == 1 else v[..., None]
    tau = (2 * wide(period) - BACK - torch.remainder(turn, 2 * wide(period))) * DT   # seconds to the hit; below zero, after it
    slows = GRAVITY * SLOPE / 2
    enters = ((c * c + 2 * slows * (.5 + way * (face - .5) + .15)).sqrt() - c) / slows   # seconds before the hit at which a crest is .15 outside the picture, where it waits
    runs = tau < wide(enters)
    far, speed, tall, grow = shoaling(torch.minimum(tau, wide(enters)).clamp(min=0), wide(c), wide(height))
    gone, back = retreat(-tau.clamp(max=0), wide(c))
    coming, heap = tau >= 0, wide(height) * torch.exp(tau.clamp(max=0) / PILE)
    offset = torch.where(coming, far, gone)
    crest = torch.stack([wide(face) - wide(way) * offset, LEVEL + torch.where(coming, tall, heap)], -1)
    crest_v = torch.stack([wide(way) * torch.where(coming, speed * runs, -back), torch.where(coming, grow * runs, -heap / PILE)], -1)
    strength = (spout / LOUDEST).clamp(max=1) ** 1.5
    struck = (torch.remainder(turn + BACK, 2 * wide(period)) == 0) * wide(strength)
    q = k - first[:, None]
    age = torch.remainder(q, period[:, None]) * DT                       # [B, STEPS] since the last hit
    v0 = spout.gather(1, torch.remainder(q.div(period[:, None], rounding_mode='floor'), 2))
    flight = 2 * v0 / GRAVITY
    flies = age < flight
    fly = torch.minimum(age, flight)
    lean = -way[:, None] * LEAN * v0
    spray = torch.stack([face[:, None] + lean * fly, LEVEL + (v0 - .5 * GRAVITY * fly) * fly], -1)
    spray_v = torch.stack([lean, v0 - GRAVITY * age], -1) * flies[..., None]
    rock = torch.stack([x, LEVEL + .7 * r], -1)[:, None].expand(B, STEPS, 2)
    P = torch.cat([crest, spray[:, None], rock[:, None]], 1)
    V = torch.cat([crest_v, spray_v[:, None], torch.zeros_like(rock)[:, None]], 1)
    size = torch.cat([height / 2, .10 * spout.mean(1, keepdim=True), r[:, None]], 1)
    hits = torch.cat([struck, torch.zeros(B, OBJECTS - 2, STEPS, device=device)], 1)
    own = dict(seed=torch.rand(B, device=device), rough=rough, depth=depth, c=c, height=height, spout=spout, strength=strength, period=period, first=first, way=way, face=face)
    return Scene('waves', a, move(B, device, a), P, V, size, hits, torch.zeros(B, STEPS, device=device), own)


def when(scene, steps):
    """-> (seconds since the last hit [B, K], which of the two waves it was [B, K])."""
    own = scene.own
    q, T = steps - own['first'][:, None], own['period'][:, None]
    return torch.remainder(q, T) * DT, torch.remainder(q.div(T, rounding_mode='floor'), 2)


def surface(scene, x, steps):
    """The sea's height above LEVEL at x [B, K, …, W], and how much of it is breaking there, 0…1."""
    own = scene.own
    wide = lambda v: v.reshape(*v.shape, *[1] * (x.dim() - v.dim()))
    age, odd = when(scene, steps)
    T, c, way, face = own['period'][:, None] * DT, own['c'][:, None], own['way'][:, None], own['face'][:, None]
    total, breaks = torch.zeros_like(x), torch.zeros_like(x)
    for j in range(4):                                                   # the wave that has hit, and three to come
        h = own['height'].gather(1, (odd + j) % 2)
        if j == 0: off, tall, near = retreat(age, c)[0], h * torch.exp(-age / PILE), torch.exp(-age * 3)
        else: off, _, tall, _ = shoaling(T * j - age, c, h); near = torch.exp(-(T * j - age) / .45)
        depth = own['depth'][:, None] / METRES + SLOPE * off * (j > 0)
        # A solitary wave's width, but no wider than the period lets it; the front steepens on the way in.
        narrow = torch.maximum((.75 * h / depth ** 3).sqrt(), 3.6 / (c * T))
        d = (x - wide(face - way * off)) * wide(way)
        d = d * wide(narrow) * (1 + (d > 0) * wide(1.3 * near))
        hump = 1 / torch.cosh(d.clamp(-9, 9)) ** 2
        total, breaks = total + wide(tall) * hump, breaks + hump ** 3 * wide(near)
    gate = torch.sigmoid((.022 - (x - wide(face)) * wide(way)) / .016)   # the rock shelters what lies behind it
    t = wide(steps * DT)
    ripple = .0022 * torch.sin(x * 31 - wide(way) * t * 5) + .0012 * torch.sin(x * 57 + wide(way) * t * 4)
    return total * gate + ripple, (breaks * gate).clamp(max=1)


def lower(c, top):
    """The rows of a canvas below `top` (world), as a canvas that paints into it."""
    row = int((c.y.amax((0, 1))[:, 0] < top).long().argmax())
    part = Canvas.__new__(Canvas)
    part.size, part.zoom, part.camera = c.size, c.zoom, c.camera
    part.x, part.y, part.image = c.x[..., row:, :], c.y[..., row:, :], c.image[..., row:, :]
    return part


def backdrop(scene, c):
    a, s, device = scene.attributes, at(scene.own['seed']), scene.device
    light.paint_place(c, a, torch.full((scene.batch,), HORIZON - .11, device=device), scene.own['seed'])
    # Flat clouds: white puffs over a calm sea, a grey bank over a rough one.
    rough = at(scene.own['rough'].float())
    cloud = torch.full_like(c.x, 9.)
    for i, (w, up) in enumerate(((.17, .0), (.11, .13), (.14, .24))):
        px, py = torch.frac(s * (3.1 + i) + i * .37) * 1.3 - .15, HORIZON + .10 + up + .03 * torch.cos(s * 30 + i)
        w = w * (1 + .7 * rough)
        puff = torch.full_like(c.x, 9.)
        for dx, k in ((-.55, .26), (.0, .40), (.5, .30)): puff = torch.minimum(puff, (((c.x - px - dx * w) / 1.25) ** 2 + (c.y - py) ** 2).sqrt() - k * w)
        cloud = torch.minimum(cloud, torch.maximum(puff, py - c.y))
    low = light.to(light.SKY_LOW, a['time'])
    grey = torch.tensor([[.60, .69, .78], [.52, .36, .52], [.13, .17, .30]], device=device)[a['time']]
    soft = low * .55 + .45 * torch.tensor([[1., 1., 1.], [1., .84, .74], [.30, .36, .56]], device=device)[a['time']]
    c.over(torch.where(scene.own['rough'][:, None] > 0, grey, soft), c.cover(cloud) * (.62 + .2 * rough))


def stone(c, x, y, r, way, seed):
    """The rock's outline and its facets -> (signed height above the outline, light −1…1); all [B]. Its steep face looks out to sea."""
    u, v = (c.x - at(x)) / at(r) * at(way), (c.y - at(y)) / at(r)        # u grows away from the sea
    s = at(seed)
    top, shade = torch.full_like(u + v, -9.), torch.zeros_like(u + v)
    for i, (pu, ph, sea, lee) in enumerate(((-.25, 2.00, 2.9, 1.7), (.45, 1.45, 1.8, 1.4), (-.80, .80, 2.9, 1.0), (1.0, .62, .9, 1.5))):
        pu, ph = pu + .12 * torch.cos(s * (17 + 5 * i) + i), ph * (1 + .14 * torch.sin(s * (13 + 4 * i) + 2 * i))
        ridge = pu + .16 * (ph - v) * (1 if i % 2 else -.6) + .04 * torch.sin(v * 7 + i)
        tent = ph - torch.where(u < pu, (pu - u) * sea, (u - pu) * lee)
        side = torch.where(u < ridge, torch.full_like(shade, 1.), torch.full_like(shade, -1.)) * (1 - .18 * i)
        shade = torch.where(tent > top, side, shade)
        top = torch.maximum(top, tent)
    top = torch.minimum(top, 1.78 + .10 * torch.sin(u * 4 + s * 20))    # a blunt summit
    return (v - top) * at(r) * .45, shade


def plume(c, x0, way, v0, age, seed, scale=1.):
    """Signed distance, roughly, to the spray: at each x the fastest drops above, the last ones below, all ballistic."""
    w = (.035 + FAN * v0 * age) * scale
    s = (c.x - at(x0 - way * LEAN * v0 * age)) / at(w)
    tooth = torch.cos(s * 5.6 + at(seed) * 6) ** 2
    launch = at(v0 * scale ** .5) * (1 - s * s).clamp(min=0) ** .5 * (.86 + .14 * tooth)   # as fast in all directions, and the fan narrower than tall
    high = LEVEL + launch * at(age) - .5 * GRAVITY * at(age * age)
    late = at((age - .35).clamp(min=0))                                  # the water leaves the face within .35 s
    low = LEVEL + .42 * launch * late - .5 * GRAVITY * late ** 2
    slant = (1 + (s.clamp(-1, 1) * launch * at(age / w)) ** 2 / (1.02 - (s * s).clamp(max=1)) ** 2).rsqrt()   # the sides are steep: heights are not distances
    return torch.maximum(c.y - high, torch.minimum(low, high) - .02 - c.y) * slant


def render(scene, c, steps):
    a, own, device = scene.attributes, scene.own, scene.device
    B, K = steps.shape
    t = steps * DT
    time, rough, way, face, seed = a['time'], own['rough'].float(), own['way'], own['face'], own['seed']
    ambient = light.to(light.AMBIENT, time)
    white = ambient * torch.tensor([.97, .985, 1.], device=device)
    deep, crest = (light.to(v, time) * (1 - .16 * rough[:, None]) for v in (DEEP, CREST))
    age, odd = when(scene, steps)
    before = age + own['period'][:, None] * DT
    sea = lower(c, LEVEL + .19)
    x = sea.x[:, :, :1]                                                  # [B, K, 1, W]

    # The sea behind the rock: two flat bands whose swell runs with the waves.
    phase = at(2 * math.pi * age / (own['period'][:, None] * DT) + math.pi * odd)
    tall = at(own['height'].mean(1))
    edge = [base + tall * k * torch.sin(at(way) * x * f - phase * m + i) for i, (base, k, f, m) in enumerate(((.462, .05, 30., 2), (.415, .11, 19., 1)))]
    tone = .30 + .14 * sea.cover(sea.y - edge[1])
    behind = sea.cover(sea.y - edge[0])
    sea.over(spread(deep) + tone.unsqueeze(2) * spread(crest - deep), behind)
    sx = .15 + .7 * seed
    shine = torch.exp(-((sea.x - at(sx)) / (.05 + .22 * (HORIZON - sea.y).clamp(min=0))) ** 2)
    dash = torch.sin(sea.y * 190 + torch.sin(sea.x * 34 + at(t) * 2.2) * 1.8 + at(t) * 1.5)
    sea.light(light.to(GLOW, time), shine * (dash > .45) * behind * .42)

    # The rock, wet below and streaming after a hit.
    rx, r = scene.position[:, 3, 0, 0], scene.size[:, 3]
    reach = float(r.max()) * 1.9
    part = c.crop(rx[:, None].expand(B, K), torch.full((B, K), LEVEL + .07, device=device), reach)
    outline, facet = stone(part, rx, torch.full_like(rx, LEVEL), r, way, seed)
    lit = facet * torch.where((sx - rx) * way < 0, 1., -1.)[:, None, None, None]
    wet = ((LEVEL + .085 - part.y) / .03).clamp(0, 1)
    body = spread(light.to(ROCK, time)) * (1 + .34 * lit * (1 - .5 * wet) - .30 * wet).unsqueeze(2)
    cut = part.cover(outline)
    part.over(body, cut)
    v0 = own['spout'].gather(1, odd)
    drain = LEVEL + at(v0 ** 2 * .14 / GRAVITY * torch.exp(-age / .5) * (age * 14).clamp(max=1)) * (.65 + .35 * torch.sin(part.x * 95 + at(seed) * 9))
    streaks = part.cover(part.y - drain, 2) * torch.sigmoid((.07 - (part.x - at(face)) * at(way)) / .02) * (torch.sin(part.x * 150) > -.25)
    part.over(white, cut * streaks * at(torch.exp(-age / .45)) * .7)
    c.paste(part)

    # Spray of the last hit and of the one before: a pale fan around a white one.
    half, jet = .30, face + way * .03                                    # it shoots up along the face, which leans back
    part = c.crop((jet - way * LEAN)[:, None].expand(B, K), torch.full((B, K), LEVEL + half - .03, device=device), half)
    drops = []
    i = torch.arange(DROPS, device=device)
    gold = torch.frac((i + 1) * .618034)
    s = 2.2 * (i + .5) / DROPS - 1.1
    for since, wave in ((before, 1 - odd), (age, odd)):
        v = own['spout'].gather(1, wave)
        left = (1 - since * GRAVITY / (2 * v)).clamp(0, 1)               # of its flight
        if not (left > 0).any(): continue
        veil = at(left ** .6 * (since * 30).clamp(max=1))
        thin = (1 - (part.y - LEVEL) / at(v * v / (2 * GRAVITY)) * at(1 - left) * .8).clamp(.1, 1)   # spray thins out from above
        soft = (part.size / 128) * (1 + 5 * at(1 - left))
        part.over(white * torch.tensor([.80, .89, .95], device=device), part.cover(plume(part, jet[:, None], way[:, None], v, since, seed), soft) * veil * thin * .80)
        part.over(white, part.cover(plume(part, jet[:, None], way[:, None], v, since, seed + .13, .74), soft * 1.3) * veil * thin)
        launch = v[..., None] * ((1.33 - s * s) ** .5 * (.55 + .45 * gold))
        fly = since[..., None]
        px = jet[:, None, None] - way[:, None, None] * LEAN * v[..., None] * fly + (.03 + 1.05 * FAN * v[..., None] * fly) * s
        py = LEVEL + launch * fly - .5 * GRAVITY * fly * fly
        drops.append((torch.stack([px, py], -1), (fly > .05) * (py > LEVEL - .01) * (.8 + .4 * torch.frac(gold * 7))))
    c.paste(part)
    if drops: c.splat(torch.cat([p for p, _ in drops], 2), white, .0058, torch.cat([w for _, w in drops], 2))

    # The sea in front: flat layers that follow the wave less the deeper they lie.
    eta, breaks = surface(scene, x, steps)
    y = LEVEL + eta - sea.y                                              # depth below the surface
    tone = .62 + .30 * (eta / tall).clamp(0, 1) * torch.exp(-y.clamp(min=0) / .05)
    for d, k in ((.045, .17), (.115, .14), (.195, .12)): tone = tone - k * sea.cover(sea.y - (LEVEL - d + eta * math.exp(-6 * d) + .006 * torch.sin(x * 17 + 40 * d)))
    water = sea.cover(-y)
    sea.over(spread(deep) + tone.unsqueeze(2) * spread(crest - deep), water)
    sea.light(light.to(GLOW, time), shine * (dash > .72) * water * torch.sigmoid((y - .02) / .006) * torch.exp(-y.clamp(min=0) / .16) * .26)

    # Foam: a bright rim, the breaking crest, and what slides back from the rock.
    gone = at(retreat(age, own['c'][:, None])[0])
    d = (at(face) - x) * at(way)                                         # seawards from the face
    slid = torch.sigmoid((gone + .035 - d) / .012) * torch.sigmoid((d + .20) / .02)
    lace = .6 + .4 * torch.sin(x * 85 + at(way) * gone * 85) * torch.sin(x * 37 + 2)
    fresh = at(torch.exp(-age / .75) * (age * 20).clamp(max=1) * (.35 + .65 * v0 / LOUDEST))
    thick = .0035 + eta.clamp(min=0) * .55 * breaks * (.8 + .2 * torch.sin(x * 120)) + .042 * slid * lace * fresh
    sea.over(white, water * sea.cover(y - thick, 1.4) * (.55 + .4 * (breaks + slid * fresh).clamp(max=1)))
    line = LEVEL - .075 + eta * .62 + .004 * torch.sin(x * 29)
    broken = (torch.sin(x * 21 + at(seed) * 30 + at(way) * gone * 21) > .35) * (.3 + .7 * slid * fresh)
    sea.over(white, sea.cover((sea.y - line).abs() - .0028) * broken * .45)


def sounds(scene):
    """A hit is a thump and a burst; then the spray comes down for its time of flight, and the backwash drags shingle. Hits before the clip still sound in it."""
    own, device, B = scene.own, scene.device, scene.batch
    lead = 3 * SUBSTEPS                                                  # steps before the clip that are heard too
    step = torch.arange(STEPS + lead, device=device) - lead
    turn = step - own['first'][:, None, None] - own['period'][:, None, None] * torch.arange(2, device=device)[:, None]
    struck = (torch.remainder(turn, 2 * own['period'][:, None, None]) == 0) * own['strength'][..., None]   # [B, 2, lead + STEPS]
    impulses = torch.zeros(B, 2, SAMPLES + lead * RATE // SUBSTEPS, device=device)
    impulses.index_add_(-1, ((step + lead).double() * RATE / SUBSTEPS).round().long().clamp(max=impulses.shape[-1] - 1), struck)

    t = sound.clock(2.9, device)
    power, rough = own['strength'][..., None], own['rough'].float()
    flight = (2 * own['spout'] / GRAVITY)[..., None]
    noise = lambda low, high: sound.band_noise((B, 1, len(t)), low, high, device)   # both waves break on the same rock
    attack = (t * 700).clamp(max=1)
    hz = (78 - 26 * rough)[:, None, None] * (1 + .5 * torch.exp(-t * 30))
    thump = torch.exp(-t * 9) * torch.sin(2 * math.pi * torch.cumsum(hz, -1) / RATE) * .75 + noise(40., 170 + 60 * rough) * torch.exp(-t * 7) * .55
    burst = noise(250., 2600 + 2600 * rough) * (torch.exp(-t * 26) * .62 + torch.exp(-t * 5) * .22)
    fall = t / flight                                                    # most drops come down near the end of the flight
    hiss = noise(1800., 6800.) * (fall.clamp(0, 1) ** 1.5 * torch.exp(-((fall - 1).clamp(min=0) * flight) * 5)) * .15
    pebble = sound.convolve((torch.rand(B, 1, len(t), device=device) < .012) * torch.rand(B, 1, len(t), device=device),
                            sound.band_noise((1, 160), 1500., 4500., device) * torch.exp(-t[:160] * 700))
    drag = (pebble * .34 + noise(900., 3200.) * .05) * torch.exp(-((t - .45 - .45 * flight) / .30) ** 2)
    wave = sound.convolve(impulses, (thump + burst) * attack * 1.05 + hiss + drag / power.clamp(min=.5) * .9).sum(1)[:, -SAMPLES:]
    age, odd = when(scene, (torch.arange(SAMPLES, device=device) * SUBSTEPS // RATE).expand(B, SAMPLES))
    left = own['period'][:, None] * DT - age
    wash = torch.exp(-left / .5) * own['strength'].gather(1, 1 - odd)    # a crest is heard coming
    return wave + sound.band_noise((B, SAMPLES), 180., 1100., device) * (.012 + .012 * rough[:, None] + .028 * wash)
