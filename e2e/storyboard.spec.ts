/** A film of five shots, from an empty page to a file: written, made, made again in part, cut together and saved, as a person would. */
import { expect, type Locator, type Page, test } from '@playwright/test'
import { coarse, complaints, distance, frames, probe } from './film'
import { testPack, visit } from './page'
import { play } from './player'

const cards = (page: Page): Locator => page.getByRole('article')
const words = (page: Page, n: number): Locator => page.getByRole('textbox', { name: `Shot ${n}: what happens?` })
const caption = (page: Page, n: number): Locator => page.getByRole('textbox', { name: `What the model is given for shot ${n}` })
const clips = (page: Page): Locator => page.getByRole('list', { name: 'Clips of the film' }).getByRole('button')
const sentences = (page: Page): Promise<string[]> => cards(page).evaluateAll((all) => all.map((card) => card.querySelector('textarea')?.value ?? ''))
const idle = (page: Page): Promise<void> => expect(page.getByRole('progressbar', { name: 'Making the film' })).toHaveCount(0, { timeout: 120_000 })

/**
 * Drags a card by its handle to below the middle of another one. What happens on the page meanwhile may move both (a caption that comes late makes
 * its card higher), so that each place is read when it is needed, and what the pointer did is seen before it goes on.
 */
async function drag(page: Page, card: Locator, below: Locator): Promise<void> {
  const id = await card.getAttribute('aria-labelledby')
  const held = page.locator(`li.dragged > article[aria-labelledby="${id}"]`)
  const handle = card.locator('.handle')
  await expect(async () => {
    await handle.evaluate((element) => element.scrollIntoView({ block: 'start' }))
    await handle.hover({ timeout: 5_000 })
    await page.mouse.down()
    await expect(held).toBeVisible({ timeout: 2_000 })
  }).toPass({ timeout: 60_000 })
  const after = below.locator('xpath=../following-sibling::li[1]')
  await expect(async () => {
    const [at, to] = await Promise.all([handle.boundingBox(), below.boundingBox()])
    await page.mouse.move(at!.x + 8, to!.y + to!.height / 2 + 8, { steps: 4 })
    await expect(after).toHaveClass(/before/, { timeout: 2_000 })
  }).toPass({ timeout: 60_000 })
  await page.mouse.up()
}

test.beforeEach(async ({ page }) => {
  // The browser's own file dialogue is out of a test's reach; without it the film comes as a download.
  await page.addInitScript(() => delete (window as { showSaveFilePicker?: unknown }).showSaveFilePicker)
  await page.emulateMedia({ reducedMotion: 'reduce' })
})

