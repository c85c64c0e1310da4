"""Weights that were learned when the world knew fewer kinds of things: everything that reads or writes what things are gets room for the new ones, and computes what it did before.

    new = weights(old, attributes)         # attributes: those of the checkpoint, {name: values}
"""
import torch

from .world.clip import ABSENT, ATTRIBUTES, LATER, PARTS, STATE_DIM

# What packs and checkpoints know that do not say it (2.2 and before).
FIRST = dict(family=11, colour=8, material=4, ground=10, place=4, time=3, style=4, camera=4, outcome=17, colour2=8, material2=4, count=3)
# By a tensor's name: which axis goes along what, and the value of new rows. The bias of a guess at what was never said is low; that of what does not hold is what stands in the state then.
AXES = {'read.state.weight': (1, 'state'), 'follow.weight': (1, 'state'), 'write.state.weight': (0, 'state'), 'write.state.bias': (0, 'state'), 'glance.weight': (0, 'state'), 'glance.bias': (0, 'state'),
        'classes.text.weight': (0, 'later'), 'classes.text.bias': (0, 'later'), 'classes.tokens.weight': (0, 'later'),
        'literal.out.weight': (0, 'kinds'), 'literal.out.bias': (0, 'kinds'),
        'text.attributes.weight': (0, 'said'), 'text.attributes.bias': (0, 'said'), 'text.say.weight': (1, 'said'),
        **{name: (1, 'facts') for name in ('name.0.weight', 'draw.look.a.weight', 'draw.tint.weight', 'draw.behind.0.weight', 'sing.look.a.weight', 'sing.tint.weight', 'voice.tint.weight',
                                            'behind.0.weight', 'outline.0.weight', 'tint.weight', 'look.0.weight', 'portrait.look.weight')}}
UNSAID, NEVER = -4., -13.                   # logits


def known(attributes=None):
    """{name: values} as a checkpoint keeps it. None: those of the packs that did not keep it, which came first in today's lists."""
    return {n: ATTRIBUTES[n][:k] for n, k in FIRST.items()} if attributes is None else attributes


def places(attributes):
    """-> the names of a state token's numbers but the spare ones, of facts, of what things are, and of what a text mentions."""
    kinds = [(n, v) for n, values in attributes.items() for v in values]
    setting = [('setting', i) for i in range(PARTS['setting'])]
    others = [(n, i) for n, size in PARTS.items() if n not in ('setting', 'kind') for i in range(size)]
    said = [(n, v) for n, values in attributes.items() for v in (*values, None)]
    return dict(state=others + setting + kinds, facts=setting + kinds, kinds=kinds, said=said, later=[(n, v) for n, v in kinds if n in LATER])


def fill(name, key):                       # of a new row
    if not name.endswith('.bias'): return 0.
    if name.startswith(('classes.', 'literal.')): return NEVER
    if name.startswith('text.'): return UNSAID if key[1] is not None else -UNSAID
    return ABSENT if key[0] in ATTRIBUTES else 0.


def weights(old, attributes=None):
    """`old` {name: tensor}, of a net or a codec. What is not new is left alone."""
    before, now = places(known(attributes)), places(ATTRIBUTES)
    if before == now and all(w.shape[AXES[n][0]] == size(AXES[n][1], now) for n, w in old.items() if n in AXES): return old
    out = dict(old)
    for name, w in old.items():
        if name not in AXES: continue
        axis, what = AXES[name]
        new = torch.zeros(*w.shape[:axis], size(what, now), *w.shape[axis + 1:], dtype=w.dtype)
        at = {key: i for i, key in enumerate(before[what])}
        for i, key in enumerate(now[what]):
            if key in at: new.select(axis, i).copy_(w.select(axis, at[key]))
            else: new.select(axis, i).fill_(fill(name, key))
        out[name] = new
    return out


@torch.no_grad()
def wake(net):
    """Gives what reads the state's new kinds of things random weights, as strong as those of the others. What reads and what writes them both begin as nothing, and each learns by the other: a saddle that
    a thousand steps did not leave. Their noise then reaches an old net; it is little, and is learned away."""
    w, kinds = net.read['state'].weight, range(sum(PARTS.values()) - PARTS['kind'], sum(PARTS.values()))
    new = [i for i in kinds if not w[:, i].any()]
    if hasattr(net, 'classes'): net.classes.text.bias.clamp_(min=-5.)
    if new and len(new) < len(kinds): w[:, new] = torch.randn(len(w), len(new), device=w.device) * w[:, [i for i in kinds if i not in set(new)]].std()


def as_before(state, attributes, dim):
    """State tokens [..., STATE_DIM] of today's world as a pack knows them whose state has these attributes and `dim` numbers."""
    at = {key: i for i, key in enumerate(places(ATTRIBUTES)['state'])}
    out = state[..., [at[key] for key in places(known(attributes))['state']]]
    return torch.nn.functional.pad(out, (0, dim - out.shape[-1]))


def size(what, now): return STATE_DIM if what == 'state' else len(now[what])
