/** From a few words to many films: details added to a prompt, variations in braces, and the queue that makes them. */
import { spawnSync } from 'node:child_process'
import { readdir, stat, truncate, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { probe } from './film'
import { save, testPack, visit } from './page'

const prompt = (page: Page) => page.getByLabel('What happens in your film?', { exact: true }).and(page.locator('textarea'))
const caption = (page: Page) => page.getByRole('textbox', { name: 'What the model is given' })
const films = (page: Page) => page.getByRole('button', { name: /^Open: / })
const queue = (page: Page) => page.getByRole('region', { name: /^(Queue|Antrean)$/ })
const digest = (page: Page) => page.evaluate(() => window.kinora.digest())

/** As few steps as the pack allows. */
async function fewSteps(page: Page): Promise<void> {
  await page.getByText('Advanced', { exact: true }).click()
  await page.getByLabel('Steps', { exact: true }).press('Home')
}

test('a few words become a caption that can be read, changed and switched off; the film remembers both', async ({ page }, info) => {
  await visit(page)
  await fewSteps(page)
  await prompt(page).fill('a crimson sphere hopping on hardwood')
  await expect(caption(page)).toHaveValue(/^a crimson sphere of [a-z ]+ hopping on hardwood .+ camera$/)
  const first = await caption(page).inputValue()
  await page.getByRole('button', { name: 'Choose other details' }).click()
  await expect(caption(page)).not.toHaveValue(first)

  await page.getByRole('button', { name: /^Generate/ }).click()
  await expect(films(page)).toHaveCount(1)
  const given = await caption(page).inputValue()
  const made = await digest(page)
  const file = info.outputPath('film.mp4')
  await save(page, file)
  const { tags } = probe(file)
  expect(tags['title']).toBe('a crimson sphere hopping on hardwood')
  expect(JSON.parse(tags['comment'] ?? '')).toMatchObject({ prompt: given, written: 'a crimson sphere hopping on hardwood' })

  // Words of one's own; and none at all.
  await caption(page).fill('a red glass ball on ice')
  await page.getByRole('button', { name: 'Undo my changes' }).click()
  await expect(caption(page)).toHaveValue(given)
  await page.getByRole('switch', { name: 'Add details' }).uncheck()
  await expect(caption(page)).toHaveCount(0)
  await prompt(page).fill('something else')
  await page.reload()
  await page.evaluate(() => window.kinora.ready)
  await expect(page.getByRole('switch', { name: 'Add details' })).not.toBeChecked()

  await films(page).click()
  await expect(prompt(page)).toHaveValue('a crimson sphere hopping on hardwood')
  await expect(caption(page)).toHaveValue(given)
  await page.getByRole('button', { name: /^Generate/ }).click()
  await expect(films(page)).toHaveCount(2)
  expect(await digest(page)).toEqual(made)

  // The file alone is enough as well.
  await prompt(page).fill('')
  await page.locator('.foot input[type=file]').setInputFiles(file)
  await expect(prompt(page)).toHaveValue('a crimson sphere hopping on hardwood')
  await expect(caption(page)).toHaveValue(given)
})

test('what the model does not know is said, and the sentence stays', async ({ page }) => {
  await visit(page)
  await prompt(page).fill('a turquoise ball and a dragon')
  await expect(page.getByText('The model does not know “turquoise”. Nearest: blue.')).toBeVisible()
  await expect(page.getByText('The model has no words for: dragon.', { exact: false })).toBeVisible()
  await expect(caption(page)).toHaveValue(/^a turquoise ball and a dragon, .*(blue|azure|navy)/)
  await prompt(page).fill('kembang api merah di kota')
  await expect(page.getByText('This model has not learned fireworks, nor anything near.', { exact: false })).toBeVisible()
  await expect(caption(page)).toHaveCount(0)
  await prompt(page).fill('bola mreah memantul di es')
  await expect(caption(page)).toHaveValue(/^(sebuah )?bola .*merah.* es .*kamera diam$/)
  await expect(page.getByRole('button', { name: 'Ask this browser’s language model' })).toHaveCount(0)
})

test('a language model that the browser brings along says it in words that the model of films knows', async ({ page }) => {
  // It is in no browser that tests run in; what it answers is played here, how it is asked and what is made of it is ours.
  await page.addInitScript(() => {
    const answers = ['Two dragons dance.', '"A blue ball bounces on ice."']
    const session = { prompt: () => Promise.resolve(answers.shift() ?? ''), destroy: () => undefined }
    Object.defineProperty(self, 'LanguageModel', { configurable: true, value: { availability: () => Promise.resolve('available'), create: () => Promise.resolve(session) } })
  })
  await visit(page)
  await prompt(page).fill('a blue dragon gizmo above a frozen pond')
  await page.getByRole('button', { name: 'Ask this browser’s language model' }).press('Enter')
  await expect(page.getByText('The browser’s language model had nothing that keeps what you said.', { exact: false })).toBeVisible()
  await expect(caption(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Ask this browser’s language model' }).press('Enter')
  await expect(caption(page)).toHaveValue(/^(?=.*\b(ice|frozen|icy))(?=.*(blue|azure|navy|cobalt))(?=.*(ball|sphere|orb))/)
  await page.getByRole('button', { name: 'Undo my changes' }).click()
  await expect(caption(page)).toHaveCount(0)
})

test('braces and seeds become a queue that can be paused, ordered, cancelled and carried over a reload', async ({ page }) => {
  await visit(page)
  await fewSteps(page)
  await prompt(page).fill('{red|blue ball')
  await expect(page.getByText('A brace has no partner.', { exact: false })).toBeVisible()
  await page.getByRole('button', { name: /^Generate/ }).click()
  // Now also as a notice, and nothing is made.
  await expect(page.getByText('A brace has no partner.', { exact: false })).toHaveCount(2)
  await expect(page.getByRole('progressbar', { name: 'Making the film' })).toHaveCount(0)

  await prompt(page).fill('{red|blue} ball')
  await page.getByLabel('Films of each sentence').fill('40')
  await expect(page.getByText('That would be 80 films; 64 at once is the limit.', { exact: false })).toBeVisible()
  await page.getByLabel('Films of each sentence').fill('3')
  await expect(page.getByText('2 × 3 = 6 films')).toBeVisible()
  await page.getByLabel('Seed', { exact: true }).fill('10')
  await page.getByRole('button', { name: 'Make 6 films' }).click()
  await queue(page).getByRole('button', { name: 'Pause the queue' }).click()
  await expect(queue(page).getByText('Paused: no new film is started.', { exact: false })).toBeVisible()
  await expect(queue(page).getByText('being made')).toHaveCount(0)
  const done = await films(page).count()
  expect(done).toBeGreaterThan(0)

  await page.reload()
  await page.evaluate(() => window.kinora.ready)
  const items = queue(page).getByRole('listitem')
  await expect(items).toHaveCount(6 - done)
  await expect(items.last()).toContainText('blue ball')
  await expect(items.last()).toContainText('12')
  // By keyboard: the last one to the top of the list.
  const up = page.getByRole('button', { name: 'Make earlier: blue ball, seed 12' })
  await up.focus()
  for (let i = 0; i < 6; i++) await page.keyboard.press('Enter')
  await expect(up).toBeFocused()
  await expect(items.first()).toContainText('12')
  await expect(up).toHaveAttribute('aria-disabled', 'true')
  await page.getByRole('button', { name: 'Cancel: blue ball, seed 11' }).click()
  await expect(items).toHaveCount(5 - done)

  await queue(page).getByRole('button', { name: 'Continue' }).click()
  await expect(queue(page)).toHaveCount(0, { timeout: 120_000 })
  await expect(films(page)).toHaveCount(5)
  await expect(page.getByRole('button', { name: 'Open: blue ball' })).toHaveCount(2)
})

test('of films of which one may not be made none is begun, and the words stay', async ({ page }) => {
  await visit(page)
  await prompt(page).fill('a {beheading|red ball}')
  await page.getByRole('button', { name: 'Make 2 films' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Not filmed: graphic violence' })).toBeVisible()
  await expect(queue(page)).toHaveCount(0)
  await expect(prompt(page)).toHaveValue('a {beheading|red ball}')
})

test('the shell makes many films out of a file, and goes on where it was cut off', async () => {
  const [jobs, out] = [test.info().outputPath('jobs.jsonl'), test.info().outputPath('films')]
  await writeFile(jobs, '{"prompt": "a red ball", "seed": 7, "details": true}\n{"prompt": "a beheading", "seed": 1}\n{"prompt": "rain", "seed": 2, "out": "rain.mp4"}\n')
  const batch = () => {
    const args = ['bin/generate.mjs', '--batch', jobs, '--out', out, '--pack', testPack, '--backend', 'wasm', '--steps', '2', '--json']
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: fileURLToPath(new URL('..', import.meta.url)), encoding: 'utf8' })
    return { status, lines: stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>) }
  }
  const first = batch()
  expect(first.status).toBe(1)
  expect(first.lines).toMatchObject([{ line: 1, written: 'a red ball', seed: 7, steps: 2 }, { line: 2, error: expect.stringMatching(/^Kinora shows no graphic violence/) }, { line: 3, prompt: 'rain' }])
  const ball = String(first.lines[0]?.['file'])
  expect((await readdir(out)).toSorted()).toEqual([ball.slice(out.length + 1), 'rain.mp4'])
  expect(JSON.parse(probe(ball).tags['comment'] ?? '')).toMatchObject({ prompt: first.lines[0]?.['prompt'], written: 'a red ball' })

  const { size, mtimeMs } = await stat(ball)
  await truncate(`${out}/rain.mp4`, 1000)
  await writeFile(jobs, '{"prompt": "a red ball", "seed": 7, "details": true}\n{"prompt": "rain", "seed": 2, "out": "rain.mp4"}\n')
  const second = batch()
  expect(second.status).toBe(0)
  expect(second.lines).toMatchObject([{ line: 1, file: ball, skipped: true }, { line: 2, prompt: 'rain' }])
  expect(await stat(ball)).toMatchObject({ size, mtimeMs })
  expect(probe(`${out}/rain.mp4`).seconds).toBeCloseTo(2, 1)
})
