/**
 * `npm run -s verify -- FILE [--json]`: what the page says at #verify, from a shell. Opens the real page in a headless browser; the file
 * is read there and goes nowhere.
 *
 * Exit status: 0 unchanged since it was signed, 1 it does not fit its signature or cannot be read, 2 the arguments make no sense, 3 not signed.
 */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { browserArgs, findBrowser } from './browser.mjs'
import { dist, ensureBuilt } from './build.mjs'
import { ensureInstalled } from './install.mjs'
import { serve } from './serve.mjs'

const usage = `Usage: npm run -s verify -- FILE [--json]

  FILE     a film, picture or sound, from Kinora or from anywhere else
  --json   print one line of JSON instead of words`

const status = { intact: 0, broken: 1, unreadable: 1, none: 3 }

/** A sentence for the person; the program ends with exit status 2. */
class ArgumentError extends Error {
  name = 'ArgumentError'
}

try {
  const { file, json, help } = readArguments(process.argv.slice(2))
  if (help) console.log(usage)
  else {
    await ensureInstalled()
    const { report, text } = await examine(file)
    console.log(json ? JSON.stringify({ file, ...report }) : text)
    process.exitCode = status[report.state]
  }
} catch (error) {
  const wrongArguments = error.name === 'ArgumentError'
  console.error(wrongArguments ? `${error.message}\n\n${usage}` : String(error.message).split('\n', 1)[0])
  process.exitCode = wrongArguments ? 2 : 1
}

/** @throws {ArgumentError} */
function readArguments(args) {
  const { values, positionals } = parse(args)
  const [name, ...more] = positionals
  if (values.help) return { help: true }
  if (name === undefined) throw new ArgumentError('Say which file to verify.')
  if (more.length > 0) throw new ArgumentError(`One file at a time, not ${positionals.length}.`)
  if (!statSync(name, { throwIfNoEntry: false })?.isFile()) throw new ArgumentError(`There is no file ${name}.`)
  return { file: resolve(name), json: values.json }
}

function parse(args) {
  try {
    return parseArgs({ args, options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } }, allowPositionals: true })
  } catch (error) {
    throw new ArgumentError(error.message, { cause: error })
  }
}

/** The page's report, and what it shows, as lines. */
async function examine(file) {
  await ensureBuilt()
  const { chromium } = await import('@playwright/test')
  const server = await serve({ folder: dist })
  try {
    const browser = await chromium.launch({ executablePath: await findBrowser(), args: browserArgs })
    try {
      const page = await browser.newPage({ locale: 'en' })
      await page.goto(`${server.url}#verify`)
      await page.locator('#verify-file').setInputFiles(file)
      const report = await page.evaluate(() => window.kinora.report())
      if (!report) throw new Error('The file could not be examined: what reads signatures did not start.')
      return { report, text: await page.locator('main [aria-live]').innerText() }
    } finally {
      await browser.close()
    }
  } finally {
    await server.close()
  }
}
