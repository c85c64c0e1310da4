import json
import math
from pathlib import Path

import pytest
import torch

from . import speech
from .clip import RATE, SAMPLES
from .speech import FEATURES, HOP, MEL_FRAMES


def column(x, name): return x[..., FEATURES.index(name)]


@pytest.fixture(scope='module')
def lines():
    torch.manual_seed(3)
    return speech.random_lines(128)


def formants(wave, at, seconds=.06, order=18):
    """Formants in Hz by linear prediction (autocorrelation; the roots whose bandwidth is below 400 Hz)."""
    n = int(seconds * RATE)
    x = wave[int(at * RATE) - n // 2:][:n + 1].double()
    x = (x[1:] - .97 * x[:-1]) * torch.hann_window(n)
    r = torch.fft.irfft(torch.fft.rfft(x, 4 * n).abs() ** 2)[:order + 1]
    a = torch.linalg.solve(r[(torch.arange(order)[:, None] - torch.arange(order)).abs()], r[1:])
    companion = torch.diag(torch.ones(order - 1, dtype=torch.double), -1)
    companion[0] = a
    roots = torch.linalg.eigvals(companion)
    f, width = roots.angle() * RATE / (2 * math.pi), -roots.abs().log() * RATE / math.pi
    return sorted(f[(f > 90) & (width < 400)].tolist())


def level(wave, a, b): return 20 * math.log10(wave[int(a * RATE):int(b * RATE)].pow(2).mean().sqrt().item() + 1e-6)


def times(line, **how):
    """When each part of a line begins and ends in what `speak` returns."""
    starts, ends, _, _ = speech.lay(line, **how)
    return [(a + .15, b + .15) for a, b in zip(starts, ends)]


def test_lines_stay_in_their_range(lines):
    x = lines['tracks']
    assert x.shape == (128, MEL_FRAMES, len(FEATURES)) and torch.isfinite(x).all() and x.abs().max() < 2
    for name in ('voice', 'breath', 'hiss', 'open', 'centre'): assert column(x, name).min() > -1e-4 and column(x, name).max() <= 1.05, name


def test_lines_begin_and_end_anywhere(lines):
    loud = (lines['tracks'][..., :3].amax(-1) > .1).float()
    assert loud[:, 0].mean() > .1 and loud[:, -1].mean() > .1 and (1 - loud[:, 0]).mean() > .1
    assert .3 < loud.mean() < .9


def test_a_whisper_has_no_voice(lines):
    x, w = lines['tracks'], lines['whisper']
    assert 3 < w.sum() < 50
    assert column(x[w], 'voice').max() == 0 and (column(x[~w], 'voice').amax(1) > .5).float().mean() > .9


def test_voices_differ_in_pitch_and_formants(lines):
    x, v = lines['tracks'], lines['voice']
    for name in ('pitch', 'f3'):
        man, woman, child = (column(x[v == k], name).mean() for k in range(3))
        assert man < woman < child, name


def test_the_voice_is_finite_and_of_use(lines):
    wave = speech.voice(lines['tracks'])
    assert wave.shape == (128, SAMPLES) and torch.isfinite(wave).all()
    assert wave.abs().amax(1).median() < 1.5 and wave.pow(2).mean(1).sqrt().median() > .03


def test_silence_is_silent(): assert speech.voice(torch.zeros(2, MEL_FRAMES, len(FEATURES))).abs().max() == 0


def test_the_pitch_is_the_tracks():
    x = speech.random_lines(1)['tracks'].clone()
    x[...] = torch.tensor([1., 0, 0, .5, .6, .7, .5, math.log2(220 / 150), .5, 0])
    spectrum = torch.fft.rfft(speech.voice(x)[0] * torch.hann_window(SAMPLES)).abs()
    k = torch.arange(400, 480)                   # half hertz bins: about 220 Hz
    assert abs((spectrum[k] ** 2 * k).sum() / (spectrum[k] ** 2).sum() / 2 - 220) < 3


@pytest.mark.parametrize('phone,first,second', [('iy', 280, 2290), ('aa', 740, 1100), ('uw', 310, 880), ('eh', 540, 1840)])
def test_vowels_have_the_formants_of_the_table(phone, first, second):
    torch.manual_seed(0)
    wave = speech.speak(f'{phone}1 .', pace=.5, pitch=90)
    found = formants(wave, len(wave) / RATE / 2)
    assert abs(found[0] - first) < 60 and abs(found[1] - second) < 100


def test_s_hisses_above_4_kHz_and_sh_below():
    def centre(line):
        a, b = times(line)[2]
        x = torch.fft.rfft(speech.speak(line)[int((a + .02) * RATE):int((b - .02) * RATE)]).abs() ** 2
        f = torch.linspace(0, RATE / 2, len(x))
        return (x * f).sum() / x.sum(), x[f > 4000].sum() / x.sum()
    s, sh = centre('aa s aa1 .'), centre('aa sh aa1 .')
    assert s[0] > 5000 and s[1] > .9 and 2800 < sh[0] < 4700


@pytest.mark.parametrize('phone', ['p', 't', 'k', 'pp', 'tt', 'kk', 'ch'])
def test_plosives_have_closures_and_bursts(phone):
    line = f'aa {phone} aa1 .'
    wave = speech.speak(line)
    closure, burst = times(line)[2:4]
    middle = sum(closure) / 2
    quiet = level(wave, middle - .006, middle + .006)
    assert level(wave, closure[0] - .05, closure[0] - .02) - quiet > 25
    assert level(wave, burst[0] - .002, burst[1] + .008) - quiet > 12


def test_the_melody_tells_a_question():
    line = 'ih z | ih tt | g uh1 d'
    ending = lambda mark: speech.lay(f'{line} {mark}')[2][-2][FEATURES.index('pitch')] - speech.lay(f'{line} {mark}')[2][1][FEATURES.index('pitch')]
    assert ending('?') > .1 and ending('.') < -.2 and ending('.') < ending(',') < ending('?')
    assert HOP * speech.FRAME_RATE == RATE


REFERENCE = Path(__file__).parents[3] / 'workers/generate/speech/reference.json'
SAID = [('hh ax l ow1 | w er1 l d .', 'man', False, 1.), ('ae m | b iy | d uw1 w a , p l iy1 z ?', 'woman', False, 1.25), ('s l a1 m a tt | p a1 g iy !', 'child', False, .9),
        ('d ow1 n tt | m uw1 v .', 'man', True, 1.), ('ch iy1 z | ae n | jh uw1 s , k ay1 n d | l iy2 | ng o ny a sh .', 'woman', False, 1.1)]


def reference():
    """What workers/generate/speech/tracks.test.ts compares its tracks with: every third frame of some lines."""
    rows, every = [], 3
    for phones, who, whisper, pace in SAID:
        starts, ends, targets, seconds = speech.lay(phones, voice=who, whisper=whisper, pace=pace)
        one = lambda v: torch.tensor([v], dtype=torch.double)
        x = speech.tracks(one(starts), one(ends), one(targets), one(.1), 96)[0, ::every]
        rows.append(dict(phones=phones, voice=who, style='whispered' if whisper else 'spoken', pace=pace, offset=.1, seconds=round(seconds, 6), every=every,
                         tracks=[[round(v, 4) + 0. for v in frame] for frame in x.tolist()]))
    return rows


def test_the_studio_lays_out_the_same_tracks():
    """`python -m models.kinora.world.test_speech` writes the reference anew."""
    kept = json.loads(REFERENCE.read_text('utf8'))['lines']
    for a, b in zip(reference(), kept, strict=True):
        assert torch.allclose(torch.tensor(a.pop('tracks')), torch.tensor(b.pop('tracks')), atol=2e-4) and a == b


if __name__ == '__main__':
    REFERENCE.write_text('{\n  "lines": [\n' + ',\n'.join(f'    {json.dumps(row)}' for row in reference()) + '\n  ]\n}\n', 'utf8')
