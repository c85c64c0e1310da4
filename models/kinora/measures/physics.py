"""Physics from the track alone: free flight, restitution, energy, floating and sinking, permanence. The scale is known: METRES a picture side."""
import numpy as np

from ..world.clip import FPS, METRES
from .contact import arcs_of, crossing, speed

LONG, HIGH = 5, .05                        # frames and picture sides that a flight needs for a parabola to be told from noise
LEVEL = .46                                # the water's surface in the simulator's pictures


def flights(track):
    """Free parabolas fitted to each flight between contacts -> list of (R², g in m/s², frames). The arcs' own gravity is not used, only their ends."""
    t, arcs, _ = arcs_of(track)
    y, out = track.y[track.seen], []
    for a in arcs:
        i, j = a.start, a.end + 1
        if a.g == 0 or j - i < LONG or np.ptp(y[i:j]) < HIGH: continue
        c = np.polyfit(t[i:j], y[i:j], 2)
        left = ((y[i:j] - np.polyval(c, t[i:j])) ** 2).sum() / ((y[i:j] - y[i:j].mean()) ** 2).sum()
        out.append((1 - left, -2 * c[0] * METRES, j - i))
    return out


def bounces(track):
    """Speed after over speed before, for bounces between two flights of three frames at least."""
    t, arcs, _ = arcs_of(track)
    out = []
    for p, q in zip(arcs, arcs[1:]):
        if p.g == 0 or q.g == 0 or min(p.end - p.start, q.end - q.start) < 2: continue
        when = crossing(p, q, t)
        into, away = speed(p, when), speed(q, when)
        if into < -.4 and away > .1: out.append(-away / into)
    return out


def steadiness(track):
    """-> (variation of the disc's area over the clip, share of frames in which it is the only disc)."""
    area, clear = track.area[track.seen], track.score[track.seen] > .5
    if not clear.any(): return None
    area = area[clear]
    return float(area.std() / area.mean()), float((track.rival[track.seen] < .6 * track.score[track.seen]).mean())


def entry(track):
    """When the ball's lower edge first passes the water's level going down -> s, or None."""
    low, t = track.y - track.radius, (np.arange(len(track.y)) + .5) / FPS
    for k in range(1, len(low)):
        if low[k - 1] > LEVEL >= low[k]: return float(t[k - 1] + (low[k - 1] - LEVEL) / (low[k - 1] - low[k]) / FPS)
    return None


def fate(track):
    """'float' or 'sink' by where the ball is at the end; None where it has not been in the water long enough to say."""
    y, when = np.nanmean(track.y[-4:]) if track.seen[-4:].any() else None, entry(track)
    if y is None or y - track.radius > LEVEL: return None
    if when is not None and when > len(track.y) / FPS - .4: return None
    return 'float' if y + track.radius > LEVEL - .01 else 'sink'
