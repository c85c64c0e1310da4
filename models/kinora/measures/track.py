"""The ball's track from the pixels alone: what differs from the still background, looked for as a disc, frame by frame.

    t = track(video)          # Track, or None where no disc can be followed: the clip is then counted as discarded
    quiet(video)              # so little moves that picture and background cannot be told apart: counted beside, by the same rule for every film
"""
import functools
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

SIDE = 128                                 # pixels a side at which discs are looked for
RADII = np.arange(7., 17., 1.)             # pixels; the simulator's balls have 8 to 15
PEAKS = 6                                  # candidates a frame
PADDED = 160
STIR = .07                                 # share of the picture; a ball of the mean size covers .025
REACH = .19                                # picture sides a frame: faster than any fall from the top of the picture
ABSENT = .16                               # score of "not seen in this frame"
SEEN = .75                                 # share of the frames in which the disc must be found
CLEAR = .62                                # mean score below which a track is not trusted: on the simulator, balls that stay within a diameter or two


@dataclass
class Track:
    x: np.ndarray                          # [T] picture sides, right; NaN where the ball is not seen
    y: np.ndarray                          # [T] picture sides, up
    radius: float                          # picture sides
    score: np.ndarray                      # [T] contrast of the disc against its surround, 0…1
    area: np.ndarray                       # [T] changed pixels within the disc, in discs of this radius
    colour: np.ndarray                     # [T, 3] mean colour of the disc's inside
    rival: np.ndarray                      # [T] score of the best disc elsewhere: near `score` where there are two balls

    @property
    def seen(self): return ~np.isnan(self.x)


def shrink(video, side=SIDE):              # [T, 3, H, W] -> [T, 3, side, side]
    return video if video.shape[-1] == side else F.interpolate(video, size=(side, side), mode='area')


def track(video):
    """video [T, 3, H, W] in 0…1 of a still camera -> Track or None."""
    v = shrink(video.float())
    n = len(v) // 4
    parts = [v, *(v[i * n:i * n + 2 * n] for i in range(3)), *v.split(n)[:4]]               # a ball that rests for half a clip enters the median
    tries = [settle(v, part.median(0).values) for part in parts]
    path, radius, maps = max(tries, key=lambda r: total(r[0]))
    if not path or np.mean([p is not None for p in path]) < SEEN: return None
    out = describe(v, maps, path, radius)
    return out if np.nanmean(out.score) > CLEAR else None


def quiet(video):
    """True where the pixels that ever change cover less than two balls or so."""
    v = shrink(video.float())
    return float(((v.amax(0) - v.amin(0)).amax(0) > .12).float().mean()) < STIR


def settle(v, background):
    path, radius, maps = follow(contrast(v, background))
    return follow(contrast(v, uncovered(v, path, radius)), radius)


