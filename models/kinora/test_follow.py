"""Where what is given leads: a state that goes on exactly, and latents that stay as they were."""
import torch

from .net import STATE_TOKENS, VIDEO_TOKENS, Net, NetConfig, ahead, unpatch
from .net import NAMES, SHAPES
from .world import attributes, family
from .world.clip import OBJECT_DIM, SAMPLES, state_tokens


def states(name, count=6):
    torch.manual_seed(3)
    scene = family(name).simulate(count, torch.device('cpu'))
    attributes(scene)
    return scene, state_tokens(scene, torch.zeros(count, SAMPLES))


def test_what_moves_is_expected_where_its_speed_leads():
    """Of passing cars, whose speed hardly changes: a token further on, the place is told to a tenth of the way gone; nothing given, nothing is expected."""
    _, state = states('cars')
    mask = torch.zeros(len(state), STATE_TOKENS, 1)
    assert not ahead(state, mask).any()
    mask[:, :8] = 1
    x = lambda s: s[..., 1]                # of the first object
    there = state[:, 7, 0] > 0
    gone, wrong = (x(state[:, 8]) - x(state[:, 7])).abs()[there], (x(ahead(state, mask)[:, 8]) - x(state[:, 8])).abs()[there]
    assert gone.max() > .05 and wrong.mean() < .1 * gone.mean()


def test_the_last_given_token_counts():
    _, state = states('campfire')
    mask = torch.zeros(len(state), STATE_TOKENS, 1)
    mask[:, [2, 5]] = 1
    out, kinds = ahead(state, mask), slice(4 * OBJECT_DIM + 15, None)
    assert (out[:, 6, kinds] - state[:, 5, kinds]).abs().max() < 1e-3 and not out[:, :3].any()


def test_given_latents_are_seen_by_every_frame():
    """A cell that was given in half of the window changes what is drawn in the other half, through the convolutions alone."""
    torch.manual_seed(0)
    net = Net(NetConfig(d=16, layers=2, heads=2, text_d=16, text_layers=1, cell=4, draw=4, ring=4, voice=4, words=4, scenes=4)).eval()
    with torch.no_grad():
        for p in net.parameters(): p.add_(torch.randn_like(p) * .05)
        x = {n: torch.randn(1, *SHAPES[n]) for n in NAMES}
        draw = lambda mask: net.draw(torch.zeros(1, VIDEO_TOKENS, 16), x['state'], torch.zeros(1, 16), x['video'], mask, slice(None), None if not net.config.speech else torch.zeros(1, 128, 12))
        given = torch.zeros(1, VIDEO_TOKENS, 1)
        given[:, :VIDEO_TOKENS // 2] = 1
        moved = (draw(given) - draw(torch.zeros_like(given))).abs().amax((0, 2, 3, 4))
    assert moved.min() > 0 and unpatch(x['video']).shape[1] == len(moved)
