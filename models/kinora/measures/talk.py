"""Does the mouth move, and does it sound, as the film was told to?

    lips, voice, spectrum = follows(video, wave, tracks, true)

lips: where in the middle of the picture darkness follows how far the mouth is to open most closely, the correlation over the frames (the mouth is the one dark thing there that comes and goes;
chance is not zero, for the best of many places is taken: see the floor). voice: correlation over mel frames of the sound's level with what is to sound. spectrum: mean distance (dB) of log-mel
frames that sound from the simulator's, each less its mean: whether it is the right vowel, not whether it is as loud.
"""
import torch
import torch.nn.functional as F

from ..mel import STD, log_mel
from ..world.clip import FEATURES

LOUD = .35                                 # amplitude from which a frame sounds
CELLS = 16                                 # places a side, of the picture
DECIBELS = 8.686                           # of a neper
MIDDLE = slice(4, 12)


def get(tracks, name): return tracks[:, FEATURES.index(name)].float()


def correlation(a, b):                     # [..., T], [T]
    a, b = a - a.mean(-1, keepdim=True), b - b.mean()
    return (a * b).sum(-1) / (a.norm(dim=-1) * b.norm()).clamp(min=1e-6)


def lips(video, tracks):                   # video [T, 3, H, W] 0…1, tracks [MEL_FRAMES, features]
    asked = get(tracks, 'open').reshape(len(video), -1).mean(1)
    if asked.std() < .05: return None      # nobody speaks
    dark = F.adaptive_avg_pool2d(1 - video.mean(1, keepdim=True), CELLS)[:, 0, MIDDLE, MIDDLE].flatten(1).T     # [places, T]
    return float(correlation(dark, asked).max())


def amplitude(tracks): return sum(get(tracks, n).clamp(min=0) ** 2 for n in ('voice', 'breath', 'hiss')) ** .5


def voice(mel, tracks):                    # mel [MEL_FRAMES, MELS]
    return float(correlation(mel.float().mean(1), amplitude(tracks))) if amplitude(tracks).std() > .05 else None


def spectrum(mel, true, tracks):
    loud = amplitude(tracks) > LOUD
    if loud.sum() < 8: return None
    a, b = (m[loud].float() - m[loud].float().mean(1, keepdim=True) for m in (mel, true))
    return float((a - b).abs().mean()) * STD * DECIBELS


def follows(video, wave, tracks, true):
    """video [T, 3, H, W] 0…1, wave [SAMPLES], tracks [MEL_FRAMES, features], true [SAMPLES]: the simulator's sound of them. None where nothing can be told."""
    mel, wanted = log_mel(torch.stack([wave, true]))
    return lips(video, tracks), voice(mel, tracks), spectrum(mel, wanted, tracks)
