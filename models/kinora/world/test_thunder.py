import pytest
import torch

from . import audio, make, picture, thunder
from .clip import DT, OUTCOMES, RATE, SPEED_OF_SOUND, STEPS
from .onsets import heard


@pytest.fixture(scope='module')
def scene():
    torch.manual_seed(7)
    with torch.no_grad(): return thunder.simulate(96, torch.device('cpu'))


@pytest.fixture(scope='module')
def wave(scene):
    torch.manual_seed(8)
    with torch.no_grad(): return audio(scene)


def low(wave, top=350.):
    """The wave below `top` Hz: the rumble without the rain."""
    f = torch.fft.rfftfreq(wave.shape[-1], 1 / RATE)
    return torch.fft.irfft(torch.fft.rfft(wave) / (1 + (f / top) ** 4), wave.shape[-1])


def test_sound_travels_343_metres_a_second():
    assert SPEED_OF_SOUND == 343.0


def test_the_boom_comes_a_distance_over_343_after_the_flash(scene):
    o = scene.own
    for i in range(thunder.STROKES):
        shown = (o['when'][:, i] > .02) & (o['when'][:, i] < 1.98)
        rise = scene.flash[:, 1:] - scene.flash[:, :-1]
        for b in (shown & o['heard'][:, i]).nonzero()[:, 0].tolist():
            k = int(o['when'][b, i] / DT)
            flash = (k + int(rise[b, max(0, k - 2):k + 3].argmax()) + 1 - min(k, 2)) * DT
            boom = min((scene.hits[b, 0] > 0).nonzero()[:, 0].tolist(), key=lambda s: abs(s * DT - o['boom'][b, i])) * DT
            assert abs(boom - flash - float(o['distance'][b, i]) / 343.) < 3 * DT


def test_near_and_far_storms_are_apart(scene):
    near = scene.attributes['outcome'] == OUTCOMES.index('near')
    delay = scene.own['distance'] / SPEED_OF_SOUND
    assert near.any() and (~near).any()
    assert delay[near].max() < .40 < .60 < delay[~near].min()


def test_the_flash_lights_the_picture(scene):
    first, b = scene.own['when'][:, 0], 0
    b = int(((first > .3) & (first < .9) & (scene.own['near'])).nonzero()[0])
    k = int(first[b] * 16)
    from .clip import take
    frames = torch.tensor([[k - 1, k, k + 1]])
    one = take(scene, slice(b, b + 1))
    bright = picture(one, frames, 64)[0].mean((1, 2, 3))
    assert bright.max() - bright[0] > .05


def test_each_boom_is_heard_within_one_hop(scene, wave):
    near = scene.own['near']
    crack = heard(wave[near], scene.hits[near])
    assert len(crack) > 20 and (crack > 2).float().mean() > .97
    roll = heard(low(wave[~near]), scene.hits[~near])
    assert len(roll) > 15 and (roll > 1.3).float().mean() > .9


def test_far_thunder_has_no_crack(scene, wave):
    near = scene.own['near']
    def above(b):                                                       # energy above 1 kHz just after the boom, over that just before
        k = (scene.hits[b, 0] > 0).nonzero()[:, 0]
        at = int(k[0] * RATE * DT) if len(k) else 0
        if not 2000 < at < 28000: return None
        high = wave[b] - low(wave[b], 1000.)
        return float(high[at:at + 1500].pow(2).mean() / high[at - 1500:at].pow(2).mean())
    figures = {side: [x for b in (near == side).nonzero()[:, 0].tolist() if (x := above(b))] for side in (True, False)}
    mean = lambda v: sum(v) / len(v)
    assert mean(figures[True]) > 4 and mean(figures[False]) < 2.5


def test_rain_is_always_heard(wave): assert wave.reshape(len(wave), 8, -1).pow(2).mean(-1).sqrt().min() > .01


def test_a_seed_names_one_batch():
    both = []
    for _ in range(2):
        torch.manual_seed(13)
        both.append(make('thunder', 3, size=32))
    assert torch.equal(both[0].video, both[1].video) and torch.equal(both[0].wave, both[1].wave)
