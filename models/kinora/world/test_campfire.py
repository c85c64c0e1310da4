import math

import pytest
import torch

from . import attributes, audio, campfire as cf, picture
from .clip import DT, FRAMES, GROUNDS, METRES, OUTCOMES, PLACES, RATE, SAMPLES, SECONDS, STEPS, SUB, TIMES, state_tokens, take
from .onsets import heard

torch.set_num_threads(1)
K = torch.arange(FRAMES) * SUB + SUB // 2


@pytest.fixture(scope='module')
def scene():
    torch.manual_seed(7)
    with torch.no_grad(): return cf.simulate(64, torch.device('cpu'))


@pytest.fixture(scope='module')
def wave(scene):
    torch.manual_seed(8)
    with torch.no_grad(): return audio(scene)


@pytest.fixture(scope='module')
def films(scene):
    """Ten plain clips by night with a still camera, and their pictures at 48 × 48."""
    some = take(scene, slice(0, 10))
    some.camera = torch.tensor([.5, .5, 1.]).expand(10, STEPS, 3)
    some.attributes = {**some.attributes, 'camera': torch.zeros(10, dtype=torch.long), 'style': torch.zeros(10, dtype=torch.long), 'time': torch.full((10,), TIMES.index('night'))}
    return some, picture(some, size=48)


def is_rough(scene): return scene.attributes['outcome'] == OUTCOMES.index('rough')


def band(wave, low, high):
    f = torch.fft.rfftfreq(wave.shape[-1], 1 / RATE)
    return torch.fft.irfft(torch.fft.rfft(wave) * ((f > low) & (f < high)), wave.shape[-1])


def correlation(a, b):
    a, b = a - a.mean(-1, keepdim=True), b - b.mean(-1, keepdim=True)
    return (a * b).sum(-1) / (a.norm(dim=-1) * b.norm(dim=-1))


def test_a_half_metre_fire_puffs_twice_a_second(scene):
    assert cf.puffs(.5) == pytest.approx(2.12, abs=.01)
    calm = take(scene, ~is_rough(scene))                                 # the middle tongue of a fire without wind sways once a puff
    left = calm.position[:, 0, :, 0] < calm.own['x'][:, None]
    sways = (left[:, 1:] != left[:, :-1]).sum(1) / 2 / SECONDS
    assert (sways - 1.5 / calm.own['width'] ** .5).abs().max() < .26


def test_heads_rise_longer_than_they_fall(scene):
    assert (scene.velocity[:, 0, :, 1] > 0).float().mean() > .58
    theta = torch.linspace(0, 2 * math.pi, 4001, dtype=torch.double)
    up = (cf.rise(theta).diff() > 0).double().mean()
    assert abs(up - 2 / 3) < .01 and abs(theta[cf.rise(theta).argmax()] - 2 * math.pi + math.acos(cf.SKEW)) < .01


def test_flames_stand_as_high_as_their_heat_makes_them(scene):
    assert cf.height(.5) == pytest.approx(.235 * 49.09 ** .4 - .51, abs=.002)
    up = (scene.position[:, 0, :, 1] - scene.own['base'][:, None]).mean(-1) / torch.cos(scene.own['lean'])
    share = up * METRES / cf.height(scene.own['width'])
    assert share.min() > .48 and share.max() < .72                       # the head; its tip goes beyond


def test_flames_lean_with_the_wind(scene):
    wind, width = torch.tensor([.1, .8]), torch.tensor([.4, .7])
    u = .8 / (9.81 * cf.BURN * .7 / cf.AIR) ** (1 / 3)
    assert torch.allclose(cf.lean(wind, width), torch.tensor([0., math.acos(u ** -.5)]), atol=1e-5)
    rough, off = is_rough(scene), (scene.position[:, 0, :, 0] - scene.own['x'][:, None]).mean(1)
    assert (off[rough] * scene.own['wind'][rough].sign() > .08).all() and off[~rough].abs().max() < .03


