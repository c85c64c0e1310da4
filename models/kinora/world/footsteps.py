"""Someone walks on snow, wood or gravel. A planted foot stays where it touched the ground; the touch makes the sound, the print and the puff.

The gait is closed form: foot i has the phase φ0 + i/2 + t / (2·pace); it stands for the share `STANCE` of its cycle and swings forward for the
rest. z is the way walked; the walker who leaves the picture comes back on the other side after a while. Objects: body, left foot, right foot.
"""
import math

import torch

from . import echo, figure, light, sound
from .camera import move
from .clip import COLOURS, DT, GRAVITY, GROUNDS, OBJECTS, PLACES, SAMPLES, STEPS, Scene, draw_attribute
from .draw import Canvas, at, contact_shadow, spread

FLOOR = .14
STANCE = .60                               # share of its cycle that a foot is on the ground
THIGH, SHIN, ANKLE = .128, .128, .024
TORSO, NECK, HEAD = .150, .080, .046
FOOT = .052                                # heel to toe
LIFT = .030                                # of the swinging foot
SPAN = 1.6                                 # the walker comes back after so many pictures
GRAINS = 9                                 # flying bits a foot
SCARF = torch.tensor([5, 4, 0, 6, 2, 2, 4, 0])     # colour of the scarf, by colour of the coat


def simulate(B, device, split='train'):
    a = dict(colour=draw_attribute('colour', COLOURS, B, device), ground=draw_attribute('ground', ['snow', 'wood', 'gravel'], B, device))
    indoors = (a['ground'] == GROUNDS.index('wood')) & (torch.rand(B, device=device) < .6)
    a['place'] = torch.where(indoors, torch.full_like(a['ground'], PLACES.index('room')), draw_attribute('place', ['hills', 'city', 'sea'], B, device, [.45, .3, .25]))
    u = torch.rand(6, B, device=device)
    pace = .44 + .16 * u[0]                                              # seconds a step
    speed = (.130 + .060 * u[1]) / pace                                  # picture sides / s
    way = torch.where(u[2] < .5, 1., -1.)
    middle = torch.where(u[3] < .92, .5 + (u[4] - .5) * .45, u[4] * SPAN)    # where the walker is half-way through the clip
    start = middle - way * speed * (STEPS * DT / 2)
    phase0 = u[5] * 16
    t = (torch.arange(STEPS, device=device) + 1) * DT
    foot = torch.arange(2, device=device)[None, :, None]
    phase = phase0[:, None, None] + foot / 2 + t / (2 * pace[:, None, None])                        # [B, 2, STEPS]
    n = phase.floor()
    f = phase - n
    s, T = speed[:, None, None], pace[:, None, None]
    planted = s * ((n - phase0[:, None, None] - foot / 2) * 2 * T) + STANCE * T * s                 # z where it touched
    swing = ((f - STANCE) / (1 - STANCE)).clamp(0, 1)
    z = planted + 2 * s * T * swing * swing * (3 - 2 * swing)
    up = LIFT * torch.sin(math.pi * swing) ** 2
    rate = (f > STANCE) / ((1 - STANCE) * 2 * T)
    vz, vup = 2 * s * T * 6 * swing * (1 - swing) * rate, LIFT * math.pi * torch.sin(2 * math.pi * swing) * rate
    touched = n - (phase - DT / (2 * T)).floor()
    table = .45 + .55 * torch.rand(B, 2, 16, device=device)
    strength = table.gather(2, torch.remainder(n, 16).long()) * touched * .8
    # The hip vaults over the standing leg, flatter than a stiff leg would.
    leg, half = (THIGH + SHIN) * .992, STANCE * pace * speed - FOOT * .35
    low = (leg * leg - half * half).sqrt()
    rise = (leg - low)[:, None] * .80 * (1 - torch.cos(4 * math.pi * (phase[:, 0] - (STANCE - .5) / 2))) / 2
    hip = FLOOR + ANKLE + low[:, None] + rise + .002
    body = start[:, None] + way[:, None] * speed[:, None] * t
    lap = ((body + (SPAN - 1) / 2) / SPAN).floor() * SPAN
    X = start[:, None, None] + way[:, None, None] * z - lap[:, None]
    P = torch.zeros(B, OBJECTS, STEPS, 2, device=device)
    V = torch.zeros_like(P)
    P[:, 0], V[:, 0, :, 0] = torch.stack([body - lap, hip + .06], -1), (way * speed)[:, None]
    P[:, 1:3] = torch.stack([X, FLOOR + up], -1)
    V[:, 1:3] = torch.stack([vz * way[:, None, None], vup.expand_as(vz)], -1)
    V[:, 0, 1:, 1] = (hip[:, 1:] - hip[:, :-1]) / DT
    V[:, 0, 0, 1] = V[:, 0, 1, 1]
    hits = torch.zeros(B, OBJECTS, STEPS, device=device)
    hits[:, 1:3] = strength
    size = torch.tensor([.12, .03, .03, 0.], device=device).repeat(B, 1)
    own = dict(seed=torch.rand(B, device=device), way=way, pace=pace, speed=speed, start=start, phase0=phase0, phase=phase.contiguous(), hip=hip, lap=lap, strength=table,
               skin=torch.randint(0, 3, (B,), device=device), hair=torch.randint(0, 3, (B,), device=device))
    a['echo'] = echo.draw(B, device)
    return Scene('footsteps', a, move(B, device, a, P[:, 0]), P, V, size, hits, torch.zeros(B, STEPS, device=device), own)


