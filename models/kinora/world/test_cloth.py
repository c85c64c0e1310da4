import math
import random

import pytest
import torch

from . import attributes, audio, caption, cloth, dress, family, flag, light, picture
from .clip import ATTRIBUTES, COLOURS, DT, FRAMES, GROUNDS, OUTCOMES, PLACES, RATE, STEPS, SUB, SUBSTEPS, state_tokens, take
from .onsets import heard

torch.set_num_threads(1)
END = dict(flag=3, dress=2)                # the object that is the cloth's free end


@pytest.fixture(scope='module', params=['flag', 'dress'])
def scene(request):
    torch.manual_seed(4)
    with torch.no_grad(): return family(request.param).simulate(64, torch.device('cpu'))


@pytest.fixture(scope='module')
def wave(scene):
    torch.manual_seed(5)
    return audio(scene)


@pytest.fixture(scope='module')
def films(scene):
    """Plain clips by day with a still camera at 64 × 64: the same ten, four pictures each."""
    some = take(scene, slice(0, 10))
    some.camera = torch.tensor([.5, .5, 1.]).expand(10, STEPS, 3)
    some.attributes = {**some.attributes, **{n: torch.zeros(10, dtype=torch.long) for n in ('camera', 'style', 'time')}}
    steps = torch.tensor([3, 6, 17, 28])
    return some, steps * SUB + SUB // 2, picture(some, steps.expand(10, 4), 64)


def is_rough(scene): return scene.attributes['outcome'] == OUTCOMES.index('rough')


def test_a_hinged_plate_swings_as_its_lift_and_inertia_say():
    """Against small steps of (m L³/3) θ″ = −(πρU² L²/4) θ, whose quarter period is a quarter of 2π / rate."""
    m, L, U, h = .2, 1.2, 4., 1e-5
    theta, v, t = 1., 0., 0.
    while theta > 0:
        v -= (math.pi * cloth.AIR * U * U * L * L / 4) / (m * L ** 3 / 3) * theta * h
        theta += v * h
        t += h
    assert t == pytest.approx(math.pi / 2 / cloth.swings(U, m, L), rel=1e-3)
    assert cloth.hangs(1.) == pytest.approx(math.sqrt(1.5 * 9.81))      # a rod of a metre in still air swings once in 1.64 s


def test_waves_run_at_the_speed_of_a_heavy_sheet_in_a_flow():
    for m, L in ((.2, 1.24), (.4, .5)):
        k = cloth.wavenumber(m, L)
        for U in (1., 5.): assert cloth.swings(U, m, L) / k == pytest.approx(U / (1 + m * k / (2 * cloth.AIR)))


def test_the_mean_angle_balances_pressure_and_weight():
    for U in (.5, 2., 5.):
        angle = cloth.lean(torch.tensor(U), .2, 1.).item()
        assert .5 * cloth.AIR * U * U * math.cos(angle) == pytest.approx(.2 * 9.81 * math.sin(angle), rel=1e-4)


def test_a_strong_wind_lifts_the_cloth_and_hurries_its_waves(scene):
    rough, own = is_rough(scene), scene.own
    assert .4 < rough.float().mean() < .75
    assert own['alpha'][rough].min() > own['alpha'][~rough].max() and own['rate'][rough].mean() > 1.8 * own['rate'][~rough].mean()
    end = scene.position[:, END[scene.family]]
    held = own['pole'] if scene.family == 'flag' else own['x']
    out = ((end[..., 0] - held[:, None]) * own['way'][:, None]).mean(1)
    assert out[rough].min() > out[~rough].max() > 0 and end[rough][..., 1].mean() > end[~rough][..., 1].mean() + .05


def test_flapping_keeps_its_strouhal_number(scene):
    own = scene.own
    f = own['rate'] / 2 / math.pi
    expected = (flag if scene.family == 'flag' else dress).STROUHAL * own['alpha'].sin()     # as far as the cloth is held out
    assert torch.allclose(f * 2 * own['high'] / own['breeze'], expected, rtol=1e-4)


def test_gusts_are_felt_by_wind_and_waves(scene):
    b, f = scene.own['breeze'], scene.own['rate']
    assert ((b.amax(1) - b.amin(1)) / b.mean(1) > .06).all() and (b > .3).all()
    rough = is_rough(scene)
    c = torch.stack([torch.corrcoef(torch.stack([x, y]))[0, 1] for x, y in zip(b[rough], f[rough])])
    assert c.min() > .95


