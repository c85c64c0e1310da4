"""Cloth in the wind: gusts, how far a cloth hangs or streams, the waves that run along it to its free edge, and how it sounds and is painted. Flag and dress are made of it.

A plate hinged at its front edge swings in a wind like a weathervane: a flag flutters at about that rate (Argentina & Mahadevan, PNAS 102, 2005: 1829). Waves on a heavy sheet in a flow run at
U / (1 + m k / 2ρ) (Shelley & Zhang, Annu. Rev. Fluid Mech. 43, 2011: 449), which gives their length. Their height at the free end follows from a Strouhal number, the mean angle from wind
pressure against weight. Lengths here are in metres, mass in kg / m².
"""
import math

import torch

from . import light, sound
from .clip import DT, GROUNDS, PLACES, RATE, SAMPLES, STEPS
from .draw import at, spread
from .footsteps import snowfield

AIR, WEIGHT = 1.2, 9.81                    # kg / m³; N / kg
LAG = .22                                  # s that the cloth's mean angle takes to follow a gust
NODES = 25                                 # of a thread
SWELL = .55                                # slopes grow with this power of the way to the free edge
GUSTS = (.31, .62, 1.13)                   # Hz


def swings(wind, mass, length):
    """Rate (rad / s) of a plate hinged at its front edge: lift 2π·θ·½ρU² L at a quarter of L, inertia m L³/3."""
    return wind * (3 * math.pi * AIR / (4 * mass * length)) ** .5


def hangs(length):
    """Rate (rad / s) of the same plate when it hangs in still air."""
    return (1.5 * WEIGHT / length) ** .5


def wavenumber(mass, length):
    """rad / m of the waves that run at U / (1 + m k / 2ρ) and keep time with `swings`. It does not depend on the wind."""
    q = swings(1., mass, length)
    return q / (1 - q * mass / (2 * AIR))


def lean(wind, mass, drag):
    """Mean angle (rad) from hanging: wind pressure against weight."""
    return torch.atan(.5 * AIR * drag * wind ** 2 / (mass * WEIGHT))


def breeze(B, device, rough, speeds, gustiness):
    """Draws a clip's wind. speeds, gustiness: (calm, rough), the first as spans in m/s."""
    u = torch.rand(4, B, device=device)
    low, high = (torch.where(rough, speeds[1][i], speeds[0][i]) for i in (0, 1))
    return dict(wind=low + (high - low) * u[0], gusty=torch.where(rough, gustiness[1], gustiness[0]), gust_p=u[1:].T * 2 * math.pi)


def blow(own, t):
    """The wind (m/s) at times t [n] -> [B, n]."""
    g = sum(a * torch.sin(2 * math.pi * f * t + own['gust_p'][:, i, None]) for i, (f, a) in enumerate(zip(GUSTS, (.55, .35, .25))))
    return own['wind'][:, None] * (1 + own['gusty'][:, None] * g)


def stations(device):                      # middles of a thread's pieces, 0…1
    return (torch.arange(NODES - 1, device=device) + .5) / (NODES - 1)


def reach(mass, length, device):
    """What unit slopes, rising as SWELL and running as the waves do, add up to at each node: complex [NODES] (m)."""
    u = stations(device)
    step = u ** SWELL * torch.exp(1j * wavenumber(mass, length) * length * u) * length / (NODES - 1)
    return torch.cat([torch.zeros(1, dtype=step.dtype, device=device), torch.cumsum(step, 0)])


def behind(mass, length, device):          # rad by which each node's swing follows the waves at the held edge: [NODES], 0…2π
    return torch.remainder(reach(mass, length, device).angle(), 2 * math.pi)


