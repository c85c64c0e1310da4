"""Measures a pack on prompts and seeds that training never saw, through the shipped graphs, beside a ceiling and a floor.

    python -m models.kinora.evaluate --pack models/packs/kinora-s --clips 64 --steps 12,6 --json runs/quality.json
    python -m models.kinora.evaluate --pack models/packs/kinora-s --clips 32 --steps 12 --motion   # without the classifiers, which are long to train
    python -m models.kinora.evaluate --pack models/packs/kinora-s --sheet sheet.png        # simulator beside model, spectrograms under it

Ceiling: the simulator's own films of the same captions, measured alike. Floor: the same films, each picture with another film's sound and both
with another film's caption. Sampled films are kept in runs/evaluate, so that a changed measure costs no second sampling.
"""
import argparse
import json
import os
from dataclasses import dataclass, field

import numpy as np
import torch

from . import grow
from .measures import attributes, contact, distribution, physics, sheet, storm, talk
from .measures.prompts import MOVING, prompts, simulated, simulated_sound
from .measures.track import quiet, shrink, track
from .films import speech_of
from .mel import log_mel
from .world.balls import GROUND_FACTOR, RESTITUTION
from .world.clip import GROUNDS, MATERIALS, state_tokens

REFERENCE = 192                            # simulated films that distributions are compared with


@dataclass
class Films:
    """Films in the order of a list of prompts."""
    videos: torch.Tensor                   # [N, T, 3, 128, 128] bytes
    waves: torch.Tensor                    # [N, SAMPLES]
    tracks: list = field(default_factory=list)   # Track, None (discarded), 'quiet', or '' (not tracked)

    def video(self, i): return self.videos[i].float() / 255


# ---- films ----

def ceiling(list_):
    films = [simulated(p) for p in list_]
    return Films(torch.stack([f[0] for f in films]), torch.stack([f[1] for f in films]))


def sampled(pack, list_, steps, cache):
    """The pack's films, from the cache where the same weights, prompts and steps were sampled before."""
    key = f"{pack.manifest['weights'][0]['sha256'][:10]}-{steps}"
    path = f'{cache}/{key}.pt'
    known = torch.load(path) if os.path.exists(path) else {}
    for n, p in enumerate(list_):
        name = f'{p.seed} {p.text}'
        if name in known: continue
        film = pack.film(p.text, seed=p.seed, steps=steps, speech=speech_of(p.scene)[0].numpy())
        known[name] = ((shrink(torch.from_numpy(film.video)) * 255).round().byte(), torch.from_numpy(film.wave))
        if (n + 1) % 16 == 0 or n + 1 == len(list_):
            os.makedirs(cache, exist_ok=True)
            torch.save(known, path)
            print(f'{steps} steps: {n + 1}/{len(list_)} films', flush=True)
    films = [known[f'{p.seed} {p.text}'] for p in list_]
    return Films(torch.stack([f[0] for f in films]), torch.stack([f[1] for f in films]))


def recoded(pack, films, list_):
    """The simulator's films through the pack's codec and vocoder alone, with the simulator's own world state: what is lost before the net has its say."""
    videos, waves = [], []
    for i in range(len(films.videos)):
        told, state = pack.manifest['state'], state_tokens(list_[i].scene, films.waves[i:i + 1])[0]
        tokens, state = pack.encode(films.video(i).numpy()), grow.as_before(state, told.get('attributes'), told['dim']).numpy()
        frames = [pack.decode(tokens, state, k) for k in range(pack.manifest['video']['latentFrames'])]
        videos.append((shrink(torch.from_numpy(np.concatenate(frames))) * 255).round().byte())
        waves.append(torch.from_numpy(pack.vocode(log_mel(films.waves[i:i + 1]).reshape(pack.shapes['sound']).numpy())))
    return Films(torch.stack(videos), torch.stack(waves))


def shuffled(films, list_):
    """Each picture with the sound of the next film of its family and group."""
    order = list(range(len(list_)))
    for key in {(p.row[0], p.group) for p in list_}:
        at = [i for i, p in enumerate(list_) if (p.row[0], p.group) == key]
        for a, b in zip(at, at[1:] + at[:1]): order[a] = b
    return Films(films.videos, films.waves[order], films.tracks), order


def follow(films, list_):
    """Tracks the films that have one body before a still camera."""
    for i, p in enumerate(list_):
        if p.group == 'free' or p.value('family') not in MOVING: films.tracks.append(''); continue
        v = films.video(i)
        films.tracks.append('quiet' if quiet(v) else track(v))
    return films


# ---- measures ----