def test_threads_keep_their_length():
    """Of a flag's: in space, from the slopes that its picture is made of."""
    torch.manual_seed(1)
    scene = flag.simulate(4, torch.device('cpu'))
    flow = cloth.seen(scene.own, torch.tensor([[0, 500]]).expand(4, 2))
    pieces = flag.threads(scene.own, flow).diff(dim=-2) * (cloth.NODES - 1) * flag.SIDE / flag.LENGTH     # [4, 2, 2, 24, 2]
    theta = torch.stack([flag.slopes(scene.own, flow, cloth.stations('cpu'), s) for s in (flag.SLANT / 2, -flag.SLANT / 2)], -2)
    along, down = pieces[..., 0] - flag.ASIDE * theta.sin(), pieces[..., 1] - flag.UP * theta.sin()
    assert torch.allclose(along ** 2 + down ** 2 + theta.sin() ** 2, torch.ones_like(along), atol=1e-4)
    torch.manual_seed(1)
    scene = dress.simulate(4, torch.device('cpu'))
    steps = dress.threads(cloth.seen(scene.own, torch.tensor([[0, 500]]).expand(4, 2))).diff(dim=-2).norm(dim=-1)
    assert torch.allclose(steps.sum(-1), torch.tensor(dress.LENGTH / dress.SIDE), atol=1e-4)


def test_waves_travel_to_the_free_edge_and_grow():
    torch.manual_seed(2)
    scene = flag.simulate(24, torch.device('cpu'))
    late = scene.own['turn'][:, :1] - scene.own['turn']                  # how far each object is behind the first
    assert (late.diff(dim=1) > .5).all() and (late[:, 3] < 2 * math.pi).all()
    y = take(scene, is_rough(scene).nonzero()[:, 0]).position[..., 1]
    assert (y[:, 1:].std(-1) > y[:, :1].std(-1)).all()


def test_velocity_is_the_derivative_of_position(scene):
    p, v = scene.position, scene.velocity
    assert ((p[:, :, 1:] - p[:, :, :-1]) / DT - (v[:, :, 1:] + v[:, :, :-1]) / 2).abs().max() < .01


def test_the_cloth_flaps_each_time_its_free_end_turns_back(scene):
    i = END[scene.family]
    hit = scene.hits[:, i] > 0
    assert (scene.hits.sum((1, 2)) == scene.hits[:, i].sum(1)).all() and scene.hits.max() <= 1
    turn = scene.own['turn'][:, i]
    b, k = hit[:, 1:].nonzero(as_tuple=True)
    assert len(b) > 250
    assert (torch.sin(turn[b, k + 1])).abs().max() < .06                 # a multiple of π
    assert torch.equal((turn[:, 1:] / math.pi).floor() != (turn[:, :-1] / math.pi).floor(), hit[:, 1:])
    between = scene.own['rate'].mean() / math.pi
    assert hit.float().sum(1).mean() / 2 == pytest.approx(between.item(), rel=.1)


def test_turn_tells_where_the_free_end_is(scene):
    """Its cosine goes with how far the end is out: of a flag that is seen from below, and of a skirt's hem, up."""
    i, rough = END[scene.family], is_rough(scene)
    y, turn = scene.position[rough, i, :, 1], scene.own['turn'][rough, i]
    c = torch.stack([torch.corrcoef(torch.stack([x, t.cos()]))[0, 1] for x, t in zip(y, turn)])
    assert c.mean() > .65 and c.min() > .3


def test_each_flap_is_heard_within_one_hop(scene, wave):
    ratios = heard(wave, scene.hits, alone=.11, least=.05)
    assert len(ratios) > 150 and (ratios > 2).float().mean() > .98


def test_wind_blows_louder_the_stronger_it_is(scene, wave):
    low = torch.fft.rfft(wave)
    f = torch.fft.rfftfreq(wave.shape[-1], 1 / RATE)
    rumble = torch.fft.irfft(low * (f < 160)).reshape(len(wave), -1).std(1)
    rough = is_rough(scene)
    assert rumble[rough].min() > 1.5 * rumble[~rough].median() and .35 < wave[rough].abs().amax(1).mean() < .95
    assert wave.abs().max() < 1 and torch.isfinite(wave).all()


