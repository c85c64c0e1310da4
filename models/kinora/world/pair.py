"""Two things of different kinds in one scene: one left of, right of or behind the other, or first the one and then the other.

Each thing lives in the world of its own family (balls, pendulum, chimes' drum, campfire), obeys that family's physics there, and is painted and sounded by that family's own code; `Canvas.view` sets it
smaller at its place. Objects 0 and 1 belong to the first thing, 2 and 3 to the second: `ball` the ball; `pendulum` its bob and the knob it hangs from; `drum` the head of the stick and the drum's body;
`campfire` the middle tongue of flame and the hearth (radius: half the fire's width).
"""
import torch

from . import balls, campfire, chimes, light, pendulum
from .camera import move
from .clip import ATTRIBUTES, COLOURS, DT, GRAVITY, HELD_OUT_PAIRS, KINDS, MATERIALS, OBJECTS, OUTCOMES, RELATIONS, SAMPLES, STEPS, SUBSTEPS, Scene, draw_attribute, held_out, take
from .draw import Canvas, at

FAMILY = dict(ball=balls, pendulum=pendulum, drum=chimes, campfire=campfire)
OFTEN = dict(ball=.34, pendulum=.22, drum=.22, campfire=.22)
SCALE = dict(ball=.72, pendulum=.56, drum=.54, campfire=.62)             # picture sides a side of the thing's own world
HOME = dict(ball=(.5, balls.FLOOR), pendulum=(.5, pendulum.FOOT), drum=(.5, .15), campfire=(.5, campfire.GROUND_Y))    # where it stands there
BACK, LINE = .33, .165                     # the back edge of the ground; where things stand side by side
BEHIND, BEFORE, SMALLER = .262, .085, .66  # where the one behind and the one before it stand; how much smaller the one behind looks
APART, GAP = .22, (.08, .15)               # from the picture's middle to a thing beside another; and to one behind or before another
FIRST, SECOND, PAUSE = (.08, .38), (.80, 1.10), .40    # s: when the first and the second of `then` begin; at least from the one to the other
DROP = 1.07                                # height of the lower edge of a ball that waits to fall: above the picture
BOUNCES, GRIP, ROLL = 28, .94, .4           # of a ball: contacts at most; what one leaves of its sideways speed; how rolling slows (1 / s)
CATCH = .35                                # s until a fire that is lit burns
DIM = (0., .12, .40)                       # darkness of the ground beyond the firelight, by TIMES


def combinations(split):
    """(first, second, relation) as indices [N, 3], and how often each is drawn [N]."""
    apart = HELD_OUT_PAIRS if split == 'train' else []
    all_ = [(f, s, r) for f in KINDS for s in KINDS for r in RELATIONS if f != s and (f, s, r) not in apart]
    return torch.tensor([[KINDS.index(f), KINDS.index(s), RELATIONS.index(r)] for f, s, r in all_]), torch.tensor([OFTEN[f] * OFTEN[s] for f, s, _ in all_])


