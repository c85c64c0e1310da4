"""The simulator keeps to the device that it is given: on machines without a GPU, told by a device that is not there."""
import pytest
import torch

from .. import films
from . import pretend
from .clip import FAMILIES


def test_mixing_devices_is_seen():
    with pretend.gpu():
        there = torch.zeros(3, device='cuda')
        assert (there + 1).device.type == there.to('cuda').device.type == torch.rand_like(there).device.type == 'cuda' and there.cpu().device.type == 'cpu'
        for mix in (lambda: there + torch.ones(3), lambda: torch.cat([there, torch.ones(3)]), lambda: torch.ones(3)[there.long()]):
            with pytest.raises(pretend.Mixed): mix()
        there[torch.tensor([0, 1])] = 2.
        assert there.tolist() == [2, 2, 0]


@pytest.mark.parametrize('name', FAMILIES)
def test_a_family_keeps_to_its_device(name):
    torch.manual_seed(5)
    with pretend.gpu(): shard = films.shard(name, torch.device('cuda'), 2)
    assert {v.device.type for v in shard.values()} == {'cuda'}
