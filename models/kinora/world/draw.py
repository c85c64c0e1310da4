"""Drawing: signed-distance shapes, soft shadows and gradients on a batch of canvases, in the world's units, anti-aliased at any size."""
import torch


class Canvas:
    """`image` [B, K, 3, H, W] in 0…1; `x`, `y` [B, K, H, W] are the world positions of the pixels, seen through the camera."""

    def __init__(self, size, camera):      # camera [B, K, 3]
        B, K, _ = camera.shape
        g = (torch.arange(size, device=camera.device) + .5) / size - .5
        zoom = camera[..., 2, None, None]
        self.size, self.zoom = size, zoom
        self.x = camera[..., 0, None, None] + (g[None, None, None, :] / zoom).expand(B, K, size, size)
        self.y = camera[..., 1, None, None] - (g[None, None, :, None] / zoom).expand(B, K, size, size)
        self.image = torch.zeros(B, K, 3, size, size, device=camera.device)
        self.camera = camera

    def widen(self, K, camera):
        """A background painted for one frame becomes that of K frames (the camera stands still)."""
        full = Canvas.__new__(Canvas)
        B, _, H, W = self.x.shape
        full.size, full.zoom, full.camera = self.size, self.zoom.expand(B, K, 1, 1), camera
        full.x, full.y = self.x.expand(B, K, H, W), self.y.expand(B, K, H, W)
        full.image = self.image.expand(B, K, 3, H, W).clone()
        return full

    def seen_by(self, camera, size):
        """What a moving camera [B, K, 3] sees of this still picture: a canvas of K frames."""
        c = Canvas(size, camera)
        B, K, H, W = c.x.shape
        back = self.camera[:, :, None, None]
        at_x, at_y = ((v - back[..., i]) * back[..., 2] * 2 for i, v in enumerate((c.x, c.y)))
        grid = torch.stack([at_x, -at_y], -1).reshape(B, K * H, W, 2)
        seen = torch.nn.functional.grid_sample(self.image[:, 0], grid, padding_mode='border', align_corners=False)
        c.image = seen.reshape(B, 3, K, H, W).transpose(1, 2).contiguous()
        return c

    def pick(self, mask):
        """The frames where mask [B, K] is true, as a canvas of N clips of one frame -> (canvas, clip index [N]); `put` brings them back."""
        b, k = mask.nonzero(as_tuple=True)
        part = Canvas.__new__(Canvas)
        part.size, part.camera, part.where = self.size, self.camera[b, k][:, None], (b, k)
        part.zoom = self.zoom.expand(*mask.shape, 1, 1)[b, k][:, None]
        part.x, part.y, part.image = (v[b, k][:, None] for v in (self.x, self.y, self.image))
        return part, b

    def put(self, part): self.image[part.where] = part.image[:, 0]

    def view(self, clips, x, y, scale, home):
        """Some clips in another scale, so that what is painted in the world of its own stands elsewhere and smaller: its point `home` (two numbers) comes to x, y [n] and its unit to
        `scale` [n]. clips [n]: indices; the picture is a copy, `back` brings it home."""
        part = Canvas.__new__(Canvas)
        x, y, s = x[:, None], y[:, None], scale[:, None]
        B, K, H, W = self.x.shape
        part.size, part.where = self.size, clips
        part.zoom = self.zoom.expand(B, K, 1, 1)[clips] * at(s)
        camera = self.camera.expand(B, K, 3)[clips]
        part.camera = torch.stack([(camera[..., 0] - x) / s + home[0], (camera[..., 1] - y) / s + home[1], camera[..., 2] * s], -1)
        part.x = ((self.x[clips, :, :1] - at(x)) / at(s) + home[0]).expand(len(clips), K, H, W)      # a column has one x, a row one y
        part.y = ((self.y[clips, :, :, :1] - at(y)) / at(s) + home[1]).expand(len(clips), K, H, W)
        part.image = self.image[clips]
        return part

    def back(self, part): self.image[part.where] = part.image

    def crop(self, x, y, half):
        """A small canvas that follows an object: the square of ±`half` (world) around x, y [B, K]. Paint on it, then `paste` it back."""
        B, K = x.shape
        H = self.size
        zoom = self.zoom[..., 0, 0].expand(B, K)
        w = min(H, int(2 * half * float(zoom.max()) * H) + 2)
        px = ((x - self.camera[..., 0]) * zoom + .5) * H - w / 2
        py = (.5 - (y - self.camera[..., 1]) * zoom) * H - w / 2
        span = torch.arange(w, device=x.device)
        ix = px.round().clamp(0, H - w).long()[..., None] + span                        # [B, K, w]
        iy = py.round().clamp(0, H - w).long()[..., None] + span
        part = Canvas.__new__(Canvas)
        part.size, part.zoom, part.camera = H, self.zoom, self.camera
        part.where = (iy[..., :, None] * H + ix[..., None, :]).reshape(B, K, 1, w * w)
        part.x = self.camera[..., 0, None, None] + ((ix + .5) / H - .5)[..., None, :] / self.zoom + torch.zeros(1, 1, w, 1, device=x.device)
        part.y = self.camera[..., 1, None, None] - ((iy + .5) / H - .5)[..., :, None] / self.zoom + torch.zeros(1, 1, 1, w, device=x.device)
        part.image = self.image.reshape(B, K, 3, H * H).gather(3, part.where.expand(B, K, 3, w * w)).reshape(B, K, 3, w, w)
        return part

    def paste(self, part):
        B, K, _, w, _ = part.image.shape
        self.image.reshape(B, K, 3, -1).scatter_(3, part.where.expand(B, K, 3, w * w), part.image.reshape(B, K, 3, w * w))

    def cover(self, distance, soft=1.):
        """Signed distance [B, K, H, W] (world units, negative inside) -> alpha; `soft` is the edge's width in pixels."""
        return (.5 - distance * (self.size * self.zoom / soft)).clamp(0, 1)

    def over(self, colour, alpha):
        """Paints `colour` (see `spread`) with `alpha` [B, K, H, W]."""
        self.image += alpha.unsqueeze(2) * (spread(colour) - self.image)

    def light(self, colour, amount):
        """Adds light: screen blending, so that it never clips hard."""
        self.image += amount.unsqueeze(2) * spread(colour) * (1 - self.image)

    def shade(self, amount):
        """Darkens by `amount` [B, K, H, W], 0…1."""
        self.image *= (1 - amount).unsqueeze(2)

    def splat(self, points, colour, radius, strength):
        """Adds many small soft dots of light. points [B, K, N, 2], colour [B, 3] or [B, K, N, 3], radius (world), strength [B, K, N]."""
        B, K, N, _ = points.shape
        H = self.size
        zoom, r = self.zoom[..., 0], max(.6, radius * H)
        px = ((points[..., 0] - self.camera[..., 0, None]) * zoom + .5) * H - .5
        py = (.5 - (points[..., 1] - self.camera[..., 1, None]) * zoom) * H - .5
        w = max(1, int(r * 2 + .5))
        colour = colour[:, None, None].expand(B, K, N, 3) if colour.dim() == 2 else colour
        sheet = torch.zeros(B * K, 3, H * H, device=points.device)
        for dy in range(-w, w + 1):
            for dx in range(-w, w + 1):
                ix, iy = px.round() + dx, py.round() + dy
                inside = (ix >= 0) & (ix < H) & (iy >= 0) & (iy < H)
                a = torch.exp(-((ix - px) ** 2 + (iy - py) ** 2) / (r * r)) * strength * inside
                at = (iy.clamp(0, H - 1) * H + ix.clamp(0, H - 1)).long().reshape(B * K, 1, N).expand(-1, 3, -1)
                sheet.scatter_add_(2, at, (a[..., None] * colour).reshape(B * K, N, 3).transpose(1, 2))
        self.image += sheet.reshape(self.image.shape).clamp(0, 1) * (1 - self.image)


