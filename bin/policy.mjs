/**
 * `npm run -s policy [-- --development] [--json]`: precision and recall of the screen, for every rule and language, on the half of the corpus
 * that was held out while the rules were tuned, or on the other one.
 */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runnerImport } from 'vite'

const at = (path) => fileURLToPath(new URL(`../workers/policy/${path}`, import.meta.url))

const { values } = parseArgs({ options: { development: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } })
const { measure } = (await runnerImport(at('measure.ts'))).module
const { measures, falseAlarms, missed } = measure(JSON.parse(await readFile(at(`corpus/${values.development ? 'development' : 'heldOut'}.json`), 'utf8')))

if (values.json) console.log(JSON.stringify({ measures, falseAlarms, missed }))
else {
  const percent = (share) => (Number.isNaN(share) ? '–' : `${Math.round(100 * share)} %`)
  console.log('| rule | language | prompts | recall | refused by any rule | precision |\n|---|---|---|---|---|---|')
  for (const { rule, language, prompts, recall, refused, precision } of measures) console.log(`| ${rule} | ${language} | ${prompts} | ${percent(recall)} | ${percent(refused)} | ${percent(precision)} |`)
  for (const { language, prompts, refused } of falseAlarms) console.log(`\n${language}: ${refused.length} of ${prompts} harmless prompts refused${refused.map((text) => `\n  ${text}`).join('')}`)
  console.log(`\n${missed.length} missed${missed.map((text) => `\n  ${text}`).join('')}`)
}