def test_the_cloth_has_the_colour_of_the_caption(films):
    scene, steps, video = films
    i = 0 if scene.family == 'flag' else 1
    p = scene.position[:, i][:, steps]
    if scene.family == 'flag': p = p + torch.tensor([0., .105])          # above a stripe
    else: p = torch.stack([.72 * p[..., 0] + .28 * scene.own['x'][:, None], p[..., 1]], -1)
    px, py = (p[..., 0] * 64).long(), ((1 - p[..., 1]) * 64).long()
    b, k = torch.meshgrid(torch.arange(10), torch.arange(4), indexing='ij')
    seen = video[b, k, :, py, px]
    unit = lambda v: v / v.norm(dim=-1, keepdim=True)
    nearest = (unit(seen) @ unit(light.PAINT).T).argmax(-1)
    assert (nearest == scene.attributes['colour'][:, None]).float().mean() > .8


def test_pictures_move_and_are_in_range(films):
    video = films[2]
    assert torch.isfinite(video).all() and video.min() >= 0 and video.max() <= 1
    assert ((video[:, 1:] - video[:, :-1]).abs().mean((2, 3, 4)).amax(1) > .0015).all()


def test_objects_stay_in_the_picture_and_are_drawable(scene):
    x, y = scene.position.unbind(-1)
    assert x.min() > .05 and x.max() < .95 and y.min() > .1 and y.max() < .95
    assert scene.size.min() > .03 and scene.size.max() <= .12 and torch.isfinite(scene.own['turn']).all()
    assert scene.velocity.abs().max() < 1.2


def test_attributes_are_drawn_as_they_should_be(scene):
    a = scene.attributes
    assert set(a['place'].tolist()) == {PLACES.index(p) for p in ('hills', 'city', 'sea')}
    assert set(a['ground'].tolist()) == {GROUNDS.index(g) for g in ('grass', 'sand', 'snow', 'stone')}
    assert len(set(a['colour'].tolist())) == len(COLOURS) and {OUTCOMES[i] for i in a['outcome'].tolist()} == {'calm', 'rough'}
    if scene.family == 'flag':
        two = a['count'] == ATTRIBUTES['count'].index('two')
        assert .2 < two.float().mean() < .7 and torch.equal(a['colour2'] >= 0, two) and (a['colour2'] != a['colour']).all()


def test_captions_are_written_in_both_languages(scene, monkeypatch):
    rows, rng = attributes(scene).tolist(), random.Random(3)
    monkeypatch.setattr(caption, 'typo', lambda text, rng=None: text)
    written = [caption.write(row, rng) for row in rows for _ in range(6)]
    texts = [t for t, _ in written]
    assert all(t and '[' not in t and '  ' not in t for t in texts)
    indonesian = sum(any(w in t for w in ('bendera', 'gaun', 'angin')) for t in texts) / len(texts)
    assert .2 < indonesian < .5
    assert sum('outcome' in m for _, m in written) > .2 * len(written)


def test_a_stripe_is_seen_where_the_caption_says_one():
    torch.manual_seed(6)
    scene = flag.simulate(8, torch.device('cpu'))
    plain = take(scene, slice(0, 8))
    plain.attributes = {**scene.attributes, 'colour2': torch.full((8,), -1)}
    frames = torch.tensor([[9]]).expand(8, 1)
    change = (picture(scene, frames, 48) - picture(plain, frames, 48)).abs().mean((1, 2, 3, 4))
    two = scene.attributes['colour2'] >= 0
    assert (change[two] > .004).all() and (change[~two] == 0).all()


def test_a_seed_gives_one_clip_with_a_finite_state(scene):
    def clip():
        torch.manual_seed(8)
        s = family(scene.family).simulate(3, torch.device('cpu'), 'test')
        w = audio(s)
        return picture(s, torch.tensor([[3, 20]]).expand(3, 2), 48), w, state_tokens(s, w), attributes(s)
    for a, b in zip(clip(), clip()): assert torch.equal(a, b) and torch.isfinite(a.float()).all()
    assert clip()[2].abs().max() < 6 and FRAMES * SUB == STEPS and SUBSTEPS * DT == 1
