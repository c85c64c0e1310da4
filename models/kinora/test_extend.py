"""A net that learns a new family keeps the old ones, and its leaps."""
import sys

import pytest
import torch

from . import distill, extend, net as nets, train
from .films import plan
from .mel import FRAMES as MEL_FRAMES
from .net import NAMES, SHAPES, Net, NetConfig, encode_text
from .world.clip import ATTRIBUTES, SPEECH

SIZE = dict(d=16, layers=2, heads=2, text_d=16, text_layers=1, cell=2, draw=4, ring=4, voice=4, words=4, scenes=4)


class Said:
    """What a ring draws, of random films."""
    device = 'cpu'

    def draw(self, B, drop=.1):
        ids = torch.tensor([encode_text(('a red ball', 'rain', 'a drum')[i % 3], extend.TEXT_BYTES) for i in range(B)], dtype=torch.int)
        return {n: torch.randn(B, *SHAPES[n]) for n in NAMES}, torch.zeros(B, MEL_FRAMES, SPEECH), ids, None


@pytest.fixture
def old():
    torch.manual_seed(4)
    net = Net(NetConfig(**SIZE, leaps=True, speech=False))
    with torch.no_grad():
        for p in net.parameters(): p.add_(torch.randn_like(p) * .05)
    return net.eval()


def test_what_is_kept_is_what_the_old_net_does_and_costs_nothing_at_first(old, monkeypatch):
    monkeypatch.setattr(extend.machine, 'quick_bf16', lambda device: False)
    c = train.CONFIGS['toy']()
    run = extend.begin(old, c)
    walks = extend.Walks(6, run.ema.eval(), Said(), *extend.FEW)
    walks.fill(6, batch=4)
    assert walks.made == 6
    batch = walks.draw(24)
    assert set(batch['t'].tolist()) <= {0., .25, .5, .75} and torch.allclose(batch['until'] - batch['t'], torch.tensor(.25))
    same = extend.losses(run.net, batch, torch.arange(16), c)
    assert all(same[n].max() < 1e-3 for n in NAMES)    # half way through, the state is another guess
    with torch.no_grad():
        for p in run.net.blocks.parameters(): p.add_(torch.randn_like(p) * .3)
    other = extend.losses(run.net, batch, torch.arange(16), c)
    assert all(other[n].mean() > 4 * same[n].mean() for n in NAMES)


def test_what_takes_prompts_at_their_word_is_taught_apart(old):
    c = train.CONFIGS['toy']()
    c.net = NetConfig(**{**SIZE, 'literal': 4})
    run = train.Run(c, 'cpu')
    optimised = {id(p) for g in run.opt.adam.param_groups for p in g['params']} | {id(p) for p in run.opt.matrices}
    assert {n.split('.')[0] for n, p in run.net.named_parameters() if id(p) not in optimised} == {'literal'}


def test_a_film_is_a_leap_to_nowhere_without_guidance(old):
    batch = extend.films(Said(), 5, train.CONFIGS['toy']())
    assert torch.equal(batch['t'], batch['until']) and (batch['guidance'] == 1).all() and not batch['avoided'].any()
    for n in NAMES:
        known = batch['masks'][n].expand_as(batch['goal'][n]) > 0
        assert torch.equal(batch['here'][n][known], batch['goal'][n][known]) and not torch.equal(batch['here'][n], batch['goal'][n])
    both = extend.join(batch, batch)
    assert len(both['t']) == 10 and torch.equal(both['goal']['sound'][5:], batch['goal']['sound'])


def test_the_whole_of_it_and_going_on_where_it_stopped(old, tmp_path, monkeypatch):
    torch.set_num_threads(1)
    torch.save(dict(config=dict(net=vars(old.config)), attributes=ATTRIBUTES, families=['chimes'], weights=old.state_dict()), tmp_path / 'old.pt')
    codec = extend.codecs.Codec(extend.codecs.CodecConfig(widths=(4, 4, 4, 4), behind=4, words=4, outlines=4, paint=4))
    extend.codecs.write(str(tmp_path / 'codec.pt'), dict(config=vars(codec.config), families=['chimes'], weights=codec.state_dict(), mean=torch.zeros(12), std=torch.ones(12)))

    (tmp_path / 'plans').mkdir()
    torch.save(plan('cars', count=4), tmp_path / 'plans' / '001-0000-cars.pt')

    def run(*minutes):
        monkeypatch.setattr(sys, 'argv', f'extend --net {tmp_path}/old.pt --codec {tmp_path}/codec.pt --films none --plans {tmp_path}/plans --config toy --families cars --minutes {" ".join(map(str, minutes))} '
                            f'--batch 5 --read 2 --settle 2 --paths 4 --walks 2 4 --simulate 4 --out {tmp_path}/wide'.split())
        extend.main()
        return torch.load(f'{tmp_path}/wide/last.pt'), torch.load(f'{tmp_path}/wide/leaps/last.pt')
    first, leaps = run(.02, .02)
    assert first['step'] > 0 and leaps['step'] > first['step']
    net, families = nets.load(f'{tmp_path}/wide/leaps/ema.pt')
    assert families == ['chimes', 'cars'] and net.config.leaps and net.config.speech
    assert torch.equal(leaps['weights']['text.out.weight'], first['ema']['text.out.weight'])     # what reads the prompt learns from films alone
    again = run(.02, .04)
    assert again[0]['step'] == first['step'] and again[1]['step'] > leaps['step']


def test_a_family_has_its_weight_however_many_films_it_has():
    ring, families = train.Ring(8, (None, None, None), ['balls', 'water'], 'cpu'), ATTRIBUTES['family']
    ring.rows[:, 0] = torch.tensor([families.index(f) for f in ['balls'] * 6 + ['water'] * 2], dtype=torch.int16)
    ring.made = 8
    ring.weigh({'water': '3'})
    share = ring.chances / ring.chances.sum()
    assert torch.allclose(share, torch.tensor([1 / 24] * 6 + [3 / 8] * 2))
    ring.weigh({})
    assert torch.allclose(ring.chances[:6].sum(), ring.chances[6:].sum())
