import math

import pytest
import torch

from . import audio, chimes as ch, picture
from .clip import COLOURS, DT, MATERIALS, OUTCOMES, RATE, STEPS, STYLES, SUBSTEPS, held_out, take
from .onsets import heard

WOOD, METAL = MATERIALS.index('wood'), MATERIALS.index('metal')


@pytest.fixture(scope='module')
def scene():
    torch.manual_seed(5)
    with torch.no_grad(): return ch.simulate(64, torch.device('cpu'))


@pytest.fixture(scope='module')
def wave(scene):
    torch.manual_seed(6)
    return audio(scene)


def hits(scene, margin=1):
    """Strikes at least `margin` steps inside the clip -> (clip, hand, step)."""
    b, i, k = (scene.hits > 0).nonzero(as_tuple=True)
    ok = (k >= margin) & (k < STEPS - margin)
    return b[ok], i[ok], k[ok]


def spectrum(wave, start, seconds=.25):
    n = int(seconds * RATE)
    piece = wave[start:start + n] * torch.hann_window(n)
    return torch.fft.rfft(piece, 1 << 16).abs(), torch.arange((1 << 15) + 1) * RATE / (1 << 16)


def test_velocity_is_the_derivative_of_position(scene):
    p, v = scene.position[:, :2], scene.velocity[:, :2]
    step = (p[:, :, 2:] - p[:, :, :-2]) / (2 * DT)
    struck = torch.nn.functional.max_pool1d((scene.hits[:, :2] > 0).float(), 5, 1, 2)[..., 1:-1, None] > 0
    assert ((step - v[:, :, 1:-1]) * ~struck).abs().max() < .04           # the acceleration jumps where a downstroke begins
    assert v.abs().max() > 1.5


def test_the_landing_speed_is_what_is_heard(scene):
    """strength · SPEED = 2 · lift / fall: constant acceleration from rest over the downstroke."""
    b, i, k = hits(scene, 2)
    v = -(scene.position[b, i, k, 1] - scene.position[b, i, k - 1, 1]) / DT
    lift, fall = scene.own['lift'][b, i, k - 1], scene.own['fall'][b, i, k - 1]
    assert len(k) > 150
    assert (2 * lift / fall - ch.SPEED * scene.hits[b, i, k]).abs().max() < 1e-4
    assert (v - (ch.SPEED * scene.hits[b, i, k] - lift / fall ** 2 * DT)).abs().max() < 1e-3


def test_downstroke_has_constant_acceleration(scene):
    b, i, k = hits(scene, 24)
    y = scene.position[b, i, :, 1]
    at = lambda n: y.gather(1, (k - n)[:, None])[:, 0]
    acceleration = (at(2) - 2 * at(10) + at(18)) / (8 * DT) ** 2
    lift, fall = scene.own['lift'][b, i, k - 1], scene.own['fall'][b, i, k - 1]
    assert (acceleration / (-2 * lift / fall ** 2) - 1).abs().max() < .02


def test_a_head_strikes_what_it_touches_and_only_then(scene):
    y, ground, r = scene.position[:, :2, :, 1], scene.own['ground'], scene.size[:, :2]
    height = y - (ground + .7 * r)[..., None]
    there = scene.size[:, :2] > 0
    b, i, k = hits(scene, 0)
    assert height[b, i, k].abs().max() < 1e-5
    assert (height[there] >= -1e-6).all()
    touching = (height < 1e-4) & there[..., None]
    assert (touching & (scene.hits[:, :2] == 0)).sum() == 0


def test_strikes_fall_on_the_tempo_grid(scene):
    tempo = scene.own['tempo']
    assert ch.TEMPO[0] <= tempo.min() and tempo.max() <= ch.TEMPO[1] and tempo.max() - tempo.min() > 50
    b, i, k = hits(scene, 0)
    for clip in b.unique().tolist():
        beat = k[b == clip].double() * DT * tempo[clip].double() / 15     # sixteenths
        off = beat - beat[0]
        assert (off - off.round()).abs().max() < 2 * DT * tempo[clip] / 15


