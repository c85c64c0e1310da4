"""Things dropped into water: buoyancy by density and submerged volume, drag, added mass; splash, ripples and bubbles follow from the entry."""
import math

import torch

from . import echo, light, sound
from .camera import move
from .clip import COLOURS, DT, GRAVITY, MATERIALS, OBJECTS, OUTCOMES, STEPS, SUBSTEPS, Scene, draw_attribute, held_out
from .draw import at, spread

# Density relative to water, by MATERIALS: a rubber ball is hollow, a glass one solid.
DENSITY = torch.tensor([.30, 3.2, .62, 2.2])
LEVEL = .46                                # the water's surface at rest
DROPS = 22
BODY = torch.tensor([[.16, .52, .72], [.30, .30, .52], [.05, .13, .30]])   # water by time of day


def submerged(depth, r):
    """Share of a sphere's volume under water; depth = surface − centre, in radii −1…1 matters."""
    h = (depth / r).clamp(-1, 1)
    return (2 + 3 * h - h ** 3) / 4


def simulate(B, device, split='train'):
    colour, material = draw_attribute('colour', COLOURS, B, device), draw_attribute('material', MATERIALS, B, device)
    if split == 'train':
        while held_out(colour, material).any(): colour = torch.where(held_out(colour, material), torch.randint_like(colour, 0, 8), colour)
    rho = DENSITY.to(device)[material]
    a = dict(colour=colour, material=material, ground=draw_attribute('ground', ['water'], B, device), place=draw_attribute('place', ['hills', 'city', 'sea'], B, device, [.45, .2, .35]),
             outcome=torch.where(rho < 1, OUTCOMES.index('float'), OUTCOMES.index('sink')))
    r = .065 + .045 * torch.rand(B, device=device)
    x, y = .25 + .5 * torch.rand(B, device=device), LEVEL + r + .10 + .34 * torch.rand(B, device=device)
    vx, vy = (torch.rand(B, device=device) - .5) * .3, (torch.rand(B, device=device) - .5) * .6
    afloat = (torch.rand(B, device=device) < .12)                        # already in the water when the clip begins
    y = torch.where(afloat, LEVEL + r * (1 - 2 * rho.clamp(max=.9)) - .02, y)
    vy = torch.where(afloat, vy * .3, vy)
    bottom = .10 + r
    lead = torch.randint(0, SUBSTEPS, (B,), device=device) * (torch.rand(B, device=device) < .5)
    swell, phase = .004 + .008 * torch.rand(B, device=device), torch.rand(B, device=device) * 6.283
    P, V, H, entry_at, entry_v, entry_x = [], [], [], torch.full((B,), -9., device=device), torch.zeros(B, device=device), x.clone()
    was = submerged(LEVEL - y, r) > 0
    for k in range(STEPS + SUBSTEPS):
        t = k * DT
        surface = LEVEL + swell * torch.sin(phase + 5 * t)
        wet = submerged(surface - y, r)
        mass = rho + .5 * wet                                            # added mass of a sphere: half the displaced water
        speed = (vx * vx + vy * vy).sqrt()
        drag = wet * (.45 * speed * .75 / r + 2.2)                       # form drag of a sphere plus wave making
        ay = (GRAVITY * (wet - rho) - drag * vy) / mass
        vx = vx - drag * vx / mass * DT
        y = y + vy * DT + .5 * ay * DT * DT
        vy = vy + ay * DT
        x = x + vx * DT
        floor_hit = (y < bottom) & (vy < 0)
        hit = torch.where(floor_hit & (vy < -.12), -vy * .8, torch.zeros_like(vy))
        vy = torch.where(floor_hit, -vy * .25 * (vy < -.1), vy)
        y = torch.where(floor_hit, bottom, y)
        dips = (wet > 0) & ~was & (vy < -.25)
        was = (wet > 0) & (was | dips) | (wet > .02)
        hit = hit + torch.where(dips, -vy, torch.zeros_like(vy))
        first = dips & (-vy > entry_v * .5)
        entry_at, entry_v, entry_x = torch.where(first, torch.full_like(entry_at, t), entry_at), torch.where(first, -vy, entry_v), torch.where(first, x, entry_x)
        P.append(torch.stack([x, y], -1)); V.append(torch.stack([vx, vy], -1)); H.append(torch.stack([hit, dips.float()], -1))
    window = lead[:, None] + torch.arange(STEPS, device=device)
    cut = lambda s: torch.stack(s, 1).gather(1, window[..., None].expand(B, STEPS, 2))
    P, V, H = cut(P), cut(V), cut(H)
    hit = (H[..., 0] / 3.).clamp(max=1)
    pad = lambda s: torch.cat([s[:, None], torch.zeros(B, OBJECTS - 1, *s.shape[1:], device=device)], 1)
    size = torch.cat([r[:, None], torch.zeros(B, OBJECTS - 1, device=device)], 1)
    g = torch.rand(4, B, DROPS, device=device)
    own = dict(seed=torch.rand(B, device=device), swell=swell, phase=phase, lead=lead * DT, entry_at=entry_at - lead * DT, entry_v=entry_v, entry_x=entry_x, splash=hit * H[..., 1],
               knock=hit * (1 - H[..., 1]), turn=torch.cumsum(-V[..., 0] / r[:, None] * DT, -1)[:, None], drop_v=torch.stack([(g[0] - .5) * 1.3, .45 + 1.1 * g[1]], -1), drop_size=g[2])
    a['echo'] = echo.draw(B, device)
    return Scene('water', a, move(B, device, a, P), pad(P), pad(V), size, pad(hit), torch.zeros(B, STEPS, device=device), own)


