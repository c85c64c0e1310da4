"""What differs between machines, in one place: device, the number format that is fast, and an allocator that keeps its pages."""
import ctypes
import functools
import os
import time

import torch


def device(): return 'cuda' if torch.cuda.is_available() else 'cpu'


def quick_bf16(device):
    """Is a matrix product quicker in bf16? On GPUs and on CPUs with AVX-512 BF16, by two to three; on older CPUs it is a hundred times slower. So: measured."""
    return not str(device).startswith('cpu') or cpu_bf16()


@functools.lru_cache(maxsize=None)
def cpu_bf16():
    def seconds(kind):
        a, b = torch.ones(512, 256, dtype=kind), torch.ones(256, 256, dtype=kind)
        a @ b
        start = time.perf_counter()
        for _ in range(3): a @ b
        return time.perf_counter() - start

    return seconds(torch.bfloat16) < seconds(torch.float32)


def autocast(device):
    kind = str(device).split(':')[0]
    return torch.autocast(kind, dtype=torch.bfloat16, enabled=quick_bf16(kind))


def compiles(device): return str(device).startswith('cuda') and hasattr(torch, 'compile') and not os.environ.get('KINORA_EAGER')


def prepare():
    """Large tensors come and go all the time here; by default glibc returns each to the kernel and pays the page faults again."""
    torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count() or 1)
    try:
        libc = ctypes.CDLL('libc.so.6')
        libc.mallopt(-3, 1 << 30)          # M_MMAP_THRESHOLD
        libc.mallopt(-1, (1 << 31) - 1)    # M_TRIM_THRESHOLD
    except OSError:
        pass                               # not glibc: nothing to tune
    if torch.cuda.is_available(): torch.backends.cuda.matmul.allow_tf32 = True
