"""Fireworks: rockets climb, burst into sparks that drag and gravity bend down, and are heard a distance / 343 m/s after they are seen.

A picture side shows `WIDTH` metres for each metre of distance, so far shells look smaller, fall slower and sound later and duller.
"""
import math

import torch

from . import light, sound
from .camera import move
from .clip import COLOURS, DT, GROUNDS, OBJECTS, OUTCOMES, PLACES, RATE, SAMPLES, SPEED_OF_SOUND, STEPS, SUBSTEPS, TIMES, Scene, draw_attribute
from .draw import at, spread

SHELLS, SPARKS, TAIL = 3, 72, 4            # rockets a clip, sparks a burst, points in a spark's tail
WIDTH = .62                                # metres a picture side, a metre of distance
DISTANCES = (45., 90., 150., 230.)         # metres at which shells are fired, ± 15 %
HORIZON = .17
CLIMB = (.75, 1.15)                        # seconds from launch to burst
DRAG, LIFE = 2.3, 1.5                      # of sparks: 1/s, s
NEVER = 99.
# Light of burning salts, by COLOURS: brighter than paint.
GLOW = torch.tensor([[1., .12, .08], [1., .55, .14], [1., .86, .28], [.28, 1., .40], [.30, .55, 1.], [.72, .36, 1.], [1., .48, .76], [1., .97, .92]])


def sparks_at(age, speed, gravity):
    """Where sparks of unit direction have come, `age` s after the burst, under linear drag -> (reach in picture sides, drop)."""
    slowed = (1 - torch.exp(-DRAG * age)) / DRAG
    return speed * slowed, gravity / DRAG * (age - slowed)


def simulate(B, device, split='train'):
    a = dict(colour=draw_attribute('colour', COLOURS, B, device), place=draw_attribute('place', ['hills', 'city', 'sea'], B, device), outcome=draw_attribute('outcome', ['single', 'double'], B, device),
             time=torch.full((B,), TIMES.index('night'), device=device))
    u = torch.rand(10, B, SHELLS, device=device)
    near = torch.tensor(DISTANCES, device=device)
    distance = near[torch.randint(0, len(DISTANCES), (B, 1), device=device)] * (.85 + .30 * u[0])      # one firing place a clip
    climb = CLIMB[0] + (CLIMB[1] - CLIMB[0]) * u[1]
    # Half the clips begin while the first rocket climbs or after it has burst; the others begin before it or just as it rises.
    first = torch.where(u[2, :, 0] < .5, -.55 + .75 * u[3, :, 0], .2 + .75 * u[3, :, 0])
    burst = torch.stack([first, first + .34 + .35 * u[3, :, 1], first + .85 + .45 * u[3, :, 2]], 1)
    several, third = a['outcome'] == OUTCOMES.index('double'), u[4, :, 2] < .6
    there = torch.stack([torch.ones_like(several), several, several & third], 1)
    burst = torch.where(there, burst, NEVER)
    lone = torch.cat([.32 + .36 * u[5, :, :1], u[5, :, 1:]], 1)
    row_ = torch.tensor([.22, .52, .80], device=device)[torch.stack([torch.randperm(3, device=device) for _ in range(B)])] + .12 * (u[5] - .5)
    x = torch.where(several[:, None], row_, lone)
    y = .56 + .26 * u[6]
    foot = x + (u[7] - .5) * .10
    speed = (.50 + .22 * u[8]) * (100 / distance) ** .22
    gravity = 9.81 / (WIDTH * distance)
    t = (torch.arange(STEPS, device=device) + 1) * DT
    since = t - burst[..., None]                                         # [B, SHELLS, STEPS]
    rise = (1 + since / climb[..., None]).clamp(0, 1)
    eased = 2 * rise - rise * rise                                       # a coasting rocket: constant deceleration, at rest when it bursts
    _, drop = sparks_at(since.clamp(min=0), speed[..., None], gravity[..., None])
    climbing = ((since > -climb[..., None]) & (since < 0)).float()
    P = torch.stack([foot[..., None] + (x - foot)[..., None] * rise, HORIZON + (y - HORIZON)[..., None] * eased - drop], -1)
    P = torch.where(there[..., None, None], P, torch.zeros_like(P))
    V = torch.stack([(x - foot)[..., None] / climb[..., None] * climbing,
                     (y - HORIZON)[..., None] * 2 * (1 - rise) / climb[..., None] * climbing - gravity[..., None] / DRAG * (1 - torch.exp(-DRAG * since.clamp(min=0))) * (since > 0)], -1) * there[..., None, None]
    power = (75 / distance).clamp(.35, 1.1) ** .5
    flicker = torch.exp(-since.clamp(min=0) * 5.5) * (since >= 0)
    boom = burst + distance / SPEED_OF_SOUND
    k = (boom * SUBSTEPS).ceil().long() - 1
    heard = (k >= 0) & (k < STEPS)
    hits = torch.zeros(B, OBJECTS, STEPS, device=device)
    hits[:, :SHELLS].scatter_(2, k.clamp(0, STEPS - 1)[..., None], (heard * power.clamp(max=1) * .9)[..., None])
    pad = lambda v: torch.cat([v, torch.zeros(B, OBJECTS - SHELLS, *v.shape[2:], device=device)], 1)
    size = pad(torch.where(there, speed / DRAG * .5, torch.zeros_like(speed)))
    # A seed beyond 1 sets the moon outside the picture: these nights are dark.
    # Directions spread evenly over a sphere, seen from the side; the shell of sparks is a little thick.
    g = torch.rand(4, B, SHELLS, SPARKS, device=device)
    i = torch.arange(SPARKS, device=device) + .5
    up, turn = 1 - 2 * i / SPARKS, i * 2.39996 + u[9, :, :, None] * 6.283
    level = (1 - up * up).sqrt()
    way = torch.stack([level * torch.cos(turn), up + 0 * turn, level * torch.sin(turn)], -1)
    tilt = u[7, :, :, None] * 3
    way = torch.stack([way[..., 0] * torch.cos(tilt) - way[..., 1] * torch.sin(tilt), way[..., 0] * torch.sin(tilt) + way[..., 1] * torch.cos(tilt)], -1) * (.86 + .16 * g[0])[..., None]
    own = dict(seed=1.5 + torch.rand(B, device=device), there=there, burst=burst, boom=boom, heard=heard, climb=climb, distance=distance, power=power, x=x, y=y, foot=foot, speed=speed, gravity=gravity,
               way=way, twinkle=g[1], life=LIFE * (.70 + .45 * g[2]), whistle=u[9])
    flash = (flicker * (power * there)[..., None]).amax(1).clamp(0, 1)
    return Scene('fireworks', a, move(B, device, a), pad(P), pad(V), size, hits, flash, own)


