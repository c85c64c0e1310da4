/** `npm start`: installs what is missing, builds what is stale, serves Kinora on localhost and opens it. */
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { build, dist, ensureBuilt } from './build.mjs'
import { ensureInstalled } from './install.mjs'
import { serve } from './serve.mjs'

const usage = `Usage: npm start -- [--no-open] [--port 5270] [--rebuild]
  --no-open   serve only
  --port      another port; without it the first free one from 5270
  --rebuild   build even if nothing changed`

/** Films and weights belong to an origin, and a port is part of it: the same one every time, if it is free. */
const usualPort = 5270

const { open, port, rebuild } = readArguments()
try {
  await ensureInstalled()
  await (rebuild ? build() : ensureBuilt())
  const { url } = await listen()
  console.log(`Kinora is at ${url}  (Ctrl+C stops it)`)
  if (open) openInBrowser(url)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: { 'no-open': { type: 'boolean' }, port: { type: 'string' }, rebuild: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
    if (values.help) {
      console.log(usage)
      process.exit(0)
    }
    const port = values.port === undefined ? undefined : Number(values.port)
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) throw new Error('--port needs a number from 1 to 65535.')
    return { open: !values['no-open'], port, rebuild: values.rebuild ?? false }
  } catch (error) {
    console.error(`${error.message}\n${usage}`)
    process.exit(2)
  }
}

async function listen() {
  for (let candidate = port ?? usualPort; ; candidate++) {
    try {
      return await serve({ folder: dist, port: candidate })
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error
      if (port !== undefined) throw new Error(`Port ${port} is taken. Stop what uses it, or choose another with --port.`, { cause: error })
      if (candidate > usualPort + 50) throw new Error(`No free port from ${usualPort} on. Choose one with --port.`, { cause: error })
    }
  }
}

function openInBrowser(url) {
  const [command, ...args] =
    { darwin: ['open', url], win32: ['cmd', '/c', 'start', '', url] }[process.platform] ?? ['xdg-open', url]
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => console.log('Open that address in a browser.'))
  child.unref()
}
