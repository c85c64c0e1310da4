import math

import pytest
import torch

from . import audio, light, pendulum as pm, picture
from .clip import COLOURS, DT, GROUNDS, HELD_OUT, MATERIALS, OUTCOMES, PLACES, RATE, STEPS, held_out, part, state_tokens, take
from .onsets import heard

torch.set_num_threads(1)
BOB, CRADLE, CLOCK = range(3)


@pytest.fixture(scope='module')
def scene():
    torch.manual_seed(5)
    with torch.no_grad(): return pm.simulate(96, torch.device('cpu'))


@pytest.fixture(scope='module')
def wave(scene):
    torch.manual_seed(6)
    return audio(scene)


def of(scene, kind): return take(scene, (scene.own['kind'] == kind).nonzero()[:, 0])


def passes(scene):
    """Passages in the clip -> (clip, which passage, the step at or after it)."""
    k = (scene.own['passage'] / DT).ceil().long()
    k[:, 0] = -1                                                          # the first half swing began before what is seen
    b, n = ((k > 2) & (k < STEPS - 3)).nonzero(as_tuple=True)
    return b, n, k[b, n]


def test_jacobi_functions_match_published_values():
    """Abramowitz & Stegun, table 17.1 and 16.4: K(m = .5) = 1.8540746773; sn, cn of a quarter period; sn(K/2)² = 1/(1 + k′)."""
    k = torch.tensor([math.sqrt(.5)], dtype=torch.double)
    K = pm.quarter(k)
    assert abs(K.item() - 1.8540746773) < 1e-9
    sn, cn = pm.jacobi(torch.stack([K, K / 2], 1), k[:, None].expand(1, 2))
    assert abs(sn[0, 0] - 1) < 1e-9 and abs(cn[0, 0]) < 1e-8
    assert abs(sn[0, 1] ** 2 - 1 / (1 + math.sqrt(.5))) < 1e-9


def test_the_swing_solves_the_pendulum_s_equation(scene):
    """θ″ = −(g/L) sin θ at 9.81 m/s², for every ball that swings, away from clicks and from the hand that holds it."""
    s = of(scene, BOB)
    s = take(s, s.own['running'].nonzero()[:, 0])
    theta, w = s.own['turn'][:, 0].double(), 12
    second = (theta[:, 2 * w:] - 2 * theta[:, w:-w] + theta[:, :-2 * w]) / (w * DT) ** 2
    expected = -9.81 / s.own['length'][:, None] * theta[:, w:-w].sin()
    assert len(second) > 8 and expected.abs().max() > 8
    assert (second - expected).abs().max() < .05


def test_the_period_grows_with_length_and_amplitude(scene):
    period = 2 * scene.own['passage'][:, 1:3].diff()[:, 0]
    A, small = scene.own['amplitude'], 2 * math.pi * (scene.own['length'] / 9.81).sqrt()
    series = 1 + A ** 2 / 16 + 11 * A ** 4 / 3072
    kept = scene.own['kind'] != CRADLE                                    # a cradle's amplitude falls from swing to swing
    assert (period / small / series - 1)[kept].abs().max() < 1e-4
    assert (period / small)[kept].max() > 1.025
    clock = scene.own['kind'] == CLOCK
    assert (period[clock] - 1).abs().max() < .08


def test_energy_stays_but_for_clicks(scene):
    s = of(scene, BOB)
    e = .5 * s.velocity[:, 0].pow(2).sum(-1) + pm.G * s.position[:, 0, :, 1]
    moving = s.velocity[:, 0].norm(dim=-1) > 0
    assert ((e - e[:, -1:]).abs() * moving).max() < 2e-5 * pm.G
    s = of(scene, CRADLE)
    e = (.5 * s.velocity.pow(2).sum(-1) + pm.G * s.position[..., 1]).sum(1)
    click = s.hits.amax(1) > 0
    fell = e[:, 1:] - e[:, :-1]
    assert (fell[click[:, 1:]] < -1e-3).all() and fell[~click[:, 1:]].abs().max() < 2e-4


def test_strings_keep_their_length(scene):
    for kind, balls in ((BOB, (0,)), (CRADLE, (0, 1, 2, 3)), (CLOCK, (0,))):
        s = of(scene, kind)
        for i in balls: assert ((s.position[:, i] - s.own['axis'][:, i, None]).norm(dim=-1) - s.own['length'][:, None]).abs().max() < 1e-5


