"""Long films: do contrast, colours and sizes at the end stand where they stood at the beginning, and can the seams between windows be seen or heard?

    python -m models.kinora.measures.drift --pack models/packs/kinora-s --seconds 20 --films 11      # one film a family, in turn
"""
import argparse
import json

import numpy as np
import torch

from ..mel import MELS, STD
from ..pack import Pack, of_objects
from .prompts import prompts
from .track import shrink

BESIDE, AROUND = 6, 24                     # frames on either side, of a picture and of a spectrogram, that a change is compared with
STEP = 4                                   # frames of a spectrogram on either side of a step in level
QUIET = .02                                # deviations: where levels change by no more, it is as good as silent
PLANTED, LOUDER = 1.04, 4.                 # contrast, and decibels, from a frame on, a seam or one halfway between two: what the detectors must find
ODD = 5                                    # per cent of the frames that are no seams count as one


def still(video):                          # [T, 3, H, W] -> [3, H, W]: what stands behind
    return video.median(0).values


def change(first, last):
    """Two stretches of a film -> contrast of the last by that of the first, and how far its mean colour has gone (0…1)."""
    a, b = still(first), still(last)
    return float(b.mean(0).std() / a.mean(0).std()), float((b.mean((1, 2)) - a.mean((1, 2))).abs().max())


def jumps(video):
    """[T, 3, H, W] -> [T]: how much more each frame differs from the one before than frames beside it do."""
    d = np.concatenate([[np.nan], (video[1:] - video[:-1]).abs().mean((1, 2, 3)).numpy()])
    out = np.full(len(d), np.nan)
    for t in range(BESIDE + 1, len(d) - BESIDE):
        near = np.concatenate([d[t - BESIDE:t], d[t + 1:t + BESIDE + 1]])
        out[t] = d[t] / max(np.median(near), 2e-4)
    return out


def swells(mel):
    """[T, bands] -> [T]: how much more the level in each band differs over STEP frames from t on from that before than it does around; nan where it is silent."""
    c = np.concatenate([np.zeros((1, mel.shape[1])), mel.cumsum(0, dtype=np.float64)])
    d, out = np.full(len(mel), np.nan), np.full(len(mel), np.nan)
    for t in range(STEP, len(mel) - STEP): d[t] = np.abs(c[t + STEP] - 2 * c[t] + c[t - STEP]).mean() / STEP
    for t in range(AROUND + STEP, len(mel) - AROUND - STEP):
        near = np.concatenate([d[t - AROUND:t - STEP + 1], d[t + STEP:t + AROUND + 1]])
        if (around := np.median(near)) > QUIET: out[t] = d[t] / around
    return out


def seams(changes, at, near=0):
    """-> share of the frames `at` that change more than all but `ODD` per cent of the others do, those `near` to them left out; by chance that is ODD / 100. nan where there is nothing to compare."""
    at = np.array([t for t in at if np.isfinite(changes[t])], int)
    if not len(at): return np.nan
    others = np.delete(changes, np.unique(at[:, None] + np.arange(-near, near + 1)))
    return float((changes[at] > np.nanpercentile(others, 100 - ODD)).mean())


def plant(video, at):                      # more contrast from each of these frames on
    gain = torch.ones(len(video))
    for t in at: gain[t:] *= PLANTED
    middle = video.mean((1, 2, 3), keepdim=True)
    return middle + (video - middle) * gain[:, None, None, None]


def plant_sound(mel, at):                  # louder from each of these frames on, then softer again, where it sounds at all
    sign, gain = 1, np.zeros(len(mel))
    for t in at:
        gain[t:] += sign
        sign = -sign
    return np.where(mel > mel.min() + QUIET, mel + gain[:, None] * LOUDER / 8.686 / STD, mel)


def sizes(state, manifest):
    """State tokens of a film -> by object that is there at both ends, its radius at the end by that at the beginning."""
    n, found = len(state) // 10, []
    for there, radius in of_objects(manifest, 'there', 'radius'):
        size = state[:, radius] / 25 + .09
        if min(state[:n, there].min(), state[-n:, there].min()) > 0: found.append(float(size[-n:].mean() / size[:n].mean()))
    return found


def measure(pack, list_, seconds, steps=None):
    fps, half = pack.manifest['video']['fps'], round(pack.manifest['window']['seconds'] * pack.manifest['window']['historyFraction'] * pack.manifest['video']['fps'])
    rows = []
    for p in list_:
        film = pack.film(p.text, seed=p.seed, seconds=seconds, steps=steps)
        v = shrink(torch.from_numpy(film.video))
        at = list(range(2 * half, len(v), half))                        # first frames that a window adds
        contrast, colour = change(v[:2 * fps], v[-2 * fps:])
        between = [t + half // 2 for t in at]
        rows.append(dict(text=p.text, family=p.value('family'), contrast=contrast, colour=colour, sizes=sizes(film.tokens['state'], pack.manifest), seams=seams(jumps(v), at), planted=seams(jumps(plant(v, at)), at),
                         planted_between=seams(jumps(plant(v, between)), between), **heard(film.tokens['sound'], pack.manifest)))
        print(' '.join(f'{k} {v:.3f}' if isinstance(v, float) else f'{k} {v}' for k, v in rows[-1].items()), flush=True)
    return rows


def heard(sound, manifest):
    """Sound tokens of a film -> the same of its sound."""
    w, mel = manifest['window'], sound.reshape(-1, MELS)
    half = round(manifest['sound']['tokens'] * w['historyFraction']) * sound.shape[1] // MELS
    at = list(range(2 * half, len(mel), half))
    between = [t + half // 2 for t in at]
    found = lambda m, at: seams(swells(m), at, STEP - 1)
    return dict(sound_seams=found(mel, at), sound_planted=found(plant_sound(mel, at), at), sound_planted_between=found(plant_sound(mel, between), between))


def summary(rows):
    size = [s for r in rows for s in r['sizes']]
    off = lambda values: [float(np.median(values)), float(np.max(values))]
    return dict(films=len(rows), contrast_off=off([abs(r['contrast'] - 1) for r in rows]), colour_off=off([r['colour'] for r in rows]), size_off=off([abs(s - 1) for s in size]) if size else None,
                seams_found=float(np.mean([r['seams'] for r in rows])), by_chance=ODD / 100, planted_found=float(np.mean([r['planted'] for r in rows])),
                planted_found_between=float(np.mean([r['planted_between'] for r in rows])), **{n: float(np.nanmean([r[n] for r in rows])) for n in rows[0] if n.startswith('sound_')})


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--pack', required=True)
    p.add_argument('--seconds', type=int, default=20)
    p.add_argument('--films', type=int, default=11)
    p.add_argument('--steps', type=int)
    p.add_argument('--json')
    p.add_argument('--threads', type=int, default=1)
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    pack = Pack(args.pack, args.threads)
    by = {}
    for one in prompts(pack.manifest['families'], 99): by.setdefault(one.value('family'), []).append(one)
    turns = [films[k] for k in range(max(map(len, by.values()))) for films in by.values() if k < len(films)]
    found = summary(measure(pack, turns[:args.films], args.seconds, args.steps))
    print(json.dumps(found))
    if args.json:
        with open(args.json, 'w') as f: json.dump(found, f, indent=1)


if __name__ == '__main__': main()
