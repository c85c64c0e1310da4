"""Someone talks to the viewer, head and shoulders. What is said is a track of articulation (speech.py) from which both the voice and the mouth are made, so that lips and sound are one.

The face is drawn in its own coordinates: (u, v) from the middle of the head, in head radii, u to the right of the picture, v up. It sways and nods with the melody of the sentence,
brows rise with its accents (Ekman 1979: brow batons fall on stressed words), eyes blink at their own times. Objects: 0 the head (`turn`: its roll), 1 the mouth (`turn`: how far it is open, 1 is π/2),
2 and 3 the eyes (`turn`: how far they are shut, 1 is π/2).
"""
import copy
import math

import torch
from torch.nn.functional import conv1d, grid_sample, pad

from . import echo, figure, light, sound, speech
from .camera import move
from .clip import ATTRIBUTES, COLOURS, DT, GROUNDS, OBJECTS, OUTCOMES, PLACES, RATE, SAMPLES, STEPS, STYLES, SUBSTEPS, Scene, draw_attribute
from .draw import Canvas, at, box, ellipse, spread

PERSONS = ATTRIBUTES['person']
TRACK_RATE = 64                            # articulation frames a second
LEVEL = .8                                 # of the voice
CHOICE, ANY = 4, .10                       # lines drawn a clip; share of the clips that take the first of them
BLINKS, BLINK_EVERY = 6, 1.5               # drawn a clip; mean time between two, s
CLOSING, OPENING = .07, .15                # s, of a blink (Caffier 2003: lids fall about twice as fast as they rise)
OPEN, SAG = .50, .12                       # head radii: how far the mouth of a wide vowel is open; the jaw sinks by so much

# By person (man, woman, child), in head radii but for the first: radius, height of the middle of the head (picture sides), shoulders, neck, half of its width, jaw, taper of the face,
# eyes: size, apart, height; height of the mouth, nose, lips
BUILD = torch.tensor([[.196, .590, 2.20, .40, .46, 1.29, .15, .170, .40, .06, -.65, 1.12, .8], [.188, .580, 1.84, .44, .35, 1.22, .21, .190, .40, .05, -.62, .92, 1.25], [.192, .535, 1.46, .20, .33, 1.08, .08, .215, .43, -.05, -.57, .76, .95]])
BUILT = ('radius', 'tall', 'wide', 'neck', 'throat', 'jaw', 'taper', 'eye', 'apart', 'eye_v', 'mouth_v', 'nose', 'lips')

SKIN = torch.tensor([[.99, .83, .72], [.96, .76, .61], [.86, .64, .47], [.70, .48, .34], [.50, .33, .25]])
HAIR = torch.tensor([[.15, .12, .13], [.30, .18, .12], [.48, .28, .15], [.66, .31, .15], [.88, .68, .36], [.66, .65, .67]])
IRIS = torch.tensor([[.30, .18, .11], [.42, .26, .12], [.24, .44, .34], [.22, .42, .62]])
LIPS = torch.tensor([[.80, .46, .42], [.82, .26, .32], [.88, .44, .44]])
BACK = torch.tensor([-.30, .19, .17, .19])                              # far edge of the ground, by place
UNDER = torch.tensor([GROUNDS.index(n) for n in ('wood', 'grass', 'stone', 'sand')])

HAIRCUTS = ATTRIBUTES['cut']
WORN = torch.tensor([[.66, .06, .02, .26], [.22, .36, .20, .22], [.44, .16, .22, .18]])                 # share of each style, by person
# By style: back hair: half width, bottom, height of its waves; cap: thickness, hairline at its parting, fall to the sides, slope, length at the temples
CUT = torch.tensor([[.92, -.10, .00, .10, .66, .30, .16, .12], [1.22, -1.62, .03, .10, .84, 1.15, .00, -1.15], [.96, -.20, .00, .09, .76, .50, .00, .20], [1.26, -.72, .07, .17, .70, .42, .00, -.10]])
CUTS = ('back_w', 'back_low', 'curl', 'thick', 'line', 'fall', 'slope', 'temple')


def over_time(tracks, t):
    """Articulation tracks [B, n, F] at times t [T] (s) -> [B, T, F], straight between two frames."""
    k = (t * TRACK_RATE).clamp(0, tracks.shape[1] - 1)
    i = k.floor().long().clamp(max=tracks.shape[1] - 2)
    return torch.lerp(tracks[:, i], tracks[:, i + 1], (k - i)[:, None])


def smooth(x, seconds):
    """[B, STEPS] through a Hann window of that length; the ends are held."""
    n = int(seconds * SUBSTEPS) // 2
    kernel = torch.hann_window(2 * n + 1, periodic=False, device=x.device)
    return conv1d(pad(x[:, None], (n, n), mode='replicate'), (kernel / kernel.sum())[None, None])[:, 0]


