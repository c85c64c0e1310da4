"""A contact sheet: for each prompt a row of frames from the simulator, one from the model under it, and the log-mel spectrogram under each."""
import struct
import zlib

import torch

from ..mel import log_mel

FRAMES, SIDE, HEIGHT, GAP = [0, 4, 8, 12, 16, 20, 24, 28, 31], 128, 64, 6
# Dark violet over red to yellow: light where it is loud.
SHADES = torch.tensor([[.00, .00, .02], [.25, .04, .38], [.58, .15, .40], [.87, .32, .23], [.98, .65, .10], [.98, .99, .75]])


def colours(m):                            # [H, W] in 0…1 -> [3, H, W]
    at = m.clamp(0, 1) * (len(SHADES) - 1)
    low = at.floor().long().clamp(max=len(SHADES) - 2)
    k = (at - low)[..., None]
    return (SHADES[low] * (1 - k) + SHADES[low + 1] * k).permute(2, 0, 1)


def strip(video, wave):
    """[3, SIDE + HEIGHT, 9·SIDE]: frames over the spectrogram of the whole film."""
    frames = torch.cat([video[k].float() / 255 for k in FRAMES], 2)
    m = (log_mel(wave[None])[0].T.flip(0) + 1.4) / 5
    sound = torch.nn.functional.interpolate(colours(m)[None], size=(HEIGHT, frames.shape[2]), mode='bilinear', align_corners=False)[0]
    return torch.cat([frames, sound], 1)


def png(path, image):
    """Writes [3, H, W] in 0…1."""
    rows = (image.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).contiguous().numpy()
    H, W, _ = rows.shape
    chunk = lambda kind, data: struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    raw = b''.join(b'\0' + r.tobytes() for r in rows)
    with open(path, 'wb') as f: f.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', W, H, 8, 2, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(raw, 6)) + chunk(b'IEND', b''))


def save(path, list_, simulator, model, seeds=None):
    """One block a prompt: the simulator's strip, then the model's. The captions are printed, and kept beside the picture as text."""
    if seeds:
        by_seed = {p.seed: i for i, p in enumerate(list_)}
        unknown = [s for s in map(int, seeds.split(',')) if s not in by_seed]
        if unknown: raise SystemExit(f'No prompt has the seed {unknown[0]}. Seeds of this list: {", ".join(map(str, by_seed))}.')
        at = [by_seed[int(s)] for s in seeds.split(',')]
    else: at = [round(k * (len(list_) - 1) / 7) for k in range(8)]
    blocks = []
    for i in at:
        blocks += [strip(f.videos[i], f.waves[i]) for f in (simulator, model) if f is not None] + [torch.ones(3, GAP, SIDE * len(FRAMES))]
    png(path, torch.cat(blocks, 1))
    with open(path.rsplit('.', 1)[0] + '.txt', 'w') as f:
        for i in at: f.write(f'{list_[i].seed} [{list_[i].group}] {list_[i].text}\n')
    print(open(path.rsplit('.', 1)[0] + '.txt').read(), end='')
