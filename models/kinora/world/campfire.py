"""A campfire: flames puff and pinch off as pool fires do, stand as high as their heat makes them, lean in the wind; wood cracks, and sparks rise from each crack.

Heights, frequencies and angles follow from the fire's width D (m) and the wind (m/s); METRES = 2 m a picture side. Objects 0…3 are the heads of four tongues of flame: 0 in the middle and tallest,
1 left, 2 right, 3 small; `turn` is where each is in its puff (2π a puff, the head breaks off at −π/3); `flash` is the fire's light.
"""
import math

import torch
from torch.nn.functional import grid_sample, interpolate

from . import light, sound
from .camera import move
from .clip import DT, METRES, OBJECTS, OUTCOMES, PLACES, SAMPLES, STEPS, Scene, draw_attribute
from .draw import Canvas, at, capsule, ellipse, spread

GROUND_Y, BACK = .165, .290                # where the fire stands; the back edge of the ground
WIDTHS = (.34, .48), (.62, .80)            # D (m): calm, rough
WINDS = (.0, .25), (.64, .90)             # m/s
RATES = (1.3, 2.4), (3.8, 5.5)              # cracks a second
DEAD = .09                                 # s: no two cracks are nearer
HEAT = 250.                                # kW / m² of burning wood
BURN = .02                                 # kg / m² s of wood burnt
AIR = 1.2                                  # kg / m³
SKEW = .5                                  # of the puff's rise: it climbs (1 + SKEW) / (1 − SKEW) times as long as it falls
CRACKS, SPARKS = 28, 9                     # cracks from LEAD before the clip on; sparks of the strongest crack
LEAD, LIFE, TAU = 1.6, 1.5, .22            # s: sparks live so long, and take the draught's speed with time constant TAU
DRAUGHT = .95                              # m/s, of the hot air above the fire
WAVES = 7                                  # sinusoids of the flicker
SEAT = (0., -.56, .56, .16)                # feet of the tongues, in half-widths from the middle
TALL = (1., .70, .66, .50)                 # heights, of the fire's
ROUND = (.56, .45, .43, .36)               # radii, in half-widths


def height(width):
    """Mean height (m) of a fire of `width` (m): Heskestad, L = .235 Q^.4 − 1.02 D, Q in kW."""
    return .235 * (HEAT * math.pi / 4 * width ** 2) ** .4 - 1.02 * width


def puffs(width):
    """Puffs a second of a fire of `width` (m): 1.5 / √D."""
    return 1.5 / width ** .5


def lean(wind, width):
    """Angle from upright (rad): American Gas Association, cos = u*^−½ above u* = 1, u* = U / (g m″ D / ρ)^⅓."""
    u = wind / (9.81 * BURN * width / AIR) ** (1 / 3)
    return torch.acos(u.clamp(min=1) ** -.5)


def rise(theta):
    """−1…1: how high a head is at phase theta: a smooth sawtooth, highest at −acos SKEW."""
    return -torch.atan2(SKEW * torch.sin(theta), 1 - SKEW * torch.cos(theta)) / math.asin(SKEW)


def flicker(own, t):
    """The fire's light at times t [STEPS or n] (s) -> [B, n] in 0…0.6: sinusoids with the spectrum of an Ornstein–Uhlenbeck process of 1 Hz, and the puffs of the middle tongue."""
    slow = (own['wave_a'][..., None] * torch.sin(6.2832 * own['wave_f'][..., None] * t + own['wave_p'][..., None])).sum(1)
    return .30 + .26 * torch.tanh(slow + .30 * rise(6.2832 * own['puff'][:, None] * t + own['phase'][:, :1]))


