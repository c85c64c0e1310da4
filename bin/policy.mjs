/**
 * `npm run -s policy [-- --development] [--json]`: precision and recall of the screen, for every rule and language, on what of the corpus was
 * held out while the rules were tuned (heldOut.json, and voices.json: other people's ways to say it, met by the rules only afterwards), or on
 * the other half.
 */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runnerImport } from 'vite'

const at = (path) => fileURLToPath(new URL(`../workers/policy/${path}`, import.meta.url))

const { values } = parseArgs({ options: { development: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } })
const { joined, measure, tally } = (await runnerImport(at('measure.ts'))).module
const corpora = new Map()
for (const name of values.development ? ['development'] : ['heldOut', 'voices']) corpora.set(name, JSON.parse(await readFile(at(`corpus/${name}.json`), 'utf8')))
const { measures, falseAlarms, missed } = measure(joined([...corpora.values()]))

if (values.json) console.log(JSON.stringify({ measures, falseAlarms, missed }))
else {
  const percent = (share) => (Number.isNaN(share) ? '–' : `${Math.round(100 * share)} %`)
  console.log('| rule | language | prompts | recall | refused by any rule | precision |\n|---|---|---|---|---|---|')
  for (const { rule, language, prompts, recall, refused, precision } of measures) console.log(`| ${rule} | ${language} | ${prompts} | ${percent(recall)} | ${percent(refused)} | ${percent(precision)} |`)
  for (const { language, prompts, refused } of falseAlarms) console.log(`\n${language}: ${refused.length} of ${prompts} harmless prompts refused${refused.map((text) => `\n  ${text}`).join('')}`)
  console.log(`\n${missed.length} missed${missed.map((text) => `\n  ${text}`).join('')}`)
  for (const [name, corpus] of corpora) {
    const { harmful, refused, harmless, falselyRefused } = tally(measure(corpus))
    console.log(`\n${name}.json: ${refused} of ${harmful} harmful prompts refused (${percent(refused / harmful)}), and ${falselyRefused} of ${harmless} harmless ones`)
  }
}
