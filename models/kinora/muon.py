"""Muon: momentum whose update is orthogonalised (Newton–Schulz, Jordan et al. 2024), for matrices and convolutions; AdamW for the rest."""
import torch

from . import machine


@torch.no_grad()
def orthogonal(g):
    """[..., rows, columns] -> nearest semi-orthogonal matrices, in bf16 where that is quick: in fp32 this triples the step on such a CPU."""
    x = g / (g.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    if machine.quick_bf16(x.device.type): x = x.bfloat16()
    tall = x.shape[-2] > x.shape[-1]
    if tall: x = x.transpose(-2, -1)
    for _ in range(5):
        a = x @ x.transpose(-2, -1)
        x = 3.4445 * x + (-4.775 * a + 2.0315 * a @ a) @ x
    return (x.transpose(-2, -1) if tall else x).float()


class Muon:
    """`matrices`: parameters of two or more dimensions (a convolution counts as out × rest); `others` go to AdamW. Rates follow `scale` in `step`."""

    def __init__(self, matrices, others, rate=.02, adam_rate=1e-3, momentum=.95, decay=1e-2):
        self.matrices, self.rate, self.momentum, self.decay, self.adam_rate = list(matrices), rate, momentum, decay, adam_rate
        self.buffers = [torch.zeros_like(p) for p in self.matrices]
        others = list(others)
        quick = dict(fused=True) if others[0].is_cuda else {}
        self.adam = torch.optim.AdamW(others, lr=adam_rate, betas=(.9, .98), weight_decay=decay, **quick)

    def zero_grad(self):
        for p in self.matrices: p.grad = None
        self.adam.zero_grad(set_to_none=True)

    @torch.no_grad()
    def step(self, scale=1.):
        for g in self.adam.param_groups: g['lr'] = self.adam_rate * scale
        self.adam.step()
        grads = [p.grad for p in self.matrices]
        torch._foreach_mul_(self.buffers, self.momentum)
        torch._foreach_add_(self.buffers, grads)
        ahead = torch._foreach_add(grads, self.buffers, alpha=self.momentum)
        shapes = {}                        # by shape: one product of many matrices is quicker than many of one
        for p, u in zip(self.matrices, ahead): shapes.setdefault(p.flatten(1).shape, []).append((p, u.flatten(1)))
        for (rows, columns), group in shapes.items():
            some = [p for p, _ in group]
            torch._foreach_mul_(some, 1 - self.rate * self.decay * scale)
            updates = orthogonal(torch.stack([u for _, u in group]))
            torch._foreach_add_(some, [u.view_as(p) for p, u in zip(some, updates)], alpha=-self.rate * scale * max(1., rows / columns) ** .5)

    def state_dict(self): return dict(buffers=self.buffers, adam=self.adam.state_dict())

    def load_state_dict(self, s):
        for b, v in zip(self.buffers, s['buffers']): b.copy_(v)
        self.adam.load_state_dict(s['adam'])
