"""An explosion far off in a landscape: a barrel of fuel bursts, a fireball grows, cools and rises as a cloud of smoke, pieces fly and land, and all is heard a distance / 343 m/s later.

The fireball of `mass` (kg) of fuel: Martinsen & Marx (1999), An improved model for the prediction of radiant heat from fireballs; once burnt out it rises as a thermal (Scorer 1957).
A long lens shows `side` metres a picture side, near or far. Object 0 is the barrel, then the fireball and its cloud: `turn` is 2 atan(age / .5 s), 0 before the burst; objects 1…3 are pieces, `turn` their angle.
"""
import math

import torch
from torch.nn.functional import interpolate

from . import light, sound
from .camera import move
from .campfire import blend, shine
from .clip import CAMERAS, COLOURS, DT, GROUNDS, MATERIALS, OBJECTS, OUTCOMES, PLACES, RATE, SAMPLES, SPEED_OF_SOUND, STEPS, SUBSTEPS, Scene, draw_attribute, held_out
from .draw import at, box, ellipse, spread
from .fireworks import sparks_at
from .footsteps import pebbles, snowfield

FOOT, BACK = .150, .230                    # where the barrel stands; the back edge of the ground
NEAR, FAR = (34., 85.), (200., 370.)       # metres
SIDES = (27., 31.), (37., 43.)             # metres a picture side: near, far
MASSES = (1.1, 2.5), (1.6, 3.4)            # kg of fuel
TALL, WIDE = 2.8, .90                      # m: the barrel's height and half its width
ENTRAIN = .25                              # a thermal widens by so much for each metre that it climbs (Scorer)
BOUNCE = (0, .40, .25, 0, .10, .25, 0, 0, .15, 0)    # restitution by GROUNDS
KEEP, LANDINGS = .5, 3                     # of its speed along the ground a piece keeps at a landing; landings a piece
PIECES, SPARKS, TRAIL = 3, 26, 9
DUST = (24., 3.0)                          # of the ring of dust: its speed at first (m/s), and its drag (1/s)
HEAT = 46e6 * .04                          # J of blast a kg of fuel: the rest burns too slowly
AIR = 1.2                                  # kg / m³
LIT = (160., .55)                          # 1/s, s: how fast the flash dies, and how slowly the fireball's light
# What air (ISO 9613-1, 20 °C, 70 %) and a wooded ground (ISO 9613-2, A.1) take from a sound, dB a metre, by octaves from 63 Hz on.
LOST = (.0201, .0303, .0411, .0528, .0650, .0890, .1129, .1966)


def fireball(mass, age):
    """Of a fireball of `mass` kg, `age` s after its burst -> (radius, height of its centre), m. Its diameter grows as t^⅓ to 5.8 M^⅓ m in a third of its life of .9 M^¼ s,
    then it rises evenly until it has burnt out; the thermal that is left climbs as t^½."""
    most, life = 5.8 * mass ** (1 / 3), .9 * mass ** .25
    wide = most * (3 * age / life).clamp(0, 1) ** (1 / 3)
    out, speed = 1.5 * most, 1.5 * most / life
    late = (age - life).clamp(min=0)
    height = torch.where(age < life / 3, wide / 2, torch.where(age < life, speed * age, out * (1 + 2 * speed / out * late) ** .5))
    return wide / 2 + ENTRAIN * (height - out).clamp(min=0), height


def heat(mass, age):
    """1…0, white-hot to smoke: what radiates by Stefan and Boltzmann cools as T = T₀ (1 + t / τ)^−⅓, here to a third in the fireball's life."""
    return (1 + 22 * age / (.9 * mass ** .25)) ** (-1 / 3)


def shock(mass, age):
    """Radius of the blast wave (m): Sedov and Taylor, R = (E t² / ρ)^⅕, until it is no faster than sound."""
    strong = (HEAT * mass / AIR) ** .2
    slows = (.4 * strong / SPEED_OF_SOUND) ** (5 / 3)
    return torch.where(age < slows, strong * age.clamp(min=0) ** .4, strong * slows ** .4 + SPEED_OF_SOUND * (age - slows))


def drift(own, age):                       # how far the wind has carried the cloud, picture sides
    return own['wind'] * age * age / (age + .6)


def glow(own, t):
    """The light at times t [B, n] -> [B, n] in 0…1: a flash, the fireball, and the fire that goes on burning at its foot."""
    age = t - own['burst'][:, None]
    a = age.clamp(min=0)
    flicker = .05 + .03 * torch.sin(a * 13 + own['seed'][:, None] * 40) * torch.sin(a * 29 + own['seed'][:, None] * 9)
    slow = .52 * torch.exp(-a / LIT[1]) + flicker * torch.exp(-a / 4)
    return (age >= 0) * (own['power'][:, None] * (.42 * torch.exp(-a * LIT[0] / 8) + slow)).clamp(0, 1)


