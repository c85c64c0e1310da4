import pytest
import torch

from . import camera, family, picture
from .clip import CAMERAS, DT, FAMILIES, STEPS

FOLLOW = CAMERAS.index('follow')


def moving(name, count=48):
    """A batch of a family whose camera moves."""
    for seed in range(40):
        torch.manual_seed(seed)
        scene = family(name).simulate(count, torch.device('cpu'))
        if scene.attributes['camera'].max() > 0: return scene
    raise AssertionError('no batch moves')


@pytest.mark.parametrize('name', FAMILIES)
def test_only_families_that_move_are_followed(name):
    assert (moving(name).attributes['camera'] == FOLLOW).any() == (name in camera.FOLLOWED)


@pytest.mark.parametrize('name', camera.FOLLOWED)
def test_no_camera_sees_beyond_the_picture(name):
    x, y, zoom = moving(name).camera.unbind(-1)
    assert max((v - .5).abs().add(.5 / zoom).max() for v in (x, y)) <= camera.MARGIN / 2 + 1e-4


def test_it_goes_after_what_moves():
    walk = torch.stack([torch.linspace(.1, .9, STEPS), torch.full((STEPS,), .5)], -1)[None]
    track = camera.follow(walk)[0]
    assert (track[:, 0].diff() > -1e-6).all() and track[-1, 0] - track[0, 0] > .25
    assert torch.allclose(track[:, 1], torch.tensor(.5), atol=1e-5) and (track[:, 2] == camera.CLOSE).all()
    wild = camera.follow(torch.tensor([5., -5.]).expand(1, STEPS, 2))
    assert (wild[..., :2] - .5).abs().max() <= camera.REACH + 1e-6


def test_it_is_calm():
    """A ball that jumps four times a second shakes the camera by less than a fiftieth of its jump."""
    t = torch.arange(STEPS) * DT
    jump = torch.stack([torch.full_like(t, .5), .5 + .1 * torch.sin(6.2832 * 4 * t)], -1)[None]
    track = camera.follow(jump)[0, 256:-256, 1]
    assert track.max() - track.min() < .2 / 50
    scene = moving('balls')
    v = scene.camera[scene.attributes['camera'] == FOLLOW].diff(dim=1)[..., :2].abs().max() / DT
    assert v < 1.2


@pytest.mark.parametrize('name', camera.FOLLOWED)
def test_what_is_followed_stands_nearer_the_middle(name):
    scene = moving(name, 96)
    m = scene.attributes['camera'] == FOLLOW
    p = scene.position[m, 0]
    inside = ((p > 0) & (p < 1)).all(-1)
    off = lambda centre: ((p - centre).abs() * inside[..., None]).sum() / inside.sum()
    assert off(scene.camera[m][..., :2]) < .75 * off(.5)


def test_a_followed_film_is_drawn():
    scene = moving('cars', 6)
    scene.attributes['camera'][:] = FOLLOW
    scene.camera = camera.follow(scene.position[:, 0])
    video = picture(scene, size=32)
    assert torch.isfinite(video).all() and 0 <= video.min() and video.max() <= 1