def backdrop(scene, c):
    a, B = scene.attributes, scene.batch
    sea = a['place'] == PLACES.index('sea')
    back = torch.full((B,), HORIZON, device=scene.device)
    light.paint_place(c, a, torch.where(sea, back - .05, back), scene.own['seed'])
    # At sea the water fills the foot of the picture; elsewhere a dark meadow or quay does.
    earth = torch.tensor([[.045, .070, .110]], device=scene.device)
    edge = at(back) - .05 + .012 * torch.sin(c.x * 6 + at(scene.own['seed']) * 20) * at((a['place'] == PLACES.index('hills')).float())
    land = at(1 - sea.float())
    c.over(earth, c.cover(c.y - edge) * land)
    c.light(torch.tensor([[.10, .13, .22]], device=scene.device), torch.exp(-((c.y - edge) / .012) ** 2) * land * .5)


def render(scene, c, steps):
    a, own, device = scene.attributes, scene.own, scene.device
    B, K = steps.shape
    t = (steps + 1) * DT
    colour = light.to(GLOW, a['colour'])
    since = t[:, None] - own['burst'][..., None]                          # [B, SHELLS, K]
    lit = (own['power'][..., None] * torch.exp(-since.clamp(min=0) * 3.2) * (since >= 0) + .10 * torch.exp(-since.clamp(min=0) * 1.1) * (since >= 0)) * own['there'][..., None]
    age = since.clamp(min=-1)[..., None]                                  # [B, SHELLS, K, 1]
    dots = []                                                             # (points [B, K, N, 2], paint [B, K, N, 3], strength [B, K, N])
    clip = lambda v: v[:, :, None]                                        # [B, SHELLS, …] over the frames
    flat = lambda v: v.transpose(1, 2).reshape(B, K, -1, *v.shape[4:])
    # Sparks start white-hot, take the salt's colour and die as embers.
    hot = torch.exp(-age.clamp(min=0) * 6)[..., None]
    ember = ((age - .8) / .9).clamp(0, .5)[..., None]
    paint = colour[:, None, None, None] * (1 - hot) + hot
    paint = paint * (1 - ember) + ember * torch.tensor([1., .52, .22], device=device) * .8
    paint = flat(paint.expand(B, SHELLS, K, SPARKS, 3))
    left = (1 - age / clip(own['life'])).clamp(0, 1)
    twinkle = 1 - .7 * (left < .4) * (torch.sin(age * 60 + clip(own['twinkle']) * 40) > .2)
    bright = left ** .55 * twinkle * (age >= 0) * own['there'][..., None, None]
    for j in range(TAIL):
        then = (age - .030 * j).clamp(min=0)
        reach, drop = sparks_at(then, own['speed'][..., None, None], own['gravity'][..., None, None])
        p = torch.stack([own['x'][..., None, None] + reach * clip(own['way'][..., 0]), own['y'][..., None, None] + reach * clip(own['way'][..., 1]) - drop], -1)
        dots.append((flat(p), paint, flat(bright) * (1.25, .70, .45, .25)[j]))

    # Above water the sparks are mirrored, shaken by the waves.
    sea = (a['place'] == PLACES.index('sea')).float()
    if sea.any():
        x, y = dots[0][0].unbind(-1)
        line = HORIZON + .06
        mirrored = torch.stack([x + .012 * torch.sin(y * 90 + t[..., None] * 9), line - .02 - (y - line) * .24], -1)
        dots.append((mirrored, paint, dots[0][2] * (sea[:, None, None] * .30) * (y > line)))

    # The rocket and its trail of falling fire.
    n = 16
    j = torch.arange(n, device=device)
    back = j * .016
    then = since[..., None] - back
    rise = 1 + then / own['climb'][..., None, None]
    wobble = torch.sin(j * 12.9 + (t * 40)[:, None, :, None].floor() * 3.7) * .0016 * j ** .7
    p = torch.stack([own['foot'][..., None, None] + (own['x'] - own['foot'])[..., None, None] * rise + wobble,
                     HORIZON + (own['y'] - HORIZON)[..., None, None] * (2 * rise - rise * rise) - .05 * back], -1)
    on = ((rise > 0) & (then < 0)).float() * (1 - j / n) ** 1.3 * (1 - .25 * (j > 0)) * own['there'][..., None, None] * torch.exp(-since[..., None].clamp(min=0) * 8)
    dots.append((flat(p), torch.tensor([1., .80, .48], device=device).expand(B, K, SHELLS * n, 3), flat(on)))

    total = shine(c, *(torch.cat(v, 2) for v in zip(*dots)))
    if (lit > .004).any(): total += glow(scene, c, lit).unsqueeze(2) * spread(colour * .9 + .1)
    c.image += total.clamp(max=1) * (1 - c.image)


