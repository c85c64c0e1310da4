import pytest
import torch

from . import audio, fireworks as fw, make, picture
from .clip import DT, OUTCOMES, SPEED_OF_SOUND, STYLES
from .onsets import heard


@pytest.fixture(scope='module')
def scene():
    torch.manual_seed(7)
    with torch.no_grad(): return fw.simulate(96, torch.device('cpu'))


def test_the_boom_comes_a_distance_over_343_late(scene):
    b, i, k = (scene.hits > 0).nonzero(as_tuple=True)
    late = (k + 1) * DT - scene.own['burst'][b, i]
    assert len(k) > 80
    assert (late - scene.own['distance'][b, i] / SPEED_OF_SOUND).abs().max() < 1.01 * DT


def test_shells_are_fired_at_several_distances(scene):
    d = scene.own['distance'][:, 0]
    assert d.min() < 60 and d.max() > 190 and ((d > 80) & (d < 130)).any()


def test_far_booms_are_softer(scene):
    b, i, k = (scene.hits > 0).nonzero(as_tuple=True)
    d, strength = scene.own['distance'][b, i], scene.hits[b, i, k]
    assert strength[d > 150].max() < strength[d < 60].min()


def test_sparks_follow_gravity_and_linear_drag():
    """Against small Euler steps of v' = −DRAG v − g."""
    speed, g, h = .6, .12, 1e-4
    x, y, vx, vy = 0., 0., speed, 0.
    for _ in range(10000): x, y, vx, vy = x + vx * h, y + vy * h, vx - fw.DRAG * vx * h, vy - (fw.DRAG * vy + g) * h
    reach, drop = fw.sparks_at(torch.tensor(1.), speed, g)
    assert abs(reach.item() - x) < 1e-4 and abs(drop.item() + y) < 1e-4


def test_sparks_lose_energy():
    age = torch.linspace(0, 1.5, 400, dtype=torch.double)
    reach, drop = fw.sparks_at(age, .6, .12)
    vx, vy = reach.diff() / age.diff(), -drop.diff() / age.diff()
    energy = .5 * (vx ** 2 + vy ** 2) - .12 * (drop[1:] + drop[:-1]) / 2
    assert (energy.diff() < 0).all()


def test_rocket_coasts_to_rest_where_it_bursts(scene):
    b = ((scene.own['burst'][:, 0] > .2) & (scene.own['burst'][:, 0] < 1.9)).nonzero()[:, 0]
    k = (scene.own['burst'][b, 0] / DT).long() - 1
    assert (scene.position[b, 0, k, 1] - scene.own['y'][b, 0]).abs().max() < .004
    assert (scene.velocity[b, 0, k, 1].abs() < .02).all()


def test_velocity_is_the_derivative_of_position(scene):
    p, v = scene.position[:, :3], scene.velocity[:, :3]
    step = (p[:, :, 1:] - p[:, :, :-1]) / DT
    between = (v[:, :, 1:] + v[:, :, :-1]) / 2
    corner = ((v[:, :, 1:] - v[:, :, :-1]).abs().amax(-1) > .02)[..., None]      # launch and burst
    assert ((step - between) * ~corner).abs().max() < .01


def test_one_shell_where_the_caption_says_one(scene):
    n = (scene.size > 0).sum(1)
    single = scene.attributes['outcome'] == OUTCOMES.index('single')
    assert (n[single] == 1).all() and (n[~single] >= 2).all()


def test_a_burst_lights_the_picture_at_once(scene):
    burst = scene.own['burst'][:, 0]
    ok = (burst > .3) & (burst < 1.6) & (scene.attributes['outcome'] == OUTCOMES.index('single')) & (scene.attributes['style'] == STYLES.index('flat'))
    k = (burst * 16).long().clamp(2, 29)
    video = picture(scene, torch.stack([k - 2, k + 2], 1), 64)
    brightness = video.mean((2, 3, 4))[ok]
    assert ok.sum() > 5 and (brightness[:, 1] > brightness[:, 0] + .01).all()
    at_burst = scene.flash.gather(1, (burst / DT).long().clamp(0, scene.flash.shape[1] - 1)[:, None] + 1)[ok]
    assert (at_burst > .3).all()


def test_each_boom_is_heard_within_one_hop(scene):
    ratios = heard(audio(scene), scene.hits, alone=.3)
    assert len(ratios) > 50 and (ratios > 2).float().mean() > .98


def test_clips_are_finite():
    torch.manual_seed(2)
    clips = make('fireworks', 8, size=64)
    assert torch.isfinite(clips.video).all() and torch.isfinite(clips.wave).all() and torch.isfinite(clips.state).all()
