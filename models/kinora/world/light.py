"""The look: palettes by time of day, backgrounds, grounds, and the four styles. Flat-vector illustration: few colours, soft light, clean edges."""
import math

import torch

from .clip import GROUNDS, PLACES, STYLES, TIMES
from .draw import Canvas, at, box, disc, spread

PAINT = torch.tensor([[.88, .20, .18], [.95, .53, .13], [.97, .80, .20], [.24, .66, .32], [.18, .42, .87], [.53, .28, .74], [.95, .50, .67], [.94, .93, .90]])

SKY_TOP = torch.tensor([[.36, .66, .92], [.36, .25, .52], [.04, .06, .17]])          # by time
SKY_LOW = torch.tensor([[.82, .93, .98], [.99, .66, .42], [.13, .18, .37]])
FAR = torch.tensor([[.56, .74, .80], [.58, .32, .46], [.10, .14, .29]])               # distant silhouettes
NEAR = torch.tensor([[.36, .60, .55], [.36, .20, .36], [.06, .09, .20]])
WALL = torch.tensor([[.93, .87, .77], [.93, .70, .54], [.27, .28, .42]])
AMBIENT = torch.tensor([[1., 1., 1.], [1., .88, .80], [.66, .70, .90]])
GROUND = torch.tensor([[.74, .51, .31], [.60, .60, .63], [.42, .68, .32], [.76, .90, .96], [.95, .96, .99], [.58, .53, .48], [.80, .54, .32], [.20, .50, .70], [.90, .80, .58], [.36, .37, .41]])


def to(table, ids): return table.to(ids.device)[ids]


def vertical(c, low, high, y0, y1):
    """Gradient between two colours [B, 3] from height y0 to y1 -> [B, K, 3, H, W]."""
    k = ((c.y - y0) / (y1 - y0)).clamp(0, 1).unsqueeze(2)
    return spread(low) * (1 - k) + spread(high) * k


def paint_place(c, a, ground_y, seed):
    """Sky or wall, sun or moon, and what stands behind. a: attributes; ground_y [B]: the back edge of the ground; seed [B] in 0…1 varies the shapes."""
    time, place = a['time'], a['place']
    c.image = vertical(c, to(SKY_LOW, time), to(SKY_TOP, time), .25, 1.05).expand_as(c.image).clone()
    sx, sy = .15 + .7 * seed, .72 + .16 * torch.cos(seed * 40)
    glow, core = torch.tensor([[1., .97, .80], [1., .72, .38], [.88, .92, 1.]], device=c.x.device)[time], torch.tensor([.055, .085, .05], device=c.x.device)[time]
    d = disc(c, sx, sy, core)
    c.light(glow, .5 * torch.exp(-(d.clamp(min=0) * 9)))
    c.over(glow, c.cover(d))
    stars = (time == TIMES.index('night')).float()
    cell_x, cell_y = (c.x * 14).floor(), (c.y * 14).floor()
    h = torch.frac(torch.sin(cell_x * 12.98 + cell_y * 78.23 + at(seed) * 9) * 43758.5)
    near = ((c.x * 14 - cell_x - .5) ** 2 + (c.y * 14 - cell_y - .5) ** 2).sqrt() / 14
    c.light(torch.ones_like(glow), at(stars) * (h > .8) * c.cover(near - .003) * .7)
    is_ = lambda name: at((place == PLACES.index(name)).float())
    hill = lambda f, p, h: at(ground_y) + h * (.55 + .3 * torch.sin(c.x * f + p) + .15 * torch.sin(c.x * f * 2.3 + p * 1.7))
    far, near_ = to(FAR, time), to(NEAR, time)
    p = at(seed) * 20
    c.over(far, is_('hills') * c.cover(c.y - hill(5, p, .26)))
    c.over(near_, is_('hills') * c.cover(c.y - hill(8, p + 2, .13)))
    for cells, top, colour, off in ((9, .36, far, 0.), (6, .22, near_, .37)):
        i = ((c.x + off) * cells).floor()
        roof = at(ground_y) + top * (.35 + .65 * torch.frac(torch.sin(i * 91.7 + p * 3) * 4375.5))
        c.over(colour, is_('city') * c.cover(c.y - roof))
        if cells == 6:
            u, v = torch.frac((c.x + off) * cells * 4), torch.frac(c.y * 26)
            lit = torch.frac(torch.sin(((c.x + off) * cells * 4).floor() * 3.3 + (c.y * 26).floor() * 7.7 + p) * 917.3)
            window = (u > .3) & (u < .75) & (v > .3) & (v < .8) & (lit > .45) & (c.y < roof - .012) & (c.y > at(ground_y))
            warm = torch.tensor([[.80, .90, .93], [1., .80, .45], [1., .85, .50]], device=c.x.device)[time]
            c.over(warm, is_('city') * window * .75)
    sea = vertical(c, to(NEAR, time) * .5 + torch.tensor([.05, .18, .28], device=c.x.device), to(FAR, time) * .7 + torch.tensor([.02, .10, .15], device=c.x.device), 0., .55)
    c.over(sea.expand_as(c.image), is_('sea') * c.cover(c.y - at(ground_y) - .11))
    glitter = torch.exp(-((c.x - at(sx)) / .09) ** 2) * (torch.sin(c.y * 220 + torch.sin(c.x * 40) * 2) > .5) * (c.y < at(ground_y) + .11)
    c.light(glow, is_('sea') * glitter * .35)
    room = is_('room')
    wall = vertical(c, to(WALL, time) * .90, to(WALL, time), .15, .95)
    c.over(wall.expand_as(c.image), room.expand_as(c.x))
    wx = .22 + .56 * seed
    frame = box(c, wx, torch.full_like(wx, .70), torch.full_like(wx, .13), torch.full_like(wx, .15), radius=.01)
    c.over(to(WALL, time) * .72, room * c.cover(frame - .014))
    c.over(vertical(c, to(SKY_LOW, time), to(SKY_TOP, time), .5, .9).expand_as(c.image), room * c.cover(frame))
    bars = torch.minimum((c.x - at(wx)).abs() - .005, (c.y - .70).abs() - .005)
    c.over(to(WALL, time) * .72, room * c.cover(torch.maximum(bars, frame)))
    c.over(to(WALL, time) * .80, room * c.cover((c.y - at(ground_y) - .018).abs() - .018))
    return sx


