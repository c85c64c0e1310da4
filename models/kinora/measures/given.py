"""What a pack makes of what it is given: films read without their world state, and masks that training never drew.

    python -m models.kinora.measures.given --pack models/packs/kinora-s --clips 6

seam: how much a frame changes where the given part meets the drawn one, over the usual change from frame to frame of the same film. 'after' is what training
drew (the first half given); 'before' is not (the second half given). 'read': the same of a film from elsewhere, whose state is not given. place: how far an
object is from where it was (picture widths), as read off the picture, off picture and sound, and by chance.
"""
import argparse

import numpy as np
import torch
import torch.nn.functional as F

from ..mel import log_mel
from ..noise import STREAMS
from ..pack import Pack

PROMPTS = ('a red rubber ball bounces on a wooden floor, in a room', 'waves break on a rock at sunset', 'a pendulum swings in a room', 'a campfire at night',
           'a green ball falls on grass', 'a basketball goes through the hoop')


def frames(pack, tokens): return np.concatenate([pack.decode(tokens['video'], tokens['state'], k) for k in range(pack.manifest['video']['latentFrames'])])


def seam(video, at):
    change = np.abs(np.diff(video, axis=0)).mean((1, 2, 3))
    return change[at - 1] / np.median(change)


def place(pack, state, true):
    """Mean distance of the objects that are there."""
    stride, count, far = len(pack.manifest['state']['object']), pack.manifest['state']['objects'], []
    for o in range(count):
        there = true[:, o * stride] > 0
        if there.any(): far.append(np.hypot(*((state - true)[there, o * stride + 1:o * stride + 3].T / 3)).mean())
    return float(np.mean(far)) if far else None


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--pack', default='models/packs/kinora-s')
    p.add_argument('--clips', type=int, default=len(PROMPTS))
    args = p.parse_args()
    pack, out = Pack(args.pack, threads=1), {}
    size = {n: pack.shapes[n][0] for n in STREAMS}
    side = lambda n, late: ((np.arange(size[n]) >= size[n] // 2) == late).astype(np.float32).reshape(1, -1, 1)
    whole = lambda *names: {n: np.full((1, size[n], 1), n in names, np.float32) for n in STREAMS}
    note = lambda name, value: out.setdefault(name, []).append(value) if value is not None else None
    for seed, prompt in enumerate(PROMPTS[:args.clips]):
        text, film = pack.texts(prompt), pack.window(pack.texts(prompt), seed)
        video = frames(pack, film)
        half = len(video) // 2
        small = F.avg_pool2d(torch.from_numpy(video), video.shape[-1] // pack.manifest['video']['encodeSize']).numpy()
        read = {'video': pack.encode(small), 'sound': log_mel(torch.from_numpy(pack.vocode(film['sound']))[None]).reshape(pack.shapes['sound']).numpy(), 'state': film['state']}
        for name, tokens, names in (('', film, STREAMS), (' read', read, ('video', 'sound'))):
            for way, late in (('after', False), ('before', True)):
                # What is given is the film's other half: it is moved to where it is given.
                known = {n: np.roll(tokens[n], size[n] // 2, 0) for n in STREAMS}
                masks = {n: side(n, late) * (n in names) for n in STREAMS}
                drawn = frames(pack, pack.window(text, seed + 100, known=known, masks=masks))
                drawn = np.concatenate([drawn[:half], video[:half]]) if late else np.concatenate([video[half:], drawn[half:]])
                note(f'seam {way}{name}', seam(drawn, half))
        for name, names in (('off picture and sound', ('video', 'sound')), ('off the picture', ('video',)), ('by chance', ())):
            note(f'place {name}', place(pack, pack.window(text, seed + 200, known=read, masks=whole(*names))['state'], film['state']))
        note('codec, dB', float(-10 * np.log10(np.mean((frames(pack, {**film, 'video': read['video']}).clip(0, 1) - video.clip(0, 1)) ** 2))))
        print(prompt, {k: round(float(v[-1]), 3) for k, v in out.items()}, flush=True)
    print({k: round(float(np.median(v)), 3) for k, v in out.items()})


if __name__ == '__main__': main()
