"""A basketball thrown at a hoop. Free flight between contacts is an exact parabola; rim, backboard and floor reflect it, the net slows it.

Nobody decides whether a shot scores: many throws are simulated, and the wanted share of scores and misses is picked from them. Throws are
simulated in a court with the hoop on the right; `side` −1 mirrors the finished clip.
"""
import math

import torch

from . import echo, figure, light, sound
from .camera import move
from .clip import COLOURS, DT, GRAVITY, GROUNDS, OBJECTS, OUTCOMES, STEPS, SUBSTEPS, Scene, draw_attribute
from .draw import at, box, contact_shadow, ellipse, spread

FLOOR = .15
RADIUS = .060
RIM_X, RIM_Y, RIM_HALF, WIRE = .700, .655, .108, .009      # the rim is cut at two points: its near and its far edge
BOARD_X, BOARD_LOW, BOARD_HIGH, BOARD_HALF = .852, .625, .925, .010
NET = .15                                                  # length of the net
RESTITUTION = torch.tensor([.73, .58, .58, .70])           # floor, rim, rim, board
KINDS = ['floor', 'rim', 'board', 'net']
LOUDNESS = [.38, .62, .50, .35]                            # strength a unit of closing speed, by KINDS
PUSH = .11                                                 # seconds from rest to release
HAND = (.075, .385)                                        # where the ball leaves the hands, from the player's feet
EVENTS, WINDOW = 34, 288                                   # flights looked at, and the physics steps searched in each
LONGEST = 5.0                                              # seconds simulated


def contacts(x, y, vx, vy):
    """Gap to each collider and the speed at which it closes. x, y, vx, vy [M, N] -> gap, nx, ny, closing [4, M, N]; floor, two rim edges, board."""
    ex = torch.tensor([RIM_X - RIM_HALF, RIM_X + RIM_HALF], device=x.device)[:, None, None]
    px = torch.stack([torch.zeros_like(x), x - ex[0], x - ex[1], x - BOARD_X])
    py = torch.stack([y - FLOOR, y - RIM_Y, y - RIM_Y, y - y.clamp(BOARD_LOW, BOARD_HIGH)])
    d = (px * px + py * py).sqrt().clamp(min=1e-6)
    nx, ny = px / d, py / d
    thick = torch.tensor([0., WIRE, WIRE, BOARD_HALF], device=x.device)[:, None, None]
    return d - RADIUS - thick, nx, ny, -(vx * nx + vy * ny)


