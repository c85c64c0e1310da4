"""Contacts from the picture, onsets from the sound, and how well the two agree.

    seen = contacts(track)                 # times (s) at which the ball is struck, from its track alone
    heard = onsets(wave)                   # times (s) at which something begins to sound, from the wave alone
    pairs = match(seen, heard, .08)        # one to one, nearest first
"""
from dataclasses import dataclass

import numpy as np
import torch

from ..world.clip import FPS, GRAVITY, RATE, SECONDS

NOISE = .0045                              # picture sides: what a track errs on the simulator's films
PRICE = 14.                                # what a further arc costs, in units of chi squared
KICK = .42                                 # picture sides / s: smaller changes of velocity are not told from noise at 16 frames a second
FIRM, LOUD, EDGE = .8, .45, .12            # picture sides / s; share of the loudest; s
HOP, WINDOW = 128, 512                     # samples: 8 and 32 ms
LATENCY = -.008                           # s: the flux peaks this much before the sound begins (a window feels it early); measured on the simulator


@dataclass
class Arc:
    start: int                             # first and last frame
    end: int
    a: float                               # y(t) = a + b t − g t² / 2, t in seconds from the clip's first frame
    b: float
    g: float                               # 0 where the ball rests
    chi: float


def frame_times(n): return (np.arange(n) + .5) / FPS   # a frame shows the middle of its sixteenth of a second


def fit_arcs(t, y, g):
    """Cuts a track into parabolas of one gravity and rests, at the least chi squared plus PRICE a piece (exact, by dynamic programming)."""
    n = len(t)
    best, back = np.full(n + 1, np.inf), [None] * (n + 1)
    best[0] = 0.
    for j in range(1, n + 1):
        for i in range(0, j):
            if j - i < 2 and j - i < n and not (i == 0 or j == n): continue
            for kind in ((g, 0.) if g else (0.,)):
                arc = piece(t, y, i, j, kind, rest=bool(g) and kind == 0.)
                cost = best[i] + arc.chi + PRICE
                if cost < best[j]: best[j], back[j] = cost, (i, arc)
    arcs, j = [], n
    while j:
        i, arc = back[j]
        arcs.append(arc)
        j = i
    return arcs[::-1], best[n]


def piece(t, y, i, j, g, rest):
    u, v = t[i:j], y[i:j] + .5 * g * t[i:j] ** 2
    b = 0. if rest or j - i < 2 else float(((u - u.mean()) * (v - v.mean())).sum() / ((u - u.mean()) ** 2).sum())
    a = float(v.mean() - b * u.mean())
    return Arc(i, j - 1, a, b, g, float(((v - a - b * u) ** 2).sum()) / NOISE ** 2)


def crossing(p, q, t):
    """When two pieces meet, nearest to the gap between them, within a frame of it -> s."""
    low, high = t[p.end] - .5 / FPS, t[q.start] + .5 / FPS
    c = np.array([-.5 * (p.g - q.g), p.b - q.b, p.a - q.a])
    roots = np.roots(c[np.argmax(np.abs(c) > 1e-9):]) if np.abs(c[:2]).max() > 1e-9 else np.array([])
    roots = [r.real for r in roots if abs(r.imag) < .03]
    middle = (t[p.end] + t[q.start]) / 2
    when = min(roots, key=lambda r: abs(r - middle)) if roots else middle
    return float(np.clip(when, low, high))


def speed(arc, when): return arc.b - arc.g * when


def arcs_of(track):
    """-> (frame times, arcs, g): the arcs of the gravity that explains the track best."""
    t, seen = frame_times(len(track.y)), track.seen
    t, y = t[seen], track.y[seen]
    tries = [(*fit_arcs(t, y, g), g) for g in GRAVITY * np.array([.55, .7, .85, 1., 1.15, 1.3, 1.5])]
    arcs, _, g = min(tries, key=lambda r: r[1])
    return t, arcs, g


