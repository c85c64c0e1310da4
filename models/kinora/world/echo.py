"""Where it sounds: dry, in a large hall or in an alley. An axis that the families share which may be heard indoors: each draws it with `draw`, and `world.audio` applies it."""
import torch

from . import sound
from .clip import ATTRIBUTES, RATE, SAMPLES, draw_attribute

WEIGHTS = (.8, .1, .1)                     # of ATTRIBUTES['echo']
HALL, HIGHS, HALL_SHARE = 1.8, 1.1, .7     # RT60 (s) below and above 2 kHz, where air and cloth take more; energy of the tail, of the direct sound's
APART, REFLECTED, SLAPS = (.06, .18), .62, 6   # s between an alley's echoes, to and fro between its walls; what a wall gives back
ALLEY, ALLEY_SHARE = .45, .10              # RT60 (s) of what the walls scatter


def draw(B, device): return draw_attribute('echo', ATTRIBUTES['echo'], B, device, WEIGHTS)


def decay(rt60, t):
    """Amplitude t s on in a diffuse room: 60 dB down after `rt60` s (Sabine; as a tail of noise: Moorer 1979, About this reverberation business)."""
    return 10 ** (-3 * t / rt60)


def scaled(tail, share): return tail * (share / tail.pow(2).sum(-1, keepdim=True)) ** .5


def hall(B, device):
    """Impulse responses [B, SAMPLES] without the direct sound: noise that begins after 20 ms."""
    t = sound.clock(SAMPLES / RATE, device)
    noise = sound.band_noise((B, SAMPLES), 60., 2000., device) * decay(HALL, t) + .7 * sound.band_noise((B, SAMPLES), 2000., 7000., device) * decay(HIGHS, t)
    return scaled(noise * ((t - .02) / .02).clamp(0, 1), HALL_SHARE)


def apart(seed):
    """Seconds between an alley's echoes; seed [B]."""
    return APART[0] + (APART[1] - APART[0]) * torch.frac(seed * 7.31)


def alley(seed):
    """Impulse responses [B, SAMPLES] without the direct sound. Between two walls the k-th image of the source is heard after 2 k w / c with ρᵏ of its strength (Allen & Berkley 1979);
    each reflection takes some of the highs."""
    device, B = seed.device, len(seed)
    t = sound.clock(SAMPLES / RATE, device)
    out = scaled(sound.band_noise((B, SAMPLES), 200., 5000., device) * decay(ALLEY, t) * (t > .008), ALLEY_SHARE)
    for k in range(1, SLAPS + 1):
        since = t - (apart(seed)[:, None] * k * RATE).round() / RATE
        edge = RATE * .55 / k                                            # 1/s
        out = out + REFLECTED ** k * torch.where(since >= 0, torch.exp(-since.clamp(min=0) * edge), torch.zeros_like(since)) * (edge / RATE)
    return out


def apply(wave, kind, seed):
    """wave [B, SAMPLES] as it sounds in the room `kind` [B] (indices of ATTRIBUTES['echo']; others stay as they are)."""
    out = wave.clone()
    for name, response in (('hall', lambda m: hall(int(m.sum()), wave.device)), ('alley', lambda m: alley(seed[m]))):
        m = kind == ATTRIBUTES['echo'].index(name)
        if m.any(): out[m] = .85 * (wave[m] + sound.convolve(wave[m], response(m)))
    return out
