"""The painter of somebody who talks: where nobody does it changes nothing, and what it draws hangs on the head."""
import pytest
import torch

from . import world
from .codec import CROP, SIZE, UPSCALE, Codec, CodecConfig, load, write
from .maps import facts_of, line
from .portrait import Portrait
from .world.clip import OBJECT_DIM, OBJECTS, PARTS, SAMPLES, state_tokens


def lively(module):                        # layers that begin as nothing would hide what is lost
    with torch.no_grad():
        for p in module.parameters(): p.add_(torch.randn_like(p) * .2)
    return module.eval()


def tokens(family, count):                 # -> state tokens [count, STATE_DIM], one of each of `count` scenes
    torch.manual_seed(8)
    scene = world.family(family).simulate(count, torch.device('cpu'))
    world.attributes(scene)
    return state_tokens(scene, torch.zeros(count, SAMPLES))[:, 7]


@pytest.fixture
def painter():
    torch.manual_seed(2)
    return lively(Portrait(6, SIZE, UPSCALE, 8))


@torch.no_grad()
def test_other_films_are_decoded_as_without_it():
    torch.manual_seed(3)
    size = dict(widths=(4, 4, 4, 4), behind=4, words=4, outlines=4, paint=4)
    without, with_ = (lively(Codec(CodecConfig(**size, portrait=k))) for k in (0, 4))
    with_.load_state_dict({**with_.state_dict(), **without.state_dict()})
    z = torch.randn(2, 12, 16, 16)
    for family, same in (('balls', True), ('waves', True), ('talk', False)):
        state = tokens(family, 2)
        assert torch.allclose(with_.decode(z, state), without.decode(z, state), atol=1e-5) == same, family


@torch.no_grad()
def test_a_crop_is_a_part_of_the_whole(painter):
    state = tokens('talk', 2)
    facts, corner = facts_of(state[:, None]), (torch.tensor([1, 5]), torch.tensor([8, 2]))
    whole, part = painter(state, facts), painter(state, facts, *(line(SIZE, 'cpu', c, CROP) for c in corner))
    side, each = CROP * SIZE * UPSCALE // 16, SIZE * UPSCALE // 16
    for a, b in zip(whole, part):
        for i in range(2):
            y, x = (int(c[i]) * each for c in corner)
            assert torch.allclose(a[i, ..., y:y + side, x:x + side], b[i], atol=1e-4)


@torch.no_grad()
def test_it_moves_with_the_head(painter):
    state, pixels = tokens('talk', 2), 9
    moved = state.clone()
    places = torch.arange(OBJECTS) * OBJECT_DIM + 1                                               # x of each object, in thirds of a picture side
    moved[:, places] += 3 * pixels / SIZE
    assert list(PARTS)[0] == 'objects'
    facts = facts_of(state[:, None])
    (a, cover), (b, moved_cover) = painter(state, facts), painter(moved, facts)
    shift = pixels * UPSCALE
    assert torch.allclose(b[..., shift:], a[..., :-shift], atol=1e-3) and torch.allclose(moved_cover[..., shift:], cover[..., :-shift], atol=1e-3)
    assert not torch.allclose(a, b, atol=.01)


@torch.no_grad()
def test_the_kept_painter_draws_whoever_talks(tmp_path):
    """A codec without a painter is given that of portrait.pt: over a grey picture it paints head and clothes closer to the simulator's than anything grey is."""
    torch.manual_seed(4)
    size = dict(widths=(4, 4, 4, 4), behind=4, words=4, outlines=4, paint=4)
    write(str(tmp_path / 'codec.pt'), dict(config=size, weights=Codec(CodecConfig(**size)).state_dict(), mean=torch.zeros(12), std=torch.ones(12)))
    assert load(str(tmp_path / 'codec.pt'))[0].portrait is None
    painter = load(str(tmp_path / 'codec.pt'), portrait=True)[0].portrait
    scene = world.family('talk').simulate(6, torch.device('cpu'))
    world.attributes(scene)
    state, at = state_tokens(scene, torch.zeros(6, SAMPLES)), 7
    colour, cover = painter(state[:, at], facts_of(state))
    true = world.picture(scene, torch.tensor([[2 * at, 2 * at + 1]]).expand(6, 2), SIZE * UPSCALE)
    face = cover.expand_as(true) > .9
    assert .1 < face.float().mean() < .7
    error = lambda y: ((y - true).abs()[face]).mean()
    assert error(colour * .5 + .5) < .08 and error(torch.full_like(true, .5)) > .2
