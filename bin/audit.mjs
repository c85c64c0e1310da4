/**
 * `npm test -- audit`: asks the registry which of our dependencies have known weaknesses, and holds them against the exceptions in audit.json.
 * Where the registry does not answer, nothing is known, and that is said.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { root } from './install.mjs'

/** The registry could not be asked: no finding, and no all-clear. */
export class UnreachableError extends Error {
  name = 'UnreachableError'
}

const list = fileURLToPath(new URL('audit.json', import.meta.url))

/** @returns the exit status: 0 when nothing is found that is not excepted. Throws UnreachableError. */
export function audit() {
  const { stdout } = spawnSync('npm', ['audit', '--json'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28, shell: process.platform === 'win32' })
  const { lines, failed } = judge(parse(stdout), JSON.parse(readFileSync(list, 'utf8')).exceptions, new Date())
  for (const line of lines) console.error(line)
  return failed ? 1 : 0
}

/** What `npm audit --json` printed. Throws UnreachableError unless it is an answer. */
export function parse(text) {
  let report
  try {
    report = JSON.parse(text)
  } catch {
    throw new UnreachableError('The dependencies were not audited: npm audit gave no answer.')
  }
  if (!report.vulnerabilities) throw new UnreachableError(`The dependencies were not audited: the registry did not answer (${report.message ?? report.error?.summary ?? 'no reason given'}).`)
  return report
}

/**
 * @param report of `npm audit --json`, https://docs.npmjs.com/cli/commands/npm-audit
 * @param {{ id: string, package: string, reason: string, until: string }[]} exceptions `id` as GHSA-…, `until` a day from which it no longer holds
 * @param {Date} now
 */
export function judge(report, exceptions, now) {
  const advisories = new Map()
  for (const { via } of Object.values(report.vulnerabilities)) {
    // A string is the name of a dependency that has the weakness, and stands there itself.
    for (const found of via) if (typeof found === 'object') advisories.set(found.url, found)
  }
  const lines = []
  let failed = false
  const used = new Set()
  for (const { url = '', name, title, severity } of advisories.values()) {
    const id = url.split('/').at(-1)
    const exception = exceptions.find((one) => one.id === id && one.package === name)
    if (exception) used.add(exception)
    const holds = exception && now < new Date(exception.until)
    failed ||= !holds
    lines.push(`${holds ? 'excepted' : 'FOUND   '} ${name}: ${title} (${severity}, ${url})${exception ? ` · ${exception.reason} · until ${exception.until}${holds ? '' : ': over'}` : ''}`)
  }
  for (const one of exceptions) if (!used.has(one)) lines.push(`no longer needed: the exception ${one.id} for ${one.package}`)
  if (advisories.size === 0) lines.push('No known weaknesses.')
  return { lines, failed }
}