def fly(x, y, vx, vy):
    """Follows throws [M] from their release -> flights (start [S, M] s, x, y, vx, vy, g, spin at the start) and events (kind [S, M] −1 none, strength)."""
    M, device = x.shape[0], x.device
    k = torch.arange(1, WINDOW + 1, device=device) * DT
    t, g, through = torch.zeros_like(x), torch.full_like(x, GRAVITY), torch.zeros_like(x, dtype=torch.bool)
    spin, flights, events = torch.full_like(x, 5.), [], []
    e = RESTITUTION.to(device)
    for _ in range(EVENTS):
        flights.append(torch.stack([t, x, y, vx, vy, g, spin]))
        X, Y, VY = x[:, None] + vx[:, None] * k, y[:, None] + vy[:, None] * k - .5 * g[:, None] * k * k, vy[:, None] - g[:, None] * k
        gap, _, _, closing = contacts(X, Y, vx[:, None], VY)
        touch = (gap < 0) & (closing > 1e-4)
        touch[0] &= g[:, None] > 0
        touch[1:3] &= ~through[:, None]
        # The net is met inside the rim, on the way down.
        net = (Y < RIM_Y - .02) & (VY < 0) & ((X - RIM_X).abs() < RIM_HALF) & (Y > RIM_Y - NET * .5) & ~through[:, None]
        touch = torch.cat([touch, net[None]])
        first = torch.where(touch.any(2), touch.float().argmax(2), torch.full_like(touch[:, :, 0], WINDOW, dtype=torch.long))
        at_, which = first.min(0)                                            # [M]
        hit = at_ < WINDOW
        i = at_.clamp(max=WINDOW - 1)
        dt = k[i]
        # Back from the first overlapping step to the touch itself.
        pick = lambda v: v.gather(1, i[:, None])[:, 0]
        collider = which.clamp(max=3)
        deep = gap.gather(0, collider[None, :, None].expand(1, M, WINDOW))[0].gather(1, i[:, None])[:, 0]
        speed = closing.gather(0, collider[None, :, None].expand(1, M, WINDOW))[0].gather(1, i[:, None])[:, 0]
        back = (-deep / speed.clamp(min=.05)).clamp(0, DT) * (which < 4)
        dt = torch.where(hit, dt - back, dt)
        x, y, vy = x + vx * dt, y + vy * dt - .5 * g * dt * dt, vy - g * dt
        t = t + dt
        _, nx, ny, closing = (v[:, :, 0].gather(0, collider[None])[0] for v in contacts(x[:, None], y[:, None], vx[:, None], vy[:, None]))
        solid, scored, floor = hit & (which < 4), hit & (which == 4), hit & (which == 0)
        rest = floor & (closing < .12)
        push = torch.where(solid, (1 + torch.where(rest, torch.zeros_like(x), e[collider])) * closing, torch.zeros_like(x))
        vx, vy = vx + push * nx, vy + push * ny
        vx = torch.where(floor, vx * .90, vx)
        g = torch.where(rest, torch.zeros_like(g), g)
        vy = torch.where(rest, torch.zeros_like(vy), vy)
        spin = torch.where(floor, -vx / RADIUS, torch.where(solid, spin * .4, spin))
        vx, vy = torch.where(scored, (RIM_X - x) * 1.6 + vx * .10, vx), torch.where(scored, vy * .48, vy)
        spin = torch.where(scored, spin * .3, spin)
        through = through | scored
        kind = torch.tensor([0, 1, 1, 2, 3], device=device)[which]
        strength = torch.where(scored, torch.full_like(x, .9), closing)
        events.append(torch.stack([t, torch.where(hit & ~(rest & (closing < .06)), kind, -1).float(), strength]))
    return torch.stack(flights, 1), torch.stack(events, 1)                    # [7, S, M], [3, S, M]


def track(flights, tau):
    """Ball at times tau [M, N] (s since release; negative: still in the hands) -> x, y, vx, vy, angle [M, N]."""
    start = flights[0].T.contiguous()                                         # [M, S]
    i = (torch.searchsorted(start, tau.clamp(min=0).contiguous(), right=True) - 1).clamp(min=0)
    t0, x, y, vx, vy, g, spin = (v.T.gather(1, i) for v in flights)
    turned = torch.cat([torch.zeros_like(start[:, :1]), torch.cumsum((start[:, 1:] - start[:, :-1]) * flights[6].T[:, :-1], 1)], 1).gather(1, i)
    dt = (tau - t0).clamp(min=0)
    held = tau < 0
    p = tau.clamp(-PUSH, 0)
    x, y = x + vx * dt + held * vx * (p + p * p / (2 * PUSH)), y + vy * dt - .5 * g * dt * dt + held * vy * (p + p * p / (2 * PUSH))
    grip = torch.where(held, 1 + p / PUSH, torch.ones_like(tau))
    return x, y, vx * grip, (vy - g * dt) * grip, turned + spin * dt


