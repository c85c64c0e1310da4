import random
import re

import pytest
import torch

from . import caption, family
from .clip import ATTRIBUTES, FAMILIES


def rows(name, count=200):
    torch.manual_seed(3)
    a = family(name).simulate(count, torch.device('cpu')).attributes
    a['family'] = torch.full((count,), FAMILIES.index(name))
    return torch.stack([a.get(k, torch.full((count,), -1)) for k in ATTRIBUTES], 1).tolist()


@pytest.fixture(scope='module', params=['balls', 'water', 'thunder'])
def written(request):
    """Captions without slips of the finger: [(row, text, mentioned)]."""
    usual, caption.typo = caption.typo, lambda text, rng=None: text
    rng = random.Random(4)
    out = [(row, *caption.write(row, rng)) for row in rows(request.param) for _ in range(5)]
    caption.typo = usual
    return out


def value(row, name):
    i = row[list(ATTRIBUTES).index(name)]
    return ATTRIBUTES[name][i] if i >= 0 else None


def words(name, v): return [w for language in caption.WORDS[name.rstrip('2')][v] for w in language if w]


def contains(text, phrase): return re.search(rf'(?<!\w){re.escape(phrase)}(?!\w)', text) is not None


def spoken(mentioned): return [n for n in mentioned if n.rstrip('2') in caption.WORDS]


def test_what_a_caption_mentions_stands_in_it(written):
    for row, text, mentioned in written:
        for name in spoken(mentioned):
            assert value(row, name) is not None
            assert any(contains(text, w) for w in words(name, value(row, name))), (text, name)


@pytest.mark.parametrize('name', ['colour', 'material', 'time', 'style', 'camera', 'place'])
def test_a_caption_says_nothing_untrue(written, name):
    for row, text, mentioned in written:
        rest = text
        for said in spoken(mentioned):
            for w in sorted(words(said, value(row, said)), key=len, reverse=True): rest = re.sub(rf'(?<!\w){re.escape(w)}(?!\w)', '', rest)
        for v in ATTRIBUTES[name]:
            for w in words(name, v): assert not contains(rest, w), (text, name, w)


def test_captions_leave_no_gaps(written):
    for _, text, _ in written: assert text and '[' not in text and '  ' not in text and ',,' not in text and ' ,' not in text and text == text.strip(' ,')


def test_the_usual_is_seldom_said(written):
    usual = [m for row, _, m in written if value(row, 'camera') == 'still']
    if usual: assert sum('camera' in m for m in usual) / len(usual) < .25


def test_both_languages_are_spoken(written):
    english = sum(any(contains(t, w) for w in ('a', 'ball', 'sphere', 'the', 'rain', 'thunderstorm', 'lightning', 'water')) for _, t, _ in written) / len(written)
    assert .45 < english < .9


def test_a_seed_names_one_caption():
    row = rows('balls', 1)[0]
    assert caption.write(row, random.Random(5)) == caption.write(row, random.Random(5))


def test_a_typo_changes_a_letter_or_two():
    rng = random.Random(1)
    for _ in range(50):
        slip = caption.typo('a red rubber ball bounces', rng)
        assert abs(len(slip) - 25) <= 1
