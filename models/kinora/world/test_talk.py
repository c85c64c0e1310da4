"""Lips and voice are one: what is drawn and what is heard follow the same track of articulation. Formants and lips of phones: phones.json and its sources; blinks: Caffier et al. (2003)."""
import math

import pytest
import torch

from . import audio, attributes, light, make, picture, speech, state_tokens
from . import talk as tk
from .caption import EN, FRAMES, ID, write
from .clip import CAMERAS, DT, FRAMES as PICTURES, OUTCOMES, PLACES, RATE, SAMPLES, STEPS, STYLES, SUB, take

SIZE = 160
FEATURE = {n: i for i, n in enumerate(speech.FEATURES)}
SHOWN = torch.arange(PICTURES) * SUB + SUB // 2                          # the step of each picture


def simulate(B, seed):
    torch.manual_seed(seed)
    with torch.no_grad(): return tk.simulate(B, torch.device('cpu'))


def plain(scene):
    """The same scene by day, seen by a still camera in the flat style, shaven and pale, so that pixels can be counted."""
    B = scene.batch
    for name, value in (('style', STYLES.index('flat')), ('time', 0), ('camera', CAMERAS.index('still'))): scene.attributes[name] = torch.full((B,), value)
    scene.camera = torch.tensor([.5, .5, 1.]).expand(B, STEPS, 3).contiguous()
    scene.own.update(beard=torch.zeros(B), skin=torch.zeros(B, dtype=torch.long), glasses=torch.zeros(B))
    return scene


def said(line, **how):
    """One line in phones as a scene, beginning at .15 s -> (scene, the phones' starts and ends in s)."""
    starts, ends, targets, _ = speech.lay(line, **how)
    row = lambda v: torch.tensor([v])
    tracks = speech.tracks(row(starts), row(ends), row(targets), torch.tensor([.15]))
    usual = speech.random_lines
    speech.random_lines = lambda B, device='cpu': dict(tracks=tracks.expand(B, -1, -1).clone(), voice=torch.zeros(B, dtype=torch.long), whisper=torch.zeros(B, dtype=torch.bool))
    try: return simulate(1, 3), [s + .15 for s in starts], [e + .15 for e in ends]
    finally: speech.random_lines = usual


def opening(scene, video):
    """How tall the mouth's inside is in each picture, in head radii: from its highest to its lowest pixel that is dark, of the tongue or of teeth, along the middle -> [B, K]."""
    B, K, _, H, _ = video.shape
    out = torch.zeros(B, K)
    for b in range(B):
        R = float(scene.own['radius'][b])
        for k in range(K):
            x, y = scene.position[b, 1, SHOWN[k]].tolist()
            px, top, low = int(x * H), int((1 - y - .20 * R) * H), int((1 - y + .45 * R) * H)
            r, g, b_ = video[b, k, :, top:low, px - 1:px + 2]
            dark = ((g < .40) | (b_ > .82)).any(1).nonzero()[:, 0]
            out[b, k] = (dark[-1] - dark[0] + 1) / H / R if len(dark) else 0.
    return out


def correlation(a, b):
    a, b = a - a.mean(-1, keepdim=True), b - b.mean(-1, keepdim=True)
    return (a * b).sum(-1) / (a.norm(dim=-1) * b.norm(dim=-1)).clamp(min=1e-6)


@pytest.fixture(scope='module')
def scene(): return simulate(160, 5)


@pytest.fixture(scope='module')
def films():
    scene = simulate(40, 8)
    busy = (scene.own['aperture'].std(1) > .15) & (scene.attributes['outcome'] == OUTCOMES.index('speaks'))
    scene = plain(take(scene, busy.nonzero()[:10, 0]))
    return scene, picture(scene, size=SIZE)


def test_the_drawn_mouth_opens_as_the_track_says(films):
    scene, video = films
    asked = tk.over_time(scene.own['tracks'], SHOWN * DT)[..., FEATURE['open']]
    r = correlation(opening(scene, video), asked)
    assert len(r) == 10 and r.min() > .8 and r.mean() > .93, r


def test_shut_lips_are_drawn_shut(films):
    scene, video = films
    asked = tk.over_time(scene.own['tracks'], SHOWN * DT)[..., FEATURE['open']]
    tall = opening(scene, video)
    assert (asked < .02).sum() > 20 and tall[asked < .02].max() < .12 and tall[asked > .4].min() > .12