def simulate(B, device, split='train'):
    M = 4 * B
    u = torch.rand(8, M, device=device)
    feet = .10 + .16 * u[0]
    x, y = feet + HAND[0], torch.full_like(feet, FLOOR + HAND[1])
    apex = .80 + .15 * u[1]
    aim = RIM_X + torch.where(u[2] < .55, (u[3] - .5) * .12, (u[3] - .40) * .46)
    vy = (2 * GRAVITY * (apex - y)).sqrt()
    vx = (aim - x) / (vy / GRAVITY + (2 * (apex - RIM_Y) / GRAVITY).sqrt())
    flights, events = fly(x, y, vx, vy)
    scores = (events[1] == 3).any(0)
    n = torch.arange(0, LONGEST, .02, device=device).expand(M, -1)
    X, Y, VX, VY, _ = track(flights, n.contiguous())
    inside = (X > -.05) & (X < 1.03) & (Y < 1.0)
    # The picture has one plane: a miss must not cross the net or the board's mount, and a scored ball must have left by the bottom.
    crossing = ((X - RIM_X).abs() < RIM_HALF + RADIUS) & (Y < RIM_Y - RADIUS * .3) & (Y > RIM_Y - NET - RADIUS * .5) & ~scores[:, None]
    behind = (X > BOARD_X - RADIUS) & (Y > FLOOR + .3)
    good = (inside | (n > 2.6)).all(1) & ~crossing.any(1) & ~behind.any(1) & (events[0, -1] > LONGEST)
    touched = (events[1] == 1).any(0) | (events[1] == 2).any(0)
    good &= scores | touched                                                  # a miss is one that rims out
    wanted = torch.rand(B, device=device) < .5
    loud = torch.where((events[1] == 1) | (events[1] == 2), events[2], torch.zeros_like(events[2])).amax(0)
    banks = (events[1] == 2).any(0) & (torch.rand(M, device=device) < .8)
    weight = (good[None] & (scores[None] == wanted[:, None])).float() * (.25 + loud + banks) + 1e-9
    chosen = torch.multinomial(weight, 1)[:, 0]
    flights, events, feet = flights[..., chosen], events[..., chosen], feet[chosen]
    u = torch.rand(4, B, device=device)
    lead = torch.where(u[0] < .5, -.08 - .45 * u[1], torch.where(u[0] < .92, 1.25 * u[1], 1.25 + 1.6 * u[1]))   # half the clips start in mid-motion
    lead = (lead * SUBSTEPS).round() * DT
    tau = lead[:, None] + (torch.arange(STEPS, device=device) + 1) * DT
    X, Y, VX, VY, angle = track(flights, tau)
    side = torch.where(u[2] < .5, 1., -1.)
    a = dict(place=draw_attribute('place', ['room', 'hills', 'city', 'sea'], B, device, [.4, .25, .2, .15]), ground=torch.full((B,), GROUNDS.index('court'), device=device),
             outcome=torch.where(scores[chosen], OUTCOMES.index('score'), OUTCOMES.index('miss')))
    step = ((events[0] - lead) * SUBSTEPS).ceil().long() - 1                  # [S, B]
    strength = (events[2] * torch.tensor(LOUDNESS, device=device)[events[1].clamp(min=0).long()]).clamp(max=1)
    heard = (events[1] >= 0) & (step >= 0) & (step < STEPS)
    struck = torch.zeros(B, len(KINDS) * STEPS, device=device)
    struck.scatter_add_(1, (events[1].clamp(min=0).long() * STEPS + step.clamp(0, STEPS - 1)).T, (heard * strength).T)
    struck = struck.reshape(B, len(KINDS), STEPS).clamp(max=1)
    pad = lambda v: torch.cat([v[:, None], torch.zeros(B, OBJECTS - 1, *v.shape[1:], device=device)], 1)
    through = torch.where(events[1] == 3, events[0], torch.full_like(events[0], 99.)).amin(0)
    shaken = torch.where((events[1] == 1) | (events[1] == 2), events[0], torch.full_like(events[0], 99.))
    own = dict(seed=u[3], side=side, feet=feet, turn=(angle * side[:, None])[:, None], struck=struck, tau=tau, through=through, shaken=shaken.T.contiguous(), skin=torch.randint(0, 3, (B,), device=device),
               hair=torch.randint(0, 3, (B,), device=device), shirt=torch.randint(0, len(COLOURS), (B,), device=device))
    P, V = torch.stack([.5 + side[:, None] * (X - .5), Y], -1), torch.stack([side[:, None] * VX, VY], -1)
    a['echo'] = echo.draw(B, device)
    return Scene('basketball', a, move(B, device, a, P), pad(P), pad(V), pad(torch.full((B,), RADIUS, device=device)), pad(struck.amax(1)), torch.zeros(B, STEPS, device=device), own)


def court(scene, part):
    """Turns a crop's x into the court's, where the hoop is on the right."""
    part.x = .5 + at(scene.own['side']) * (part.x - .5)
    return part


def row(value, like): return torch.full_like(like, value)