def simulate(B, device, split='train'):
    table, weight = combinations(split)
    first, second, relation = table[torch.multinomial(weight, B, replacement=True)].to(device).unbind(1)
    who = torch.stack([first, second], 1)                                 # [B, 2]
    is_ = lambda name: who == KINDS.index(name)
    fire = is_('campfire').any(1)
    colour, material = (draw_attribute(n, o, B * 2, device).reshape(2, B) for n, o in (('colour', COLOURS), ('material', MATERIALS)))
    if split == 'train':
        while held_out(colour, material).any(): colour = torch.where(held_out(colour, material), torch.randint_like(colour, 0, 8), colour)
    plain, made = ~is_('campfire').T, (is_('ball') | is_('pendulum')).T    # who has a colour, a material
    colour, material = torch.where(plain, colour, -1), torch.where(made, material, -1)
    ground = torch.where(fire, draw_attribute('ground', ['grass', 'sand', 'snow', 'stone'], B, device), draw_attribute('ground', ['wood', 'stone', 'grass', 'sand', 'ice'], B, device, [.3, .2, .2, .15, .15]))
    place = torch.where(fire, draw_attribute('place', ['hills', 'sea', 'city'], B, device, [.45, .3, .25]), draw_attribute('place', ['room', 'hills', 'city', 'sea'], B, device, [.4, .25, .2, .15]))
    a = dict(colour=colour[0], material=material[0], ground=ground, place=place, colour2=colour[1], material2=material[1], first=first, second=second, relation=relation)
    u, seed = torch.rand(6, B, device=device), torch.rand(B, device=device)
    behind, then = relation == RELATIONS.index('behind'), relation == RELATIONS.index('then')
    # Where the two stand: x, y and how large each is drawn.
    side = torch.where(relation == RELATIONS.index('left'), -1., torch.where(relation == RELATIONS.index('right'), 1., torch.where(u[0] < .5, -1., 1.)))     # of the first
    wide = torch.where(behind, GAP[0] + (GAP[1] - GAP[0]) * u[1], APART + .02 * (u[1] - .5))
    spot = torch.stack([torch.stack([.5 + side * wide, torch.where(behind, BEHIND, LINE)], 1), torch.stack([.5 - side * wide, torch.where(behind, BEFORE, LINE)], 1)], 1)    # [B, 2, 2]
    small = torch.stack([torch.where(behind, SMALLER, 1.), torch.ones_like(seed)], 1)
    scale = torch.tensor([SCALE[k] for k in KINDS], device=device)[who] * small
    # When the two begin, in steps; −1: they have long begun, or begin when they like.
    first_at = torch.where(is_('ball')[:, 0] | is_('drum')[:, 0], .24 + (FIRST[1] - .24) * u[2], FIRST[0] + (FIRST[1] - FIRST[0]) * u[2])
    begin = (torch.stack([first_at, SECOND[0] + (SECOND[1] - SECOND[0]) * u[3]], 1) * SUBSTEPS).round().long()
    begin = torch.where(then[:, None], begin, -1)
    own = dict(seed=seed, who=who, spot=spot, scale=scale, small=small, behind=behind, begin=begin)

    tracks, things = torch.zeros(B, OBJECTS, STEPS, 6, device=device), {}   # x, y, vx, vy, hits, turn
    size, flash = torch.zeros(B, OBJECTS, device=device), torch.zeros(B, STEPS, device=device)
    for i, (name, start) in enumerate(dict(ball=bounce, pendulum=swing, drum=beat, campfire=burn).items()):
        late = (second == i)
        one = dict(B=B, device=device, seed=seed, begin=torch.where(late, begin[:, 1], begin[:, 0]), late=late, side=torch.where(late, -side, side), ground=ground,
                   material=torch.where(late, material[1], material[0]).clamp(min=0), spot=torch.where(late[:, None], spot[:, 1], spot[:, 0]), scale=torch.where(late, scale[:, 1], scale[:, 0]))
        P, V, r, hits, turn, thing = start(one)                           # P, V [B, 2, STEPS, 2], r [B, 2], hits, turn [B, 2, STEPS]
        things[name] = thing
        for role in range(2):
            here, o = who[:, role] == i, slice(role * 2, role * 2 + 2)
            s = scale[:, role, None, None, None]
            home = torch.tensor(HOME[name], device=device)
            track = torch.cat([(P - home) * s + spot[:, role, None, None], V * s, hits[..., None], turn[..., None]], -1) * (r > 0)[..., None, None]
            tracks[:, o] = torch.where(here[:, None, None, None], track, tracks[:, o])
            size[:, o] = torch.where(here[:, None], r * scale[:, role, None], size[:, o])
        if name == 'campfire':
            flash = thing['flash'] * fire[:, None]
            a['outcome'] = torch.where(fire, thing.pop('outcome'), -1)
    own.update(things, turn=tracks[..., 5])
    return Scene('pair', a, move(B, device, a), tracks[..., :2], tracks[..., 2:4], size, tracks[..., 4], flash, own)


def gone(v): return torch.cat([v, torch.zeros_like(v)], 1)                # one object of two