def surface(scene, x, t):
    """Height of the water at x [B, K, …] and time t [B, K]: swell plus the ripples that run out from the entry."""
    o = scene.own
    grow = lambda v: v[(...,) + (None,) * (x.dim() - v.dim())]
    since = (t - o['entry_at'][:, None]).clamp(min=0)
    d = (x - grow(o['entry_x'])).abs()
    reach = grow(since) * .55
    ring = torch.sin((d - reach) * 42) * torch.exp(-((d - reach) / .13) ** 2) * grow(torch.exp(-since * 1.3) * (since > 0)) * grow(o['entry_v'] * .011)
    crown = grow(torch.exp(-since * 7) * (since > 0) * o['entry_v'][:, None] * .035) * torch.exp(-((d - .09) / .03) ** 2)
    return LEVEL + grow(o['swell']) * torch.sin(grow(o['phase']) + 5 * (grow(t) + grow(o['lead'])) + (x - .5) * 7) + ring + crown


def backdrop(scene, c):
    light.paint_place(c, scene.attributes, torch.full((scene.batch,), LEVEL + .03, device=scene.device), scene.own['seed'])


def render(scene, c, steps):
    a, own = scene.attributes, scene.own
    t = (steps.float() * DT)
    ambient = light.to(light.AMBIENT, a['time'])
    r = scene.size[:, 0]
    p = scene.position[:, 0].gather(1, steps[..., None].expand(-1, -1, 2))
    x, y, angle = p[..., 0], p[..., 1], own['turn'][:, 0].gather(1, steps)
    paint = light.to(light.PAINT, a['colour'])
    part = c.crop(x, y, float(r.max()) * 1.06)
    light.ball(part, x, y, r, paint, a['material'], angle, ambient)
    c.paste(part)
    height = surface(scene, c.x[:, :, :1], t)
    depth = height - c.y
    body = light.to(BODY, a['time'])
    k = (depth / LEVEL).clamp(0, 1).unsqueeze(2)
    deep = spread(body * 1.15) * (1 - k) + spread(body * .55) * k
    ray = (torch.sin((c.x + c.y * .35) * 24 + at(own['seed']) * 20) * torch.sin((c.x - c.y * .2) * 11)).clamp(min=0) * torch.exp(-depth.clamp(min=0) * 4)
    under = c.cover(-depth)
    c.over((deep + .10 * ray.unsqueeze(2)).clamp(0, 1), under * .55)
    white = torch.ones(scene.batch, 3, device=scene.device) * ambient
    c.over(white, c.cover((depth - .006).abs() - .006) * .55)
    c.shade(under * (c.y < .10) * .25)
    since = t - own['entry_at'][:, None]
    age = since[..., None]
    live = ((age > 0) & (age < 1.0)).float() * (own['entry_v'][:, None, None] > .3)
    speed = (own['entry_v'] / 2.2).clamp(.3, 1.2)[:, None, None]
    v = own['drop_v'][:, None] * speed[..., None]
    drop = torch.stack([own['entry_x'][:, None, None] + v[..., 0] * age, LEVEL + v[..., 1] * age - .5 * GRAVITY * age * age], -1)
    c.splat(drop, white, .009, live * (drop[..., 1] > LEVEL - .01) * .9)
    n = own['drop_size'].shape[1]
    rise = torch.stack([own['entry_x'][:, None, None] + (own['drop_v'][:, None, :, 0] * .09) + .012 * torch.sin(age * 9 + own['drop_size'][:, None] * 20),
                        LEVEL - .22 * own['drop_size'][:, None] * speed + .16 * (age - .15)], -1)
    c.splat(rise, white, .006, ((age > .12) & (rise[..., 1] < LEVEL - .012)) * torch.exp(-age.clamp(min=0) * .8) * .55 * (own['entry_v'][:, None, None] > .3))


def sounds(scene):
    own, device = scene.own, scene.device
    B, r = scene.batch, scene.size[:, 0]
    splash = sound.train(own['splash'])
    t = sound.clock(.9, device)
    hiss = sound.band_noise((B, len(t)), 700., 4200., device) * (t * 400).clamp(max=1) * (torch.exp(-t * 9) * .55 + torch.exp(-t * 60) * .6)
    slap = sound.band_noise((B, len(t)), 90., 500., device) * torch.exp(-t * 22) * .8 * (t * 900).clamp(max=1)
    f = (320 * (.08 / r))[:, None]                                       # a closing cavity rings higher the smaller it is (Minnaert)
    late = (t - .09).clamp(min=0)
    bloop = torch.sin(2 * math.pi * (f * late + f * .9 * late * late)) * torch.exp(-late * 13) * (t > .09) * .55
    wave = sound.convolve(splash, hiss + slap + bloop) * .75
    knock = sound.train(own['knock'])
    wave = wave + sound.convolve(knock, sound.modes(scene.attributes['material'], r)) * .25
    lap = sound.band_noise((B, wave.shape[1]), 200., 900., device)
    tt = torch.arange(wave.shape[1], device=device) / 16000
    swell = (.5 + .5 * torch.sin(own['phase'][:, None] + 5 * (tt + own['lead'][:, None]))) ** 2
    return wave + lap * swell * (.010 + own['swell'] * 1.6)[:, None]