def test_a_hand_never_strikes_faster_than_an_eighth(scene):
    apart = torch.stack([s.diff().min() for s in (h.nonzero()[:, 0] for h in scene.hits[:, :2].flatten(0, 1)) if len(s) > 1])
    assert apart.min() * DT > 30 / ch.TEMPO[1] - 2 * DT


def test_pitch_follows_from_where_the_bar_is_struck(scene, wave):
    b, i, k = hits(scene, 0)
    right = 0
    seen = set()
    for clip, hand, step in zip(b.tolist(), i.tolist(), k.tolist()):
        before = scene.hits[clip, :, :step].sum()
        after = scene.hits[clip, :, step + 1:step + int(.12 * SUBSTEPS)].sum()
        if scene.own['drum'][clip] or before > 0 or after > 0 or step > STEPS - 80: continue
        bar = round(((scene.position[clip, hand, step, 0] - .5) / ch.STRIDE + 3.5).item())
        material = scene.attributes['material'][clip].item()
        f = {METAL: 1046.5, WOOD: 523.25}[material] * 2 ** ([0, 2, 4, 5, 7, 9, 11, 12][bar] / 12)
        power, hz = spectrum(wave[clip], round(step * RATE / SUBSTEPS), .12)
        assert abs(math.log2(hz[power.argmax()].item() / f)) < .35 / 12
        right += 1
        seen.add((material, bar))
    assert right > 15 and len(seen) > 6


def test_metal_rings_longer_than_wood():
    t = torch.arange(RATE) / RATE
    f = ch.PITCH[METAL] * 2 ** (ch.SCALE / 12)
    ring, knock = ch.ring_of_bars(f, True, t), ch.ring_of_bars(f, False, t)
    late = lambda x: x[:, 6400:8000].pow(2).mean() / x[:, 400:2000].pow(2).mean()
    assert late(ring) > 30 * late(knock)


def test_the_drum_booms_by_its_size():
    """A membrane's lowest mode is 2.405 · c / (2π R); a big drum is deeper."""
    seed = torch.linspace(0, 1, 50)
    R, f = ch.radius(seed), ch.membrane(seed)
    assert R.max() / R.min() > 1.3
    assert (f[:, 0] * R - 2.405 * ch.WAVES / (2 * math.pi)).abs().max() < 1e-3
    assert (f[:, 1] / f[:, 0] - 1.5933).abs().max() < 1e-3 and (f[:, 2] / f[:, 0] - 2.1355).abs().max() < 1e-3


def test_a_strike_drives_the_modes_that_move_under_it():
    middle, node = ch.excited(torch.tensor(0.)), ch.excited(torch.tensor(2.405 / 5.520))
    assert torch.allclose(middle[torch.tensor(ch.ORDER) > 0], torch.zeros(5), atol=1e-3) and abs(middle[0] - 1) < 1e-3
    assert abs(node[3]) < 1e-3                                            # the second round mode stands still there


def test_drum_is_heard_low_and_bars_high(scene, wave):
    spectrum_ = torch.fft.rfft(wave).abs().pow(2)
    hz = torch.arange(spectrum_.shape[1]) / 2.
    low = spectrum_[:, hz < 400].sum(1) / spectrum_.sum(1)
    drum, any_ = scene.own['drum'], scene.hits.sum((1, 2)) > 0
    assert low[drum & any_].min() > .5 and low[~drum & any_].max() < .2


def test_each_strike_is_heard_within_one_hop(scene, wave):
    ratios = heard(wave, scene.hits)
    assert len(ratios) > 100 and (ratios > 2).float().mean() > .95


def test_peaks(wave, scene):
    peak = wave.abs().amax(1)[scene.hits.sum((1, 2)) > 0]
    assert peak.median() > .4 and peak.max() < .97 and peak.min() > .15