def heads(own, t):
    """Where the heads of the tongues are at times t [n] -> [B, OBJECTS, n, 2]."""
    theta = 6.2832 * own['puff'][:, None, None] * t + own['phase'][..., None]
    tall = own['tall'][..., None]                                        # picture sides
    up = tall * (.60 * (.72 + .93 * flicker(own, t)[:, None]) + .16 * rise(theta))
    gust = 1 + .18 * torch.sin(6.2832 * .6 * t + own['gust'][:, None])
    tilt = (own['lean'][:, None] * gust)[:, None]
    x = own['foot'][..., None] + .36 * (own['x'][:, None] - own['foot'])[..., None] + up * torch.sin(tilt) + .035 * tall * torch.sin(theta + 1)
    return torch.stack([x, own['base'][:, None, None] + up * torch.cos(tilt)], -1)


def simulate(B, device, split='train'):
    a = dict(ground=draw_attribute('ground', ['grass', 'sand', 'snow', 'stone'], B, device), place=draw_attribute('place', ['hills', 'sea', 'city'], B, device, [.5, .35, .15]),
             time=draw_attribute('time', ['day', 'sunset', 'night'], B, device, [.2, .3, .5]), outcome=draw_attribute('outcome', ['calm', 'rough'], B, device))
    rough = a['outcome'] == OUTCOMES.index('rough')
    u = torch.rand(8, B, device=device)
    between = lambda spans, v: torch.where(rough, spans[1][0] + (spans[1][1] - spans[1][0]) * v, spans[0][0] + (spans[0][1] - spans[0][0]) * v)
    width, wind, rate = between(WIDTHS, u[0]), between(WINDS, u[1]), between(RATES, u[2])
    half = width / 2 / METRES
    way = torch.where(u[3] < .5, -1., 1.)
    angle = way * lean(wind, width)
    x = .5 + .16 * (u[4] - .5) - .16 * torch.sin(angle)                  # a leaning fire stands to windward, so that its tips stay in the picture
    row = lambda v: torch.tensor(v, device=device)
    f = .35 * 1.55 ** (torch.arange(WAVES, device=device) + torch.rand(B, WAVES, device=device) - .5)
    own = dict(back=torch.full((B,), BACK, device=device), seed=torch.rand(B, device=device), width=width, wind=wind * way, rate=rate, half=half, x=x, lean=angle, gust=u[5] * 6.2832, puff=puffs(width),
               base=GROUND_Y + .012 + .16 * half, foot=x[:, None] + half[:, None] * row(SEAT), tall=(height(width) / METRES)[:, None] * row(TALL),
               phase=u[6, :, None] * 6.2832 + row((0., 2.3, 4.4, 3.4)) + .5 * torch.rand(B, OBJECTS, device=device),
               wave_f=f, wave_p=torch.rand(B, WAVES, device=device) * 6.2832, wave_a=.55 * (f / (1 + f * f)) ** .5)
    t = torch.arange(STEPS, device=device) * DT
    P = heads(own, torch.arange(-1, STEPS + 1, device=device) * DT)
    P, V = P[:, :, 1:-1], (P[:, :, 2:] - P[:, :, :-2]) / (2 * DT)
    own['turn'] = 6.2832 * own['puff'][:, None, None] * t + own['phase'][..., None]
    size = (half[:, None] * row(ROUND)).clamp(.024, .10)
    # Cracks: a Poisson process with a dead time, on the physics clock. A few are strong.
    wait = DEAD - torch.log(torch.rand(B, CRACKS, device=device).clamp(min=1e-6)) * (1 / rate - DEAD)[:, None]
    k = ((torch.cumsum(wait, 1) - LEAD) / DT).round().long()
    g = torch.rand(2, B, CRACKS, device=device)
    own.update(strength=.28 + .72 * g[0] ** 3, spot=x[:, None] + half[:, None] * 1.3 * (g[1] - .5))
    return Scene('campfire', a, move(B, device, a), P, V, size, cracks(own, k), flicker(own, t), own)


