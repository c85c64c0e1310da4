import pytest
import torch

from . import audio, basketball as bb, make
from .clip import DT, GRAVITY, OUTCOMES
from .onsets import heard


@pytest.fixture(scope='module')
def scene():
    torch.manual_seed(3)
    with torch.no_grad(): return bb.simulate(192, torch.device('cpu'))


def flying(scene, width):
    """[B, STEPS]: steps with no contact within `width` steps, after the release and off the floor."""
    near = torch.nn.functional.max_pool1d(scene.hits[:, :1], 2 * width + 1, 1, width)[:, 0] > 0
    return ~near & (scene.own['tau'] > width * DT) & (scene.position[:, 0, :, 1] > bb.FLOOR + bb.RADIUS + .02)


def test_free_flight_is_a_parabola_under_gravity(scene):
    w = 24
    p, free = scene.position[:, 0], flying(scene, w + 1)[:, w:-w]
    acceleration = (p[:, 2 * w:] - 2 * p[:, w:-w] + p[:, :-2 * w]) / (w * DT) ** 2
    assert free.float().mean() > .3
    assert (acceleration[..., 1][free] + GRAVITY).abs().max() < .02
    assert acceleration[..., 0][free].abs().max() < .02


def test_velocity_is_the_derivative_of_position(scene):
    p, v, free = scene.position[:, 0], scene.velocity[:, 0], flying(scene, 3)[:, 1:-1]
    assert ((p[:, 2:] - p[:, :-2]) / (2 * DT) - v[:, 1:-1])[free].abs().max() < .01


def test_outcome_is_what_the_path_through_the_rim_says(scene):
    side = scene.own['side'][:, None]
    x, y = .5 + side * (scene.position[:, 0, :, 0] - .5), scene.position[:, 0, :, 1]
    line = bb.RIM_Y - .025
    through = ((y[:, :-1] > line) & (y[:, 1:] <= line) & ((x[:, 1:] - bb.RIM_X).abs() < bb.RIM_HALF)).any(1)
    score = scene.attributes['outcome'] == OUTCOMES.index('score')
    in_clip = (scene.own['through'] > scene.own['tau'][:, 0]) & (scene.own['through'] < scene.own['tau'][:, -1] - .03)
    assert in_clip.sum() > 30
    assert (through == (score & in_clip))[in_clip | ~score].all()


def test_about_half_of_the_throws_score(scene):
    assert .35 < (scene.attributes['outcome'] == OUTCOMES.index('score')).float().mean() < .65


def court(scene):
    p = scene.position[:, 0].clone()
    p[..., 0] = .5 + scene.own['side'][:, None] * (p[..., 0] - .5)
    return p


def gaps(scene):
    """[4, B, STEPS]: room between the ball and the floor, the two edges of the rim and the board."""
    p = court(scene)
    far = lambda x, y: ((p[..., 0] - x) ** 2 + (p[..., 1] - y) ** 2).sqrt() - bb.RADIUS
    return torch.stack([p[..., 1] - bb.FLOOR - bb.RADIUS, far(bb.RIM_X - bb.RIM_HALF, bb.RIM_Y) - bb.WIRE, far(bb.RIM_X + bb.RIM_HALF, bb.RIM_Y) - bb.WIRE,
                        far(bb.BOARD_X, p[..., 1].clamp(bb.BOARD_LOW, bb.BOARD_HIGH)) - bb.BOARD_HALF])


def test_the_ball_never_enters_floor_or_rim_or_board(scene):
    gap = gaps(scene)
    free = scene.own['tau'] < scene.own['through'][:, None]              # inside the net the rim is behind the ball
    assert gap[0].min() > -.003 and gap[3].min() > -.003
    assert gap[1:3][:, free].min() > -.003


def test_contacts_sound_where_the_ball_touches(scene):
    gap, struck = gaps(scene), scene.own['struck']
    slack = 4.5 * DT                                                    # as far as the ball goes in a physics step
    assert gap[0][struck[:, 0] > 0].max() < slack
    assert gap[1:3].amin(0)[struck[:, 1] > 0].max() < slack
    assert gap[3][struck[:, 2] > 0].max() < slack
    assert all((struck[:, i] > 0).any() for i in range(len(bb.KINDS)))


def test_a_turn_of_the_path_is_a_contact(scene):
    v = scene.velocity[:, 0]
    turned = (v[:, 1:, 1] - v[:, :-1, 1] > .25) & (scene.own['tau'][:, :-1] > 0)
    assert (scene.hits[:, 0, 1:] > 0)[turned].all()


def test_energy_never_grows_after_the_release(scene):
    p, v = scene.position[:, 0], scene.velocity[:, 0]
    energy = .5 * v.pow(2).sum(-1) + GRAVITY * p[..., 1]
    thrown = scene.own['tau'][:, :-1] > 0
    assert (energy[:, 1:] - energy[:, :-1])[thrown].max() < 2e-3


def test_each_contact_is_heard_within_one_hop(scene):
    ratios = heard(audio(scene), scene.hits)
    assert len(ratios) > 100 and (ratios > 2).float().mean() > .99


def test_pictures_are_finite_and_show_the_ball():
    torch.manual_seed(1)
    clips = make('basketball', 8, size=64)
    assert torch.isfinite(clips.video).all() and torch.isfinite(clips.wave).all() and torch.isfinite(clips.state).all()
    assert (clips.video[:, 1:] - clips.video[:, :-1]).abs().amax((1, 2, 3, 4)).min() > .15