def bounce(one):
    """A ball of `balls`: dropped so that it lands when it begins, or falling into the picture from above."""
    B, device, late, begin = (one[k] for k in ('B', 'device', 'late', 'begin'))
    u, then = torch.rand(6, B, device=device), begin >= 0
    r = .065 + .05 * u[0]
    waits = balls.FLOOR + r + (DROP - one['spot'][:, 1]) / one['scale']
    high, soon = .26 + .36 * u[1], (begin * DT).clamp(min=.1)
    y = torch.where(then, torch.where(late, waits, balls.FLOOR + r + high), balls.FLOOR + r + .16 + .46 * u[1])
    vx, vy = torch.where(u[2] < .5, -1., 1.) * (.03 + .12 * u[3]) * ~(then & late), torch.where(then, torch.where(late, 0., GRAVITY / 2 * soon - high / soon), (u[4] - .4) * .8)    # lands when it begins
    e = balls.RESTITUTION.to(device)[one['material']] * balls.GROUND_FACTOR.to(device)[one['ground']]
    # Some begin in mid-motion; one that is late waits.
    since = torch.where(then, -begin * DT * late, (u[5] * .9 - .45).clamp(min=0))[:, None] + torch.arange(STEPS, device=device) * DT
    P, V, land, speed = bouncing(since.clamp(min=0), y - balls.FLOOR - r, vy, vx, e)
    P, V = (P + torch.stack([torch.full_like(r, .5), balls.FLOOR + r], 1)[:, None])[:, None], (V * (since >= 0)[..., None])[:, None]
    k = ((land - since[:, :1]) / DT).ceil().long()
    hits = (torch.where(speed > balls.LISTEN, speed, 0.) / 3.2).clamp(max=1) * ((k >= 0) & (k < STEPS))
    hits = torch.zeros(B, STEPS, device=device).scatter_add_(1, k.clamp(0, STEPS - 1), hits)[:, None]
    turn = torch.cumsum(-V[..., 0] / r[:, None, None] * DT, -1)
    P, V, hits, turn, size = gone(P), gone(V), gone(hits), gone(turn), gone(r[:, None])
    return P, V, size, hits, turn, dict(P=P, V=V, size=size, hits=hits, own=dict(turn=turn))


def bouncing(t, height, vy, vx, e):
    """`fly` of a ball alone, in closed form: parabolas between contacts, each with `e` times the speed of the one before, until it lies and rolls.

    t [B, T] s since it was `height` [B] above the floor with velocity vx, vy -> place above where it lies and velocity [B, T, 2]; times and speeds of the contacts [B, BOUNCES]."""
    n = torch.arange(BOUNCES, device=t.device)
    e = e[:, None]
    fast = (vy * vy + 2 * GRAVITY * height).sqrt()[:, None]               # first contact, by energy
    speed = fast * e ** n
    lies = speed < .05
    up = torch.where(lies, 0., speed * e)                                 # after each contact
    time = ((vy[:, None] + fast) / GRAVITY) + torch.cat([torch.zeros_like(fast), (2 / GRAVITY * speed * e)[:, :-1].cumsum(1)], 1)
    # Each flight: when it begins, how fast upwards, how fast sideways; the first one begins above the floor.
    start, rise = torch.cat([torch.zeros_like(fast), time], 1), torch.cat([vy[:, None], up], 1)
    across = vx[:, None] * GRIP ** torch.arange(BOUNCES + 1, device=t.device)
    way = torch.cat([torch.zeros_like(fast), (across[:, :-1] * start.diff(dim=1)).cumsum(1)], 1)
    done = torch.nn.functional.pad(lies[:, :-1], (1, 0))                  # it lay before
    k = (t[..., None] >= torch.where(done, torch.inf, time)[:, None]).sum(-1)    # [B, T] which flight
    of = lambda v: v.gather(1, k)
    s = t - of(start)
    down = (k > 0) & (of(rise) == 0)
    roll = torch.where(down, -torch.expm1(-ROLL * s) / ROLL, s)
    y = torch.where(down, 0., torch.where(k == 0, height[:, None], 0.) + of(rise) * s - GRAVITY / 2 * s * s)
    P = torch.stack([of(way) + of(across) * roll, y], -1)
    V = torch.stack([of(across) * torch.where(down, torch.exp(-ROLL * s), 1.), torch.where(down, 0., of(rise) - GRAVITY * s)], -1)
    return P, V, torch.where(lies, -1e3, time), torch.where(lies, 0., speed)


