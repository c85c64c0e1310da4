import random

import pytest
import torch

from . import audio, caption, echo, family
from .caption import EXTRAS, SETS, WORDS
from .clip import ATTRIBUTES, FAMILIES, RATE, SAMPLES

ROOMS = True
DRY, HALL, ALLEY = range(3)
FITS = ('balls', 'basketball', 'water', 'footsteps', 'pendulum', 'chimes', 'talk')


def fall(response, low, high):
    """RT60 (s) of impulse responses [B, n]: Schroeder's backward integration, its slope from −5 to −25 dB (ISO 3382)."""
    f = torch.fft.rfftfreq(response.shape[-1], 1 / RATE)
    band = torch.fft.irfft(torch.fft.rfft(response) * ((f > low) & (f < high)), response.shape[-1])
    left = 10 * torch.log10(band.pow(2).flip(-1).cumsum(-1).flip(-1).mean(0).clamp(min=1e-20))
    left = left - left[0]
    a, b = (int((left > -level).nonzero()[-1]) for level in (5, 25))
    return 60 / (20 / ((b - a) / RATE))


def click(n=8): return torch.nn.functional.pad(torch.ones(n, 1), (0, SAMPLES - 1))


def test_a_halls_sound_falls_60_decibels_in_its_time():
    torch.manual_seed(1)
    response = echo.hall(8, torch.device('cpu'))
    assert abs(fall(response, 250, 1500) - echo.HALL) < .12
    assert abs(fall(response, 4500, 7000) - echo.HIGHS) < .10


def test_an_alley_is_soon_silent():
    torch.manual_seed(2)
    response, last = echo.alley(torch.rand(8)), int((echo.SLAPS * echo.APART[1] + .05) * RATE)
    assert (response[:, last:].pow(2).sum(-1) < 1e-5 * response.pow(2).sum(-1)).all()
    assert echo.hall(1, torch.device('cpu'))[0, last:].pow(2).sum() > 1e-4 * echo.HALL_SHARE
    t = torch.tensor([echo.ALLEY])
    assert torch.allclose(20 * torch.log10(echo.decay(echo.ALLEY, t)), torch.tensor(-60.))


def test_an_alley_slaps_evenly_and_ever_softer():
    torch.manual_seed(3)
    seed = torch.linspace(.01, .99, 8)
    out = echo.apply(click(), torch.full((8,), ALLEY), seed)
    gap = echo.apart(seed)
    assert gap.min() >= .06 and gap.max() <= .18
    for b in range(8):
        peaks = []
        for k in range(1, 5):
            i = int(round(float(gap[b]) * k * RATE))
            window = out[b, i - 160:i + 400].abs()
            assert abs(int(window.argmax()) - 160) <= 2
            peaks.append(out[b, i:i + 60].clamp(min=0).sum())
        assert all(.35 < b_ / a < .85 for a, b_ in zip(peaks, peaks[1:]))


def test_the_hall_tail_is_as_strong_as_it_says():
    torch.manual_seed(4)
    tail = (echo.apply(click(), torch.full((8,), HALL), torch.rand(8)) / .85 - click()).pow(2).sum(-1)
    assert torch.allclose(tail, torch.full((8,), echo.HALL_SHARE), rtol=1e-3)


def test_dry_clips_and_others_stay_as_they_are():
    wave = torch.randn(4, SAMPLES)
    assert torch.equal(echo.apply(wave, torch.tensor([DRY, -1, DRY, -1]), torch.rand(4)), wave)


def test_nothing_sounds_before_it_does():
    late = click().roll(4000, -1)
    for kind in (HALL, ALLEY): assert echo.apply(late, torch.full((8,), kind), torch.rand(8))[:, :3990].abs().max() < 1e-4


@pytest.mark.parametrize('name', FITS)
def test_four_of_five_clips_are_dry(name):
    torch.manual_seed(5)
    drawn = family(name).simulate(256, torch.device('cpu')).attributes['echo']
    share = [(drawn == i).float().mean() for i in range(3)]
    assert abs(share[DRY] - .8) < .1 and share[HALL] > .04 and share[ALLEY] > .04


@pytest.mark.parametrize('name', FITS)
def test_rooms_are_heard(name):
    torch.manual_seed(6)
    scene, waves = family(name).simulate(8, torch.device('cpu')), []
    for kind in range(3):
        scene.attributes['echo'] = torch.full((8,), kind)
        torch.manual_seed(7)
        waves.append(audio(scene))
    assert torch.isfinite(torch.stack(waves)).all() and torch.stack(waves).abs().max() <= 1
    assert ((waves[0] - waves[1]).std(-1) > .15 * waves[0].std(-1)).all() and ((waves[0] - waves[2]).std(-1) > .15 * waves[0].std(-1)).all()


def test_captions_of_families_with_rooms_tell_them():
    frames = {f: [f, *(s for (g, _, _), s in SETS.items() if g == f)] for f in FAMILIES}
    for name in FITS: assert all('echo' in EXTRAS[s] for s in frames[name])
    row = [-1] * len(ATTRIBUTES)
    for k, v in dict(family='basketball', place='room', time='day', style='flat', camera='still', outcome='score', echo='hall').items(): row[list(ATTRIBUTES).index(k)] = ATTRIBUTES[k].index(v)
    rng = random.Random(1)
    told = [caption.write(row, rng) for _ in range(100)]
    said = [text for text, mentioned in told if 'echo' in mentioned]
    assert 60 < len(said) < 95
    assert sum(any(w in text for language in WORDS['echo']['hall'] for w in language) for text in said) > .85 * len(said)   # a slip of the finger hides some