def lines(B, device):
    """What is said in each clip: the fullest of some drawn lines, so that only one clip in eight or so is silent for half its length."""
    line = speech.random_lines(B * CHOICE, device)
    line = {k: v.unflatten(0, (B, CHOICE)) for k, v in line.items()}
    sounds_ = (line['tracks'][..., :3].amax(-1) > .05).float().mean(-1)  # [B, CHOICE]: share of the clip
    best = torch.where(torch.rand(B, device=device) < ANY, torch.zeros(B, dtype=torch.long, device=device), sounds_.argmax(1))
    return {k: v[torch.arange(B, device=device), best] for k, v in line.items()}


def simulate(B, device, split='train'):
    line = lines(B, device)
    tracks, person, whisper = line['tracks'], line['voice'], line['whisper']
    a = dict(person=person, colour=draw_attribute('colour', COLOURS, B, device), place=draw_attribute('place', PLACES, B, device, [.34, .24, .22, .20]),
             outcome=torch.where(whisper, OUTCOMES.index('whispers'), OUTCOMES.index('speaks')))
    a['echo'] = echo.draw(B, device)
    camera = move(B, device, a)
    build = dict(zip(BUILT, BUILD.to(device)[person].T, strict=True))
    u = torch.rand(16, B, device=device)
    hair = torch.multinomial(WORN.to(device)[person], 1)[:, 0]
    side = torch.where(u[0] < .5, -1., 1.)
    build['radius'] = build['radius'] * (.97 + .06 * u[1]) * (1 + .06 * whisper)
    old = (u[2] < .22) & (person != PERSONS.index('child'))
    dye = torch.where(old, 5, (u[3] * 4.999).long())
    beard = torch.where(person == PERSONS.index('man'), (u[4] < .36).float(), torch.zeros_like(side))
    cut = dict(zip(CUTS, CUT.to(device)[hair].T, strict=True))
    child = person == PERSONS.index('child')
    cut['quiff'] = (.05 + .13 * u[14]) * (hair == HAIRCUTS.index('short'))
    cut['curl'] = cut['curl'] * ((hair == HAIRCUTS.index('curly')) | (u[15] < .5))
    cut['line'] = cut['line'] - .10 * child - .08 * u[5]
    glasses, skin = u[8] < .20, (u[6] * 4.999).long()
    a.update(hair=dye, cut=hair, skin=skin, glasses=glasses.long(), beard=torch.where(person == PERSONS.index('man'), beard.long(), -1), parting=(side > 0).long())
    own = dict(**build, **{k: v.contiguous() for k, v in cut.items()}, tracks=tracks, style=hair, side=side, beard=beard, skin=skin, hair=dye, iris=(u[7] * 3.999).long(),
               glasses=glasses.float(), knit=(u[9] * 3.999).long(), part=side * (.10 + .25 * u[10]), seed=torch.where(u[11] < .5, .20 * u[12], 1 - .20 * u[12]))

    t = torch.arange(STEPS, device=device) * DT
    said = dict(zip(speech.FEATURES, over_time(tracks, t).unbind(-1), strict=True))
    aperture, hiss = said['open'].clamp(0, 1), said['hiss'].clamp(0, 1)
    talks = smooth((torch.maximum(said['voice'], said['breath']) + hiss + aperture > .05).float(), .30)
    voiced = (said['voice'] > .1).float()
    mean = (said['pitch'] * voiced).sum(1, keepdim=True) / voiced.sum(1, keepdim=True).clamp(min=1)
    lift = (said['pitch'] - mean) * voiced
    lift = lift / (lift.pow(2).sum(1, keepdim=True) / voiced.sum(1, keepdim=True).clamp(min=1)).sqrt().clamp(min=.02)
    accent = (smooth(lift, .16) - .35).clamp(0, 1.5) / 1.5
    melody = smooth(lift, .40).clamp(-1.5, 1.5)

    w = torch.rand(12, B, 1, device=device)
    wave = lambda i, low, high: torch.sin(6.2832 * ((low + (high - low) * w[i]) * t + w[i + 1]))
    roll = .050 * wave(0, .25, .55) + .030 * smooth(wave(2, .7, 1.3) * talks, .2) + side[:, None] * .06 * whisper[:, None]
    yaw = .55 * wave(4, .20, .45) + .35 * smooth(wave(6, .5, 1.) * talks, .3) - side[:, None] * .5 * whisper[:, None]
    nod = .75 * melody * .6 + .35 * wave(8, .3, .6)
    R = build['radius'][:, None]
    x0 = (.5 + .07 * (u[13] - .5))[:, None]
    x = x0 + .10 * R * wave(10, .18, .40) + .05 * R * yaw
    y = build['tall'][:, None] + .05 * R * melody + .02 * R * talks
    eye = torch.cumsum(.25 - BLINK_EVERY * torch.log(torch.rand(B, BLINKS, device=device).clamp(min=1e-6)), 1) - 1.2        # when each blink is shut
    since = t - eye[..., None]
    lid = torch.where(since < 0, 1 + since / CLOSING, 1 - since / OPENING).clamp(0, 1).amax(1)
    shut = lid * lid * (3 - 2 * lid)
    look = torch.rand(2, B, 4, device=device) * 2 - 1                    # where the eyes rest, changed in leaps
    at_ = ((t * 1.6 + w[0]).floor().long() % 4)
    gaze = torch.stack([smooth(look[i].gather(1, at_), .06) for i in range(2)], -1) * torch.tensor([.22, .13], device=device)
    gaze[..., 0] -= .22 * yaw                                            # they stay with the viewer while the head turns
    rest = 1 - (talks * 1.4).clamp(0, 1)
    own.update(roll=roll, yaw=yaw, nod=nod, aperture=aperture, hiss=hiss, shut=shut, gaze_x=gaze[..., 0].contiguous(), gaze_y=gaze[..., 1].contiguous(), brow=accent, smile=.30 + .70 * rest,
               spread=torch.lerp(said['spread'].clamp(-1, 1) * .5 + .5, torch.full_like(rest, .88), rest), x0=x0[:, 0], breath=.004 * wave(2, .25, .4))
    eyes = [place(own, x, y, s * build['apart'][:, None], build['eye_v'][:, None]) for s in (-1, 1)]
    P = torch.stack([torch.stack([x, y], -1), place(own, x, y, 0 * R, build['mouth_v'][:, None]), *eyes], 1)
    V = torch.cat([(P[:, :, 1:] - P[:, :, :-1]), P[:, :, -1:] - P[:, :, -2:-1]], 2) / DT
    own['turn'] = torch.stack([roll, aperture * (math.pi / 2), shut * (math.pi / 2), shut * (math.pi / 2)], 1)
    size = build['radius'][:, None] * torch.tensor([1.12, .42, .24, .24], device=device)
    return Scene('talk', a, camera, P, V, size, torch.zeros(B, OBJECTS, STEPS, device=device), torch.zeros(B, STEPS, device=device), own)