@pytest.mark.parametrize('phone', ['m', 'b', 'p'])
def test_lips_meet_on_m_b_and_p(phone):
    scene, starts, ends = said(f'hh aa1 {phone} aa1 {phone} aa .')
    rows = speech.lay(f'hh aa1 {phone} aa1 {phone} aa .')[2]
    meets = [row[FEATURE['open']] <= .02 for row in rows]
    shut = [(starts[i], ends[i]) for i in range(2, len(rows) - 1) if meets[i] and not meets[i - 1]]
    aperture = scene.own['aperture'][0]
    t = torch.arange(STEPS) * DT
    assert len(shut) >= 2
    for a, b in shut[:2]: assert aperture[(t >= a) & (t <= b)].min() < .06
    assert aperture.max() > .6


def test_a_wide_vowel_is_wide_and_a_round_one_is_round():
    width = {}
    for vowel in ('iy', 'uw'):
        scene, starts, ends = said(f's {vowel}1 {vowel}1 {vowel}1 .')
        width[vowel] = float(scene.own['spread'][0, int((starts[2] + .1) / DT)])
    assert width['iy'] > width['uw'] + .4


def test_in_silence_the_mouth_is_shut_and_smiles(scene):
    tracks = tk.over_time(scene.own['tracks'], torch.arange(STEPS) * DT)
    quiet = (tracks[..., :3].amax(-1) < .01) & (tracks[..., FEATURE['open']] < .02)
    long = torch.nn.functional.avg_pool1d(quiet.float()[:, None], 257, 1, 128)[:, 0] > .999         # silent a quarter of a second before and after
    long[:, :128], long[:, -128:] = False, False
    assert long.sum() > 2000 and scene.own['aperture'][long].max() < .03 and scene.own['smile'][long].min() > .9
    speaks = scene.own['aperture'] > .4
    assert scene.own['smile'][speaks].mean() < .5


def test_about_one_clip_in_eight_is_silent_for_half_its_length():
    scene = simulate(400, 2)
    quiet = (scene.own['tracks'][..., :3].amax(-1) < .05).float().mean(1)
    assert .06 < (quiet >= .5).float().mean() < .20


def test_the_sound_follows_the_voice(scene):
    wave = audio(scene)
    rms = wave.reshape(scene.batch, 128, -1).pow(2).mean(-1).sqrt()
    amplitude = scene.own['tracks'][..., FEATURE['voice']] ** 2
    talks = (amplitude.std(1) > .2)
    r = correlation(rms, amplitude)[talks]
    assert talks.sum() > 60 and r.mean() > .75 and r.min() > .4
    assert wave.shape == (scene.batch, SAMPLES) and wave.abs().max() <= 1
    assert RATE * 2 == SAMPLES


def test_what_surrounds_the_voice_is_faint(scene):
    rms = audio(scene).reshape(scene.batch, 128, -1).pow(2).mean(-1).sqrt()
    sounds_ = scene.own['tracks'][..., :3].amax(-1)
    near = torch.nn.functional.max_pool1d(sounds_[:, None], 41, 1, 20)[:, 0]
    loud = (scene.own['tracks'][..., FEATURE['voice']] > .8)
    for place in range(len(PLACES)):
        at = scene.attributes['place'] == place
        assert rms[at][near[at] < .01].mean() < .08 * rms[at][loud[at]].mean(), PLACES[place]


def test_brows_rise_on_accents_alone(scene):
    brow, tracks = scene.own['brow'], tk.over_time(scene.own['tracks'], torch.arange(STEPS) * DT)
    voiced = tracks[..., FEATURE['voice']] > .3
    pitch = tracks[..., FEATURE['pitch']]
    mean = (pitch * voiced).sum(1, keepdim=True) / voiced.sum(1, keepdim=True).clamp(min=1)
    raised = (brow > .3) & voiced
    assert raised.sum() > 500 and ((pitch - mean)[raised] > 0).float().mean() > .95
    assert brow.min() >= 0 and brow.max() <= 1


def test_a_blink_shuts_faster_than_it_opens_and_people_blink_now_and_then(scene):
    shut = scene.own['shut']
    closed = (shut[:, 1:] == shut[:, 1:].amax(1, keepdim=True)) & (shut[:, 1:] > .99)
    blinks = (shut > .5).int().diff(dim=1).clamp(min=0).sum(1).float()
    assert .5 < blinks.mean() < 2.5 and closed.any(1).float().mean() > .5
    step = shut.diff(dim=1)
    assert step.max() > 1.4 * -step.min()