def test_velocity_is_the_derivative_of_position(scene):
    p, v = scene.position, scene.velocity
    smooth = ((v[:, :, 2:] - v[:, :, :-2]).norm(dim=-1) < .15)[..., None]  # not across a click
    error = ((p[:, :, 2:] - p[:, :, :-2]) / (2 * DT) - v[:, :, 1:-1]) * smooth
    assert smooth.float().mean() > .99 and error.abs().max() < .02
    assert v[:, 0].abs().max() > 1


def test_momentum_passes_through_the_cradle(scene):
    s = of(scene, CRADLE)
    b, n, k = passes(s)
    vx = s.velocity[b, :, :, 0]
    i = torch.arange(len(b))
    before, after = vx[i, :, k - 1], vx[i, :, k]
    came = (before.abs() > .1)
    assert len(b) > 50 and (came.sum(1) == 1).all() and ((after.abs() > .1).sum(1) == 1).all()
    assert (before.abs().argmax(1) + after.abs().argmax(1) == 3).all()    # from one outer ball to the other
    ratio = after.sum(1) / before.sum(1)
    assert (ratio - pm.KEEP[s.attributes['material'][b]]).abs().max() < 2e-3
    assert not s.velocity[:, 1:3].any()


def test_balls_of_the_cradle_touch_and_never_overlap(scene):
    s = of(scene, CRADLE)
    gap = (s.position[:, 1:] - s.position[:, :-1]).norm(dim=-1) - 2 * s.size[:, :1, None]
    assert gap.min() > -1e-5 and gap.amin((1, 2)).max() < 1e-3


def test_every_passage_sounds_but_a_bob_s_does_not(scene):
    assert not of(scene, BOB).hits.any()
    for kind in (CRADLE, CLOCK):
        s = of(scene, kind)
        b, n, k = passes(s)
        assert len(b) > 50 and (s.hits.amax(1)[b, k] > .05).all()
        inside = (s.own['passage'][:, 1:] > 0) & ((s.own['passage'][:, 1:] / DT).ceil() < STEPS)
        assert abs(int((s.hits.amax(1) > 0).sum()) - int(inside.sum())) <= 1
    p = of(scene, CLOCK)
    b, _, k = passes(p)
    assert (p.own['turn'][b, 0, k].abs() < .02).all()                     # it ticks where it hangs straight down


def test_the_second_hand_steps_six_degrees_a_tick(scene):
    s = of(scene, CLOCK)
    step = -s.own['turn'][:, 1].diff()
    tick = s.hits[:, 1, 1:] > 0
    assert tick.sum() > 50 and (step[tick] - math.radians(6)).abs().max() < 1e-4 and step[~tick].abs().max() == 0


def test_each_contact_is_heard_within_one_hop(scene, wave):
    ratios = heard(wave, scene.hits, alone=.3)
    assert len(ratios) > 100 and (ratios > 2).float().mean() > .98
    assert torch.isfinite(wave).all() and .2 < wave.abs().amax(1).median() < .95


def test_a_bob_is_heard_when_it_is_fast(scene, wave):
    s = of(scene, BOB)
    wave, speed = wave[scene.own['kind'] == BOB], s.velocity[:, 0].norm(dim=-1)
    loud = wave.reshape(s.batch, 64, -1).pow(2).mean(-1).sqrt()
    fast = speed.reshape(s.batch, 64, -1).mean(-1)
    top = fast > .8 * fast.amax(1, keepdim=True)
    slow = fast < .25 * fast.amax(1, keepdim=True)
    assert (loud * top).sum() / top.sum() > 5 * (loud * slow).sum() / slow.sum()


def test_materials_sound_apart(scene, wave):
    """The centre of a click's spectrum: rubber < wood < metal < glass."""
    s = of(scene, CRADLE)
    power = torch.fft.rfft(wave[scene.own['kind'] == CRADLE]).abs() ** 2
    hz = torch.fft.rfftfreq(2 * RATE, 1 / RATE)
    centre = (power * hz).sum(1) / power.sum(1)
    mean = [centre[s.attributes['material'] == MATERIALS.index(m)].mean() for m in ('rubber', 'wood', 'metal', 'glass')]
    assert mean[0] < mean[1] < mean[2] < mean[3]


