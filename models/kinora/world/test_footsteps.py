import pytest
import torch

from . import audio, footsteps as fs, light, make, picture
from .clip import DT, GROUNDS, STYLES, TIMES
from .onsets import heard


@pytest.fixture(scope='module')
def scene():
    torch.manual_seed(5)
    with torch.no_grad(): return fs.simulate(96, torch.device('cpu'))


def same_lap(scene): return scene.own['lap'][:, None, 1:] == scene.own['lap'][:, None, :-1]


def test_a_planted_foot_does_not_slide(scene):
    foot = scene.position[:, 1:3]
    down = (foot[..., 1] <= fs.FLOOR) & (scene.own['phase'].frac() < fs.STANCE)
    both = down[..., 1:] & down[..., :-1] & (scene.hits[:, 1:3, 1:] == 0) & same_lap(scene)
    assert both.float().mean() > .5
    assert (foot[..., 1:, 0] - foot[..., :-1, 0])[both].abs().max() < 1e-5


def test_one_foot_is_always_on_the_ground(scene):
    assert (scene.own['phase'].frac() < fs.STANCE).any(1).all()


def test_feet_move_continuously_and_velocity_is_their_derivative(scene):
    foot, v = scene.position[:, 1:3], scene.velocity[:, 1:3]
    step = (foot[..., 1:, :] - foot[..., :-1, :]) / DT
    between = (v[..., 1:, :] + v[..., :-1, :]) / 2
    assert ((step - between) * same_lap(scene)[..., None]).abs().max() < .12


def test_a_step_sounds_at_the_moment_the_foot_comes_down(scene):
    lifted = scene.own['phase'].frac() >= fs.STANCE
    landed = lifted[..., :-1] & ~lifted[..., 1:]
    assert ((scene.hits[:, 1:3, 1:] > 0) == landed).all()
    assert landed.sum() > 200


def test_steps_differ_in_loudness(scene):
    strength = scene.hits[scene.hits > 0]
    assert strength.std() > .08 and strength.max() <= 1


def test_the_leg_reaches_its_foot(scene):
    body, foot = scene.position[:, :1], scene.position[:, 1:3]
    planted = scene.own['phase'].frac() < .35                            # before the heel rises
    reach = ((body[..., 0] - foot[..., 0]) ** 2 + (scene.own['hip'][:, None] - foot[..., 1] - fs.ANKLE) ** 2).sqrt()
    assert reach[planted].max() < fs.THIGH + fs.SHIN + fs.FOOT / 2


def test_each_step_is_heard_within_one_hop_on_every_ground(scene):
    wave = audio(scene)
    for name in ('snow', 'wood', 'gravel'):
        m = scene.attributes['ground'] == GROUNDS.index(name)
        ratios = heard(wave[m], scene.hits[m])
        assert len(ratios) > 20 and (ratios > 3).all(), name


def test_grounds_sound_apart(scene):
    """Wood is low, gravel high: the centre of their spectra says so."""
    spectrum = torch.fft.rfft(audio(scene)).abs()
    f = torch.linspace(0, 8000, spectrum.shape[1])
    centre = (spectrum * f).sum(1) / spectrum.sum(1)
    wood, snow, gravel = (centre[scene.attributes['ground'] == GROUNDS.index(n)].mean() for n in ('wood', 'snow', 'gravel'))
    assert wood < .75 * snow and snow < .85 * gravel


def test_the_coat_has_the_colour_of_the_caption(scene):
    a = scene.attributes
    plain = (a['style'] == STYLES.index('flat')) & (a['time'] == TIMES.index('day')) & ((scene.position[:, 0, 528, 0] - .5).abs() < .35)
    frame = picture(scene, torch.full((scene.batch, 1), 16), 96)[:, 0]
    p, camera = scene.position[:, 0, 528], scene.camera[:, 528]
    px = ((p[:, 0] + .02 * scene.own['way'] - camera[:, 0]) * camera[:, 2] + .5) * 96
    py = (.5 - (p[:, 1] + .01 - camera[:, 1]) * camera[:, 2]) * 96
    seen = torch.stack([frame[b, :, int(py[b]) - 1:int(py[b]) + 2, int(px[b]) - 1:int(px[b]) + 2].mean((1, 2)) for b in plain.nonzero()[:, 0].tolist()])
    unit = lambda v: v / v.norm(dim=1, keepdim=True)
    nearest = (unit(seen) @ unit(light.PAINT).T).argmax(1)
    assert (nearest == a['colour'][plain]).float().mean() > .8


def test_clips_are_finite():
    torch.manual_seed(2)
    clips = make('footsteps', 8, size=64)
    assert torch.isfinite(clips.video).all() and torch.isfinite(clips.wave).all() and torch.isfinite(clips.state).all()