def test_shut_eyes_are_drawn_shut(films):
    scene, video = films
    size, white = 3 * SIZE, torch.zeros(scene.batch, 2)                  # pixels of the left eye: open, shut
    for b in range(scene.batch):
        one = take(scene, slice(b, b + 1))
        x, y = one.position[0, 2, SHOWN[8]].tolist()
        px, py, r = int(x * size), int((1 - y) * size), int(.2 * float(one.own['radius']) * size)
        for shut in (0, 1):
            one.own = {**one.own, 'shut': torch.full((1, STEPS), float(shut))}
            frame = picture(one, torch.tensor([[8]]), size)[0, 0]
            white[b, shut] = (frame[:, py - r:py + r, px - r:px + r].amin(0) > .86).sum()
    assert white[:, 0].mean() > 20 * 3 ** 2 and white[:, 0].min() > 100 and (white[:, 1] < .1 * white[:, 0]).all()


def test_features_keep_their_places_in_the_head(scene):
    p = scene.position
    left, right, mouth, head = p[:, 2], p[:, 3], p[:, 1], p[:, 0]
    R = scene.own['radius'][:, None]
    apart = (right - left).norm(dim=-1) / R
    assert (apart - apart[:, :1]).abs().max() < 1e-3 and (left[..., 0] < right[..., 0]).all()
    assert (mouth[..., 1] < left[..., 1]).all() and ((mouth - head).norm(dim=-1) / R).max() < .85
    step = (p[:, :, 1:] - p[:, :, :-1]) / DT
    assert (step - scene.velocity[:, :, :-1]).abs().max() < 1e-3 and step.abs().max() < 1.2


def test_the_state_says_how_far_mouth_and_eyes_are_open(scene):
    turn = scene.own['turn']
    assert turn.shape == (scene.batch, 4, STEPS)
    assert torch.allclose(turn[:, 1], scene.own['aperture'] * math.pi / 2) and torch.allclose(turn[:, 2], scene.own['shut'] * math.pi / 2)
    state = state_tokens(scene, audio(scene))
    assert torch.isfinite(state).all() and state.abs().max() < 6


def test_the_clothes_have_the_colour_of_the_caption(films):
    scene, video = films
    own, nearest = scene.own, []
    for b in range(scene.batch):
        x = int((float(own['x0'][b]) + .5 * float(own['radius'][b])) * SIZE)
        patch = video[b, 16, :, -6:-2, x:x + 4].mean((1, 2))
        nearest.append(torch.nn.functional.cosine_similarity(patch[None], light.PAINT).argmax())
    assert (torch.stack(nearest) == scene.attributes['colour']).float().mean() > .85


def test_whisperers_have_no_voice_and_a_hand_beside_the_mouth(scene):
    whisper = scene.attributes['outcome'] == OUTCOMES.index('whispers')
    assert .05 < whisper.float().mean() < .3
    assert scene.own['tracks'][whisper][..., FEATURE['voice']].max() < .01
    one = plain(take(scene, whisper.nonzero()[:1, 0]))
    with_hand = picture(one, torch.tensor([[8]]), 96)
    one.attributes = {**one.attributes, 'outcome': torch.tensor([OUTCOMES.index('speaks')])}
    assert ((picture(one, torch.tensor([[8]]), 96) - with_hand).abs().amax(2) > .1).float().mean() > .02


def test_everyone_talks_everywhere(scene):
    a = scene.attributes
    for name, n in (('person', 3), ('place', 4), ('colour', 8), ('time', 3)): assert set(a[name].tolist()) == set(range(n)), name
    assert (scene.own['beard'][a['person'] > 0] == 0).all()
    assert set(scene.own['style'].tolist()) == set(range(4)) and set(scene.own['skin'].tolist()) == set(range(5))


def test_captions_say_talking_or_whispering_in_both_languages(scene):
    for row in attributes(scene).tolist():
        text, mentioned = write(row)
        assert text and '[' not in text and 'outcome' in mentioned
    for frame_set in ('talk', 'whisper'): assert len(FRAMES[frame_set][EN]) >= 8 and len(FRAMES[frame_set][ID]) >= 5


def test_clips_are_finite_and_within_range():
    torch.manual_seed(2)
    clips = make('talk', 6, size=64)
    assert all(torch.isfinite(v).all() for v in (clips.video, clips.wave, clips.state))
    assert clips.video.min() >= 0 and clips.video.max() <= 1 and ((clips.video[:, 1:] - clips.video[:, :-1]).abs().mean((2, 3, 4)) > 1e-4).all()


def test_one_seed_is_one_clip():
    def clip():
        torch.manual_seed(5)
        scene = tk.simulate(3, torch.device('cpu'), 'test')
        wave = audio(scene)
        return picture(scene, torch.tensor([[3, 20]]).expand(3, 2), 48), wave, state_tokens(scene, wave), attributes(scene)
    for a, b in zip(clip(), clip()): assert torch.equal(a, b)