def test_sparks_take_the_speed_of_the_hot_air():
    """Against small Euler steps of v' = (draught − v) / TAU."""
    x, v, h = 0., .9, 1e-4
    for _ in range(8000): x, v = x + v * h, v + (.4 - v) / cf.TAU * h
    assert abs(cf.sparks_at(torch.tensor(.8), .9, .4).item() - x) < 1e-4


def test_velocity_is_the_derivative_of_position(scene):
    p, v = scene.position, scene.velocity
    assert ((p[:, :, 1:] - p[:, :, :-1]) / DT - (v[:, :, 1:] + v[:, :, :-1]) / 2).abs().max() < .02
    way = torch.cat([torch.zeros_like(v[:, :, :1]), torch.cumsum((v[:, :, 1:] + v[:, :, :-1]) / 2 * DT, 2)], 2)
    assert (p[:, :, :1] + way - p).abs().max() < .002


def test_every_crack_is_a_hit_on_the_nearest_tongue(scene):
    o = scene.own
    k = (o['crack'] / DT).round().long()
    inside = (k >= 0) & (k < STEPS)
    assert (scene.hits > 0).sum() == inside.sum() > 120
    b, n = inside.nonzero(as_tuple=True)
    assert torch.allclose(scene.hits[b, o['which'][b, n], k[b, n]], o['strength'][b, n])
    far = (o['foot'][b] - o['spot'][b, n, None]).abs()
    assert (far.argmin(1) == o['which'][b, n]).all() and (scene.hits > 0).sum((0, 2)).min() > 10
    assert o['crack'].diff(dim=1).min() > cf.DEAD - 2 * DT and o['crack'][:, -1].min() > SECONDS


def test_rough_fires_crack_more(scene):
    n, rough = (scene.hits > 0).sum((1, 2)).float() / SECONDS, is_rough(scene)
    assert 1. < n[~rough].mean() < 2.6 and 3.6 < n[rough].mean() < 5.6
    assert (n.mean() - scene.own['rate'].mean()).abs() < .4


def test_each_crack_is_heard_within_one_hop(scene, wave):
    whole, dry = (heard(w, scene.hits, alone=.07) for w in (wave, band(wave, 500, RATE / 2)))
    assert len(whole) > 100 and (whole > 2).float().mean() > .9 and (dry > 2).float().mean() > .99


def test_nothing_cracks_but_at_hits(scene, wave):
    """High energy that leaps up, and no hit within two hops."""
    high = band(wave, 2000, 7000).reshape(scene.batch, -1, 125).pow(2).mean(-1)
    leaps = torch.nn.functional.pad((high[:, 1:] > 6 * high[:, :-1] + 1e-5), (1, 0))
    struck = torch.nn.functional.max_pool1d(scene.hits.amax(1)[:, None].reshape(scene.batch, 1, -1, 4).amax(-1), 5, 1, 2)[:, 0] > 0
    assert leaps.sum() > 100 and (leaps & ~struck).sum() <= 2


def test_the_roar_follows_the_light(scene, wave):
    roar = band(wave, 40, 190).reshape(scene.batch, 32, -1).pow(2).mean(-1).sqrt()
    light = scene.flash.reshape(scene.batch, 32, -1).mean(-1)
    assert correlation(roar, light).mean() > .6
    rough = is_rough(scene)
    assert roar[rough].mean() > 1.5 * roar[~rough].mean()
    assert .25 < wave.abs().amax(1).mean() < .9


def test_flash_flickers_in_its_range(scene):
    assert scene.flash.min() > .03 and scene.flash.max() < .6 and (scene.flash.amax(1) - scene.flash.amin(1)).min() > .1


def test_the_fire_lights_the_ground(films):
    scene, video = films
    y = int((1 - cf.GROUND_Y * .55) * 48)                                # before the fire, where no flame is
    ground = video[:, :, 0, y].mean(2)
    assert correlation(ground, scene.flash[:, K]).mean() > .9 and (ground.amax(1) / ground.amin(1)).mean() > 1.8