def flutter(own, mass, length, drag, strouhal, steepest):
    """The cloth's motion at steps −1 … STEPS -> dict of [B, STEPS + 2]: the wind, the mean angle from hanging, the phase of the waves at the held edge, the slope (rad) at the free edge."""
    t = (torch.arange(STEPS + 2, device=own['wind'].device) - 1) * DT
    wind, alpha = blow(own, t), lean(blow(own, t - LAG), mass, drag)
    rate = (swings(wind, mass, length) ** 2 + hangs(length) ** 2 * alpha.cos()) ** .5
    phase = own['phase0'][:, None] + torch.cumsum(rate, 1) * DT
    high = strouhal * wind * math.pi / rate * alpha.sin()                # m: half of what the free end sweeps, St = f · sweep / U
    slope = high / reach(mass, length, t.device)[-1].abs()
    return dict(breeze=wind, alpha=alpha, phase=phase, slope=steepest * torch.tanh(slope / steepest), rate=rate, high=high)


def inner(flow): return {k: v[:, 1:-1].contiguous() for k, v in flow.items()}    # as tracks of the clip


def seen(own, steps): return {k: own[k].gather(1, steps) for k in ('breeze', 'alpha', 'phase', 'slope', 'rate', 'high')}


def waves(flow, k, u, shift=0.):
    """Slopes (rad) at u (0…1, along the last axis) of a thread; k: radians of a whole thread; flow: tracks [B, T]."""
    return flow['slope'][..., None] * u ** SWELL * torch.cos(k * u - flow['phase'][..., None] + shift)


def snaps(turn, flow, hardest):
    """The free end turns back: its `turn` [B, STEPS + 2] passes a multiple of π -> hits [B, STEPS], louder the harder it is thrown back (m/s², over `hardest`)."""
    n = (turn / math.pi).floor()
    back = n[:, 1:-1] != n[:, :-2]
    uneven = .80 + .20 * torch.sin(n[:, 1:-1] * 2.4 + turn[:, :1])      # no two snaps are alike
    return back * ((flow['high'] * flow['rate'] ** 2)[:, 1:-1] / hardest).clamp(max=1) ** .6 * uneven


def differences(P):
    """Places [B, n, STEPS + 2, 2] at steps −1 … STEPS -> (places, velocities) of the clip."""
    return P[:, :, 1:-1].contiguous(), (P[:, :, 2:] - P[:, :, :-2]) / (2 * DT)


def follow(chain, p):
    """A thread [B, K, N, 2] of (p, q) with rising p, at p [B, K, n] -> (q, how far along 0…1, slope dq/dp), straight on beyond its ends."""
    N = chain.shape[-2]
    P = chain[..., 0].contiguous().cummax(-1).values + torch.arange(N, device=p.device) * 1e-5
    i = torch.searchsorted(P, p.contiguous()).clamp(1, N - 1)
    q = chain[..., 1]
    a, b, qa, qb = P.gather(-1, i - 1), P.gather(-1, i), q.gather(-1, i - 1), q.gather(-1, i)
    f = ((p - a) / (b - a)).clamp(-60, 60)
    return qa + (qb - qa) * f, (i - 1 + f) / (N - 1), ((qb - qa) / (b - a)).clamp(-9, 9)


def sheet(p, q, one, two, dim):
    """A cloth spanned between two threads [B, K, N, 2] of (p, q), the first at the smaller q. p, q: 4-d coordinates of the pixels; `dim`: the axis along which p runs.
    -> (signed distance to the threads, and to the line between their ends, along 0…1, across 0…1)."""
    line = p.select(-3 - dim, 0)                                         # dim −1: any row; dim −2: any column
    wide = lambda v: v.unsqueeze(-3 - dim)
    (q1, s1, m1), (q2, s2, m2) = (tuple(wide(v) for v in follow(c, line)) for c in (one, two))
    across = (q - q1) / (q2 - q1).clamp(min=1e-3)
    along = s1 + (s2 - s1) * across.clamp(0, 1)
    d = torch.maximum((q1 - q) * (1 + m1 * m1).rsqrt(), (q - q2) * (1 + m2 * m2).rsqrt())
    end1, end2 = one[..., -1, :, None, None], two[..., -1, :, None, None]
    dp, dq = (end2 - end1).unbind(-3)
    edge = ((p - end1[..., 0, :, :]) * dq - (q - end1[..., 1, :, :]) * dp) / (dp * dp + dq * dq + 1e-9).sqrt()
    return d, edge, along.clamp(0, 1), across.clamp(0, 1)


