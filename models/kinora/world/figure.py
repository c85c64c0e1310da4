"""People: limbs, joints and heads for the scene families that show someone, each painted on a crop of its own so that they cost little."""
import torch

from .draw import at, disc, spread

SKIN = torch.tensor([[.96, .78, .64], [.78, .55, .40], [.48, .32, .24]])
HAIR = torch.tensor([[.16, .11, .10], [.42, .24, .12], [.70, .48, .20]])


def elbow(ax, ay, bx, by, upper, lower, way):
    """The joint between a and b of a two-bone limb, by the law of cosines; `way` ±1 is the side to which it bends. b must be within reach."""
    dx, dy = bx - ax, by - ay
    d = (dx * dx + dy * dy).sqrt().clamp(min=1e-4)
    along = ((upper * upper - lower * lower + d * d) / (2 * d))
    out = (upper * upper - along * along).clamp(min=0).sqrt() * way
    return ax + (dx * along - dy * out) / d, ay + (dy * along + dx * out) / d


def taper(c, ax, ay, bx, by, ra, rb):
    """Distance to a rounded limb whose radius goes from `ra` at a to `rb` at b -> (distance, how far towards the light each pixel lies, −1…1)."""
    px, py, dx, dy = c.x - at(ax), c.y - at(ay), at(bx - ax), at(by - ay)
    h = ((px * dx + py * dy) / (dx * dx + dy * dy + 1e-9)).clamp(0, 1)
    ux, uy = px - dx * h, py - dy * h
    r = at(ra) + at(rb - ra) * h if torch.is_tensor(ra) else ra + (rb - ra) * h
    return (ux * ux + uy * uy).sqrt() - r, (uy * .6 - ux * .5) / r


def limb(c, ax, ay, bx, by, ra, rb, colour):
    """Paints a limb from a to b [B, K] with radii `ra`, `rb` (numbers), softly lit from the upper left. colour [B, 3] or [B, K, 3]."""
    half = float(((bx - ax) ** 2 + (by - ay) ** 2).max()) ** .5 / 2 + max(ra, rb) + .006
    part = c.crop((ax + bx) / 2, (ay + by) / 2, half)
    d, lit = taper(part, ax, ay, bx, by, ra, rb)
    part.over((spread(colour) * (.94 + .16 * lit.clamp(-1, 1)).unsqueeze(2)).clamp(0, 1), part.cover(d))
    c.paste(part)


def head(c, x, y, r, way, skin, hair):
    """Paints a head in profile at x, y [B, K], r (number), looking to `way` ±1 [B]: face, nose, eye and a cap of hair. skin, hair [B, 3]."""
    part = c.crop(x, y, r * 1.5)
    u, v = (part.x - at(x)) * at(way), part.y - at(y)
    face = torch.minimum(disc(part, x, y, torch.full_like(x, r)), ((u - r * 1.0) ** 2 + (v + r * .12) ** 2).sqrt() - r * .17)
    part.over((spread(skin) * (1 + .10 * (v - u) / r).clamp(.8, 1.1).unsqueeze(2)).clamp(0, 1), part.cover(face))
    mop = torch.maximum(((u + r * .12) ** 2 + (v - r * .12) ** 2).sqrt() - r * 1.10, (u * .80 - v * .75) - r * .04)
    part.over((spread(hair) * (1 + .25 * v / r).unsqueeze(2)).clamp(0, 1), part.cover(mop))
    part.over(torch.full_like(skin, .12), part.cover(((u - r * .55) ** 2 + (v + r * .02) ** 2).sqrt() - r * .12))
    c.paste(part)
