"""Cars pass by on a road, seen and heard from the roadside: wheels roll without slip, sound leaves the car and arrives r / 343 m/s later.

An own scale: `WIDTH` metres a picture side; cars are drawn a little larger than that, as in a picture book. The listener stands `ROADSIDE` metres
from the lane, before the picture's middle. One number, the build (0 a low sports car … .5 a small car … 1 a van), sets shape, size, engine and horn.
"""
import math

import torch

from . import light, sound
from .camera import move
from .clip import COLOURS, DT, OBJECTS, OUTCOMES, PLACES, RATE, SAMPLES, SECONDS, SPEED_OF_SOUND, STEPS, SUBSTEPS, Scene, draw_attribute
from .draw import Canvas, at, box, capsule, disc, ellipse

WIDTH, ROADSIDE = 20., 4.                  # metres a picture side; metres from the listener to the lane
SLOW, FAST, PULL = 6., 16., 3.             # m/s at mid-clip; m/s² at most
LANE, CURB, BACK = .20, .325, .375         # picture: where tyres stand, the road's far edge, the pavement's far edge
HONK, SHORT, AGAIN = .50, .20, .34         # s: a lone honk, each of two, from one to the next
HALF = .24                                 # the sprite of a car spans ±HALF
CRUISE = 11.                               # m/s at which an engine turns at its own pitch
LAMPS = torch.tensor([0., .45, 1.])        # how bright headlights look, by time of day

# Outlines of a car that faces right, by build: x in half lengths, y in heights above the road.
BODY = torch.tensor([[[-.95, .20], [-1., .50], [-.96, .72], [-.62, .76], [-.24, .98], [.08, .98], [.46, .70], [.86, .56], [1., .42], [.97, .20]],
                     [[-.95, .20], [-1., .46], [-.97, .64], [-.86, .74], [-.66, .98], [.10, .98], [.44, .66], [.86, .58], [1., .44], [.97, .20]],
                     [[-.97, .18], [-1., .46], [-1., .70], [-.98, .90], [-.92, .98], [.42, .98], [.68, .62], [.90, .54], [1., .42], [.98, .18]]])
GLASS = torch.tensor([[[-.46, .72], [-.20, .90], [.06, .90], [.34, .70]], [[-.74, .68], [-.58, .90], [.06, .90], [.31, .66]], [[-.86, .62], [-.86, .90], [.38, .90], [.57, .62]]])


def shape(build, outlines):
    """Outlines [3, N, 2] at builds 0, .5 and 1 -> [B, N, 2]: straight lines between them."""
    low, high = (1 - 2 * build).clamp(min=0), (2 * build - 1).clamp(min=0)
    return torch.einsum('bk,knd->bnd', torch.stack([low, 1 - low - high, high], 1), outlines.to(build.device))


def engine_hz(build): return 165 * (62 / 165) ** build                   # firing frequency at CRUISE
def horn_hz(build): return 470 * (290 / 470) ** build                    # the lower of two notes


def metres(own, t):
    """Along the road from the listener, positive to the right; t [B, N] seconds of the clip -> [B, N]."""
    s = t - SECONDS / 2
    return own['middle'][:, None] + own['way'][:, None] * (own['speed'][:, None] * s + own['pull'][:, None] * s * s / 2)


def emission(own, t):
    """When what is heard at t left the car: |x(e) − listener| = c (t − e). Fixed-point steps shrink the error by v / c < .05 each."""
    e = t
    for _ in range(5): e = t - (metres(own, e) ** 2 + ROADSIDE ** 2).sqrt() / SPEED_OF_SOUND
    return e


