"""The whole training, very small: what runs for minutes on a GPU must not fail there for a slip."""
import sys

import pytest
import torch

from . import chain, distill, export, net as nets, train
from .net import NAMES, SHAPES, USUAL, Net, NetConfig, sample
from .pack import Pack
from .vocoder import Vocoder, VocoderConfig


@pytest.fixture(scope='module')
def out(tmp_path_factory):
    torch.set_num_threads(1)
    folder = str(tmp_path_factory.mktemp('chain'))
    argv = f'chain --config toy --families chimes,cars --minutes .01 .01 .01 .01 --films 24 --plans 32 --chunk 12 --batch 2 --paths 8 --walk 4 --out {folder}'.split()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, 'argv', argv)
        chain.main()
    return folder


def test_every_stage_leaves_its_checkpoint_and_they_make_a_pack(out, tmp_path):
    net, families = nets.load(f'{out}/fast/ema.pt')
    assert net.config.leaps and not nets.load(f'{out}/s/ema.pt')[0].config.leaps and families == ['chimes', 'cars']
    codec, mean, std = export.codecs.load(f'{out}/codec-finished.pt')
    before = export.codecs.load(f'{out}/codec.pt')[0]
    same = [torch.equal(a, b) for a, b in zip(codec.state_dict().values(), before.state_dict().values())]
    assert any(same) and not all(same)     # the decoder went on, the encoder did not
    export.export(export.Models(net, codec, mean, std, Vocoder(VocoderConfig(width=4, blocks=1, expand=1)).eval(), families), str(tmp_path / 'p'), 'p')
    assert Pack(str(tmp_path / 'p')).film('a drum', steps=2).video.shape[0] == 32


def test_a_leap_leads_where_the_teacher_walked():
    """The goal that a student is taught is the one whose single Euler step ends at the kept place; known tokens are where they were."""
    torch.manual_seed(0)
    teacher = Net(NetConfig(d=16, layers=2, heads=2, text_d=16, text_layers=1, cell=2, draw=4, ring=4, voice=4, words=4)).eval()
    places, B = [], 3
    text = teacher.text(torch.randint(0, 200, (2 * B, 192)))
    masks = {n: (torch.arange(SHAPES[n][0]) < SHAPES[n][0] // 2).float()[None, :, None].expand(B, -1, -1) for n in NAMES}
    known = {n: torch.randn(B, *SHAPES[n]) for n in NAMES}
    end = sample(teacher, text[:B], text[B:], distill.FINE, USUAL.expand(B, -1), known=known, masks=masks, keep=places.append)
    assert len(places) == distill.FINE + 1
    for i, leap in ((0, 6), (6, 12), (18, 6)):
        t, until = (torch.full((B,), k / distill.FINE) for k in (i, i + leap))
        goal = distill.goals(places[i], places[i + leap], t, until)
        for n in NAMES:
            step = [nets.state_time(v[0]) if n == 'state' else v[0] for v in (t, until)]
            assert (nets.advance(places[i][n], goal[n], masks[n], *step) - places[i + leap][n]).abs().max() < 1e-3
            half = SHAPES[n][0] // 2
            assert torch.equal(end[n][:, :half], known[n][:, :half])


def test_a_student_inherits_what_an_elder_learned_of_leaping():
    """A net that learned more is moved as its elder was; what the elder did not have is left alone."""
    torch.manual_seed(1)
    size = dict(d=16, layers=2, heads=2, text_d=16, text_layers=1, cell=2, draw=4, ring=4, voice=4, words=4)
    before = Net(NetConfig(**size, speech=False))
    leaping, teacher = distill.student(before, train.CONFIGS['toy'](), 'cpu').net, Net(NetConfig(**size))
    with torch.no_grad():
        for n in (leaping, teacher):
            for p in n.parameters(): p.add_(torch.randn_like(p) * .1)
    net, plain = (distill.student(teacher, train.CONFIGS['toy'](), 'cpu', elder).net.state_dict() for elder in ((before, leaping), None))
    a, b, t = before.state_dict(), leaping.state_dict(), teacher.state_dict()
    moved = 'blocks.0.up.weight'
    assert torch.allclose(net[moved], t[moved] + b[moved] - a[moved], atol=1e-6) and torch.allclose(net['avoid.weight'], b['avoid.weight'], atol=1e-6)
    assert torch.equal(net['hear.state.weight'], plain['hear.state.weight']) and torch.equal(plain[moved], t[moved])
    wide = b['sing.first.weight'].shape[1]
    assert torch.allclose(net['sing.first.weight'][:, wide:], t['sing.first.weight'][:, wide:], atol=1e-6)
