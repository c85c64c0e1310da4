/** Installs what package-lock.json asks for, when it is not there yet. Needs Node alone. */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Runs `npm ci` if a package is missing or has another version than the lockfile says.
 * Throws when npm fails.
 */
export async function ensureInstalled() {
  if (await isInstalled()) return
  console.error('Installing packages (once) …')
  // onnxruntime-node, if anything ever pulls it in, would fetch 300 MB of GPU libraries.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' }
  const status = await run('npm', ['ci', '--no-audit', '--no-fund'], { env, shell: process.platform === 'win32' })
  if (status !== 0) throw new Error('npm ci failed: see above. A network is needed once; then run the same command again.')
}

/** npm keeps its own account of node_modules; packages for other platforms are rightly missing from it. */
async function isInstalled() {
  const wanted = await readJson('package-lock.json')
  const present = await readJson('node_modules/.package-lock.json')
  if (!wanted || !present) return false
  return Object.entries(wanted.packages).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || (present.packages[path]?.version ?? (optional || devOptional ? version : undefined)) === version,
  )
}

async function readJson(path) {
  try {
    return JSON.parse(await readFile(new URL(`../${path}`, import.meta.url), 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Runs a program in the repository with its output on our stderr, so that stdout stays ours.
 * @returns {Promise<number>} its exit status
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
    child.once('error', (error) => {
      console.error(error.message)
      resolve(127)
    })
    child.once('close', (status, signal) => resolve(signal ? 1 : (status ?? 1)))
  })
}
