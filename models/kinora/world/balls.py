"""Balls of rubber, metal, wood and glass that fall, bounce, roll and collide: free flight, restitution by material, equal-density spheres."""
import torch

from . import echo, light, sound
from .clip import COLOURS, DT, GRAVITY, MATERIALS, OBJECTS, STEPS, SUBSTEPS, Scene, draw_attribute, held_out
from .camera import move
from .draw import Canvas, contact_shadow

RESTITUTION = torch.tensor([.84, .70, .56, .74])            # by MATERIALS
GROUND_FACTOR = torch.tensor([.96, 1., .62, .93, .4, .6, .98, 1., .4, 1.])  # by GROUNDS
LISTEN = .06                                                # slower contacts make no sound (picture sides / s)
FLOOR = .18


def simulate(B, device, split='train'):
    colour, material = (draw_attribute(n, o, B * 2, device).reshape(2, B) for n, o in (('colour', COLOURS), ('material', MATERIALS)))
    if split == 'train':
        while held_out(colour, material).any():
            m = held_out(colour, material)
            colour = torch.where(m, torch.randint_like(colour, 0, 8), colour)
    two = torch.rand(B, device=device) < .3
    a = dict(colour=colour[0], material=material[0], ground=draw_attribute('ground', ['wood', 'stone', 'grass', 'ice'], B, device),
             place=draw_attribute('place', ['room', 'hills', 'city', 'sea'], B, device, [.4, .25, .2, .15]),
             count=two.long() + 1, colour2=torch.where(two, colour[1], -1), material2=torch.where(two, material[1], -1))
    n = torch.rand(2, B, device=device)
    r = .065 + .05 * n
    floor = FLOOR
    x = torch.stack([.18 + .25 * torch.rand(B, device=device), .57 + .25 * torch.rand(B, device=device)])
    x[0] = torch.where(two, x[0], .25 + .5 * torch.rand(B, device=device))
    x[1] = torch.where(two, x[1], torch.full_like(x[1], 9. ))
    y = floor + r + .16 + .46 * torch.rand(2, B, device=device)
    vx = (torch.rand(2, B, device=device) - .5) * .8
    vx = torch.where(two, torch.stack([vx[0].abs() + .15, -vx[1].abs() - .15]), vx)
    vy = (torch.rand(2, B, device=device) - .4) * .8
    still = torch.rand(2, B, device=device) < .06                       # at rest from the start: a film goes on after the last bounce
    y, vy = torch.where(still, floor + r, y), torch.where(still, torch.zeros_like(vy), vy)
    e = RESTITUTION.to(device)[material] * GROUND_FACTOR.to(device)[a['ground']]
    mass = r ** 3
    lead = torch.randint(0, SUBSTEPS, (B,), device=device) * (torch.rand(B, device=device) < .5)   # half the clips start in mid-motion
    total = STEPS + SUBSTEPS
    P, V, H = [], [], []
    left, right = .045, .955
    for _ in range(total):
        vy_old = vy
        vy = vy - GRAVITY * DT
        x, y = x + vx * DT, y + (vy + vy_old) * (.5 * DT)
        down = (y - r < floor) & (vy < 0)
        hit = torch.where(down, -vy, torch.zeros_like(vy))
        rest = down & (vy > -.05)
        vy = torch.where(down, torch.where(rest, torch.zeros_like(vy), -vy * e), vy)
        y = torch.where(down, torch.full_like(y, floor) + r, y)
        vx = torch.where(down, vx * torch.where(rest, 1 - .4 * DT, .94), vx)
        side = ((x - r < left) & (vx < 0)) | ((x + r > right) & (vx > 0) & (x < 5))
        hit = hit + torch.where(side, vx.abs(), torch.zeros_like(vx))
        vx = torch.where(side, -vx * RESTITUTION.to(device)[material], vx)
        dx, dy = x[1] - x[0], y[1] - y[0]
        dist = (dx * dx + dy * dy).sqrt()
        nx, ny = dx / dist, dy / dist
        approach = (vx[0] - vx[1]) * nx + (vy[0] - vy[1]) * ny
        touch = (dist < r.sum(0)) & (approach > 0)
        bounce = torch.minimum(RESTITUTION.to(device)[material[0]], RESTITUTION.to(device)[material[1]])
        j = torch.where(touch, (1 + bounce) * approach * mass[0] * mass[1] / mass.sum(0), torch.zeros_like(approach))
        vx = vx + torch.stack([-j * nx / mass[0], j * nx / mass[1]])
        vy = vy + torch.stack([-j * ny / mass[0], j * ny / mass[1]])
        hit = hit + torch.where(touch, approach, torch.zeros_like(approach)) * .8
        P.append(torch.stack([x, y], -1)); V.append(torch.stack([vx, vy], -1)); H.append(hit)
    window = lead[None, :, None] + torch.arange(STEPS, device=device)                       # [1, B, STEPS]
    cut = lambda s: torch.stack(s, 2).gather(2, (window[..., None] if s[0].dim() == 3 else window).expand(2, B, STEPS, *([2] if s[0].dim() == 3 else []))).transpose(0, 1)
    P, V, H = cut(P), cut(V), cut(H)
    H = H * torch.stack([torch.ones_like(two), two], 1)[..., None]       # a ball that is not there is not heard
    H = (torch.where(H > LISTEN, H, torch.zeros_like(H)) / 3.2).clamp(max=1)
    pad = lambda s: torch.cat([s, torch.zeros(B, OBJECTS - 2, *s.shape[2:], device=device)], 1)
    size = torch.stack([r[0], torch.where(two, r[1], torch.zeros_like(r[1]))], 1)
    spin = torch.cumsum(-V[..., 0] / size.clamp(min=.05)[..., None] * DT, -1)
    a['echo'] = echo.draw(B, device)
    return Scene('balls', a, move(B, device, a, P[:, 0]), pad(P), pad(V), pad(size), pad(H), torch.zeros(B, STEPS, device=device),
                 dict(turn=spin, seed=torch.rand(B, device=device), floor=floor))


