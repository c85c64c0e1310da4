"""The camera: still, a slow pan, a slow zoom, a hand-held shake, or one that follows what moves. One batch shares whether it moves, so that still backgrounds are drawn once."""
import torch

from .clip import CAMERAS, DT, SECONDS, STEPS

MARGIN = 1.1                               # a moving camera never sees beyond a picture this much wider
FOLLOWED = ('balls', 'basketball', 'water', 'footsteps', 'cars', 'explosion')      # families whose object 0 a camera may follow
CLOSE, CALM = 1.3, .22                     # zoom of a camera that follows; s: it averages so long three times over
REACH = MARGIN / 2 - .5 / CLOSE            # so far from the middle may it go


def move(B, device, a, path=None):
    """Draws the camera, time of day and style into the attributes `a` and returns the track [B, STEPS, 3]: centre x, y, zoom. `path` [B, STEPS, 2]: of an object that may be followed."""
    a.setdefault('time', torch.multinomial(torch.tensor([.5, .25, .25]), B, replacement=True).to(device))
    a.setdefault('style', torch.multinomial(torch.tensor([.76, .06, .10, .08]), B, replacement=True).to(device))
    moving = bool(torch.rand(()) < .3)
    kind = torch.randint(1, CAMERAS.index('follow') + (path is not None), (B,), device=device) if moving else torch.zeros(B, dtype=torch.long, device=device)
    a['camera'] = kind
    t = torch.linspace(0, 1, STEPS, device=device)[None]
    is_ = lambda name: (kind == CAMERAS.index(name)).float()[:, None]
    way = torch.where(torch.rand(B, 1, device=device) < .5, -1., 1.)
    f1, f2, p = 5 + 3 * torch.rand(B, 1, device=device), 6 + 3 * torch.rand(B, 1, device=device), torch.rand(B, 1, device=device) * 6
    seconds = t * SECONDS
    x = .5 + is_('pan') * way * (t - .5) * .14 + is_('shake') * .011 * torch.sin(6.283 * f1 * seconds * .7 + p)
    y = .5 + is_('shake') * .009 * torch.sin(6.283 * f2 * seconds * .6 + p * 2)
    zoom = 1 + (is_('pan') + is_('shake')) * .08 + is_('zoom') * (.12 + way * (t - .5) * .24)
    track = torch.stack([x, y.expand_as(x), zoom.expand_as(x)], -1)
    return track if path is None or not moving else torch.where(is_('follow')[..., None] > 0, follow(path), track)


def follow(path):
    """The track [B, STEPS, 3] of a camera that goes calmly after a path [B, STEPS, 2], as far as the picture reaches."""
    half = int(CALM / DT) // 2
    v = path.transpose(1, 2)                                             # [B, 2, STEPS]
    for _ in range(3): v = torch.nn.functional.avg_pool1d(torch.nn.functional.pad(v, (half, half), mode='replicate'), 2 * half + 1, 1)
    centre = .5 + REACH * torch.tanh(.8 / REACH * (v - .5)).transpose(1, 2)
    return torch.cat([centre, torch.full_like(centre[..., :1], CLOSE)], -1)