def contacts(track):
    """-> sorted times (s) and strengths (picture sides / s, the change of velocity): upward kicks in y, reversals in x."""
    t, arcs, _ = arcs_of(track)
    found = []
    for p, q in zip(arcs, arcs[1:]):
        when = crossing(p, q, t)
        kick = speed(q, when) - speed(p, when)
        if kick > KICK and speed(p, when) < -.2: found.append((when, kick))
    lines, _ = fit_arcs(t, track.x[track.seen], 0.)
    for p, q in zip(lines, lines[1:]):
        if p.b * q.b < 0 and abs(p.b - q.b) > KICK and min(p.end - p.start, q.end - q.start) >= 2: found.append((crossing(p, q, t), abs(p.b - q.b)))
    found.sort()
    return np.array([w for w, _ in found]), np.array([k for _, k in found])


def flux(wave):
    """Rise of the log spectrum from one hop to the next, summed over bands: [frames], 8 ms apart; frame k is centred on sample k·HOP."""
    s = torch.stft(wave.float(), WINDOW, HOP, window=torch.hann_window(WINDOW), return_complex=True).abs()
    edges = np.unique(np.geomspace(2, WINDOW // 2, 33).astype(int))
    bands = torch.stack([s[a:b].pow(2).mean(0).sqrt() for a, b in zip(edges, edges[1:])])
    level = torch.log1p(bands * 4)
    rise = (level[:, 2:] - level[:, :-2]).clamp(min=0).mean(0)
    return torch.nn.functional.pad(rise, (1, 1)).numpy()


def onsets(wave, threshold=.12, apart=.06):
    """-> times (s) and strengths of the flux's peaks."""
    f = flux(wave)
    n, keep = len(f), []
    for k in range(1, n - 1):
        lo, hi = max(0, k - 4), min(n, k + 5)
        around = np.median(f[max(0, k - 20):min(n, k + 21)])
        if f[k] == f[lo:hi].max() and f[k] > threshold + 1.5 * around: keep.append(k)
    times, strength = [], []
    for k in sorted(keep, key=lambda k: -f[k]):
        c = f[k - 1] - 2 * f[k] + f[k + 1]
        when = (k + (.5 * (f[k - 1] - f[k + 1]) / c if c < 0 else 0.)) * HOP / RATE - LATENCY
        if all(abs(when - w) > apart for w in times): times.append(when); strength.append(f[k])
    order = np.argsort(times)
    return np.array(times)[order], np.array(strength)[order]


def match(seen, heard, within):
    """Pairs one to one, nearest first -> list of (index seen, index heard, heard − seen in s)."""
    pairs = sorted((abs(h - s), i, j) for i, s in enumerate(seen) for j, h in enumerate(heard) if abs(h - s) <= within)
    used_i, used_j, out = set(), set(), []
    for _, i, j in pairs:
        if i in used_i or j in used_j: continue
        used_i.add(i); used_j.add(j)
        out.append((i, j, float(heard[j] - seen[i])))
    return out


def counted(times, strength, floor, matched):
    """Which events count: those that were matched, and those strong enough, away from the clip's ends, to be expected on the other side."""
    clear = (strength >= floor) & (times > EDGE) & (times < SECONDS - EDGE)
    return clear | np.isin(np.arange(len(times)), matched)


def agreement(clips):
    """Contact-sync figures. clips: ((times, strengths) seen, (times, strengths) heard) each.

    At 16 frames a second the last patter of a ball is heard and cannot be seen, and the weakest kick is seen and hardly heard. As in detection
    benchmarks, such events neither help nor harm unless they are matched: onsets below LOUD of the clip's strongest, kicks below FIRM.
    """
    out = {}
    for name, within in (('f1_40', .04), ('f1_80', .08)):
        hit = seen = heard = 0
        for (s, kick), (h, flux_) in clips:
            pairs = match(s, h, within)
            hit += len(pairs)
            seen += counted(s, kick, FIRM, [p[0] for p in pairs]).sum()
            heard += counted(h, flux_, LOUD * max(flux_, default=0.), [p[1] for p in pairs]).sum()
        out[name] = 2 * hit / max(1, seen + heard)
    d = np.array([x[2] for (s, _), (h, _) in clips for x in match(s, h, .25)]) * 1e3
    out['median_abs_ms'], out['signed_ms'] = (float(np.median(np.abs(d))), float(np.median(d))) if len(d) else (None, None)
    out['contacts_seen'], out['onsets_heard'], out['clips'] = sum(len(s) for (s, _), _ in clips), sum(len(h) for _, (h, _) in clips), len(clips)
    return out
