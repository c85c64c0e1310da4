import math

import pytest
import torch

from . import audio, cars, light, picture
from .clip import COLOURS, DT, GROUNDS, OUTCOMES, PLACES, RATE, SAMPLES, SPEED_OF_SOUND, STEPS, TIMES, state_tokens, take
from .onsets import heard


@pytest.fixture(scope='module')
def scene():
    torch.manual_seed(11)
    with torch.no_grad(): return cars.simulate(96, torch.device('cpu'))


@pytest.fixture(scope='module')
def wave(scene): return audio(take(scene, slice(0, 48)))


def only(scene, **own):
    """One clip of a scene, plain and by day, with some of its own numbers set."""
    one = take(scene, slice(0, 1))
    one.attributes.update({k: torch.zeros(1, dtype=torch.long) for k in ('time', 'style', 'camera', 'place')})
    one.camera = torch.tensor([.5, .5, 1.]).expand(1, STEPS, 3)
    one.own.update({k: torch.tensor([v]) for k, v in own.items()}, honks=torch.zeros(1, 2, dtype=torch.bool))
    return one


def pitch(wave, start, near, seconds=.25):
    """The strongest frequency (Hz) within 12 % of `near`."""
    part = wave[int(start * RATE):int((start + seconds) * RATE)]
    n = 1 << 17
    power = torch.fft.rfft(part * torch.hann_window(len(part)), n).abs()
    f = torch.arange(len(power)) * RATE / n
    return f[(power * ((f - near).abs() < .12 * near)).argmax()].item()


def test_velocity_is_the_derivative_of_position(scene):
    p, v = scene.position[:, :3], scene.velocity[:, :3]
    assert ((p[:, :, 33:] - p[:, :, :-33]) / (33 * DT) - (v[:, :, 33:] + v[:, :, :-33]) / 2).abs().max() < 1e-4
    assert (v[..., 0] * scene.own['way'][:, None, None] > 0).all()


