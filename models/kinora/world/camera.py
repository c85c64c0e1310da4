"""The camera: still, a slow pan, a slow zoom, or a hand-held shake. One batch shares whether it moves, so that still backgrounds are drawn once."""
import torch

from .clip import CAMERAS, SECONDS, STEPS, STYLES, TIMES


def move(B, device, a):
    """Draws the camera, time of day and style into the attributes `a` and returns the track [B, STEPS, 3]: centre x, y, zoom."""
    a.setdefault('time', torch.multinomial(torch.tensor([.5, .25, .25]), B, replacement=True).to(device))
    a.setdefault('style', torch.multinomial(torch.tensor([.76, .06, .10, .08]), B, replacement=True).to(device))
    moving = bool(torch.rand(()) < .3)
    kind = torch.randint(1, 4, (B,), device=device) if moving else torch.zeros(B, dtype=torch.long, device=device)
    a['camera'] = kind
    t = torch.linspace(0, 1, STEPS, device=device)[None]
    is_ = lambda name: (kind == CAMERAS.index(name)).float()[:, None]
    way = torch.where(torch.rand(B, 1, device=device) < .5, -1., 1.)
    f1, f2, p = 5 + 3 * torch.rand(B, 1, device=device), 6 + 3 * torch.rand(B, 1, device=device), torch.rand(B, 1, device=device) * 6
    seconds = t * SECONDS
    x = .5 + is_('pan') * way * (t - .5) * .14 + is_('shake') * .011 * torch.sin(6.283 * f1 * seconds * .7 + p)
    y = .5 + is_('shake') * .009 * torch.sin(6.283 * f2 * seconds * .6 + p * 2)
    zoom = 1 + (is_('pan') + is_('shake')) * .08 + is_('zoom') * (.12 + way * (t - .5) * .24)
    return torch.stack([x, y.expand_as(x), zoom.expand_as(x)], -1)