def shine(c, points, paint, strength, r=.0062):
    """Light of many small soft dots -> [B, K, 3, H, W]. Like `Canvas.splat`, but only the dots that shine are touched: most do not."""
    B, K, H = *c.image.shape[:2], c.size
    b, k, i = ((strength > .015) & (points[..., 1] > -.1)).nonzero(as_tuple=True)
    p, light_ = points[b, k, i], paint[b, k, i] * strength[b, k, i, None]
    zoom, camera = c.zoom[..., 0, 0].expand(B, K)[b, k], c.camera.expand(B, K, 3)[b, k]
    px, py = ((p[:, 0] - camera[:, 0]) * zoom + .5) * H - .5, (.5 - (p[:, 1] - camera[:, 1]) * zoom) * H - .5
    r = max(.72, r * H)
    w, frame = max(1, int(r * 1.5 + .5)), (b * K + k) * (H * H)
    sheet = torch.zeros(B * K * H * H, 3, device=points.device)
    for dy in range(-w, w + 1):
        for dx in range(-w, w + 1):
            ix, iy = px.round() + dx, py.round() + dy
            inside = (ix >= 0) & (ix < H) & (iy >= 0) & (iy < H)
            amount = torch.exp(-((ix - px) ** 2 + (iy - py) ** 2) / (r * r)) * inside
            sheet.index_add_(0, frame + (iy.clamp(0, H - 1) * H + ix.clamp(0, H - 1)).long(), light_ * amount[:, None])
    return sheet.reshape(B, K, H, H, 3).permute(0, 1, 4, 2, 3).contiguous()