def backdrop(scene, c):
    a, own = scene.attributes, scene.own
    B, K = c.x.shape[:2]
    back = torch.full((B,), FLOOR + .07, device=scene.device)
    light.paint_place(c, a, back, own['seed'])
    light.paint_ground(c, a, back, back)
    ambient = light.to(light.AMBIENT, a['time'])
    grey = lambda *v: torch.tensor([v], device=scene.device) * ambient
    one = torch.ones(B, K, device=scene.device)
    part = court(scene, c.crop(.5 + own['side'][:, None] * (.86 - .5) * one, .5 * one, .42))
    contact_shadow(part, .93 * one, (FLOOR - .004) * one, 0 * one, .085 * one)
    steel = (.78 + .35 * torch.exp(-((part.x - .922) / .012) ** 2)).unsqueeze(2)
    post = torch.minimum(box(part, .93 * one, .45 * one, .017 * one, .31 * one, radius=.008), box(part, .90 * one, .752 * one, .045 * one, .011 * one, radius=.008))
    part.over((spread(grey(.38, .41, .48)) * steel).clamp(0, 1), part.cover(post))
    part.over(grey(.80, .22, .18), part.cover(box(part, .93 * one, (FLOOR + .085) * one, .030 * one, .085 * one, radius=.014)))
    part.over((spread(grey(.93, .30, .24))), part.cover(box(part, .923 * one, (FLOOR + .085) * one, .016 * one, .078 * one, radius=.012)))
    q = (part.x - BOARD_X) / .05
    slab = torch.maximum((part.x - BOARD_X - .008).abs() - .024, (part.y - (BOARD_LOW + BOARD_HIGH) / 2).abs() - (BOARD_HIGH - BOARD_LOW) / 2 - .03 * q + .01)
    part.over(grey(.60, .62, .68), part.cover(slab - .006))
    part.over((spread(grey(.97, .97, .99)) * (.93 + .10 * (part.y - .6) / .3).unsqueeze(2)).clamp(0, 1), part.cover(slab))
    mark = torch.maximum((part.x - BOARD_X - .008).abs() - .013, (part.y - .735).abs() - .055 - .012 * q)
    part.over(grey(.88, .30, .20), part.cover(mark.abs() - .0035))
    rim = ellipse(part, RIM_X * one, RIM_Y * one, RIM_HALF * one, .017 * one)
    part.over(grey(.62, .20, .10), part.cover(rim.abs() - .005) * (part.y > RIM_Y - .001))
    part.over(grey(.86, .30, .14), part.cover(box(part, (RIM_X + RIM_HALF + .021) * one, (RIM_Y - .004) * one, .022 * one, .009 * one)))
    c.paste(part)
    player(scene, c, ambient)


def player(scene, c, ambient):
    """The one who throws, but for the arms, which move."""
    own, B, K = scene.own, *c.x.shape[:2]
    side = own['side'][:, None].expand(B, K)
    X = lambda dx: .5 + side * ((own['feet'][:, None] + dx) - .5)
    Y = lambda dy: row(FLOOR + dy, side)
    skin, hair, shirt = light.to(figure.SKIN, own['skin']) * ambient, light.to(figure.HAIR, own['hair']) * ambient, light.to(light.PAINT, own['shirt']) * ambient
    shadow = c.crop(X(0.), Y(0.), .16)
    contact_shadow(shadow, X(0.), Y(-.002), 0 * side, row(.075, side))
    c.paste(shadow)
    shoe, shorts = torch.full_like(skin, .93) * ambient, torch.tensor([.17, .19, .30], device=c.x.device) * ambient
    for hip, knee, foot, tone in ((.006, .030, .032, .80), (-.010, -.004, -.034, 1.)):
        figure.limb(c, X(knee), Y(.082), X(foot), Y(.020), .016, .012, skin * tone)
        figure.limb(c, X(foot - .002), Y(.010), X(foot + .030), Y(.007), .011, .009, shoe * tone)
        figure.limb(c, X(hip), Y(.150), X(knee), Y(.092), .029, .025, shorts * tone)
    figure.limb(c, X(.006), Y(.252), X(.010), Y(.275), .014, .014, skin * .9)
    figure.limb(c, X(-.002), Y(.160), X(.002), Y(.232), .034, .032, shirt)
    figure.head(c, X(.014), Y(.312), .038, own['side'], skin, hair)