def simulate(B, device, split='train'):
    a = dict(colour=draw_attribute('colour', COLOURS, B, device), ground=draw_attribute('ground', ['road'], B, device), place=draw_attribute('place', ['city', 'hills', 'sea'], B, device, [.5, .25, .25]),
             time=draw_attribute('time', ['day', 'sunset', 'night'], B, device, [.42, .20, .38]), outcome=draw_attribute('outcome', ['none', 'horn'], B, device))
    u = torch.rand(8, B, device=device)
    way, speed = torch.where(u[0] < .5, -1., 1.), SLOW + (FAST - SLOW) * u[1] ** 1.3
    room = torch.minimum(speed - SLOW + 1, FAST + 1 - speed).clamp(max=PULL)
    pull = torch.where(u[2] < .5, 0., (u[2] * 4 - 3) * room)             # half brake or accelerate
    # Fast cars cross the whole picture; slow ones are met anywhere on it.
    middle = (u[3] - .5) * WIDTH * (.70 - .58 * (speed - SLOW) / (FAST - SLOW))
    build = u[4]
    own = dict(seed=torch.rand(B, device=device), way=way, speed=speed, pull=pull, middle=middle, build=build)

    t = (torch.arange(STEPS, device=device) * DT).expand(B, STEPS)
    x = metres(own, t)
    v = way[:, None] * (speed[:, None] + pull[:, None] * (t - SECONDS / 2))
    length, height, wheel, base = .172 + .026 * build ** 2, .126 + .076 * build, .035 + .009 * build, .60 - .02 * build
    own.update(length=length, height=height, base=base)
    px, apart = .5 + x / WIDTH, (base * length)[:, None]
    P = torch.zeros(B, OBJECTS, STEPS, 2, device=device)
    V = torch.zeros_like(P)
    P[:, 0, :, 0], P[:, 1, :, 0], P[:, 2, :, 0] = px, px - way[:, None] * apart, px + way[:, None] * apart     # body, rear wheel, front wheel
    P[:, 0, :, 1], P[:, 1:3, :, 1] = (LANE + .6 * height)[:, None], (LANE + wheel)[:, None, None]
    V[:, :3, :, 0] = (v / WIDTH)[:, None]
    size = torch.stack([.4 * height, wheel, wheel, torch.zeros_like(wheel)], 1)
    roll = -(px - px[:, :1]) / wheel[:, None] + u[5, :, None] * 6.283
    own['turn'] = torch.stack([torch.zeros_like(roll), roll, roll + 1], 1)

    # Honks are heard about when the car passes, so that their pitch falls; each starts on a step of the clock.
    passing = t.gather(1, x.abs().argmin(1, keepdim=True))[:, 0]
    twice = u[6] < .5
    first = ((passing - .35 + .5 * (u[7] - .5)).clamp(.12, 1.30) * SUBSTEPS).round().long()
    k = torch.stack([first, first + round(AGAIN * SUBSTEPS)], 1)         # [B, 2]
    horn = a['outcome'] == OUTCOMES.index('horn')
    honks = torch.stack([horn, horn & twice], 1)
    sent = emission(own, k * DT)
    near = ROADSIDE / (metres(own, sent) ** 2 + ROADSIDE ** 2).sqrt()
    hits = torch.zeros(B, OBJECTS, STEPS, device=device)
    hits[:, 0].scatter_(1, k, honks * near * .9)
    own.update(honks=honks, sent=sent, held=torch.where(twice, SHORT, HONK))
    return Scene('cars', a, move(B, device, a, P[:, 0]), P, V, size, hits, torch.zeros(B, STEPS, device=device), own)


