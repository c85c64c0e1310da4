/** What may not be filmed: told at once, with a sentence that may be, and nothing that was written is lost. */
import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { visit } from './page'

/** The system's dialogue cannot be driven: without it the page downloads. */
const withoutPicker = (page: Page) => page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }))

/** Gives the only kept film other words, as if they had been allowed when it was made. */
async function renameKept(prompt: string): Promise<void> {
  const answer = <T>(request: IDBRequest<T>) => new Promise<T>((done, fail) => Object.assign(request, { onsuccess: () => done(request.result), onerror: () => fail(request.error) }))
  const database = await answer(indexedDB.open('kinora-films'))
  const films = () => database.transaction('films', 'readwrite').objectStore('films')
  const [entry] = (await answer(films().get('index-1'))) as [{ request: object }]
  await answer(films().put([{ ...entry, request: { ...entry.request, prompt } }], 'index-1'))
  database.close()
}

test('a sentence that may not be filmed is refused by its rule, kept, and mended by a button; no other way leads round the screen', async ({ page }, info) => {
  await visit(page)
  const prompt = page.getByRole('textbox', { name: 'What happens in your film?' })
  const refusal = page.getByRole('alert').filter({ hasText: 'Not filmed' })
  const films = page.getByRole('button', { name: /^Open: / })

  await prompt.fill('T@yl0r Sw1ft sings on a stage')
  await prompt.press('Control+Enter')
  await expect(refusal).toContainText('Not filmed: real people in public life')
  await expect(refusal).toContainText('T@yl0r Sw1ft')
  await expect(prompt).toHaveValue('T@yl0r Sw1ft sings on a stage')
  await page.screenshot({ path: info.outputPath('refusal.png') })

  await refusal.getByRole('button', { name: 'Use this sentence' }).press('Enter')
  await expect(prompt).toHaveValue('A singer sings on a stage')
  await expect(prompt).toBeFocused()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(prompt).toHaveValue('T@yl0r Sw1ft sings on a stage')

  // Of variations none is made when one may not be, and a hard stop offers nothing.
  await prompt.fill('{a red ball|a naked child} on ice')
  await page.getByRole('button', { name: 'Make 2 films' }).click()
  await expect(refusal).toContainText('Not filmed: minors')
  await expect(refusal.getByRole('button', { name: 'Use this sentence' })).toHaveCount(0)
  await expect(films).toHaveCount(0)

  // Whoever goes past the page meets the workers.
  const past = (request: Record<string, unknown>) => page.evaluate((wish) => window.kinora.generate(wish as { prompt: string }).then(() => 'made', (error: Error) => `${error.name}: ${error.message}`), request)
  expect(await past({ prompt: 'a red ball', written: 'he stabs the old woman' })).toContain('(rule: graphic-violence)')
  expect(await past({ prompt: 'wanita telanjang di pantai' })).toContain('(rule: sexual)')
  expect(await past({ prompt: 'a red ball', negative: 'blood, nudity', seed: 1 })).toBe('made')
  await expect(films).toHaveCount(1)

  // A film kept under older rules stays its maker's: it is opened, and saved as it is, without the words.
  await page.evaluate(renameKept, 'wanita telanjang di pantai')
  await page.reload()
  await page.evaluate(() => window.kinora.ready)
  await withoutPicker(page)
  await page.getByRole('button', { name: 'Open: wanita telanjang di pantai' }).click()
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 120_000 }), page.getByRole('button', { name: 'Save MP4' }).click({ timeout: 60_000 })])
  expect(download.suggestedFilename()).toBe('kinora-1.mp4')
  await expect(page.getByText('Some of its words are not in the file')).toBeVisible()
  const bytes = await readFile(await download.path())
  expect(bytes.includes('telanjang')).toBe(false)
  expect(bytes.includes('"seed":1')).toBe(true)

  await page.getByRole('contentinfo').getByRole('link', { name: /^How to tell generated films/ }).click()
  await expect(page.getByRole('heading', { name: 'How to tell what is real' })).toBeVisible()
})