def paint_ground(c, a, back, front_y):
    """The ground from its back edge downwards; front_y [B]: the line on which things stand. Texture follows the material."""
    ground, time = a['ground'], a['time']
    base = to(GROUND, ground) * to(AMBIENT, time)
    c.over(vertical(c, base * .86, base * 1.04, 0., .3).clamp(0, 1).expand_as(c.image), c.cover(c.y - at(back)))
    depth = (at(back) - c.y).clamp(min=0)
    inside = (depth > 0).float()
    row = torch.log2(1 + depth * 14)
    is_ = lambda *names: sum(at((ground == GROUNDS.index(n)).float()) for n in names)
    fan = (c.x - .5) / (1 + depth * 1.6)
    plank = (torch.frac(fan * 9) - .5).abs() > .47
    c.shade(is_('wood', 'court') * inside * plank * .22)
    board = torch.frac(torch.sin((fan * 9).floor() * 17.3) * 43.7)
    c.shade(is_('wood', 'court') * inside * board * .10)
    joint = (torch.frac(row * 1.6) < .07) | ((torch.frac(fan * 7 + .5 * (row * 1.6).floor()) - .5).abs() > .48)
    c.shade(is_('stone') * inside * joint * .20)
    speck = torch.frac(torch.sin((c.x * 46).floor() * 12.9 + (c.y * 70).floor() * 78.2) * 4375.8)
    c.shade(is_('gravel') * inside * speck * .40)
    c.light(torch.ones(c.x.shape[0], 3, device=c.x.device), is_('snow') * inside * (speck > .93) * .5)
    blade = torch.sin(c.x * 150 + torch.sin(c.y * 60) * 3) * torch.sin(c.y * 90)
    c.shade(is_('grass') * inside * (blade > .45) * .13)
    tuft = (torch.frac(c.x * 34) - .5).abs() * .03 - (c.y - at(back) - .0) * .7
    c.over(base * .92, is_('grass') * c.cover(-tuft + .0) * (c.y > at(back)) * (c.y < at(back) + .014))
    streak = torch.sin((c.x * .8 + c.y * 2.2) * 26) * torch.sin((c.x - c.y) * 9)
    c.light(torch.ones(c.x.shape[0], 3, device=c.x.device), is_('ice') * inside * (streak > .55) * .45)
    c.shade(inside * torch.exp(-depth * 60) * .10)