def render(scene, c, steps):
    """Paints onto canvas `c` (background frames of still cameras are widened by the caller's `backdrop`). steps [B, K] on the physics clock."""
    a, own = scene.attributes, scene.own
    ambient = light.to(light.AMBIENT, a['time'])
    for i in range(2):
        r = scene.size[:, i]
        if not (r > 0).any(): continue
        p = scene.position[:, i].gather(1, steps[..., None].expand(-1, -1, 2))
        x, y, angle = p[..., 0], p[..., 1], own['turn'][:, i].gather(1, steps)
        shown, half = r.clamp(min=1e-4), float(r.max())
        shadow = c.crop(x, torch.full_like(x, own['floor'] - .004), half * 2.6)
        contact_shadow(shadow, x, torch.full_like(r, own['floor'] - .004), y - own['floor'] - r[:, None], shown[:, None])
        c.paste(shadow)
        part = c.crop(x, y, half * 1.06)
        light.ball(part, x, y, shown, light.to(light.PAINT, a['colour' if i == 0 else 'colour2'].clamp(min=0)), a['material' if i == 0 else 'material2'].clamp(min=0), angle, ambient)
        c.paste(part)


def backdrop(scene, c):
    floor = torch.full((scene.batch,), scene.own['floor'] + .07, device=scene.device)
    light.paint_place(c, scene.attributes, floor, scene.own['seed'])
    light.paint_ground(c, scene.attributes, floor, floor)


def sounds(scene):
    a = scene.attributes
    struck = sound.train(scene.hits[:, :2])                              # [B, 2, SAMPLES]
    ring = torch.stack([sound.modes(a['material'], scene.size[:, 0]), sound.modes(a['material2'].clamp(min=0), scene.size[:, 1])], 1)
    wave = sound.convolve(struck, ring).sum(1) * .55
    wave = wave + sound.convolve(struck.sum(1), sound.ground_thump(a['ground'])) * .8
    return sound.room(wave, (a['place'] == 0).float() * .8 + .1)
