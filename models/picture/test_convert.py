"""The network of the picture check computes what nsfwjs computes (reference.json, written by reference.mjs), and is the file that README.md describes."""
import base64
import hashlib
import json
import os

import numpy as np
import onnxruntime
import pytest

from .convert import OUT, SIDE
from .fool import Net

HERE = os.path.dirname(__file__)
with open(f'{HERE}/reference.json', encoding='utf8') as f: REFERENCES = json.load(f)


def resized(rgb):
    """Corners on corners, as nsfwjs has it: [h, w, 3] uint8 -> [1, 3, 224, 224]."""
    x = rgb.astype(np.float64) / 255
    for axis in (0, 1):
        place = np.linspace(0, x.shape[axis] - 1, SIDE)
        low = np.floor(place).astype(int)
        share = (place - low).reshape([-1 if i == axis else 1 for i in range(3)])
        x = x.take(low, axis) * (1 - share) + x.take(np.minimum(low + 1, x.shape[axis] - 1), axis) * share
    return x.transpose(2, 0, 1)[None].astype(np.float32)


@pytest.mark.parametrize('reference', REFERENCES, ids=lambda r: r['name'])
def test_the_network_sees_what_upstream_sees(reference):
    rgb = np.frombuffer(base64.b64decode(reference['rgb']), np.uint8).reshape(reference['height'], reference['width'], 3)
    session = onnxruntime.InferenceSession(OUT)
    seen, = session.run(None, {'picture': resized(rgb)})
    assert np.abs(seen[0] - reference['probabilities']).max() < 1e-3


def test_the_file_is_the_one_that_the_readme_names():
    with open(OUT, 'rb') as f: data = f.read()
    with open(f'{HERE}/README.md', encoding='utf8') as f: assert hashlib.sha256(data).hexdigest() in f.read()
    assert len(data) < 3e6


def test_pytorch_computes_the_same_graph():
    """fool.py finds its picture by gradients through this."""
    import torch
    x = np.random.default_rng(1).random((1, 3, SIDE, SIDE), np.float32)
    seen, = onnxruntime.InferenceSession(OUT).run(None, {'picture': x})
    assert np.abs(Net()(torch.from_numpy(x)).detach().numpy() - seen).max() < 1e-4