def swing(one):
    """A pendulum of `pendulum`, in mid-swing or let go from the side."""
    B, device, begin, late = (one[k] for k in ('B', 'device', 'begin', 'late'))
    u, then = torch.rand(7, B, device=device), begin >= 0
    r, length = .068 + .030 * u[0], .36 + .22 * u[1]
    amplitude = torch.asin(((.41 - r) / length).clamp(max=.72)) * (.68 + .32 * u[2])
    omega = (pendulum.G / length).sqrt()
    k = (amplitude / 2).sin()[:, None].expand(B, pendulum.PASSAGES)
    half = 2 * pendulum.quarter(k[:, 0]) / omega
    running, let_go = (u[3] < .5) & ~then, torch.where(then, begin * DT, .30 * u[4])
    first = torch.where(running, -half * u[5], let_go - half / 2)
    t = (torch.arange(STEPS, device=device) * DT).expand(B, STEPS)
    held = ~running[:, None] & (t < let_go[:, None])
    angle, rate, _ = pendulum.swing(torch.where(held, let_go[:, None], t), first, k, omega, torch.where(u[6] < .5, 1., -1.))
    rate, L, y = torch.where(held, 0., rate), length[:, None], pendulum.HANG[0]
    knob = torch.tensor([.5, y], device=device).expand(B, STEPS, 2)
    P = torch.stack([torch.stack([.5 + L * angle.sin(), y - L * angle.cos()], -1), knob], 1)
    V = gone(torch.stack([L * rate * angle.cos(), L * rate * angle.sin()], -1)[:, None])
    turn, none = gone(angle[:, None]), torch.zeros(B, 2, STEPS, device=device)
    size = torch.stack([r, torch.full_like(r, .03)], 1)
    axis = torch.tensor([.5, y], device=device).expand(B, OBJECTS, 2)
    return P, V, size, none, turn, dict(P=P, V=V, size=size, hits=none, own=dict(turn=turn, kind=torch.zeros(B, dtype=torch.long, device=device), length=length, axis=axis, amplitude=amplitude))


def beat(one):
    """A drum of `chimes`, beaten with one stick from the picture's nearer side."""
    B, device, begin, late = (one[k] for k in ('B', 'device', 'begin', 'late'))
    seed, then = one['seed'], begin >= 0
    tempo, steps, struck, _ = chimes.score(B, device, torch.zeros(B, dtype=torch.bool, device=device))
    slot, g = torch.arange(chimes.SLOTS, device=device), torch.rand(3, B, chimes.SLOTS, device=device)
    # Every rhythm begins with a strike: that of `then` begins when it must, and the first thing's often ends before the second begins.
    grid = begin[:, None] + ((slot - chimes.BEFORE) * (15 / tempo[:, None]) * SUBSTEPS).round().long()
    brief = ~late[:, None] & (g[2, :, :1] < .6) & (grid > begin[:, None] + .45 * SUBSTEPS)
    on = struck[:, 0]
    on = torch.where(then[:, None], (on | (slot == chimes.BEFORE)) & (slot >= chimes.BEFORE) & ~brief, on)
    steps = torch.where(then[:, None], grid, steps)
    hand = torch.stack([one['side'] < 0, one['side'] > 0], 1)             # [B, 2]: the left one or the right one
    R, way = chimes.radius(seed), one['side']
    x = .5 + R[:, None] * (way[:, None] * .22 + .30 * (g[0] - .5))
    x = torch.where((slot < chimes.BEFORE) & then[:, None], x[:, chimes.BEFORE:chimes.BEFORE + 1], x)[:, None].expand(B, 2, chimes.SLOTS)
    strength = .48 + .30 * (slot % 4 == 0) + .22 * g[1]
    strength = strength[:, None].expand(B, 2, chimes.SLOTS)
    r = torch.full((B,), .048, device=device)
    P, V, hits, played = chimes.play(steps, on[:, None] & hand[..., None], x, strength, torch.full((B, 2), chimes.SKIN, device=device), r, hand)
    reach = (torch.where(way < 0, one['spot'][:, 0], 1 - one['spot'][:, 0]) + .06) / one['scale']
    P, V, hits = P[:, :2], V[:, :2], hits[:, :2]
    size = r[:, None] * hand
    native = dict(P=P, V=V, size=size, hits=hits, own=dict(turn=torch.zeros(B, 2, STEPS, device=device), drum=torch.ones(B, dtype=torch.bool, device=device), tempo=tempo,
                  bar=torch.zeros(B, chimes.SLOTS, dtype=torch.long, device=device), reach=reach, thick=.0052 / one['scale'], **played))
    # The world's state tells of the stick and of the drum itself.
    body = torch.stack([torch.full_like(seed, .5), torch.full_like(seed, chimes.SKIN - chimes.SHELL / 2)], 1)
    P = torch.stack([P.sum(1), body[:, None].expand(B, STEPS, 2)], 1)
    return P, gone(V.sum(1, keepdim=True)), torch.stack([r, R], 1), gone(hits.sum(1, keepdim=True)), torch.zeros(B, 2, STEPS, device=device), native


