import random
import re

import pytest
import torch

from . import audio, attributes, balls, caption, chimes, make, pair, pendulum, picture
from .clip import ATTRIBUTES, DT, FRAMES, GRAVITY, HELD_OUT_PAIRS, KINDS, RATE, RELATIONS, STEPS, SUB, SUBSTEPS, held_out, held_out_pair, state_tokens, take
from .onsets import heard

LEFT, RIGHT, BEHIND, THEN = range(4)
BALL, PENDULUM, DRUM, CAMPFIRE = range(4)


@pytest.fixture(scope='module')
def scene():
    torch.manual_seed(5)
    with torch.no_grad(): return pair.simulate(256, torch.device('cpu'), 'test')


@pytest.fixture(scope='module')
def wave(scene):
    torch.manual_seed(6)
    return audio(scene)


def related(scene, *names): return torch.isin(scene.attributes['relation'], torch.tensor(names))


def role(scene, kind):
    """Clips with this kind of thing, and whether it is the first or the second: [N], [N]."""
    return (scene.own['who'] == kind).nonzero(as_tuple=True)


def one_of(scene, kind, i=0):
    """Place and velocity [N, STEPS, 2], radius, hits [N, STEPS], scale [N, 1] of object i of all things of a kind."""
    b, r = role(scene, kind)
    o = r * 2 + i
    return scene.position[b, o], scene.velocity[b, o], scene.size[b, o], scene.hits[b, o], scene.own['scale'][b, r][:, None]


def test_the_two_are_of_different_kinds_and_all_meet(scene):
    a = scene.attributes
    assert (a['first'] != a['second']).all() and len(set(zip(*(a[k].tolist() for k in ('first', 'second', 'relation'))))) > 40


def test_who_is_left_is_left(scene):
    x = scene.position[..., 0]
    for relation, way in ((LEFT, 1), (RIGHT, -1)):
        m = related(scene, relation)
        assert m.sum() > 30
        assert ((x[m, 2] - x[m, 0]) * way).min() > .05                    # at every step


def test_who_is_behind_stands_higher_and_looks_smaller(scene):
    m = related(scene, BEHIND)
    spot, small = scene.own['spot'][m], scene.own['small'][m]
    assert m.sum() > 30 and (spot[:, 0, 1] > spot[:, 1, 1] + .1).all() and (small[:, 0] < .7 * small[:, 1]).all() and (spot[..., 1] < pair.BACK).all()


def test_velocity_is_the_derivative_of_position(scene):
    p, v = scene.position, scene.velocity
    jump = torch.nn.functional.max_pool1d(((v[:, :, 1:] - v[:, :, :-1]).norm(dim=-1) > .03).float(), 7, 1, 3)[:, :, 1:, None] > 0
    off = ((p[:, :, 2:] - p[:, :, :-2]) / (2 * DT) - v[:, :, 1:-1]).abs() * ~jump
    assert off.max() < .05 and v.abs().max() > 1


def test_free_flight_is_a_parabola_in_the_scale_of_the_ball(scene):
    p, v, r, hits, s = one_of(scene, BALL)
    w = 8
    acceleration = (p[:, 2 * w:, 1] - 2 * p[:, w:-w, 1] + p[:, :-2 * w, 1]) / (w * DT) ** 2 / s
    speed = (v[:, 1:, 1] - v[:, :-1, 1]) / s / DT
    free = ((speed + GRAVITY).abs() < .02)
    free = torch.nn.functional.avg_pool1d(free.float()[:, None], 2 * w, 1)[:, 0] > .999
    n = min(free.shape[1], acceleration.shape[1])
    assert free.sum() > 10000 and (acceleration[:, :n][free[:, :n]] + GRAVITY).abs().max() < .08


