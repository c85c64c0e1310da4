/**
 * A Python that can run the tests in models/: one that has everything already, else a virtual environment in .venv, built
 * on Debian's own torch where that is installed, else on PyTorch's CPU build.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './install.mjs'

export class NotPossibleError extends Error {
  name = 'NotPossibleError'
}

const venv = join(root, '.venv')
const venvPython = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
const requirements = join(root, 'models/requirements.txt')
const needed = 'import torch, numpy, onnx, onnxruntime, pytest'

/** Throws NotPossibleError with the reason when there is none and none can be made. */
export async function findPython() {
  const candidates = [venvPython, ...(process.env.KINORA_PYTHON ? [process.env.KINORA_PYTHON] : []), 'python3', '/usr/bin/python3', 'python']
  const ready = candidates.find((python) => can(python, needed))
  if (ready) return ready

  // Debian's torch is 400 MB that need not be fetched again.
  const interpreters = candidates.slice(1).filter((python) => can(python, 'import sys; assert sys.version_info >= (3, 9)'))
  const base = interpreters.find((python) => can(python, 'import torch, venv, ensurepip')) ?? interpreters.find((python) => can(python, 'import venv, ensurepip'))
  if (!base) throw new NotPossibleError('The Python tests were not run: no Python 3.9 or later with venv was found (Debian: apt install python3-venv).')
  if (!existsSync(venvPython) && (await run(base, ['-m', 'venv', '--system-site-packages', venv])) !== 0) {
    throw new NotPossibleError('The Python tests were not run: the virtual environment .venv could not be made.')
  }
  const pip = (...args) => run(venvPython, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...args])
  if (!can(venvPython, 'import torch') && (await pip('torch', '--index-url', 'https://download.pytorch.org/whl/cpu')) !== 0) await pip('torch')
  const rest = existsSync(requirements) ? ['-r', requirements] : ['numpy', 'onnx', 'onnxruntime']
  // Debian's torch 1.13 was built for numpy 1.
  const numpy = can(venvPython, 'import torch; assert torch.__version__ < "2"') ? ['numpy<2'] : []
  await pip('pytest', ...numpy, ...rest)
  if (!can(venvPython, needed)) {
    throw new NotPossibleError(`The Python tests were not run: .venv still cannot "${needed}". Remove .venv to start afresh, or set KINORA_PYTHON.`)
  }
  return venvPython
}

function can(python, statement) {
  return spawnSync(python, ['-c', statement], { stdio: 'ignore', cwd: root }).status === 0
}
