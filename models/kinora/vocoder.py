"""Log-mel to waveform in one pass: a small Vocos-like net whose head places tones and noise where a mel spectrogram says there are some.

    wave = load('runs/vocoder.pt')(mel.log_mel(sound))                        # [B, frames, 64] -> [B, frames·250]

A deterministic net that maps a mel spectrogram straight to phases buzzes at the frame rate wherever the spectrogram stands still. Here the net says
how loud, how high and how sharp, and phases follow by construction:
- tones: one oscillator a band, whose phase is the sum of its frequency and is 0 at every `ANCHOR` frames, so that two windows that overlap agree;
- noise: random phases that are hashed from the spectrogram itself, so that it neither repeats nor depends on where the window begins;
- bursts: a second noise, and the tones, are shaped by gates of 0.6 ms, which keeps what is struck from smearing over a window.
"""
import math
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

from . import mel as mels
from .mel import HOP, MEAN, MELS, STD
from .world.clip import RATE

N_FFT = 2 * HOP                            # of the noise: frame k covers samples (k−1)·HOP … (k+1)·HOP
BINS = N_FFT // 2 + 1
ANCHOR = 16                                # frames; a window's start is one, and so is the middle of two windows' common second
POINTS = 25                                # gate values a hop: 0.625 ms
SEED = 64                                  # frames after which the seed of the noise repeats: windows are that far apart
COARSE, FINE = 25, 20                      # an oscillator's frame of N_FFT samples = COARSE × FINE, by angle addition
TURN = 2 * math.pi


@dataclass
class VocoderConfig:
    width: int = 256
    blocks: int = 4                        # receptive field: 3 frames a block and side
    expand: int = 3


class RMSNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width))

    def forward(self, x): return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-6) * self.gain


class Block(nn.Module):
    """ConvNeXt in one dimension, channels last: [B, frames, width]."""

    def __init__(self, width, expand):
        super().__init__()
        self.depthwise = nn.Conv1d(width, width, 7, padding=3, groups=width)
        self.norm = RMSNorm(width)
        self.up, self.down = nn.Linear(width, width * expand), nn.Linear(width * expand, width)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def forward(self, x): return x + self.down(F.silu(self.up(self.norm(self.depthwise(x.transpose(1, 2)).transpose(1, 2)))))