def measure(films, list_, readers, reference, captions=None):
    """-> figures by name; without `readers`, those that need no classifier. `captions`: for each film the index of the prompt it is held against (its own by default)."""
    captions = captions or list(range(len(list_)))
    told = [list_[j] for j in captions]
    of = lambda family: [i for i, p in enumerate(list_) if p.value('family') == family and films.tracks[i] != '']
    clear = lambda family: [i for i in of(family) if films.tracks[i] not in (None, 'quiet')]
    out, heard = {}, lambda i: contact.onsets(films.waves[i])
    tracked = [i for f in MOVING for i in of(f)]
    if tracked:
        state = [films.tracks[i] for i in tracked]
        lively = sum(s != 'quiet' for s in state)
        out['tracks'] = dict(clips=len(tracked), quiet=1 - lively / len(tracked), discarded=sum(s is None for s in state) / max(1, lively))
    if balls := clear('balls'):
        out['bounce_sync'] = contact.agreement([(contact.contacts(films.tracks[i]), heard(i)) for i in balls])
        out['flight'] = flight([films.tracks[i] for i in balls])
        out['restitution'] = restitution([(told[i], films.tracks[i]) for i in balls])
        steady = [s for i in balls if (s := physics.steadiness(films.tracks[i]))]
        if steady: out['permanence'] = dict(area_variation=float(np.median([s[0] for s in steady])), one_ball=float(np.mean([s[1] for s in steady])))
    if water := clear('water'):
        entries = [(i, physics.entry(films.tracks[i])) for i in water]
        out['splash_sync'] = contact.agreement([((np.array([e]), np.array([9.])) if e is not None else (np.zeros(0), np.zeros(0)), heard(i)) for i, e in entries])
        fates = [(physics.fate(films.tracks[i]), told[i]) for i in water]
        said = [(f, p) for f, p in fates if f and p.mentioned & {'material', 'outcome'}]
        if said: out['water_fate'] = dict(right=float(np.mean([f == p.value('outcome') for f, p in said])), clips=len(said))
    storms = [i for i, p in enumerate(list_) if p.value('family') == 'thunder' and 'outcome' in told[i].mentioned]
    if storms:
        delays = [d for i in storms for d in storm.delays(films.video(i), films.waves[i], told[i].value('outcome'))]
        out['thunder'] = dict(clips=len(storms), flashes=len(delays), right_delay=float(np.mean([d[0] for d in delays])) if delays else None)
    if speakers := [i for i, p in enumerate(list_) if p.value('family') == 'talk']:
        told_of = [talk.follows(films.video(i), films.waves[i], told[i].scene.own['tracks'][0], simulated_sound(told[i])) for i in speakers]
        out['talk'] = dict(clips=len(speakers), **{n: float(np.median(v)) for n, all_ in zip(('lips', 'voice', 'spectrum'), zip(*told_of)) if (v := [x for x in all_ if x is not None])})
    out['distance'] = dict(sound=distribution.mmd(distribution.sound_statistics(films.waves), reference['sound']))
    return {**out, **read_back(films, list_, told, readers, reference, out['distance'])} if readers else out


def read_back(films, list_, told, readers, reference, distance):
    """What the classifiers see and hear; `distance` gains that of their features."""
    out, reading = {}, readers.read(films.videos, films.waves)
    rows, mentioned = [p.row for p in told], [p.mentioned for p in told]
    for name, groups in (('', ('motion', 'free')), ('_held_out', ('held out',))):
        at = [i for i, p in enumerate(list_) if p.group in groups]
        if not at: continue
        cut = lambda d: {k: v[at] for k, v in d.items()}
        r, m = [rows[i] for i in at], [mentioned[i] for i in at]
        out['seen' + name], out['heard' + name] = attributes.accuracy(cut(reading.seen), r, m, attributes.SEEN), attributes.accuracy(cut(reading.heard), r, m, attributes.HEARD)
    out['caption_swap'] = dict(zip(('right', 'pairs'), attributes.swap_accuracy(reading, rows, mentioned)))
    joint = lambda r: torch.cat([r.picture, r.sound], 1)
    distance.update(picture_features=distribution.mmd(reading.picture, reference['reading'].picture), sound_features=distribution.mmd(reading.sound, reference['reading'].sound),
                    joint_features=distribution.mmd(joint(reading), joint(reference['reading'])))
    return out


def flight(tracks):
    found = [physics.flights(t) for t in tracks]
    r2, g = np.array([f[0] for one in found for f in one]), np.array([f[1] for one in found for f in one])
    if not len(r2): return dict(flights=0)
    return dict(flights=len(r2), clips_with_flight=float(np.mean([len(f) > 0 for f in found])), r2_median=float(np.median(r2)), r2_mean=float(r2.clip(min=0).mean()),
                r2_above_95=float((r2 >= .95).mean()), g_median=float(np.median(g)), g_quartiles=[float(x) for x in np.percentile(g, (25, 75))])