def test_tick_is_higher_than_tock(scene, wave):
    s = of(scene, CLOCK)
    wave, (b, _, k) = wave[scene.own['kind'] == CLOCK], passes(s)
    start = k * RATE // (STEPS // 2)
    ok = start < 2 * RATE - 1300
    b, k, start = b[ok], k[ok], start[ok]
    power = torch.fft.rfft(torch.stack([wave[i, j:j + 1200] for i, j in zip(b.tolist(), start.tolist())])).abs() ** 2
    hz = torch.fft.rfftfreq(1200, 1 / RATE)
    centre = (power * hz).sum(1) / power.sum(1)
    tick = s.velocity[b, 0, k, 0] > 0
    assert centre[tick].mean() > 1.15 * centre[~tick].mean()


def test_the_picture_shows_the_colour_where_the_record_says():
    torch.manual_seed(8)
    s = pm.simulate(40, torch.device('cpu'))
    a = s.attributes
    keep = (a['style'] == 0) & (a['time'] == 0) & (a['material'] != MATERIALS.index('glass')) & (s.own['kind'] != CRADLE)
    s = take(s, keep.nonzero()[:8, 0])
    frames = torch.tensor([4, 20]).expand(s.batch, 2)
    video = picture(s, frames, 96)
    assert s.batch >= 5 and video.min() >= 0 and video.max() <= 1
    camera = s.camera[:, frames[0] * 32 + 16]
    p = s.position[:, 0, frames[0] * 32 + 16]
    xy = (p - camera[..., :2]) * camera[..., 2:]
    paint = torch.nn.functional.normalize(light.PAINT[s.attributes['colour']] - .3, dim=1)
    for b in range(s.batch):
        for f in range(2):
            i, j = int((.5 - xy[b, f, 1]) * 96), int((xy[b, f, 0] + .5) * 96)
            if not (2 < i < 93 and 2 < j < 93): continue
            seen = video[b, f, :, i - 2:i + 3, j - 2:j + 3].mean((1, 2))
            assert (torch.nn.functional.normalize(seen - .3, dim=0) * paint[b]).sum() > .6
    assert (video[:, 0] - video[:, 1]).abs().amax((1, 2, 3)).min() > .1


def test_every_value_is_drawn_and_half_the_clips_begin_in_motion(scene):
    a = scene.attributes
    for name, n in (('colour', len(COLOURS)), ('material', len(MATERIALS)), ('place', len(PLACES)), ('time', 3)): assert len(a[name].unique()) == n
    assert {OUTCOMES[i] for i in a['outcome'].unique().tolist()} == {'pendulum', 'cradle', 'clock'}
    assert (a['ground'] == torch.tensor([GROUNDS.index(g) for g in pm.UNDERFOOT])[a['place']]).all()
    moving = (scene.velocity[:, :, :40].norm(dim=-1).amax((1, 2)) > .01)
    assert .5 < moving.float().mean() < .9 and moving[scene.own['kind'] == CLOCK].all()


def test_tokens_carry_the_swing(scene, wave):
    tokens = state_tokens(scene, wave)
    assert torch.isfinite(tokens).all() and tokens.abs().max() < 12
    x = part(tokens, 'objects')[..., 1]
    assert (x.std(1)[scene.own['kind'] != CRADLE] > .03).all()


def test_splits_keep_held_out_pairs_apart():
    torch.manual_seed(2)
    a = pm.simulate(512, torch.device('cpu'), 'train').attributes
    assert not held_out(a['colour'], a['material']).any()
    a = pm.simulate(256, torch.device('cpu'), 'test').attributes
    assert set(HELD_OUT) <= {(COLOURS[c], MATERIALS[m]) for c, m in zip(a['colour'].tolist(), a['material'].tolist())}


def test_a_seed_names_one_batch():
    both = []
    for _ in range(2):
        torch.manual_seed(11)
        s = pm.simulate(3, torch.device('cpu'))
        both.append((picture(s, torch.tensor([3, 17]).expand(3, 2), 32), audio(s)))
    assert torch.equal(both[0][0], both[1][0]) and torch.equal(both[0][1], both[1][1])
