import pytest
import torch

from . import audio, balls, make
from .clip import ATTRIBUTES, COLOURS, DT, GRAVITY, GROUNDS, HELD_OUT, MATERIALS, METRES, held_out
from .onsets import heard

COUNT = 2


@pytest.fixture(scope='module')
def scene():
    torch.manual_seed(5)
    with torch.no_grad(): return balls.simulate(192, torch.device('cpu'))


def there(scene): return scene.size[:, :COUNT] > 0                        # [B, 2]


def mass(scene): return scene.size[:, :COUNT] ** 3


def struck(scene, width=0):
    """[B, 2, STEPS]: steps within `width` steps of any change of velocity that gravity does not explain."""
    v = scene.velocity[:, :COUNT]
    kick = torch.zeros_like(v[..., 0])
    expected = v[:, :, :-1] - torch.tensor([0., GRAVITY * DT])
    kick[..., 1:] = ((v[:, :, 1:] - expected).abs().amax(-1) > 1e-5).float()
    return torch.nn.functional.max_pool1d(kick, 2 * width + 1, 1, width) > 0


def test_free_flight_is_a_parabola_at_9_81_metres_a_second_squared(scene):
    w = 16
    p, free = scene.position[:, :COUNT], ~struck(scene, w + 1)[..., w:-w] & there(scene)[..., None]
    acceleration = METRES * (p[:, :, 2 * w:] - 2 * p[:, :, w:-w] + p[:, :, :-2 * w]) / (w * DT) ** 2
    assert free.sum() > 20000
    assert (acceleration[..., 1][free] + 9.81).abs().max() < .03
    assert acceleration[..., 0][free].abs().max() < .03


def test_velocity_is_the_derivative_of_position(scene):
    p, v, free = scene.position[:, :COUNT], scene.velocity[:, :COUNT], ~struck(scene, 2)[..., 1:-1] & there(scene)[..., None]
    assert ((p[:, :, 2:] - p[:, :, :-2]) / (2 * DT) - v[:, :, 1:-1])[free].abs().max() < .01


def bounces(scene):
    """Speed after over speed before each bounce on the floor of a ball alone -> ratios, materials, grounds."""
    v, alone = scene.velocity[:, 0, :, 1], scene.attributes['count'] == ATTRIBUTES['count'].index('one')
    into = -(v[:, :-1] - GRAVITY * DT)
    b, k = ((v[:, 1:] > 0) & (into > .2) & alone[:, None]).nonzero(as_tuple=True)
    return v[b, k + 1] / into[b, k], scene.attributes['material'][b], scene.attributes['ground'][b]


def test_restitution_follows_material_and_ground(scene):
    ratio, material, ground = bounces(scene)
    assert len(ratio) > 150
    expected = balls.RESTITUTION[material] * balls.GROUND_FACTOR[ground]
    assert (ratio - expected).abs().max() < 1e-3


def test_rubber_bounces_best_and_grass_swallows_most(scene):
    ratio, material, ground = bounces(scene)
    stone = ground == GROUNDS.index('stone')
    mean = {m: ratio[stone & (material == i)].mean() for i, m in enumerate(MATERIALS)}
    assert mean['rubber'] > mean['glass'] > mean['metal'] > mean['wood']
    rubber = material == MATERIALS.index('rubber')
    assert ratio[rubber & (ground == GROUNDS.index('grass'))].max() < ratio[rubber & stone].min()


def test_energy_never_grows(scene):
    p, v, m = scene.position[:, :COUNT], scene.velocity[:, :COUNT], (mass(scene) * there(scene))[..., None]
    energy = (m * (.5 * v.pow(2).sum(-1) + GRAVITY * p[..., 1])).sum(1) / m.sum(1)
    assert (energy[:, 1:] - energy[:, :-1]).max() < 2e-3


