/** A Python that has c2pa-python, the validator that Kinora's signatures are held against (e2e/validate.py): in a virtual environment of its own. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './install.mjs'
import { NotPossibleError } from './python.mjs'

const venv = join(root, '.venv-c2pa')
const venvPython = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')

/** The interpreter's path; it is installed where it is missing. Throws NotPossibleError. */
export async function findValidator() {
  if (can(venvPython, 'import c2pa')) return venvPython
  const base = ['python3', '/usr/bin/python3', 'python'].find((python) => can(python, 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10)'))
  if (!base) throw new NotPossibleError('No Python 3.10 or later with venv was found, so no other program could check the signatures (Debian: apt install python3-venv).')
  if (!existsSync(venvPython)) await run(base, ['-m', 'venv', venv])
  await run(venvPython, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', join(root, 'e2e/requirements.txt')])
  if (!can(venvPython, 'import c2pa')) throw new NotPossibleError('c2pa-python could not be installed into .venv-c2pa, so no other program could check the signatures.')
  return venvPython
}

function can(python, statement) {
  return spawnSync(python, ['-c', statement], { stdio: 'ignore', cwd: root }).status === 0
}
