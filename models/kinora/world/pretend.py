"""A device that is not there: on machines without a GPU, tells where a program would mix tensors of two devices.

    with pretend.gpu(): films.shard('balls', torch.device('cuda'), 4)        # throws Mixed where a GPU would refuse

What is made on 'cuda' is an ordinary tensor that says so. An operation that takes tensors of both kinds throws, but for single numbers and for what a GPU allows too: copying, and indices from the CPU.
"""
import contextlib
from unittest import mock

import torch

MAKERS = ('zeros', 'ones', 'full', 'empty', 'arange', 'linspace', 'logspace', 'eye', 'tensor', 'as_tensor', 'rand', 'randn', 'randint', 'randperm', 'hann_window', 'zeros_like', 'ones_like', 'full_like', 'empty_like', 'rand_like', 'randn_like', 'randint_like')
GPU = torch.device('cuda')


class Mixed(RuntimeError): pass


class There(torch.Tensor):
    """A tensor that says it is on the GPU."""

    @property
    def device(self): return GPU

    def to(self, *args, **kwargs):
        where = [a for a in (*args, *kwargs.values()) if isinstance(a, (str, torch.device))]
        kinds = [a for a in (*args, *kwargs.values()) if isinstance(a, torch.dtype)]
        out = super().to(*kinds) if kinds else self
        return out.as_subclass(torch.Tensor) if where and torch.device(where[0]).type == 'cpu' else out.as_subclass(There)

    def cpu(self): return self.as_subclass(torch.Tensor)

    def numpy(self): raise Mixed('numpy() of a tensor on the GPU')

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        name = getattr(func, '__name__', '')
        found = list(tensors((args, kwargs or {})))
        here, there = ([t for t in found if isinstance(t, There) == on and (on or t.dim())] for on in (False, True))
        free = name in ('copy_', 'to', 'cpu', 'type', '__get__') or (name in ('__getitem__', '__setitem__') and isinstance(args[0], There))
        if here and there and not free: raise Mixed(f'{name}: {[tuple(t.shape) for t in there]} are on the GPU, {[tuple(t.shape) for t in here]} are not')
        return super().__torch_function__(func, types, args, kwargs)


def tensors(x):
    if isinstance(x, torch.Tensor): yield x
    elif isinstance(x, (list, tuple)):
        for v in x: yield from tensors(v)
    elif isinstance(x, dict):
        for v in x.values(): yield from tensors(v)


def on(device): return device is not None and torch.device(device).type == 'cuda'


@contextlib.contextmanager
def gpu():
    """Within, 'cuda' can be asked for."""
    def maker(make):
        def made(*args, device=None, **kwargs):
            like = next((a for a in args[:1] if isinstance(a, There)), None) if make.__name__.endswith('_like') else None
            return make(*args, **kwargs).as_subclass(There) if on(device) or like is not None else make(*args, **kwargs, **({} if device is None else dict(device=device)))
        return made
    to = torch.Tensor.to

    def moved(self, *args, **kwargs):
        rest, where = [a for a in args if not isinstance(a, (str, torch.device))], [a for a in (*args, kwargs.get('device')) if isinstance(a, (str, torch.device))]
        kept = {k: v for k, v in kwargs.items() if k != 'device'}
        if isinstance(self, There) or not (where and on(where[0])): return to(self, *args, **kwargs)
        return (to(self, *rest, **kept) if rest or kept else self).as_subclass(There)

    with contextlib.ExitStack() as stack:
        for name in MAKERS: stack.enter_context(mock.patch.object(torch, name, maker(getattr(torch, name))))
        stack.enter_context(mock.patch.object(torch.Tensor, 'to', moved))
        yield
