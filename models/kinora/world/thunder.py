"""Rain with thunder: the flash is seen at once, the boom is heard a distance / 343 m/s later; near thunder cracks, far thunder rolls."""
import math

import torch

from . import light, sound
from .camera import move
from .clip import DT, GROUNDS, OBJECTS, OUTCOMES, RATE, SAMPLES, SPEED_OF_SOUND, STEPS, SUBSTEPS, Scene, draw_attribute
from .draw import at, capsule

STROKES, POINTS, DROPS = 2, 7, 80
NEAR, FAR = (40., 130.), (220., 460.)      # metres
HORIZON = .22


def simulate(B, device, split='train'):
    a = dict(place=draw_attribute('place', ['hills', 'city', 'sea'], B, device), outcome=draw_attribute('outcome', ['near', 'far'], B, device),
             time=draw_attribute('time', ['sunset', 'night'], B, device, [.3, .7]), ground=torch.full((B,), GROUNDS.index('stone'), device=device))
    near = (a['outcome'] == OUTCOMES.index('near'))[:, None]
    u = torch.rand(B, STROKES, device=device)
    distance = torch.where(near, NEAR[0] + u * (NEAR[1] - NEAR[0]), FAR[0] + u * (FAR[1] - FAR[0]))
    # A second stroke follows in half the clips; strokes before the clip may still be heard in it, and late ones stay unheard.
    when = torch.stack([-.9 + 2.6 * torch.rand(B, device=device), torch.where(torch.rand(B, device=device) < .5, .6 + 1.3 * torch.rand(B, device=device), torch.full((B,), 9., device=device))], 1)
    when[:, 0] = torch.where(torch.rand(B, device=device) < .7, .15 + .8 * torch.rand(B, device=device), when[:, 0])
    when[:, 1] = torch.where((when[:, 1] - when[:, 0]).abs() < .5, torch.full_like(when[:, 1], 9.), when[:, 1])
    t = torch.arange(STEPS, device=device) * DT
    since = t[None, None] - when[..., None]                              # [B, STROKES, STEPS]
    flicker = torch.exp(-since * 7) * (.65 + .35 * torch.cos(since * 55)) * (since >= 0)
    power = torch.where(near, torch.ones_like(u), torch.full_like(u, .75))
    flash = (flicker * power[..., None]).amax(1).clamp(0, 1)
    boom = when + distance / SPEED_OF_SOUND
    hits = torch.zeros(B, OBJECTS, STEPS, device=device)
    k = (boom * SUBSTEPS).round().long()
    heard = (k >= 0) & (k < STEPS)
    hits[:, 0].scatter_add_(1, k.clamp(0, STEPS - 1), heard * torch.where(near, 1., .55))
    x = .2 + .6 * torch.rand(B, STROKES, device=device)
    jag = torch.cumsum(torch.randn(B, STROKES, POINTS, device=device) * .045, -1)
    wind = (torch.rand(B, device=device) - .5) * .5
    position = torch.zeros(B, OBJECTS, STEPS, 2, device=device)
    position[:, :STROKES, :, 0], position[:, :STROKES, :, 1] = x[..., None], .6
    size = torch.zeros(B, OBJECTS, device=device)
    rain = .4 + .6 * torch.rand(B, device=device)
    own = dict(seed=torch.rand(B, device=device), when=when, distance=distance, boom=boom, x=x, jag=jag, wind=wind, rain=rain, near=near[:, 0], heard=heard,
               drop=torch.rand(B, DROPS, 2, device=device), speed=1.5 + .8 * torch.rand(B, DROPS, device=device), thread=torch.rand(B, STROKES, device=device))
    return Scene('thunder', a, move(B, device, a), position, torch.zeros_like(position), size, hits, flash, own)


def backdrop(scene, c):
    a, s = scene.attributes, scene.own['seed']
    light.paint_place(c, a, torch.full((scene.batch,), HORIZON, device=scene.device), s)
    grey = torch.tensor([[.40, .45, .52], [.27, .22, .33], [.07, .09, .17]], device=c.x.device)[a['time']]
    p = at(s) * 30
    cloud = c.y - .80 + .05 * torch.sin(c.x * 9 + p) + .035 * torch.sin(c.x * 21 + p * 1.7)
    c.over(grey * 1.25, c.cover(-(cloud + .10), 3) * .85)
    c.over(grey, c.cover(-cloud, 2))
    light.paint_ground(c, a, torch.full((scene.batch,), .10, device=scene.device), torch.full((scene.batch,), .1, device=scene.device))
    c.light(torch.ones(scene.batch, 3, device=c.x.device), (torch.sin(c.x * 60 + torch.sin(c.y * 90) * 2) > .6) * (c.y < .095) * .10)