def cracks(own, k):
    """Hits [B, OBJECTS, STEPS] of cracks at the steps k [B, CRACKS]; `own` learns when each is and where its sparks start."""
    B = k.shape[0]
    inside = (k >= 0) & (k < STEPS)
    which = (own['foot'][..., None] - own['spot'][:, None]).abs().argmin(1)     # [B, CRACKS]: the tongue that stands nearest
    hits = torch.zeros(B, OBJECTS * STEPS, device=k.device).scatter_add_(1, which * STEPS + k.clamp(0, STEPS - 1), own['strength'] * inside).reshape(B, OBJECTS, STEPS)
    theta = 6.2832 * own['puff'][:, None] * k * DT + own['phase'].gather(1, which)
    own.update(crack=k * DT, which=which, spark_x=own['foot'].gather(1, which), way=.30 * torch.sin(theta))
    return hits


def sparks_at(age, v0, draught):
    """How far a spark has come, `age` s after its crack, that starts at v0 and takes the air's speed: v′ = (draught − v) / TAU."""
    return draught * age + (v0 - draught) * TAU * (1 - torch.exp(-age / TAU))


def sparks(own, t):
    """Sparks at times t [B, K] -> points [B, K, CRACKS·SPARKS, 2], how bright each is, and its age as a share of its life."""
    j = torch.arange(SPARKS, device=t.device)
    quick = .55 + .55 * torch.frac(j * .618 + .3)
    age = (t[..., None] - own['crack'][:, None])[..., None]              # [B, K, CRACKS, 1]
    s = own['strength'][:, None, :, None]
    life = LIFE * (.45 + .55 * torch.frac(j * .382 + .1)) * (.6 + .4 * s)
    left = (1 - age / life) * (age >= 0)
    old, a = age / life, age.clamp(min=0)
    angle = (j - (SPARKS - 1) / 2) * (1.5 / SPARKS) + own['way'][:, None, :, None]
    kick = (1.1 + 1.3 * s) * quick / METRES                              # picture sides / s
    wind = own['wind'][:, None, None, None] / METRES
    x = own['spark_x'][:, None, :, None] + sparks_at(a, kick * torch.sin(angle), wind + .10 * torch.sin(j * 2.4)) + .010 * torch.sin(a * 7 + j * 1.9) * a.clamp(max=1)
    y = own['base'][:, None, None, None] + .35 * own['half'][:, None, None, None] + sparks_at(a, kick * torch.cos(angle), DRAUGHT * quick / METRES)
    shown = (s * SPARKS + 1 - j).clamp(0, 1) * left.clamp(0, 1) ** .6
    return torch.stack([x, y], -1).flatten(2, 3), shown.flatten(2), old.flatten(2)


def smooth_min(a, b, k):
    h = (k - (a - b).abs()).clamp(min=0) / k
    return torch.minimum(a, b) - h * h * (k / 4)


def tear(q): return (1 - q) ** 1.25 * (1 + 1.25 * q)                     # width of a drop from its middle (0) to its tip (1)