def backdrop(scene, c):
    a, B, device = scene.attributes, scene.batch, scene.device
    s, ambient, dark = scene.own['seed'], light.to(light.AMBIENT, a['time']), LAMPS.to(device)[a['time']]
    full = lambda v: torch.full((B,), v, device=device)
    tint = lambda *v: torch.tensor([v], device=device) * ambient
    is_ = lambda name: (a['place'] == PLACES.index(name)).float()
    light.paint_place(c, a, full(BACK), s)
    light.paint_ground(c, a, full(BACK), full(BACK))
    city, hills, sea = (at(is_(n)) for n in ('city', 'hills', 'sea'))
    pavement = tint(.70, .70, .70) * is_('city')[:, None] + tint(.47, .70, .36) * is_('hills')[:, None] + tint(.86, .78, .62) * is_('sea')[:, None]
    c.over(pavement, c.cover((c.y - (BACK + CURB) / 2).abs() - (BACK - CURB) / 2))
    kerb = (c.y - CURB).abs() - .007
    c.over(tint(.82, .82, .80), c.cover(kerb))
    c.shade(c.cover(kerb) * (torch.frac(c.x * 9 + .5) < .05) * .25)
    c.shade(torch.exp(-((CURB - .007 - c.y).clamp(min=0) / .012)) * (c.y < CURB - .007) * .30)
    paint = tint(.93, .92, .86)
    c.over(paint, c.cover((c.y - .298).abs() - .0035) * .75)
    dash = (torch.frac(c.x * 4.2 + (c.y - .09) * 1.2 + at(.3 * torch.cos(s * 20))) - .28).abs() / 4.2 - .28 / 4.2
    c.over(paint, c.cover(torch.maximum(dash, (c.y - .088).abs() - .008)) * .92)

    # What stands beside the road: lamps in the city, trees in the hills, a railing by the sea.
    middle, warm = .5 + .12 * torch.cos(s * 20), torch.tensor([[1., .86, .55]], device=device)
    for side in (-.34, .34):
        x = middle + side
        pole = torch.minimum(capsule(c, x, full(CURB + .02), x, full(.69), full(.006)), capsule(c, x, full(.69), x + .055, full(.715), full(.005)))
        c.over(tint(.24, .27, .32), c.cover(pole) * city)
        c.over(tint(.24, .27, .32), c.cover(box(c, x + .065, full(.715), full(.026), full(.008), radius=.006)) * city)
        drop, aside = (.707 - c.y).clamp(min=0), (c.x - at(x) - .065).abs()
        cone = torch.exp(-(aside / (.02 + drop * .30)) ** 2) * torch.exp(-drop * 4.2) * (c.y < .710)
        c.light(warm, city * at(dark ** 2) * (cone * .42 + .9 * c.cover(box(c, x + .065, full(.706), full(.02), full(.004))) + .30 * torch.exp(-(aside ** 2 + (c.y - .702) ** 2) / .0012)))
        c.light(warm, city * at(dark ** 2) * .28 * torch.exp(-(aside / .13) ** 2 - ((c.y - BACK + .03) / .035) ** 2))
        r = .075 + .02 * torch.sin(s * 34) * (1 if side > 0 else -1)
        c.over(tint(.42, .30, .22), c.cover(capsule(c, x, full(BACK - .01), x, full(BACK + .13), full(.009))) * hills)
        crown = torch.minimum(disc(c, x, full(BACK + .20), r), torch.minimum(disc(c, x - .05, full(BACK + .155), r * .72), disc(c, x + .05, full(BACK + .16), r * .68)))
        leaf = tint(.20, .46, .27)
        c.over(leaf, c.cover(crown) * hills)
        c.over((leaf * 1.28).clamp(max=1), c.cover(torch.maximum(crown + .010, disc(c, x - .022, full(BACK + .225), r * .72))) * hills)
    rail = torch.minimum((c.y - BACK - .075).abs() - .006, (c.y - BACK - .036).abs() - .0035)
    post = torch.maximum((torch.frac(c.x * 8 + at(.3 * torch.cos(s * 20))) - .5).abs() / 8 - .0055, (c.y - BACK - .03).abs() - .045)
    c.over(tint(.90, .91, .92), c.cover(torch.minimum(rail, post)) * sea)


def polygon(c, points):
    """Signed distance to a polygon [B, N, 2] in the canvas's world."""
    near, inside = None, None
    for i in range(points.shape[1]):
        (ax, ay), (bx, by) = (at(points[:, j]).unbind(1) for j in (i - 1, i))
        ax, ay, bx, by = (v[:, None] for v in (ax, ay, bx, by))
        px, py, dx, dy = c.x - ax, c.y - ay, bx - ax, by - ay
        h = ((px * dx + py * dy) / (dx * dx + dy * dy)).clamp(0, 1)
        d = (px - dx * h) ** 2 + (py - dy * h) ** 2
        crossed = ((ay > c.y) != (by > c.y)) & (px * dy.abs() < dx * py * dy.sign())
        near, inside = (d, crossed) if near is None else (torch.minimum(near, d), inside ^ crossed)
    return near.sqrt() * torch.where(inside, -1., 1.)


