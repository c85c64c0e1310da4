"""The words of the captions as one JSON file, from which the page turns a short prompt into a caption like those of training.

    python -m models.kinora.world.vocabulary        # writes src/prompt/enhance/vocabulary.json

The grammar is caption.py's. Which values a family really draws, and which pairs of values never meet in training, are read off its simulator.
"""
import json
from pathlib import Path

import torch

from . import family
from .camera import FOLLOWED
from .caption import ACTS, EN, EXTRAS, FRAMES, ID, SETS, USUAL, WORDS
from .clip import ATTRIBUTES, FAMILIES

FILE = Path(__file__).parents[3] / 'src/prompt/enhance/vocabulary.json'
CLIPS = 512                                # the rarest pair is drawn once in 32: one in ten million vocabularies would miss it
PAIRS = [('colour', 'material'), ('material', 'outcome'), ('ground', 'place'), ('first', 'second'), *((who, where) for who in ('first', 'second') for where in ('place', 'ground'))]


def spoken(languages): return dict(en=list(dict.fromkeys(languages[EN])), id=list(dict.fromkeys(languages[ID])))


def drawn(name):
    """-> (options {attribute: values}, apart [(attribute, value, attribute, value)]) of a family, as training draws them."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        a = family(name).simulate(CLIPS, torch.device('cpu'), 'train').attributes
    seen = {k: sorted(set(v.tolist()) - {-1}) for k, v in a.items() if k in WORDS}    # −1: does not apply to this clip
    seen['camera'] = [i for i, v in enumerate(ATTRIBUTES['camera']) if v != 'follow' or name in FOLLOWED]    # one batch has a still camera or a moving one
    apart = []
    for one, two in PAIRS:
        if one not in seen or two not in seen: continue
        met = set(zip(a[one].tolist(), a[two].tolist()))
        apart += [(one, ATTRIBUTES[one][i], two, ATTRIBUTES[two][k]) for i in seen[one] for k in seen[two] if (i, k) not in met]
    return {k: [ATTRIBUTES[k][i] for i in v] for k, v in sorted(seen.items())}, apart


def said(frame_set): return dict(extras=EXTRAS[frame_set], frames=spoken(FRAMES[frame_set]))


def vocabulary():
    families = {}
    for name in FAMILIES:
        options, apart = drawn(name)
        sets = [dict(attribute=attribute, value=value, **said(s)) for (f, attribute, value), s in SETS.items() if f == name]
        families[name] = dict(options=options, apart=apart, **said(name), sets=sets)
    # Of pairs: the second thing has the first one's words, and what a thing does is written behind its own.
    words = {name: values for name, values in WORDS.items() if name not in ('second', 'acts')}
    return dict(words={name: {v: spoken(w) for v, w in values.items()} for name, values in words.items()}, acts={kind: spoken(w) for kind, w in ACTS.items()}, usual=USUAL, families=families)


def text(words): return json.dumps(words, indent=1, ensure_ascii=False) + '\n'


if __name__ == '__main__': FILE.write_text(text(vocabulary()), encoding='utf-8')
