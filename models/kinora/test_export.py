"""The exported graphs against the PyTorch models that carry the same rounded weights; the pack against its manifest."""
import gzip
import hashlib
import os

import numpy as np
import pytest
import torch

from . import export, net as nets, restore
from .codec import Codec, CodecConfig
from .graph import Graph
from .maps import facts_of
from .net import NAMES, SHAPES, USUAL, encode_text, guided, sample, schedule, patch, sound_unpatch, unpatch
from .noise import noise
from . import pack as packs
from .pack import Pack, PackError, constants, join, join_state, lifeless, steady, stillness, encode_text as pack_text, schedule as pack_schedule
from .vocoder import Vocoder, VocoderConfig
from .mel import FRAMES as MEL_FRAMES
from .world.clip import ABSENT, ATTRIBUTES, KIND, PARTS, SPEECH

TOLERANCE = 2e-3
PROMPT, NEGATIVE = 'A GREEN   metal ball rolls past – sebuah bola é', 'night'


@pytest.fixture(scope='module', params=[True, False], ids=['leaps', 'two passes'])
def made(tmp_path_factory, request):
    """-> the pack, and the rounded models it was made of."""
    torch.set_num_threads(1)
    m, folder = export.toy(3, request.param), str(tmp_path_factory.mktemp('packs') / 'kinora-test')
    export.export(m, folder, 'kinora-test')
    m.net, m.codec, m.vocoder = (export.rounded(x) for x in (m.net, m.codec, m.vocoder))
    return Pack(folder, threads=1), m


def far(a, b): return float(np.abs(np.asarray(a) - np.asarray(b)).max())


def texts(m): return torch.cat([m.net.text(torch.tensor([encode_text(t, m.net.config.text_bytes)])) for t in (PROMPT, NEGATIVE)])


def test_int8_rounding_is_idempotent_and_within_half_a_step():
    layer = torch.nn.Linear(64, 32)
    once = export.rounded(layer).weight
    step = layer.weight.abs().amax(1, keepdim=True) / 127
    assert ((once - layer.weight).abs() <= step * .5001).all()
    assert far(export.rounded(export.rounded(layer)).weight.detach(), once.detach()) < 1e-6


def test_texts_are_cut_at_a_character():
    assert pack_text('É' * 100, 191)[0].tolist() == [0xc3, 0xa9] * 95 + [0]
    assert far(pack_text(PROMPT, 192)[0], encode_text(PROMPT, 192)) == 0


@torch.no_grad()
def test_text(made):
    pack, m = made
    assert far(pack.texts(PROMPT, NEGATIVE), texts(m)) <= TOLERANCE


@torch.no_grad()
@pytest.mark.parametrize('known', [0., .5])
def test_four_steps(made, known):
    """Noise to clean tokens, with guidance; with half a window known, that half comes back untouched."""
    pack, m = made
    seed, masks = 11, pack.masks(known)
    start = {n: torch.from_numpy(v) for n, v in pack.noise(seed, 2).items()}
    history = {n: torch.randn(1, *SHAPES[n]) for n in NAMES}
    text, said = texts(m), torch.randn(1, MEL_FRAMES, SPEECH)
    want = sample(m.net, text[:1], text[1:], steps=4, guidance=torch.tensor([[2.5, 1.5, 3.]]), shift=1.7, noise=dict(start), known=history, masks={n: torch.from_numpy(masks[n]) for n in NAMES}, speech=said)
    got = pack.window(pack.texts(PROMPT, NEGATIVE), seed, 2, steps=4, guidance=[2.5, 1.5, 3.], shift=1.7, speech=said[0].numpy(), known={n: v[0].numpy() for n, v in history.items()}, masks=masks)
    for n in NAMES:
        assert far(got[n], want[n][0]) <= TOLERANCE
        kept = round(SHAPES[n][0] * known)
        assert np.array_equal(got[n][:kept], history[n][0, :kept])
    assert far(want['video'], start['video']) > .1


@torch.no_grad()
def test_step_gives_the_guided_guess(made):
    pack, m = made
    x, text = pack.noise(5, 0), texts(m)
    tokens, masks = ({n: torch.from_numpy(v) for n, v in some.items()} for some in (x, pack.masks()))
    clean = lambda text: guided(m.net, tokens, masks, text[:1], text[1:], USUAL[None], torch.tensor(.3), torch.tensor(.4))['video']
    assert far(pack.step(x, pack.masks(), text.numpy(), .3, .4)['videoClean'], clean(text)) <= TOLERANCE
    assert far(clean(text), clean(text[[0, 0]])) > TOLERANCE / 20     # what to avoid counts


