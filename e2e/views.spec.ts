/** Every view of the page and every dialogue, as they are with something in them: for everyone, in both languages and both lights, on a desk and on a telephone. */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { auditLooks } from './audit'
import { drop, generate, open, testPack, visit } from './page'

const picture = fileURLToPath(new URL('elsewhere.jpg', import.meta.url))
const prompt = (page: Page) => page.getByRole('textbox', { name: 'What happens in your film?' })
const go = (page: Page, place: string) => page.getByRole('navigation').getByRole('link', { name: place }).click()

test.beforeEach(({ page }) => page.emulateMedia({ reducedMotion: 'reduce' }))

test('the studio: from words to a film of several clips, and every dialogue on the way', async ({ page }, info) => {
  test.slow()
  // The model comes when it is let through.
  let letThrough = (): void => undefined
  const held = new Promise<void>((resolve) => (letThrough = resolve))
  await page.route(`**/packs/${testPack}/weights*`, async (route) => {
    await held
    await route.continue()
  })
  await open(page)
  await auditLooks(page, 'an empty page')
  await prompt(page).fill('a red ball and a dragon')
  await page.getByRole('button', { name: /^Generate/ }).click()
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible()
  await auditLooks(page, 'a film that waits for its model')
  letThrough()
  await expect(page.getByRole('button', { name: 'Open: a red ball and a dragon' })).toBeVisible({ timeout: 120_000 })

  // A clip on the stage, with everything open, and both kinds of notice.
  await page.getByRole('radio', { name: 'This clip: change it' }).check()
  for (const fold of ['Advanced', 'What it can do']) await page.getByText(fold, { exact: true }).click()
  await generate(page, { prompt: 'a blue ball on ice "Big sale today"', seed: 3, steps: 2 })
  await page.getByRole('radio', { name: 'This clip: change it' }).check()
  await page.getByRole('button', { name: 'Delete: a red ball and a dragon' }).click()
  await writeFile(info.outputPath('letter.mp4'), 'Dear reader, this is no film.')
  await drop(page, info.outputPath('letter.mp4'), 'letter.mp4', 'video/mp4')
  await expect(page.getByRole('alert').getByText('This is neither a film').first()).toBeVisible()
  await auditLooks(page, 'a clip, and notices')
  await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click()

  await page.getByRole('button', { name: 'Take hold' }).click()
  await expect(page.getByRole('button', { name: /^Object \d: / }).first()).toBeVisible()
  await auditLooks(page, 'a clip that is held')
  await page.getByRole('button', { name: 'Take hold' }).click()

  await page.getByRole('button', { name: 'Save as…' }).click()
  const saving = page.getByRole('dialog', { name: 'Save as a file' })
  await saving.getByRole('radio', { name: 'From one frame to another' }).check()
  await saving.getByLabel('Shape').selectOption('wide')
  await expect(saving.getByText(/about .*, in about /)).toBeVisible()
  await auditLooks(page, 'saving as a file')
  await saving.getByRole('button', { name: 'Close' }).click()

  await drop(page, picture, 'garden.jpg', 'image/jpeg')
  await expect(page.getByRole('dialog', { name: 'A picture from elsewhere' })).toBeVisible()
  await auditLooks(page, 'a picture from elsewhere')
  await page.getByRole('button', { name: 'Take it' }).click()
  await expect(page.getByRole('button', { name: 'Open: garden' })).toBeVisible({ timeout: 60_000 })
  await auditLooks(page, 'beginning with a picture')

  // Words that may not be filmed; then a queue that waits.
  await page.getByRole('radio', { name: 'Nothing' }).check()
  await prompt(page).fill('a beheading')
  await prompt(page).press('Control+Enter')
  await expect(page.getByRole('alert').filter({ hasText: 'Not filmed' })).toBeVisible()
  await auditLooks(page, 'a refusal')
  await prompt(page).fill('{red|blue ball')
  await expect(page.getByText('A brace has no partner.', { exact: false })).toBeVisible()
  await prompt(page).fill('{red|blue|green} ball on {ice|grass}')
  await page.getByRole('button', { name: 'Make 6 films' }).click()
  await page.getByRole('button', { name: 'Pause the queue' }).click()
  await expect(page.getByText('being made')).toHaveCount(0)
  await auditLooks(page, 'a queue')

  // A film of several clips, one of them chosen, a part marked; films being renamed and chosen to be saved.
  await page.getByRole('button', { name: 'Open: a blue ball on ice "Big sale today"' }).click()
  for (let clip = 0; clip < 3; clip++) await page.getByRole('button', { name: 'Add to film', exact: true }).click()
  const clips = page.getByRole('list', { name: 'Clips of the film' }).getByRole('button')
  await expect(clips).toHaveCount(3)
  await expect(page.getByRole('img', { name: 'Big sale today' })).toBeVisible()
  await page.getByRole('slider', { name: 'Playhead' }).press('Home')
  for (const key of ['i', 'Shift+ArrowRight', 'o']) await page.keyboard.press(key)
  await expect(page.getByText('Marked: 0:00:00 – 0:01:01, 1.06 s')).toBeVisible()
  await clips.nth(1).click()
  await page.getByRole('slider', { name: 'Dissolve' }).fill('8')
  await page.getByRole('button', { name: 'Save several…' }).click()
  await page.getByRole('button', { name: /^Rename: / }).click()
  await auditLooks(page, 'a film of clips')
  await page.getByRole('button', { name: 'Keys', exact: true }).click()
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await auditLooks(page, 'the keys')
})

