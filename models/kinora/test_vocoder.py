import math

import pytest
import torch

from . import mel
from .vocoder import ANCHOR, HOP, N_FFT, RATE, Vocoder, basis, compare, edges, overlap, pitches, sine


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


def test_the_pitch_of_a_tone_is_read_within_two_cents_and_noise_is_not_taken_for_one():
    torch.manual_seed(0)
    t = torch.arange(16000) / RATE
    f, tonal = pitches(torch.stack([.3 * torch.sin(2 * math.pi * 1003.1 * t), .1 * torch.randn(16000)]))
    band = int((edges()[1:-1] - 1003.1).abs().argmin())
    assert (1200 * torch.log2(f[0, 4:-4, band] / 1003.1)).abs().max() < 2 and tonal[0, 4:-4, band].min() > .99
    assert tonal[1, :, 32:].mean() < .1


def test_an_onset_is_found_where_a_sound_begins_and_measures_hold_no_nan():
    torch.manual_seed(0)
    wave, hits = 6e-4 * torch.randn(1, 32000), torch.zeros(1, 4, 1024)
    hits[0, 0, 256] = .5                                                 # 0.5 s
    wave[0, 8000:8800] += .3 * torch.randn(800)
    late = torch.roll(wave, 48, 1)                                       # 3 ms
    assert compare(wave, wave, hits)['onset_ms_median'] == pytest.approx(0, abs=.5)
    assert compare(late, wave, hits)['onset_ms_median'] == pytest.approx(3, abs=.5)
    tone = .3 * torch.sin(2 * math.pi * 845.3 * torch.arange(32000) / RATE)[None] + wave
    assert all(v is None or math.isfinite(v) for v in compare(wave, tone, hits).values())