def finish(image, style):
    """Applies the clip's style to its pictures: [B, K, 3, H, W] in 0…1."""
    H, device = image.shape[-1], image.device
    g = (torch.arange(H, device=device) + .5) / H - .5
    r2 = g[:, None] ** 2 + g[None, :] ** 2
    out = image * (1 - .22 * r2)
    pick = lambda name: (style == STYLES.index(name))
    if pick('noir').any():
        m = pick('noir')
        lum = (image[m] * torch.tensor([.30, .59, .11], device=device)[None, None, :, None, None]).sum(2, keepdim=True)
        s = ((lum - .45) * 1.5 + .42).clamp(0, 1)
        out[m] = (s * torch.tensor([.98, .97, .93], device=device)[None, None, :, None, None] + .02) * (1 - .9 * r2)
    if pick('neon').any():
        m = pick('neon')
        lum = image[m].mean(2, keepdim=True)
        vivid = (lum + (image[m] - lum) * 2.1).clamp(0, 1)
        dark = vivid ** 1.9
        out[m] = (dark * torch.tensor([.86, .66, 1.05], device=device)[None, None, :, None, None] + torch.tensor([.05, .01, .12], device=device)[None, None, :, None, None]).clamp(0, 1)
    if pick('paper').any():
        m = pick('paper')
        steps = (image[m] * 7).floor() / 7 * .45 + image[m] * .55
        y, x = torch.meshgrid(torch.arange(H, device=device) / H, torch.arange(H, device=device) / H, indexing='ij')
        grain = torch.sin(x * 190 + torch.sin(y * 130) * 2) * torch.sin(y * 210 + torch.sin(x * 90) * 2)
        out[m] = (steps * .80 + torch.tensor([.19, .165, .11], device=device)[None, None, :, None, None]) * (1 + .02 * grain)
    return out.clamp(0, 1)


def ball(c, x, y, r, colour, material, angle, ambient):
    """A shaded ball. x, y, angle [B, K]; r [B]; colour [B, 3]; material [B] (index into MATERIALS); ambient [B, 3]."""
    d = disc(c, x, y, r)
    alpha = c.cover(d)
    R = at(r)
    u, v = (c.x - at(x)) / R, (c.y - at(y)) / R
    cs, sn = torch.cos(at(angle)), torch.sin(at(angle))
    ru, rv = u * cs + v * sn, v * cs - u * sn
    rubber, metal, wood, glass = (at((material == i).float()) for i in range(4))
    base = spread(colour * ambient)
    lit = (u * -.45 + v * .6 + .12).unsqueeze(2)
    tone = (.86 + .30 * lit).clamp(.5, 1.15)
    body = (base * tone).expand_as(c.image).clone()
    stripe = c.cover((rv.abs() - .22) * R) * rubber
    body += stripe.unsqueeze(2) * ((base * .55 + .45 * spread(ambient)) * tone - body)
    band = .5 + .5 * torch.tanh((v + .15 * torch.sin(u * 3)) * 6)
    steel = (.35 + .65 * band).unsqueeze(2) * (base * .62 + .30)
    body += metal.unsqueeze(2) * (steel - body)
    ring = torch.sin(((ru - .3) ** 2 * .6 + (rv * 1.5) ** 2).sqrt() * 17)
    body += wood.unsqueeze(2) * ((base * .72 + torch.tensor([.16, .09, .03], device=c.x.device)[None, None, :, None, None]) * tone * (1 - .16 * (ring > .2).float().unsqueeze(2)) - body)
    rim = ((u * u + v * v) ** 2.2).clamp(0, 1)
    alpha = alpha * (1 - glass * (1 - (.40 + .55 * rim)))
    body += glass.unsqueeze(2) * ((base * .8 + .2 + .15 * rim.unsqueeze(2)) - body)
    c.over(body.clamp(0, 1), alpha)
    spot = torch.exp(-((u + .36) ** 2 + (v - .42) ** 2) / (.035 + .06 * rubber))
    c.light(ambient, spot * c.cover(d) * (.30 * rubber + .85 * metal + .22 * wood + .9 * glass))