def flights(own, age):
    """Where pieces are, `age` [B, PIECES, n] s after the burst -> x, y, and how far each has turned. Parabolas with `LANDINGS` landings; at each, restitution; at rest after the last."""
    w = lambda v: own[v][..., None]
    g = own['gravity'][:, None, None]
    a = age.clamp(min=0)
    x = w('from_x') + w('vx') * torch.minimum(a, w('fly'))
    y = torch.where(a < w('fly'), w('from_y') + w('vy') * a - .5 * g * a * a, w('rest_y'))
    start, up, along = w('fly'), w('land'), w('vx')
    for _ in range(LANDINGS - 1):
        up, along = up * own['bounce'][:, None, None], along * KEEP
        since, whole = (a - start).clamp(min=0), 2 * up / g
        x = x + along * torch.minimum(since, whole)
        y = torch.where((since > 0) & (since < whole), w('rest_y') + up * since - .5 * g * since * since, y)
        start = start + whole
    return x, y, w('spin') * (x - w('from_x')) / w('vx')


def landings(own):
    """-> times after the burst, speeds (picture sides / s) of the pieces' landings, [B, PIECES, LANDINGS]."""
    n, e = torch.arange(LANDINGS, device=own['land'].device), own['bounce'][:, None, None]
    speed = own['land'][..., None] * e ** n
    wait = 2 * speed * e / own['gravity'][:, None, None]                 # until the next
    return own['fly'][..., None] + wait.cumsum(-1) - wait, speed


def simulate(B, device, split='train'):
    a = dict(colour=draw_attribute('colour', COLOURS, B, device), material=draw_attribute('material', ['metal', 'wood'], B, device, [.6, .4]),
             ground=draw_attribute('ground', ['sand', 'grass', 'snow', 'stone', 'gravel'], B, device), place=draw_attribute('place', ['hills', 'city', 'sea'], B, device, [.45, .30, .25]),
             outcome=draw_attribute('outcome', ['near', 'far'], B, device))
    if split == 'train':
        while (m := held_out(a['colour'], a['material'])).any(): a['colour'] = torch.where(m, torch.randint_like(a['colour'], 0, len(COLOURS)), a['colour'])
    near = a['outcome'] == OUTCOMES.index('near')
    u, p = torch.rand(10, B, device=device), torch.rand(6, B, PIECES, device=device)
    between = lambda spans, v: torch.where(near, spans[0][0] + (spans[0][1] - spans[0][0]) * v, spans[1][0] + (spans[1][1] - spans[1][0]) * v)
    distance, side, mass = between((NEAR, FAR), u[0]), between(SIDES, u[1]), between(MASSES, u[2])
    # Mostly it bursts early in the clip; a film that goes on shows the smoke of a burst before it.
    burst = torch.where(u[3] < .66, .2 + .7 * u[4], torch.where(u[3] < .92, -1.4 + 1.5 * u[4], .9 + .6 * u[4]))
    x = .5 + .24 * (u[5] - .5)
    wind = (torch.where(u[6] < .5, -1., 1.) * (.8 + 2.6 * u[7])) / side
    gravity, tall = 9.81 / side, TALL / side
    bounce = torch.tensor(BOUNCE, device=device)[a['ground']]
    # One piece flies to the left, one to the right, one anywhere.
    way = torch.where(torch.cat([p[0, :, :2] * 0, p[0, :, 2:]], 1) < .5, -1., 1.) * torch.tensor([1., -1., 1.], device=device)
    r = (.44 + .26 * p[1]) / side[:, None]
    fly = .75 + 1.0 * p[2] * (.6 + .4 * p[3])
    far_off = (.13 + .22 * p[4]) * torch.where(near, 1., .72)[:, None]
    reach = torch.minimum(far_off, (torch.where(way > 0, 1 - x[:, None], x[:, None]) - .07).clamp(min=.10))
    from_y, rest_y = (FOOT + tall / 2)[:, None].expand(B, PIECES), FOOT + .020 - .075 * p[5] + r * .5
    vy = (rest_y - from_y) / fly + .5 * gravity[:, None] * fly
    land = gravity[:, None] * fly - vy
    moves = fly + sum(2 * land * bounce[:, None] ** n / gravity[:, None] * KEEP ** n for n in range(1, LANDINGS))      # s: at its first speed a piece would come so far
    own = dict(seed=torch.rand(B, device=device), side=side, mass=mass, distance=distance, burst=burst, boom=burst + distance / SPEED_OF_SOUND, x=x, wind=wind, gravity=gravity, tall=tall, near=near,
               power=torch.where(near, 1., .72), bounce=bounce, from_x=x[:, None].expand(B, PIECES), from_y=from_y, rest_y=rest_y, fly=fly, vx=way * reach / moves, vy=vy, land=land,
               spin=((5 + 9 * p[3]) * moves / math.pi).round() * math.pi / moves * way,                # whole half turns until it lies still, so that it lies flat
               lot=torch.rand(4, B, device=device).T.contiguous())
    t = torch.arange(-1, STEPS + 1, device=device) * DT
    age = t[None] - burst[:, None]
    _, height = fireball(mass[:, None], age.clamp(min=0))
    cloud = torch.stack([x[:, None] + drift({'wind': wind[:, None]}, age.clamp(min=0)), FOOT + torch.maximum(height, torch.full_like(height, TALL / 2)) / side[:, None]], -1)
    px, py, angle = flights(own, age[:, None].expand(B, PIECES, len(t)))
    P = torch.cat([cloud[:, None], torch.stack([px, py], -1)], 1)
    V = (P[:, :, 2:] - P[:, :, :-2]) / (2 * DT)
    own['turn'] = torch.cat([2 * torch.atan(age[:, None].clamp(min=0) / .5), angle], 1)[:, :, 1:-1]
    size = torch.cat([(2.9 * mass ** (1 / 3) / side)[:, None], r], 1)
    hits = torch.zeros(B, OBJECTS, STEPS, device=device)
    def hear(i, seconds, strength):
        k = (seconds * SUBSTEPS).round().long()
        hits[:, i].scatter_add_(1, k.clamp(0, STEPS - 1)[:, None], (strength * ((k >= 0) & (k < STEPS)))[:, None])
    hear(0, own['boom'], torch.where(near, 1., .6))
    when, speed = landings(own)
    loud = (speed * side[:, None, None] / 8).clamp(max=1) * torch.where(near, .62, .20)[:, None, None]
    for i in range(PIECES):
        for n in range(LANDINGS): hear(1 + i, own['boom'] + when[:, i, n], loud[:, i, n] * (loud[:, i, n] > .05))
    camera = shaken(move(B, device, a, P[:, 0, 1:-1]), a['camera'], own, t[1:-1])
    return Scene('explosion', a, camera, P[:, :, 1:-1], V, size, hits.clamp(max=1), glow(own, t[None, 1:-1].expand(B, STEPS)), own)