test('a film of five shots from an empty page to a file', async ({ page, browser }, info) => {
  await page.setViewportSize({ width: 1280, height: 900 })
  await visit(page)
  await page.getByRole('navigation').getByRole('link', { name: 'Storyboard' }).click()
  await page.getByRole('textbox', { name: 'Name of the storyboard' }).fill('Five shots')

  // A script becomes cards; a fifth one is written by keyboard.
  await page.getByText('From a script').click()
  await page.getByLabel('Script, one line a shot').fill('a red glass ball bounces by the sea at night, neon style\n+ the ball bounces on\na thunderstorm\n# a note\n4. a blue ball bounces')
  await page.getByRole('button', { name: 'Make cards' }).click()
  await expect(cards(page)).toHaveCount(4)
  await page.getByRole('button', { name: 'Add a shot' }).press('Enter')
  await expect(words(page, 5)).toBeFocused()
  await page.keyboard.type('a ball falls into water')

  // The look of the first shot is carried, unless a card says otherwise.
  for (const word of [/red|crimson|scarlet/, /glass|crystal/, /neon|synthwave/]) await expect(caption(page, 5)).toHaveValue(word)
  await expect(caption(page, 4)).toHaveValue(/blue|azure|navy|cobalt/)
  await page.getByRole('group', { name: 'Taken over by shot 5' }).getByRole('button', { name: 'red' }).click()
  await expect(page.getByRole('group', { name: 'Taken over by shot 5' }).getByRole('button', { name: 'red' })).toHaveAttribute('aria-pressed', 'false')
  await page.getByRole('button', { name: 'Undo: Change of a shot' }).click()
  await expect(caption(page, 5)).toHaveValue(/red|crimson|scarlet/)

  // Another order: by pointer, by keyboard; a copy, and a card taken out and brought back.
  const before = await sentences(page)
  await drag(page, cards(page).nth(2), cards(page).nth(3))
  await expect.poll(() => sentences(page)).toEqual([before[0], before[1], before[3], before[2], before[4]])
  await words(page, 4).focus()
  await page.keyboard.press('Alt+ArrowUp')
  expect(await sentences(page)).toEqual(before)
  await expect(words(page, 3)).toBeFocused()
  await page.getByRole('button', { name: 'Duplicate shot 3' }).click()
  await expect(cards(page)).toHaveCount(6)
  await page.getByRole('button', { name: 'Remove shot 4' }).click()
  await page.getByRole('button', { name: 'Remove shot 3' }).click()
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click()
  expect(await sentences(page)).toEqual(before)

  // All are made; in the middle of it the page is loaded again.
  await page.getByRole('button', { name: 'Make 5 shots' }).click()
  await expect(page.getByRole('button', { name: 'Show shot 1, take 1' })).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Pause the queue' }).click()
  await idle(page)
  await page.reload()
  await page.evaluate(() => window.kinora.ready)
  await expect(cards(page)).toHaveCount(5)
  const made = await page.getByRole('button', { name: /^Show shot/ }).count()
  expect(made).toBeGreaterThan(0)
  expect(made).toBeLessThan(5)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('button', { name: 'Everything is made' })).toBeVisible({ timeout: 120_000 })
  await page.screenshot({ path: info.outputPath('storyboard.png'), fullPage: true })

  await page.getByRole('button', { name: 'Put on the timeline' }).click()
  await expect(clips(page)).toHaveCount(5)
  await expect(page.getByRole('heading', { name: 'Five shots' })).toBeVisible()
  const cut = async (): Promise<string[]> => clips(page).evaluateAll((all) => all.map((clip) => clip.getAttribute('aria-label') ?? ''))
  const first = await cut()
  // The second shot goes on from the first: the cut lies a quarter of a window before the first one's end.
  expect(first[1]).toContain('the ball bounces on · from 1.50 s, 2.50 s long')

  // One shot again: the others stay, and the one that goes on from it is marked until it is made again too.
  await page.getByRole('button', { name: 'Another take of shot 1' }).click()
  await expect(page.getByRole('group', { name: 'Takes of shot 1' }).getByRole('button', { name: /^Take / })).toHaveCount(2, { timeout: 60_000 })
  await expect(cards(page).nth(1)).toContainText('the shot before has changed since')
  for (const n of [2, 3, 4]) await expect(cards(page).nth(n)).toContainText('made')
  await idle(page)
  await page.getByRole('button', { name: 'Update the film', exact: true }).click()
  await expect.poll(async () => (await cut())[1]).toContain('from 2.00 s, 2.00 s long')
  await page.getByRole('button', { name: 'Undo: Update the film' }).click()
  await expect.poll(cut).toEqual(first)
  await page.getByRole('button', { name: 'Redo: Update the film' }).click()
  await page.getByRole('button', { name: 'Make 1 shot' }).click()
  await expect(page.getByRole('button', { name: 'Everything is made' })).toBeVisible({ timeout: 60_000 })
  await idle(page)
  await page.getByRole('button', { name: 'Update the film', exact: true }).click()
  await expect.poll(cut).toEqual(first)

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save MP4' }).click()
  const file = info.outputPath('film.mp4')
  await (await download).saveAs(file)
  const { video, audio, seconds, tags } = probe(file)
  expect(['h264', 'vp9', 'av1']).toContain(video.codec_name)
  expect(['aac', 'opus']).toContain(audio.codec_name)
  expect(seconds).toBeCloseTo(10, 1)
  expect(JSON.parse(tags['comment'] ?? '')).toMatchObject({ pack: testPack, shots: [{ startFrame: 0, frames: 24 }, { startFrame: 24, frames: 40 }, { startFrame: 64 }, { startFrame: 96 }, { startFrame: 128 }] })

  // FFmpeg decodes all of it without a word, and the browser's own player plays it to its end, heard, and shows the same frames.
  expect(complaints(file)).toBe('')
  const decoded = frames(file).frames.map((picture) => coarse(picture))
  expect(decoded).toHaveLength(160)
  const asked = [4, 40, 80, 110, 150]
  const played = await play(browser, file, asked.map((frame) => (frame + 0.5) / 16))
  expect(played.duration).toBeCloseTo(10, 1)
  expect(played.end).toBeCloseTo(played.duration, 1)
  expect(played.frames).toBeGreaterThan(40)
  expect(played.soundBytes).toBeGreaterThan(1000)
  expect(played.peak).toBeGreaterThan(0.001)
  for (const [i, frame] of asked.entries()) {
    const shown = coarse(played.pictures[i]!, 4)
    const distances = decoded.map((picture) => distance(picture, shown))
    expect(Math.abs(distances.indexOf(Math.min(...distances)) - frame), `frame ${frame}`).toBeLessThanOrEqual(1)
  }

  await page.screenshot({ path: info.outputPath('film.png') })

  // The whole project as a file, opened elsewhere: on a phone, in the dark, in Indonesian.
  const saved = page.waitForEvent('download')
  await page.getByRole('list', { name: 'Edited films' }).getByRole('button', { name: 'Save as a project file: Five shots' }).click()
  const project = info.outputPath('five-shots.kinora')
  await (await saved).saveAs(project)

  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, colorScheme: 'dark', locale: 'id-ID' })
  const phone = await context.newPage()
  await visit(phone)
  const chooser = phone.waitForEvent('filechooser')
  await phone.getByRole('button', { name: 'Buka film Kinora…' }).tap()
  await (await chooser).setFiles(project)
  await expect(phone.getByRole('list', { name: 'Klip dalam film' }).getByRole('button')).toHaveCount(5)
  await phone.getByRole('navigation').getByRole('link', { name: 'Papan cerita' }).click()
  await expect(phone.getByRole('textbox', { name: 'Bidikan 5: apa yang terjadi?' })).toHaveValue('a ball falls into water')
  await expect(phone.getByRole('button', { name: /^Tampilkan bidikan/ })).toHaveCount(5)
  await expect(phone.getByRole('button', { name: 'Perbarui film' })).toBeVisible()
  // Its newest take: the third where the reload came after the shot was made and before the queue had noted it.
  await phone.getByRole('button', { name: /^Tampilkan bidikan 2, rekaman [23]$/ }).tap()
  await expect.poll(() => phone.evaluate(() => window.kinora.digest().then(({ picture }) => picture.length, () => 0))).toBe(64)
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  await phone.screenshot({ path: info.outputPath('phone.png'), fullPage: true })
  await context.close()
})