def flames(scene, x, y, steps):
    """Signed distance to the flames at x [B, K, 1, w], y [B, K, h, 1], about right near their outline -> [B, K, h, w]."""
    own = scene.own
    base, half = at(own['base']), at(own['half'])
    d = ((((x - at(own['x'])) / (half * 1.02)) ** 2 + ((y - base - half * .34) / (half * .46)) ** 2).sqrt() - 1) * half * .5
    for i in range(OBJECTS):
        p = scene.position[:, i].gather(1, steps[..., None].expand(-1, -1, 2))
        theta, r, foot = at(own['turn'][:, i].gather(1, steps)), at(scene.size[:, i]), at(own['foot'][:, i])
        px, py, tilt = at(p[..., 0]), at(p[..., 1]), at(own['lean'])
        tip = r * 2.5
        s, q = ((y - base) / (py - base)).clamp(0, 1), ((y - py) / tip).clamp(0, 1)
        pinch = (.5 + .5 * torch.cos(theta + math.pi / 3)) ** 3
        bump = s * (1 - s) * 4
        spine = foot + (px - foot) * s * (.45 + .55 * s) + .30 * r * bump * torch.sin(theta - 4 * s) + tip * q * (torch.tan(tilt) * .8 + .28 * q * torch.sin(theta + 2.4))
        wide = (r * (1.25 - .25 * s)) * (1 - .55 * pinch * bump * bump) * tear(q)
        off = (base - y).clamp(min=0) * 2.6 + (y - py - tip).clamp(min=0)
        d = smooth_min(d, ((x - spine) ** 2 + off * off).sqrt() - wide, .022)
        # The part that has broken off goes on rising and burns out.
        age = torch.remainder(theta + math.pi / 3, 6.2832) / 6.2832      # in puffs
        small = r * (.62 * (1 - age / .42).clamp(min=0) ** .7 * (age * 12).clamp(max=1))
        up = at(own['tall'][:, i]) * (.05 + .50 * age) + tip * .9
        mean = base + at(own['tall'][:, i]) * .71 * torch.cos(tilt)
        cx, cy = px + (mean + up - py) * torch.tan(tilt), mean + up
        q = ((y - cy) / (small * 2 + 1e-3)).clamp(-1, 1)
        off = (y - cy - small * 2).clamp(min=0) + (cy - small - y).clamp(min=0)
        round_ = torch.where(q > 0, tear(q.clamp(min=0)), (1 - (q * 2).clamp(-1, 0) ** 2).sqrt())
        d = torch.minimum(d, ((x - cx) ** 2 + off * off).sqrt() - small * round_ + 30 * (.008 - small).clamp(min=0))
    return d


# Logs from their sawn to their charred ends, in half-widths from the fire's foot: as a pile, where the seed is beyond a half, and as a tepee.
BEHIND = (((-.95, .42), (.75, .12)), ((-.72, .34), (.05, 1.20))), (((.95, .45), (-.70, .15)), ((.76, .36), (-.04, 1.15)))
BEFORE = (((-1.18, .02), (.62, .40)), ((-1.12, .02), (.10, .74))), (((1.18, .00), (-.62, .40)), ((1.14, .00), (-.12, .70))), (((.10, -.24), (-.04, .30)), ((-.16, -.22), (-.02, .44)))


def wood(scene, c, ambient, logs):
    """Logs as seen on canvas `c` of one frame -> [B, 1, 5, H, W]: their paint, how much the fire lights them, and their alpha; paint and light are multiplied by alpha."""
    own, device = scene.own, scene.device
    R, r = own['half'], .016 + .045 * own['half']
    pile, tint = own['seed'] > .5, lambda *rgb: (torch.tensor([rgb], device=device) * ambient)[:, None, :, None, None]
    sheet = torch.zeros(*c.x.shape[:2], 5, *c.x.shape[2:], device=device)
    for cross, tent in logs:
        ax, ay, bx, by = (torch.where(pile, m, n) * R + (own['x'] if i % 2 == 0 else GROUND_Y + r) for i, (m, n) in enumerate(zip(sum(cross, ()), sum(tent, ()))))
        px, py, dx, dy = c.x - at(ax), c.y - at(ay), at(bx - ax), at(by - ay)
        long = (dx * dx + dy * dy).sqrt()
        along = ((px * dx + py * dy) / (long * long)).clamp(0, 1)
        side = (py * dx - px * dy) / (long * at(r)) * torch.where(dx < 0, -1., 1.)          # −1 on the under side, 1 on the upper
        tone = (.85 + .30 * side) * (1 - .55 * ((along - .35) / .5).clamp(0, 1))
        glow = (.20 + 1.3 * along ** 1.5) * (.55 + .35 * side).clamp(min=0)
        add = lambda paint, ember, alpha: sheet.add_(alpha.unsqueeze(2) * (torch.cat([paint.expand(*c.x.shape[:2], 3, *c.x.shape[2:]), ember.unsqueeze(2), torch.ones_like(c.x).unsqueeze(2)], 2) - sheet))
        add(tint(.40, .24, .14) * tone.unsqueeze(2), glow, c.cover(capsule(c, ax, ay, bx, by, r)))
        cut, none = ellipse(c, ax, ay, r * .80, r * .92), torch.zeros_like(c.x)
        add(tint(.78, .58, .36), none, c.cover(cut))
        add(tint(.58, .40, .24), none, c.cover((cut + at(r) * .42).abs() - at(r) * .10) * .8)
    return sheet