@torch.no_grad()
def test_the_net_without_state(tmp_path):
    m = export.toy(4, leaps=False)
    m.net.config.state = False
    export.export(m, str(tmp_path / 'p'), 'p')
    pack, net = Pack(str(tmp_path / 'p'), threads=1), export.rounded(m.net)
    x, text = pack.noise(5, 0), net.text(torch.zeros(2, 192, dtype=torch.long))
    tokens = [torch.from_numpy(x[n]) for n in NAMES]
    want = net(*tokens, {n: torch.from_numpy(v) for n, v in pack.masks().items()}, text[:1], torch.tensor([.2]))
    assert far(pack.step(x, pack.masks(), text.numpy(), .2, .3)['videoClean'], want[0]) <= TOLERANCE


@torch.no_grad()
def test_decode(made):
    pack, m = made
    video = torch.randn(1, *SHAPES['video'])
    z = unpatch(video)[0] * m.std[:, None, None] + m.mean[:, None, None]
    state = torch.randn(1, *SHAPES['state'])
    for index in (0, 7, 15):
        want = m.codec.decode(z[index:index + 1], state[:, index], facts=facts_of(state))[0].clamp(0, 1)
        assert far(pack.decode(video[0].numpy(), state[0].numpy(), index), want) <= TOLERANCE


@torch.no_grad()
def test_encode(made):
    pack, m = made
    frames = torch.rand(8, 3, 128, 128)
    z = (m.codec.encode(frames.unflatten(0, (-1, 2))) - m.mean[:, None, None]) / m.std[:, None, None]
    assert far(pack.encode(frames.numpy()), patch(z[None])[0]) <= TOLERANCE


@torch.no_grad()
def test_vocoder(made):
    pack, m = made
    sound = torch.randn(1, *SHAPES['sound'])
    assert far(pack.vocode(sound[0].numpy()), m.vocoder(sound_unpatch(sound))[0]) <= TOLERANCE


@torch.no_grad()
@pytest.mark.parametrize('leaps', [True, False])
def test_a_pack_gives_its_weights_back(tmp_path, leaps):
    """Training goes on from a published pack: what is restored computes what the pack computes. Text queries can be solved for while they are fewer than dimensions."""
    m = export.toy(seed=6)
    m.net = export.Net(export.NetConfig(d=16, layers=2, heads=2, text_d=32, text_layers=1, cell=4, draw=8, ring=8, voice=8, words=8, leaps=leaps)).eval()
    export.export(m, str(tmp_path / 'p'), 'p')
    pack = Pack(str(tmp_path / 'p'), threads=1)
    m.net, m.codec, m.vocoder = (export.rounded(x) for x in (m.net, m.codec, m.vocoder))
    net, (codec, mean, std), vocoder = restore.net(pack), restore.codec(pack), restore.vocoder(pack)
    assert far(net.text(torch.tensor([encode_text(PROMPT, 192)])), pack.texts(PROMPT)[:1]) <= TOLERANCE
    x, masks, t = {n: torch.randn(2, *SHAPES[n]) for n in NAMES}, {n: torch.zeros(2, SHAPES[n][0], 1) for n in NAMES}, torch.tensor([.1, .6])
    leap = nets.Leap(torch.tensor([.3, 1.]), texts(m).mean(1), torch.tensor([[2., 1., 3.], [1., 1., 1.]])) if leaps else None
    for a, b in zip(*(n(*(x[k] for k in NAMES), masks, texts(m), t, leap=leap) for n in (net, m.net))): assert far(a, b) <= TOLERANCE
    frames = torch.rand(2, 2, 3, 128, 128)
    assert far(codec.encode(frames), m.codec.encode(frames)) <= TOLERANCE
    state = torch.randn(2, SHAPES['state'][1])
    assert far(codec.decode(codec.encode(frames), state), m.codec.decode(m.codec.encode(frames), state)) <= TOLERANCE
    assert far(mean, m.mean) == far(std, m.std) == 0
    mel = torch.randn(1, 32, 64)
    assert far(export.rounded(vocoder)(mel), m.vocoder(mel)) <= TOLERANCE