test('the other places: storyboard, live, cameo, models, verify, learn, and the settings', async ({ page }) => {
  test.slow()
  await visit(page)
  await go(page, 'Storyboard')
  await page.getByText('From a script').click()
  await page.getByLabel('Script, one line a shot').fill('a red glass ball bounces by the sea at night\n+ the ball bounces on\na thunderstorm')
  await page.getByRole('button', { name: 'Make cards' }).click()
  await expect(page.getByRole('article')).toHaveCount(3)
  await page.getByRole('button', { name: 'Make shot 1' }).click()
  await expect(page.getByRole('button', { name: 'Show shot 1, take 1' })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('progressbar', { name: 'Making the film' })).toHaveCount(0)
  await page.getByText('From a script').click()
  await auditLooks(page, 'a storyboard')

  await go(page, 'Live')
  await auditLooks(page, 'live, at first')
  await page.getByRole('textbox', { name: 'What happens?' }).fill('a red ball')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: /^Playing while/ })).toBeVisible({ timeout: 120_000 })
  await page.getByRole('textbox', { name: 'What happens?' }).fill('a blue ball')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByRole('status').filter({ hasText: /^Paused/ })).toBeVisible()
  await auditLooks(page, 'live, held')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('status').filter({ hasText: /^Stopped after/ })).toBeVisible()
  await auditLooks(page, 'live, stopped')

  await go(page, 'Cameo')
  await expect(page.getByRole('button', { name: 'Open the camera and begin' })).toBeVisible()
  await auditLooks(page, 'cameo')

  await go(page, 'Models')
  await expect(page.getByRole('button', { name: `Check ${testPack}` })).toBeVisible()
  await page.getByRole('button', { name: `Check ${testPack}` }).click()
  await expect(page.locator('.outcome')).toContainText('is whole')
  await auditLooks(page, 'models')

  await go(page, 'Verify')
  await auditLooks(page, 'verify, at first')
  await page.getByLabel('File to check').setInputFiles(picture)
  await expect(page.getByRole('heading', { name: 'Unchanged since it was signed' })).toBeVisible({ timeout: 60_000 })
  await auditLooks(page, 'verify')

  await go(page, 'Learn')
  await expect(page.getByRole('heading', { name: 'How to tell what is real' })).toBeVisible()
  await auditLooks(page, 'learn')
  await page.getByRole('button', { name: 'Settings' }).click()
  await auditLooks(page, 'settings')
})
