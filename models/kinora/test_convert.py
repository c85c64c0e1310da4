"""A model of another shape becomes a pack that runs, and the parts that adapt one are what their formulas say."""
import json
import os

import numpy as np
import onnx
import onnxruntime
import pytest

from .convert import FACTS, Example, clean_guess, convert, euler, preserving, read_folder, read_graph
from .graph import Graph
from .pack import ROLES, Pack, PackError


@pytest.fixture(scope='module')
def example(tmp_path_factory):
    out = str(tmp_path_factory.mktemp('packs') / 'example')
    convert(Example().graphs(), out, FACTS, part=4096)
    return out


def test_the_example_has_a_film_of_its_own_shape(example):
    pack = Pack(example)
    film = pack.film('a red ball', seed=7, seconds=5)
    assert film.video.shape == (60, 3, 128, 192) and film.wave.shape == (40000,)
    assert film.video.min() >= 0 and film.video.max() <= 1 and film.video.std() > .01 and film.wave.std() > .01
    assert not np.array_equal(film.video, pack.film('rain', seed=7, seconds=5).video)
    assert np.array_equal(film.video, Pack(example).film('a red ball', seed=7, seconds=5).video)
    frames = np.random.default_rng(1).random((3, 3, 32, 32))
    assert pack.encode(frames).shape == (3, 24)
    with open(f'{example}/manifest.json') as f: manifest = json.load(f)
    assert len(manifest['weights']) > 3 and all(os.path.getsize(f'{example}/{w["file"]}') == w['bytes'] and w['expandedBytes'] <= 4096 for w in manifest['weights'])


def test_graphs_from_files_are_the_same_pack(example, tmp_path):
    """The example's own graphs, written as any exporter writes them, with their weights inside."""
    for g in Example().graphs():
        model = onnx.load_model_from_string(g.bytes())
        for t in model.graph.initializer:
            if t.data_location != onnx.TensorProto.EXTERNAL: continue
            w = next(w for name, w, _ in g.weights if name == t.name)
            t.CopyFrom(onnx.numpy_helper.from_array(w, t.name))
        onnx.save(model, tmp_path / f'{g.role}.onnx')
    (tmp_path / 'model.json').write_text(json.dumps(FACTS))
    graphs, facts = read_folder(str(tmp_path))
    convert(graphs, str(tmp_path / 'out'), facts)
    a, b = (Pack(folder).film('a red ball', seed=7, seconds=3) for folder in (example, str(tmp_path / 'out')))
    assert np.abs(a.video - b.video).max() < 1e-5 and np.abs(a.wave - b.wave).max() < 1e-5


def test_what_cannot_run_is_refused_in_a_sentence(tmp_path):
    def save(shape, kind=onnx.TensorProto.FLOAT, **extra):
        node = onnx.helper.make_node('Relu', ['sound'], ['wave'])
        values = [onnx.helper.make_tensor_value_info(n, kind, shape) for n in ('sound', 'wave')]
        onnx.save(onnx.helper.make_model(onnx.helper.make_graph([node], 'g', values[:1], values[1:], **extra)), tmp_path / 'g.onnx')
        return str(tmp_path / 'g.onnx')
    with pytest.raises(PackError, match='static shapes'): read_graph('vocoder', save([1, 'n']))
    with pytest.raises(PackError, match='fp32'): read_graph('vocoder', save([1, 4], onnx.TensorProto.FLOAT16))
    with pytest.raises(PackError, match='64 MiB'): convert([], str(tmp_path / 'out'), FACTS, part=65 * 2 ** 20)
    assert not os.path.exists(tmp_path / 'out')


def run(build, **inputs):
    """`build(g, names…)` -> names of results, run on `inputs`."""
    g = Graph('g')
    results = build(g, *(g.input(n, list(v.shape)) for n, v in inputs.items()))
    for i, name in enumerate(results if isinstance(results, tuple) else (results,)): g.output(f'y{i}', g.op('Identity', name), None)
    out = onnxruntime.InferenceSession(g.bytes(), providers=['CPUExecutionProvider']).run(None, inputs)
    return out if isinstance(results, tuple) else out[0]


@pytest.mark.parametrize('t', [.1, .5, .9])
def test_every_kind_of_prediction_tells_the_clean_tokens(t):
    clean, noise = np.random.default_rng(0).standard_normal((2, 1, 5, 3)).astype(np.float32)
    x, at = np.float32(t) * clean + np.float32(1 - t) * noise, np.array([t], np.float32)
    for predicts, predicted in dict(clean=clean, velocity=clean - noise, noise=noise).items():
        found = run(lambda g, x, p, t: clean_guess(g, predicts, x, p, t), x=x, p=predicted, t=at)
        assert np.abs(found - clean).max() < 1e-5, predicts
    assert np.allclose(run(preserving, x=x, t=at), x / np.sqrt(t ** 2 + (1 - t) ** 2), atol=1e-6)
    with pytest.raises(PackError, match='score'): clean_guess(Graph('g'), 'score', 'x', 'p', 't')


def test_euler_goes_along_the_line_to_the_clean_tokens_and_keeps_what_is_known():
    clean, noise = np.random.default_rng(0).standard_normal((2, 1, 4, 3)).astype(np.float32)
    at = lambda t: np.float32(t) * clean + np.float32(1 - t) * noise
    mask = np.array([1, 0, 0, 1], np.float32).reshape(1, 4, 1)
    for t, t_next in (0, .25), (.25, .6), (.6, 1):
        onward, guess = run(euler, x=at(t), clean=clean, mask=mask, t=np.array([t], np.float32), tNext=np.array([t_next], np.float32))
        assert np.abs(onward - np.where(mask > 0, at(t), at(t_next))).max() < 1e-5
        assert np.abs(guess - np.where(mask > 0, at(t), clean)).max() < 1e-6