def place(own, x, y, u, v):
    """Where a feature at (u, v) of the face is in the world while the head is at x, y: [..., 2]. Features slide over the head as it turns (yaw) and nods."""
    u, v = u + .10 * own['yaw'], v + .05 * own['nod']
    cs, sn, R = torch.cos(own['roll']), torch.sin(own['roll']), own['radius'][:, None]
    return torch.stack([x + R * (u * cs - v * sn), y + R * (u * sn + v * cs)], -1)


def backdrop(scene, c):
    a, seed = scene.attributes, scene.own['seed']
    back = light.to(BACK, a['place'])
    light.paint_place(c, a, back, seed)
    light.paint_ground(c, dict(a, ground=light.to(UNDER, a['place'])), back, back)
    furnish(c, a, seed)
    haze = light.to(light.WALL, a['time']) * .4 + light.to(light.SKY_LOW, a['time']) * .6
    c.over(haze, torch.full_like(c.x, .16))                              # what is behind the person is paler than the person


def furnish(c, a, seed):
    """A room has a shelf with books, a vase and a picture on the side without a window."""
    room = at((a['place'] == PLACES.index('room')).float())
    ambient, wall = light.to(light.AMBIENT, a['time']), light.to(light.WALL, a['time'])
    one = torch.ones_like(seed)
    x = torch.where(seed < .5, one * .84, one * .16)
    y = one * .60
    c.over(wall * .62, room * c.cover(box(c, x, y, one * .135, one * .010, radius=.004)))
    for i, (dx, half, tall, hue) in enumerate(((-.10, .014, .052, 4), (-.066, .013, .062, 1), (-.036, .012, .046, 3), (-.008, .012, .058, 5))):
        paint = light.PAINT[hue].to(c.x.device) * .75 + .12
        c.over((paint * ambient).clamp(0, 1), room * c.cover(box(c, x + dx, y + .010 + tall, one * half, one * tall, radius=.003)))
    vase = ellipse(c, x + .068, y + .050, one * .030, one * .042)
    for lean in (-.55, 0., .5):
        leaf = ellipse_at(c, x + .068 + .030 * lean, y + .125, one * .018, one * .055, one * -lean)
        c.over(torch.tensor([[.35, .58, .38]], device=c.x.device) * ambient, room * c.cover(leaf))
    c.over(torch.tensor([[.90, .86, .80]], device=c.x.device) * ambient, room * c.cover(vase))


def ellipse_at(c, x, y, rx, ry, angle):    # an ellipse turned by `angle`
    dx, dy = c.x - at(x), c.y - at(y)
    cs, sn = torch.cos(at(angle)), torch.sin(at(angle))
    k = (((dx * cs + dy * sn) / at(rx)) ** 2 + ((dy * cs - dx * sn) / at(ry)) ** 2).sqrt()
    return (k - 1) * torch.minimum(at(rx), at(ry))


def paint(part, colour, alpha, tone=None):
    """Canvas.over for one colour [B, 3], without copies of the picture; `tone` [B, K, H, W] then brightens it. A sheet (see `blank`) also gathers how much is covered."""
    if part.image.shape[2] == 4: colour = pad(colour, (0, 1), value=1.)
    part.image.lerp_(spread(colour), alpha.unsqueeze(2))
    if tone is not None: part.image[:, :, :3] *= (1 + alpha * (tone - 1)).unsqueeze(2)