def backdrop(scene, c, back):
    """Where cloth is in the wind: outdoors. back: height of the ground's far edge."""
    a = scene.attributes
    edge = torch.full((scene.batch,), back, device=scene.device)
    light.paint_place(c, a, torch.where(a['place'] == PLACES.index('sea'), edge - .04, edge), scene.own['seed'])
    clouds(scene, c, back + .24)
    paint_ground(scene, c, edge)


def clouds(scene, c, horizon):
    """A few long clouds, drawn out by the wind."""
    a, s = scene.attributes, at(scene.own['seed'])
    cloud = torch.full_like(c.x, 9.)
    stretch = at(1.5 + .25 * scene.own['wind'])
    for i, (w, up) in enumerate(((.12, .18), (.085, .36), (.10, .52))):
        px, py = torch.frac(s * (3.1 + i) + i * .37) * 1.3 - .15, horizon + up + .04 * torch.cos(s * 30 + i)
        for dx, r in ((-.9, .16), (-.1, .27), (.6, .20)):
            puff = (((c.x - px - dx * w * stretch) / stretch) ** 2 + (c.y - py) ** 2).sqrt() - r * w
            cloud = torch.minimum(cloud, torch.maximum(puff, py - .12 * w - c.y))
    soft = light.to(light.SKY_LOW, a['time']) * .5 + .5 * torch.tensor([[1., 1., 1.], [1., .82, .70], [.24, .29, .47]], device=c.x.device)[a['time']]
    c.over(soft, c.cover(cloud, 1.5) * .72)


def paint_ground(scene, c, edge):
    a = scene.attributes
    light.paint_ground(c, a, edge, edge)
    snow = a['ground'] == GROUNDS.index('snow')
    if snow.any(): snowfield(c, at(snow.float()), light.to(light.AMBIENT, a['time']), at(scene.own['seed']) * 30)


def silk(paint, theta, across, ambient):
    """Colours [B, K, 3, H, W] of a cloth whose surface turns by `theta` (rad) from facing us: folds, and a sheen where it faces the sky."""
    turned = torch.sin(theta)
    tone = .95 + .34 * turned - .12 * (1 - torch.cos(theta)) - .05 * (1 - across)
    sheen = torch.exp(-((turned - .62) / .26) ** 2) * .14
    return (paint * tone.unsqueeze(2) + sheen.unsqueeze(2) * spread(ambient)).clamp(0, 1)


def air(scene, hits, body):
    """The wind, as loud as it blows (its pressure goes with U², of which a recording's level takes the edge, and its pitch rises with U), and the cloth: rustling as its free end flies, and a flap at each hit. hits [B, STEPS];
    body: Hz of the cloth's thump."""
    own, device, B = scene.own, scene.device, scene.batch
    long = lambda v: torch.nn.functional.interpolate(v[:, None], size=SAMPLES, mode='linear', align_corners=False)[:, 0]
    strength = long(own['breeze']) / 4.5
    noise = lambda low, high: sound.band_noise((B, SAMPLES), low, high, device)
    howl = (.5 + .5 * torch.sin(2 * math.pi * torch.cumsum(.5 * strength, 1) / RATE * 2 + own['seed'][:, None] * 9))
    wind = noise(40., 190.) * .050 * strength ** 1.6 + noise(180., 620.) * (.020 + .046 * howl) * strength ** 1.6 + noise(600., 2400.) * .010 * strength ** 2.4
    flies = long((own['rate'] * own['high'] * own['fly'].sin().abs()))    # m/s of the free end
    rustle = noise(900., 4200.) * .0038 * flies.clamp(max=5.)
    t = sound.clock(.16, device)
    crack = sound.band_noise((B, len(t)), 260., 1300. + 520. * own['wind'], device) * (torch.exp(-t * 62) + .28 * torch.exp(-t * 26))
    thump = torch.sin(2 * math.pi * body * t * (1 - 1.2 * t)) * torch.exp(-t * 34) * .9
    flap = (crack + thump) * (t * 2500).clamp(max=1)
    return wind + rustle + sound.convolve(sound.train(hits), flap) * .36