def sprite(scene, S):
    """A car without its wheels that faces right, on its shadow: [B, 4, S, S], colours times coverage, and coverage. Painted once a clip."""
    a, own, B, device = scene.attributes, scene.own, scene.batch, scene.device
    c = Canvas(S, torch.tensor([0., 0., .5 / HALF], device=device).expand(B, 1, 3))
    c.image = torch.zeros(B, 1, 4, S, S, device=device)
    ambient, lamp, k = light.to(light.AMBIENT, a['time']), LAMPS.to(device)[a['time']], own['build']
    L, H, r = own['length'], own['height'], scene.size[:, 1]
    y0 = -.6 * H                                                         # the road
    solid = lambda rgb: torch.cat([rgb.clamp(0, 1), torch.ones(B, 1, device=device)], 1)
    tint = lambda *v: solid(torch.tensor([v], device=device) * ambient)
    glow = lambda *v: torch.tensor([v + (0.,)], device=device)
    cover = lambda d: c.cover(d, 2)                                      # the sprite is twice as fine as the picture
    place = lambda p: p * torch.stack([L, H], 1)[:, None] + torch.stack([torch.zeros_like(y0), y0], 1)[:, None]
    spot = lambda x, y: (L * x, y0 + H * y)
    black = tint(.05, .05, .08)
    c.over(black, at(.26 + .18 * (1 - lamp)) * torch.exp(-((c.x / at(L * 1.04)) ** 4 + ((c.y - at(y0) + .004) / .017) ** 2)))
    c.over(tint(.10, .10, .13), cover(box(c, *spot(0., .22), L * .90, H * .09, radius=.008)))
    body = polygon(c, place(shape(k, BODY))) - .006
    paint = light.to(light.PAINT, a['colour']) * ambient
    c.over(solid(paint), cover(body))
    inside = lambda d: cover(torch.maximum(d, body))
    v = (c.y - at(y0)) / at(H)                                           # heights above the road
    shoulder = at(.60 + 0 * k)
    c.over(solid(paint * .45 + .55 * ambient), cover(body) * ((v - .42) / .5).clamp(0, 1) * .34)
    c.over(solid(paint * .50), cover(body) * ((shoulder - .06 - v) / .5).clamp(0, 1) * .85)
    c.over(solid(paint * .4 + .6 * ambient), inside((v - shoulder).abs() * at(H) - .0025) * .55 * ((c.x / at(L)).abs() < .93))
    c.over(solid(paint * .30), inside((v - .245) * at(H)) * .8)          # sill
    glass = polygon(c, place(shape(k, GLASS))) - .003
    pane = torch.tensor([[.50, .72, .84], [.60, .46, .52], [.13, .17, .30]], device=device)[a['time']]
    c.over(solid(paint * .55), cover(glass - .005))
    c.over(solid(pane), cover(glass))
    head = torch.minimum(disc(c, *spot(.02 + .16 * k, .70), H * .085), ellipse(c, *spot(.0 + .16 * k, .55), H * .13, H * .13))
    c.over(solid(pane * .42), cover(torch.maximum(head, glass)))
    c.over(solid(pane * .4 + .6 * ambient), cover(torch.maximum(glass, ((c.x - .55 * c.y) / at(L) + .32 - .5 * at(k)).abs() * at(L) - .009)) * .45)
    pillar = ((c.x / at(L)) + .17 - .10 * at(k)).abs() * at(L)
    c.over(solid(paint * .85), cover(torch.maximum(pillar - .0055, glass)))
    c.over(solid(paint * .45), inside(torch.maximum((pillar - .0013), (v - .46).abs() * at(H) - at(H) * .18)) * .7)
    c.over(solid(paint * .40), cover(box(c, *spot(-.02 + .08 * k, .555), L * .045, H * .016)))
    for side in (-1, 1):
        c.over(tint(.07, .07, .09), inside(disc(c, L * own['base'] * side, y0 + r, r * 1.20)))
    for x in (-.985, .985): c.over(tint(.20, .21, .24), cover(box(c, *spot(x, .275), L * .04 + .003, H * .055, radius=.005)))
    lit, brake = at(lamp), at(((-own['pull'] - .5) / 1.5).clamp(0, 1))
    front, tail = ellipse(c, *spot(.935, .46), L * .050, H * .070), box(c, *spot(-.975, .52), L * .035, H * .085, radius=.004)
    c.over(solid(ambient * .9 + .08), inside(front) * (1 - lit))
    c.over(solid(torch.tensor([[1., .97, .82]], device=device).expand(B, 3)), inside(front) * lit)
    c.over(solid(torch.tensor([[.72, .10, .10]], device=device).expand(B, 3) * ambient), inside(tail))
    c.light(glow(1., .22, .15), inside(tail) * (lit * .5 + brake * .6).clamp(max=1))
    halo = lambda x, y, w: torch.exp(-((c.x - at(L * x)) ** 2 + (c.y - at(y0 + H * y)) ** 2) / w ** 2)
    c.light(glow(1., .93, .70), halo(.96, .46, .020) * lit * .85)
    c.light(glow(1., .16, .10), halo(-1., .52, .018) * (lit * .45 + brake * .55).clamp(max=1))
    return c.image[:, 0]


