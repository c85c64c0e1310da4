/**
 * `npm run -s generate`: the same job as on the page, from a shell. Opens the real page in a headless browser, asks it for
 * films through `window.kinora` (src/lib/automation.ts) and saves the MP4s.
 *
 * Exit status: 0 saved, 1 something could not be made, 2 the arguments make no sense.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { ArgumentError, readArguments, usage } from './arguments.mjs'
import { ensureInstalled } from './install.mjs'
import { Session } from './session.mjs'

try {
  const asked = readArguments(process.argv.slice(2))
  if (asked.help) console.log(usage)
  else await main(asked)
} catch (error) {
  const wrongArguments = error.name === 'ArgumentError'
  console.error(wrongArguments ? `${error.message}\n\n${usage}` : sentence(error))
  process.exitCode = wrongArguments ? 2 : 1
}

async function main(asked) {
  await ensureInstalled()
  if (asked.batch === undefined) {
    const session = new Session(asked.json ? () => undefined : progressLine())
    try {
      tell(await session.make(asked, asked.out), asked.json)
    } finally {
      await session.close()
    }
  } else await makeBatch(asked)
}

/** Makes what is not there yet, one film after another; a film that fails stops no other. */
async function makeBatch({ batch, out, json, defaults }) {
  // Only now: what it needs may have been missing.
  const { isMade, readJobs } = await import('./batch.mjs')
  const text = await readFile(batch, 'utf8').catch((error) => {
    throw new ArgumentError(`The batch ${batch} cannot be read: ${error.message}`)
  })
  const jobs = readJobs(text, defaults, out)
  await mkdir(out, { recursive: true })
  const session = new Session(json ? () => undefined : progressLine())
  const counts = { made: 0, skipped: 0, failed: 0 }
  try {
    for (const job of jobs) {
      const { line, wish, file } = job
      if (await isMade(job)) {
        counts.skipped++
        if (json) console.log(JSON.stringify({ line, file, skipped: true }))
        continue
      }
      try {
        if (!json) console.error(`Line ${line}: ${wish.prompt}`)
        tell(await session.make(wish, file), json, { line })
        counts.made++
      } catch (error) {
        counts.failed++
        const reason = sentence(error)
        if (json) console.log(JSON.stringify({ line, file, error: reason }))
        console.error(`Line ${line} failed: ${reason}`)
        // A worker or a browser that broke down must not take the next film with it.
        await session.closePage()
      }
    }
  } finally {
    await session.close()
  }
  console.error(`${counts.made} made, ${counts.skipped} there already, ${counts.failed} failed.`)
  if (counts.failed > 0) process.exitCode = 1
}

/** Says that a film is there. */
function tell(summary, json, more = {}) {
  if (json) {
    console.log(JSON.stringify({ ...more, ...summary }))
    return
  }
  const { file, seconds, width, height, fps, seed, backend, timings, notes = [] } = summary
  for (const note of notes) console.error(note)
  console.error(`${file}: ${seconds} s, ${width} × ${height}, ${fps} fps, seed ${seed}, ${backend}, made in ${(timings.total / 1000).toFixed(1)} s`)
}

/** One line on stderr that keeps up with the work; plain lines where stderr is no terminal. */
function progressLine() {
  const tty = process.stderr.isTTY
  let last = ''
  return (event) => {
    const text = describe(event)
    if (text === last) return
    last = text
    process.stderr.write(tty ? `\r${text}\u001b[K` : `${text}\n`)
    if (tty && event.phase === 'export') process.stderr.write('\n')
  }
}

function describe(event) {
  switch (event.phase) {
    case 'load':
      return 'Opening the model …'
    case 'text':
      return 'Reading the prompt …'
    case 'step': {
      const window = event.windows > 1 ? `part ${event.window + 1} of ${event.windows}, ` : ''
      return `Generating: ${window}step ${event.step} of ${event.steps}, ${Math.ceil(event.remainingMs / 1000)} s left`
    }
    case 'decode':
      return 'Drawing the frames …'
    case 'sound':
      return 'Sounding …'
    case 'export':
      return 'Writing the film …'
    default:
      return 'Working …'
  }
}

/** An error of the page says what happened and what to do; the driver's stack around it helps nobody. */
function sentence(error) {
  const [line = 'The film could not be made.'] = String(error.message ?? error).split('\n')
  return line.replace(/^(page\.\w+: )?(\w*Error: )*/, '')
}