def backdrop(scene, c):
    back = torch.full((scene.batch,), FLOOR + .09, device=scene.device)
    light.paint_place(c, scene.attributes, back, scene.own['seed'])
    light.paint_ground(c, scene.attributes, back, back)
    is_ = lambda name: at((scene.attributes['ground'] == GROUNDS.index(name)).float())
    ambient = light.to(light.AMBIENT, scene.attributes['time'])
    if is_('snow').any(): snowfield(c, is_('snow'), ambient, at(scene.own['seed']) * 30)
    if is_('gravel').any(): pebbles(c, is_('gravel'), ambient)


def snowfield(c, where, ambient, phase):
    """Drifts with a soft edge, blue in their hollows, and a few glints."""
    edge = FLOOR + .092 + .010 * torch.sin(c.x * 7 + phase) + .005 * torch.sin(c.x * 17 + phase * 2)
    depth = edge - c.y
    hollow = .5 + .5 * torch.sin(c.x * 9 + depth * 34 + phase + 1.6 * torch.sin(c.x * 4 + depth * 13))
    tone = (1 - .10 * hollow * (depth * 14).clamp(0, 1)).unsqueeze(2)
    blue = torch.tensor([[.93, .96, 1.]], device=c.x.device) * ambient
    c.over((spread(blue) * tone + .05 * torch.exp(-depth.clamp(min=0) * 45).unsqueeze(2)).clamp(0, 1), c.cover(-depth, 1.5) * where)
    r, tint = cells(c, 30., 46., .10)
    c.light(torch.ones_like(ambient), (tint > .86) * (depth > .01) * c.cover(r - .0026) * where * .9)


def pebbles(c, where, ambient):
    """Round stones of many greys, larger towards the viewer."""
    depth = FLOOR + .09 - c.y
    inside = c.cover(-depth) * where
    c.over(torch.tensor([[.57, .53, .48]], device=c.x.device) * ambient, inside)
    for across, down, push in ((32., 58., .0), (22., 40., .5)):
        r, tint = cells(c, across, down, push)
        size = (.0080 + .0070 * (tint * 7.3).frac()) * (.85 + 2.2 * depth.clamp(0, .15))
        lit = .76 + .26 * tint
        stone = torch.tensor([[.80, .75, .69]], device=c.x.device) * ambient
        c.over((spread(stone) * (lit * (1.08 - 9 * r)).unsqueeze(2)).clamp(0, 1), c.cover(r - size) * inside * .8)


