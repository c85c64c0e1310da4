"""A picture that the check takes for what it is not: blots of colour, found by gradient ascent, so that tests can refuse something harmless.

    python -m models.picture.fool --png fooled.png       # prints its bytes (base64) for reference.json, and what the check thinks
"""
import argparse
import base64
import subprocess

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from .convert import OUT, SIDE

SMALL = 16                                         # px: coarse, so that it survives being scaled and encoded
PORN = 3


class Net:
    """nsfw.onnx, computed by PyTorch."""

    def __init__(self, path=OUT):
        graph = onnx.load(path).graph
        self.nodes, self.kept = [], {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
        for node in graph.node:
            if all(i in self.kept for i in node.input): self.kept[node.output[0]] = self.compute(node, self.kept)
            else: self.nodes.append(node)

    @staticmethod
    def compute(node, values):
        a = {x.name: onnx.helper.get_attribute_value(x) for x in node.attribute}
        x, *rest = [values[i] for i in node.input] or [None]
        if node.op_type == 'Constant': return torch.tensor(a['value_float'])
        if node.op_type == 'Cast': return x.float()
        if node.op_type == 'Mul': return x * rest[0]
        if node.op_type == 'Add': return x + rest[0]
        if node.op_type == 'Clip': return x.clamp(*(float(r) for r in rest))
        if node.op_type == 'Relu': return x.relu()
        if node.op_type == 'Softmax': return x.softmax(-1)
        if node.op_type == 'Flatten': return x.flatten(1)
        if node.op_type == 'Gemm': return x @ rest[0] + rest[1]
        if node.op_type == 'AveragePool': return F.avg_pool2d(x, a['kernel_shape'], a['strides'])
        if node.op_type == 'Conv':
            top, left, bottom, right = a['pads']
            return F.conv2d(F.pad(x, (left, right, top, bottom)), *rest, stride=a['strides'], groups=a['group'])
        raise ValueError(node.op_type)

    def __call__(self, picture):                   # [B, 3, 224, 224] in 0…1 -> [B, 5]
        values = {**self.kept, 'picture': picture}
        for node in self.nodes: values[node.output[0]] = self.compute(node, values)
        return values['probabilities']


def fool(net, wanted=PORN, steps=100, batch=3, seed=1):
    """-> uint8 [16, 16, 3] whose enlargements the net takes for `wanted`."""
    torch.manual_seed(seed)
    paint = torch.zeros(1, 3, SMALL, SMALL, requires_grad=True)
    optimiser = torch.optim.Adam([paint], lr=.1)
    for step in range(steps):
        seen = []
        for _ in range(batch):                     # somewhat larger, elsewhere
            size = torch.randint(SIDE, SIDE + 17, ()).item()
            x = F.interpolate(paint.sigmoid(), size=(size, size), mode='bilinear')
            y0, x0 = (torch.randint(size - SIDE + 1, ()).item() for _ in range(2))
            seen.append(x[..., y0:y0 + SIDE, x0:x0 + SIDE] + .01 * torch.randn(1, 3, SIDE, SIDE))
        loss = -net(torch.cat(seen).clamp(0, 1))[:, wanted].clamp_min(1e-9).log().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 25 == 0: print(f'{step}: {loss.item():.3f}')
    return (paint.sigmoid()[0].permute(1, 2, 0) * 255).round().byte().detach().numpy()


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--png')
    p.add_argument('--wanted', type=int, default=PORN)
    p.add_argument('--seed', type=int, default=1)
    args = p.parse_args()
    net = Net()
    rgb = fool(net, args.wanted, seed=args.seed)
    x = F.interpolate(torch.from_numpy(rgb).permute(2, 0, 1)[None] / 255, size=(SIDE, SIDE), mode='bilinear')
    print(np.round(net(x)[0].detach().numpy(), 3))
    print(base64.b64encode(rgb.tobytes()).decode())
    if args.png:
        subprocess.run(['ffmpeg', '-y', '-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', f'{SMALL}x{SMALL}', '-i', '-',
                        '-vf', 'scale=512:512:flags=bilinear', args.png], input=rgb.tobytes(), check=True)


if __name__ == '__main__': main()