FINE = 1.4                                 # pixels of a sheet to one of the picture


def blank(c, x, y, half):
    """What moves as a whole is painted once a clip, on a clear sheet of ±`half` around x, y [B]: a canvas of one frame, whose image has alpha as its fourth channel."""
    sheet = Canvas(int(2 * half * c.size * float(c.zoom.max()) * FINE), torch.stack([x, y, torch.full_like(x, .5 / half)], -1)[:, None])
    sheet.image = torch.zeros_like(sheet.image[:, :, :1]).repeat(1, 1, 4, 1, 1)
    return sheet


def window(c, x, y, half_w, half_h):
    """The rows and columns of the canvas in which all boxes of ±`half_w`, ±`half_h` around x, y [B, K] lie, sharing its picture."""
    seen_x, seen_y = c.x[..., 0, :], c.y[..., :, 0]
    reach = lambda seen, mid, half: slice(*(lambda k: (int(k[0]), int(k[-1]) + 1))(((seen - mid[..., None]).abs() < half).flatten(0, 1).any(0).nonzero()[:, 0]))
    part, rows, columns = copy.copy(c), reach(seen_y, y, half_h), reach(seen_x, x, half_w)
    part.x, part.y, part.image = c.x[:, :, rows, columns], c.y[:, :, rows, columns], c.image[:, :, :, rows, columns]
    return part


def lay(part, sheet, x, y):
    """Lays a sheet over a crop whose pixels show its places x, y [B, K, h, w]."""
    B, K, h, w = x.shape
    mid_x, mid_y, zoom = (at(v) for v in sheet.camera[:, 0].unbind(-1))
    grid = torch.stack([(x - mid_x) * (2 * zoom), (mid_y - y) * (2 * zoom)], -1).reshape(B, K * h, w, 2)
    seen = grid_sample(sheet.image[:, 0], grid, align_corners=False).reshape(B, 4, K, h, w).transpose(1, 2)
    part.image.mul_(1 - seen[:, :, 3:]).add_(seen[:, :, :3])


class Head:
    """What `render` draws with: the tracks of the frames, colours, and the face's coordinates on a crop."""

    def __init__(self, scene, steps):
        own, a = scene.own, scene.attributes
        self.own = own
        for name in ('roll', 'yaw', 'nod', 'aperture', 'hiss', 'shut', 'gaze_x', 'gaze_y', 'brow', 'smile', 'spread', 'breath'): setattr(self, name, own[name].gather(1, steps))
        self.places = scene.position.gather(2, steps[:, None, :, None].expand(-1, OBJECTS, -1, 2))
        self.x, self.y, self.R = self.places[:, 0, :, 0], self.places[:, 0, :, 1], own['radius']
        ambient = light.to(light.AMBIENT, a['time'])
        self.ambient = ambient * .55 + .45 * torch.tensor([1., .94, .86], device=ambient.device)       # a little lamp on the face, even at night
        self.skin, self.hair = light.to(SKIN, own['skin']) * self.ambient, light.to(HAIR, own['hair']) * self.ambient
        neon = (a['style'] == STYLES.index('neon')).float()[:, None]     # doubles what colours a face has, and darkens
        self.skin, self.hair = (torch.lerp(v, v.mean(1, keepdim=True), neon * .55) ** (1 - .3 * neon) for v in (self.skin, self.hair))
        self.rosy = .36 * (1 - .6 * neon[:, 0])
        self.cloth = light.to(light.PAINT, a['colour']) * self.ambient
        self.lips = (light.to(LIPS, a['person']) * .62 + light.to(SKIN, own['skin']) * .38) * (.55 + .45 * light.to(SKIN, own['skin']).mean(1, keepdim=True)) * 1.06 * self.ambient

    def still(self):
        """The head at rest, as a head of one frame."""
        h = copy.copy(self)
        h.x, h.y = self.own['x0'][:, None], self.own['tall'][:, None]
        for name in ('roll', 'yaw', 'nod', 'aperture', 'breath'): setattr(h, name, torch.zeros_like(h.x))
        return h

    def on(self, part):
        """The face's coordinates of the pixels of a crop."""
        dx, dy, R = part.x - at(self.x), part.y - at(self.y), at(self.R)
        cs, sn = torch.cos(at(self.roll)), torch.sin(at(self.roll))
        return (dx * cs + dy * sn) / R, (dy * cs - dx * sn) / R

    def warp(self, u, v):
        """Where on the head at rest that is which is seen at u, v: what is in front slides as the head turns and nods, its outline stays; the jaw sinks."""
        near = (1 - (u * u + v * v) * .55).clamp(min=0)
        down = ((-.35 - v) * 1.25).clamp(0, 1)
        return u - .10 * at(self.yaw) * near, v - .05 * at(self.nod) * near + SAG * at(self.aperture) * down * down * (3 - 2 * down)

    def slid(self, u, v): return u - .10 * at(self.yaw), v - .05 * at(self.nod)

    def cover(self, part, d): return part.cover(d * at(self.R))          # d in head radii