def glow(scene, c, lit):
    """How much the bursts light the sky around them and, below the horizon, the ground or the sea: products of two bells, so it is cheap -> [B, K, H, W]."""
    own = scene.own
    x, y = c.x[:, :, 0], c.y[..., 0]                                      # [B, K, W], [B, K, H]
    bell = lambda v, centre, width: torch.exp(-((v[:, None] - centre[..., None, None]) / width) ** 2)
    sea = (scene.attributes['place'] == PLACES.index('sea')).float()[:, None, None]
    below = (y < HORIZON + .06 * sea).float()
    waves = .55 + .45 * torch.sin(y * 260 + torch.sin(y * 71) * 3)
    flat = lambda v: v.permute(0, 2, 3, 1)                                # [B, K, N, SHELLS]
    sky, foot = bell(y, own['y'], .30) * (1 - .75 * below[:, None]), (below * (.25 + .75 * sea * waves))[:, None]
    rows = torch.cat([flat(sky * lit[..., None]) * .50, flat(foot * lit[..., None] * (.55 + .20 * sea[:, None]))], -1)
    wide, column = bell(x, own['x'], .40), bell(x, own['x'], .13)
    cols = torch.cat([flat(bell(x, own['x'], .34)), flat(wide + (column - wide) * sea[:, None])], -1)
    return (rows @ cols.transpose(2, 3)).clamp(max=.8)


def sounds(scene):
    """The rocket's whistle, the boom, the crackle of dying sparks: all heard a distance / 343 m/s late; far booms are softer and duller."""
    own, device, B = scene.own, scene.device, scene.batch
    n = int(1.6 * RATE)
    t = torch.arange(n, device=device) / RATE
    clock = torch.arange(SAMPLES, device=device)
    now = clock / RATE
    noise = sound.band_noise((1, SAMPLES), 600., 5000., device)[0]
    # One sheet of crackle a clip: rare sharp pops.
    pops = (torch.rand(B, SAMPLES, device=device) < .0022) * (.3 + .7 * torch.rand(B, SAMPLES, device=device))
    pop = torch.randn(160, device=device) * torch.exp(-torch.arange(160, device=device) / 22.)
    crackle = sound.convolve(pops, pop)
    wave = .0035 * sound.band_noise((1, SAMPLES), 150., 900., device) * torch.ones(B, 1, device=device)
    for i in range(SHELLS):
        if not own['there'][:, i].any(): continue
        there, far = own['there'][:, i, None].float(), (own['distance'][:, i, None] / 90)
        start = (own['boom'][:, i] * RATE).round().long()
        power = own['power'][:, i, None]
        low = 90 + 40 * own['whistle'][:, i]
        body = sound.band_noise((B, n), 32., (420 / far[:, 0]).clamp(140, 700), device) * (torch.exp(-t * 7) + .25 * torch.exp(-t * 2.2)) * (t * 900).clamp(max=1)
        punch = torch.exp(-t * 13) * torch.sin(2 * math.pi * (low[:, None] * t * torch.exp(-t * 1.5).clamp(min=.6))) * (t * 900).clamp(max=1)
        crack = sound.band_noise((B, n), 500., 6000., device) * torch.exp(-t * 55) * (t * 2500).clamp(max=1) / far.clamp(min=.7)
        boom = body * .42 + punch * .55 + crack * .42
        since = clock[None] - start[:, None]
        wave = wave + torch.where((since >= 0) & (since < n), boom.gather(1, since.clamp(0, n - 1)), torch.zeros(B, SAMPLES, device=device)) * power * there * .75
        s = since / RATE
        sizzle = ((s - .30) / .15).clamp(0, 1) * torch.exp(-(s - .45).clamp(min=0) * 2.6) * (s > 0)
        wave = wave + crackle * sizzle * power * there * .20 / far.clamp(min=.8)
        # The whistle sinks as the rocket slows; its loudness swells on the way up and ends with the burst.
        climb = own['climb'][:, i, None]
        rise = (1 + s / climb)
        on = (rise > 0) & (rise < 1)
        hz = 1500 + 500 * own['whistle'][:, i, None]
        phase = hz * climb * (1.25 * rise - .34 * rise * rise)
        tone = torch.sin(2 * math.pi * phase + 1.5 * torch.sin(2 * math.pi * 23 * now)) * .5 + noise * .22
        wave = wave + tone * on * (rise.clamp(0, 1) * 6).clamp(max=1) * ((1 - rise).clamp(0, 1) * 9).clamp(max=1) * power * there * .045
    return sound.room(wave, torch.full((B,), .45, device=device))
