"""Programs that learn together."""
import os
import subprocess
import sys

COPY = """
import os, sys, torch
from models.kinora import machine
if sys.argv[1] == 'fail' and machine.place(): sys.exit(3)
machine.prepare()
here = machine.place()
net = torch.nn.Linear(2, 1)
with torch.no_grad(): net.weight.fill_(here)
machine.alike(net)
net.bias.requires_grad = False
net(torch.tensor([[1., 2.]]) * (1 + 2 * here)).sum().backward()
minutes, = machine.share(net.parameters(), 10. + here)
open(f'{sys.argv[2]}/{here}', 'w').write(f'{net.weight[0, 0].item()} {net.weight.grad.tolist()} {net.bias.grad} {minutes}')
"""


def run(folder, what):
    (folder / 'one_copy.py').write_text(COPY)
    return subprocess.run([sys.executable, '-m', 'models.kinora.together', '2', 'one_copy', what, folder], env=dict(os.environ, PYTHONPATH=os.pathsep.join([os.getcwd(), str(folder)])), timeout=120).returncode


def test_copies_have_the_same_weights_gradients_and_clock(tmp_path):
    assert run(tmp_path, 'learn') == 0
    assert [(tmp_path / place).read_text() for place in '01'] == ['0.0 [[2.0, 4.0]] None 10.5'] * 2


def test_where_one_copy_fails_all_stop(tmp_path): assert run(tmp_path, 'fail') != 0