def render(scene, c, steps):
    a, own, device = scene.attributes, scene.own, scene.device
    B, K = steps.shape
    seen = lambda i: scene.position[:, i].gather(1, steps[..., None].expand(-1, -1, 2)).unbind(-1)
    x, y = seen(0)
    way = own['way'][:, None].expand(B, K)
    car = sprite(scene, int(4 * HALF * c.size))
    part = c.crop(x, y, HALF)
    h = part.image.shape[-1]
    grid = torch.stack([(part.x - at(x)) * at(way), at(y) - part.y], -1) / HALF
    put = torch.nn.functional.grid_sample(car, grid.reshape(B, K * h, h, 2), align_corners=False).reshape(B, 4, K, h, h).transpose(1, 2)
    part.image = part.image * (1 - put[:, :, 3:]) + put[:, :, :3]
    c.paste(part)

    lamp = LAMPS.to(device)[a['time']]
    if (lamp > 0).any():
        reach = .34
        hx, hy = x + way * own['length'][:, None] * .96, LANE + own['height'][:, None] * .46 + 0 * x
        beam = c.crop(hx + way * reach / 2, hy - .02, reach / 2)
        along = (beam.x - at(hx)) * at(way)
        wide = .010 + .16 * along.clamp(min=0)
        fade = (1 - along / reach).clamp(0, 1) ** 1.6 * (along > 0)
        shine = torch.exp(-((beam.y - at(hy) + .16 * along) / wide) ** 2) * fade * .62
        pool = torch.exp(-((along - .16) / .09) ** 2 - ((beam.y - LANE + .006) / .020) ** 2) * (along > 0) * .5
        beam.light(torch.tensor([[1., .92, .66]], device=device), (shine + pool) * at(lamp ** 1.6))
        c.paste(beam)

    ambient = light.to(light.AMBIENT, a['time'])
    r = scene.size[:, 1]
    for i in (1, 2): wheel(c, *seen(i), r, own['turn'][:, i].gather(1, steps), ambient)


