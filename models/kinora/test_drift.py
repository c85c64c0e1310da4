"""Drift and seams, on films that are made for it."""
import numpy as np
import torch

from .measures.drift import change, jumps, plant, plant_sound, seams, sizes, swells
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
    assert seams(jumps(v), at) <= .2
    assert seams(jumps(plant(v, at)), at) >= .8
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


def humming(frames=640):
    """A spectrogram of something steady, [frames, bands]."""
    return np.linspace(.5, 1.5, 64) + .1 * np.random.default_rng(1).normal(size=(frames, 64))


def test_steps_in_level_are_heard_and_no_others():
    mel, at = humming(), list(range(128, 640, 64))
    assert seams(swells(mel), at, 3) <= .25
    assert seams(swells(plant_sound(mel, at)), at, 3) == 1
    assert np.isnan(seams(swells(mel * 0 - 1), at, 3))


def test_cars_pass_without_a_step_in_their_sound():
    """Through the published pack: the level beside seams steps no more than it does elsewhere. Not joined, by five times as much."""
    pack = Pack('models/packs/kinora-s', 1)
    films = pack.sample('a red car drives down the street', seed=4, seconds=6)
    mel = np.concatenate([w['sound'].reshape(-1, 64)[64 if i else 0:] for i, w in enumerate(films)])
    step = lambda t: np.abs(mel[t:t + 4].mean(0) - mel[t - 4:t].mean(0)).mean()
    seam = np.mean([step(t) for t in range(128, len(mel), 64)])
    assert seam < 1.5 * np.median([step(t) for t in range(4, len(mel) - 4)])
