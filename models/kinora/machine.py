"""What differs between machines, in one place: device, the number format that is fast, an allocator that keeps its pages, and cores.

Programs that learn together (together.py) share gradients: on a CPU, copies of one thread each use cores better than one program of many threads.
"""
import atexit
import ctypes
import functools
import os
import sys
import time

import torch
import torch.distributed as together


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
    if crowd() > 1:
        together.init_process_group('gloo')
        atexit.register(together.destroy_process_group)           # a thread of it that outlives Python ends the program with SIGABRT (pytorch#190489)
        if place(): sys.stdout = open(os.devnull, 'w')            # one of them tells how it goes
        if hasattr(os, 'sched_setaffinity'): os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[place()::crowd()] or os.sched_getaffinity(0))
    torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count() or 1)
    try:
        libc = ctypes.CDLL('libc.so.6')
        libc.mallopt(-3, 1 << 30)          # M_MMAP_THRESHOLD
        libc.mallopt(-1, (1 << 31) - 1)    # M_TRIM_THRESHOLD
    except OSError:
        pass                               # not glibc: nothing to tune
    if torch.cuda.is_available(): torch.backends.cuda.matmul.allow_tf32 = True


def crowd(): return int(os.environ.get('WORLD_SIZE', 1))      # programs that learn together


def place(): return int(os.environ.get('RANK', 0))            # this one's among them; the first keeps the checkpoints


@torch.no_grad()
def alike(*modules):
    """Weights become those of the first program."""
    if crowd() > 1:
        for m in modules:
            for v in m.state_dict().values(): together.broadcast(v, 0)


@torch.no_grad()
def share(parameters, *numbers):
    """Gradients and `numbers` become the mean over all programs. -> numbers"""
    if crowd() == 1: return numbers
    parameters = [p for p in parameters if p.requires_grad]
    flat = torch.cat([torch.zeros(p.numel()) if p.grad is None else p.grad.flatten() for p in parameters] + [torch.tensor(numbers)])
    together.all_reduce(flat)
    *grads, numbers = (flat / crowd()).split([p.numel() for p in parameters] + [len(numbers)])
    for p, g in zip(parameters, grads): p.grad = g.view_as(p)
    return numbers.tolist()
