"""What differs between a CPU and a GPU, in one place: device, bf16 autocast, and an allocator that keeps its pages."""
import ctypes
import os

import torch


def device(): return 'cuda' if torch.cuda.is_available() else 'cpu'


def autocast(device): return torch.autocast(str(device).split(':')[0], dtype=torch.bfloat16)


def prepare():
    """Large tensors come and go all the time here; by default glibc returns each to the kernel and pays the page faults again."""
    torch.set_num_threads(os.cpu_count() or 1)
    try:
        libc = ctypes.CDLL('libc.so.6')
        libc.mallopt(-3, 1 << 30)          # M_MMAP_THRESHOLD
        libc.mallopt(-1, (1 << 31) - 1)    # M_TRIM_THRESHOLD
    except OSError:
        pass                               # not glibc: nothing to tune
    if torch.cuda.is_available(): torch.backends.cuda.matmul.allow_tf32 = True
