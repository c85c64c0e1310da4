/** Models on this device: seen, checked, brought from an address, a folder and a zip, used, deleted; and hostile ones, of which nothing stays. */
import { readFileSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/index-native.js'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { generate, testPack, visit } from './page'

const folder = fileURLToPath(new URL(`../models/packs/${testPack}`, import.meta.url))

const list = (page: Page): Locator => page.getByRole('region', { name: 'On this device' }).getByRole('listitem')
const outcome = (page: Page): Locator => page.locator('.outcome')

/** The test pack under another name, as someone might bring it. */
async function renamed(to: string, place: string): Promise<string> {
  const copy = join(place, to)
  await cp(folder, copy, { recursive: true })
  const manifest = JSON.parse(await readFile(join(copy, 'manifest.json'), 'utf8')) as { name: string }
  manifest.name = to
  await writeFile(join(copy, 'manifest.json'), JSON.stringify(manifest))
  return copy
}

async function zipped(place: string, extra: Record<string, string> = {}): Promise<Buffer> {
  const manifest = JSON.parse(readFileSync(join(place, 'manifest.json'), 'utf8')) as { name: string; graphs: Record<string, { file: string }>; weights: Array<{ file: string }> }
  const files = ['manifest.json', ...Object.values(manifest.graphs).map(({ file }) => file), ...manifest.weights.map(({ file }) => file)]
  const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false })
  for (const file of files) await writer.add(`${manifest.name}/${file}`, new Uint8ArrayReader(readFileSync(join(place, file))))
  for (const [name, text] of Object.entries(extra)) await writer.add(name, new Uint8ArrayReader(new TextEncoder().encode(text)))
  return Buffer.from(await (await writer.close()).arrayBuffer())
}

/** Everything that is kept of packs. */
function kept(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const settled = <T>(wish: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        wish.addEventListener('success', () => resolve(wish.result))
        wish.addEventListener('error', () => reject(wish.error ?? new Error('IndexedDB failed.')))
      })
    const database = await settled(indexedDB.open('kinora-packs'))
    const keys = await settled(database.transaction('files').objectStore('files').getAllKeys())
    database.close()
    return keys.map(String).toSorted()
  })
}

test('a model is seen, checked, brought as a zip, used for a film, and deleted; another comes as a folder and from an address', async ({ page }, info) => {
  await visit(page)
  await page.getByRole('link', { name: 'Models' }).click()
  await expect(list(page)).toHaveCount(1)
  await expect(list(page)).toContainText(`${testPack}`)
  await expect(list(page)).toContainText('in use')
  await expect(list(page)).toContainText('licence Apache-2.0 · from this page')
  await page.getByRole('button', { name: `Check ${testPack}` }).click()
  await expect(outcome(page)).toContainText('is whole')
  await expect(page.getByText(/Kinora uses .* are free/)).toBeVisible()

  const mine = await renamed('mine', info.outputPath())
  await page.getByLabel('Zip file on this device').setInputFiles({ name: 'mine.zip', mimeType: 'application/zip', buffer: await zipped(mine) })
  await expect(outcome(page)).toContainText('mine was added.')
  await page.getByRole('button', { name: 'Make films with mine' }).click()
  await expect(list(page).filter({ hasText: 'mine' })).toContainText('in use')
  await page.screenshot({ path: info.outputPath('packs.png'), fullPage: true })
  await page.getByRole('link', { name: 'Studio' }).click()
  expect((await generate(page, { prompt: 'a red ball', seed: 1, steps: 2 })).pack).toBe('mine')

  await page.getByRole('link', { name: 'Models' }).click()
  await page.getByLabel('Folder on this device').setInputFiles(await renamed('folded', info.outputPath()))
  await expect(outcome(page)).toContainText('folded was added.')
  const before = await kept(page)
  await page.getByRole('button', { name: 'Delete folded' }).click()
  await page.getByRole('button', { name: 'Really delete folded' }).click()
  await expect(outcome(page)).toContainText('folded was deleted.')
  expect(before.filter((key) => !/^pack:folded$/.test(key)), 'files that another model holds stay').toEqual(await kept(page))

  await page.getByLabel('Address on this page').fill('packs/kinora-s/')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(outcome(page)).toContainText('kinora-s was added.', { timeout: 120_000 })
  await page.getByText('Measured figures of kinora-s').click()
  await expect(page.getByRole('columnheader', { name: 'By chance' })).toBeVisible()
})

test('of a hostile or broken model there is a sentence, and nothing stays', async ({ page }, info) => {
  await visit(page)
  await page.getByRole('link', { name: 'Models' }).click()
  await expect(list(page)).toHaveCount(1)
  const before = await kept(page)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  const bad = await renamed('bad', info.outputPath())
  const zip = await zipped(bad)
  const bring = async (buffer: Buffer): Promise<void> => {
    await page.getByLabel('Zip file on this device').setInputFiles({ name: 'bad.zip', mimeType: 'application/zip', buffer })
    await expect(outcome(page)).toContainText('cannot be used, so nothing of it was kept')
    expect(await kept(page)).toEqual(before)
    await page.getByRole('button', { name: `Check ${testPack}` }).click()
    await expect(outcome(page)).toContainText('is whole')
  }
  await bring(await zipped(bad, { '../evil.bin': 'x' }))
  await bring(zip.subarray(0, zip.length - 2000))
  await bring(Buffer.from('not a zip at all'))
  const weights = readFileSync(join(bad, 'weights-0.bin'))
  weights[1000]! ^= 1
  await writeFile(join(bad, 'weights-0.bin'), weights)
  await bring(await zipped(bad))

  await page.getByLabel('Address on this page').fill('https://elsewhere.example/pack/')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(outcome(page)).toContainText('asks no other host')
  expect(asked.filter((url) => url.includes('elsewhere'))).toEqual([])
  expect(await kept(page)).toEqual(before)
})
