"""Log-mel spectrograms: the form in which sound lives in the net. 64 bands, hop 250 samples (15.6 ms): four frames a picture frame."""
import functools
import math

import torch

from .world.clip import RATE, SAMPLES

MELS, HOP, N_FFT, FRAMES = 64, 250, 1024, SAMPLES // 250
FLOOR = .04                                # magnitudes below it are silence: the breath of noise must not be something to learn
MEAN, STD = -.6, 2.0                       # of the log over the simulator's sounds


@functools.lru_cache(maxsize=None)
def bank(device='cpu'):
    """Triangular filters [MELS, N_FFT//2 + 1] between 40 and 7,800 Hz (HTK mel scale)."""
    to_mel = lambda f: 2595 * math.log10(1 + f / 700)
    m = torch.linspace(to_mel(40), to_mel(7800), MELS + 2)
    edge = 700 * (10 ** (m / 2595) - 1) / (RATE / N_FFT)
    k = torch.arange(N_FFT // 2 + 1).float()
    up = (k - edge[:-2, None]) / (edge[1:-1] - edge[:-2])[:, None]
    down = (edge[2:, None] - k) / (edge[2:] - edge[1:-1])[:, None]
    return torch.minimum(up, down).clamp(min=0).to(device)


def magnitude(wave): return torch.stft(wave, N_FFT, HOP, window=torch.hann_window(N_FFT, device=wave.device), return_complex=True).abs()


def log_mel(wave):                         # [B, SAMPLES] -> [B, FRAMES, MELS], about unit variance; frame k is centred on sample k·HOP
    m = torch.einsum('mf,bft->btm', bank(str(wave.device)), magnitude(wave))[:, :wave.shape[1] // HOP]
    return (torch.log(m.clamp(min=FLOOR)) - MEAN) / STD
