import pytest
import torch

from . import audio, picture, take, waves
from .clip import ATTRIBUTES, DT, OUTCOMES, STEPS, STYLES, SUB, state_tokens
from .onsets import heard

torch.set_num_threads(1)


def draw(B, seed, split='train'):
    torch.manual_seed(seed)
    with torch.no_grad(): return waves.simulate(B, torch.device('cpu'), split)


@pytest.fixture(scope='module')
def scene(): return draw(96, 3)


@pytest.fixture(scope='module')
def sounds(scene):
    torch.manual_seed(1)
    return audio(take(scene, slice(48)))


def struck(scene): return (scene.hits > 0).nonzero(as_tuple=True)


def coming(scene):
    """[B, 2, STEPS]: does the crest run towards the rock?"""
    return scene.velocity[:, :2, :, 0] * scene.own['way'][:, None, None] > 0


def bottom(scene):
    """Depth (m) below the crests [B, 2, STEPS], from where they are."""
    far = (scene.own['face'][:, None, None] - scene.position[:, :2, :, 0]).abs() * waves.METRES
    return scene.own['depth'][:, None, None] + waves.SLOPE * far


def test_crests_travel_at_the_speed_of_long_waves(scene):
    expected = (9.81 * bottom(scene)).sqrt() / waves.METRES
    assert (scene.velocity[:, :2, :, 0].abs() - expected)[coming(scene)].abs().max() < 1e-4


def test_crests_grow_by_greens_law(scene):
    tall, own = scene.position[:, :2, :, 1] - waves.LEVEL, scene.own
    expected = own['height'][..., None] * (own['depth'][:, None, None] / bottom(scene)) ** .25
    assert (tall / expected - 1)[coming(scene)].abs().max() < 1e-4
    assert (own['height'] * waves.METRES / own['depth'][:, None]).max() < .78          # a higher wave would have broken before
    assert torch.equal(scene.size[:, :2], own['height'] / 2)


def test_velocity_is_the_derivative_of_position(scene):
    p, v = scene.position, scene.velocity
    step, between = p.diff(dim=2) / DT, (v[:, :, 1:] + v[:, :, :-1]) / 2
    corner = (v.diff(dim=2).abs().amax(-1, keepdim=True) > .02) | (step.abs().amax(-1, keepdim=True) > 3)   # a hit, a landing, a new crest
    assert ((step - between) * ~corner).abs().max() < .005
    assert corner.float().mean() < .01


def test_a_hit_is_where_the_crest_meets_the_rock(scene):
    b, i, k = struck(scene)
    assert len(k) > 80 and (i < 2).all()
    assert (scene.position[b, i, k, 0] - scene.own['face'][b]).abs().max() < 1e-5
    later = k < STEPS - 1
    assert (scene.velocity[b, i, (k + 1).clamp(max=STEPS - 1), 0] * scene.own['way'][b])[later].max() < 0   # and its foam slides back
    assert (scene.position[b, 3, k, 0] - scene.own['face'][b]).abs().max() < 1.2 * scene.size[:, 3].max()


def test_most_clips_have_a_hit_and_half_begin_among_spray(scene):
    assert (scene.hits.amax((1, 2)) > 0).float().mean() > .85
    assert (scene.position[:, 2, 0, 1] > waves.LEVEL).float().mean() > .4
    gap = scene.own['period'] * DT
    assert gap.min() >= 1.19 and gap.max() <= 2.5


def test_spray_leaves_with_the_hit_and_is_ballistic(scene):
    b, i, k = struck(scene)
    out, own = scene.velocity[b, 2, k, 1], scene.own
    steep = own['height'][b, i] * waves.METRES / own['depth'][b]
    assert torch.allclose(out, waves.JET * own['c'][b] * steep, rtol=1e-4)
    ok = k < STEPS - 200
    a = 150 * DT
    risen = scene.position[b[ok], 2, k[ok] + 150, 1] - waves.LEVEL
    assert (risen - (out[ok] * a - .5 * 9.81 / waves.METRES * a * a)).abs().max() < 1e-4


def test_a_crest_enters_from_outside_the_picture(scene):
    jump = scene.position[:, :2].diff(dim=2)[..., 0].abs() > .1
    b, i, k = jump.nonzero(as_tuple=True)
    x = scene.position[b, i, k + 1, 0]
    assert len(k) > 60 and ((x < 0) | (x > 1)).all()


