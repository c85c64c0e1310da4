"""Counter-based Gaussian noise (models/PACKS.md): a number depends on seed, stream and position alone, so that a seed names one film everywhere.

    x = noise(seed=7, window=0, name='video', count=128 * 192)     # [count] float32
"""
import numpy as np

STREAMS = ('video', 'sound', 'state')


def mix(x):                                # lowbias32 (Chris Wellons), a bijection of uint32; in uint64 so that products do not wrap
    x = (x ^ (x >> np.uint64(16))) * np.uint64(0x7feb352d) & np.uint64(0xffffffff)
    x = (x ^ (x >> np.uint64(15))) * np.uint64(0x846ca68b) & np.uint64(0xffffffff)
    return x ^ (x >> np.uint64(16))


def noise(seed, window, name, count):
    """Standard normal values [count], float32: Box–Muller in float64 over two hashed uniforms. `seed` is a uint32."""
    u64 = np.uint64
    base = mix(mix(u64((seed + 0x9e3779b9) & 0xffffffff)) ^ u64(4 * window + STREAMS.index(name)))
    k = np.arange(0, count, 2, dtype=np.uint64)
    u1, u2 = (mix(base ^ k).astype(np.float64) + 1) / 2 ** 32, mix(base ^ (k + u64(1))).astype(np.float64) / 2 ** 32
    r, a = np.sqrt(-2 * np.log(u1)), 2 * np.pi * u2
    return np.stack([r * np.cos(a), r * np.sin(a)], 1).reshape(-1)[:count].astype(np.float32)