def lay(c, sheet, ember):
    """Lays `wood` over a canvas; ember [B, K]: how bright the fire is."""
    glow = (sheet[:, :, 3] * at(ember)).unsqueeze(2) * spread(torch.tensor([[.80, .30, .06]], device=ember.device))
    c.image = (c.image * (1 - sheet[:, :, 4:]) + sheet[:, :, :3] + glow).clamp(max=1)


def backdrop(scene, c):
    a, own, device, B = scene.attributes, scene.own, scene.device, scene.batch
    edge = torch.full((B,), BACK, device=device)
    light.paint_place(c, a, torch.where(a['place'] == PLACES.index('sea'), edge - .04, edge), own['seed'])
    light.paint_ground(c, a, edge, edge)
    dim = torch.tensor([.0, .22, .62], device=device)[a['time']]         # beyond the firelight the evening's ground is dark
    c.shade(at(dim) * (c.y < at(edge)))
    hearth(scene, c, light.to(light.AMBIENT, a['time']) * (1 - .6 * dim[:, None]))


def hearth(scene, c, ambient):
    """All that does not move: ash, logs, and the ring of stones."""
    own, device, B = scene.own, scene.device, scene.batch
    x, R, y = own['x'], own['half'], torch.full((B,), GROUND_Y, device=device)
    # Ash under the fire; on snow the melt's wet rim.
    c.shade(.45 * torch.exp(-(((c.x - at(x)) / at(R * 1.9)) ** 2 + ((c.y - GROUND_Y) / at(R * .62)) ** 2) ** 2))
    c.over(torch.tensor([[.20, .18, .18]], device=device) * ambient, c.cover(ellipse(c, x, y, R * 1.42, R * .40)))
    stones(scene, c, ambient, range(0, 6))
    lay(c, wood(scene, c, ambient, BEHIND), torch.full((B, 1), .12, device=device))
    stones(scene, c, ambient, range(6, 13))


def stones(scene, c, ambient, which):
    """The ring of stones, from the back to the front. Which: of 13."""
    own, R = scene.own, scene.own['half']
    order = sorted(range(13), key=lambda n: -math.sin(2 * math.pi * (n + .5) / 13))
    for n in (order[i] for i in which):
        turn = 2 * math.pi * (n + .5) / 13
        big = R * (.21 + .05 * torch.sin(own['seed'] * 20 + n * 2.4)) * (1 - .18 * math.sin(turn))
        x, y = own['x'] + R * 1.62 * math.cos(turn), GROUND_Y - .004 + R * .50 * math.sin(turn) + big * .35
        d = ellipse(c, x, y, big * 1.12, big * .86)
        grey = (torch.tensor([[.56, .55, .57]], device=c.x.device) + .05 * torch.sin(own['seed'] * 9 + n * 1.7)[:, None]) * ambient
        c.shade(.35 * torch.exp(-(((c.x - at(x)) / at(big * 1.3)) ** 2 + ((c.y - at(y - big * .7)) / at(big * .4)) ** 2)))
        tone = (.90 + .26 * (c.y - at(y)) / at(big)).unsqueeze(2)
        c.over((spread(grey) * tone).expand_as(c.image), c.cover(d))


OUTER, INNER, CORE = ([.93, .36, .09], [1., .70, .15], [1., .95, .70])