def spread(colour):
    """[B, 3], [B, K, 3] or [B, K, 3, H, W] -> broadcastable over [B, K, 3, H, W]."""
    if colour.dim() == 2: return colour[:, None, :, None, None]
    return colour[..., None, None] if colour.dim() == 3 else colour


def at(v):
    """[B] or [B, K] -> [B, K or 1, 1, 1]."""
    return v[:, None, None, None] if v.dim() == 1 else v[..., None, None]


def disc(c, x, y, r): return ((c.x - at(x)) ** 2 + (c.y - at(y)) ** 2).sqrt() - at(r)


def ellipse(c, x, y, rx, ry):
    """Approximate distance; exact where it matters, on the outline."""
    k = (((c.x - at(x)) / at(rx)) ** 2 + ((c.y - at(y)) / at(ry)) ** 2).sqrt()
    return (k - 1) * torch.minimum(at(rx), at(ry))


def box(c, x, y, half_w, half_h, angle=None, radius=0.):
    dx, dy = c.x - at(x), c.y - at(y)
    if angle is not None:
        cs, sn = torch.cos(at(angle)), torch.sin(at(angle))
        dx, dy = dx * cs + dy * sn, dy * cs - dx * sn
    qx, qy = dx.abs() - at(half_w) + radius, dy.abs() - at(half_h) + radius
    return (qx.clamp(min=0) ** 2 + qy.clamp(min=0) ** 2).sqrt() + torch.maximum(qx, qy).clamp(max=0) - radius


def capsule(c, ax, ay, bx, by, r):
    """A thick line from a to b."""
    px, py, dx, dy = c.x - at(ax), c.y - at(ay), at(bx - ax), at(by - ay)
    h = ((px * dx + py * dy) / (dx * dx + dy * dy + 1e-9)).clamp(0, 1)
    return ((px - dx * h) ** 2 + (py - dy * h) ** 2).sqrt() - at(r)


def contact_shadow(c, x, ground, height, r, strength=.38):
    """The soft ellipse under an object `height` above the ground: wider and fainter the higher it is."""
    rise = (height / .5).clamp(0, 1)
    k = (((c.x - at(x)) / at(r * (1 + .9 * rise))) ** 2 + ((c.y - at(ground)) / at(r * (.26 + .2 * rise))) ** 2)
    c.shade(at(strength * (1 - .75 * rise)) * torch.exp(-k * 1.1))
