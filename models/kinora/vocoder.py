"""Log-mel to waveform in one pass: a small Vocos-like net whose head places tones and noise where a mel spectrogram says there are some.

    wave = load('runs/vocoder.pt')(mel.log_mel(sound))                        # [B, frames, 64] -> [B, frames·250]

    python -m models.kinora.vocoder --minutes 10 --out runs/vocoder.pt        # resumes from --out when it exists
    python -m models.kinora.vocoder --measure runs/vocoder.pt                 # against Griffin–Lim, by family; JSON beside it

A deterministic net that maps a mel spectrogram straight to phases buzzes at the frame rate wherever the spectrogram stands still. Here the net says
how loud, how high and how sharp, and phases follow by construction:
- tones: one oscillator a band, whose phase is the sum of its frequency and is 0 at every `ANCHOR` frames, so that two windows that overlap agree;
- noise: random phases that are hashed from the spectrogram itself, so that it neither repeats nor depends on where the window begins;
- bursts: a second noise, and the tones, are shaped by gates of 0.6 ms, which keeps what is struck from smearing over a window.
Trained by a spectral energy distance (Gritsenko et al. 2020): two draws of the noise attract the target and repel each other.
"""
import argparse
import json
import math
import os
import time
from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

from . import machine, mel as mels, world
from .mel import HOP, MEAN, MELS, STD
from .muon import Muon
from .world.clip import RATE, SAMPLES, SUBSTEPS

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


# ---- data ----

def simulate(families, clips, seed):
    """Sounds of the world without its pictures: [clips · families, SAMPLES]."""
    torch.manual_seed(seed)
    return torch.cat([world.audio(world.family(n).simulate(clips, torch.device('cpu'))) for n in families])


def rings(B, n):
    """What the world lacks: decaying and gliding tones, bursts and beds of coloured noise: [B, n]."""
    r, t = (lambda *s: torch.rand(B, *s, 1)), torch.arange(n) / RATE
    since = t - r(6) * n / RATE
    struck = torch.exp(-since.clamp(min=0) * 2 * 60 ** r(6)) * (since > 0)
    pitch = 70 * 90 ** r(6) * (1 + (r(6) < .2) * (r(6) - .5) * since.clamp(-1, 1))
    tones = (struck * torch.sin(TURN * pitch * since) * r(6) * (r(6) < .5)).sum(1)
    low = 50 * 60 ** r(3)
    noise = world.sound.band_noise((B * 3, n), low.flatten(), (low * 1.5 * 12 ** r(3)).flatten(), 'cpu').reshape(B, 3, n)
    return tones + (noise * torch.where(r(3) < .3, r(3) * .2, struck[:, :3]) * r(3) * (r(3) < .6)).sum(1)


def crops(pool, B, n):
    """A training batch [B, n]: crops at any sample, at any loudness, some mixed, some synthetic, over the world's breath of noise."""
    def cut():
        clip, at = torch.randint(len(pool), (B, 1)), torch.randint(SAMPLES - n + 1, (B, 1))
        return pool[clip, at + torch.arange(n)]
    u, gain = torch.rand(B, 1), lambda: 10 ** (torch.rand(B, 1) * 1.2 - .9)
    mixed = cut() * torch.where(u < .5, 10 ** (.2 * torch.randn(B, 1)), gain())
    mixed = mixed + (u > .7) * torch.where(u > .85, rings(B, n) * gain(), cut() * gain())
    return torch.tanh(mixed) + BREATH * torch.randn(B, n)


# ---- losses ----

WINDOWS = (64, 128, 256, 512, 1024, 2048)  # samples; the short ones see onsets
BREATH = 6e-4                              # the standard deviation of the world's room noise: nothing below it counts