@torch.no_grad()
@pytest.mark.parametrize('leaps', [True, False])
def test_a_prompt_is_taken_at_its_word(tmp_path, leaps):
    m = export.toy(7, leaps, literal=8)
    m.net.literal.out.bias.copy_(torch.randn(PARTS['kind']) * 4)
    export.export(m, str(tmp_path / 'p'), 'p')
    pack, m.net = Pack(str(tmp_path / 'p'), threads=1), export.rounded(m.net)
    ids = torch.tensor([encode_text(PROMPT, 192)])
    said, start = m.net.literal(ids), {n: torch.from_numpy(v) for n, v in pack.noise(11, 2).items()}
    assert .01 < said.mean() < .9 and far(restore.net(pack).literal(ids), said) <= TOLERANCE
    want = sample(m.net, *texts(m).split(1), steps=2, guidance=torch.tensor([[2.5, 1.5, 3.]]), noise=start, said=said)
    got = pack.window(pack.texts(PROMPT, NEGATIVE), 11, 2, steps=2, guidance=[2.5, 1.5, 3.])
    for n in NAMES: assert far(got[n], want[n][0]) <= TOLERANCE
    at, sure = nets.OFFSETS['kind'], (said @ m.net.literal.same)[0] > 1 - 1e-6
    assert sure.any() and far(got['state'][:, at:at + PARTS['kind']][:, sure], (KIND * said + ABSENT)[:, sure].expand(len(got['state']), -1)) <= TOLERANCE


@torch.no_grad()
def test_full_sizes():
    """The sizes that are trained by default can be written, within what a visitor is asked to fetch."""
    m = export.Models(export.Net(export.NetConfig(leaps=True, literal=64)), Codec(CodecConfig(portrait=export.portraits.WIDTH)), torch.zeros(export.CHANNELS), torch.ones(export.CHANNELS), Vocoder(VocoderConfig()), [])
    space = bytearray()
    for g in export.graphs(m):
        assert len(g.bytes()) < 100_000
        export.write_weights(g, space)
    assert len(gzip.compress(bytes(space), 1)) < 12e6


def nodes(graph):                          # those of its branches too
    for node in graph.nodes:
        yield node
        for a in node.attribute: yield from a.g.node


def test_no_node_binds_more_buffers_than_a_webgpu_shader_may():
    """Ten at most, counted as ONNX Runtime's Split and Concat bind them: all parts and the whole."""
    for graph in export.graphs(export.toy()):
        for node in nodes(graph):
            if node.op_type == 'Split': assert len(node.output) + 1 <= 10, (graph.role, node.name)
            if node.op_type == 'Concat': assert len(node.input) + 1 <= 10, (graph.role, node.name)


def test_convolutions_read_channels_by_fours():
    """Of others ONNX Runtime 1.30 computes some wrongly on WebGPU."""
    net = export.Net(export.NetConfig(leaps=True))
    full = export.Models(net, Codec(CodecConfig(portrait=export.portraits.WIDTH)), torch.zeros(export.CHANNELS), torch.ones(export.CHANNELS), Vocoder(VocoderConfig()), [])
    for graph in (g for m in (export.toy(), full) for g in export.graphs(m)):
        kernels = {name: w for name, w, _ in graph.weights}
        for node in nodes(graph):
            if node.op_type == 'Conv' and not any(a.name == 'group' and a.i > 1 for a in node.attribute): assert kernels[node.input[1]].shape[1] % 4 == 0, (graph.role, node.input[1])


@pytest.mark.parametrize('count', [1, 8, 9, 12, 17])
def test_a_split_of_many_parts_gives_them_all(count):
    g = Graph('step')
    parts = g.split(g.input('x', [1, count]), 1, [1] * count)
    assert len(parts) == count == len({*parts})


def test_the_manifest_names_what_is_there(made):
    pack, _ = made
    m, folder = pack.manifest, pack.folder
    listed = [*m['graphs'].values(), *m['weights']]
    assert sorted(os.listdir(folder)) == sorted(['manifest.json', *(e['file'] for e in listed)])
    for e in listed:
        data = open(f'{folder}/{e["file"]}', 'rb').read()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (e['bytes'], e['sha256'])
        if 'expandedBytes' in e: assert len(gzip.decompress(data)) == e['expandedBytes']
    for g in m['graphs'].values():
        ends = [(t['offset'], t['offset'] + 4 * int(np.prod(t['dims']))) for t in g['tensors']]
        assert all(a[1] <= b[0] for a, b in zip(sorted(ends), sorted(ends)[1:])) and max(e for _, e in ends) <= g['dataBytes']