def render(scene, c, steps):
    a, own, device = scene.attributes, scene.own, scene.device
    B, K = steps.shape
    t, flash = steps.float() * DT, scene.flash.gather(1, steps)
    x, y = c.x[:, :, :1], c.y[..., :1]                                   # [B, K, 1, W], [B, K, H, 1]
    dark = torch.tensor([.22, .75, 1.], device=device)[a['time']]
    R, reach = at(own['half']), at(height(own['width']) / METRES)
    # Light on the ground and on what stands there: what is lit keeps its colour.
    back = at(own['back']) + .004
    top = int((c.y[..., :1] < back)[..., 0].any(1).any(0).float().argmax())
    below = y[:, :, top:]
    lit = at(flash * dark[:, None] * 2.9) * torch.exp(-((x - at(own['x'])) / (R * 1.3 + .22)) ** 2) * (torch.exp(-((below - GROUND_Y) / (R * .5 + .085)) ** 2) * (below < back))
    c.image[..., top:, :] *= 1 + lit.unsqueeze(2) * spread(torch.tensor([[1.5, .86, .34]], device=device))
    n = c.size // 2 + 1                                                  # the field is smooth: half as fine is enough, and the edges stay sharp
    coarse = lambda v: interpolate(v.reshape(B * K, 1, -1), size=n, mode='linear', align_corners=True)
    d = flames(scene, coarse(x).reshape(B, K, 1, n), coarse(y).reshape(B, K, n, 1), steps)
    if 'unlit' in own: d = d + at(own['unlit'].gather(1, steps))        # a fire that has yet to catch
    near = torch.exp(d.clamp(min=0) * -6)
    halo, d = (interpolate(v, size=(c.size, c.size), mode='bilinear', align_corners=True) for v in (at(flash * dark[:, None]) * (.75 * near ** 4 + .55 * near), d))
    c.light(torch.tensor([[1., .50, .16]], device=device), halo)
    # The fire, where it is: three layers, the hotter the deeper inside and the lower.
    level = ((y - at(own['base'])) / reach).clamp(min=0)
    hot = at(.30 - flash) * .25                                          # a bright moment widens the hot parts
    where = (d < 2 / c.size).flatten().nonzero()[:, 0]
    grain = (c.size * c.zoom).expand_as(d).flatten()[where]
    pick = lambda v: v.expand_as(d).flatten()[where]
    d, r, level, hot = pick(d), pick(R), pick(level), pick(hot)
    cover = lambda v, soft: (.5 - v * grain / soft).clamp(0, 1)[:, None]
    fire = torch.tensor(OUTER, device=device)
    for colour, alpha in ((INNER, cover(d + r * (.13 + .26 * level + hot), 1.4)), (CORE, cover(d + r * (.27 + .52 * level + hot), 2.2))): fire = fire + alpha * (torch.tensor(colour, device=device) - fire)
    blend(c, where, fire, cover(d, 1.) * .96)
    h = WIDTHS[1][1] / 2 / METRES * 1.45                                  # room for the logs of the widest fire
    middle = torch.stack([own['x'], torch.full_like(own['x'], GROUND_Y + h * .35)], -1)
    near = Canvas(int(3 * h * c.size) + 2, torch.cat([middle, torch.full_like(middle[:, :1], .5 / h)], -1)[:, None])
    sheet = wood(scene, near, light.to(light.AMBIENT, a['time']) * (1 - .35 * dark[:, None]), BEFORE)[:, 0]
    part = c.crop(*middle[:, None].expand(B, K, 2).unbind(-1), h)
    w = part.image.shape[-1]
    grid = torch.stack([(part.x - at(middle[:, 0])) / h, (at(middle[:, 1]) - part.y) / h], -1)
    sheet = grid_sample(sheet, grid.reshape(B, K * w, w, 2), padding_mode='zeros', align_corners=False).reshape(B, 5, K, w, w).transpose(1, 2)
    lay(part, sheet, flash * (.35 + .65 * dark[:, None]))
    c.paste(part)
    p, bright, old = sparks(own, t)
    shine(c, p, torch.stack([torch.ones_like(old), (.88 - .55 * old).clamp(min=.3), (.55 - .9 * old).clamp(min=.08)], -1), bright)