def spectra(wave):                         # [B, n] -> (log magnitude, magnitude) by window
    out = []
    for n in WINDOWS:
        m = torch.stft(wave, n, n // 4, window=torch.hann_window(n), return_complex=True)
        m = torch.sqrt(m.real ** 2 + m.imag ** 2 + (BREATH * n ** .5) ** 2 * .375) / n ** .5
        out.append((torch.log(m), m))
    return out


def distance(a, b, scale):
    return sum((la - lb).abs().mean() + ((ma - mb).abs() / s).mean() for (la, ma), (lb, mb), s in zip(a, b, scale)) / len(WINDOWS)


@torch.no_grad()
def pitches(wave):
    """Where a band holds a tone: energy-weighted instantaneous frequency (Hz) and how tonal it is, 0…1: [B, frames, 64] each.

    Instantaneous frequency is the phase that a bin gains in one sample; over a band that holds one tone it is the same in every bin.
    """
    stft = lambda x: torch.stft(x, mels.N_FFT, HOP, window=torch.hann_window(mels.N_FFT), return_complex=True)[..., :wave.shape[1] // HOP]
    a, b = stft(wave), stft(wave.roll(-1, -1))
    f = torch.angle(b * a.conj()) * RATE / TURN
    power = a.abs() ** 2
    total = torch.einsum('mf,bft->btm', mels.bank(), power) + 1e-9
    mean = torch.einsum('mf,bft->btm', mels.bank(), power * f) / total
    wide = (torch.einsum('mf,bft->btm', mels.bank(), power * f ** 2) / total - mean ** 2).clamp(min=0)
    return mean, torch.exp(-wide / 12. ** 2) * (total > .02)


def losses(vocoder, wave, amount):
    """-> dict of losses of one batch [B, n]; `amount`: noise laid on the mel, for the net's spectra are not the simulator's."""
    clean = mels.log_mel(wave)
    given = clean + amount * torch.rand(len(wave), 1, 1) * torch.randn_like(clean)
    c = vocoder.head.controls(vocoder.backbone(given), given)
    f, tonal = pitches(wave)
    pitch = (tonal * (c['pitch'] - f).abs() / vocoder.head.reach).sum() / (tonal.sum() + 1)
    c['pitch'] = c['pitch'].detach()                                     # spectra say little of a frequency that is off by a band
    tones, gate, n = vocoder.head.tones(c), vocoder.head.gate(c['burst_gate']), wave.shape[1] - HOP
    draw = lambda: (tones + vocoder.head.noise(c['noise'], torch.rand_like(c['noise'])) + vocoder.head.noise(c['burst'], torch.rand_like(c['burst'])) * gate)[:, :n]
    y, z = draw(), draw()
    x, a, b = spectra(wave[:, :n]), spectra(y), spectra(z)
    scale = [m.mean((1, 2), keepdim=True) + BREATH for _, m in x]
    return dict(spectrum=distance(a, x, scale) + distance(b, x, scale) - distance(a, b, scale), mel=(mels.log_mel(y) - clean[:, :-1]).abs().mean(), pitch=pitch)


WEIGHTS = dict(spectrum=1., mel=.5, pitch=1.)


def sounds(args):
    path = args.out + '.clips'
    if not os.path.exists(path): torch.save(simulate(args.families.split(','), args.clips, 1).half(), path)
    return torch.load(path).float()


def train(args):
    vocoder, pool = Vocoder(), sounds(args)
    matrices = [p for n, p in vocoder.backbone.named_parameters() if p.dim() == 2]
    opt = Muon(matrices, [p for p in vocoder.parameters() if all(p is not q for q in matrices)], args.rate, 1.5e-3)
    step, before, log = 0, 0., []
    if os.path.exists(args.out):
        k = torch.load(args.out)
        vocoder.load_state_dict(k['weights'])
        if k['opt']: opt.load_state_dict(k['opt'])     # none after restore.py
        step, before, log = k['step'], k['minutes'], k['log']
    torch.manual_seed(2 + step)
    start, sums, minutes = time.thread_time(), {}, before             # minutes of work, not of waiting: this may run beside another training

    def save():
        torch.save(dict(config=asdict(vocoder.config), weights=vocoder.state_dict(), opt=opt.state_dict(), step=step, minutes=minutes, log=log, families=args.families), args.out + '.part')
        os.replace(args.out + '.part', args.out)

    while (gone := minutes / args.minutes) < 1:
        parts = losses(vocoder, crops(pool, args.batch, args.frames * HOP), .12)
        loss = sum(WEIGHTS[k] * v for k, v in parts.items())
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(vocoder.parameters(), 3.)
        opt.step(min(1, (step + 1) / 30) * max(.02, min(1, 1.6 * (1 - gone))))
        step, minutes = step + 1, before + (time.thread_time() - start) / 60
        for k, v in parts.items(): sums[k] = sums.get(k, 0.) + v.item() / 50
        if step % 50 == 0:
            log.append(dict(step=step, minutes=round(minutes, 2), **{k: round(v, 4) for k, v in sums.items()}))
            print(' '.join(f'{k} {v}' for k, v in log[-1].items()), flush=True)
            sums = {}
        if step % 250 == 0: save()
    save()


# ---- measures ----

def griffin_lim(mel, rounds=32):
    """The usual reference without a net: pseudo-inverse of the bands, then phases by alternating projection."""
    window = torch.hann_window(mels.N_FFT)
    magnitude = (torch.exp(mel * STD + MEAN) @ torch.linalg.pinv(mels.bank()).T).clamp(min=0).transpose(1, 2)
    magnitude = F.pad(magnitude, (0, 1))
    phase = torch.polar(torch.ones_like(magnitude), TURN * torch.rand_like(magnitude))
    for _ in range(rounds):
        wave = torch.istft(magnitude * phase, mels.N_FFT, HOP, window=window, length=mel.shape[1] * HOP)
        s = torch.stft(wave, mels.N_FFT, HOP, window=window, return_complex=True)
        phase = s / s.abs().clamp(min=1e-8)
    return wave


def onset(wave, at, before=.03, after=.04):
    """Seconds from `at` (s) to where the energy of 5 ms rises most over that of the 5 ms before, within −30…40 ms; and that rise in dB."""
    low, high, n = round((at - before) * RATE), round((at + after) * RATE), RATE // 200
    if low < n or high + n > len(wave): return None
    energy = F.pad(wave.double().pow(2).cumsum(0), (1, 0))
    i = torch.arange(low, high)
    rise = ((energy[i + n] - energy[i]) / n + 4 * BREATH ** 2).log10() - ((energy[i] - energy[i - n]) / n + 4 * BREATH ** 2).log10()
    best = int(rise.argmax())
    return (low + best) / RATE - at, 10 * float(rise[best])


def displacements(wave, real, hits, alone=.16, least=.08):
    """Milliseconds between each clearly heard, lone contact and its onset in `wave`, for hits [B, OBJECTS, STEPS]."""
    out, strength = [], hits.amax(1)
    for b, k in (strength > least).nonzero().tolist():
        if (strength[b, max(0, k - int(alone * SUBSTEPS)):k] > 0).any(): continue
        heard, found = onset(real[b], k / SUBSTEPS), onset(wave[b], k / SUBSTEPS)
        if heard and heard[1] > 10 and abs(heard[0]) < .01: out.append(1000 * found[0])
    return out


def quantile(values, q): return round(float(torch.tensor(values).quantile(q)), 2) if values else None


def compare(wave, real, hits):
    """-> log-mel distance (dB), spectral convergence, onsets against contacts (ms), pitch where tones ring (cents), hum at the frame rate (dB)."""
    a, b = (mels.log_mel(w) * STD * 20 / math.log(10) for w in (wave, real))
    m, n = (mels.magnitude(w) for w in (wave, real))
    f, tonal = pitches(real)
    g, clean = pitches(wave)
    rings = (tonal > .7) & (mels.log_mel(real) > 1.5)
    cents = (1200 * torch.log2(g.clamp(min=20) / f.clamp(min=20))).abs()[rings].tolist()     # a mean over two-sided phases can fall below 0
    late = [abs(v) for v in displacements(wave, real, hits)]

    def hum(w):                            # share of the envelope's power at RATE / HOP = 64 Hz, above what lies beside it
        e = torch.fft.rfft(F.avg_pool1d(w.abs()[:, None], 32, 8)[:, 0]).abs().pow(2)
        hz = torch.fft.rfftfreq(2 * (e.shape[1] - 1), 8 / RATE)
        return 10 * torch.log10(e[:, (hz - RATE / HOP).abs() < 1.5].mean() / e[:, ((hz - RATE / HOP).abs() > 4) & ((hz - RATE / HOP).abs() < 20)].mean())
    return dict(log_mel_db=round((a - b).abs().mean().item(), 3), convergence=round(((m - n).norm() / n.norm()).item(), 3),
                onset_ms_median=quantile(late, .5), onset_ms_p95=quantile(late, .95), onsets=len(late),
                pitch_cents_median=quantile(cents, .5), tonality_kept=round((clean[rings].sum() / tonal[rings].sum()).item(), 3) if len(cents) > 50 else None,
                hum_db=round((hum(wave) - hum(real)).item(), 2))


@torch.no_grad()
def measure(path, families, clips=48):
    """On seeds that training does not use, by family: this vocoder, Griffin–Lim from the same mel, and the real sound against its own contacts."""
    vocoder, out = load(path), {}
    for name in families:
        torch.manual_seed(7_000_001)
        scene = world.family(name).simulate(clips, torch.device('cpu'))
        real = world.audio(scene)
        mel = mels.log_mel(real)
        out[name] = {k: compare(w, real, scene.hits) for k, w in (('vocoder', vocoder(mel)), ('griffin_lim', griffin_lim(mel)), ('real', real))}
        for k, v in out[name].items(): print(f'{name:11} {k:12}', ' '.join(f'{n} {x}' for n, x in v.items()), flush=True)
    with open(os.path.splitext(path)[0] + '.json', 'w') as file: json.dump(out, file, indent=1)
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--minutes', type=float, default=10)
    p.add_argument('--families', default='balls,water,thunder,basketball,footsteps,fireworks')
    p.add_argument('--clips', type=int, default=160)         # of each family
    p.add_argument('--batch', type=int, default=8)
    p.add_argument('--frames', type=int, default=64)
    p.add_argument('--rate', type=float, default=.01)
    p.add_argument('--threads', type=int, default=0)
    p.add_argument('--out', default='runs/vocoder.pt')
    p.add_argument('--measure')
    args = p.parse_args()
    machine.prepare()
    if args.threads: torch.set_num_threads(args.threads)
    if args.measure: measure(args.measure, args.families.split(','))
    else:
        os.makedirs(os.path.dirname(args.out) or '.', exist_ok=True)
        train(args)


if __name__ == '__main__': main()