def shaken(camera, kind, own, t):
    """A camera in the hand is shaken by the blast when it arrives."""
    s = (t - own['boom'][:, None]).clamp(min=0)
    much = (kind == CAMERAS.index('shake')) * torch.where(own['near'], .016, .004)
    kick = much[:, None] * torch.exp(-s * 5) * (s * 40).clamp(max=1)
    return camera + torch.stack([kick * torch.sin(s * 47), kick * torch.sin(s * 61 + 1), torch.zeros_like(kick)], -1)


def backdrop(scene, c):
    a, own, B = scene.attributes, scene.own, scene.batch
    edge = torch.full((B,), BACK, device=scene.device)
    light.paint_place(c, a, torch.where(a['place'] == PLACES.index('sea'), edge - .04, edge), own['seed'])
    light.paint_ground(c, a, edge, edge)
    is_ = lambda name: at((a['ground'] == GROUNDS.index(name)).float())
    ambient = light.to(light.AMBIENT, a['time'])
    if is_('snow').any(): snowfield(c, is_('snow'), ambient, at(own['seed']) * 30)
    if is_('gravel').any(): pebbles(c, is_('gravel'), ambient)


CAP, CORE, RIM, STEM, FLAME, RING = 12, 3, 11, 13, 7, 16
PUFFS = CAP + CORE + RIM + STEM + FLAME + RING