def test_golden_values_are_those_of_the_models(made):
    """From text to next tokens through PyTorch alone."""
    pack, m = made
    spec = pack.manifest['golden']
    x = {n: torch.from_numpy(v) for n, v in pack.noise(spec['seed'], 0).items()}
    with torch.no_grad():
        text = torch.cat([m.net.text(torch.tensor([encode_text(t, 192)])) for t in (spec['prompt'], '')])
        masks, guidance = {n: torch.zeros(1, SHAPES[n][0], 1) for n in NAMES}, torch.tensor(pack.manifest['sampler']['guidance'])[None]
        goal = guided(m.net, x, masks, text[:1], text[1:], guidance, *(torch.tensor(float(spec[k])) for k in ('t', 'tNext')))
    for n, clean in goal.items():
        way = 1 - (1 - spec['tNext']) ** (2.5 if n == 'state' else 1)
        check = next(c for c in spec['checks'] if c['output'] == n + 'Next')
        assert far(check['value'], (x[n] + (clean - x[n]) * way).flatten()[check['index']]) <= TOLERANCE


def test_a_film_of_three_seconds(made):
    pack, _ = made
    film = pack.film('two balls', seed=1, seconds=3, steps=2)
    assert film.video.shape[0] == 48 and film.wave.shape == (48000,) and film.tokens['video'].shape[0] == 96
    first, second = pack.sample('two balls', seed=1, seconds=3, steps=2)
    assert np.array_equal(first['video'][32:], second['video'][:32])
    assert np.array_equal(film.video[:32], pack.render([first]).video)


def test_a_scene_in_which_nothing_moves_is_told():
    """The cases of workers/generate/redraw.test.ts."""
    manifest = dict(state=dict(parts=dict(objects=3, kind=2), object=['there', 'vx', 'vy']), sampler=dict(redraw=dict(tries=3, at=.25, still=[dict(kind=1, speed=.6)])))
    state = lambda there, speed, kind: np.tile([there, speed / 1.2, 0, -.15, kind, 9], (4, 1))
    assert lifeless(state(1, .5, 1), manifest) and lifeless(state(-1, 5, 1), manifest)
    assert not lifeless(state(1, .7, 1), manifest) and not lifeless(state(1, 0, -.15), manifest)
    sky = dict(state=dict(parts=dict(objects=3, flash=1, kind=2), object=['there', 'x', 'y']), sampler=dict(redraw=dict(tries=3, at=.25, still=[dict(kind=0, height=.7), dict(kind=1, flash=.25)])))
    tokens = lambda y, flash, kind: np.array([[1, 0, ((y if i == 0 else .1) - .5) * 3, flash * 2 * (i == 3), 1.05 - 1.2 * kind, 1.2 * kind - .15] for i in range(4)])
    assert [lifeless(tokens(y, 0, 0), sky) for y in (.69, .71)] == [True, False]
    assert [lifeless(tokens(.2, flash, 1), sky) for flash in (.24, .26)] == [True, False]


def test_a_first_window_is_drawn_again_while_nothing_moves(made, monkeypatch):
    pack, _ = made
    text, said = pack.texts('a ball'), []
    first, rule = pack.window(text, 5, steps=4), dict(tries=2, at=.25, still=[])
    monkeypatch.setitem(pack.manifest['sampler'], 'redraw', rule)
    monkeypatch.setattr(packs, 'lifeless', lambda state, manifest: said.append(state.shape) or len(said) <= 1)
    second = pack.window(text, 5, steps=4)
    assert said == [pack.shapes['state']] * 2 and not np.array_equal(first['video'], second['video'])
    monkeypatch.setattr(packs, 'lifeless', lambda state, manifest: False)
    assert np.array_equal(pack.window(text, 5, steps=4)['video'], first['video'])
    monkeypatch.setattr(packs, 'lifeless', lambda state, manifest: True)
    pack.window(text, 5, steps=4)                                       # gives up
    known = {n: v for n, v in first.items()}
    again = pack.window(text, 5, steps=4, known=known, masks=pack.masks(.5))
    monkeypatch.setitem(pack.manifest['sampler'], 'redraw', None)
    assert np.array_equal(pack.window(text, 5, steps=4, known=known, masks=pack.masks(.5))['video'], again['video'])


