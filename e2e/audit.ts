/** What axe finds on a page, and how a view looks to everyone: in both languages, by day and by night, on a desk and on a telephone. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Nothing is found on the page as it is now. @param state named where something is */
export async function audit(page: Page, state: string): Promise<void> {
  // Colours in transition are no colours.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => (animation.effect?.getComputedTiming().endTime === Infinity ? undefined : animation.finished.catch(() => undefined)))))
  // There are no frames to be asked, for which axe would open another page each time.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'], runOnly: tags }).analyze()
  expect(violations.map(({ id, nodes }) => `${state}: ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([])
}

const desk = { width: 1280, height: 800 }
const telephone = { width: 360, height: 740 }
/** Each language in each light, each light and each language in each width. */
const looks = [
  { language: 'en', colorScheme: 'light', viewport: desk },
  { language: 'en', colorScheme: 'dark', viewport: telephone },
  { language: 'id', colorScheme: 'light', viewport: telephone },
  { language: 'id', colorScheme: 'dark', viewport: desk },
] as const

/** In every look of the view that is open, axe finds nothing and nothing is wider than the screen. The first look is left as it was found. `SHOTS=folder` keeps a picture of each. */
export async function auditLooks(page: Page, state: string): Promise<void> {
  for (const { language, colorScheme, viewport } of looks) {
    const look = `${state}, ${language}, ${colorScheme}, ${viewport.width} px`
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize(viewport)
    // The choice in the settings, which are behind whatever is open now.
    await page.evaluate((value) => document.querySelector<HTMLInputElement>(`input[name=language][value=${value}]`)?.click(), language)
    await expect(page.locator('html')).toHaveAttribute('lang', language)
    // As high as it is long: what stands fixed at its foot then covers nothing that could be scrolled from under it.
    const length = await page.evaluate(() => document.documentElement.scrollHeight)
    await page.setViewportSize({ ...viewport, height: Math.max(viewport.height, length) })
    await audit(page, look)
    expect(await page.evaluate(() => document.documentElement.scrollWidth), look).toBeLessThanOrEqual(viewport.width)
    if (process.env['SHOTS']) await page.screenshot({ path: `${process.env['SHOTS']}/${look.replaceAll(/\W+/g, '-')}.png`, fullPage: true })
  }
  const [{ colorScheme, viewport }] = looks
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize(viewport)
  await page.evaluate(() => document.querySelector<HTMLInputElement>('input[name=language][value=en]')?.click())
}