def puffs(scene, t):
    """The balls of fire, smoke and dust at times t [B, K] -> numbers [B, K, PUFFS, 6]: x, y, radius, how far in front, heat, opacity; the last RING of them are dust.
    The cloud is a vortex ring seen from the side: its balls roll up in the middle and down outside as it climbs."""
    own, device = scene.own, scene.device
    w = lambda v: own[v][:, None]
    age = t - w('burst')
    a, side = age.clamp(min=0), w('side')
    R, H = fireball(w('mass'), a)
    hot = heat(w('mass'), a)
    life, most = .9 * w('mass') ** .25, 2.9 * w('mass') ** (1 / 3)
    rolled = torch.where(a < life, (H - R).clamp(min=0) / most, 2 + torch.log(R / most) / ENTRAIN)
    ripe = ((a / life - .15) / 1.0).clamp(0, 1)
    fade = torch.exp(-(a - 1.6).clamp(min=0) / 6)
    R, H = (R / side)[..., None], (H / side)[..., None]
    x0, cx, cy = w('x')[..., None], (w('x') + drift({'wind': w('wind')}, a))[..., None], FOOT + H
    rolled, ripe, hot, a_, fade = (v[..., None] for v in (rolled, ripe, hot, a, fade))
    lot = lambda i, k: torch.frac(torch.sin(i * k + own['seed'][:, None, None] * 61) * 4375.5)
    out = []
    def add(x, y, r, z, h, alpha): out.append(torch.stack([v.expand(*t.shape, v.shape[-1]) if v.shape[-1] > 1 else v.expand(*t.shape, x.shape[-1]) for v in (x, y, r, z, h, alpha)], -1))
    i = torch.arange(CAP, device=device)
    sgn, phi = torch.where(i % 2 == 0, -1., 1.), (i // 2) * (2 * math.pi / (CAP // 2)) + .5 * lot(i, 7.1) + .4 * (i % 2) - rolled * 1.1
    add(cx + R * sgn * (.26 + .26 * ripe + .38 * torch.cos(phi)), cy + R * (.40 - .10 * ripe) * torch.sin(phi), R * (.50 - .08 * ripe) * (.84 + .34 * lot(i, 3.3)), R * .7 * lot(i, 5.7),
        hot + .11 * (lot(i, 9.9) - .5) - .05 * ripe * torch.sin(phi), fade)
    i = torch.arange(CORE, device=device)
    add(cx + R * .22 * (i - 1), cy + R * (.10 + .16 * (i == 1)), R * (.62 + .10 * (i == 1)), R * .1 * i, hot + .02, fade)
    i = torch.arange(RIM, device=device)
    turn = -.35 + (i + .6 * lot(i, 2.9)) * (math.pi + .7) / RIM - .10 * torch.sin(rolled * 2 + i)
    add(cx + R * (.84 + .14 * ripe) * torch.cos(turn), cy + R * (.86 - .20 * ripe) * torch.sin(turn), R * (.20 + .16 * lot(i, 4.1)), -R * .1 + 0 * turn, hot - .07 + .05 * lot(i, 8.3), fade)
    # The stem: what the cloud draws up behind it.
    i = torch.arange(STEM, device=device)
    f = (i + .4) / STEM
    lifted = ((H - R) / R * .9).clamp(0, 1)
    sway = R * (.10 * torch.sin(7 * f - 3 * a_) + .15 * torch.where(i % 2 == 0, -1., 1.) * (.5 + lot(i, 7.7)))
    add(x0 + (cx - x0) * f ** 1.5 + sway * (.4 + .6 * f), FOOT + .012 + (H - R * .35).clamp(min=0) * f, R.clamp(max=.19) * (.20 + .20 * (f - .45).abs() + .10 * lot(i, 6.1)) * lifted + 1e-4, -R * .3 + .02 * (1 - f),
        torch.maximum(hot - .05 + .04 * lot(i, 3.9), .44 - .9 * f), fade)
    # The fire that goes on burning at its foot: balls that rise, shrink and cool, again and again.
    i = torch.arange(FLAME, device=device)
    up = torch.frac(a_ * 1.9 + i * .382)
    unit = 1 / w('side')[..., None]
    add(x0 + unit * ((lot(i, 4.4) - .5) * 1.5 * (1 - .5 * up) + .25 * torch.sin(a_ * 9 + i)), FOOT + unit * (.15 + 2.5 * up), unit * .95 * (1 - up) ** .7 * (.5 + .5 * (up * 6).clamp(max=1)) * lifted * torch.exp(-a_ / 8) + 1e-4, .03 + 0 * up,
        .60 - .22 * up, torch.ones_like(fade))
    # Dust runs out along the ground, slower and slower.
    i = torch.arange(RING, device=device)
    theta = (i + .7 * lot(i, 5.3)) * (2 * math.pi / RING)
    run = DUST[0] / DUST[1] * (1 - torch.exp(-DUST[1] * a_)) / w('side')[..., None] * (.82 + .30 * lot(i, 2.2))
    thin = torch.exp(-a_ / 1.0)                                          # it goes behind as it thins out
    billow = (.35 + 1.25 * (1 - torch.exp(-2.2 * a_))) / w('side')[..., None] * (.70 + .60 * lot(i, 4.7))
    add(x0 + run * torch.cos(theta) + .6 * (cx - x0) * (a_ > 0), FOOT + .17 * run * torch.sin(theta) + billow * .35, billow, -run * torch.sin(theta) - (1 - thin), torch.zeros_like(run), 1.1 * (thin - .14).clamp(min=0))
    state = torch.cat(out, 2)
    state[..., 5] = state[..., 5] * (age > 0)[..., None]
    return state


RAMP = ((.16, None), (.335, (.17, .13, .13)), (.385, (.50, .15, .07)), (.44, (.90, .36, .08)), (.55, (1., .64, .14)), (.70, (1., .88, .42)), (.92, (1., .98, .88)))


def foremost(c, balls, live):
    """For balls [N, PUFFS, 6] (see `puffs`) on a canvas of N frames -> the pixels they cover, in [N, H, W] laid flat; which ball is seen there; how far outside all of them it is (pixels).
    Each ball asks only the pixels around it."""
    H, N = c.size, len(balls)
    n, i = live.nonzero(as_tuple=True)
    zoom, camera = (v.expand(*c.image.shape[:2], v.shape[-1]).flatten(0, 1)[n] for v in (c.zoom[..., 0], c.camera))
    x, y, r, z = balls[n, i, :4].unbind(-1)
    scale = zoom[:, 0] * H
    x, y, r, z = (x - camera[:, 0]) * scale + H / 2 - .5, (camera[:, 1] - y) * scale + H / 2 - .5, r * scale, z * scale
    left, top = ((v - r - 2).ceil().clamp(0, H) for v in (x, y))
    wide, high = ((v + r + 2).floor().clamp(-1, H - 1) - low + 1 for v, low in ((x, left), (y, top)))
    wide, high = wide.clamp(min=0).long(), high.clamp(min=0).long()
    many = wide * high
    pair = torch.repeat_interleave(torch.arange(len(n), device=n.device), many)
    k = torch.arange(len(pair), device=n.device) - (many.cumsum(0) - many)[pair]
    row = torch.div(k, wide[pair], rounding_mode='floor')
    ix, iy = left.long()[pair] + k - row * wide[pair], top.long()[pair] + row
    far, R = (ix - x[pair]) ** 2 + (iy - y[pair]) ** 2, r[pair]
    keep = (far < (R + 2) ** 2).nonzero()[:, 0]
    pair, place, far, R = pair[keep], (n[pair] * (H * H) + iy * H + ix)[keep], far[keep], R[keep]
    q = R * R - far
    root = q.abs().sqrt()
    score = torch.where(q > 0, root + z[pair], -root)
    best = torch.full((N * H * H,), -1e9, device=n.device).scatter_reduce(0, place, score, 'amax')
    wins = (score >= best[place]).nonzero()[:, 0]
    which = torch.full((N * H * H,), -1, device=n.device)
    which[place[wins]] = i[pair[wins]]
    out = torch.full((N * H * H,), 9., device=n.device).scatter_reduce(0, place, far.sqrt() - R, 'amin')
    where = (which >= 0).nonzero()[:, 0]
    return where, which[where], out[where]


def fire(scene, c, steps, t):
    """Paints fire, smoke and dust: of the balls that cover a pixel, the foremost is seen, lit as a ball is."""
    a, own, device = scene.attributes, scene.own, scene.device
    B, K = steps.shape
    flat = puffs(scene, t).flatten(0, 1)
    where, which, d = foremost(c, flat, flat[..., 5] > .02)
    if not len(where): return
    frame = where // c.size ** 2
    X, Y = c.x.flatten()[where], c.y.flatten()[where]
    x, y, r, _, hot, alpha = flat[frame, which].unbind(-1)
    nx, ny = (X - x) / r, (Y - y) / r
    nz = (1 - nx * nx - ny * ny).clamp(min=0).sqrt()
    clip = frame // K
    dust = which >= PUFFS - RING
    ambient = light.to(light.AMBIENT, a['time'])
    earth = light.to(light.GROUND, a['ground']) * .82 + .14
    # Two tones and a soft turn between them, as a painter would.
    lit = ((-.45 * nx + .80 * ny + .20 * nz) * 3.2).tanh() * .5 + .5
    tone = (.66 + .40 * lit)[:, None]
    old = (t - own['burst'][:, None]).flatten()[frame, None].clamp(0, 3) / 3
    soot = (torch.tensor([.25, .23, .24], device=device) + .15 * old) * tone
    paint = torch.where(dust[:, None], earth[clip] * (.80 + .28 * lit)[:, None], soot) * ambient[clip]
    warm = scene.flash.gather(1, steps).flatten()[frame, None]
    paint = paint + warm * torch.tensor([.55, .24, .05], device=device) * (.35 + .65 * (1 - lit))[:, None]
    temper = (hot + .16 * (nz - .72) - .035 * (lit - .5))[:, None]
    for (low, _), (high, colour) in zip(RAMP, RAMP[1:]):
        k = ((temper - low) / (high - low)).clamp(0, 1)
        paint = paint + k * (torch.tensor(colour, device=device) - paint)
    soft = 1.2 + 2.5 * old[:, 0] + 2. * dust
    blend(c, where, paint.clamp(0, 1), ((.5 - d / soft).clamp(0, 1) * alpha)[:, None])


def render(scene, c, steps):
    a, own, device = scene.attributes, scene.own, scene.device
    B, K = steps.shape
    t, flash = steps.float() * DT, scene.flash.gather(1, steps)
    age = t - own['burst'][:, None]
    ambient = light.to(light.AMBIENT, a['time'])
    x, foot, side = own['x'][:, None].expand(B, K), torch.full((B, K), FOOT, device=device), own['side'][:, None]
    # What it leaves on the ground.
    part = c.crop(x, foot, .17)
    k = (((part.x - at(x)) / at(3.6 / side)) ** 2 + ((part.y - FOOT) / at(.95 / side)) ** 2) * (1 + .25 * torch.sin(torch.atan2(part.y - FOOT, (part.x - at(x)) * .28) * 7 + at(own['seed']) * 20))
    part.shade(at((age > 0) * .72) * torch.exp(-k * k))
    c.paste(part)
    barrel(scene, c, x, age < 0, ambient)
    # Night's ground and sky by its light.
    bright = flash > .02
    if bright.any():
        part, clip = c.pick(bright)
        dark = torch.tensor([.30, .62, 1.], device=device)[a['time']][clip]
        f = flash[bright]
        height = own['burst'].new_tensor(FOOT) + (scene.position[:, 0, :, 1].gather(1, steps)[bright] - FOOT) * .6
        across, up = torch.exp(-((part.x[:, :, :1] - at(x[bright])) / .34) ** 2), torch.exp(-((part.y[..., :1] - at(height)) / .34) ** 2)
        warm, white = torch.tensor([1., .74, .42], device=device), torch.tensor([1., .96, .86], device=device)
        amber, blaze = f * (.20 + .38 * dark), (f - .58).clamp(min=0) * 1.2
        part.image += (at(amber + .65 * blaze)[:, :, None] * spread((warm * amber[:, None] + white * blaze[:, None]) / (amber + blaze)[:, None]) * (across * up).unsqueeze(2) + at(blaze * .35).unsqueeze(2)) * (1 - part.image)
        c.put(part)
    front = shock(own['mass'][:, None], age) / side
    seen = (age > 0) & (front < .9)
    if seen.any():
        part, clip = c.pick(seen)
        R = front[seen]
        d = ((part.x - at(x[seen])) ** 2 + (part.y - FOOT) ** 2).sqrt() - at(R)
        part.light(torch.ones(len(clip), 3, device=device), torch.exp(-(d / .016) ** 2) * .34 * (part.y > FOOT - .02))
        c.put(part)
    fire(scene, c, steps, t)
    debris(scene, c, steps, t, age, flash, ambient)


def barrel(scene, c, x, there, ambient):
    """The barrel until it bursts: of metal with two hoops, or of staves, in its paint."""
    if not there.any(): return
    a, own = scene.attributes, scene.own
    part = c.crop(x, (FOOT + own['tall'] * .5)[:, None].expand_as(x), .085)
    on = at(there.float())
    unit = at(own['side'])
    u, v = (part.x - at(x)) * unit / WIDE, ((part.y - FOOT) * unit / TALL)          # −1…1 across, 0…1 up
    wood = at((a['material'] == MATERIALS.index('wood')).float())
    k = ((part.x - at(x) - .006) * unit / (WIDE * 1.55)) ** 2 + ((part.y - FOOT + .002) * unit / (WIDE * .46)) ** 2
    part.shade(.42 * torch.exp(-k * k) * on)
    bulge = 1 + wood * (.20 * (1 - (2 * v - 1) ** 2) - .06)
    body = torch.maximum((u.abs() / bulge - 1) * WIDE, ((v - .5).abs() - .5) * TALL + .10 * u * u * (v < .5) - .10 * u * u * (v > .5)) / unit
    paint = light.to(light.PAINT, a['colour']) * ambient
    across = u / bulge
    tone = 1.02 - .40 * (across + .28).abs() ** 1.6
    tone = tone + (1 - wood) * .34 * torch.exp(-((across + .42) / .14) ** 2) - wood * .17 * ((torch.frac(torch.asin(across.clamp(-1, 1)) * 2.2) - .5).abs() > .40)
    part.over((spread(paint) * tone.unsqueeze(2)).clamp(0, 1), part.cover(body) * on)
    hoop = torch.minimum((v - .31).abs(), (v - .69).abs())
    steel = torch.tensor([[.30, .31, .35]], device=c.x.device) * ambient
    hoops = part.cover((hoop - .042) * TALL / unit) * part.cover(body) * on
    part.over((spread(paint * .66) * tone.unsqueeze(2)).clamp(0, 1), hoops * (1 - wood))
    part.over((spread(steel) * (tone + .1).unsqueeze(2)).clamp(0, 1), hoops * wood)
    lid = ellipse(part, x[:, 0], FOOT + own['tall'] * .985, WIDE * .92 / own['side'], .17 / own['side'])
    part.over((paint * .78 + .16 * ambient).clamp(0, 1), part.cover(lid) * on)
    c.paste(part)


def debris(scene, c, steps, t, age, flash, ambient):
    """Sparks, and the pieces with their smoking trails."""
    a, own, device = scene.attributes, scene.own, scene.device
    B, K = steps.shape
    j = torch.arange(SPARKS, device=device)
    lot = lambda k: torch.frac(torch.sin(j * k + own['seed'][:, None, None] * 53) * 4375.5).abs()
    angle = .25 + 2.65 * lot(3.7)
    speed = (12 + 26 * lot(5.1)) / own['side'][:, None, None]
    reach, drop = sparks_at(age.clamp(min=0)[..., None], speed, own['gravity'][:, None, None])
    left = (1 - age[..., None] / (.45 + .75 * lot(8.9))) * (age[..., None] > 0)
    points = [torch.stack([own['x'][:, None, None] + reach * torch.cos(angle), FOOT + .5 * own['tall'][:, None, None] + reach * torch.sin(angle) - drop], -1)]
    strengths = [left.clamp(0, 1) ** .6 * (points[0][..., 1] > FOOT - .03)]
    cool = (1 - left).clamp(0, 1)
    paints = [torch.stack([torch.ones_like(cool), .92 - .52 * cool, (.70 - .95 * cool).clamp(min=.06)], -1)]
    n = torch.arange(1, TRAIL + 1, device=device) * .026
    then = (age[:, None, :, None] - n).expand(B, PIECES, K, TRAIL)
    tx, ty, _ = flights(own, then.flatten(2))
    fresh = ((then > 0) & (then < own['fly'][..., None, None])) * (1 - n / n[-1] * .85) * (1.15 - .75 * then).clamp(0, 1)
    ember = ((1 - n / n[-1]) * (1 - then / .55)).clamp(0, 1)[..., None]
    order = lambda v: v.transpose(1, 2).flatten(2, 3)
    points.append(order(torch.stack([tx.reshape(then.shape), ty.reshape(then.shape)], -1)))
    strengths.append(order(fresh * .75))
    smoke = (torch.tensor([.30, .28, .28], device=device) * ambient)[:, None, None, None]
    paints.append(order(smoke + ember * (torch.tensor([1., .58, .16], device=device) - smoke)))
    shine(c, *(torch.cat(v, 2) for v in (points, paints, strengths)), r=.0058)
    paint = light.to(light.PAINT, a['colour']) * ambient
    wood = (a['material'] == MATERIALS.index('wood')).float()
    for i in range(1, 1 + PIECES):
        p, turn, r = scene.position[:, i].gather(1, steps[..., None].expand(B, K, 2)), own['turn'][:, i].gather(1, steps), scene.size[:, i]
        px, py = p.unbind(-1)
        on = at((age > .03).float())
        part = c.crop(px, py, .040)
        long, thick = r * (.92 + .12 * wood), r * (.46 - .20 * wood)
        d = box(part, px, py, long[:, None].expand(B, K), thick[:, None].expand(B, K), turn, radius=.003)
        hotter = spread(torch.tensor([1., .45, .12], device=device)[None, None] * torch.exp(-age.clamp(min=0) * 1.6)[..., None] * .6)
        char = paint * (.62, .50, .40)[i - 1] + .03
        shade = (1 + .30 * ((part.y - at(py)) / at(r)).clamp(-1, 1)).unsqueeze(2)
        part.over((spread(char) * shade + hotter * .5).clamp(0, 1), part.cover(d) * on)
        part.over((char * .45).clamp(0, 1), part.cover((d + .0035).abs() - .0016) * on * .6)
        c.paste(part)
        floor = (own['rest_y'][:, i - 1] - r * .62)[:, None].expand(B, K)
        low = c.crop(px, floor, .040)
        k = ((low.x - at(px)) / at(r * 1.15)) ** 2 + ((low.y - at(floor)) / at(r * .30)) ** 2
        rise = ((py - own['rest_y'][:, i - 1, None]) / .12).clamp(0, 1)
        low.shade(at(.36 * (1 - rise)) * torch.exp(-k) * on * (low.y < at(py)))
        c.paste(low)


def absorbed(wave, distance):
    """What is left of wave [B, n] after `distance` [B] m of air above ground: highs are lost first."""
    n = wave.shape[-1]
    f = torch.fft.rfftfreq(n, 1 / RATE).to(wave.device)
    octave = torch.log2(f.clamp(min=1) / 63).clamp(0, len(LOST) - 1.001)
    table, i = torch.tensor(LOST, device=wave.device), octave.long()
    loss = table[i] + (table[i + 1] - table[i]) * (octave - i)
    return torch.fft.irfft(torch.fft.rfft(wave) * 10 ** (-loss * distance[:, None] / 20), n)


# Echoes by place: s after the boom, and how much of it comes back. Hills return one long soft roll, walls several short slaps, the sea none.
ECHOES = dict(hills=((.62, .20), (.74, .16), (.83, .15), (.97, .11), (1.16, .08)), city=((.21, .34), (.33, .22), (.47, .20), (.66, .12)))


def sounds(scene):
    """The boom, its echoes, the roar and crackle of the fire, and each piece's thud: all a distance / 343 m/s late, and duller the farther."""
    own, a, device, B = scene.own, scene.attributes, scene.device, scene.batch
    distance, near = own['distance'], own['near'].float()[:, None]
    n = 1 << 16
    t = torch.arange(n, device=device) / RATE
    # Friedlander's wave: a jump of pressure that falls below that of the air and comes back; it lengthens on its way.
    plus = .012 + .006 * own['mass'][:, None] ** (1 / 3) + .00005 * distance[:, None]
    wave0 = (1 - t / plus) * torch.exp(-t / plus)
    roll = (1 + .5 * torch.sin(2 * math.pi * (1.9 * t + own['lot'][:, :1])) + .3 * torch.sin(2 * math.pi * (4.3 * t + 3 * own['lot'][:, 1:2]))).clamp(min=.2)
    crack = sound.band_noise((B, n), 300., 7000., device) * torch.exp(-t * 26)
    body = sound.band_noise((B, n), 45., 700., device) * torch.exp(-t * 7.5)
    rumble = sound.band_noise((B, n), 26., 170., device) * roll * torch.exp(-t * 1.7) * (t * 60).clamp(max=1)
    boom = absorbed(wave0 * 1.0 + crack * .55 + body * .55, distance - NEAR[0]) * (.72 + .25 * (1 - near)) + rumble * .26
    echo = torch.zeros(B, n, device=device)
    for name, taps in ECHOES.items():
        of = (a['place'] == PLACES.index(name)).float()[:, None]
        for k, (late, gain) in enumerate(taps):
            at_ = ((late * (.85 + .30 * own['lot'][:, 2]) + .03 * torch.sin(own['lot'][:, 3] * 40 + k * 2)) * RATE).long()
            i = torch.arange(n, device=device) - at_[:, None]
            echo = echo + of * gain * torch.where(i >= 0, (boom - rumble * .2).gather(1, i.clamp(min=0)), torch.zeros_like(boom))
    boom = boom + absorbed(echo, torch.full_like(distance, 60.))
    i = torch.arange(SAMPLES, device=device) - (own['boom'] * RATE).round().long()[:, None]
    place = lambda v: torch.where((i >= 0) & (i < n), v.gather(1, i.clamp(0, n - 1)), torch.zeros(B, SAMPLES, device=device))
    wave = place(boom) * (.62 + .53 * near)
    # Fire: as loud as it is bright, heard late.
    late = torch.arange(STEPS, device=device) * DT - (distance / SPEED_OF_SOUND)[:, None]
    burns = interpolate(glow(own, late)[:, None], size=SAMPLES, mode='linear', align_corners=False)[:, 0]
    pops = (torch.rand(B, SAMPLES, device=device) < .0012) * torch.rand(B, SAMPLES, device=device) ** 2
    tick = sound.band_noise((B, 200), 1200., 6500., device) * torch.exp(-torch.arange(200, device=device) / 20.)
    fire_ = sound.band_noise((B, SAMPLES), 60., 420., device) * burns.clamp(max=.5) * .16 + sound.convolve(pops, tick) * burns.clamp(max=.12) * 2.2
    # Thuds: the ground's, and the ring or knock of the piece.
    landed = sound.train(scene.hits[:, 1:]).sum(1)
    thud = sound.ground_thump(a['ground'], .25) * 1.5
    ring = sound.modes(a['material'], torch.full_like(distance, .12), .25)
    thuds = sound.convolve(landed, thud + .30 * ring)
    wave = wave + absorbed(fire_ * (.4 + .6 * near) + thuds * 1.35, (distance - NEAR[0]) * (.35 + .65 * near[:, 0]))
    air = sound.band_noise((B, SAMPLES), 120., 900., device) * .004 + sound.band_noise((B, SAMPLES), 250., 2500., device) * .010 * (a['place'] == PLACES.index('sea')).float()[:, None]
    return sound.room(wave + air, torch.full((B,), .30, device=device))