def face(h, u, v, wider=0.):
    """Distance to the outline of the face (head radii): round above, narrower towards the chin, which sinks as the mouth opens."""
    low = v < 0
    jaw = at(h.own['jaw']) + SAG * at(h.aperture)
    width = 1 - at(h.own['taper']) * (v / jaw).clamp(max=0) ** 2
    k = ((u / (width + wider)) ** 2 + (v / (torch.where(low, jaw, torch.full_like(v, 1.12)) + wider)) ** 2).sqrt()
    return (k - 1) * .95


def curls(h, u, v, count):
    """How far curls stand out, in head radii: scallops all around the head."""
    curl = h.own['curl']
    return at(curl) * torch.sin(torch.atan2(v - .1, u) * count).abs() if curl.any() else 0.


def back_hair(h, part):
    """Paints what hair is behind the head on a sheet."""
    own = h.own
    u, v = h.on(part)
    w, low = at(own['back_w']), at(own['back_low'])
    mid, half = (1.16 + low) / 2, (1.16 - low) / 2
    flare = w + .10 * ((.2 - v) / 1.6).clamp(0, 1) * (low < -1)
    r = torch.minimum(w, half) * .96
    qx, qy = u.abs() - flare + r, (v - mid).abs() - half + r
    d = (qx.clamp(min=0) ** 2 + qy.clamp(min=0) ** 2).sqrt() + torch.maximum(qx, qy).clamp(max=0) - r
    d = d - curls(h, u, v, 13)
    bun = (own['style'] == HAIRCUTS.index('bun')).float()
    child = (own['jaw'] < 1.2).float()
    bx, by = .98 * child, 1.28 - .62 * child
    knot = ((u.abs() - at(bx)) ** 2 + (v - at(by)) ** 2).sqrt() - at(.40 * bun - .8 * (1 - bun))
    tone = (.84 + .10 * (v - u * .5)).clamp(.6, 1.1)
    paint(part, h.hair, h.cover(part, torch.minimum(d, knot)), tone)


def foot(h):
    """Where the neck meets the collar: [B, K] x and y. The body follows the head a little, and breathes."""
    own = h.own
    return own['x0'][:, None] + .30 * (h.x - own['x0'][:, None]), (own['tall'] - h.R * (own['jaw'] + own['neck'] * .62))[:, None] + h.breath


def body(h, part):
    """Paints shoulders and collar on a sheet."""
    own, R = h.own, h.R
    base_x, base_y = foot(h)
    dx, W = part.x - at(base_x), at(R * own['wide'])
    s = dx.abs() / W
    s4 = (s * s) ** 2
    throat = at(R * own['throat'])
    top = at(base_y) + .05 * (1 - (dx.abs() / (throat * 2.2))).clamp(0, 1) - .050 * s - .26 * s4 * s4
    d = (part.y - top) * (1 + (.1 + 2.1 * s4 * s * s * s) ** 2).rsqrt()
    tone = 1.03 - .10 * dx / W - .16 * ((at(base_y) - part.y) / .3).clamp(0, 1)
    inside = part.cover(d)
    paint(part, h.cloth, inside, tone)
    knit = at(own['knit'])
    low = at(base_y) - part.y
    pale = (h.cloth * .35 + .62 * h.ambient).clamp(0, 1)
    paint(part, pale, inside * part.cover((low - .150).abs() - .020) * (knit == 1))
    paint(part, pale, inside * part.cover((low - .205).abs() - .008) * (knit == 1))
    paint(part, h.cloth * .4, inside * part.cover((dx.abs() - W * .76 - .10 * (low - .2)).abs() - .0028) * (low > .13) * .34)
    cord = torch.maximum((dx.abs() - throat * .55).abs() - .005, (low - .085).abs() - .06)
    paint(part, pale, inside * part.cover(cord) * (knit == 2))
    # The collar, and the skin in it.
    rim = ((dx / (throat * 1.30)) ** 2 + ((part.y - at(base_y) - .020) / (throat * 1.02)) ** 2).sqrt()
    paint(part, (h.cloth * .80).clamp(0, 1), part.cover((rim - 1) * throat) * (part.y < at(base_y) + .034))
    deep = ((dx / throat) ** 2 + ((part.y - at(base_y) - .024) / (throat * .72)) ** 2).sqrt()
    paint(part, (h.skin * .95).clamp(0, 1), part.cover((deep - 1) * throat) * (part.y < at(base_y) + .040))


def neck(h, c):
    """Between collar and chin, in the shadow of the chin."""
    own, R = h.own, h.R
    base_x, base_y = foot(h)
    part = c.crop((base_x + h.x) / 2, base_y + R[:, None] * .42, float(R.max()) * .80)
    k = ((part.y - at(base_y) - .015) / at(R)[..., :] / .9).clamp(0, 1)
    axis = at(base_x) + (at(h.x) - at(base_x)) * k
    pillar = torch.maximum((part.x - axis).abs() - at(R * own['throat']) * (1 + .10 * (1 - k) ** 2), torch.maximum(at(base_y) + .02 - part.y, part.y - at(h.y)))
    paint(part, (h.skin * .95).clamp(0, 1), part.cover(pillar))
    u, v = h.on(part)
    under = face(h, u, v + .22)
    paint(part, (h.skin * torch.tensor([.80, .72, .70], device=u.device)).clamp(0, 1), part.cover(pillar) * h.cover(part, under) * .9)
    c.paste(part)