def basketball(c, x, y, angle, ambient):
    """The ball with its seams. x, y, angle [B, K]; ambient [B, 3]."""
    u, v = (c.x - at(x)) / RADIUS, (c.y - at(y)) / RADIUS
    q = u * u + v * v
    cs, sn = torch.cos(at(angle)), torch.sin(at(angle))
    ru, rv = u * cs + v * sn, v * cs - u * sn
    arc = (((ru.abs() - 1.45) ** 2 + rv * rv).sqrt() - .98).abs()
    seam = torch.minimum(torch.minimum(ru.abs(), rv.abs()), arc) * RADIUS - .0028
    base = spread(torch.tensor([[.93, .47, .13]], device=c.x.device) * ambient)
    tone = (.93 + .24 * (v * .62 - u * .42) - .22 * (q * q).clamp(max=1)).unsqueeze(2)
    body = base * tone
    body = body + (c.cover(seam) * .88).unsqueeze(2) * (spread(torch.tensor([[.13, .07, .05]], device=c.x.device)) - body)
    alpha = c.cover((q.sqrt() - 1) * RADIUS)
    c.over(body.clamp(0, 1), alpha)
    c.light(ambient, torch.exp(-((u + .36) ** 2 + (v - .42) ** 2) / .09) * alpha * .28)


def net(scene, c, tau, ball_y):
    """The state of the net at tau [B, K]: how far down the ball bulges it (−1: nowhere), its sway to the side and how much it is flung up."""
    own = scene.own
    since = tau - own['through'][:, None]
    inside = ((since > 0) & (since < .5)).float()
    bulge = torch.where(inside > 0, (RIM_Y - ball_y) / NET, torch.full_like(tau, -1.))
    left = (since - .16).clamp(min=0)
    fling = torch.exp(-left * 4.5) * torch.sin(left * 15) * (since > .16) * .34
    knock = tau[..., None] - own['shaken'][:, None]
    sway = (torch.exp(-knock.clamp(min=0) * 4) * torch.sin(knock * 17) * (knock > 0)).sum(-1).clamp(-1.3, 1.3) * .013 + torch.exp(-left * 3) * torch.sin(left * 11) * (since > .16) * .022
    return bulge, sway, fling


def strands(c, state, half, phase):
    """Distance to the strands of one half of the net, a tube seen from the side. `phase` shifts the knots of the far half."""
    bulge, sway, fling = state
    v = (RIM_Y - c.y) / (NET * (1 - at(fling)))
    centre = RIM_X + at(sway) * v * v
    shape = 1 - .46 * v + .06 * v * v + .30 * torch.exp(-((v - at(bulge) - .05) / .28) ** 2) * v.clamp(0, 1) * (at(bulge) > -.5)
    w = half * shape
    s = ((c.x - centre) / w).clamp(-1, 1).asin() / math.pi                                   # −½…½ along the half circle
    wide = w * (math.pi / 5) * (1 - (2 * s) ** 2 * .75)                                      # one mesh, in world units
    mesh = lambda way: ((torch.frac(s * 5 + way * v * 1.75 + phase + 4) - .5).abs()) * wide
    line = torch.minimum(mesh(1.), mesh(-1.)) - .0022
    outside = torch.maximum((c.x - centre).abs() - w - .001, torch.maximum(v - 1, -v) * NET)
    return torch.maximum(line, outside)


def render(scene, c, steps):
    own, a = scene.own, scene.attributes
    ambient = light.to(light.AMBIENT, a['time'])
    p = scene.position[:, 0].gather(1, steps[..., None].expand(-1, -1, 2))
    x, y, angle, tau = p[..., 0], p[..., 1], own['turn'][:, 0].gather(1, steps), own['tau'].gather(1, steps)
    one = torch.ones_like(x)
    side = own['side'][:, None]
    shadow = c.crop(x, row(FLOOR, x), RADIUS * 2.4)
    contact_shadow(shadow, x, row(FLOOR - .004, x), y - FLOOR - RADIUS, row(RADIUS, x))
    c.paste(shadow)
    arms(scene, c, tau, side, ambient, x, y, (('far', .80),))
    hoop = lambda: court(scene, c.crop(.5 + side * (RIM_X - .5) * one, (RIM_Y - NET * .48) * one, RIM_HALF + .02))
    state, cord = net(scene, c, tau, y), torch.tensor([[.97, .97, .95]], device=c.x.device) * ambient
    part = hoop()
    part.over(cord * .72, part.cover(strands(part, state, RIM_HALF - .004, .0)) * .6)
    c.paste(part)
    part = c.crop(x, y, RADIUS * 1.08)
    basketball(part, x, y, angle, ambient)
    c.paste(part)
    part = hoop()
    part.over(cord, part.cover(strands(part, state, RIM_HALF - .004, .5)) * .95)
    rim = ellipse(part, RIM_X * one, RIM_Y * one, RIM_HALF * one, .017 * one)
    part.over(torch.tensor([[.96, .36, .14]], device=c.x.device) * ambient, part.cover(rim.abs() - .006) * (part.y <= RIM_Y))
    c.paste(part)
    arms(scene, c, tau, side, ambient, x, y, (('near', 1.),))


