import math

import pytest
import torch

from . import mel
from .vocoder import ANCHOR, HOP, N_FFT, RATE, Vocoder, basis, overlap, sine


@pytest.fixture(scope='module')
def vocoder():
    """Untrained, but with every layer at work: an initial net is near a linear map of single frames."""
    torch.manual_seed(0)
    v = Vocoder()
    for name, p in v.named_parameters():
        if p.dim() > 1: torch.nn.init.normal_(p, std=(.5 if 'out' in name else 1.) / p[0].numel() ** .5)
    return v.eval()


def mels(seconds, seed=0):
    torch.manual_seed(seed)
    n, t = int(seconds * RATE), torch.arange(int(seconds * RATE)) / RATE
    wave = .05 * torch.randn(1, n) * (1 + torch.sin(5 * t)) + .4 * torch.sin(2 * math.pi * 845.3 * t) * torch.exp(-3 * t.remainder(.7))
    return mel.log_mel(wave)


@torch.no_grad()
def test_a_window_of_128_frames_gives_two_seconds(vocoder):
    wave = vocoder(mels(2).expand(3, -1, -1))
    assert wave.shape == (3, 32000) and wave.isfinite().all() and wave.abs().max() <= 1 and wave.std() > 1e-3


@torch.no_grad()
def test_the_same_spectrogram_gives_the_same_wave(vocoder):
    assert torch.equal(vocoder(mels(2)), vocoder(mels(2)))


@torch.no_grad()
def test_two_windows_agree_in_the_middle_of_their_common_second(vocoder):
    film = mels(3)
    first, second = vocoder(film[:, :128])[0, 16000:], vocoder(film[:, 64:])[0, :16000]
    middle = slice(8000 - HOP, 8000 + HOP)
    assert (first - second)[middle].abs().max() < 1e-4
    assert (first - second).abs().max() > 1e-2                           # the test sees a difference where there is one


@torch.no_grad()
def test_nothing_is_heard_of_what_is_44_hundredths_of_a_second_away(vocoder):
    film = mels(2)
    other = film.clone()
    other[:, 96:] = mels(2, seed=1)[:, 96:] + 1
    assert torch.equal(vocoder(film)[:, :24000 - 7000], vocoder(other)[:, :24000 - 7000])


def test_the_fixed_map_inverts_the_short_time_fourier_transform():
    torch.manual_seed(0)
    wave = torch.randn(2, 16000)
    s = torch.stft(wave, N_FFT, HOP, window=sine(), return_complex=True).transpose(1, 2)
    back = overlap(torch.cat([s.real, s.imag], -1) @ basis())[:, :16000]
    assert (back - wave).abs().max() < 1e-4


@torch.no_grad()
@pytest.mark.parametrize('pitch', [441.7, 1003.1, 5210.4])
def test_a_steady_oscillator_is_a_clean_tone(vocoder, pitch):
    h = vocoder.head
    band = int((h.centre - pitch).abs().argmin())
    c = dict(tone=torch.zeros(1, 128, 64), pitch=h.centre.expand(1, 128, 64).clone(), tone_gate=torch.ones(1, 128, 25))
    c['tone'][..., band], c['pitch'][..., band] = .5, pitch
    wave = h.tones(c)[0, 2000:30000]
    power = torch.fft.rfft(wave * torch.hann_window(len(wave))).abs() ** 2
    near = (torch.fft.rfftfreq(len(wave), 1 / RATE) - pitch).abs() < RATE / HOP / ANCHOR
    assert power[~near].sum() < 1e-4 * power.sum()
    assert wave.std() == pytest.approx(.5 / 2 ** .5, rel=.01)