def cells(c, across, down, push):
    """A jittered grid of dots: the distance to the dot of each pixel's cell, flattened as seen from the side, and a number 0…1 for that cell."""
    u, v = c.x * across + push, c.y * down + push
    i, j = u.floor(), v.floor()
    hash_ = lambda a, b: torch.frac(torch.sin(i * a + j * b + push * 7) * 4375.85).abs()
    return (((u - i - .34 - .32 * hash_(12.98, 78.23)) / across) ** 2 + ((v - j - .34 - .32 * hash_(39.34, 11.13)) / down * 1.45) ** 2).sqrt(), hash_(73.1, 5.7)


def strip(c, low, high):
    """The rows of the canvas between two heights, sharing its picture."""
    y = c.y[..., 0]
    rows = ((y > low) & (y < high)).flatten(0, 1).any(0).nonzero()[:, 0]
    part = Canvas.__new__(Canvas)
    part.size, part.zoom, part.camera = c.size, c.zoom, c.camera
    cut = slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(0, 0)
    part.x, part.y, part.image, part.first = c.x[:, :, cut], c.y[:, :, cut], c.image[:, :, :, cut], cut.start
    return part


def stipple(part, points, radius, strength):
    """Alpha of many small dots on a strip: points [B, K, N, 2], radius (world), strength [B, K, N] -> [B, K, h, W]."""
    B, K, h, W = part.x.shape
    zoom, r = part.zoom[..., 0], max(.55, radius * part.size)
    px = ((points[..., 0] - part.camera[..., 0, None]) * zoom + .5) * W - .5
    py = (.5 - (points[..., 1] - part.camera[..., 1, None]) * zoom) * W - .5 - part.first
    w = max(1, int(r * 1.6 + .5))
    sheet = torch.zeros(B * K, h * W, device=points.device)
    for dy in range(-w, w + 1):
        for dx in range(-w, w + 1):
            ix, iy = px.round() + dx, py.round() + dy
            inside = (ix >= 0) & (ix < W) & (iy >= 0) & (iy < h)
            alpha = (r + .5 - ((ix - px) ** 2 + (iy - py) ** 2).sqrt()).clamp(0, 1) * strength * inside
            sheet.scatter_add_(1, (iy.clamp(0, h - 1) * W + ix.clamp(0, W - 1)).long().reshape(B * K, -1), alpha.reshape(B * K, -1))
    return sheet.reshape(B, K, h, W).clamp(max=1)


def prints(scene, part, t, near, lap):
    """How deep the ground is trodden: the prints of all touches until t [B, K] seconds."""
    own = scene.own
    step = own['pace'] * own['speed']
    z = (part.x + at(lap) - at(own['start'])) * at(own['way'])
    m = z / at(step) - STANCE + 2 * at(own['phase0'])                    # whole at each print
    k = m.round()
    far = (torch.remainder(k, 2) == at(near)).float()                    # even touches are the left foot's
    dx, dy = (m - k) * at(step), part.y - (FLOOR - .006) - .016 * far
    age = at(2 * own['phase0'][:, None] + t / own['pace'][:, None]) - k
    d = ((dx / .026) ** 2 + (dy / .0065) ** 2).sqrt() - 1
    return (.5 - d * .0065 * part.size / 1.2).clamp(0, 1) * (age >= 0) * torch.exp(-age.clamp(min=0) / 16)