def test_pictures_are_bright_where_the_heads_are(films):
    scene, video = films
    p = scene.position[:, 0, K]
    px, py = (p[..., 0] * 48).long().clamp(0, 47), ((1 - p[..., 1]) * 48).long().clamp(0, 47)
    b, k = torch.meshgrid(torch.arange(len(p)), torch.arange(FRAMES), indexing='ij')
    red, green, blue = video[b, k, :, py, px].unbind(-1)
    assert (red > .7).float().mean() > .97 and (red - blue > .3).float().mean() > .9


def test_pictures_move_and_are_in_range(films):
    video = films[1]
    assert video.min() >= 0 and video.max() <= 1 and ((video[:, 1:] - video[:, :-1]).abs().mean((2, 3, 4)) > .001).all()


def test_rough_fires_are_bigger(films):
    scene, video = films
    area = ((video[:, :, 0] > .8) & (video[:, :, 2] < .6)).float().mean((1, 2, 3))
    assert area[is_rough(scene)].min() > 1.4 * area[~is_rough(scene)].max()


def test_sparks_are_seen_after_a_crack_and_not_before(films):
    scene, video = films
    struck = scene.hits.amax(1) > 0
    clip = int((struck.float().argmax(1) * (struck.sum(1) > 3) * is_rough(scene)).argmax())   # one whose first crack is not at once
    one = take(scene, slice(clip, clip + 1))
    later = (one.own['crack'] > 0).float()
    one.own = {**one.own, 'strength': one.own['strength'] * (1 - later), 'crack': torch.where(later > 0, 99., one.own['crack'])}
    change = (picture(one, size=48) - video[clip:clip + 1]).abs().amax((0, 2, 3, 4))
    first = float(scene.own['crack'][clip][scene.own['crack'][clip] > 0].min())
    after = K * DT > first
    assert after.any() and (~after).any() and (change[after] > .1).float().mean() > .9 and (change[~after] < 1e-3).all()


@pytest.mark.parametrize('name, values', [('ground', [GROUNDS.index(g) for g in ('grass', 'sand', 'snow', 'stone')]), ('place', [PLACES.index(p) for p in ('hills', 'sea', 'city')]), ('time', [0, 1, 2])])
def test_attributes_are_seen(films, name, values):
    one, looks = take(films[0], slice(0, 1)), []
    for v in values:
        one.attributes = {**one.attributes, name: torch.tensor([v])}
        looks.append(picture(one, torch.tensor([[8]]), 48))
    assert all((a - b).abs().mean() > .004 for i, a in enumerate(looks) for b in looks[:i])
    assert set(values) == set(scene_values(name))


def scene_values(name):
    torch.manual_seed(3)
    return cf.simulate(160, torch.device('cpu')).attributes[name].tolist()


def test_one_seed_is_one_clip():
    def clip():
        torch.manual_seed(5)
        scene = cf.simulate(3, torch.device('cpu'), 'test')
        wave = audio(scene)
        rows = attributes(scene)
        return picture(scene, torch.tensor([[3, 20]]).expand(3, 2), 48), wave, state_tokens(scene, wave), rows
    for a, b in zip(clip(), clip()): assert torch.isfinite(a.float()).all() and torch.equal(a, b)


def test_the_state_tells_where_in_its_puff_each_tongue_is(scene):
    own = scene.own
    step = own['turn'].diff(dim=-1)
    assert own['turn'].shape == (64, 4, STEPS) and torch.allclose(step.mean((1, 2)) / DT, 2 * math.pi * cf.puffs(own['width']), rtol=1e-3)
    high = scene.position[:, 0, :, 1] - scene.own['base'][:, None]
    assert correlation(high, cf.rise(own['turn'][:, 0])).mean() > .6


def test_four_tongues_of_drawable_size_stay_in_the_picture(scene):
    assert scene.size.min() > .02 and scene.size.max() <= .1
    x, y = scene.position.unbind(-1)
    assert x.min() > .03 and x.max() < .97 and y.min() > .1 and y.max() < .95
    assert SAMPLES == audio(take(scene, slice(0, 2))).shape[1]
