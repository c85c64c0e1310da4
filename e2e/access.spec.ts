/** For everyone: by keyboard, by screen reader, in both languages and both lights, on a phone. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { generate, visit } from './page'

const languages = [
  { locale: 'en-GB', lang: 'en' },
  { locale: 'id-ID', lang: 'id' },
] as const

/** In the second light the page is the same but for its colours: there the rules about colours are asked alone. */
async function audit(page: Page, state: string, rules: 'all' | 'colours' = 'all'): Promise<void> {
  // Colours in transition are no colours.
  await page.waitForTimeout(500)
  const axe = new AxeBuilder({ page })
  if (rules === 'all') axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
  else axe.withRules(['color-contrast', 'link-in-text-block'])
  const { violations } = await axe.analyze()
  const found = violations.map(({ id, nodes }) => `${state}: ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
  expect(found).toEqual([])
}

for (const { locale, lang } of languages) {
  test.describe(lang, () => {
    test.use({ locale })

    test('axe finds nothing on the page, before and after a film, in both lights', async ({ page }) => {
      const both = async (state: string): Promise<void> => {
        await page.emulateMedia({ colorScheme: 'light' })
        await audit(page, `${state}, light`)
        await page.emulateMedia({ colorScheme: 'dark' })
        await audit(page, `${state}, dark`, 'colours')
      }
      await visit(page)
      await expect(page.locator('html')).toHaveAttribute('lang', lang)
      await both('at first')
      await generate(page, { prompt: 'a red ball', seed: 1, steps: 2 })
      await both('with a film')
      await page.getByRole('button', { name: /settings|pengaturan|setelan/i }).click()
      await both('settings open')
    })
  })
}

test('axe finds nothing on a phone, and nothing is wider than the screen', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
  const page = await context.newPage()
  await visit(page)
  await generate(page, { prompt: 'a red ball', seed: 1, steps: 2 })
  await audit(page, 'phone')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  await context.close()
})

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