def blend(c, where, colour, alpha):
    """Paints some pixels only. where [N]: their places in [B, K, H, W] laid flat; colour, alpha [N, 3 or 1]."""
    flat, area = c.image.view(-1), c.size ** 2
    places = (where // area * (3 * area) + where % area)[:, None] + torch.arange(3, device=where.device) * area
    was = flat[places]
    flat[places] = was + alpha * (colour - was)


def shine(c, points, paint, strength, r=.0066):
    """Small round dots painted over the picture (light alone would not show by day); only those that shine are touched. points [B, K, N, 2], paint [B, K, N, 3], strength [B, K, N]."""
    B, K, H = *c.image.shape[:2], c.size
    b, k, i = ((strength > .02) & (points[..., 1] < 1.1)).nonzero(as_tuple=True)
    p, zoom, camera = points[b, k, i], c.zoom[..., 0, 0].expand(B, K)[b, k], c.camera.expand(B, K, 3)[b, k]
    px, py = ((p[:, 0] - camera[:, 0]) * zoom + .5) * H - .5, (.5 - (p[:, 1] - camera[:, 1]) * zoom) * H - .5
    r = max(.75, r * H)
    w = max(1, int(r * 1.6 + .5))
    dy, dx = (v.flatten()[:, None] for v in torch.meshgrid(*[torch.arange(-w, w + 1, device=points.device)] * 2, indexing='ij'))
    ix, iy = px.round() + dx, py.round() + dy                            # [pixels of a dot, dots]
    inside = (ix >= 0) & (ix < H) & (iy >= 0) & (iy < H)
    amount = torch.exp(-((ix - px) ** 2 + (iy - py) ** 2) / (r * r)) * inside * strength[b, k, i]
    place = ((b * K + k) * (H * H) + iy.clamp(0, H - 1) * H + ix.clamp(0, H - 1)).long()
    where, slot = place.flatten().unique(return_inverse=True)
    ink = torch.zeros(len(where), 4, device=points.device).index_add_(0, slot, (amount[..., None] * torch.cat([paint[b, k, i], torch.ones_like(px)[:, None]], -1)).flatten(0, 1))
    blend(c, where, ink[:, :3] / ink[:, 3:].clamp(min=1e-4), ink[:, 3:].clamp(max=1))


def sounds(scene):
    """A low roar as loud as the fire is bright, and at each hit a dry crack of wood: a click and two or three quickly damped modes of the log beside that tongue."""
    own, device, B = scene.own, scene.device, scene.batch
    flash = interpolate(scene.flash[:, None], size=SAMPLES, mode='linear', align_corners=False)[:, 0]
    big = (own['width'] / .7)[:, None]
    roar = sound.band_noise((B, SAMPLES), 50., 320., device) * (.010 + .032 * big ** 1.5) + sound.band_noise((B, SAMPLES), 320., 1300., device) * .011 * big + sound.band_noise((B, SAMPLES), 2500., 6500., device) * .003
    wave = roar * (flash / .30) ** 1.15
    t = sound.clock(.10, device)
    f = torch.tensor([1150., 1650., 1480., 2200.], device=device) * (.86 + .28 * own['seed'])[:, None]      # [B, OBJECTS]: thin twigs ring high
    ring = sum(g * torch.exp(-t * q) * torch.sin(2 * math.pi * m * f[..., None] * t) for m, g, q in ((1., .8, 120.), (1.62, .5, 180.), (.43, .6, 90.)))
    click = sound.band_noise((B, OBJECTS, len(t)), 700., 7500., device) * torch.exp(-t * 420) * 1.15 + sound.band_noise((B, OBJECTS, len(t)), 1500., 7000., device) * torch.exp(-t * 75) * .13
    crack = (ring * .75 + click) * (t * 6000).clamp(max=1)
    wave = wave + sound.convolve(sound.train(scene.hits ** .8), crack).sum(1) * .50
    return sound.room(wave, torch.full((B,), .12, device=device))