def wheel(c, x, y, r, angle, ambient):
    """A tyre and its rim with three spokes, one of them marked: turning shows even where three alike would seem to stand still."""
    part = c.crop(x, y, float(r.max()) * 1.06)
    u, v = (part.x - at(x)) / at(r), (part.y - at(y)) / at(r)
    far, turned = (u * u + v * v).sqrt(), torch.atan2(v, u) - at(angle)
    tint = lambda *rgb: torch.tensor([rgb], device=ambient.device) * ambient
    part.over(tint(.13, .13, .15), part.cover((far - 1) * at(r)))
    rim = part.cover((far - .66) * at(r))
    part.over(tint(.36, .38, .42), rim)
    third = 2 * math.pi / 3
    off = torch.remainder(turned + third / 2, third) - third / 2
    spoke = rim * part.cover((far * off.sin().abs() - .15) * at(r))
    part.over(tint(.86, .87, .90), spoke)
    marked = torch.cos(turned) > .5
    part.over(tint(.98, .80, .25), spoke * marked * .9)
    part.over(tint(.90, .91, .93), part.cover(((far - .60).abs() - .07) * at(r)))
    part.over(tint(.86, .87, .90), part.cover((far - .20) * at(r)))
    c.paste(part)


def played(table, cycles):
    """One period [B, N] of a sound, read at `cycles` [B, M] -> [B, M]."""
    N = table.shape[1]
    p = torch.remainder(cycles, 1) * N
    i = p.floor()
    j = i.long()
    return torch.lerp(table.gather(1, j % N), table.gather(1, (j + 1) % N), p - i)


def engine_table(build, N=2048):
    """Two firings of an engine: harmonics of the firing frequency, and between them the unevenness of cylinders, rougher in a van."""
    j = torch.arange(1, 37, device=build.device)
    hz = engine_hz(build)[:, None] * j / 2
    uneven = torch.where(j % 2 == 0, 1., (.08 + .42 * build)[:, None])
    gain = (1 - j / 37) * uneven * (hz / 100) ** .35 / (1 + (hz / 420) ** 2) ** (.95 - .20 * (1 - build))[:, None]
    t = torch.arange(N, device=build.device) / N
    table = gain @ torch.sin(2 * math.pi * (j[:, None] * t + (j * j * .19)[:, None]))
    return table / table.std(1, keepdim=True)


def horn_table(B, device, N=512):
    j = torch.arange(1, 9, device=device)
    t = torch.arange(N, device=device) / N
    table = (torch.tensor([.7, 1., .85, .7, .45, .35, .2, .12], device=device)[:, None] * torch.sin(2 * math.pi * (j[:, None] * t + (j * j * .13)[:, None]))).sum(0)
    return (table / table.std()).expand(B, N)


def sounds(scene):
    """Engine, tyres and horn as they left the car (`e`, s), heard now: their pitch is higher while it comes, lower when it goes."""
    own, device, B = scene.own, scene.device, scene.batch
    t = (torch.arange(SAMPLES, device=device) / RATE).expand(B, SAMPLES)
    e = emission(own, t)
    near = ROADSIDE / (SPEED_OF_SOUND * (t - e))                          # 1 / r
    s, build = e - SECONDS / 2, own['build']
    speed = own['speed'][:, None] + own['pull'][:, None] * s
    driven = own['speed'][:, None] * s + own['pull'][:, None] * s * s / 2
    cycles = engine_hz(build)[:, None] * (.55 * s + .45 * driven / CRUISE)   # the engine turns with the wheels
    load = (1 + .3 * own['pull'] / PULL)[:, None]
    wave = played(engine_table(build), cycles / 2) * load * (.115 + .025 * build)[:, None]
    tyres = sound.band_noise((B, SAMPLES + RATE // 5), 350., 2600. - 900. * build, device)
    p = (e + .1) * RATE                                                  # 34.3 m away is .1 s late: no car comes from farther
    j = p.long()
    wave = wave + torch.lerp(tyres.gather(1, j), tyres.gather(1, j + 1), p - j) * (speed / CRUISE) ** 1.5 * .066
    reed, note = horn_table(B, device), horn_hz(build)[:, None]
    horn = (played(reed, note * s) + played(reed, note * 1.25 * s)) * .25
    for i in range(2):
        since = e - own['sent'][:, i, None]
        held = (since / .006).clamp(0, 1) * ((own['held'][:, None] - since) / .03).clamp(0, 1)
        wave = wave + horn * held * own['honks'][:, i, None]
    hum = sound.band_noise((B, SAMPLES), 90., 600., device) * .003
    return sound.room(wave * near, torch.full((B,), .25, device=device)) + hum
