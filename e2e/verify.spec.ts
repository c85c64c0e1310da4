/** #verify and `npm run verify`: files from Kinora and from elsewhere, whole, changed and broken. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { audit } from './audit'
import { generate, realPack, save, visit } from './page'
import { origin } from './server'

/** Signed by c2pa-python: see elsewhere.py. */
const elsewhere = fileURLToPath(new URL('elsewhere.jpg', import.meta.url))
/** A film of Kinora's from before films were signed. */
const unsigned = fileURLToPath(new URL('unsigned.mp4', import.meta.url))

const choose = (page: Page, file: string) => page.getByLabel('File to check').setInputFiles(file)
const heading = (page: Page, name: string) => page.getByRole('heading', { name })

/** What was found in the picture, and in the sound. */
const mark = (page: Page, where: 'In the picture' | 'In the sound') => page.locator('.marks dl > div').filter({ has: page.getByText(where) })

test('a saved film is told from one that was changed, and its invisible mark leads to the manifest when a copy has lost it', async ({ page }, info) => {
  test.slow()
  const { pack } = await visit(page, { pack: realPack })
  await generate(page, { prompt: 'a red rubber ball bounces on a wooden floor', seed: 5 })
  const file = info.outputPath('film.mp4')
  const { encodeMs } = await save(page, file)
  console.log(`encoded with its marks in ${encodeMs.toFixed(0)} ms`)

  // The other formats, at their smallest.
  await page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }))
  const others: string[] = []
  for (const [format, name] of [['Animated GIF', 'film.gif'], ['Animated WebP', 'film.webp']] as const) {
    await page.getByRole('button', { name: 'Save as…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Save as a file' })
    await dialog.getByRole('radio', { name: format }).check()
    await dialog.getByLabel('Quality').selectOption('small')
    const [download] = await Promise.all([page.waitForEvent('download', { timeout: 120_000 }), dialog.getByRole('button', { name: 'Save', exact: true }).click()])
    await download.saveAs(info.outputPath(name))
    others.push(info.outputPath(name))
    await expect(dialog).toBeHidden()
  }

  await page.getByRole('link', { name: 'Verify' }).click()
  await choose(page, file)
  await expect(heading(page, 'Unchanged since it was signed')).toBeVisible()
  await expect(page.getByText('Created by a model (AI)')).toBeVisible()
  await expect(page.getByText(`${realPack} ${pack.version}`)).toBeVisible()
  for (const where of ['In the picture', 'In the sound'] as const) {
    await expect(mark(page, where)).toContainText('Found')
    await expect(mark(page, where)).toContainText('It is the number in this file\'s manifest.')
  }
  for (const other of others) {
    await choose(page, other)
    await expect(page.getByText(other.slice(other.lastIndexOf('/') + 1))).toBeVisible()
    await expect(mark(page, 'In the picture')).toContainText('It is the number in this file\'s manifest.')
  }

  const changed = await readFile(file)
  changed[changed.length - 100]! ^= 1
  const broken = info.outputPath('changed.mp4')
  await writeFile(broken, changed)
  await choose(page, broken)
  await expect(heading(page, 'Does not fit its signature')).toBeVisible()
  await page.getByText('What does not fit, in the terms of C2PA').click()
  await expect(page.getByText('assertion.bmffHash.mismatch')).toBeVisible()
  await audit(page, 'a changed file')

  // As a messenger sends it on: encoded anew, without what it said of itself.
  const copy = info.outputPath('copy.mp4')
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', file, '-map_metadata', '-1', '-c:v', 'libx264', '-crf', '18', '-c:a', 'aac', '-b:a', '64k', copy])
  await choose(page, copy)
  await expect(heading(page, 'No signature found')).toBeVisible()
  for (const where of ['In the picture', 'In the sound'] as const) await expect(mark(page, where)).toContainText('Found')
  await expect(heading(page, 'What this device signed with that number')).toBeVisible()
  await expect(page.getByText(`${realPack} ${pack.version}`)).toBeVisible()

  // A film that never was in Kinora's hands.
  await choose(page, unsigned)
  await expect(mark(page, 'In the picture')).toContainText('Not found')
  await expect(mark(page, 'In the sound')).toContainText('Not found')
  await page.goBack()
  await expect(page.getByRole('button', { name: 'Save MP4' })).toBeVisible()
})

test('files from elsewhere are read, without loading the model, in both languages and by the keyboard', async ({ page }, info) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(`${origin}#verify`)
  await expect(page).toHaveTitle(/^Verify a file/)
  await choose(page, elsewhere)
  await expect(heading(page, 'Unchanged since it was signed')).toBeVisible()
  // The chain, outermost first.
  const titles = page.locator('.manifest > .title')
  await expect(titles).toHaveText(['poster.jpg', 'photo.jpg'])
  await expect(page.getByText('Elsewhere Camera 7, Elsewhere')).toBeVisible()
  await expect(page.getByText('Created with a camera')).toBeVisible()
  await expect(page.getByText('It was made from:')).toBeVisible()
  expect(asked.filter((url) => url.includes('/packs/'))).toEqual([])

  await choose(page, unsigned)
  await expect(heading(page, 'No signature found')).toBeVisible()
  await expect(page.getByText('That it is genuine, or that it is made up.')).toBeVisible()

  const cut = info.outputPath('cut.jpg')
  await writeFile(cut, (await readFile(elsewhere)).subarray(0, 5000))
  await choose(page, cut)
  await expect(page.getByRole('heading', { name: /^(This file cannot be read|No signature found|Does not fit its signature)$/ })).toBeVisible()
  const empty = info.outputPath('empty.mp4')
  await writeFile(empty, '')
  await choose(page, empty)
  await expect(heading(page, 'This file cannot be read')).toBeVisible()

  await page.getByLabel('File to check').focus()
  await expect(page.getByLabel('File to check')).toBeFocused()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByText('Bahasa Indonesia').click()
  await page.keyboard.press('Escape')
  await expect(heading(page, 'Berkas ini tidak bisa dibaca')).toBeVisible()
  await page.setViewportSize({ width: 320, height: 640 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
})

test('the page on telling what is real is there in both languages and leads to Verify', async ({ page }) => {
  await page.goto(`${origin}#learn`)
  await expect(heading(page, 'How to tell what is real')).toBeVisible()
  await page.getByRole('link', { name: 'Check a file' }).click()
  await expect(heading(page, 'Where does this file come from?')).toBeVisible()
  await page.goBack()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByText('Bahasa Indonesia').click()
  await page.keyboard.press('Escape')
  await expect(heading(page, 'Cara mengenali yang asli')).toBeVisible()
})

test('the shell says the same, and its exit status too', async () => {
  const verify = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL('../bin/verify.mjs', import.meta.url)), ...args])
    return { status, out: stdout.toString(), err: stderr.toString() }
  }
  const read = verify(elsewhere, '--json')
  expect(read.status).toBe(0)
  expect(JSON.parse(read.out)).toMatchObject({
    state: 'intact',
    problems: [],
    marks: { picture: { state: 'none' }, sound: { state: 'absent' } },
    manifest: { title: 'poster.jpg', ingredients: [{ relationship: 'parentOf', manifest: { title: 'photo.jpg', actions: [{ action: 'c2pa.created', source: 'digitalCapture' }] } }] },
  })
  const words = verify(unsigned)
  expect(words.status).toBe(3)
  expect(words.out).toContain('No signature found')
  expect(words.out).toMatch(/In the sound\s+Not found/)
  expect(verify('no-such-file.mp4')).toMatchObject({ status: 2, err: expect.stringContaining('There is no file no-such-file.mp4.') as unknown })
})