def head(h, part):
    """Paints the head on a sheet, all but eyes and mouth."""
    own = h.own
    u, v = h.on(part)
    skin_dark = (h.skin * torch.tensor([.86, .76, .72], device=u.device)).clamp(0, 1)
    eu, ev = u.abs() - 1.0, v + .06
    ear = ((eu / .17) ** 2 + (ev / .25) ** 2).sqrt() - 1
    bare = (own['style'] != HAIRCUTS.index('long')).float()
    paint(part, h.skin, h.cover(part, ear * .17) * at(bare))
    paint(part, skin_dark, h.cover(part, (((eu + .01) / .085) ** 2 + (ev / .15) ** 2).sqrt() * .085 - .085) * .8 * at(bare))
    d = face(h, u, v)
    inside = h.cover(part, d)
    tone = 1.01 + .05 * (v - u).clamp(-1.4, 1.2)
    paint(part, h.skin, inside, tone)
    blush = torch.exp(-((u.abs() - .58) ** 2 + (v + .28) ** 2) / .030)
    paint(part, (h.skin * .45 + .55 * torch.tensor([[.93, .38, .36]], device=u.device) * h.ambient).clamp(0, 1), blush * inside * at(h.rosy))
    nose = torch.maximum((((u / 1.15) ** 2 + (v + .20) ** 2).sqrt() - .095 * at(own['nose'])).abs() - .021, v + .205)
    paint(part, skin_dark * .94, h.cover(part, nose))
    if own['beard'].any(): beard(h, part, u, v)
    # The cap of hair: a thicker head above the hairline, and locks at the temples.
    shell = face(h, u, v, at(own['thick'])) - .7 * curls(h, u, v, 11) - at(own['quiff']) * torch.exp(-((u - .30 * at(own['side'])) ** 2 / .22 + (v - 1.12) ** 2 / .14))
    hu = u - at(own['part'])
    scallop = .05 * (at(own['curl']) > .05) * torch.sin(u * 13)
    line = at(own['line']) - at(own['fall']) * hu.abs() * hu.abs().sqrt() - at(own['slope']) * at(own['side']) * hu + scallop
    la, lb = .88 + .10 * (-v - .2).clamp(0, 1) - u.abs() + .08, at(own['temple']) - v + .08
    lock = (la.clamp(min=0) ** 2 + lb.clamp(min=0) ** 2).sqrt() + torch.maximum(la, lb).clamp(max=0) - .08     # rounded below
    front = torch.minimum(line - v, lock)
    cap = torch.maximum(shell, front)
    shine = torch.exp(-((((u + .25) ** 2 + (v - .15) ** 2).sqrt() - .78) / .07) ** 2) * (v > .2) * .16
    paint(part, skin_dark, inside * h.cover(part, torch.maximum(shell, front - .075)) * .6)     # the hair's shadow on the forehead
    cap = h.cover(part, cap)
    paint(part, h.hair, cap, 1 + .16 * (v - .6 - u * .4))
    paint(part, h.ambient, cap * shine)


def beard(h, part, u, v):
    """Up the cheeks to the temples, and a moustache of two drops."""
    full = torch.maximum(face(h, u, v, .05), v + .70 - 1.05 * u * u)
    x, y = u.abs() - .17, v + .42
    moustache = (((x * .94 - y * .34) / .23) ** 2 + ((y * .94 + x * .34) / .085) ** 2).sqrt() - 1
    paint(part, (h.hair * .94).clamp(0, 1), h.cover(part, torch.minimum(full, moustache * .085)) * at(h.own['beard']))