def render(scene, c, steps):
    a, own = scene.attributes, scene.own
    t = steps.float() * DT
    flash = scene.flash.gather(1, steps)
    white = torch.tensor([[.86, .90, 1.]], device=c.x.device).expand(scene.batch, 3)
    bright = flash > .02
    if bright.any():
        part, clip = c.pick(bright)
        part.light(white[clip], at(flash[bright] * .5) * (.35 + .65 * part.y.clamp(0, 1)))
        near = own['near'].float()[clip]
        for i in range(STROKES):
            since = (t - own['when'][:, i, None])[bright]
            lit = ((since >= -.03) & (since < .20)).float() * torch.exp(-since.clamp(min=0) * 5)
            d = bolt(part, own['x'][clip, i], own['jag'][clip, i], near)
            part.light(white[clip], at(lit) * torch.exp(-d.clamp(min=0) * 26) * .55)
            part.over(white[clip], at(lit.clamp(max=1)) * part.cover(d))
        c.put(part)
    n = DROPS
    fall = own['speed'][:, None] * t[..., None]
    y = torch.remainder(own['drop'][:, None, :, 1] - fall, 1.15) - .05
    x = torch.remainder(own['drop'][:, None, :, 0] - own['wind'][:, None, None] * (y - .5) + own['wind'][:, None, None] * .2 * t[..., None], 1.1) - .05
    shown = (torch.arange(n, device=c.x.device)[None, None] < (own['rain'] * n)[:, None, None]).float()
    drops = torch.cat([torch.stack([x - own['wind'][:, None, None] * .013 * k, y + .013 * k], -1) for k in range(3)], 2)
    c.splat(drops, white * .8, .004, shown.repeat(1, 1, 3) * .42 * (1 + .8 * flash[..., None]))


def bolt(c, x, jag, near):
    """Distance to a jagged bolt with one branch. x, near [N]; jag [N, POINTS]: sideways steps on the way down."""
    low, px, py, shape = .11 + .10 * (1 - near), x, torch.full_like(x, .80), None
    for j in range(POINTS):
        f = (j + 1) / POINTS
        nx, ny = x + jag[:, j], .80 + (low - .80) * f
        d = capsule(c, px, py, nx, ny, .004 + .005 * near * (1 - .5 * f))
        shape = d if shape is None else torch.minimum(shape, d)
        if j == 2: shape = torch.minimum(shape, capsule(c, nx, ny, nx + .10, ny - .13, .003 + .002 * near))
        px, py = nx, ny
    return shape


def sounds(scene):
    own, device, B = scene.own, scene.device, scene.batch
    hiss = sound.band_noise((B, SAMPLES), 900., 6500., device) * (.018 + .045 * own['rain'])[:, None]
    patter = torch.rand(B, SAMPLES, device=device) < .004
    tick = sound.band_noise((B, 240), 2000., 6000., device) * torch.exp(-torch.arange(240, device=device) / 35.)
    wave = hiss + sound.convolve(patter * torch.rand(B, SAMPLES, device=device), tick) * .05
    n, near = int(2.9 * RATE), own['near'].float()[:, None]
    t = torch.arange(n, device=device) / RATE
    for i in range(STROKES):
        roll = (1 + .55 * torch.sin(2 * math.pi * (2.1 * t + own['thread'][:, i, None])) + .35 * torch.sin(2 * math.pi * (4.7 * t + 3 * own['thread'][:, i, None]))).clamp(min=.15)
        rumble = sound.band_noise((B, n), 28., (240 + 160 * near[:, 0]), device) * roll * torch.exp(-t * (1.5 + .5 * near)) * (t * torch.where(near > 0, 500., 60.)).clamp(max=1)
        crack = sound.band_noise((B, n), 500., 5000., device) * torch.exp(-t * 15) * (t * 1500).clamp(max=1) * near
        boom = rumble * (.30 + .16 * near) + crack * .50
        start = (own['boom'][:, i] * RATE).round().long()
        at_ = torch.arange(SAMPLES, device=device)[None] - start[:, None]
        wave = wave + torch.where((at_ >= 0) & (at_ < n), boom.gather(1, at_.clamp(0, n - 1)), torch.zeros_like(wave))
    return sound.room(wave, torch.full((B,), .5, device=device))