def contrast(v, background):
    """-> [T, side, side] 0…1: how much each pixel differs from the background, relative to the clip's own strong differences."""
    d = (v - background).abs().amax(1)
    few = d[:, ::2, ::2].flatten(1)
    scale = float(few.topk(few.shape[1] // 66, 1).values[:, -1].median())
    return ((d - .02).clamp(min=0) / max(.05, .7 * scale)).clamp(max=1)


def filters(radius):
    """Disc minus ring, both of unit mass: [k, k]."""
    k = int(radius * 1.5) + 1
    y, x = np.mgrid[-k:k + 1, -k:k + 1]
    d = np.hypot(x, y)
    inside, ring = np.clip(radius + .5 - d, 0, 1), np.clip(d - radius * 1.12 + .5, 0, 1) * np.clip(radius * 1.5 + .5 - d, 0, 1)
    return torch.tensor(inside / inside.sum() - ring / ring.sum(), dtype=torch.float)


@functools.lru_cache(maxsize=None)
def spectrum(radius):
    w = filters(radius)
    k = w.shape[-1]
    return torch.fft.rfft2(torch.roll(F.pad(w, (0, PADDED - k, 0, PADDED - k)), (-(k // 2), -(k // 2)), (0, 1)))


def transform(maps): return torch.fft.rfft2(F.pad(maps, (0, PADDED - SIDE, 0, PADDED - SIDE)))


def respond(transformed, radius):
    """-> [T, SIDE, SIDE]: the filter's answer at every pixel, by Fourier transform: the discs are large."""
    return torch.fft.irfft2(transformed * spectrum(radius), (PADDED, PADDED))[:, :SIDE, :SIDE]


def follow(maps, radius=None):
    """A first look without a radius, a second around it -> (path, radius, maps): a list of (row, column, score) or None for each frame; an empty path where there is nothing."""
    transformed = transform(maps)
    near = RADII[::2] if radius is None else [r for r in RADII if abs(r - radius) <= 1]
    radius = float(max(near, key=lambda r: respond(transformed[::4], r).flatten(1).amax(1).mean()))
    response = respond(transformed, radius)
    peaks = response * (response == F.max_pool1d(F.max_pool1d(response, 9, 1, 4).transpose(1, 2), 9, 1, 4).transpose(1, 2))
    score, at = peaks.flatten(1).topk(PEAKS, 1)
    rows, columns = (at // SIDE).numpy(), (at % SIDE).numpy()
    return viterbi(score.numpy(), rows, columns, response), radius, maps


def viterbi(score, rows, columns, response):
    """The chain of candidates with the greatest sum of scores whose steps a falling ball can make; the last candidate is "not seen"."""
    T, K = score.shape
    score = np.concatenate([score, np.full((T, 1), ABSENT)], 1)
    best, back = [score[0]], []
    for t in range(1, T):
        d = np.hypot(rows[t][:, None] - rows[t - 1][None], columns[t][:, None] - columns[t - 1][None]) / SIDE
        cost = np.full((K + 1, K + 1), .03)
        cost[:K, :K] = .15 * d / REACH + 3. * np.clip(d / REACH - 1, 0, None)
        value = best[-1][None] - cost
        back.append(value.argmax(1))
        best.append(score[t] + value.max(1))
    k, chain = int(best[-1].argmax()), []
    for t in range(T - 1, -1, -1):
        chain.append(k)
        if t: k = int(back[t - 1][k])
    return [None if k == K else (*refine(response[t], int(rows[t][k]), int(columns[t][k])), float(score[t][k])) for t, k in enumerate(chain[::-1])]


def refine(r, i, j):
    """The peak between pixels: a paraboloid through the 5 × 5 neighbourhood."""
    if not (2 <= i < SIDE - 2 and 2 <= j < SIDE - 2): return float(i), float(j)
    patch = r[i - 2:i + 3, j - 2:j + 3].numpy().astype(float)
    y, x = np.mgrid[-2:3, -2:3].astype(float)
    A = np.stack([np.ones(25), x.ravel(), y.ravel(), x.ravel() ** 2, y.ravel() ** 2, (x * y).ravel()], 1)
    _, bx, by, cx, cy, cxy = np.linalg.lstsq(A, patch.ravel(), rcond=None)[0]
    det = 4 * cx * cy - cxy * cxy
    if cx >= 0 or cy >= 0 or det <= 0: return float(i), float(j)
    dx, dy = (-2 * cy * bx + cxy * by) / det, (-2 * cx * by + cxy * bx) / det
    return i + float(np.clip(dy, -1.5, 1.5)), j + float(np.clip(dx, -1.5, 1.5))


def total(path): return sum(max(p[2], 0) for p in path if p is not None)


def uncovered(v, path, radius):
    """The background as the median over the frames in which the ball is elsewhere."""
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing='ij')
    free = torch.ones(v.shape[0], SIDE, SIDE, dtype=torch.bool)
    for t, p in enumerate(path):
        if p is None: continue
        free[t] = (y - p[0]) ** 2 + (x - p[1]) ** 2 > (radius * 1.35) ** 2
    masked = torch.where(free[:, None], v, torch.full_like(v, float('nan')))
    clean = masked.nanmedian(0).values
    return torch.where(free.any(0), clean, v.median(0).values)


def describe(v, maps, path, radius):
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing='ij')
    T, none = len(path), float('nan')
    out = Track(np.full(T, none), np.full(T, none), radius / SIDE, np.zeros(T), np.full(T, none), np.full((T, 3), none), np.zeros(T))
    response = respond(transform(maps), radius)
    for t, p in enumerate(path):
        if p is None: continue
        out.x[t], out.y[t], out.score[t] = (p[1] + .5) / SIDE, 1 - (p[0] + .5) / SIDE, p[2]
        d = ((y - p[0]) ** 2 + (x - p[1]) ** 2).sqrt()
        out.area[t] = float((maps[t] > .35)[d < radius * 1.3].sum()) / (np.pi * radius ** 2)
        out.rival[t] = float(torch.where(d > radius * 1.8, response[t], torch.zeros(())).max())
        out.colour[t] = v[t][:, d < radius * .8].mean(1).numpy()
    return out