def bounces(scene):
    """Speed after over speed before each contact of a ball, as it flies -> ratios, clips, roles."""
    b, r = role(scene, BALL)
    p, v, _, hits, s = one_of(scene, BALL)
    n, k = ((hits[:, 4:-4] > .15)).nonzero(as_tuple=True)
    k = k + 4
    # Both flights, continued to the moment of the contact.
    before, after, y0 = v[n, k - 1, 1], v[n, k, 1], p[n, k - 1, 1]
    floor = scene.own['spot'][b, r][n, 1] + scene.size[b, r * 2][n]
    g = GRAVITY * s[n, 0]
    into = (before ** 2 + 2 * g * (y0 - floor).clamp(min=0)).sqrt()
    out = (after.clamp(min=0) ** 2 + 2 * g * (p[n, k, 1] - floor).clamp(min=0)).sqrt()
    return out / into, b[n], r[n]


def test_restitution_follows_material_and_ground(scene):
    ratio, b, r = bounces(scene)
    a = scene.attributes
    material = torch.where(r == 0, a['material'][b], a['material2'][b])
    assert len(ratio) > 100
    assert (ratio - balls.RESTITUTION[material] * balls.GROUND_FACTOR[a['ground'][b]]).abs().max() < 5e-3


def test_a_ball_never_gains_energy_nor_sinks_into_the_ground(scene):
    b, r = role(scene, BALL)
    p, v, size, _, s = one_of(scene, BALL)
    energy = .5 * (v / s[..., None]).pow(2).sum(-1) + GRAVITY * p[..., 1] / s
    assert (energy[:, 1:] - energy[:, :-1]).max() < 4e-3
    assert (p[..., 1] - size[:, None] - scene.own['spot'][b, r][:, 1:]).min() > -1e-4


def test_a_pendulum_keeps_its_energy_and_its_string(scene):
    p, v, _, _, s = one_of(scene, PENDULUM)
    knob = one_of(scene, PENDULUM, 1)[0]
    length = (p - knob).norm(dim=-1)
    assert (length - length[:, :1]).abs().max() < 1e-4
    energy = .5 * (v / s[..., None]).pow(2).sum(-1) + pendulum.G * p[..., 1] / s
    moves = (v.norm(dim=-1) > 0).float()
    spread = ((energy - energy[:, -1:]).abs() * moves).amax(1)
    assert spread.max() < .01


def begins(scene):
    """[B, 2]: the step at which either thing's first contact is; that of a pendulum: when it is let go."""
    hits, speed = scene.hits.reshape(-1, 2, 2, STEPS).amax(2), scene.velocity[:, ::2].norm(dim=-1)
    first = lambda m: torch.where(m.any(-1), m.float().argmax(-1), STEPS)
    return torch.where(scene.own['who'] == PENDULUM, first(speed > 0), first(hits > 0))


def test_then_one_begins_well_before_the_other_which_is_silent_and_still(scene):
    m = related(scene, THEN)
    first, second = begins(scene)[m].unbind(1)
    assert m.sum() > 30 and ((second - first) * DT >= pair.PAUSE).all() and (first * DT < .45).all() and (second < STEPS - 60).all()
    late = take(scene, m.nonzero()[:, 0])
    stirs = (late.velocity[:, 2].norm(dim=-1) > .02).float()              # a drum's stick comes down a little before it strikes
    kind = late.own['who'][:, 1]
    early = torch.where(stirs.amax(1) > 0, stirs.argmax(1), STEPS)
    assert (early >= second - chimes.FALL * SUBSTEPS - 2)[kind == DRUM].all()
    assert ((early - first) * DT > pair.PAUSE)[(kind == BALL) | (kind == PENDULUM)].all()
    assert (early >= second - 1)[kind == CAMPFIRE].all()
    for name, clips, own in pair.cast(late, 1):                           # silent: it sounds alone
        sound = pair.FAMILY[name].sounds(own)
        for w, k in zip(sound, (first[clips] + pair.PAUSE / DT).tolist()):
            assert w[:int(k * RATE / SUBSTEPS)].abs().max() < .01


