"""The world: a simulator that renders and sounds short films with their captions and their physics, batch by batch, on CPU or GPU.

    clips = make('balls', 16)               # Clips: video, wave, state, captions, attributes
"""
import importlib

import torch

from . import caption, echo, light, sound
from .camera import MARGIN
from .clip import ATTRIBUTES, FAMILIES, FRAMES, SUB, Clips, state_tokens, take
from .draw import Canvas


def family(name): return importlib.import_module(f'.{name}', __package__)


@torch.no_grad()
def picture(scene, frames=None, size=128):
    """Renders frames [B, K] (all by default) of a scene -> [B, K, 3, size, size] in 0…1."""
    if frames is None: frames = torch.arange(FRAMES, device=scene.device).expand(scene.batch, FRAMES)
    many = 256 if scene.device.type == 'cuda' else 4     # on a CPU a few clips at a time stay in its cache: three times as fast
    return torch.cat([_picture(take(scene, slice(i, i + many)), frames[i:i + many], size) for i in range(0, scene.batch, many)])


def _picture(scene, frames, size):
    module = family(scene.family)
    steps = frames * SUB + SUB // 2
    camera = scene.camera.gather(1, steps[..., None].expand(-1, -1, 3))
    still = bool((scene.attributes['camera'] == 0).all())
    first = camera[:, :1] if still else torch.tensor([.5, .5, 1 / MARGIN], device=scene.device).expand(scene.batch, 1, 3)
    ground = Canvas(size if still else int(size * MARGIN * 1.2), first)
    module.backdrop(scene, ground)                       # painted once a clip, whatever the camera does
    c = ground.widen(frames.shape[1], camera) if still else ground.seen_by(camera, size)
    module.render(scene, c, steps)
    return light.finish(c.image.clamp(0, 1), scene.attributes['style'])


@torch.no_grad()
def audio(scene):
    wave, room = family(scene.family).sounds(scene), scene.attributes.get('echo')
    return sound.finish(wave if room is None else echo.apply(wave, room, scene.own['seed']))


def attributes(scene):                     # -> [B, len(ATTRIBUTES)] long, −1 where none; the scene learns its family's name
    none = torch.full((scene.batch,), -1, device=scene.device)
    scene.attributes['family'] = torch.full_like(none, FAMILIES.index(scene.family))
    return torch.stack([scene.attributes.get(k, none) for k in ATTRIBUTES], 1)


@torch.no_grad()
def make(name, B, device='cpu', size=128, frames=None, split='train'):
    scene = family(name).simulate(B, torch.device(device), split)
    rows, wave = attributes(scene), audio(scene)
    return Clips(picture(scene, frames, size), wave, state_tokens(scene, wave), rows, [caption.write(row) for row in rows.tolist()], scene)
