"""Drift and seams, on films that are made for it."""
import numpy as np
import torch

from .measures.drift import change, jumps, plant, seams, sizes
from .pack import Pack, of_objects, stillness

torch.manual_seed(3)
PICTURE = torch.rand(3, 32, 32) * .6 + .2


def moving(frames):
    """A still picture over which something goes to and fro, with a little noise."""
    v = PICTURE.expand(frames, -1, -1, -1).clone()
    for t in range(frames):
        x = abs(t % 52 - 26)
        v[t, :, 8:14, x:x + 6] = .9
    return v + .004 * torch.randn_like(v)


def test_contrast_and_colour_are_told():
    v = moving(32)
    contrast, colour = change(v, v)
    assert abs(contrast - 1) < 1e-6 and colour < 1e-6
    louder = (v - .5) * 1.3 + .5
    assert abs(change(v, louder)[0] - 1.3) < .02
    assert abs(change(v, v + .1)[1] - .1) < 1e-5


def test_planted_seams_are_found_and_no_others():
    v, at = moving(160), list(range(32, 160, 16))
    assert seams(v, at) <= .2
    assert seams(plant(v, at), at) >= .8
    one = plant(v, [80])
    assert np.nanargmax(jumps(one)) == 80


def test_sizes_are_those_of_what_is_there_at_both_ends():
    manifest = dict(state=dict(object=['there', 'radius'], parts=dict(camera=1, objects=4)))
    state = np.zeros((40, 5), np.float32)
    state[:, 1], state[:, 3] = 1, -1                                     # there; not there
    state[:, 2] = np.linspace(0, .5, 40)
    found = sizes(state, manifest)
    assert len(found) == 1 and 1.15 < found[0] < .11 / .09


def test_a_ball_keeps_its_size_and_what_stands_behind_it_its_place():
    """Through the published pack: six seconds, five windows. Not joined, the ball loses 3 % and a seam steps half as far again as other frames do."""
    pack = Pack('models/packs/kinora-s', 1)
    films = pack.sample('a red rubber ball bounces on a wooden floor, in a room', seed=5, seconds=6)
    (radius, _), *_ = of_objects(pack.manifest, 'radius', 'there')
    size = np.concatenate([w['state'][:, radius] for w in films]) / 25 + .09
    assert size.ptp() < .02 * size[0]
    steps = lambda at: np.mean([np.abs(np.diff(stillness(w['video'], pack.manifest)[2][at - 1:at + 1], axis=0)).mean() for w in films[1:]])
    assert steps(8) < 1.2 * steps(10)              # the seam, and a step beside it