def test_then_the_onset_of_the_second_is_heard_after_that_of_the_first(scene):
    torch.manual_seed(1)
    m = (related(scene, THEN) & (scene.own['who'] != PENDULUM).all(1) & (scene.own['who'][:, 0] != CAMPFIRE)).nonzero()[:, 0]
    late = take(scene, m)
    loud = audio(late).pow(2).unfold(1, 160, 160).mean(-1)
    rises = (loud[:, 1:] > 4 * loud[:, :-1] + 3e-4).float()
    first, second = (begins(late) * DT * 100).unbind(1)
    heard_first = rises.argmax(1) + 1
    assert len(m) > 15 and ((heard_first - first).abs() <= 2).float().mean() > .9


def test_each_contact_is_heard_within_one_hop(scene, wave):
    ratios = heard(wave, scene.hits, alone=.3, least=.25)                 # a soft contact drowns in a roaring fire
    assert len(ratios) > 100 and (ratios > 1.5).float().mean() > .95


def test_a_drum_is_struck_where_its_skin_is_by_a_stick_from_outside(scene):
    p, _, r, hits, s = one_of(scene, DRUM)
    body, _, R, _, _ = one_of(scene, DRUM, 1)
    n, k = (hits > 0).nonzero(as_tuple=True)
    assert len(n) > 200 and ((p[n, k, 0] - body[n, k, 0]).abs() < .6 * R[n]).all()
    assert (p[n, k, 1] - body[n, k, 1] - s[n, 0] * (chimes.SHELL / 2 + .7 * .048)).abs().max() < 1e-4
    b, r = role(scene, DRUM)
    x, way = scene.own['spot'][b, r][:, 0], torch.where(scene.own['drum']['own']['there'][b, 0], -1., 1.)
    hand = x + way * scene.own['drum']['own']['reach'][b] * scene.own['scale'][b, r]
    assert ((hand < -.04) | (hand > 1.04)).all() and ((x < .5) == (way < 0)).all()


def test_only_what_is_there_has_colour_and_material(scene):
    a = scene.attributes
    for k, names in ((a['first'], ('colour', 'material')), (a['second'], ('colour2', 'material2'))):
        assert ((a[names[0]] >= 0) == (k != CAMPFIRE)).all() and ((a[names[1]] >= 0) == ((k == BALL) | (k == PENDULUM))).all()
    fire = (scene.own['who'] == CAMPFIRE).any(1)
    assert ((a['outcome'] >= 0) == fire).all() and (a['place'][fire] > 0).all() and not scene.flash[~fire].any() and (scene.flash[fire].amax(1) > .1).all()


def test_training_never_sees_held_out_combinations_and_evaluation_does():
    torch.manual_seed(2)
    met = {}
    for split in ('train', 'test'):
        a = pair.simulate(1500, torch.device('cpu'), split).attributes
        met[split] = {(KINDS[f], KINDS[s], RELATIONS[r]) for f, s, r in zip(*(a[k].tolist() for k in ('first', 'second', 'relation')))}
        apart = held_out_pair(a['first'], a['second'], a['relation'])
        assert apart.any() == (split == 'test')
        if split == 'train': assert not held_out(a['colour'], a['material']).any() and not held_out(a['colour2'], a['material2']).any()
    assert not met['train'] & set(HELD_OUT_PAIRS) and set(HELD_OUT_PAIRS) <= met['test'] and len(met['test']) == 48
    for i in range(2): assert {c[i] for c in met['train']} == set(KINDS)  # every kind in both roles, every relation


def test_state_is_finite_and_in_its_range(scene, wave):
    state = state_tokens(scene, wave)
    assert torch.isfinite(state).all() and state.abs().max() < 6 and torch.isfinite(wave).all() and wave.abs().max() <= 1
    assert (scene.size[:, ::2] > 0).all() and scene.size.max() < .2


@pytest.fixture(scope='module')
def films(scene):
    some = torch.cat([related(scene, r).nonzero()[:8, 0] for r in range(4)])
    few = take(scene, some)
    few.attributes = {**few.attributes, 'style': torch.zeros_like(few.attributes['style'])}
    return few, picture(few, torch.arange(FRAMES)[1::5].expand(len(some), -1), 48)


