"""What is one of a few is settled by Bayes' rule."""
import torch

from .net import Classes, state_time
from .world.clip import ABSENT, ATTRIBUTES, KIND, LATER, STATE_DIM, STATE_TOKENS


def hair(m): return slice(m.first + sum(len(ATTRIBUTES[n]) for n in LATER[:LATER.index('hair')]), None)


def test_it_is_the_mean_of_what_may_be(count=400):
    """Noisy tokens of known hair -> the values' probabilities, summed over all that could have been, as the formula for noise of that strength has them."""
    torch.manual_seed(1)
    m, values, t = Classes(8), len(ATTRIBUTES['hair']), torch.full((count,), .13)
    torch.nn.init.zeros_(m.text.bias)      # every value, and none, as likely
    ts = state_time(t)[0].item()
    true, at = torch.randint(0, values + 1, (count,)), hair(m).start
    might = torch.full((values + 1, values), ABSENT)
    might[range(values), range(values)] = KIND + ABSENT
    state = torch.full((count, STATE_TOKENS, STATE_DIM), ABSENT)
    state[..., at:at + values] = might[true][:, None]
    noisy = ts * state + (1 - ts) * torch.randn_like(state)
    with torch.no_grad(): got = m(torch.zeros(count, 8), torch.zeros(count, 8), torch.zeros(count, 8), noisy, torch.zeros(count, STATE_TOKENS, 1), t)[:, 0, at:at + values]
    apart = ((noisy[:, :, None, at:at + values] - ts * might) ** 2).sum((1, 3))
    share = torch.softmax(-apart / (2 * (1 - ts) ** 2), 1)
    assert torch.allclose(got, KIND * share[:, :values], atol=1e-4)
    assert .5 < (share.argmax(1) == true).float().mean() < .999                     # neither known nor unknown


def test_what_is_given_holds():
    m, t = Classes(8), torch.tensor([.01, .01])
    at = hair(m).start
    state, mask, zero = torch.randn(2, STATE_TOKENS, STATE_DIM), torch.zeros(2, STATE_TOKENS, 1), torch.zeros(2, 8)
    state[0, :8], mask[:, :8] = ABSENT, 1
    state[1, :8] = ABSENT
    state[0, :8, at + 2] += KIND
    with torch.no_grad(): got = m(zero, zero, zero, state, mask, t)[:, 0]
    assert abs(got[0, at + 2] - KIND) < 1e-3 and got[0, at] < 1e-3 and got[1].abs().max() < 1e-3
