"""How near two sets of films are: unbiased squared maximum mean discrepancy with a Gaussian kernel (as in KAD, arXiv 2502.15602)."""
import torch

from ..mel import log_mel


def mmd(a, b, reference=None):
    """Unbiased MMD² · 1000 of two feature sets [N, D], [M, D]; the kernel's width is the median distance within `reference` (b by default)."""
    reference = b if reference is None else reference
    mean, std = reference.mean(0), reference.std(0) + 1e-3
    a, b, r = ((v - mean) / std for v in (a, b, reference))
    width = torch.pdist(r).median()
    k = lambda x, y: torch.exp(-torch.cdist(x, y) ** 2 / (2 * width ** 2))
    off = lambda m: (m.sum() - m.diagonal().sum()) / (m.shape[0] * (m.shape[0] - 1))
    return float(off(k(a, a)) + off(k(b, b)) - 2 * k(a, b).mean()) * 1000


def sound_statistics(waves):               # [B, SAMPLES] -> [B, 256]: mean, spread, and mean rise of every band, and the course of the loudness
    m = log_mel(waves)
    course = torch.nn.functional.adaptive_avg_pool1d(m.mean(2)[:, None], 64)[:, 0]
    return torch.cat([m.mean(1), m.std(1), (m[:, 1:] - m[:, :-1]).clamp(min=0).mean(1), course], 1)