def burn(one):
    """A fire of `campfire` that burns, or is lit when it must begin: its first crack is then."""
    B, device, begin, late = (one[k] for k in ('B', 'device', 'begin', 'late'))
    s = campfire.simulate(B, device)
    own, then = s.own, begin >= 0
    k = (own['crack'] / DT).round().long()
    shift = begin - torch.where(k >= 0, k, 10 ** 6).amin(1)
    k = torch.where(then[:, None], k + shift[:, None], k)
    dark = then & late
    k = torch.where(dark[:, None] & (k < begin[:, None]), -10 * SUBSTEPS, k)    # long ago: no spark of it is left
    hits = campfire.cracks(own, k)
    t = torch.arange(STEPS, device=device) * DT
    lit = ((t - begin[:, None] * DT) / CATCH).clamp(0, 1)
    lit = torch.where(dark[:, None], lit * lit * (3 - 2 * lit), 1.)
    base = torch.stack([own['foot'], own['base'][:, None].expand_as(own['foot'])], -1)[:, :, None]
    rise = torch.where(lit > 0, lit, 0.)[:, None, :, None]
    slope = torch.gradient(lit, spacing=DT, dim=1)[0][:, None, :, None]
    V = s.velocity * rise + (s.position - base) * slope
    P = base + (s.position - base) * rise
    own.update(back=campfire.GROUND_Y + (BACK - one['spot'][:, 1]) / one['scale'], unlit=(1 - lit) * .25)
    own.pop('seed')
    flash = s.flash * lit
    native = dict(P=P, V=V, size=s.size, hits=hits, flash=flash, own=own, outcome=s.attributes['outcome'])
    hearth = torch.stack([own['x'], torch.full_like(own['x'], campfire.GROUND_Y)], 1)[:, None, None].expand(B, 1, STEPS, 2)
    pair = lambda v, other: torch.cat([v[:, :1], other], 1)
    none = torch.zeros(B, 1, STEPS, device=device)
    return pair(P, hearth), gone(V[:, :1]), pair(s.size, own['half'][:, None]), pair(hits.sum(1, keepdim=True), none), pair(own['turn'], none), native


def thing(scene, name, role, clips):
    """Some clips' thing as a scene of its own family, in the world of its own."""
    a, own = scene.attributes, scene.own[name]
    none, B = torch.full_like(a['first'], -1), scene.batch
    a = {**a, 'colour': a[('colour', 'colour2')[role]].clamp(min=0), 'material': a[('material', 'material2')[role]].clamp(min=0) if name != 'drum' else none, 'colour2': none, 'material2': none,
         'count': torch.full_like(none, ATTRIBUTES['count'].index('one')), 'outcome': torch.full_like(none, OUTCOMES.index('drum')) if name == 'drum' else a['outcome']}
    flash = own.get('flash', torch.zeros(B, STEPS, device=scene.device))
    more = dict(seed=scene.own['seed'], **(dict(floor=balls.FLOOR) if name == 'ball' else {}))
    full = lambda v: torch.cat([v, torch.zeros(B, OBJECTS - v.shape[1], *v.shape[2:], device=v.device)], 1)
    return take(Scene(FAMILY[name].__name__.rsplit('.', 1)[1], a, scene.camera, *(full(own[k]) for k in ('P', 'V', 'size', 'hits')), flash, {**own['own'], **more}), clips)