def restitution(pairs):
    """Bounces against the simulator's law for the material and ground said."""
    found = []
    for p, t in pairs:
        law = float(RESTITUTION[MATERIALS.index(p.value('material'))] * GROUND_FACTOR[GROUNDS.index(p.value('ground'))])
        found += [(b, law, p.value('material'), {'material', 'ground'} <= p.mentioned) for b in physics.bounces(t)]
    if not found: return dict(bounces=0)
    out = dict(bounces=len(found), energy_grows=float(np.mean([b > 1.02 for b, *_ in found])))
    for m in MATERIALS:
        if few := [b for b, _, k, _ in found if k == m]: out[m] = float(np.median(few))
    if len(told := [(b, law) for b, law, _, said in found if said]) > 2:
        out['error_of_the_law'] = float(np.median([abs(b - law) for b, law in told]))
        out['correlation'] = float(np.corrcoef(np.array(told).T)[0, 1])
    return out


def references(families, readers):
    """Simulated films other than the ceiling's, in the families' shares of the list."""
    list_ = [p for p in prompts(families, REFERENCE * 5 // 4, seed=77000) if p.group != 'held out']
    films = ceiling(list_)
    return dict(sound=distribution.sound_statistics(films.waves), reading=readers and readers.read(films.videos, films.waves))


# ---- report ----

def flat(figures, before=''):
    for k, v in figures.items():
        name = f'{before}.{k}' if before else k
        if isinstance(v, dict): yield from flat(v, name)
        elif isinstance(v, tuple): yield name, v[0], v[1]
        else: yield name, v, None


def show(columns):
    """columns: name -> figures. Prints one line a figure."""
    table = {c: {n: (v, k) for n, v, k in flat(f)} for c, f in columns.items()}
    names = list(dict.fromkeys(n for t in table.values() for n in t))
    say = lambda x: '–' if x is None else ' … '.join(f'{v:.2f}' for v in x) if isinstance(x, list) else str(x) if isinstance(x, int) else f'{x:.3f}' if abs(x) < 10 else f'{x:.1f}'
    print(' ' * 34 + ''.join(f'{c:>16}' for c in columns))
    for n in names:
        films = next((t[n][1] for t in table.values() if n in t and t[n][1]), None)
        print(f'{n + (f" ({films})" if films else ""):<34}' + ''.join(f'{say(t[n][0]) if n in t else "–":>16}' for t in table.values()))


def plain(v):
    """For JSON: rounded, pairs of (share, films) as the share."""
    if isinstance(v, dict): return {k: plain(x) for k, x in v.items()}
    if isinstance(v, tuple): return plain(v[0])
    if isinstance(v, list): return [plain(x) for x in v]
    return round(v, 4) if isinstance(v, float) else v


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--pack', help='folder of a pack; without it the simulator alone is measured')
    p.add_argument('--clips', type=int, default=64)
    p.add_argument('--steps', default='12,6', help='numbers of steps, the first is the headline')
    p.add_argument('--families', default='balls,water,thunder', help='only without --pack, whose manifest names them')
    p.add_argument('--motion', action='store_true', help='leave out what needs the classifiers and the films through codec and vocoder alone')
    p.add_argument('--classifier', default='runs/classifier.pt')
    p.add_argument('--cache', default='runs/evaluate')
    p.add_argument('--json', help='where the figures go (export.py --quality)')
    p.add_argument('--sheet', help='PNG: simulator beside model')
    p.add_argument('--sheet-seeds', help='seeds of prompts on the sheet (default: eight spread over the list)')
    p.add_argument('--threads', type=int, default=1)
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    pack = None
    if args.pack:
        from .pack import Pack
        pack = Pack(args.pack, args.threads)
    families = pack.manifest['families'] if pack else args.families.split(',')
    list_ = prompts(families, args.clips)
    top = ceiling(list_)
    films = {f'{n} steps': sampled(pack, list_, n, args.cache) for n in map(int, args.steps.split(','))} if pack else {}
    if args.sheet: sheet.save(args.sheet, list_, top, next(iter(films.values()), None), args.sheet_seeds)
    if args.sheet and not args.json: return
    readers = None if args.motion else attributes.load(families, args.classifier)
    reference = references(families, readers)
    if pack and readers: films['recoded'] = recoded(pack, top, list_)
    films['ceiling'] = top
    figures = {name: measure(follow(f, list_), list_, readers, reference) for name, f in films.items()}
    low, order = shuffled(top, list_)
    figures['floor'] = measure(low, list_, readers, reference, order)
    show(figures)
    if args.json:
        head = next(iter(figures))
        report = dict(clips=len(list_), families=families, model=figures[head], ceiling=figures['ceiling'], floor=figures['floor'],
                      **{k.replace(' ', '_'): v for k, v in figures.items() if k not in (head, 'ceiling', 'floor')}, command=f'python -m models.kinora.evaluate --clips {args.clips} --steps {args.steps}' + ' --motion' * args.motion)
        with open(args.json, 'w') as f: json.dump(plain(report), f, indent=1)


if __name__ == '__main__': main()