def render(scene, c, steps):
    a, own = scene.attributes, scene.own
    B, K = steps.shape
    device = scene.device
    ambient = light.to(light.AMBIENT, a['time'])
    way, t = own['way'][:, None], (steps + 1) * DT
    track = lambda v: v.gather(1, steps)
    p = scene.position[:, :3].gather(2, steps[:, None, :, None].expand(B, 3, K, 2))
    phase = own['phase'].gather(2, steps[:, None].expand(B, 2, K))
    body, hip, lap = p[:, 0, :, 0], track(own['hip']), track(own['lap'])
    near = (own['way'] > 0).long()                                       # walking to the right, the right foot is the near one
    ground_is = lambda name: (a['ground'] == GROUNDS.index(name)).float()
    snow, gravel = ground_is('snow'), ground_is('gravel')
    soft = snow + gravel

    trodden = strip(c, FLOOR - .04, FLOOR + .10)
    if soft.any():
        trodden.shade(prints(scene, trodden, t, near, lap) * at(snow * .26 + gravel * .16))
    one = torch.ones_like(body)
    shadow = c.crop(body, FLOOR * one, .24)
    contact_shadow(shadow, body, (FLOOR - .002) * one, (hip - FLOOR) * .3, .115 * one, .42)
    c.paste(shadow)

    skin, hair = light.to(figure.SKIN, own['skin']) * ambient, light.to(figure.HAIR, own['hair'])
    coat, scarf = light.to(light.PAINT, a['colour']) * ambient, light.to(light.PAINT, SCARF.to(device)[a['colour']])
    trousers, boot = (torch.tensor([v], device=device) * ambient for v in ([.22, .24, .36], [.24, .15, .11]))
    cap = (scarf * snow[:, None] + hair * (1 - snow[:, None])) * ambient  # a woollen hat in the snow
    scarf = scarf * ambient
    neck_x, neck_y = body + way * .014, hip + TORSO

    def leg(side, tone, deep):
        pick = lambda v: v.gather(1, side[:, None, None].expand(B, 1, K))[:, 0]
        fx, fy, f = pick(p[:, 1:3, :, 0]), pick(p[:, 1:3, :, 1]) + deep, torch.frac(pick(phase))
        # The sole rolls: heel first, flat, then over the toes; it comes level again in the swing.
        roll = .34 * (1 - f / .09).clamp(0, 1) - .80 * ((f - .36) / (STANCE - .36)).clamp(0, 1) * (f < STANCE) \
            + (f >= STANCE) * (-.80 + 1.14 * ((f - STANCE) / (1 - STANCE)).clamp(0, 1))
        cs, sn = torch.cos(roll), torch.sin(roll)
        heel_up = (-sn).clamp(min=0) * FOOT
        heel_x, heel_y = fx - way * FOOT * (.5 - (1 - cs) * (roll < 0)), fy + .009 + heel_up
        toe_x, toe_y = heel_x + way * FOOT * cs, heel_y + FOOT * sn
        ankle_x, ankle_y = heel_x + way * .011 * cs - way * .018 * sn, heel_y + .018 * cs
        hx, hy = body + way * (.004 if deep else -.004), hip
        gap = ((ankle_x - hx) ** 2 + (ankle_y - hy) ** 2).sqrt()
        pull = ((THIGH + SHIN) * .998 / gap).clamp(max=1)
        ankle_x, ankle_y = hx + (ankle_x - hx) * pull, hy + (ankle_y - hy) * pull
        kx, ky = figure.elbow(hx, hy, ankle_x, ankle_y, THIGH, SHIN, way)
        figure.limb(c, heel_x, heel_y, toe_x, toe_y, .0115, .0095, boot * tone)
        figure.limb(c, kx, ky, ankle_x, ankle_y, .021, .014, trousers * tone)
        figure.limb(c, (kx + ankle_x) / 2, (ky + ankle_y) / 2, ankle_x, ankle_y, .0185, .0165, boot * tone)
        figure.limb(c, hx, hy, kx, ky, .029, .022, trousers * tone)

    def arm(side, tone):
        swing = -.52 * torch.cos(2 * math.pi * phase.gather(1, side[:, None, None].expand(B, 1, K))[:, 0])
        bend = swing + .30 + .22 * swing.clamp(min=0)
        sx, sy = neck_x - way * .006, neck_y - .018
        ex, ey = sx + way * .078 * torch.sin(swing), sy - .078 * torch.cos(swing)
        gx, gy = ex + way * .066 * torch.sin(bend), ey - .066 * torch.cos(bend)
        figure.limb(c, gx, gy, gx + way * .006, gy - .006, .0135, .0125, skin * tone)
        figure.limb(c, ex, ey, gx, gy, .0185, .0165, coat * tone)
        figure.limb(c, sx, sy, ex, ey, .022, .0185, coat * tone)

    arm(1 - near, .72)
    leg(1 - near, .74, .010)
    leg(near, 1., 0.)
    jacket(c, neck_x, neck_y, body, hip, coat, way)
    tail = torch.sin(2 * math.pi * 2 * phase[:, 0]) * .012
    figure.limb(c, neck_x - way * .028, neck_y + .010, neck_x - way * .085, neck_y - .014 + tail, .013, .010, scarf * .86)
    figure.limb(c, neck_x - way * .085, neck_y - .014 + tail, neck_x - way * .118, neck_y - .026 - tail * .4, .010, .012, scarf * .86)
    bobble_x, bobble_y = neck_x - way * .014, neck_y + NECK - .016 + (HEAD + .008) * snow[:, None]       # without a hat it hides behind the head
    figure.limb(c, bobble_x, bobble_y, bobble_x, bobble_y, .015, .015, cap)
    figure.head(c, neck_x + way * .010, neck_y + NECK - .016, HEAD, own['way'], skin, cap)
    figure.limb(c, neck_x - way * .026, neck_y + .012, neck_x + way * .030, neck_y + .010, .0165, .0165, scarf)
    arm(near, 1.)
    if soft.any():
        alpha, colour = puffs(scene, trodden, lap, phase, snow, gravel, ambient)
        trodden.over(colour, alpha)