def arms(scene, c, tau, side, ambient, x, y, which):
    """An arm follows the ball until the release, stays up for a moment, then sinks to the side."""
    own = scene.own
    feet, skin, shirt = own['feet'][:, None], light.to(figure.SKIN, own['skin']) * ambient, light.to(light.PAINT, own['shirt']) * ambient
    X = lambda v: .5 + side * (v - .5)
    held = tau < 0
    bx, by = .5 + side * (x - .5), y
    down = ((tau - .45) / .5).clamp(0, 1)
    down = down * down * (3 - 2 * down)
    wave = (tau / .12).clamp(0, 1)
    for name, tone in which:
        near = name == 'near'
        grip = (-.020, -.058) if near else (.034, -.050)
        gx, gy = torch.where(held, bx + grip[0], feet + HAND[0] + grip[0] + .030 * wave), torch.where(held, by + grip[1], FLOOR + HAND[1] + grip[1] + .006 * wave)
        sx, sy = feet + .003 + 0 * gx, FLOOR + .228 + 0 * gy
        turn = down * (2.5 if near else 2.2)                                   # swings forward and down from the raised pose
        rx, ry = gx - sx, gy - sy
        gx, gy = sx + rx * torch.cos(turn) + ry * torch.sin(turn), sy + ry * torch.cos(turn) - rx * torch.sin(turn)
        reach = ((gx - sx) ** 2 + (gy - sy) ** 2).sqrt()
        shrink = (.136 / reach).clamp(max=1)
        gx, gy = sx + (gx - sx) * shrink, sy + (gy - sy) * shrink
        ex, ey = figure.elbow(sx, sy, gx, gy, .070, .070, -1.)
        figure.limb(c, X(ex), ey, X(gx), gy, .0125, .010, skin * tone)
        figure.limb(c, X(sx), sy, X(ex), ey, .018, .014, shirt * tone * .94)
        figure.limb(c, X(gx), gy, X(gx + .002), gy + .004, .013, .013, skin * tone)


def sounds(scene):
    """The floor's hollow thump with the ball's air ringing, the rim's clang, the board's thud, the net's swish."""
    own, device, B = scene.own, scene.device, scene.batch
    struck = sound.train(own['struck'])                                        # [B, 4, SAMPLES]
    t = sound.clock(.7, device)
    ring = lambda f, d, g: sum(gg * torch.exp(-dd * t) * torch.sin(2 * math.pi * ff * t) for ff, dd, gg in zip(f, d, g))
    attack = (t * 3000).clamp(max=1)
    noise = lambda low, high: sound.band_noise((1, len(t)), low, high, device)[0]
    floor = (ring([98., 187., 412., 690.], [20., 24., 30., 42.], [1., .7, .32, .16]) + noise(200., 2600.) * torch.exp(-t * 130) * .35) * attack
    rim = (ring([372., 655., 1010., 1730., 2640., 3910.], [7., 8., 10., 13., 17., 22.], [.42, .55, .5, .42, .3, .2]) + noise(900., 6000.) * torch.exp(-t * 70) * .30) * attack
    board = (ring([142., 236., 365., 560.], [26., 30., 38., 48.], [.9, .8, .5, .3]) + noise(150., 2200.) * torch.exp(-t * 90) * .5) * attack
    swish = noise(1500., 6500.) * ((t * 60).clamp(max=1) * torch.exp(-t * 15) + .8 * torch.exp(-((t - .13) / .035) ** 2)) * .55 + noise(1500., 6500.) * torch.exp(-t * 120) * .4
    wave = sum(sound.convolve(struck[:, i], kernel) * gain for i, (kernel, gain) in enumerate(((floor, .75), (rim, .60), (board, .70), (swish, .95))))
    return sound.room(wave, (scene.attributes['place'] == 0).float() * .9 + .15)