def collisions(scene):
    """Steps at which two balls strike each other and nothing else -> (clip, step)."""
    v, p, r = scene.velocity[:, :COUNT], scene.position[:, :COUNT], scene.size[:, :COUNT]
    gap = (p[:, 0] - p[:, 1]).pow(2).sum(-1).sqrt() - r.sum(1, keepdim=True)
    clear = ((p[..., 1] - r[..., None] > scene.own['floor'] + .02) & (p[..., 0] - r[..., None] > .05) & (p[..., 0] + r[..., None] < .95)).all(1)
    both = struck(scene).all(1)
    return (both & clear & (gap < 0) & there(scene).all(1)[:, None]).nonzero(as_tuple=True)


def test_momentum_is_kept_when_balls_collide(scene):
    b, k = collisions(scene)
    assert len(b) >= 10
    m, v = mass(scene)[b][..., None], scene.velocity[b, :COUNT]
    at = lambda k: v[torch.arange(len(b)), :, k]
    total = m.sum(1)
    change = ((at(k) - at(k - 1)) * m).sum(1) / total
    assert (change - torch.tensor([0., -GRAVITY * DT])).abs().max() < 1e-4


def test_colliding_balls_part_at_the_speed_of_the_softer_one(scene):
    b, k = collisions(scene)
    i = torch.arange(len(b))
    p, v = scene.position[b, :COUNT], scene.velocity[b, :COUNT]
    normal = p[i, 1, k] - p[i, 0, k]
    normal = normal / normal.norm(dim=1, keepdim=True)
    relative = lambda k: ((v[i, 0, k] - v[i, 1, k]) * normal).sum(1)
    e = torch.minimum(balls.RESTITUTION[scene.attributes['material'][b]], balls.RESTITUTION[scene.attributes['material2'][b]])
    assert (relative(k - 1) > 0).all()
    assert (relative(k) + e * relative(k - 1)).abs().max() < 2e-3


def test_balls_stay_above_the_floor_and_between_the_walls(scene):
    p, r = scene.position[:, :COUNT], scene.size[:, :COUNT, None]
    inside = there(scene)[..., None].expand(*p.shape[:3])
    assert (p[..., 1] - r)[inside].min() > scene.own['floor'] - 1e-4
    assert (p[..., 0] - r)[inside].min() > .03 and (p[..., 0] + r)[inside].max() < .97


def test_every_hard_turn_of_a_ball_is_a_contact(scene):
    v = scene.velocity[:, :COUNT]
    turned = ((v[:, :, 1:] - v[:, :, :-1]).norm(dim=-1) > .2) & there(scene)[..., None]
    assert turned.sum() > 200 and (scene.hits[:, :COUNT, 1:] > 0)[turned].all()


def test_a_ball_that_is_not_there_strikes_nothing(scene): assert not scene.hits[scene.size == 0].any()


def test_each_contact_is_heard_within_one_hop(scene):
    ratios = heard(audio(scene), scene.hits, alone=.3)                 # a soft contact drowns in the ring of a loud one just before
    assert len(ratios) > 100 and (ratios > 2).float().mean() > .98


def test_training_never_sees_held_out_pairs():
    torch.manual_seed(2)
    for _ in range(2):
        a = balls.simulate(512, torch.device('cpu'), 'train').attributes
        assert not held_out(a['colour'], a['material']).any() and not held_out(a['colour2'], a['material2']).any()


def test_evaluation_sees_held_out_pairs():
    torch.manual_seed(2)
    a = balls.simulate(256, torch.device('cpu'), 'test').attributes
    pairs = {(COLOURS[c], MATERIALS[m]) for c, m in zip(a['colour'].tolist(), a['material'].tolist())}
    assert set(HELD_OUT) <= pairs


def test_a_seed_names_one_batch():
    both = []
    for _ in range(2):
        torch.manual_seed(11)
        both.append(make('balls', 3, size=32))
    assert torch.equal(both[0].video, both[1].video) and torch.equal(both[0].wave, both[1].wave) and torch.equal(both[0].attributes, both[1].attributes)