def jacket(c, top_x, top_y, low_x, hip, coat, way):
    """The coat: narrow at the shoulders, cut straight below the hips, with a seam down the front."""
    part = c.crop((top_x + low_x) / 2, (top_y + hip - .045) / 2, .135)
    hem = hip - .052
    d, lit = figure.taper(part, top_x, top_y - .012, low_x, hem - .05, .034, .062)
    d = torch.maximum(d, at(hem) - part.y)
    front = (part.x - at(low_x)) * at(way)
    tone = .94 + .15 * lit.clamp(-1, 1) - .10 * ((at(hip) - part.y) / .05).clamp(0, 1)
    part.over((spread(coat) * tone.unsqueeze(2)).clamp(0, 1), part.cover(d))
    part.over(coat * .70, part.cover(((front - .020).abs() - .0022)) * part.cover(d + .006) * .8)
    part.over(coat * .62, part.cover(torch.maximum((part.y - at(hip) - .022).abs() - .006, d)) * .9)
    c.paste(part)


def puffs(scene, part, lap, phase, snow, gravel, ambient):
    """Bits of snow or gravel that a touch throws up: free flight from the foot, new ones at each touch -> (alpha, colour)."""
    own = scene.own
    B, _, K = phase.shape
    n = phase.floor()
    age = ((phase - n) * 2 * own['pace'][:, None, None])[..., None]                                   # s since the touch [B, 2, K, 1]
    j = torch.arange(GRAINS, device=scene.device)
    h1, h2 = (torch.frac(torch.sin(n[..., None] * a + j * b + own['seed'][:, None, None, None] * 50) * 4375.5).abs() for a, b in ((12.98, 78.23), (39.34, 11.13)))
    force = own['strength'].gather(2, torch.remainder(n, 16).long())[..., None]
    foot = torch.arange(2, device=scene.device)[None, :, None]
    z = own['speed'][:, None, None] * ((n - own['phase0'][:, None, None] - foot / 2) * 2 * own['pace'][:, None, None] + STANCE * own['pace'][:, None, None])
    x = (own['start'][:, None, None] + own['way'][:, None, None] * z - lap[:, None])[..., None]
    vx, vy = (h1 - .5) * .62 * force + own['way'][:, None, None, None] * .10, (.22 + .42 * h2) * force
    fall = .62 * snow + 1. * gravel                                       # snow is light: air holds it
    y = FLOOR + .004 + vy * age - .5 * GRAVITY * fall[:, None, None, None] * age * age
    x = x + own['way'][:, None, None, None] * .02 + (h1 - .5) * .05 + vx * age
    live = ((y > FLOOR - .004) & (age < .5)) * (.95 - 1.4 * age).clamp(min=0) * (snow + gravel)[:, None, None, None] * (.5 + .5 * h2)
    flat = lambda v: v.permute(0, 2, 1, 3).reshape(B, K, -1)
    alpha = stipple(part, torch.stack([flat(x), flat(y)], -1), .0062, flat(live))
    colour = (snow[:, None] * torch.tensor([[.99, .995, 1.]], device=scene.device) + gravel[:, None] * torch.tensor([[.36, .32, .28]], device=scene.device)) * ambient
    return alpha, colour


