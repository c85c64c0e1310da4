/** By the keyboard alone, as who sees no pointer goes through the page. */
import { expect, type Page, test } from '@playwright/test'
import { visit } from './page'

test('the keyboard alone writes a prompt, makes the film, plays it and moves by frames', async ({ page }) => {
  await visit(page)
  await tabTo(page, 'textarea')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('a green ball')
  await tabTo(page, 'button', /^(generate|make)/i)
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate(() => window.kinora.digest().then(() => 'film', () => 'none')), { timeout: 120_000 }).toBe('film')

  const position = (): Promise<{ playing: boolean; frame: number }> => page.evaluate(() => window.kinora.playback())
  if (!(await position()).playing) {
    await tabTo(page, 'button', /^play$/i)
    await page.keyboard.press('Enter')
  }
  await expect.poll(async () => (await position()).playing).toBe(true)
  await tabTo(page, 'button', /^pause$/i)
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await position()).playing).toBe(false)

  await tabTo(page, '[role=slider]', /timeline/i)
  await page.keyboard.press('Home')
  await expect.poll(async () => (await position()).frame).toBe(0)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect.poll(async () => (await position()).frame).toBe(2)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(async () => (await position()).frame).toBe(1)
})

/** Presses Tab until the focus is on an element that matches, and can be seen to be. */
async function tabTo(page: Page, selector: string, name?: RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    const focused = page.locator('*:focus')
    if ((await focused.count()) === 1 && (await focused.evaluate((element, css) => element.matches(css), selector))) {
      const label = await focused.evaluate((element) => element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '')
      if (!name || name.test(label)) {
        await expect(focused).toBeVisible()
        return
      }
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`The keyboard does not reach ${selector} ${name ?? ''}.`)
}
