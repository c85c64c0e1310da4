"""Runs a pack (models/PACKS.md) from a shell, as browsers run it: the same graphs, weights, noise, schedule and windows.

    film = Pack('models/packs/kinora-s').film('a red ball bounces on wood', seed=7, seconds=4, steps=12)
    film.video [frames, 3, H, W] and film.wave [samples], both float32; film.tokens: the clean tokens they were made of
"""
import gzip
import hashlib
import json
import os
from dataclasses import dataclass

import numpy as np
import onnxruntime

from .graph import dequantise
from .noise import STREAMS, noise

ROLES = ('text', 'step', 'decode', 'encode', 'vocoder')
DRAW = 2 ** 20                             # windows' noises between those of a film and of its next draw


class PackError(Exception): pass


@dataclass
class Film:
    video: np.ndarray                      # [frames, 3, H, W] in 0…1
    wave: np.ndarray                       # [samples] in −1…1
    tokens: dict                           # video, sound, state [tokens of the whole film, dim]


def expand(graph, weights):
    """One entry of `manifest.graphs` and all weights -> the graph's external data (bytes)."""
    data = np.zeros(graph['dataBytes'], np.uint8)
    for t in graph['tensors']:
        count = int(np.prod(t['dims']))
        if t['encoding'] == 'f32': w = np.frombuffer(weights, '<f4', count, t['at'])
        else:
            q = np.frombuffer(weights, np.int8, count, t['at']).reshape(t['dims'])
            w = dequantise(q, np.frombuffer(weights, '<f4', t['dims'][t['axis']], t['scaleAt']), t['axis'])
        data[t['offset']:t['offset'] + 4 * count] = np.frombuffer(w.astype('<f4').tobytes(), np.uint8)
    return data.tobytes()


def encode_text(text, length):
    """-> [1, length] int32: UTF-8, lower case, white space collapsed, cut at a character's boundary, zero-padded."""
    raw = ' '.join(text.lower().split()).encode()[:length].decode(errors='ignore').encode()
    return np.array([[*raw, *[0] * (length - len(raw))]], np.int32)


def lifeless(state, manifest):
    """Clean tokens [tokens, dim] -> is this one of the scenes that `sampler.redraw` draws again, when what makes them does not come: speed, height, a flash?"""
    spec, at, parts = manifest['sampler']['redraw'], 0, {}
    for name, count in manifest['state']['parts'].items(): parts[name], at = state[:, at:at + count], at + count
    numbers, most = manifest['state'].get('object') or [], dict(speed=0., height=-np.inf, flash=0.)
    things = dict(zip(numbers, parts['objects'].reshape(len(state), -1, len(numbers)).transpose(2, 0, 1))) if numbers else {}
    if 'vx' in things: most['speed'] = float((np.hypot(things['vx'], things['vy']) * 1.2 * (things['there'] > 0)).max())
    if 'y' in things: most['height'] = float(np.where(things['there'] > 0, things['y'] / 3 + .5, -np.inf).max())
    if 'flash' in parts: most['flash'] = float(parts['flash'].max() / 2)
    return any(parts['kind'][:, k['kind']].mean() > .45 and any(most[n] < v for n, v in k.items() if n != 'kind') for k in spec['still'])


LEAST = .7                                 # of a window's contrast, below which it is another scene


