"""Runs a program several times, each copy on its own cores; the copies learn together (machine.py).

    python -m models.kinora.together 2 models.kinora.extend --minutes 70 12       # train and extend know how

Two copies of one thread each get more done than one of two threads. Each draws its own batches: give `--batch` divided by the number of copies for steps as large as one copy's.
"""
import os
import signal
import socket
import subprocess
import sys
import time


def main():
    count, module, *rest = sys.argv[1:]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
    common = dict(os.environ, MASTER_ADDR='127.0.0.1', MASTER_PORT=str(port), WORLD_SIZE=count)
    copies = [subprocess.Popen([sys.executable, '-m', module, *rest], env={**common, 'RANK': str(i)}) for i in range(int(count))]
    try:
        while any(c.poll() is None for c in copies) and not any(c.poll() for c in copies): time.sleep(.2)
    finally:
        for c in copies: c.terminate()     # where one stopped, the others wait for it for ever
    sys.exit(max(map(abs, (c.wait() for c in copies))))


if __name__ == '__main__': main()
