"""Where a sound begins: the tests ask whether each contact is heard when it happens."""
import torch

from .clip import RATE, SUBSTEPS

HOP = 250                                  # samples of a mel frame


def heard(wave, hits, alone=.16, least=.08):
    """For each hit louder than `least` that has no other `alone` seconds before it: how much the energy rises within one hop.

    wave [B, SAMPLES], hits [B, OBJECTS, STEPS] -> ratios [M]: energy of the hop from the contact on, over that of the hop before it.
    """
    strength = hits.amax(1)
    ratios = []
    for b, k in (strength > least).nonzero().tolist():
        quiet = strength[b, max(0, k - int(alone * SUBSTEPS)):k].amax() if k else torch.tensor(0.)
        start = round(k * RATE / SUBSTEPS)
        if quiet > 0 or start < HOP or start + HOP > wave.shape[1]: continue
        before, after = (wave[b, i:i + HOP].pow(2).mean() + 1e-7 for i in (start - HOP, start))
        ratios.append(after / before)
    return torch.stack(ratios)