def stillness(video, manifest):
    """Picture tokens [tokens, dim] -> by channel, over the picture, mean and deviation of each cell's median over time; and them as [times, places, channels, cells]."""
    v, layout = manifest['video'], manifest['video']['layout']
    places = v['tokens'] * layout['frames'] // v['latentFrames']
    cells = video.reshape(-1, places, layout['frames'], layout['channels'], v['dim'] // (layout['frames'] * layout['channels']))
    cells = cells.transpose(0, 2, 1, 3, 4).reshape(-1, places, *cells.shape[3:]).astype(np.float64)
    middle = np.median(cells, 0)
    return middle.mean((0, 2)), middle.std((0, 2)), cells


def steady(video, reference, manifest):
    """What a window adds [tokens, dim], at no more than the contrast of `reference` (deviations by channel)."""
    mean, deviation, cells = stillness(video, manifest)
    gain = np.clip(reference / np.maximum(deviation, 1e-6), LEAST, 1)[:, None]
    return tokens_of((cells - mean[:, None]) * gain + mean[:, None], manifest)


def tokens_of(cells, manifest):            # [times, places, channels, cells] -> [tokens, dim]
    frames = manifest['video']['layout']['frames']
    return cells.reshape(-1, frames, *cells.shape[1:]).transpose(0, 2, 1, 3, 4).reshape(-1, manifest['video']['dim']).astype(np.float32)


NEAR = 4                                   # frames on either side of a seam, latent ones or of a spectrogram
STANDS, FLICKERS, LEAPS, SWELLS = .6, .3, .1, .4   # differences beyond these are hardly closed: of medians, of single frames, of places, of levels
COVERED = 3 * 1.2 * 2                      # what a speed in the state's units covers in a token of two frames, in its units of place, times the frames of a second


def closing(d, scale): return d / (1 + (d / scale) ** 2)


def join(known, added, manifest):
    """What a window adds [tokens, dim], moved to where what it was given ended: by the difference of their medians for good, by what then is left for a moment. A large
    difference is something that moved, and stays."""
    old, new = (stillness(v, manifest)[2] for v in (known, added))
    new = new + closing(np.median(old[-NEAR:], 0) - np.median(new[:NEAR], 0), STANDS)
    fade = (1 - (np.arange(len(new)) + .5) / NEAR).clip(0)[:, None, None, None]
    return tokens_of(new + fade * closing(old[-1] - new[0], FLICKERS), manifest)


def schedule(steps, shift=1.):             # -> steps + 1 times from 0 to 1
    s = 1 - np.arange(steps + 1) / steps
    return 1 - shift * s / (1 + (shift - 1) * s)


def of_objects(manifest, *names):          # where a state token keeps some numbers of every object -> list of tuples, empty where the pack does not name them all
    at, numbers = 0, manifest['state'].get('object') or []
    for part, count in (manifest['state'].get('parts') or {}).items():
        if part == 'objects' and {*names} <= {*numbers}: return [tuple(k + numbers.index(n) for n in names) for k in range(at, at + count, len(numbers))]
        at += count
    return []


def constants(manifest):
    """What stays what it is for a whole film, how large things are, and where light and hills stand -> list of (its place in a state token, that of whether its object is there or None)."""
    at, out = 0, of_objects(manifest, 'radius', 'there')
    for name, count in (manifest['state'].get('parts') or {}).items():
        if name == 'setting': out += [(k, None) for k in range(at, at + count)]
        at += count
    return out


def join_state(known, added, manifest):
    """[tokens, dim] each: `join` for the world state's constants; and objects begin where they were heading, which fades over what is added."""
    old, new, added = np.median(known, 0), np.median(added, 0), added.copy()
    for k, there in constants(manifest):
        if there is None or min(old[there], new[there]) > 0: added[:, k] += closing(old[k] - new[k], STANDS)
    last, first, fade = known[-1].astype(float), added[0].astype(float), 1 - np.arange(len(added)) / len(added)
    for there, x, vx, y, vy in of_objects(manifest, 'there', 'x', 'vx', 'y', 'vy'):
        for place, speed in ((x, vx), (y, vy)):
            step = COVERED / manifest['video']['fps'] * (last[speed] + first[speed]) / 2
            if min(last[there], first[there]) > 0: added[:, place] += fade * closing(last[place] + step - first[place], LEAPS)
    return added


def join_sound(known, added, manifest):
    """[tokens, dim] each: `join` for a spectrogram, band by band. The step fades over half of what is added, and half of what is left between two frames in a moment."""
    old, new = (v.reshape(-1, manifest['sound']['layout']['bands']).astype(np.float64) for v in (known, added))
    fade = lambda count: (1 - (np.arange(len(new)) + .5) / count).clip(0)[:, None]
    new = new + fade(len(new) / 2) * closing(old[-NEAR:].mean(0) - new[:NEAR].mean(0), SWELLS)
    return (new + fade(NEAR) * closing(old[-1] - new[0], SWELLS) / 2).reshape(added.shape).astype(np.float32)


class Pack:
    """Reads and checks a pack folder; sessions open when first used. `threads` 0: as many as the machine has."""

    def __init__(self, folder, threads=0):
        self.folder, self.threads, self.sessions = folder, threads, {}
        with open(f'{folder}/manifest.json') as f: self.manifest = json.load(f)
        self.weights = b''.join(gzip.decompress(self.read(e)) if 'expandedBytes' in e else self.read(e) for e in self.manifest['weights'])
        self.shapes = {n: (self.manifest[n]['tokens'], self.manifest[n]['dim']) for n in STREAMS}

    def read(self, entry):
        with open(os.path.join(self.folder, entry['file']), 'rb') as f: data = f.read()
        if hashlib.sha256(data).hexdigest() != entry['sha256']: raise PackError(f'{self.folder}/{entry["file"]} is not the file that the manifest names. Export the pack again.')
        return data

    def session(self, role):
        if role not in self.sessions:
            graph, options = self.manifest['graphs'][role], onnxruntime.SessionOptions()
            options.intra_op_num_threads, options.log_severity_level = self.threads, 3
            data = expand(graph, self.weights)
            if data: options.add_external_initializers_from_files_in_memory([graph['data']], [data], [len(data)])
            self.sessions[role] = onnxruntime.InferenceSession(self.read(graph), options, ['CPUExecutionProvider'])
        return self.sessions[role]

    def run(self, role, **inputs):
        """-> dict of outputs of one graph."""
        session = self.session(role)
        names = [o.name for o in session.get_outputs()]
        return dict(zip(names, session.run(names, {k: np.ascontiguousarray(v) for k, v in inputs.items()})))

    # ---- the graphs ----

    def texts(self, prompt, negative=''):  # -> [2, tokens, dim]
        return np.concatenate([self.run('text', bytes=encode_text(t, self.manifest['text']['bytes']))['text'] for t in (prompt, negative)])

    def noise(self, seed, window, draw=0):
        return {n: noise(seed, window + DRAW * draw, n, a * b).reshape(1, a, b) for n, (a, b) in self.shapes.items()}

    def masks(self, known=0.):
        """Masks that are 1 on the first `known` (0…1) of each modality's tokens."""
        return {n: (np.arange(a) < round(a * known)).astype(np.float32).reshape(1, a, 1) for n, (a, _) in self.shapes.items()}

    def step(self, x, masks, text, t, t_next, guidance=None, speech=None):
        """-> videoNext, soundNext, stateNext, videoClean, stateClean. `speech` [frames, features]: none, nobody speaks."""
        f = lambda v: np.array(v, np.float32)
        g = guidance or self.manifest['sampler']['guidance']
        said = self.manifest.get('speech')
        more = dict(speech=np.zeros((1, said['frames'], said['dim']), np.float32) if speech is None else f(speech)[None]) if said else {}
        return self.run('step', **more, **{n: x[n] for n in STREAMS}, **{n + 'Mask': masks[n] for n in STREAMS}, text=text, t=f([t]), tNext=f([t_next]), guidance=f(g))

    def decode(self, video, state, index): # tokens [tokens, dim] of a window -> [framesPerLatent, 3, H, W]
        return self.run('decode', video=video[None], state=state[None], index=np.array([index], np.int32))['pixels']

    def encode(self, pixels):              # [frames, 3, encodeSize, encodeSize] in 0…1 -> tokens [.., dim]
        frames = self.session('encode').get_inputs()[0].shape[0]                                 # of one temporal patch
        return np.concatenate([self.run('encode', pixels=p)['video'][0] for p in pixels.reshape(-1, frames, *pixels.shape[1:]).astype(np.float32)])

    def vocode(self, sound):               # tokens [tokens, dim] of a window -> [samples]
        return self.run('vocoder', sound=sound[None])['wave'][0]

    # ---- a window, a film ----

    def window(self, text, seed, window=0, steps=None, guidance=None, shift=None, known=None, masks=None, speech=None):
        """Samples one window -> clean tokens {name: [tokens, dim]}. `known` {name: [tokens, dim]} is kept where `masks` {name: [1, tokens, 1]} is 1.
        The first window of a film of which nothing is known is drawn anew, by `sampler.redraw`, while its guess says that nothing will happen."""
        s = self.manifest['sampler']
        times, masks = schedule(steps or s['steps'], shift or s['shift']), {**self.masks(), **(masks or {})}
        tries = s['redraw']['tries'] if s.get('redraw') and not window and not known else 0
        for draw in range(tries + 1):
            x = self.noise(seed, window, draw)
            for n, v in (known or {}).items(): x[n] = np.where(masks[n] > 0, v[None], x[n]).astype(np.float32)
            for t, t_next in zip(times[:-1], times[1:]):
                out = self.step(x, masks, text, t, t_next, guidance, speech)
                x = {n: out[n + 'Next'] for n in STREAMS}
                if draw < tries and t < s['redraw']['at'] <= t_next + 1e-6 and lifeless(out['stateClean'][0], self.manifest): break
            else: return {n: v[0] for n, v in x.items()}

    def windows(self, seconds):
        w = self.manifest['window']
        return max(1, int(np.ceil((seconds - w['seconds']) / (w['seconds'] * (1 - w['historyFraction'])) - 1e-9)) + 1)

    def sample(self, prompt, seed=0, seconds=None, steps=None, negative='', guidance=None, shift=None, speech=None):
        """-> clean tokens of every window, a list of {name: [tokens, dim]}; each begins with the end of the one before. `speech` [frames, dim]: what is said from the film's beginning on."""
        w, text, films = self.manifest['window'], self.texts(prompt, negative), []
        for i in range(self.windows(seconds or w['seconds'])):
            known = masks = None
            if i:
                keep = {n: round(a * w['historyFraction']) for n, (a, _) in self.shapes.items()}
                known = {n: np.concatenate([v[-keep[n]:], np.zeros_like(v[keep[n]:])]) for n, v in films[-1].items()}
                masks = self.masks(w['historyFraction'])
            tokens = self.window(text, seed, i, steps, guidance, shift, known, masks, self.said(speech, i))
            if i:
                given, added = np.split(tokens['state'], [keep['state']])
                tokens['state'] = np.concatenate([given, join_state(given, added, self.manifest)])
                if self.manifest['sound'].get('layout'):
                    given, added = np.split(tokens['sound'], [keep['sound']])
                    tokens['sound'] = np.concatenate([given, join_sound(given, added, self.manifest)])
            if self.manifest['video'].get('layout'):
                if not i: reference = stillness(tokens['video'], self.manifest)[1]
                else:
                    given, added = np.split(tokens['video'], [keep['video']])
                    tokens['video'] = np.concatenate([given, join(given, steady(added, reference, self.manifest), self.manifest)])
            films.append(tokens)
        return films

    def said(self, speech, window):        # what of a film's speech falls into a window -> [frames, dim], or None
        s = self.manifest.get('speech')
        if speech is None or not s: return None
        start = round(window * s['frames'] * (1 - self.manifest['window']['historyFraction']))
        part = np.asarray(speech, np.float32)[start:start + s['frames'], :s['dim']]
        return np.pad(part, ((0, s['frames'] - len(part)), (0, s['dim'] - part.shape[1])))

    def render(self, windows, seconds=None):
        """Windows of clean tokens -> Film."""
        v, s, w = self.manifest['video'], self.manifest['sound'], self.manifest['window']
        seconds = seconds or w['seconds'] + (len(windows) - 1) * w['seconds'] * (1 - w['historyFraction'])
        keep, overlap = w['historyFraction'], round(s['samples'] * w['historyFraction'])
        frames, wave = [], np.zeros((len(windows) - 1) * (s['samples'] - overlap) + s['samples'], np.float32)
        for i, tokens in enumerate(windows):
            frames += [self.decode(tokens['video'], tokens['state'], k) for k in range(round(v['latentFrames'] * keep) if i else 0, v['latentFrames'])]
            cut, start = overlap // 2 if i else 0, i * (s['samples'] - overlap)        # the waves of neighbours agree in the middle of their common time
            wave[start + cut:start + s['samples']] = self.vocode(tokens['sound'])[cut:]
        film = {n: np.concatenate([t[n][round(a * keep) if i else 0:] for i, t in enumerate(windows)]) for n, (a, _) in self.shapes.items()}
        return Film(np.concatenate(frames)[:round(seconds * v['fps'])], wave[:round(seconds * s['sampleRate'])], film)

    def film(self, prompt, seed=0, seconds=None, steps=None, negative='', guidance=None, shift=None, speech=None):
        return self.render(self.sample(prompt, seed, seconds, steps, negative, guidance, shift, speech), seconds)
