/** Live directing: a film that plays while it is made, and follows what is said. */
import { expect, type Page, test } from '@playwright/test'
import { testPack, visit } from './page'

const field = (page: Page) => page.getByRole('textbox', { name: /^(What happens\?|Apa yang terjadi\?)$/ })
const status = (page: Page, text: RegExp) => page.getByRole('status').filter({ hasText: text })
const playing = (page: Page) => expect(status(page, /^(Playing while|Diputar selagi)/)).toBeVisible({ timeout: 120_000 })
const said = (page: Page) => page.getByRole('list', { name: /^(What was said|Yang dikatakan)$/ }).getByRole('listitem')
const stopped = (page: Page) => expect(status(page, /^(Stopped after|Dihentikan setelah)/)).toBeVisible()

async function live(page: Page): Promise<void> {
  await visit(page, { pack: testPack })
  await page.getByRole('navigation').getByRole('link', { name: /^(Live|Langsung)$/ }).click()
  await expect(field(page)).toBeVisible()
}

/** A digest of the picture on the stage. */
const shown = (page: Page) => page.locator('canvas.picture').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())

test('by the keyboard alone: a film starts, plays, follows a new sentence at the second it says, pauses, stops, and is kept', async ({ page }) => {
  await live(page)
  await field(page).fill('a red ball')
  await page.keyboard.press('Enter')
  await playing(page)
  const before = await shown(page)
  await expect.poll(() => shown(page)).not.toBe(before)

  await field(page).fill('a blue ball on ice')
  // What is promised at the very moment of saying it is what counts.
  await page.evaluate(() => addEventListener('submit', () => (document.title = document.getElementById('live-when')?.textContent ?? ''), { capture: true, once: true }))
  await page.keyboard.press('Enter')
  await expect(said(page)).toHaveCount(2)
  await expect(said(page).nth(1)).toContainText('a blue ball on ice')
  const [, second] = /second (\d+)/.exec(await page.title()) ?? []
  await expect(said(page).nth(1)).toContainText(`from second ${second}`)
  await expect(said(page).nth(1)).toHaveAttribute('aria-current', 'true', { timeout: 60_000 })
  console.log(await page.locator('.figures').textContent())

  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Pause' }).press('Enter')
  await expect(status(page, /^Paused/)).toBeVisible()
  await page.waitForTimeout(300)
  const still = await shown(page)
  await page.waitForTimeout(1500)
  expect(await shown(page)).toBe(still)
  await page.getByRole('button', { name: 'Resume' }).press('Enter')
  await playing(page)
  await expect.poll(() => shown(page)).not.toBe(still)

  await page.keyboard.press('Escape')
  await stopped(page)
  await page.getByRole('button', { name: 'Keep as a film' }).press('Enter')
  await expect(page).toHaveURL(/#studio$/)
  await expect(page.getByRole('button', { name: 'Open: a red ball' })).toBeVisible()
  expect(await page.evaluate(() => window.kinora.digest())).toHaveProperty('picture')
})

test('the same words at the same seconds give the same film again', async ({ page }) => {
  await live(page)
  await field(page).fill('rain over the sea')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await playing(page)
  await field(page).fill('fireworks')
  await page.getByRole('button', { name: 'Say it' }).click()
  await expect(said(page)).toHaveCount(2)
  await page.waitForTimeout(2000)
  await page.getByRole('button', { name: 'Stop' }).click()
  await stopped(page)
  const words = await said(page).allTextContents()
  await page.getByRole('button', { name: 'Keep as a film' }).click()
  await expect(page).toHaveURL(/#studio$/)
  const first = await page.evaluate(() => window.kinora.digest())
  const seconds = Number(/· (\d+) s ·/.exec((await page.locator('.caption').textContent()) ?? '')?.[1])

  await page.getByRole('button', { name: 'Open: rain over the sea' }).click()
  await page.getByRole('button', { name: 'Make it again' }).click()
  await playing(page)
  await expect(said(page)).toHaveCount(2, { timeout: 60_000 })
  expect(await said(page).allTextContents()).toEqual(words)
  // A little more is made than there was: the tokens of the beginning decide.
  await expect.poll(async () => Number(/second (\d+)/.exec((await page.getByText(/^Takes effect from second/).textContent()) ?? '')?.[1]), { timeout: 60_000 }).toBeGreaterThan(seconds)
  await page.getByRole('button', { name: 'Stop' }).click()
  await stopped(page)
  await page.getByRole('button', { name: 'Keep as a film' }).click()
  await expect(page).toHaveURL(/#studio$/)
  const prefix = await page.evaluate(async () => {
    const request = indexedDB.open('kinora-films')
    const database = await new Promise<IDBDatabase>((resolve) => (request.onsuccess = () => resolve(request.result)))
    const store = database.transaction('films').objectStore('films')
    const read = <T>(wish: IDBRequest<T>) => new Promise<T>((resolve) => (wish.onsuccess = () => resolve(wish.result)))
    const [newer, older] = (await read(store.get('index-1'))) as { id: string }[]
    const [a, b] = await Promise.all([older, newer].map((entry) => read(database.transaction('films').objectStore('films').get(`latents:${entry!.id}`)) as Promise<{ video: Float32Array; sound: Float32Array; state: Float32Array }>))
    return (['video', 'sound', 'state'] as const).map((name) => a![name].length > 0 && a![name].every((x, i) => x === b![name][i]))
  })
  expect(prefix).toEqual([true, true, true])
  expect(first.picture).toHaveLength(64)
})

test('what may not be filmed is refused in a sentence, and the film goes on', async ({ page }) => {
  await live(page)
  await field(page).fill('a red ball')
  await page.keyboard.press('Enter')
  await playing(page)
  await field(page).fill('a beheading')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: 'beheading' })).toContainText('Kinora does not film “a beheading”. What was said before goes on')
  await expect(said(page)).toHaveCount(1)
  await playing(page)
  // Leaving the place ends the film; it is still there.
  await page.getByRole('navigation').getByRole('link', { name: 'Learn' }).click()
  await page.getByRole('navigation').getByRole('link', { name: 'Live' }).click()
  await stopped(page)
  await page.getByRole('button', { name: 'Go on' }).click()
  await playing(page)
})