def test_attributes(scene):
    a, drum = scene.attributes, scene.own['drum']
    assert (a['material'][drum] == -1).all() and set(a['material'][~drum].tolist()) == {WOOD, METAL}
    assert (drum == (a['outcome'] == OUTCOMES.index('drum'))).all() and 10 < drum.sum() < 45
    assert len(a['colour'].unique()) == len(COLOURS) and len(a['place'].unique()) == 4


def test_training_never_sees_the_held_out_pairs():
    torch.manual_seed(1)
    for split, some in (('train', False), ('test', True)):
        a = ch.simulate(300, torch.device('cpu'), split).attributes
        assert held_out(a['colour'], a['material']).any() == some


def test_half_the_films_are_in_full_swing_when_they_begin():
    torch.manual_seed(2)
    s = ch.simulate(200, torch.device('cpu'))
    swing = (s.velocity[:, :2, 8].abs().sum((1, 2)) > .05).float().mean()
    assert .35 < swing < .8


def test_the_head_is_painted_where_the_state_says_and_in_its_colour():
    torch.manual_seed(11)
    s = ch.simulate(24, torch.device('cpu'))
    ok = ~s.own['drum'] & (s.size[:, 1] == 0)
    s.attributes['style'].fill_(STYLES.index('flat')); s.attributes['time'].fill_(0); s.attributes['camera'].fill_(0)
    s.camera[:] = torch.tensor([.5, .5, 1.])
    s = take(s, ok.nonzero()[:, 0])
    frame = torch.full((s.batch, 1), 9)
    video = picture(s, frame, 96)[:, 0]
    p = s.position[:, 0, 9 * 32 + 16]
    px, py = (p[:, 0] * 96).long(), ((1 - p[:, 1]) * 96).long()
    got = video[torch.arange(s.batch), :, py, px]
    expected = ch.light.PAINT[s.attributes['colour']]
    assert s.batch > 3 and (got - expected).abs().mean(1).max() < .17
    s.attributes['colour'] = (s.attributes['colour'] + 3) % 8
    assert ((picture(s, frame, 96)[:, 0] - video).abs().amax(1)[torch.arange(s.batch), py, px] > .1).all()


def test_a_struck_bar_and_a_struck_skin_show_it():
    torch.manual_seed(12)
    s = ch.simulate(16, torch.device('cpu'))
    s.position[:] = 3                                                     # away with the mallets: what is left is the instrument
    frames = torch.arange(6, 26, 2).expand(16, 10)
    video = picture(s, frames, 64)
    s.own['rung'] = torch.zeros_like(s.own['rung'])
    change = (video - picture(s, frames, 64)).abs().amax((1, 2, 3, 4))
    struck = s.hits[:, :, 192:700].sum((1, 2)) > 0
    assert struck.sum() > 8 and change[struck].min() > .05


def test_material_is_visible():
    torch.manual_seed(13)
    s = ch.simulate(12, torch.device('cpu'))
    s = take(s, (~s.own['drum']).nonzero()[:, 0])
    frame = torch.full((s.batch, 1), 3)
    one = picture(s, frame, 64)
    s.attributes['material'] = WOOD + METAL - s.attributes['material']
    assert ((one - picture(s, frame, 64)).abs().mean((1, 2, 3, 4)) > .015).all()


def test_same_seed_same_clip_moving_and_finite():
    def clip():
        torch.manual_seed(3)
        s = ch.simulate(6, torch.device('cpu'))
        return picture(s, torch.arange(0, 32, 4).expand(6, 8), 64), audio(s)
    (video, wave), (again, wave2) = clip(), clip()
    assert torch.equal(video, again) and torch.equal(wave, wave2)
    assert torch.isfinite(video).all() and torch.isfinite(wave).all() and video.min() >= 0 and video.max() <= 1
    assert (video.diff(dim=1).abs().amax((1, 2, 3, 4)) > .1).all()