def sounds(scene):
    """Snow: a crunch of many grains pressed together. Wood: hollow boards. Gravel: stones that grate. Heel first, then the sole."""
    own, device, B = scene.own, scene.device, scene.batch
    ground = scene.attributes['ground']
    is_ = lambda name: (ground == GROUNDS.index(name)).float()[:, None]
    struck = sound.train(scene.hits[:, 1:3])                             # [B, 2, SAMPLES]
    both = struck.sum(1)
    t = sound.clock(.42, device)

    def grains(low, high, rate, length):
        """Endless sparse crackle: no two steps sound the same."""
        ticks = (torch.rand(B, SAMPLES, device=device) < rate) * torch.randn(B, SAMPLES, device=device)
        k = torch.arange(int(length * 4), device=device)
        tick = sound.band_noise((1, len(k)), low, high, device)[0] * torch.exp(-k / length)
        return sound.convolve(ticks, tick) / (rate * length) ** .5 * .55

    attack = (t * 1800).clamp(max=1)
    bump = lambda at_, width: torch.exp(-((t - at_) / width) ** 2)
    press = attack * torch.exp(-t * 34) * 1.1 + .85 * bump(.105, .045)
    grate = attack * torch.exp(-t * 24) * 1.1 + .75 * bump(.10, .05) + .30 * bump(.20, .06)
    snow = sound.convolve(both, press) * (grains(500., 3400., .045, 26.) + .25 * sound.band_noise((B, SAMPLES), 1200., 4200., device)) * .50
    gravel = sound.convolve(both, grate) * (grains(1500., 7000., .022, 15.) + .12 * sound.band_noise((B, SAMPLES), 600., 5000., device)) * .62
    thud = attack * torch.exp(-t * 48) * torch.sin(2 * math.pi * 88 * t)
    wood = 0
    for i, pitch in enumerate((1., 1.07)):
        f, d, g = (112., 196., 318., 505., 830.), (24., 30., 36., 48., 70.), (1., .8, .5, .3, .2)
        knock = sum(gg * torch.exp(-dd * t) * torch.sin(2 * math.pi * ff * pitch * t) for ff, dd, gg in zip(f, d, g)) + sound.band_noise((1, len(t)), 400., 4500., device)[0] * torch.exp(-t * 160) * .7
        knock = knock * attack
        late = int(.085 * 16000)
        wood = wood + sound.convolve(struck[:, i], knock + .32 * torch.nn.functional.pad(knock, (late, 0))[:len(t)])
    low = sound.convolve(both, thud)
    wave = is_('snow') * (snow + .40 * low) + is_('gravel') * (gravel + .30 * low) + is_('wood') * wood * .62
    return sound.room(wave, (scene.attributes['place'] == PLACES.index('room')).float() * .8 + .08)
