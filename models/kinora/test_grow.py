"""What a net knew before the world had more in it, it knows afterwards."""
import pytest
import torch

from . import grow, net as nets
from .codec import Codec, CodecConfig
from .mel import FRAMES as MEL_FRAMES
from .net import NAMES, SHAPES, Net, NetConfig, encode_text
from .world import clip

SMALL = dict(d=16, layers=2, heads=2, text_d=16, text_layers=1, cell=4, draw=4, ring=4, voice=4, words=4, scenes=4)
MORE = {**{n: [*v, 'new one', 'another'] if n in ('family', 'outcome') else v for n, v in clip.ATTRIBUTES.items()}, 'weather': ['rain', 'snow', 'fog']}


def lively(module):                        # layers that begin as nothing would hide what is lost
    with torch.no_grad():
        for p in module.parameters(): p.add_(torch.randn_like(p) * .1)
    return module.eval()


@pytest.fixture
def learned():
    torch.manual_seed(5)
    return lively(Net(NetConfig(**SMALL))), lively(Codec(CodecConfig(widths=(4, 4, 4, 4), behind=4, words=4, outlines=4, paint=4)))


def spread(state, before, now):
    """State tokens of the smaller world, as the larger one has them."""
    out = torch.zeros_like(state)
    at = {key: i for i, key in enumerate(grow.places(before)['state'])}
    for i, key in enumerate(grow.places(now)['state']): out[..., i] = state[..., at[key]] if key in at else grow.ABSENT
    return out


def sizes(monkeypatch, attributes):
    """The program as it is when the world has these attributes."""
    count = sum(map(len, attributes.values()))
    parts = {**clip.PARTS, 'kind': count}
    from . import codec, maps, net
    for module in (grow, net):
        monkeypatch.setattr(module, 'ATTRIBUTES', attributes)
        monkeypatch.setattr(module, 'LATER', [*clip.LATER, *(n for n in attributes if n not in clip.ATTRIBUTES)])
    for module in (maps, clip, net): monkeypatch.setattr(module, 'PARTS', parts)
    for module in (maps, net, codec): monkeypatch.setattr(module, 'FACTS', parts['setting'] + count)


@torch.no_grad()
def test_a_net_and_a_codec_compute_what_they_did(learned, monkeypatch):
    net, codec = learned
    used = sum(clip.PARTS.values())
    state = torch.randn(2, *SHAPES['state'])
    state[..., used:] = 0
    x = dict(video=torch.randn(2, *SHAPES['video']), sound=torch.randn(2, *SHAPES['sound']), state=state)
    masks, t, speech = {n: torch.zeros(2, SHAPES[n][0], 1) for n in NAMES}, torch.tensor([.2, .7]), torch.randn(2, MEL_FRAMES, clip.SPEECH)
    ids, frames = torch.tensor([encode_text(p, 192) for p in ('a red ball', 'hujan')]), torch.rand(2, 2, 3, 128, 128)
    z = codec.encode(frames)
    said = net.text(ids)
    before = net(*(x[n] for n in NAMES), masks, said, t, speech=speech), codec.decode(z, state[:, 0]), net.text.heed(net.text.read(ids))

    old = dict(clip.ATTRIBUTES)
    sizes(monkeypatch, MORE)
    grown = Net(NetConfig(**SMALL))
    grown.load_state_dict(grow.weights(net.state_dict(), old))
    painter = Codec(codec.config)
    painter.load_state_dict(grow.weights(codec.state_dict(), old))
    grown.eval(), painter.eval()
    x['state'] = spread(state, old, MORE)
    after = grown(*(x[n] for n in NAMES), masks, said, t, speech=speech)
    for n, a, b in zip(NAMES, after, before[0]):
        assert torch.allclose(a, spread(b, old, MORE) if n == 'state' else b, atol=2e-5), n
    assert torch.allclose(painter.decode(z, x['state'][:, 0]), before[1], atol=2e-5)
    text, guess = grown.text.heed(grown.text.read(ids))
    assert torch.allclose(text, before[2][0], atol=.05)                    # what is new takes a little of every guess
    assert all((g.softmax(-1)[:, -1] > .5).all() for g in guess[len(old):])    # nobody said the weather


def test_a_pack_is_told_todays_state_in_its_own_order(monkeypatch):
    old = dict(clip.ATTRIBUTES)
    state = torch.randn(3, clip.STATE_DIM)
    sizes(monkeypatch, MORE)
    used = sum(clip.PARTS.values()) - sum(map(len, MORE.values())) + sum(map(len, old.values()))
    before = grow.as_before(spread(state, old, MORE), old, used + 3)
    assert before.shape == (3, used + 3) and torch.equal(before[:, :used], state[:, :used]) and not before[:, used:].any()


def test_a_checkpoint_that_does_not_say_it_knew_the_first_packs_things():
    first = grow.known()
    assert sum(map(len, first.values())) == 80 and first['family'][-1] == 'waves' and first['outcome'][-1] == 'rough'
    assert all(clip.ATTRIBUTES[n][:len(v)] == v for n, v in first.items())


def test_what_reads_new_things_is_woken(learned, monkeypatch):
    """… and what reads the others is left alone; a net that has nothing new too."""
    net, _ = learned
    old, used = dict(clip.ATTRIBUTES), sum(clip.PARTS.values())
    before = net.read['state'].weight.clone()
    grow.wake(net)
    assert torch.equal(net.read['state'].weight, before)
    sizes(monkeypatch, MORE)
    monkeypatch.setattr(grow, 'PARTS', clip.PARTS)
    grown = Net(NetConfig(**SMALL))
    grown.load_state_dict(grow.weights(net.state_dict(), old))
    asleep = grown.read['state'].weight.clone()
    grow.wake(grown)
    woken, new = grown.read['state'].weight, [i for i, (n, v) in enumerate(grow.places(MORE)['state']) if isinstance(v, str) and v not in old.get(n, ())]
    assert len(new) == 7 and not asleep[:, new].any() and woken[:, new].abs().min(0).values.max() > 0 and woken[:, new].std() > .3 * woken[:, used - 80:used].std()
    others = [i for i in range(woken.shape[1]) if i not in new]
    assert torch.equal(woken[:, others], asleep[:, others])
