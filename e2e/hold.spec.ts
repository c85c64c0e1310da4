/** Taking hold of what happens in a clip: moved on the picture and along the timeline, then made again around it. */
import { expect, type Page, test } from '@playwright/test'
import { audit } from './audit'
import { probe } from './film'
import { generate, save, testPack, visit } from './page'

const digest = (page: Page) => page.evaluate(() => window.kinora.digest())
const films = (page: Page) => page.getByRole('button', { name: /^Open: / })
const take = (page: Page) => page.getByRole('button', { name: 'Take hold' })
const handles = (page: Page) => page.getByRole('button', { name: /^Object \d: / })
const again = (page: Page) => page.getByRole('button', { name: 'Generate again' })
/** Random weights mean nothing. With this seed some of the four objects happen to be there. */
const wish = { prompt: 'a red ball on ice', seed: 3, steps: 2 }

/** Reads the random tokens as if they told of one object that is there and touches something once: any order of numbers is right if the manifest says so. */
async function tellOfContact(page: Page): Promise<void> {
  const numbers: Record<number, string> = { 76: 'there', 1: 'x', 2: 'y', 3: 'vx', 4: 'vy', 5: 'radius', 190: 'strength', 7: 'phase' }
  await page.route(`**/packs/${testPack}/manifest.json`, async (route) => {
    const response = await route.fetch()
    const manifest = await response.json()
    manifest.state = { ...manifest.state, objects: 1, parts: { objects: 208 }, object: Array.from({ length: 208 }, (_, i) => numbers[i] ?? `n${i}`) }
    await route.fulfill({ response, json: manifest })
  })
}

test('a path is moved by the keyboard, and the clip is made again around it', async ({ page }, info) => {
  await visit(page)
  await expect(take(page)).toHaveCount(0)
  await generate(page, wish)
  const first = await digest(page)
  await take(page).focus()
  await page.keyboard.press('Enter')
  await expect(take(page)).toHaveAttribute('aria-pressed', 'true')

  const handle = handles(page).first()
  await handle.focus()
  const from = await handle.evaluate((element) => element.style.top)
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowUp')
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => handle.evaluate((element) => element.style.top)).not.toBe(from)
  await expect(page.getByRole('status').filter({ hasText: /% across/ })).toHaveCount(1)

  await page.getByRole('button', { name: 'Reset' }).click()
  await expect.poll(() => handle.evaluate((element) => element.style.top)).toBe(from)
  await expect(again(page)).toHaveAttribute('aria-disabled', 'true')

  await handle.focus()
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowUp')
  await again(page).focus()
  await page.keyboard.press('Enter')
  await expect(films(page)).toHaveCount(2)
  await expect(take(page)).toHaveAttribute('aria-pressed', 'false')
  const second = await digest(page)
  expect(second.picture).not.toBe(first.picture)

  const file = info.outputPath('held.mp4')
  await save(page, file)
  expect(JSON.parse(probe(file).tags['comment'] ?? '')).toMatchObject({ seed: 3, from: { how: 'hold', prompt: 'a red ball on ice', seed: 3 } })

  // What was made before is still there as it was.
  await films(page).nth(1).click()
  await expect.poll(() => digest(page).catch(() => null)).toEqual(first)
})

test('a contact is moved along the timeline, by keys and by a pointer', async ({ page }) => {
  await tellOfContact(page)
  await visit(page)
  await generate(page, { ...wish, seed: 7 })
  const first = await digest(page)
  await take(page).click()
  const mark = page.getByRole('slider', { name: /^Object \d, contact \d/ }).first()
  const seconds = async () => Number(await mark.getAttribute('aria-valuenow'))
  const from = await seconds()
  await audit(page, 'contacts')
  await mark.focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(seconds).toBeCloseTo(from - 0.04, 2)
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(seconds).toBeCloseTo(from + 0.06, 2)
  const box = (await mark.boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x - 120, y, { steps: 4 })
  await page.mouse.up()
  await expect.poll(seconds).toBeLessThan(from - 0.1)
  await again(page).click()
  await expect(films(page)).toHaveCount(2)
  expect((await digest(page)).sound).not.toBe(first.sound)
})

test('on a phone a handle is dragged by a finger, and nothing is wider than the screen', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, locale: 'id-ID', colorScheme: 'dark' })
  const page = await context.newPage()
  await visit(page)
  await generate(page, wish)
  await page.getByRole('button', { name: 'Pegang' }).tap()
  const handle = page.getByRole('button', { name: /^Benda \d: / }).first()
  // The picture is out of sight where the button is.
  await expect(handle).toBeInViewport()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  const top = () => handle.evaluate((element) => element.style.top)
  const from = await top()
  const { x, y, width, height } = (await handle.boundingBox())!
  const finger = { x: x + width / 2, y: y + height / 2 }
  const touch = await context.newCDPSession(page)
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [finger] })
  for (const by of [10, 25, 40]) await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ ...finger, y: finger.y - by }] })
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await expect.poll(top).not.toBe(from)
  await context.close()
})