def eyes(h, c):
    own, R = h.own, h.R
    woman = (own['lips'] > 1.1).float()
    white = (torch.tensor([[.99, .985, .97]], device=R.device) * (h.ambient * .7 + .3)).clamp(0, 1)
    ink = (h.hair * .25 + torch.tensor([[.10, .06, .06]], device=R.device)).clamp(0, 1)
    iris = light.to(IRIS, own['iris']) * h.ambient
    E = at(own['eye'])
    for i, way in ((2, -1.), (3, 1.)):
        x, y = h.places[:, i].unbind(-1)
        part = c.crop(x, y + R[:, None] * .14, float(R.max()) * .50)
        u, v = h.slid(*h.on(part))
        u, v = u * way - at(own['apart']), v - at(own['eye_v'])          # u outwards from the eye
        q = (1 - (u / (E * 1.08)) ** 2).clamp(min=0)
        root = q.sqrt()
        smile = .16 * at(h.smile)
        low = -E * (1.06 - smile) * root * (1 - .30 * at(h.shut))
        high = torch.lerp(E * 1.02 * root, low, at(h.shut))
        slit = torch.maximum(torch.maximum(v - high, low - v) * .8, u.abs() - E * 1.08)
        paint(part, (h.skin * torch.tensor([.93, .87, .85], device=u.device)).clamp(0, 1), h.cover(part, ((u / (E * 1.22)) ** 2 + (v / (E * 1.30)) ** 2).sqrt() * E - E))
        ball = h.cover(part, slit)
        paint(part, white, ball)
        gx, gy = u * way - E * at(h.gaze_x), v - E * at(h.gaze_y)
        r = (gx * gx + gy * gy).sqrt()
        paint(part, iris, ball * h.cover(part, r - E * .80))
        paint(part, ink * .6, ball * h.cover(part, r - E * .46))
        paint(part, white, ball * h.cover(part, ((gx + E * .26) ** 2 + (gy - E * .30) ** 2).sqrt() - E * .22))
        lash = torch.maximum((v - high).abs() * .9 - (.028 + .014 * at(woman)) * (.6 + .4 * root), u.abs() - E * (1.12 + .04 * at(woman)))
        wing = segment(u, v, E * .95, E * .12 * (1 - at(h.shut)) - E * .40 * at(h.shut), E * 1.40, E * .50 * (1 - 1.6 * at(h.shut))) - .030
        paint(part, ink, h.cover(part, lash))
        paint(part, ink, h.cover(part, wing) * at(woman))
        lift = E * 1.55 + .09 + .13 * at(h.brow) - .02 * at(h.shut)
        arch = lift - 1.3 * (u + .04) ** 2 + .06 * u
        brow = torch.maximum((v - arch).abs() - (.060 - .018 * at(woman)) * (1 - (u + .28).clamp(0, 1) * .9), (u - .02).abs() - .25)
        paint(part, (h.hair * .82).clamp(0, 1), h.cover(part, brow))
        ring_r = .235 + .38 * E
        ring = ((u - .0) ** 2 + (v + .01) ** 2).sqrt() - ring_r
        frame = torch.minimum(ring.abs() - .024, torch.maximum((v - .05).abs() - .022, ring_r - u.abs()))
        part.light(torch.ones_like(h.skin), h.cover(part, ring) * at(own['glasses']) * .07)
        paint(part, torch.full_like(h.skin, .13) * torch.tensor([1.2, .9, .9], device=u.device), h.cover(part, frame) * at(own['glasses']))
        c.paste(part)


def segment(u, v, ax, ay, bx, by):         # distance to a line from a to b
    dx, dy = bx - ax, by - ay
    k = (((u - ax) * dx + (v - ay) * dy) / (dx * dx + dy * dy + 1e-6)).clamp(0, 1)
    return ((u - ax - dx * k) ** 2 + (v - ay - dy * k) ** 2).sqrt()


def wide_open(h): return at(h.aperture * (1.25 - .25 * h.aperture))      # small openings are drawn a little larger, so that they are seen


def lips_of(h, m):
    """For places m across the mouth (head radii from its middle): half its width, the heights of the edges of upper and lower lip between which it is open, and √(1 − (m / width)²)."""
    w = .175 + .215 * at(h.spread)
    q = (1 - (m / w) ** 2).clamp(min=0)
    root = q.sqrt()
    bend = (.025 + .085 * at(h.smile)) * ((m / w) ** 2 - .55).clamp(max=.6)
    tall = OPEN * wide_open(h) * (.80 + .20 * at(h.own['jaw']))
    return w, bend + tall * .30 * (.35 * q + .65 * root), bend - tall * .70 * root, root


def mouth(h, c):
    own, R = h.own, h.R
    x, y = h.places[:, 1].unbind(-1)
    part = c.crop(x, y - R[:, None] * .06, float(R.max()) * .60)
    m, n = h.slid(*h.on(part))
    n = n - at(own['mouth_v'])
    w, high, low, root = lips_of(h, m)
    device = m.device
    full = at(own['lips']) * (1.10 - .25 * at(h.spread))
    upper, lower = .085 * full * root * (1 - .28 * torch.exp(-(m / .075) ** 2)), .110 * full * root
    skin_dark = (h.skin * torch.tensor([.80, .68, .66], device=device)).clamp(0, 1)
    paint(part, skin_dark, torch.exp(-(m / .16) ** 2) * h.cover(part, (n - low + lower + .075).abs() - .016) * .45 * (at(own['beard']) < .5))
    outer = torch.maximum(torch.maximum(n - high - upper, low - lower - n) * .85, m.abs() - w)
    paint(part, h.lips.clamp(0, 1), h.cover(part, outer))
    part.light(h.ambient, h.cover(part, torch.maximum(((m + .03) / .11) ** 2 * .02 + (n - low + lower * .52).abs() - .018, outer)) * .20)
    gap = torch.maximum(torch.maximum(n - high, low - n) * .85, m.abs() - w)
    seam = torch.maximum((n - (high + low) / 2).abs() - .017, m.abs() - w * 1.04)
    dark = torch.tensor([[.33, .07, .10]], device=device) * (h.ambient * .5 + .5)
    paint(part, dark * .9 + h.lips * .1, h.cover(part, torch.minimum(gap, seam)))
    inner = gap + .016
    tall = OPEN * wide_open(h)
    tongue = torch.maximum(inner, (((m / (w * .70)) ** 2 + ((n - low + .02) / (tall * .36 + .01)) ** 2).sqrt() - 1) * .1)
    paint(part, (torch.tensor([[.82, .31, .35]], device=device) * (h.ambient * .6 + .4)).clamp(0, 1), h.cover(part, tongue))
    teeth = torch.maximum(torch.maximum(inner, high - (.075 + .12 * at(h.hiss)) * (.4 + .6 * root) - n), m.abs() - w * .86)
    paint(part, (torch.tensor([[.98, .97, .94]], device=device) * (h.ambient * .7 + .3)).clamp(0, 1), h.cover(part, teeth) * (at(h.aperture) > .06))
    c.paste(part)


