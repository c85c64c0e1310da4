"""The world state as maps: where the simulator draws an object, the decoder is told that there is one."""
import torch

from . import world
from .maps import FACTS, cues, discs, facts_of, splat
from .world.clip import ATTRIBUTES, MATERIALS, OBJECT_DIM, OBJECTS, PAIR, PARTS, SAMPLES, STATE_DIM, STATE_TOKENS, WIDTH, part, state_tokens


def scene_of(family, B, seed):
    torch.manual_seed(seed)
    scene = world.family(family).simulate(B, torch.device('cpu'))
    return scene, world.attributes(scene)


def states(scene): return state_tokens(scene, torch.zeros(scene.batch, SAMPLES))


def test_the_parts_fill_a_token():
    assert sum(PARTS.values()) <= STATE_DIM and PARTS['setting'] + PARTS['kind'] == FACTS
    token = torch.arange(STATE_DIM)
    assert torch.cat([part(token, n) for n in PARTS]).tolist() == list(range(sum(PARTS.values())))


def test_an_object_is_where_it_is_in_both_frames_of_a_token():
    scene, _ = scene_of('balls', 8, 1)
    o = part(states(scene), 'objects').unflatten(-1, (OBJECTS, OBJECT_DIM))[:, :, 0]              # [B, T, OBJECT_DIM]
    mid = torch.arange(STATE_TOKENS) * WIDTH + WIDTH // 2
    for sign in (-1, 1):
        for i in range(2):
            at = o[..., 1 + i] / 3 + .5 + sign * o[..., 3 + i] * 1.2 / 32
            assert (at - scene.position[:, 0, mid + sign * PAIR, i]).abs().max() < 1e-5


def test_facts_name_every_attribute():
    scene, rows = scene_of('balls', 8, 2)
    kind, start = facts_of(states(scene))[:, PARTS['setting']:], 0
    for i, values in enumerate(ATTRIBUTES.values()):
        own = kind[:, start:start + len(values)]
        assert torch.equal(torch.where(own.amax(1) > 0, own.argmax(1), torch.full((8,), -1)), rows[:, i])
        start += len(values)


def test_discs_lie_where_the_simulator_paints_balls():
    """Pixels that a ball changes, above the floor where no shadow falls, and pixels of its disc are the same ones; through every camera."""
    moving = 0
    for seed in range(8):
        scene, _ = scene_of('balls', 6, seed)
        scene.attributes['material'][:] = scene.attributes['material2'][:] = MATERIALS.index('rubber')
        scene.attributes['style'][:] = 0
        frames = torch.tensor([[6, 7]]).expand(6, 2)
        with_balls = world.picture(scene, frames, 128)
        size, scene.size = scene.size, torch.zeros_like(scene.size)
        changed = (with_balls - world.picture(scene, frames, 128)).abs().amax(2) > .03            # [B, 2, H, W]
        scene.size = size
        moving += int(scene.attributes['camera'][0] > 0)
        dx, dy, r, there = discs(states(scene)[:, 3], 128)
        inside = ((r - (dx * dx + dy * dy).sqrt()) * there > 0).any(2)
        above = slice(0, 88)                                                                     # rows above the floor's back edge
        either, both = (changed | inside)[..., above, :].sum(), (changed & inside)[..., above, :].sum()
        if either > 400: assert both / either > .9, seed
    assert moving


def test_a_crop_sees_the_maps_of_its_place():
    scene, _ = scene_of('water', 3, 3)
    state = states(scene)
    lines = torch.arange(16) + .5 - 8
    rows, columns = lines[None, 4:12].expand(3, -1), lines[None, 6:14].expand(3, -1)
    assert torch.equal(splat(state, 16, rows, columns), splat(state, 16)[..., 4:12, 6:14])


def test_cues_tell_when_a_contact_is_heard():
    scene, _ = scene_of('balls', 16, 4)
    near = cues(states(scene))[..., 4:4 + OBJECTS].amax(-1)                                      # [B, MEL_FRAMES]
    for b in range(16):
        hits = scene.hits[b].amax(0)
        if hits.max() == 0: continue
        when = int(hits.argmax()) / hits.shape[0] * near.shape[1]
        assert abs(float(near[b].argmax()) + .5 - when) < 1.5
