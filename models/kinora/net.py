"""The net: world state, picture, sound and text as tokens of one transformer, denoised together (rectified flow, x-prediction).

    clean = net(video, sound, state, masks, text, t)        # what the clean tokens probably are
    a, b, c = sample(net, text, steps=12)                    # a whole window

Tokens are ordered by time within each modality. `masks` mark tokens that are given clean: history, a clamped path, the sound of another film.

World state is read out half way through the net and again at its end, and drawn as maps: to every picture token, and in the end to every latent cell, it
is said where each object now seems to be from there; to every mel frame, what sounds just then. Drawing an object where the state has it is then a
matter of a few cells' neighbourhood, which small convolutional heads learn in minutes. So tokens can be coarse, and few.
"""
import itertools
import math
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

from . import grow
from .codec import CHANNELS, Res
from .maps import AIRS, CUES, FACTS, GRID, LOOKS, MAPS, airs, cues, facts_of, splat
from .mel import FRAMES as MEL_FRAMES, MELS
from .world.clip import ABSENT, ATTRIBUTES, FEATURES, FRAMES, KIND, LATER, OBJECT_DIM, OBJECTS, PARTS, SECONDS, SPEECH, STATE_DIM, STATE_RATE, STATE_TOKENS

PATCH_T, PATCH = 4, 4                      # latent frames and latent cells a token: what is finer is drawn by the heads
LATENT_FRAMES = FRAMES // 2
SOUND_PATCH = 4                            # mel frames a token
VIDEO_TOKENS, VIDEO_DIM = LATENT_FRAMES // PATCH_T * (GRID // PATCH) ** 2, PATCH_T * PATCH * PATCH * CHANNELS
SOUND_TOKENS, SOUND_DIM = MEL_FRAMES // SOUND_PATCH, SOUND_PATCH * MELS
STATE_POWER = 2.5                          # t_state = 1 − (1 − t)^2.5: what happens is settled before how it looks
NAMES = ('video', 'sound', 'state')
ORDER = ('state', 'video', 'sound')         # in the stream
LIPS = 4                                   # numbers a latent frame: how far the mouth is open and spread, in its first and second frame
SHAPES = dict(video=(VIDEO_TOKENS, VIDEO_DIM), sound=(SOUND_TOKENS, SOUND_DIM), state=(STATE_TOKENS, STATE_DIM))


USUAL = torch.tensor([2., 2., 1.2])         # guidance of picture, sound and state


@dataclass
class Leap:
    """What a net that leaps is told beside the prompt."""
    until: torch.Tensor                    # [B] where the step ends, 0…1
    negative: torch.Tensor                 # [B, d] mean of the negative prompt's tokens
    guidance: torch.Tensor                 # [B, 3]


@dataclass
class NetConfig:
    d: int = 256
    layers: int = 8
    heads: int = 4
    text_bytes: int = 192
    text_d: int = 160
    text_layers: int = 2
    text_tokens: int = 24
    cell: int = 32                         # what a token tells each of its latent cells
    words: int = 96                        # width of the layers that read what things are
    scenes: int = 64                       # pictures of which what stands behind is mixed
    draw: int = 48                         # width of the convolutions that draw
    ring: int = 96                         # and of those that sound
    state: bool = True                     # False: the ablation without world-state tokens
    speech: bool = True                    # is told how a mouth stands and sounds (world/speech.py), frame by frame
    literal: int = 0                       # width of the layers that take a prompt at its word (Literal); 0: none, as in nets whose captions are still being learned and packs before 3.2
    voice: int = 112                       # width of the convolutions that voice what is said (Voice); 0: none, as in packs before 3.1
    follow: bool = True                    # is told where what is given leads: the state on from the last known token, the mean of the known latents
    classes: bool = True                   # settles what is one of a few by Bayes' rule (Classes)
    leaps: bool = False                    # distilled (distill.py): told where a step ends, what to avoid and how strongly, it needs one pass a step and few steps


# ---- tokens ----