def test_a_long_film_keeps_its_contrast():
    """The cases of workers/generate/steady.test.ts; and the layout is that of the net's tokens."""
    manifest = dict(video=dict(tokens=6, dim=8, latentFrames=4, layout=dict(frames=2, channels=2)))
    cells = lambda contrast: (5 * np.arange(2)[:, None] + contrast * (2 * np.arange(3)[:, None, None] + np.arange(2)))       # [places, channels, cells]
    still = lambda contrast: np.tile(cells(contrast)[None, :, None], (2, 1, 2, 1, 1)).reshape(6, 8).astype(np.float32)
    mean, deviation, _ = stillness(still(2), manifest)
    assert far(mean, [5, 10]) < 1e-6 and far(deviation, [2 * (35 / 12) ** .5] * 2) < 1e-6
    reference = stillness(still(1), manifest)[1]
    assert far(stillness(steady(still(1.25), reference, manifest), manifest)[1], reference) < 1e-6
    assert far(steady(still(.5), reference, manifest), still(.5)) == 0 and far(stillness(steady(still(10), reference, manifest), manifest)[1], 7 * reference) < 1e-5
    z = torch.randn(1, 16, export.CHANNELS, nets.GRID, nets.GRID)
    own = dict(video=dict(tokens=SHAPES['video'][0], dim=SHAPES['video'][1], latentFrames=16, layout=dict(frames=nets.PATCH_T, channels=export.CHANNELS)))
    assert far(stillness(patch(z)[0].numpy(), own)[0], np.median(z[0].numpy(), 0).mean((1, 2))) < 1e-6


def test_a_window_is_joined_to_the_one_before():
    """The case of workers/generate/join.test.ts."""
    manifest = dict(video=dict(tokens=9, dim=8, latentFrames=6, layout=dict(frames=2, channels=2)))
    time, where = np.arange(6)[:, None], np.arange(12)
    cells = np.sin(1.7 * time + 2.3 * where).reshape(3, 2, 3, 2, 2)                                         # [slabs, frames, places, channels, cells]
    given, added = np.split(cells.transpose(0, 2, 1, 3, 4).reshape(9, 8).astype(np.float32), [3])
    joined = stillness(join(given, added, manifest), manifest)[2][:, 1, 1, 0]
    assert far(joined, [-0.62228900, 0.40267339, 1.31379700, 0.00356534]) < 1e-6
    told = dict(state=dict(parts=dict(objects=6, flash=1, setting=2), object=['there', 'radius', 'phase']))
    assert constants(told) == [(1, 0), (4, 3), (7, None), (8, None)]
    given, added = np.split((1.2 + np.sin(1.7 * np.arange(4)[:, None] + 2.3 * np.arange(9))).astype(np.float32), [2])
    assert far(join_state(given, added, told)[1, [1, 4, 7, 8]], [1.93390775, 1.90943182, 1.68092072, 0.50050294]) < 1e-6
    moving = dict(video=dict(fps=16), state=dict(parts=dict(objects=5), object=['there', 'x', 'y', 'vx', 'vy']))
    given, added = np.split(np.array([[1, .45 * t + .05 * (t > 1), 0, 1, 0] for t in range(4)], np.float32), [2])
    assert far(join_state(given, added, moving)[0, 1] - .9, 0.00999997) < 1e-6


def test_what_is_drawn_again_is_a_family_that_was_learned():
    rule = export.redraw(['water', 'thunder', 'waves'])
    assert [ATTRIBUTES['family'][k['kind']] for k in rule['still']] == ['water', 'thunder']


def test_a_damaged_file_is_refused(made, tmp_path):
    pack, _ = made
    for f in os.listdir(pack.folder): (tmp_path / f).write_bytes(open(f'{pack.folder}/{f}', 'rb').read())
    data = bytearray((tmp_path / 'weights-0.bin').read_bytes())
    data[1000] ^= 1
    (tmp_path / 'weights-0.bin').write_bytes(data)
    with pytest.raises(PackError): Pack(str(tmp_path))


def test_noise_is_that_of_the_browser():
    """Values of workers/generate/noise.test.ts."""
    for seed, window, name, values in [(0, 0, 'video', [-0.328043848, -0.992025435, 0.0952423736, 0.0898207501, -1.81874502]),
                                       (7, 3, 'state', [1.20998466, 0.0183172952, 0.530005157, 1.03818691, -0.62034905]),
                                       (4294967295, 18, 'video', [-0.152772501, 0.318237245, 0.704666138, -0.805239499, 0.674232781])]:
        assert far(noise(seed, window, name, 5), values) < 1e-6
    assert abs(noise(1, 0, 'video', 16384)[16383] - 0.206642359) < 1e-6


def test_the_schedule_is_that_of_training(): assert far(pack_schedule(7, 2.), schedule(7, 2.)) < 1e-6
