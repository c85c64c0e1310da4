import pytest

from .caption import EXTRAS, FRAMES, SETS, WORDS
from .clip import FAMILIES, HELD_OUT
from .vocabulary import FILE, text, vocabulary

ROOMS = True


@pytest.fixture(scope='module')
def words(): return vocabulary()


def test_the_page_has_the_words_of_the_captions(words):
    assert FILE.read_text(encoding='utf-8') == text(words), 'The captions changed: run python -m models.kinora.world.vocabulary'


def test_it_says_what_a_family_cannot_draw(words):
    families = words['families']
    assert list(families) == FAMILIES
    assert set(families['footsteps']['options']['ground']) == {'snow', 'wood', 'gravel'}
    assert 'room' not in families['water']['options']['place']
    water = {tuple(p) for p in families['water']['apart']}
    assert {('material', 'metal', 'outcome', 'float'), ('material', 'rubber', 'outcome', 'sink')} <= water
    assert {(c, m) for a, c, b, m in families['balls']['apart'] if (a, b) == ('colour', 'material')} == set(HELD_OUT)
    assert families['chimes']['options']['material'] == ['metal', 'wood']                # and none of a drum
    assert {('material', m, 'outcome', 'drum') for m in ('metal', 'wood')} <= {tuple(p) for p in families['chimes']['apart']}
    assert ('ground', 'sand', 'place', 'room') in {tuple(p) for p in families['pendulum']['apart']}


def test_sets_of_frames_stand_with_the_value_that_they_say(words):
    sets = {(name, s['attribute'], s['value']): s for name, family in words['families'].items() for s in family['sets']}
    assert set(sets) == set(SETS)
    for key, s in sets.items(): assert s['frames']['en'] and s['frames']['id'] and s['extras'] == EXTRAS[SETS[key]]
    for name, attribute, value in sets: assert attribute == 'count' or value in words['families'][name]['options'][attribute]


def test_every_slot_of_a_frame_has_words():
    for languages in FRAMES.values():
        for frame in (f for frames in languages for f in frames):
            for slot in frame.split('[')[1:]: assert slot.split(']')[0].rstrip('2') in WORDS