def cast(scene, role, among=None):
    """The things in one role, kind by kind: (name, clips, scene of its own family)."""
    for i, name in enumerate(KINDS):
        here = scene.own['who'][:, role] == i
        clips = (here if among is None else here & among).nonzero()[:, 0]
        if len(clips): yield name, clips, thing(scene, name, role, clips)


def view(scene, c, name, role, clips): return c.view(clips, *scene.own['spot'][clips, role].unbind(1), scene.own['scale'][clips, role], HOME[name])


def stills(scene, c, role, among=None):
    """Paints what does not move of the things in one role."""
    for name, clips, own in cast(scene, role, among):
        if name == 'ball': continue
        part = view(scene, c, name, role, clips)
        if name == 'pendulum': pendulum.stand(part, own.own['axis'][:, 0, 0], own, torch.arange(len(clips), device=c.x.device))
        elif name == 'drum': chimes.paint_drum(part, light.to(light.PAINT, own.attributes['colour']), own.attributes['material'], own.own['seed'], light.to(light.AMBIENT, own.attributes['time']))
        else: campfire.hearth(own, part, light.to(light.AMBIENT, own.attributes['time']) * (1 - .8 * dim(own)[:, None]))
        c.back(part)


def dim(scene): return torch.tensor(DIM, device=scene.device)[scene.attributes['time']]


def backdrop(scene, c):
    a, back = scene.attributes, torch.full((scene.batch,), BACK, device=scene.device)
    light.paint_place(c, a, back, scene.own['seed'])
    light.paint_ground(c, a, back, back)
    fire = (scene.own['who'] == KINDS.index('campfire')).any(1)
    c.shade(at(dim(scene) * fire) * (c.y < BACK))
    stills(scene, c, 0)
    stills(scene, c, 1, ~scene.own['behind'])                             # the one before the other is painted when that has moved


def render(scene, c, steps):
    for role in range(2):
        if role: before(scene, c)
        for name, clips, own in cast(scene, role):
            part = view(scene, c, name, role, clips)
            FAMILY[name].render(own, part, steps[clips])
            c.back(part)


def before(scene, c):
    """What stands still before another thing, laid over it. All paint is affine in the picture below, so painting it once on black and once on white tells what it does to any picture."""
    clips = (scene.own['behind'] & (scene.own['who'][:, 1] != KINDS.index('ball'))).nonzero()[:, 0]
    if len(clips) == 0: return
    some, still = take(scene, clips), bool((scene.attributes['camera'] == 0).all())
    camera = c.camera.expand(*c.image.shape[:2], 3)[clips]
    whole = torch.tensor([.5, .5, 1 / 1.1], device=c.x.device).expand(len(clips), 1, 3)      # world.MARGIN
    seen = []
    for tone in (0., 1.):
        sheet = Canvas(c.size if still else int(c.size * 1.32), camera[:, :1] if still else whole)
        sheet.image += tone
        stills(some, sheet, 1)
        seen.append(sheet.image if still else sheet.seen_by(camera, c.size).image)
    c.image[clips] = (c.image[clips] * (seen[1] - seen[0]) + seen[0]).clamp(0, 1)


def sounds(scene):
    """The sum of what both are heard to do; what stands behind is farther away."""
    wave = torch.zeros(scene.batch, SAMPLES, device=scene.device)
    for role in range(2):
        for name, clips, own in cast(scene, role):
            wave[clips] = wave[clips] + FAMILY[name].sounds(own) * (scene.own['small'][clips, role] * .9)[:, None]
    return wave
