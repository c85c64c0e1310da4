"""Lightning and thunder: when the picture flashes, when the rumble begins, and whether the delay is that of the distance said."""
import numpy as np
import torch

from ..world.clip import FPS, RATE, SECONDS
from ..world.thunder import FAR, NEAR

HOP, SPAN = 160, 8                         # samples (10 ms); hops on either side of a rise
RISE, DARK = 1., .03                       # in natural log of energy; in mean luminance
SLACK = .06                                # s: a flash is known to a frame
DELAYS = dict(near=(NEAR[0] / 343, NEAR[1] / 343), far=(FAR[0] / 343, FAR[1] / 343))


def flashes(video):
    """Times (s) at which the whole picture brightens suddenly. video [T, 3, H, W]."""
    light = video.float().mean((1, 2, 3)).numpy()
    rise = np.diff(light)
    out = []
    for k in range(len(rise)):
        if rise[k] > DARK and rise[k] == rise[max(0, k - 3):k + 4].max(): out.append((k + 1) / FPS)   # between the dark frame and the bright one
    return np.array(out)


def booms(wave):
    """Times (s) at which the sound below 400 Hz rises strongly."""
    f = torch.fft.rfftfreq(len(wave), 1 / RATE)
    low = torch.fft.irfft(torch.fft.rfft(wave.float()) / (1 + (f / 400) ** 6), len(wave)).numpy()
    e = np.log((low[:len(low) // HOP * HOP].reshape(-1, HOP) ** 2).mean(1) + 1e-6)
    rise = np.array([e[k:k + SPAN].mean() - e[k - SPAN:k].mean() if SPAN <= k <= len(e) - SPAN // 2 else 0. for k in range(len(e))])
    return np.array([k * HOP / RATE for k in range(len(rise)) if rise[k] > RISE and rise[k] == rise[max(0, k - 20):k + 21].max()])


def delays(video, wave, outcome):
    """For each flash whose thunder must fall into the clip if it is as `outcome` ('near', 'far') says -> (right, delay to the nearest boom after it)."""
    low, high = DELAYS[outcome]
    heard, out = booms(wave), []
    for f in flashes(video):
        if f + high > SECONDS - .1: continue
        after = heard[heard > f + .02]
        out.append((bool(((after >= f + low - SLACK) & (after <= f + high + SLACK)).any()), float(after[0] - f) if len(after) else None))
    return out
