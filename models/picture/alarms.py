"""How often the picture check is alarmed by pictures and films that are harmless, by the limits that the page has (workers/policy/rules/pictures.json).

    python -m models.picture.alarms FOLDER_OR_FILE …                     # needs ffmpeg

Every file is seen as an import keeps it: cut to a square (the left or upper, the middle and the right or lower part of what is not square), two pictures a second.
"""
import argparse
import json
import os
import subprocess

import numpy as np
import onnxruntime

from .convert import OUT, SIDE

CLASSES = 'drawing', 'hentai', 'neutral', 'porn', 'sexy'
RULES = os.path.join(os.path.dirname(__file__), '../../workers/policy/rules/pictures.json')
ENDINGS = 'jpg', 'jpeg', 'png', 'webp', 'mp4', 'webm', 'mov'


def files(paths):
    for path in paths:
        if not os.path.isdir(path): yield path
        for folder, _, names in os.walk(path): yield from (f'{folder}/{name}' for name in sorted(names) if name.rpartition('.')[2].lower() in ENDINGS)


def size(path):
    run = subprocess.run(['ffprobe', '-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', path], capture_output=True, text=True)
    try: return [int(x) for x in run.stdout.strip().strip(',').split('\n')[0].split(',')[:2]]
    except ValueError: return 0, 0


def seen(path, at):                                # -> uint8 [frames, 224, 224, 3]
    rate = 'fps=2,' if path.rpartition('.')[2].lower() in ('mp4', 'webm', 'mov') else ''
    square = fr'crop=min(iw\,ih):min(iw\,ih):(iw-ow)*{at}:(ih-oh)*{at},scale=256:256,scale={SIDE}:{SIDE}:flags=bilinear'
    run = subprocess.run(['ffmpeg', '-v', 'error', '-i', path, '-vf', rate + square, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'], capture_output=True)
    return np.frombuffer(run.stdout, np.uint8)[:len(run.stdout) // (SIDE * SIDE * 3) * SIDE * SIDE * 3].reshape(-1, SIDE, SIDE, 3)


def refused(probabilities, rules):
    """[frames, 5] -> whether a limit is passed, and the highest score."""
    highest = 0
    for rule in rules:
        scores = sum(probabilities[:, CLASSES.index(name)] for name in rule['classes'])
        highest = max(highest, scores.max())
        for limit in rule['limits']:
            over, n = scores > limit['above'], limit['pictures']
            if any(over[i:i + n].all() for i in range(len(over) - n + 1)): return True, highest
    return False, highest


def main():
    p = argparse.ArgumentParser()
    p.add_argument('paths', nargs='+')
    args = p.parse_args()
    with open(RULES) as f: rules = json.load(f)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(OUT, options)
    highest, alarms, count, frames = [], [], 0, 0
    for path in files(args.paths):
        width, height = size(path)
        if min(width, height) < 128: continue      # icons
        count += 1
        for at in (.5,) if width == height else (0, .5, 1):
            pictures = seen(path, at)
            if not len(pictures): continue
            x = pictures.transpose(0, 3, 1, 2).astype(np.float32) / 255
            probabilities = np.concatenate([session.run(None, {'picture': picture[None]})[0] for picture in x])
            alarm, score = refused(probabilities, rules)
            highest.append(score)
            frames += len(pictures)
            if alarm: alarms.append(f'{path} at {at}: {score:.3f}')
    print(f'{count} files, {len(highest)} squares of them, {frames} pictures: {len(alarms)} squares refused; highest score {max(highest):.3f}, 99th percentile {np.quantile(highest, .99):.3f}')
    print(*alarms, sep='\n')


if __name__ == '__main__': main()