def test_the_drawn_wave_peaks_at_the_tracked_crest(scene):
    x = torch.linspace(0, 1, 401).expand(96, 4, 1, 401)
    steps = torch.tensor([100, 380, 640, 900]).expand(96, 4)
    eta = waves.surface(scene, x, steps)[0][:, :, 0]                     # [B, 4, 401]
    p = scene.position[:, :2, steps[0]]
    shown = coming(scene)[:, :, steps[0]] & ((p[..., 0] - .5).abs() < .45) & ((p[..., 0] - scene.own['face'][:, None, None]).abs() > .08)
    b, i, k = shown.nonzero(as_tuple=True)
    near = (x[0, 0, 0] - p[b, i, k, 0][:, None]).abs() < .09
    top, at = torch.where(near, eta[b, k], -9.).max(-1)
    assert len(b) > 100
    assert ((at / 400. - p[b, i, k, 0]).abs() < .035).float().mean() > .9
    assert (top - (p[b, i, k, 1] - waves.LEVEL)).abs().max() < .03


def test_spray_is_seen_where_the_state_has_it(scene):
    flat = scene.attributes['style'] == STYLES.index('flat')
    late = (scene.hits.amax(1) > 0).long().argmax(-1)                    # first hit
    some = (flat & (late > 100) & (late < 600) & (scene.own['rough'] == 1)).nonzero()[:6, 0]
    assert len(some) == 6
    few = take(scene, some)
    few.camera = torch.tensor([.5, .5, 1.]).expand(6, STEPS, 3)
    few.attributes['camera'] = torch.zeros(6, dtype=torch.long)
    hit = late[some] // SUB
    video = picture(few, torch.stack([hit - 1, hit + 6], 1), 64).mean(2)  # [6, 2, 64, 64]
    k = (hit + 6) * SUB + SUB // 2
    p = few.position[torch.arange(6), 2, k]
    change = (video[:, 1] - video[:, 0]).abs()
    row = ((1 - p[:, 1]) * 64).long()
    column = (p[:, 0] * 64).long()
    for j in range(6):
        beside = change[j, :, column[j] - 4:column[j] + 4]
        assert beside[row[j] + 4:row[j] + 12].mean() > .10               # below its top is spray, thick enough to hide what is behind it
        assert beside[:max(row[j] - 12, 1)].mean() < .01                 # above it is sky


def test_each_hit_is_heard_within_one_hop(scene, sounds):
    ratios = heard(sounds, scene.hits[:48], alone=.3)
    assert len(ratios) > 30 and (ratios > 2).float().mean() > .98


def test_hits_before_the_clip_are_still_heard():
    """The backwash of a wave that broke before the clip: louder than the sea before any wave came."""
    scene = draw(16, 5)
    age = waves.when(scene, torch.zeros(16, 1, dtype=torch.long))[0][:, 0]
    torch.manual_seed(0)
    wave = waves.sounds(scene)
    scene.own['strength'] = scene.own['strength'] * 0
    none = waves.sounds(scene)
    begun = (age > .1) & (age < .8)
    assert begun.sum() > 2
    loud = lambda w: w[begun, :1600].pow(2).mean(-1).sqrt()
    assert (loud(wave) > 1.5 * loud(none)).all()


def test_a_rough_sea_is_higher_and_louder(scene, sounds):
    rough = scene.attributes['outcome'] == OUTCOMES.index('rough')
    assert .3 < rough.float().mean() < .7
    assert scene.own['height'][rough].min() > 1.3 * scene.own['height'][~rough].max()
    assert scene.own['spout'][rough].min() > scene.own['spout'][~rough].max()
    hit = scene.hits.amax((1, 2)) > 0
    rough, hit, rms = rough[:48], hit[:48], sounds.pow(2).mean(-1).sqrt()
    assert rms[rough & hit].median() > 1.5 * rms[~rough & hit].median()
    assert .3 < sounds[hit].abs().amax(-1).median() < .97


def test_attributes_are_those_of_the_sea():
    for split in ('train', 'test'):
        a = draw(8, 1, split).attributes
        assert (a['place'] == ATTRIBUTES['place'].index('sea')).all() and (a['ground'] == ATTRIBUTES['ground'].index('water')).all()
        assert not {'colour', 'material'} & set(a)


def test_a_seed_gives_one_clip_finite_and_moving():
    def clip():
        scene = draw(4, 8)
        wave = audio(scene)
        return picture(scene, torch.tensor([[3, 12, 30]]).expand(4, 3), 64), wave, state_tokens(scene, wave)
    one, two = clip(), clip()
    for a, b in zip(one, two): assert torch.equal(a, b) and torch.isfinite(a).all()
    video = one[0]
    assert video.min() >= 0 and video.max() <= 1
    assert ((video[:, 1] - video[:, 0]).abs().mean((1, 2, 3)) > .005).all()