def test_pictures_move_and_are_in_range(films):
    video = films[1]
    assert torch.isfinite(video).all() and video.min() >= 0 and video.max() <= 1 and ((video[:, 1:] - video[:, :-1]).abs().amax((1, 2, 3, 4)) > .05).all()


def test_a_thing_is_drawn_where_the_state_says(films):
    scene, video = films
    alone = take(scene, slice(0, scene.batch))
    steps = torch.arange(FRAMES)[1::5] * SUB + SUB // 2
    for role in range(2):                                                 # one goes away: what changes is round its place
        alone.own = {**scene.own, 'spot': scene.own['spot'].clone()}
        alone.own['spot'][:, role] += 7.
        change = (picture(alone, torch.arange(FRAMES)[1::5].expand(scene.batch, -1), 48) - video).abs().amax(2)    # [B, K, H, W]
        p = scene.position[:, role * 2, steps]
        inside = (p > .05).all(-1) & (p < .95).all(-1)
        px, py = (p[..., 0] * 48).long().clamp(0, 47), ((1 - p[..., 1]) * 48).long().clamp(0, 47)
        b, k = torch.meshgrid(torch.arange(len(p)), torch.arange(len(steps)), indexing='ij')
        near = torch.nn.functional.max_pool2d(change, 5, 1, 2)[b, k, py, px]
        still = (scene.attributes['camera'] == 0)[:, None]
        assert (near[inside & still] > .03).float().mean() > .9


def test_one_seed_is_one_batch():
    both = []
    for _ in range(2):
        torch.manual_seed(11)
        both.append(make('pair', 3, size=32))
    assert torch.equal(both[0].video, both[1].video) and torch.equal(both[0].wave, both[1].wave) and torch.equal(both[0].attributes, both[1].attributes)


@pytest.fixture(scope='module')
def written(scene):
    usual, caption.typo = caption.typo, lambda text, rng=None: text
    rng = random.Random(4)
    out = [(row, *caption.write(row, rng)) for row in attributes(scene).tolist() for _ in range(4)]
    caption.typo = usual
    return out


def value(row, name):
    i = row[list(ATTRIBUTES).index(name)]
    return ATTRIBUTES[name][i] if i >= 0 else None


def contains(text, phrase): return re.search(rf'(?<!\w){re.escape(phrase)}(?!\w)', text) is not None


def test_captions_say_both_things_and_their_relation(written):
    nouns = dict(ball=('ball', 'sphere', 'bola'), pendulum=('pendulum', 'ball on a string', 'bandul'), drum=('drum', 'genderang'), campfire=('fire', 'campfire', 'bonfire', 'api'))
    for row, text, mentioned in written:
        assert {'family', 'first', 'second', 'relation'} <= mentioned and '[' not in text and '  ' not in text
        for name in ('first', 'second'): assert any(contains(text, n) for n in nouns[value(row, name)]), text


def test_what_a_caption_mentions_stands_in_it(written):
    for row, text, mentioned in written:
        for name in mentioned - {'family', 'first', 'second', 'relation'}:
            words = [w for language in caption.WORDS[name.rstrip('2')][value(row, name)] for w in language if w]
            assert any(contains(text, w) for w in words), (text, name)


def test_captions_say_no_colour_that_is_not_there(written):
    for row, text, mentioned in written:
        said = {n for n in ('colour', 'colour2') if n in mentioned}
        rest = text
        for n in said:
            for w in sorted((w for language in caption.WORDS['colour'][value(row, n)] for w in language), key=len, reverse=True): rest = re.sub(rf'(?<!\w){re.escape(w)}(?!\w)', '', rest)
        if value(row, 'style') == 'noir' or value(row, 'place') == 'hills': continue    # "black and white", "green hills"
        for v in ATTRIBUTES['colour']:
            for language in caption.WORDS['colour'][v]:
                for w in language: assert not contains(rest, w) or value(row, 'ground') == 'grass', (text, w)


def test_both_languages_are_spoken(written):
    english = sum(any(contains(t, w) for w in ('a', 'an', 'the')) for _, t, _ in written) / len(written)
    assert .5 < english < .8
