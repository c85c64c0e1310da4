"""Clips of the simulator as MP4 files: films that no model made and nobody marked, for tools that read files.

    python -m models.kinora.clips --count 1024 --out runs/clips          # goes on where it stopped; needs ffmpeg
"""
import argparse
import json
import os
import subprocess
import tempfile

import torch

from . import world
from .world.clip import FAMILIES, FPS, FRAMES, RATE

BATCH = 8                                  # clips of one family at a time


def write(path, video, wave, size):        # [K, 3, H, W] in 0…1; [SAMPLES]
    height, width = video.shape[-2:]
    with tempfile.NamedTemporaryFile(suffix='.f32') as sound:
        sound.write(wave.float().numpy().tobytes())
        sound.flush()
        subprocess.run(
            ['ffmpeg', '-y', '-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', f'{width}x{height}', '-r', str(FPS * video.shape[0] / FRAMES), '-i', '-',
             '-f', 'f32le', '-ar', str(RATE), '-ac', '1', '-i', sound.name, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18',
             '-vf', f'scale={size}:{size}:out_color_matrix=bt709', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-ar', '48000', '-b:a', '128k', '-f', 'mp4', path + '.part'],
            input=(video * 255).round().byte().permute(0, 2, 3, 1).contiguous().numpy().tobytes(), check=True)
    os.replace(path + '.part', path)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--count', type=int, default=1024)
    p.add_argument('--out', default='runs/clips')
    p.add_argument('--size', type=int, default=256)
    p.add_argument('--drawn', type=int, default=128, help='size at which they are drawn')
    p.add_argument('--every', type=int, default=1, help='keep every n-th frame')
    p.add_argument('--seed', type=int, default=1)
    args = p.parse_args()
    torch.set_num_threads(1)
    os.makedirs(args.out, exist_ok=True)
    for batch in range(-(-args.count // BATCH)):
        name, first = FAMILIES[batch % len(FAMILIES)], batch * BATCH
        paths = [f'{args.out}/{args.seed:03d}-{first + i:05d}-{name}.mp4' for i in range(min(BATCH, args.count - first))]
        if all(map(os.path.exists, paths)): continue
        torch.manual_seed(args.seed * 100_003 + batch)
        made = world.make(name, BATCH, size=args.drawn, frames=torch.arange(0, FRAMES, args.every).expand(BATCH, -1))
        for path, video, wave in zip(paths, made.video, made.wave): write(path, video, wave, args.size)


if __name__ == '__main__': main()
