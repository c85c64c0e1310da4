"""Prompts taken at their word: what captions alone teach, and what the published pack makes of pairs that it never saw."""
import random

import numpy as np
import pytest
import torch

from . import literal, net as nets
from .net import Net, NetConfig, encode_text
from .pack import Pack
from .test_extend import SIZE
from .world.clip import ABSENT, ATTRIBUTES, HELD_OUT, KIND, PARTS


def column(name, value):                   # among the kinds
    names = list(ATTRIBUTES)
    return sum(len(ATTRIBUTES[n]) for n in names[:names.index(name)]) + ATTRIBUTES[name].index(value)


def test_a_few_captions_teach_colours():
    torch.manual_seed(1)
    random.seed(1)
    torch.set_num_threads(1)
    old = Net(NetConfig(**SIZE))
    new = literal.teach(old, ['balls'], steps=300, count=256, width=32)
    for k, w in old.state_dict().items(): assert torch.equal(w, new.state_dict()[k]), k
    first, colours = column('colour', ATTRIBUTES['colour'][0]), ATTRIBUTES['colour']
    logits = new.literal.read(torch.tensor([encode_text(f'a {c} ball bounces on ice', 192) for c in colours])).detach()[:, first:first + len(colours)]
    said = torch.eye(len(colours), dtype=torch.bool)
    assert logits[said].mean() > logits[~said].mean() + 1
    assert new.literal(torch.tensor([encode_text('', 192)])).max() == 0


def test_what_is_said_stands_in_a_guess():
    torch.manual_seed(2)
    m, said = nets.Literal(NetConfig(**SIZE, literal=8)), torch.zeros(1, PARTS['kind'])
    said[0, column('colour', 'green')] = 1.
    guess = torch.randn(1, 16, nets.STATE_DIM)
    told, at, colours = m.told(guess, said), nets.OFFSETS['kind'], len(ATTRIBUTES['colour'])
    first = at + column('colour', ATTRIBUTES['colour'][0])
    want = torch.full((colours,), ABSENT)
    want[ATTRIBUTES['colour'].index('green')] += KIND
    assert torch.allclose(told[0, :, first:first + colours], want.expand(16, -1), atol=1e-6)
    told[..., first:first + colours] = guess[..., first:first + colours]
    assert torch.allclose(told, guess, atol=1e-6)


@pytest.mark.parametrize('colour, material', HELD_OUT)
def test_the_published_pack_makes_pairs_that_no_film_showed(colour, material):
    pack = Pack('models/packs/kinora-s', 1)
    words = dict(metal='steel').get(material, material)
    state = pack.sample(f'a {colour} {words} ball bounces on a stone floor', seed=8)[0]['state'].mean(0)
    for name, value in (('colour', colour), ('material', material)):
        first = nets.OFFSETS['kind'] + column(name, ATTRIBUTES[name][0])
        assert ATTRIBUTES[name][int(np.argmax(state[first:first + len(ATTRIBUTES[name])]))] == value