def hand(scene, h, c):
    """A whisperer's hand, upright beside the mouth."""
    who = scene.attributes['outcome'] == OUTCOMES.index('whispers')
    if not who.any(): return
    part, b = c.pick(who[:, None].expand(h.x.shape))
    of = lambda v: v[who].reshape(-1, 1) if v.dim() == 2 else v[b][:, None]
    own = scene.own
    x, y, R, side = of(h.x), of(h.y), of(h.R), of(own['side'])
    r = float(h.R.mean())
    spot = lambda u, v: (x + R * u * side, y + R * v)
    skin, cloth = h.skin[b], h.cloth[b]
    deep = (skin * torch.tensor([.86, .76, .72], device=skin.device)).clamp(0, 1)
    figure.limb(part, *spot(1.62, -3.2), *spot(1.30, -1.55), .33 * r, .27 * r, cloth)
    figure.limb(part, *spot(1.28, -1.50), *spot(1.10, -1.10), .21 * r, .26 * r, skin)
    for i in range(4)[::-1]:
        base, tip = spot(.88 + .13 * i, -.92 + .02 * i), spot(.66 + .17 * i, (-.22, -.16, -.22, -.40)[i])
        figure.limb(part, *base, *tip, .108 * r, .095 * r, deep)
        figure.limb(part, *base, *tip, .095 * r, .082 * r, skin)
    figure.limb(part, *spot(.98, -1.02), *spot(1.10, -.92), .22 * r, .24 * r, skin)
    figure.limb(part, *spot(.90, -1.12), *spot(.66, -.86), .105 * r, .085 * r, skin)
    c.put(part)


def render(scene, c, steps):
    h = Head(scene, steps)
    rest, R = h.still(), float(h.R.max())
    x0, tall = rest.x[:, 0], rest.y[:, 0]
    behind, front, trunk = blank(c, x0, tall, R * 1.80), blank(c, x0, tall, R * 1.52), blank(c, x0, torch.full_like(x0, .05), .66)
    back_hair(rest, behind)
    head(rest, front)
    body(rest, trunk)

    def show(sheet, half, warp=lambda u, v: (u, v)):
        part = window(c, h.x, h.y, R * 1.46, R * half)
        u, v = warp(*h.on(part))
        lay(part, sheet, at(x0) + u * at(h.R), at(tall) + v * at(h.R))

    show(behind, 1.80)
    base_x, base_y = foot(h)
    part = window(c, base_x, base_y - .90, R * 2.25, .98)
    lay(part, trunk, part.x - at(base_x - x0[:, None]), part.y - at(h.breath))
    neck(h, c)
    show(front, 1.52, h.warp)
    mouth(h, c)
    eyes(h, c)
    hand(scene, h, c)


def sounds(scene):
    """The voice, in the air of the place: a short tail in a room, wind and a bird on the hills, the hum of a city, surf."""
    a, device = scene.attributes, scene.device
    B = scene.batch
    wave = speech.voice(scene.own['tracks']) * LEVEL
    is_ = lambda name: (a['place'] == PLACES.index(name)).float()
    wave = sound.room(wave, .55 * is_('room'), .20)
    t = torch.arange(SAMPLES, device=device) / RATE
    phase = (scene.own['seed'] * 60)[:, None]
    swell = .6 + .4 * torch.sin(6.2832 * t / 2.6 + phase)
    noise = lambda low, high: sound.band_noise((B, SAMPLES), low, high, device)
    air = is_('hills')[:, None] * noise(150., 700.) * .0025 * swell + is_('city')[:, None] * noise(60., 220.) * .0060 + is_('sea')[:, None] * noise(250., 1800.) * .0045 * swell ** 2
    since = torch.remainder(t + phase, 1.7)
    chirp = torch.sin(6.2832 * (3400 * since + 900 * since * since + 14 * torch.sin(since * 150))) * torch.exp(-((since - .12) / .05) ** 2) * .006
    return wave + air + is_('hills')[:, None] * chirp

