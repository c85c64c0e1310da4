/** A film that begins from another one: continued, or drawn again with its picture or its sound kept. */
import { expect, type Page, test } from '@playwright/test'
import { probe } from './film'
import { generate, save, visit } from './page'

const digest = (page: Page) => page.evaluate(() => window.kinora.digest())
const films = (page: Page) => page.getByRole('button', { name: /^Open: / })
const go = (page: Page) => page.getByRole('button', { name: /^Generate/ })

/** Presses Generate and waits until the library holds `count` films. */
async function make(page: Page, count: number): Promise<void> {
  await go(page).click()
  await expect(films(page)).toHaveCount(count)
  await expect(go(page)).toBeVisible()
}

test('a clip is changed by new words, with its picture or its sound kept', async ({ page }, info) => {
  await visit(page)
  await expect(page.getByRole('radio', { name: 'This clip: change it' })).toHaveCount(0)
  await generate(page, { prompt: 'a red ball on ice', seed: 7, steps: 2 })
  const first = await digest(page)

  await page.getByRole('radio', { name: 'This clip: change it' }).check()
  await page.getByLabel('Keep', { exact: true }).selectOption('picture')
  await page.locator('#prompt').fill('thunder over the city')
  await make(page, 2)
  const sounding = await digest(page)
  expect(sounding.picture).toBe(first.picture)
  expect(sounding.sound).not.toBe(first.sound)
  await expect(page.getByRole('radio', { name: 'Nothing' })).toBeChecked()

  const file = info.outputPath('remix.mp4')
  await save(page, file)
  expect(JSON.parse(probe(file).tags['comment'] ?? '')).toMatchObject({ from: { how: 'remix', keep: 'picture', prompt: 'a red ball on ice', seed: 7 } })

  await page.getByRole('radio', { name: 'This clip: change it' }).check()
  await page.getByLabel('Keep', { exact: true }).selectOption('sound')
  await page.locator('#prompt').fill('a blue ball on grass')
  await make(page, 3)
  const repainted = await digest(page)
  expect(repainted.sound).toBe(sounding.sound)
  expect(repainted.picture).not.toBe(sounding.picture)

  // A film of another origin says so when it is opened again.
  await page.reload()
  await page.evaluate(() => window.kinora.ready)
  await films(page).first().click()
  await expect(page.getByText('This film began from another one.')).toBeVisible()
  await expect.poll(() => digest(page).catch(() => null)).toEqual(repainted)
})

test('a clip is continued, by the keyboard alone', async ({ page }, info) => {
  await visit(page)
  const first = await generate(page, { prompt: 'a red ball on ice', seed: 7, steps: 2 })
  await page.getByRole('radio', { name: 'Nothing' }).focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('radio', { name: 'This clip: continue it' })).toBeChecked()
  await expect(page.locator('#length')).toHaveValue(String(first.seconds + 2))
  await page.locator('#prompt').press('Control+Enter')
  await expect(films(page)).toHaveCount(2)
  const file = info.outputPath('longer.mp4')
  await save(page, file)
  expect(probe(file).seconds).toBeCloseTo(first.seconds + 2, 1)
})
