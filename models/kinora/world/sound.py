"""Sound from physics: modes struck by contacts, shaped noise, rooms. Everything is driven by the `hits` that the simulation recorded."""
import math

import torch

from .clip import RATE, SAMPLES, STEPS

# By material: base frequency (Hz at radius 0.09), decay (1/s), mode ratios, mode gains, share of noise in the knock.
#   rubber: a dull thump · metal: long inharmonic ring · wood: a short knock · glass: a bright clink
BASE = torch.tensor([115., 820., 330., 1750.])
DECAY = torch.tensor([26., 4.2, 34., 11.])
RATIOS = torch.tensor([[1., 1.6, 2.3, 3.1, 4.2], [1., 2.76, 5.40, 3.9, 7.1], [1., 2.57, 4.2, 5.7, 3.3], [1., 2.32, 3.65, 4.25, 1.5]])
GAINS = torch.tensor([[1., .5, .2, .1, .05], [1., .8, .5, .4, .25], [1., .5, .3, .15, .2], [1., .6, .5, .3, .3]])
KNOCK = torch.tensor([.22, .20, .45, .18])


def train(hits):
    """Contact strengths [..., STEPS] on the physics clock -> impulses [..., SAMPLES] at audio rate."""
    out = torch.zeros(*hits.shape[:-1], SAMPLES, device=hits.device)
    at = (torch.arange(STEPS, device=hits.device).double() * RATE / (STEPS * RATE / SAMPLES)).round().long().clamp(max=SAMPLES - 1)
    return out.index_add_(-1, at, hits)


def convolve(signal, kernel):
    """Linear convolution along the last axis, cut to the signal's length."""
    n = signal.shape[-1] + kernel.shape[-1]
    n = 1 << (n - 1).bit_length()
    return torch.fft.irfft(torch.fft.rfft(signal, n) * torch.fft.rfft(kernel, n), n)[..., :signal.shape[-1]]


def clock(seconds, device): return torch.arange(int(seconds * RATE), device=device) / RATE


def modes(material, radius, seconds=1.0):
    """The ring of a struck ball: [B, seconds·RATE]. material [B] index, radius [B]."""
    device, t = material.device, clock(seconds, material.device)
    pick = lambda table: table.to(device)[material]
    f = (pick(BASE) * (.09 / radius.clamp(min=.03)))[:, None] * pick(RATIOS)
    keep = (f < RATE * .46).float()
    d = pick(DECAY)[:, None] * (.6 + .4 * pick(RATIOS))
    tone = (pick(GAINS) * keep)[..., None] * torch.exp(-d[..., None] * t) * torch.sin(2 * math.pi * f[..., None] * t)
    ring = tone.sum(1)
    knock = torch.exp(-t * 420) * torch.randn(len(t), device=device) * pick(KNOCK)[:, None] * 2
    attack = (t * 2500).clamp(max=1)
    return (ring + knock) * attack


def band_noise(shape, low, high, device):
    """White noise kept between two frequencies (Hz; numbers or [B]) with soft slopes: [*shape], unit variance."""
    x = torch.randn(*shape, device=device)
    f = torch.fft.rfftfreq(shape[-1], 1 / RATE).to(device)
    low, high = (torch.as_tensor(v, dtype=torch.float, device=device).reshape(-1, *[1] * (len(shape) - 1)) for v in (low, high))
    gain = 1 / (1 + (low / f.clamp(min=1.)) ** 4) / (1 + (f / high) ** 4)
    y = torch.fft.irfft(torch.fft.rfft(x) * gain.reshape(-1, *[1] * (len(shape) - 2), f.shape[0]), shape[-1])
    return y / (y.std(-1, keepdim=True) + 1e-6)


def ground_thump(ground, seconds=.25):
    """What the ground adds to a contact: [B, n]. wood hollow, stone dry, grass soft, ice glassy, snow muffled, gravel gritty, court hollow, water none, sand muffled, road dry."""
    device, t = ground.device, clock(seconds, ground.device)
    pick = lambda v: torch.tensor(v, device=device)[ground][:, None]
    f, d, g, n = pick([150., 240., 85., 460., 70., 190., 125., 60., 65., 210.]), pick([24., 55., 60., 30., 80., 45., 22., 60., 85., 60.]), pick([.55, .35, .35, .3, .25, .2, .6, .0, .2, .3]), pick([.10, .25, .30, .12, .25, .7, .10, .0, .4, .3])
    noise = band_noise((ground.shape[0], len(t)), 300., 3500., device)
    return g * torch.exp(-d * t) * torch.sin(2 * math.pi * f * t) + n * .35 * torch.exp(-d * 2.2 * t) * noise


def room(wave, amount, seconds=.35):
    """A short diffuse tail; amount [B] 0…1."""
    t = clock(seconds, wave.device)
    tail = torch.randn(wave.shape[0], len(t), device=wave.device) * torch.exp(-t * 16) * (t > .012) * .045
    return wave + amount[:, None] * convolve(wave, tail)


def finish(wave):
    """Soft limit to −1…1 and a breath of room noise, so that silence is not digital zero."""
    return torch.tanh(wave * .9) * .97 + torch.randn_like(wave) * 6e-4
