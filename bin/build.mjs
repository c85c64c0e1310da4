/** Builds dist when a source is newer than it. */
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root, run } from './install.mjs'

export const dist = join(root, 'dist')
const stamp = join(dist, '.built')

const sources = ['index.html', 'package-lock.json', 'vite.config.ts', 'tsconfig.json', 'src', 'workers', 'public', 'models/packs', 'models/picture/nsfw.onnx']
/** Written by the build itself. */
const generated = ['src/i18n/paraglide', 'src/i18n/project.inlang']

/** Throws when the build fails. */
export async function ensureBuilt() {
  const built = await stat(stamp).then(({ mtimeMs }) => mtimeMs, () => 0)
  if (built >= (await newest(sources))) return
  await build()
}

/** Throws when the build fails. */
export async function build() {
  const started = new Date()
  console.error('Building Kinora …')
  await rm(stamp, { force: true })
  const status = await run(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'])
  if (status !== 0) throw new Error('The build failed: see above.')
  // Dated at its start: a file saved while it ran is newer, and builds again.
  await writeFile(stamp, '')
  await utimes(stamp, started, started)
}

/** The newest change below `paths`, in ms. Folders count too: a deleted file changes only its folder. */
async function newest(paths) {
  const times = await Promise.all(
    paths.map(async (path) => {
      if (generated.includes(path)) return 0
      const info = await stat(join(root, path)).catch(() => undefined)
      if (!info) return 0
      if (!info.isDirectory()) return info.mtimeMs
      const names = await readdir(join(root, path))
      // src/i18n itself changes when its generated folder appears.
      const own = generated.some((folder) => folder.startsWith(`${path}/`)) ? 0 : info.mtimeMs
      return Math.max(own, await newest(names.map((name) => `${path}/${name}`)))
    }),
  )
  return Math.max(0, ...times)
}
