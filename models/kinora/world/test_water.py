import pytest
import torch

from . import audio, make, water
from .clip import DT, GRAVITY, OUTCOMES, STEPS, held_out
from .onsets import heard


@pytest.fixture(scope='module')
def scene():
    torch.manual_seed(6)
    with torch.no_grad(): return water.simulate(256, torch.device('cpu'))


def density(scene): return water.DENSITY[scene.attributes['material']]


def level(scene):
    """The swell that the simulation knows [B, STEPS]."""
    o, t = scene.own, torch.arange(STEPS) * DT
    return water.LEVEL + o['swell'][:, None] * torch.sin(o['phase'][:, None] + 5 * (t[None] + o['lead'][:, None]))


def immersion(scene): return water.submerged(level(scene) - scene.position[:, 0, :, 1], scene.size[:, :1])


def test_submerged_share_is_that_of_a_spherical_cap():
    r, h = .1, torch.linspace(0, .2, 21)                                 # cap of height h of a sphere of radius r
    share = h ** 2 * (3 * r - h) / (4 * r ** 3)
    assert (water.submerged(h - r, torch.tensor(r)) - share).abs().max() < 1e-5


def test_lighter_than_water_floats_and_heavier_sinks(scene):
    rho, since = density(scene), -scene.own['entry_at'] + STEPS * DT
    y, r = scene.position[:, 0, -1, 1], scene.size[:, 0]
    long_ago = since > 1.3
    light, heavy = long_ago & (rho < 1), long_ago & (rho > 1)
    assert light.sum() > 20 and heavy.sum() > 20
    assert (y + r > water.LEVEL - .01)[light].all()
    assert (y + r < water.LEVEL)[heavy].all()
    assert ((rho < 1) == (scene.attributes['outcome'] == OUTCOMES.index('float'))).all()


def test_the_force_changes_sign_at_the_density_of_water(scene):
    """A body at rest under water: rises if lighter, falls if heavier, at (1 − ρ) g / (ρ + ½) with the added mass of a sphere."""
    p, v, rho = scene.position[:, 0, :, 1], scene.velocity[:, 0], density(scene)[:, None]
    wet = immersion(scene)
    a = (v[:, 1:, 1] - v[:, :-1, 1]) / DT
    drag = wet * (.45 * v.norm(dim=-1) * .75 / scene.size[:, :1] + 2.2) * v[..., 1]
    under = (wet > .999)[:, :-1] & (wet > .999)[:, 1:] & (p > .12 + scene.size[:, :1])[:, :-1] & (a.abs() < 20)
    net = (a * (rho + .5) + drag[:, :-1])
    assert under.sum() > 5000
    assert (net - GRAVITY * (1 - rho))[under].abs().max() < .12


def test_a_sinking_ball_reaches_its_terminal_speed(scene):
    r, rho = scene.size[:, 0], density(scene)
    k, b, c = .45 * .75 / r, torch.full_like(r, 2.2), GRAVITY * (rho - 1)   # k v² + b v = (ρ − 1) g
    terminal = (-b + (b * b + 4 * k * c).clamp(min=0).sqrt()) / (2 * k)
    p, v, wet = scene.position[:, 0, :, 1], scene.velocity[:, 0], immersion(scene)
    landed = torch.cumsum((p < (.101 + r)[:, None]) | (v[..., 1] > 0), 1) > 0
    deep = (wet > .999) & ~landed & (rho > 1)[:, None]
    straight = deep & (v[..., 0].abs() < .05)
    gap = (v[..., 1] + terminal[:, None]).abs()
    both = straight[:, 1:] & straight[:, :-1]
    assert both.sum() > 1000
    assert (gap[:, 1:] - gap[:, :-1])[both].max() < 1e-3                   # ever nearer to it, from above or below
    assert ((-v[..., 1] / terminal[:, None])[straight].mean() - 1).abs() < .25


def test_a_floating_ball_settles_at_the_depth_of_its_weight(scene):
    rho, since = density(scene), STEPS * DT - scene.own['entry_at']
    calm = (rho < 1) & (since > 2.2) & (scene.own['entry_v'] < .9)
    mean = immersion(scene)[:, -STEPS // 2:].mean(1)
    assert calm.sum() >= 5
    assert (mean - rho)[calm].abs().mean() < .08


def test_water_takes_energy(scene):
    """Under water, kinetic energy with the added mass plus the buoyant potential never grows while the body is wholly submerged."""
    p, v, rho = scene.position[:, 0, :, 1], scene.velocity[:, 0], density(scene)[:, None]
    wet = immersion(scene) > .999
    energy = .5 * (rho + .5) * v.pow(2).sum(-1) + (rho - 1) * GRAVITY * p
    assert ((energy[:, 1:] - energy[:, :-1])[wet[:, 1:] & wet[:, :-1]]).max() < 2e-3


def test_free_fall_before_the_water(scene):
    w = 8
    p, dry = scene.position[:, 0, :, 1], immersion(scene) == 0
    free = (-torch.nn.functional.max_pool1d(-dry[:, None].float(), 2 * w + 1, 1, w))[:, 0, w:-w] > .5
    acceleration = (p[:, 2 * w:] - 2 * p[:, w:-w] + p[:, :-2 * w]) / (w * DT) ** 2
    assert free.sum() > 5000 and (acceleration[free] + GRAVITY).abs().max() < .08


def test_the_splash_comes_when_the_ball_touches_the_water(scene):
    b, k = (scene.own['splash'] > 0).nonzero(as_tuple=True)
    first = torch.tensor([not (scene.own['splash'][i, :j] > 0).any() for i, j in zip(b.tolist(), k.tolist())])
    gap = scene.position[b, 0, k, 1] - scene.size[b, 0] - level(scene)[b, k]
    assert first.sum() > 100 and gap[first].abs().max() < 3 * 2.4 * DT


def test_each_splash_is_heard_within_one_hop(scene):
    ratios = heard(audio(scene), scene.own['splash'][:, None])
    assert len(ratios) > 80 and (ratios > 2).float().mean() > .99


def test_training_never_sees_held_out_pairs():
    torch.manual_seed(2)
    a = water.simulate(1024, torch.device('cpu'), 'train').attributes
    assert not held_out(a['colour'], a['material']).any()
    assert held_out(*(water.simulate(256, torch.device('cpu'), 'test').attributes[n] for n in ('colour', 'material'))).any()


def test_a_seed_names_one_batch():
    both = []
    for _ in range(2):
        torch.manual_seed(12)
        both.append(make('water', 3, size=32))
    assert torch.equal(both[0].video, both[1].video) and torch.equal(both[0].wave, both[1].wave)