class Backbone(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.stem = nn.Linear(MELS, c.width)
        self.blocks = nn.ModuleList(Block(c.width, c.expand) for _ in range(c.blocks))
        self.norm = RMSNorm(c.width)

    def forward(self, mel):                # [B, frames, 64] -> [B, frames, width]
        x = self.stem(mel)
        for block in self.blocks: x = block(x)
        return self.norm(x)


def sine(): return torch.sin(math.pi * (torch.arange(N_FFT) + .5) / N_FFT)   # its square and the next frame's square sum to 1


def basis():
    """[2·BINS, N_FFT]: real parts, then imaginary parts of a frame's spectrum (as torch.stft gives it with window `sine()`) -> its windowed samples."""
    eye = torch.eye(BINS, dtype=torch.double)
    rows = torch.cat([torch.fft.irfft(eye.to(torch.cdouble), N_FFT), torch.fft.irfft(1j * eye, N_FFT)])
    return (rows * sine()).float()


def overlap(frames):                       # [B, frames, N_FFT] -> [B, frames·HOP]: a frame's second half and the first half of the next one
    late, early = frames[..., HOP:], frames[..., :HOP]
    return (late + F.pad(early[:, 1:], (0, 0, 0, 1))).flatten(1)


def edges():                               # Hz [MELS + 2]: corners of the bands of mel.bank()
    top = lambda f: 2595 * math.log10(1 + f / 700)
    return 700 * (10 ** (torch.linspace(top(40), top(7800), MELS + 2) / 2595) - 1)


def spread():                              # [MELS, BINS]: values at the bands' centres -> at the bins, linear in frequency
    centre, f = edges()[1:-1], torch.arange(BINS) * RATE / N_FFT
    f = f.clamp(centre[0], centre[-1])
    i = torch.searchsorted(centre, f, right=True).clamp(1, MELS - 1)
    t = ((f - centre[i - 1]) / (centre[i] - centre[i - 1]))[:, None]
    return (F.one_hot(i - 1, MELS) * (1 - t) + F.one_hot(i, MELS) * t).T.contiguous()


class Head(nn.Module):
    """Features and the mel itself -> what each band does (`controls`), and that -> wave (`tones`, `noise`)."""
    SIZES = dict(tone=MELS, pitch=MELS, noise=MELS, burst=MELS, tone_gate=POINTS, burst_gate=POINTS)

    def __init__(self, c):
        super().__init__()
        self.out = nn.Linear(c.width, sum(self.SIZES.values()))
        nn.init.normal_(self.out.weight, std=.01)
        nn.init.zeros_(self.out.bias)
        e, g = edges(), torch.Generator().manual_seed(1)
        area = mels.bank().sum(1)
        fixed = dict(centre=e[1:-1], reach=(e[2:] - e[:-2]) * .6, basis=basis(), spread=spread(), window=sine() ** 2,
                     # What a mel value says of white noise of that level in the spectra of `basis`, and of one tone's amplitude.
                     noise_level=math.log(N_FFT ** .5 / (384 ** .5 * .886)) - torch.log(area), tone_level=torch.full((MELS,), -math.log(360.)),
                     hash=torch.randn(MELS, BINS, generator=g) * 2, seed=torch.rand(SEED, BINS, generator=g),
                     start=torch.arange(MELS) ** 2 / (2 * MELS),              # phases of Schroeder (turns): tones of one anchor do not pile up
                     sums=torch.ones(ANCHOR, ANCHOR).tril(-1), whole=(e[1:-1] * HOP / RATE).round(),   # whole turns a hop are left out of sums: float32
                     coarse=(torch.arange(COARSE) * FINE - HOP) / RATE, fine=torch.arange(FINE) / RATE, between=torch.arange(HOP // POINTS) / (HOP // POINTS))
        for name, value in fixed.items(): self.register_buffer(name, value.float(), persistent=False)

    def controls(self, x, mel):
        """-> tone amplitude [B, frames, 64], pitch (Hz), magnitude of noise and of bursts [B, frames, 251], gates [B, frames, 25]."""
        tone, pitch, noise, burst, tone_gate, burst_gate = self.out(x).split(list(self.SIZES.values()), -1)
        level = mel * STD + MEAN
        return dict(tone=torch.exp((tone + level + self.tone_level - 1).clamp(-14, 1)), pitch=self.centre + self.reach * torch.tanh(pitch),
                    noise=torch.exp((noise + level + self.noise_level - .7).clamp(-14, 6) @ self.spread),
                    burst=torch.exp((burst + level + self.noise_level - 2).clamp(-14, 6) @ self.spread),
                    tone_gate=torch.exp(tone_gate.clamp(-7, 3)), burst_gate=torch.exp(burst_gate.clamp(-7, 3)))

    def gate(self, g):                     # [B, frames, POINTS] -> [B, frames·HOP], straight lines between the points
        g = g.flatten(1)[..., None]
        after = torch.cat([g[:, 1:], g[:, -1:]], 1)
        return (g + (after - g) * self.between).flatten(1)

    def tune(self, pitch):                 # Hz [B, frames, 64] -> phases at the frames' middles (turns), and pitch as tuned: each ANCHOR frames hold whole turns
        a = (pitch * (HOP / RATE) - self.whole).unflatten(1, (-1, ANCHOR))
        total = a.sum(2, keepdim=True)
        a = a - (total - torch.round(total)) / ANCHOR
        return (self.sums @ a).flatten(1, 2) + self.start, (a.flatten(1, 2) + self.whole) * (RATE / HOP)

    def tones(self, c):
        phase, pitch = self.tune(c['pitch'])
        turns = phase[..., None] + pitch[..., None] * self.coarse                                      # [B, frames, 64, COARSE]
        first, then = TURN * (turns - torch.floor(turns)), TURN * pitch[..., None] * self.fine         # [B, frames, 64, FINE]
        a = c['tone'][..., None]
        left, right = torch.cat([a * torch.cos(first), -a * torch.sin(first)], 2), torch.cat([torch.cos(then), torch.sin(then)], 2)
        frames = (left.transpose(2, 3) @ right).flatten(2)                                             # [B, frames, N_FFT]
        return overlap(frames * self.window) * self.gate(c['tone_gate'])

    def angles(self, mel):                 # turns, for the noise and for the bursts [B, frames, BINS] each
        n = mel.shape[1]
        own, seed = mel @ self.hash, self.seed.repeat((n + SEED) // SEED + 1, 1)
        return own + seed[:n], own + seed[1:n + 1]

    def noise(self, magnitude, turns):
        turns = TURN * (turns - torch.floor(turns))
        return overlap(torch.cat([magnitude * torch.cos(turns), magnitude * torch.sin(turns)], -1) @ self.basis)

    def render(self, c, angles):
        return self.tones(c) + self.noise(c['noise'], angles[0]) + self.noise(c['burst'], angles[1]) * self.gate(c['burst_gate'])

    def forward(self, x, mel): return self.render(self.controls(x, mel), self.angles(mel))


class Vocoder(nn.Module):
    def __init__(self, config=VocoderConfig()):
        super().__init__()
        self.config, self.backbone, self.head = config, Backbone(config), Head(config)

    def basis(self): return self.head.basis

    def forward(self, mel):                # [B, frames, 64], frames a multiple of ANCHOR -> [B, frames·HOP] in −1…1
        return self.head(self.backbone(mel), mel).clamp(-1, 1)


def load(path, device='cpu'):
    k = torch.load(path, map_location=device)
    vocoder = Vocoder(VocoderConfig(**k['config'])).to(device)
    vocoder.load_state_dict(k['weights'])
    return vocoder.eval()