def test_acceleration_is_constant_and_gentle(scene):
    v = scene.velocity[:, 0, :, 0] * cars.WIDTH * scene.own['way'][:, None]                  # m/s
    pull = (v[:, -1] - v[:, 0]) / ((STEPS - 1) * DT)
    halves = (v[:, STEPS // 2] - v[:, 0]) / (STEPS // 2 * DT)
    assert (pull - halves).abs().max() < .01 and (pull - scene.own['pull']).abs().max() < .01
    assert pull.abs().max() < cars.PULL + .01 and (pull < -.5).any() and (pull > .5).any() and (pull.abs() < .01).float().mean() > .3
    assert v.min() > cars.SLOW - 1.1 and v.max() < cars.FAST + 1.1


def test_wheels_roll_without_slip(scene):
    turned = scene.own['turn'][:, 1:3] - scene.own['turn'][:, 1:3, :1]
    rolled = scene.position[:, 1:3, :, 0] - scene.position[:, 1:3, :1, 0]
    assert (turned * scene.size[:, 1:3, None] + rolled).abs().max() < 1e-4                    # to the right is clockwise
    assert (scene.position[:, 1:3, :, 1] - scene.size[:, 1:3, None] - cars.LANE).abs().max() < 1e-6


def test_sound_is_heard_a_distance_over_343_late(scene):
    t = torch.linspace(0, 2, 50, dtype=torch.double).expand(scene.batch, 50)
    e = cars.emission(scene.own, t)
    r = (cars.metres(scene.own, e) ** 2 + cars.ROADSIDE ** 2).sqrt()
    assert (r - SPEED_OF_SOUND * (t - e)).abs().max() < 1e-3
    assert (r > cars.ROADSIDE).all() and r.max() < .1 * SPEED_OF_SOUND                        # what the tyres' noise is long enough for


def test_engine_is_heard_at_the_pitch_of_doppler(scene):
    """A sports car at 16 m/s: c / (c ∓ v·cos) of what it makes, coming and going, against the peak of the spectrum."""
    v, build = 16., .1
    one = only(scene, way=1., speed=v, pull=0., middle=0., build=build)
    torch.manual_seed(0)
    wave = cars.sounds(one)[0]
    made = float(cars.engine_hz(torch.tensor(build))) * (.55 + .45 * v / cars.CRUISE)
    got = []
    for start in (.05, 1.65):
        x = v * (start + .125 - 1)
        x = x - v * math.hypot(x, cars.ROADSIDE) / SPEED_OF_SOUND                             # where it was
        expected = made / (1 + v * x / math.hypot(x, cars.ROADSIDE) / SPEED_OF_SOUND)
        got.append(pitch(wave, start, made))
        assert abs(got[-1] - expected) < .006 * expected
    assert got[0] > 1.07 * got[1]


def test_horn_sinks_as_the_car_passes(scene):
    one = only(scene, way=-1., speed=14., pull=0., middle=0., build=.5)
    one.own.update(honks=torch.tensor([[True, False]]), sent=torch.tensor([[.7, 9.]]), held=torch.tensor([.6]))
    wave, note = cars.sounds(one)[0], 2 * float(cars.horn_hz(torch.tensor(.5)))
    assert pitch(wave, .74, note, .15) > 1.03 * pitch(wave, 1.15, note, .15)


def test_passing_swells_and_sinks(scene):
    one = only(scene, way=1., speed=13., pull=0., middle=0., build=.4)
    loud = cars.sounds(one)[0].reshape(20, -1).pow(2).mean(1).sqrt()
    assert loud[9:11].mean() > 1.8 * loud[0] and loud[9:11].mean() > 1.8 * loud[-1]


def test_bigger_bodies_have_lower_engines_and_horns():
    build = torch.linspace(0, 1, 9)
    assert (cars.engine_hz(build).diff() < 0).all() and (cars.horn_hz(build).diff() < 0).all()
    assert cars.engine_hz(build)[0] > 150 and cars.engine_hz(build)[-1] < 65


def test_size_tells_the_build(scene):
    order = scene.own['build'].argsort()
    assert (scene.size[order, 0].diff() > 0).all() and (scene.size[:, 1:3] > .03).all() and (scene.size[:, 1:3] < .045).all()
    assert (2 * scene.own['length'] > .30).all() and (2 * scene.own['length'] <= .40).all()


def test_horn_is_in_hits_where_the_outcome_says_so(scene):
    n = (scene.hits > 0).sum((1, 2))
    horn = scene.attributes['outcome'] == OUTCOMES.index('horn')
    assert (n[~horn] == 0).all() and (n[horn] == 1).any() and (n[horn] == 2).any() and n[horn].min() == 1 and n.max() == 2
    assert (scene.hits[:, 1:] == 0).all()
    b, _, k = (scene.hits > 0).nonzero(as_tuple=True)
    r = (scene.position[b, 0, k, 0] - .5) * cars.WIDTH
    assert (scene.hits[b, 0, k] / (.9 * cars.ROADSIDE / (r * r + cars.ROADSIDE ** 2).sqrt()) - 1).abs().max() < .05


def test_each_honk_is_heard_within_one_hop(scene, wave):
    scene = take(scene, slice(0, 48))
    ratios = heard(wave, scene.hits)
    assert len(ratios) > 25 and (ratios > 2).float().mean() > .98
    silent = scene.hits.roll(1, 0) * (scene.attributes['outcome'] == OUTCOMES.index('none'))[:, None, None]
    assert (heard(wave, silent) > 2).float().mean() < .1


def test_most_cars_are_in_view_most_of_the_time(scene):
    off = (scene.position[:, 0, :, 0] - .5).abs() - .5
    assert ((off < 0).float().mean(1) > .6).float().mean() > .9
    assert (off[:, 0] < scene.own['length']).float().mean() > .5                              # already on the way when the clip begins
    assert (scene.own['way'] > 0).any() and (scene.own['way'] < 0).any()


def test_every_attribute_is_drawn(scene):
    for name, options in dict(colour=COLOURS, place=['city', 'hills', 'sea'], time=TIMES, outcome=['none', 'horn'], ground=['road']).items():
        values = dict(colour=COLOURS, place=PLACES, time=TIMES, outcome=OUTCOMES, ground=GROUNDS)[name]
        assert sorted(scene.attributes[name].unique().tolist()) == sorted(values.index(o) for o in options)


def painted(one, x, **attributes):
    """One clip's car at x, in a picture [3, 128, 128] under some attributes."""
    one.attributes.update({k: torch.tensor([v]) for k, v in attributes.items()})
    one.position[:, :3, :, 0] += x - one.position[:, 0:1, :1, 0]
    one.position[:, :3] = one.position[:, :3, :1]
    return picture(one, torch.tensor([[4]]))[0, 0]


def test_colour_is_seen_on_the_body(scene):
    for i, name in enumerate(COLOURS):
        one = only(scene, way=1., build=.5, length=.18, height=.16, base=.6)
        image = painted(one, .5, colour=i)
        x, y = int(.5 * 128), int((1 - cars.LANE - .16 * .40) * 128)
        patch = image[:, y - 2:y + 3, x - 3:x + 4].mean((1, 2))
        assert torch.nn.functional.cosine_similarity(patch[None], light.PAINT).argmax() == i, name


def test_the_tail_is_red_and_behind(scene):
    for way in (-1., 1.):
        one = only(scene, way=way, length=.18, height=.16, pull=0.)
        end = lambda side: image[:, int((1 - cars.LANE - .16 * .52) * 128), int((.5 + side * way * .18 * .965) * 128)]
        image = painted(one, .5, colour=COLOURS.index('white'))
        assert end(-1)[0] > 2 * end(-1)[1] and end(1)[0] < 1.5 * end(1)[1]


def test_wheels_are_dark_tyres_where_the_record_says(scene):
    one = only(scene, way=1.)
    image = painted(one, .5)
    for i in (1, 2):
        (x, y), r = one.position[0, i, 0].tolist(), one.size[0, i].item()
        ring = [image[:, int((1 - y - .85 * r * math.sin(a)) * 128), int((x + .85 * r * math.cos(a)) * 128)] for a in torch.linspace(0, 6, 12).tolist()]
        assert torch.stack(ring).mean() < .25
        assert image[:, int((1 - y) * 128), int(x * 128)].mean() > .6                         # the hub


def test_headlights_light_the_road_ahead_at_night(scene):
    for way in (-1., 1.):
        x = .5 - .15 * way
        ahead = lambda **a: painted(only(scene, way=way), x, **a)[:, int((1 - cars.LANE) * 128), int((x + way * .34) * 128)].mean()
        behind = painted(only(scene, way=way), x, time=TIMES.index('night'))[:, int((1 - cars.LANE) * 128), int((x - way * .30) * 128)].mean()
        assert ahead(time=TIMES.index('night')) > behind + .1


def test_places_differ(scene):
    verge = slice(int((1 - cars.BACK) * 128), int((1 - cars.CURB) * 128) - 2)
    views = [painted(only(scene), .5, place=PLACES.index(p)) for p in ('city', 'hills', 'sea')]
    for part in (slice(0, 128), verge): assert min((views[i] - views[j])[:, part].abs().mean() for i, j in ((0, 1), (0, 2), (1, 2))) > .01


def test_same_seed_same_clip_and_it_moves():
    def clips():
        torch.manual_seed(3)
        scene = cars.simulate(4, torch.device('cpu'))
        wave = audio(scene)
        return picture(scene, torch.arange(0, 32, 4).expand(4, 8), 64), wave, state_tokens(scene, wave)
    one, two = clips(), clips()
    assert all((a == b).all() for a, b in zip(one, two))
    video, wave, state = one
    assert video.min() >= 0 and video.max() <= 1 and torch.isfinite(wave).all() and torch.isfinite(state).all()
    assert wave.shape == (4, SAMPLES) and (wave.abs().amax(1) > .15).all()
    assert ((video[:, 4] - video[:, 3]).abs().amax((1, 2, 3)) > .2).all()
