import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

interface Locked {
  packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }>
}

it('the lockfile knows the binaries of every platform, or `npm ci` fails on a fresh clone', async () => {
  const { packages } = JSON.parse(await readFile(new URL('../package-lock.json', import.meta.url), 'utf8')) as Locked
  const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !resolves(packages, from, name)),
  )
  expect(missing).toEqual([])
})

/** As Node looks a package up: in the node_modules of each folder on the way to the root. */
function resolves(packages: Locked['packages'], from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder}${folder && '/'}node_modules/${name}`]) return true
    if (folder === '') return false
  }
}