def patch(z):                              # [B, LATENT_FRAMES, C, n·k, n·k], k cells a token's side -> [B, tokens, PATCH_T·C·k·k]
    B, _, C, side, _ = z.shape
    n = GRID // PATCH
    return z.reshape(B, -1, PATCH_T, C, n, side // n, n, side // n).permute(0, 1, 4, 6, 2, 3, 5, 7).reshape(B, -1, PATCH_T * C * (side // n) ** 2)


def unpatch(p):                            # [B, VIDEO_TOKENS, PATCH_T·C·PATCH²] -> [B, LATENT_FRAMES, C, GRID, GRID]
    B, n = p.shape[0], GRID // PATCH
    C = p.shape[-1] // (PATCH_T * PATCH * PATCH)
    return p.reshape(B, -1, n, n, PATCH_T, C, PATCH, PATCH).permute(0, 1, 4, 5, 2, 6, 3, 7).reshape(B, -1, C, GRID, GRID)


def sound_patch(m): return m.reshape(m.shape[0], -1, SOUND_DIM)          # [B, MEL_FRAMES, MELS] -> [B, SOUND_TOKENS, SOUND_DIM]


def sound_unpatch(p): return p.reshape(p.shape[0], -1, MELS)


def encode_text(text, length):             # -> [length] int: UTF-8, lower case, white space collapsed, cut at a character's boundary, zero-padded
    raw = ' '.join(text.lower().split()).encode()[:length].decode(errors='ignore').encode()
    return list(raw) + [0] * (length - len(raw))


def positions():
    """Seconds, y, x of every token [N, 3] in that order; state and sound sit at fixed places off the grid."""
    n = GRID // PATCH
    line = lambda count, y: torch.stack([(torch.arange(count) + .5) * SECONDS / count, torch.full((count,), y), torch.full((count,), y)], 1)
    tv = (torch.arange(VIDEO_TOKENS // n ** 2) + .5) * SECONDS / (VIDEO_TOKENS // n ** 2)
    grid = torch.stack(torch.meshgrid(tv, torch.arange(n) * 1., torch.arange(n) * 1., indexing='ij'), -1).reshape(-1, 3)
    return torch.cat([line(STATE_TOKENS, -8.), grid, line(SOUND_TOKENS, -4.)])


OFFSETS = dict(zip(PARTS, itertools.accumulate(PARTS.values(), initial=0)))                              # of a state token's parts
FADE = 30.                                 # a given token counts so many times as much as the one before it


def speeds():                              # for every number of a state token: which one is its speed, and what one token's time adds for each of that [STATE_DIM] (0: it has none)
    which, adds = torch.arange(STATE_DIM), torch.zeros(STATE_DIM)
    for at in (i * OBJECT_DIM + k for i in range(OBJECTS) for k in (1, 2)): which[at], adds[at] = at + 2, 3 * 1.2 / STATE_RATE        # a place is kept as three times itself, a speed by 1.2 (clip.state_tokens)
    for k in range(3): which[OFFSETS['camera'] + k], adds[OFFSETS['camera'] + k] = OFFSETS['drift'] + k, .5                         # a camera's place as ten times itself, its drift as forty, by the frame
    return which, adds


SPEEDS, ADDS = speeds()
STEPS_ON = (torch.arange(STATE_TOKENS)[:, None] - torch.arange(STATE_TOKENS)).float()                  # [to, from] tokens
REACH = torch.where(STEPS_ON > 0, FADE ** -STEPS_ON, torch.zeros(()))


def ahead(state, mask):
    """Where the last given token before each leads if all goes on as it does: state [B, STATE_TOKENS, STATE_DIM], mask [B, STATE_TOKENS, 1] -> as state; zeros where nothing was given."""
    w = REACH.to(state.device) * (mask > 0).float().mT
    w = w / (w.sum(-1, keepdim=True) + 1e-28)
    return w @ state + (w * STEPS_ON.to(state.device)) @ (state[..., SPEEDS.to(state.device)] * ADDS.to(state.device))


AXES = ((0, 2, .5, 2 * math.pi * 6), (1, 1, .2, math.pi * .8), (2, 1, .2, math.pi * .8))   # axis, share of the frequencies, lowest and highest (rad a second or cell)


def rotary(head, text_tokens):
    """cos and sin [N, head/2] of 3-axis rotary positions; text is not rotated."""
    p, angle = positions(), []
    for axis, share, low, high in AXES:
        f = torch.exp(torch.linspace(math.log(low), math.log(high), head // 8 * share))
        angle.append(p[:, axis:axis + 1] * f)
    angle = torch.cat(angle + [], 1)
    angle = torch.cat([angle, torch.zeros(text_tokens, angle.shape[1])])
    return angle.cos(), angle.sin()


def absolute(d):
    """Sinusoids [N, d] of the same positions, strong from the first step: learned ones started small leave patches in the wrong places."""
    p, out = positions(), []
    for axis, share, low, high in AXES:
        f = torch.exp(torch.linspace(math.log(low), math.log(high), d // 8 * share))
        out += [torch.sin(p[:, axis:axis + 1] * f), torch.cos(p[:, axis:axis + 1] * f)]
    return torch.cat(out, 1) * .7


# ---- heads ----

class Look(nn.Module):
    """How each object looks or sounds, by what the state says things are."""

    def __init__(self, words):
        super().__init__()
        self.a, self.b = nn.Linear(FACTS, words), nn.Linear(words, OBJECTS * LOOKS)

    def forward(self, facts): return self.b(F.silu(self.a(facts))).unflatten(-1, (OBJECTS, LOOKS))


class Draw(nn.Module):
    """What tokens say, the noisy latents and the state's maps, cell by cell -> clean latents: a small convolutional net on each latent frame. Discs are
    painted with their objects' looks, and what stands behind is drawn from what things are: colour, material and place need not find their way through the
    grid. Two means gather evidence out of the noise: over the window's frames, of what stands still; under an object's discs, of what moves and yet stays
    the same."""

    def __init__(self, c):
        super().__init__()
        self.spread, self.look = nn.Linear(c.d, PATCH_T * PATCH * PATCH * c.cell), Look(c.words)
        self.shade, self.tint = still(nn.Linear(c.d, 2 * c.draw)), nn.Linear(FACTS, 2 * c.draw, bias=False)
        self.behind = nn.Sequential(nn.Linear(FACTS, 2 * c.words), nn.SiLU(), nn.Linear(2 * c.words, c.scenes), nn.SiLU(), nn.Linear(c.scenes, CHANNELS * GRID * GRID))
        self.first = nn.Conv2d(c.cell + 4 * CHANNELS + OBJECTS * MAPS + 2 * LOOKS + AIRS + LIPS * c.speech + CHANNELS * c.follow, c.draw, 3, 1, 1)
        self.follow = c.follow
        self.body = nn.Sequential(Res(c.draw), Res(c.draw), nn.SiLU())
        self.last = still(nn.Conv2d(c.draw, CHANNELS, 3, 1, 1))

    def forward(self, video, state, e, noisy, mask, frames, speech):
        """video [B, VIDEO_TOKENS, d], state [B, STATE_TOKENS, STATE_DIM], e [B, d], noisy [B, VIDEO_TOKENS, VIDEO_DIM], mask [B, VIDEO_TOKENS, 1], speech [B, MEL_FRAMES, SPEECH] -> latents [B, frames, CHANNELS, GRID, GRID]"""
        maps, facts = splat(state, GRID), facts_of(state)                                        # [B, LATENT_FRAMES, OBJECTS·MAPS, GRID, GRID], [B, FACTS]
        discs = maps[:, :, :2 * OBJECTS].unflatten(2, (2, OBJECTS)).flatten(4)                   # [B, T, 2, OBJECTS, cells]
        look = self.look(facts).mT[:, None, None]                                                # [B, 1, 1, LOOKS, OBJECTS]
        painted = (look.float() @ discs).reshape(*maps.shape[:2], 2 * LOOKS, *maps.shape[3:])
        z = unpatch(noisy)
        disc = discs.mean(2)                                                                     # [B, T, OBJECTS, cells]
        under = torch.einsum('btoc,btkc->bko', disc, z.flatten(3)) / (disc.sum((1, 3)) + .5)[:, None]
        under = (under[:, None] @ disc).reshape(z.shape)
        behind = self.behind(facts).reshape(-1, 1, CHANNELS, GRID, GRID).expand_as(z)
        x = [unpatch(self.spread(video)), z, maps, painted, z.mean(1, keepdim=True).expand_as(z), under, behind, airs(state, GRID, GRID)]
        if speech is not None: x.append(lips(speech)[..., None, None] * maps[:, :, None, 2 * OBJECTS + 1])   # where the mouth is
        if self.follow:                                                                          # what stands still stays exactly as it was given
            given = unpatch((mask > 0).float().expand(-1, -1, PATCH_T * PATCH * PATCH))
            x.append(((given * z).sum(1, keepdim=True) / given.sum(1, keepdim=True).clamp(min=1)).expand_as(z))
        x = torch.cat([p[:, frames] for p in x], 2)
        rows = x.shape[:2]
        x = x.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        scale, shift = (self.shade(e) + self.tint(facts)).repeat_interleave(rows[1], 0)[..., None, None].chunk(2, 1)
        return self.last(self.body(self.first(x) * (1 + scale) + shift)).unflatten(0, rows) + behind[:, frames]


class Sing(nn.Module):
    """The same for sound: a small convolutional net along the mel frames."""

    def __init__(self, c):
        super().__init__()
        self.spread, self.look = nn.Linear(c.d, SOUND_PATCH * c.cell), Look(c.words)
        self.shade, self.tint = still(nn.Linear(c.d, 2 * c.ring)), nn.Linear(FACTS, 2 * c.ring, bias=False)
        conv = lambda i, o: nn.Conv1d(i, o, 5, 1, 2)
        self.first, self.body, self.last = conv(c.cell + MELS + CUES + LOOKS + SPEECH * c.speech, c.ring), conv(c.ring, c.ring), still(conv(c.ring, MELS))

    def forward(self, sound, state, e, noisy, speech):
        """sound [B, SOUND_TOKENS, d], state [B, STATE_TOKENS, STATE_DIM], e [B, d], noisy [B, SOUND_TOKENS, SOUND_DIM], speech [B, MEL_FRAMES, SPEECH] -> as noisy"""
        heard, facts = cues(state), facts_of(state)                                              # [B, MEL_FRAMES, CUES], [B, FACTS]
        struck = heard[..., 4:4 + OBJECTS].unflatten(1, (STATE_TOKENS, -1))                       # [B, T, frames, OBJECTS]
        struck = (struck @ self.look(facts)[:, None].float()).flatten(1, 2)
        x = torch.cat([self.spread(sound).reshape(len(sound), MEL_FRAMES, -1), sound_unpatch(noisy), heard, struck, *([] if speech is None else [speech])], 2)
        scale, shift = (self.shade(e) + self.tint(facts))[..., None].chunk(2, 1)
        x = F.silu(self.first(x.transpose(1, 2)) * (1 + scale) + shift)
        return sound_patch(self.last(F.silu(self.body(x))).transpose(1, 2))


class Voice(nn.Module):
    """What a mouth sounds like, by how it stands: formants are narrow and move, and what a mel frame of speech sounds like follows from the articulation around it. As coordinate networks do, it reads sinusoids of what it
    is told; and the noisy frames, of which it takes what echoes and who speaks."""

    TONES = (1.5, 3., 6., 12.)             # radians a unit of articulation

    def __init__(self, c):
        super().__init__()
        conv = lambda i, o: nn.Conv1d(i, o, 5, 1, 2)
        self.first = conv(SPEECH * (1 + 2 * len(self.TONES)) + MELS, c.voice)
        self.body, self.more, self.last = conv(c.voice, c.voice), conv(c.voice, c.voice), still(nn.Conv1d(c.voice, MELS, 1))
        self.shade, self.tint = still(nn.Linear(c.d, 2 * c.voice)), nn.Linear(FACTS, 2 * c.voice, bias=False)

    def forward(self, state, e, noisy, speech):
        """state [B, STATE_TOKENS, STATE_DIM], e [B, d], noisy [B, SOUND_TOKENS, SOUND_DIM], speech [B, MEL_FRAMES, SPEECH] -> as noisy"""
        x = torch.cat([speech, *(f(speech * k) for k in self.TONES for f in (torch.sin, torch.cos)), sound_unpatch(noisy)], 2).transpose(1, 2)
        scale, shift = (self.shade(e) + self.tint(facts_of(state)))[..., None].chunk(2, 1)
        x = F.silu(self.first(x) * (1 + scale) + shift)
        return sound_patch(self.last(F.silu(self.more(F.silu(self.body(x))))).transpose(1, 2))


def still(layer):                          # a layer that begins as nothing
    for p in layer.parameters(): nn.init.zeros_(p)
    return layer


# ---- blocks ----

def exact(layer, x):                       # in fp32 whatever the autocast: an object's place needs more than bf16's eight bits
    with torch.autocast(x.device.type, enabled=False): return layer(x.float())


def waves(t, top=1000.):                   # [B] in 0…1 -> [B, 64]; `top`: highest frequency, rad
    f = torch.exp(-math.log(top) * torch.arange(32, device=t.device) / 32) * t[:, None] * top
    return torch.cat([torch.sin(f), torch.cos(f)], 1)


def lips(speech):                          # [B, MEL_FRAMES, SPEECH] -> [B, LATENT_FRAMES, LIPS]
    return speech[..., [FEATURES.index('open'), FEATURES.index('spread')]].unflatten(1, (LATENT_FRAMES, 2, -1)).mean(3).flatten(2)


def rms(x, scale): return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * scale


class Norm(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(d))

    def forward(self, x): return rms(x, self.scale)


class Attention(nn.Module):
    """Multi-head attention with normalised queries and keys, rotated where `turn` (cos, sin) is given."""

    def __init__(self, d, heads):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = nn.Linear(d, d), nn.Linear(d, d), nn.Linear(d, d), nn.Linear(d, d)
        self.nq, self.nk = Norm(d // heads), Norm(d // heads)
        nn.init.zeros_(self.o.weight)
        nn.init.zeros_(self.o.bias)

    def forward(self, x, y=None, turn=None):
        y = x if y is None else y
        split = lambda v: v.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        q, k, v = split(self.q(x)), split(self.k(y)), split(self.v(y))
        q, k = self.nq(q.float()), self.nk(k.float())
        if turn is not None: q, k = rotate(q, *turn), rotate(k, *turn)
        q, k = q.to(v.dtype), k.to(v.dtype)
        return self.o(attend(q, k, v).transpose(1, 2).flatten(2))


def attend(q, k, v):                       # [B, H, N, D]; PyTorch 1.13 has no fused one
    if hasattr(F, 'scaled_dot_product_attention'): return F.scaled_dot_product_attention(q, k, v)
    return torch.softmax((q @ k.transpose(-1, -2)) * q.shape[-1] ** -.5, -1).to(v.dtype) @ v


def rotate(x, cos, sin):                   # [B, H, N, D]; halves, not interleaved
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


class Block(nn.Module):
    """Attention and a GELU MLP, both modulated by `mod` [B, 6, d] plus the block's own table (adaLN-single, PixArt-α)."""

    def __init__(self, d, heads):
        super().__init__()
        self.attention, self.up, self.down = Attention(d, heads), nn.Linear(d, 4 * d), nn.Linear(4 * d, d)
        self.n1, self.n2, self.table = Norm(d), Norm(d), nn.Parameter(torch.zeros(6, d))
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def forward(self, x, mod, turn):
        s1, b1, g1, s2, b2, g2 = (mod + self.table).unsqueeze(2).unbind(1)
        x = x + (1 + g1) * self.attention(self.n1(x) * (1 + s1) + b1, turn=turn)
        return x + (1 + g2) * self.down(F.gelu(self.up(self.n2(x) * (1 + s2) + b2)))


class Classes(nn.Module):
    """What is one of a few all film long (hair, skin, …), by Bayes' rule: an attribute's values are as likely as what prompt and tokens let expect, times how likely the noisy tokens are if they hold. A net
    that has to find that rule does not in a thousand steps. One that leaps heads for what a path ends at: `lean` lets it decide on the noise alone, and `sure` decide more firmly."""

    CERTAIN = 30.                          # evidence of a token that is given, and the logits' range
    HALF = ((KIND + ABSENT) ** 2 - ABSENT ** 2) / 2

    def __init__(self, d):
        super().__init__()
        values = [len(ATTRIBUTES[n]) for n in LATER]
        n, self.end = sum(values), sum(PARTS.values())
        self.first = self.end - n          # where they stand in a token
        self.text, self.tokens, self.step = still(nn.Linear(d, n)), still(nn.Linear(d, n, bias=False)), still(nn.Linear(d, 2))
        nn.init.constant_(self.text.bias, -5.)                                           # none of them
        which = torch.repeat_interleave(torch.arange(len(values)), torch.tensor(values))
        self.register_buffer('same', (which[:, None] == which).float(), persistent=False)

    def forward(self, text, s, e, state, mask, t):
        """Means of the prompt's and of the state's tokens and the condition [B, d], noisy state [B, STATE_TOKENS, STATE_DIM], mask [B, STATE_TOKENS, 1], t [B] -> what is added to every token of the state [B, 1, STATE_DIM]"""
        time, given = state_time(t)[:, None, None], mask > 0
        gain = torch.where(given, torch.full_like(mask, self.CERTAIN), (time / (1 - time) ** 2).clamp(max=self.CERTAIN).expand_as(mask))
        reach = torch.where(given, torch.ones_like(mask), time.expand_as(mask))
        lean, sure = self.step(e).chunk(2, -1)
        found = ((gain + lean[:, None]) * KIND * state[..., self.first:self.end] - gain * reach * self.HALF).sum(1)
        odds = ((self.text(text) + self.tokens(s) + found) * sure.exp()).clamp(-self.CERTAIN, self.CERTAIN).exp()
        return F.pad(KIND * odds / (1 + odds @ self.same), (self.first, STATE_DIM - self.end))[:, None]


class Literal(nn.Module):
    """What a prompt says, taken at its word. Transformers that learn from captions also learn what does not go with what: asked for an orange ball of metal, which no film showed, the encoder below doubts
    the orange. This one sees but a few words at a time and keeps the strongest sign of each value wherever it stands, so that what it reads here does not depend on what is said elsewhere. What it is
    sure of then stands in the state (`told`); of the rest the net makes what it always did."""

    UNSURE, SURE = .5, .7                  # how likely an attribute's value is: up to the first it is not heeded, from the second on it holds
    WHOLE = ('family', 'outcome', 'colour2', 'material2', 'first', 'second', 'relation')    # what the whole sentence tells, or the order of its words: not for one who sees a few at a time
    EITHER = ('colour', 'material')        # … and these, where there are two things

    def __init__(self, c):
        super().__init__()
        conv = lambda i, o, wide, stride=1: nn.Conv1d(i, o, wide, stride, (wide - 1) // 2)
        self.embed, self.c1, self.c2, self.c3 = nn.Embedding(256, 32), conv(32, c.literal, 6, 2), conv(c.literal, c.literal, 5), conv(c.literal, c.literal, 7)
        self.out = nn.Linear(c.literal, PARTS['kind'])
        nn.init.constant_(self.out.bias, -4.)
        which = torch.repeat_interleave(torch.arange(len(ATTRIBUTES)), torch.tensor([len(v) for v in ATTRIBUTES.values()]))
        self.register_buffer('same', (which[:, None] == which).float(), persistent=False)
        of = lambda *names: torch.tensor([float(n in names) for n, values in ATTRIBUTES.items() for _ in values])
        self.register_buffer('heeded', 1 - of(*self.WHOLE), persistent=False)
        self.register_buffer('either', of(*self.EITHER), persistent=False)
        self.two = ATTRIBUTES['family'].index('pair')

    def read(self, ids):                   # [B, bytes] -> logits [B, kinds]; that nothing is said has 0
        x = F.silu(self.c1(self.embed(ids).transpose(1, 2)))                                  # SiLU: of GELU here PyTorch 1.13 works out wrong gradients on CPUs (oneDNN)
        for c in (self.c2, self.c3): x = x + F.silu(c(x))
        return self.out(x.transpose(1, 2)).amax(1)

    def forward(self, ids):                # [B, bytes] -> how surely each value is said [B, kinds], 0…1
        odds = self.read(ids).clamp(max=30).exp()
        said = ((odds / (1 + odds @ self.same) - self.UNSURE) / (self.SURE - self.UNSURE)).clamp(0, 1)
        return said * self.heeded * (1 - said[:, self.two:self.two + 1] * self.either)

    def told(self, state, said):
        """A guess of the state [B, tokens, STATE_DIM] with what the prompt says of what things are; said [B, kinds], 0 where nothing is."""
        at, end = OFFSETS['kind'], OFFSETS['kind'] + PARTS['kind']
        free = 1 - said @ self.same
        kind = state[..., at:end] * free[:, None] + (KIND * said + ABSENT * (1 - free))[:, None]
        return torch.cat([state[..., :at], kind, state[..., end:]], -1)


class TextEncoder(nn.Module):
    """Bytes -> tokens: two convolutions see words, four bytes become one, a small transformer reads, learned queries collect."""

    def __init__(self, c):
        super().__init__()
        d = c.text_d
        self.embed, self.position = nn.Embedding(256, d), nn.Parameter(torch.randn(c.text_bytes // 4, d) * .5)
        self.c1, self.c2, self.shrink = nn.Conv1d(d, d, 5, 1, 2), nn.Conv1d(d, d, 5, 1, 2), nn.Conv1d(d, d, 4, 4)
        self.blocks = nn.ModuleList([nn.ModuleList([Norm(d), Attention(d, 4), Norm(d), nn.Linear(d, 4 * d), nn.Linear(4 * d, d)]) for _ in range(c.text_layers)])
        self.queries, self.collect, self.norm = nn.Parameter(torch.randn(c.text_tokens, d)), Attention(d, 4), Norm(d)
        self.out, said = nn.Linear(d, c.d), sum(len(v) + 1 for v in ATTRIBUTES.values())
        self.attributes = nn.Linear(c.d, said)                                           # what the caption mentions, by attribute (last class: nothing)
        self.say = nn.Linear(said, c.d)                                                  # and that, said again in every token
        nn.init.normal_(self.embed.weight, std=.5)
        nn.init.xavier_uniform_(self.collect.o.weight)

    def forward(self, ids): return self.heed(self.read(ids))[0]   # [B, bytes] -> [B, text_tokens, d]

    def read(self, ids):
        x = self.embed(ids).transpose(1, 2)
        x = x + F.gelu(self.c1(x))
        x = x + F.gelu(self.c2(x))
        x = self.shrink(x).transpose(1, 2) + self.position
        for n1, attention, n2, up, down in self.blocks:
            x = x + attention(n1(x))
            x = x + down(F.gelu(up(n2(x))))
        return self.out(self.norm(self.queries + self.collect(self.queries.expand(len(x), -1, -1), x)))

    def heed(self, text):
        """What was read -> tokens that also say what they mention, and the logits of that, an attribute each."""
        guess = self.attributes(text.mean(1)).split([len(v) + 1 for v in ATTRIBUTES.values()], -1)
        return text + self.say(torch.cat([g.softmax(-1) for g in guess], -1))[:, None], guess


class Net(nn.Module):
    def __init__(self, config=NetConfig()):
        super().__init__()
        c = self.config = config
        self.text = TextEncoder(c)
        self.read = nn.ModuleDict({n: nn.Linear(SHAPES[n][1], c.d) for n in NAMES})
        self.known = nn.ParameterDict({n: nn.Parameter(torch.randn(c.d) * .3) for n in NAMES})
        self.kind = nn.ParameterDict({n: nn.Parameter(torch.randn(c.d) * .3) for n in (*NAMES, 'text')})
        self.time = nn.Sequential(nn.Linear(64, c.d), nn.SiLU(), nn.Linear(c.d, c.d))
        self.pool = nn.Linear(c.d, c.d)
        if c.leaps:
            self.until = nn.Sequential(nn.Linear(64, c.d), nn.SiLU(), still(nn.Linear(c.d, c.d)))       # reads how far the step goes
            self.avoid, self.strength = still(nn.Linear(c.d, c.d)), still(nn.Linear(len(NAMES), c.d))    # and the negative prompt's mean, and how strongly
        self.mod = nn.Linear(c.d, 6 * c.d)
        nn.init.zeros_(self.mod.weight)
        nn.init.zeros_(self.mod.bias)
        self.blocks = nn.ModuleList([Block(c.d, c.heads) for _ in range(c.layers)])
        self.norm, self.write = Norm(c.d), nn.ModuleDict({n: nn.Linear(c.d, SHAPES[n][1]) for n in NAMES})
        self.calm = still(nn.Linear(PATCH * PATCH * CHANNELS, c.d))                              # reads what stands still: the window's mean picture
        if c.speech: self.hear = nn.ModuleDict({n: still(nn.Linear(MEL_FRAMES // SHAPES[n][0] * SPEECH, c.d)) for n in ('state', 'sound')})   # reads what is said
        if c.classes: self.classes = Classes(c.d)
        if c.literal: self.literal = Literal(c)
        if c.follow: self.follow = still(nn.Linear(STATE_DIM, c.d, bias=False))                            # reads where what is given leads
        self.told = still(nn.Linear(c.d, c.d))                                                   # the prompt's mean, straight to the state's tokens
        self.before, self.glance = Norm(c.d), nn.Linear(c.d, STATE_DIM)                            # the state as it seems half way through
        self.name = nn.Sequential(nn.Linear(FACTS, c.words), nn.SiLU(), nn.Linear(c.words, c.d))     # what things seem to be, told to the tokens of picture and sound
        self.tell = nn.ModuleDict(dict(video=nn.Linear(PATCH_T * OBJECTS * MAPS, c.d), sound=nn.Linear(MEL_FRAMES // SOUND_TOKENS * CUES, c.d)))
        for m in self.tell.values():
            nn.init.zeros_(m.weight)
            nn.init.zeros_(m.bias)
        self.draw, self.sing = Draw(c), Sing(c)
        self.voice = Voice(c) if c.speech and c.voice else None
        self.register_buffer('place', absolute(c.d), persistent=False)
        cos, sin = rotary(c.d // c.heads, c.text_tokens)
        self.register_buffer('cos', cos, persistent=False)
        self.register_buffer('sin', sin, persistent=False)

    def condition(self, t, text, leap):    # t [B], text [B, M, d] -> [B, d]
        e = self.time(waves(t)) + self.pool(text.mean(1))
        if leap is not None: e = e + self.until(waves(leap.until - t, 20.)) + self.avoid(leap.negative) + self.strength(leap.guidance - USUAL.to(t.device))
        return F.silu(e)

    def forward(self, video, sound, state, masks, text, t, frames=None, leap=None, speech=None, said=None):
        """Tokens [B, n, dim], masks: dict name -> [B, n, 1], text [B, M, d], t [B], speech [B, MEL_FRAMES, SPEECH] (none: nobody speaks), said [B, kinds] (Literal; none: nothing) -> clean video, sound, state (as the inputs), and the state half way.
        With `video` and `sound` None, of the state alone: what happens can be learned from scenes that nobody draws. With `frames` (indices), the video
        comes as those latent frames [B, frames, CHANNELS, GRID, GRID]: a few teach nearly as much as all. A net that `leaps` gives, instead of what is
        probably clean, that whose direction leads to the step's end."""
        given = dict(video=video, sound=sound, state=state if self.config.state else torch.zeros_like(state))
        names = [n for n in ORDER if given[n] is not None]
        counts = [*(SHAPES[n][0] for n in names), text.shape[1]]
        tokens = {n: (exact(self.read[n], given[n]) if n == 'state' else self.read[n](given[n])) + masks[n] * self.known[n] + self.kind[n] for n in names}
        tokens['state'] = tokens['state'] + self.told(text.mean(1))[:, None]
        if self.config.follow: tokens['state'] = tokens['state'] + exact(self.follow, ahead(given['state'].float(), masks['state']))
        if self.config.speech:
            speech = torch.zeros(len(text), MEL_FRAMES, SPEECH, device=text.device) if speech is None else speech
            for n in self.hear:
                if n in tokens: tokens[n] = tokens[n] + self.hear[n](speech.reshape(len(speech), SHAPES[n][0], -1))
        whole = len(names) == len(ORDER)
        if whole:
            mean = video.unflatten(1, (-1, (GRID // PATCH) ** 2)).unflatten(-1, (PATCH_T, -1)).mean((1, 3))     # [B, places, CHANNELS·PATCH²]
            tokens['video'] = tokens['video'] + self.calm(mean).repeat(1, LATENT_FRAMES // PATCH_T, 1)
        x = torch.cat([torch.cat([tokens[n] for n in names], 1) + self.place[:sum(counts[:-1])], text + self.kind['text']], 1)
        e, middle = self.condition(t, text, leap), len(self.blocks) // 2
        turn = (self.cos, self.sin) if whole else [torch.cat([v[:STATE_TOKENS], v[-text.shape[1]:]]) for v in (self.cos, self.sin)]
        mod = self.mod(e).unflatten(-1, (6, -1))
        trust = lambda guess: torch.where(masks['state'] > 0, state, guess.float().detach()) * float(self.config.state)
        for b in self.blocks[:middle]: x = b(x, mod, turn)
        s, *others = x.split(counts, 1)
        glance = exact(self.glance, self.before(s))
        if self.config.classes:
            with torch.autocast(x.device.type, enabled=False): classes = self.classes(text.float().mean(1), self.before(s).float().mean(1), e.float(), state, masks['state'], t)
            glance = glance + classes
        if said is not None: glance = self.literal.told(glance, said)
        if whole:
            seen = trust(glance)
            name = self.name(facts_of(seen))[:, None]
            v = others[0] + name + self.tell['video'](patch(splat(seen, GRID // PATCH)))
            a = others[1] + name + self.tell['sound'](cues(seen).reshape(len(x), SOUND_TOKENS, -1))
            x = torch.cat([s, v, a, others[2]], 1)
        for b in self.blocks[middle:]: x = b(x, mod, turn)
        s, *others = self.norm(x).split(counts, 1)
        clean = exact(self.write['state'], s)
        if self.config.classes: clean = clean + classes
        if said is not None: clean = self.literal.told(clean, said)
        if not whole: return None, None, clean, glance
        seen = trust(clean)
        pick = slice(None) if frames is None else frames
        v = unpatch(self.write['video'](others[0]))[:, pick] + self.draw(others[0], seen, e, video, masks['video'], pick, speech)
        a = self.write['sound'](others[1]) + self.sing(others[1], seen, e, sound, speech)
        if self.voice is not None: a = a + self.voice(seen, e, sound, speech)
        return (patch(v) if frames is None else v), a, clean, glance


def load(path):                            # a checkpoint's weights -> Net, families
    k = torch.load(path, map_location='cpu')
    net = Net(NetConfig(**{'speech': False, 'classes': False, 'voice': 0, 'follow': False, **k['config']['net']}))
    net.load_state_dict(grow.weights({n: w.float() for n, w in k['weights'].items()}, k.get('attributes')))
    return net.eval(), k['families']


# ---- sampling ----

def state_time(t): return 1 - (1 - t) ** STATE_POWER


def schedule(steps, shift=1.):             # -> steps + 1 times from 0 to 1
    s = 1 - torch.arange(steps + 1, dtype=torch.float64) / steps
    return (1 - shift * s / (1 + (shift - 1) * s)).float()


def advance(x, clean, mask, t, t_next):    # one Euler step of the flow; known tokens stay
    return torch.where(mask > 0, x, x + (clean - x) * ((t_next - t) / (1 - t)))


def guided(net, x, masks, text, negative, guidance, t, t_next, speech=None, said=None):
    """What the step from t to t_next [] heads for: dict name -> [B, n, dim]. text, negative [B, M, d], guidance [B, 3], speech [B, MEL_FRAMES, SPEECH], said [B, kinds]."""
    B, more = len(text), {} if said is None else dict(said=said)
    if net.config.leaps: return dict(zip(NAMES, net(*(x[n] for n in NAMES), masks, text, t.expand(B), leap=Leap(t_next.expand(B), negative.mean(1), guidance), speech=speech, **more)))
    out = net(*(torch.cat([x[n]] * 2) for n in NAMES), {n: torch.cat([masks[n]] * 2) for n in NAMES}, torch.cat([text, negative]), t.expand(2 * B), speech=None if speech is None else torch.cat([speech] * 2), **{k: torch.cat([v] * 2) for k, v in more.items()})
    both = {n: y.float().chunk(2) for n, y in zip(NAMES, out)}
    return {n: u + g[:, None, None] * (c - u) for (n, (c, u)), g in zip(both.items(), guidance.unbind(1))}


@torch.no_grad()
def sample(net, text, negative, steps=12, guidance=None, shift=1., noise=None, known=None, masks=None, keep=None, speech=None, said=None):
    """text, negative [B, M, d], guidance [B, 3] -> dict of clean tokens. `known` tokens are kept where `masks` is 1. `keep` is given the tokens before every step and at the end."""
    B, device = text.shape[0], text.device
    x = noise or {n: torch.randn(B, *SHAPES[n], device=device) for n in NAMES}
    masks = masks or {n: torch.zeros(B, SHAPES[n][0], 1, device=device) for n in NAMES}
    guidance = USUAL.to(device).expand(B, -1) if guidance is None else guidance
    if known is not None: x = {n: torch.where(masks[n] > 0, known[n], x[n]) for n in NAMES}
    times = schedule(steps, shift).to(device)
    for t, t_next in zip(times[:-1], times[1:]):
        if keep: keep(x)
        goal = guided(net, x, masks, text, negative, guidance, t, t_next, speech, said)
        x = {n: advance(x[n], goal[n].float(), masks[n], *((state_time(t), state_time(t_next)) if n == 'state' else (t, t_next))) for n in NAMES}
    if keep: keep(x)
    return x
