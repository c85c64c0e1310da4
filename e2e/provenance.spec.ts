/** Every saved film is signed, and a program that is not ours says so too. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { findValidator } from '../bin/validator.mjs'
import { probe } from './film'
import { generate, save, testPack, visit } from './page'

interface Verdict {
  state: string
  problems: string[]
  active: string
  manifests: Record<string, { signature_info?: { common_name?: string }; assertions: { label: string; data: Record<string, unknown> }[]; ingredients?: { relationship: string; active_manifest?: string }[] }>
}

const validate = async (file: string): Promise<Verdict> => {
  const script = fileURLToPath(new URL('validate.py', import.meta.url))
  return JSON.parse(execFileSync(await findValidator(), [script, file]).toString()) as Verdict
}

const assertion = ({ manifests, active }: Verdict, label: string) => manifests[active]?.assertions.find((one) => one.label === label)?.data

/** Nobody vouches for a key made on the device. That, and nothing worse. */
const untrusted = ['signingCredential.untrusted']

const films = (page: Page) => page.getByRole('button', { name: /^Open: / })

/** Begins a film from the one on the stage. */
async function begin(page: Page, how: string, prompt: string, count: number): Promise<void> {
  await page.getByRole('radio', { name: how }).check()
  await page.locator('#prompt').fill(prompt)
  await page.getByRole('button', { name: /^Generate/ }).click()
  await expect(films(page)).toHaveCount(count)
  await expect(page.getByRole('button', { name: /^Generate/ })).toBeVisible()
}

test.beforeAll(async () => {
  // Fetches the validator where it is missing, outside any test's time.
  test.setTimeout(600_000)
  await findValidator().catch((error: Error) => {
    if (process.env['CI']) throw error
    test.skip(true, error.message)
  })
})

/** The dialogue for saving cannot be driven; the browser's private file system gives the same kind of handle. */
async function saveInto(page: Page, name: string): Promise<void> {
  await page.evaluate((name) => {
    Object.assign(window, { showSaveFilePicker: async () => (await navigator.storage.getDirectory()).getFileHandle(name, { create: true }) })
  }, name)
  await page.getByRole('button', { name: 'Save MP4' }).click()
}

const sizeOf = (page: Page, name: string) =>
  page.evaluate(
    async (name) => {
      const folder = await navigator.storage.getDirectory()
      return folder.getFileHandle(name).then(async (file) => (await file.getFile()).size, () => 'no file')
    },
    name,
  )

test('without a signature nothing is written; with one, c2pa-python reads the file as valid, with its model and without its words, and a changed byte as invalid', async ({ page, context }, info) => {
  // Without a service worker and its cache the library has to be fetched when it is needed.
  await context.route('**/*c2pa_bg*', (route) => route.abort())
  await visit(page)
  await generate(page, { prompt: 'a secret red ball', seed: 7, steps: 2 })
  await saveInto(page, 'film.mp4')
  await expect(page.getByText('The film could not be signed, so no file was written.')).toBeVisible({ timeout: 60_000 })
  // Not even the empty one that choosing a place makes.
  expect(await sizeOf(page, 'film.mp4')).toBe('no file')
  await expect(page.evaluate(() => window.kinora.exportLast())).rejects.toThrow(/SigningError|signs films is not on this machine/)

  await context.unroute('**/*c2pa_bg*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText(/^Saved film\.mp4/)).toBeVisible({ timeout: 60_000 })
  const base64 = await page.evaluate(async () => {
    const file = await (await (await navigator.storage.getDirectory()).getFileHandle('film.mp4')).getFile()
    return btoa(Array.from(new Uint8Array(await file.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(''))
  })
  const file = info.outputPath('signed.mp4')
  await writeFile(file, Buffer.from(base64, 'base64'))
  const verdict = await validate(file)
  expect(verdict).toMatchObject({ state: 'Valid', problems: untrusted })
  expect(Object.keys(verdict.manifests)).toHaveLength(1)
  expect(assertion(verdict, 'c2pa.actions.v2')).toMatchObject({
    actions: [{ action: 'c2pa.created', digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia' }],
  })
  const manifest = await readFile(fileURLToPath(new URL(`../models/packs/${testPack}/manifest.json`, import.meta.url)))
  const { version } = JSON.parse(manifest.toString()) as { version: string }
  expect(assertion(verdict, 'kinora.generation')).toMatchObject({
    model: { name: testPack, version, sha256: createHash('sha256').update(manifest).digest('hex') },
    seed: 7,
  })
  // By it, the mark in picture and sound leads here: the first digits of the film's digest.
  const { film } = assertion(verdict, 'kinora.generation') as { film: string }
  expect(assertion(verdict, 'c2pa.soft-binding')).toMatchObject({ alg: 'kinora.mark.1', blocks: [{ value: film.slice(0, 8) }] })
  expect(assertion(verdict, 'cawg.training-mining')).toMatchObject({ entries: { 'cawg.ai_generative_training': { use: 'notAllowed' } } })
  expect(JSON.stringify(verdict.manifests)).not.toContain('secret')
  // The film still plays, and still is the project.
  expect(probe(file).seconds).toBeCloseTo(2, 1)
  expect(probe(file).tags['title']).toBe('a secret red ball')

  const changed = await readFile(file)
  changed[Math.floor(changed.length / 2)]! ^= 1
  const other = info.outputPath('changed.mp4')
  await writeFile(other, changed)
  const invalid = await validate(other)
  expect(invalid.state).toBe('Invalid')
  expect(invalid.problems).toContain('assertion.bmffHash.mismatch')

  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('checkbox', { name: 'Sign the prompt too' }).check()
  await page.getByRole('checkbox', { name: 'Others may train models on my films' }).check()
  await page.getByText('Signing key').click()
  await expect(page.getByText(/^Signs since .*: no name\.$/)).toBeVisible()
  const fingerprint = await page.getByText('Certificate, SHA-256:').textContent()
  await page.getByLabel('Name in a new certificate').fill('Sari Dewi')
  await page.getByRole('button', { name: 'Make a new key' }).click()
  await expect(page.getByText(/^Signs since .*: Sari Dewi\.$/)).toBeVisible()
  expect(await page.getByText('Certificate, SHA-256:').textContent()).not.toBe(fingerprint)
  const { signMs, bytes } = await save(page, file)
  console.log(`signed in ${signMs.toFixed(0)} ms, ${bytes} bytes`)
  const agreed = await validate(file)
  expect(agreed).toMatchObject({ state: 'Valid', problems: untrusted })
  expect(agreed.manifests[agreed.active]?.signature_info?.common_name).toBe('Sari Dewi')
  expect(assertion(agreed, 'kinora.generation')).toMatchObject({ prompt: 'a secret red ball' })
  expect(assertion(agreed, 'cawg.training-mining')).toMatchObject({ entries: { 'cawg.ai_training': { use: 'allowed' } } })

  await page.getByRole('button', { name: 'Delete the key' }).click()
  await expect(page.getByText('There is none yet.')).toBeVisible()
})

test('a film made from one made from one carries the manifests of all three', async ({ page }, info) => {
  await visit(page)
  await generate(page, { prompt: 'a red ball on ice', seed: 7, steps: 2 })
  await save(page, info.outputPath('first.mp4'))
  await begin(page, 'This clip: change it', 'thunder over the city', 2)
  await save(page, info.outputPath('second.mp4'))
  // The next one is begun after a reload: what is known of the second comes from this device's storage.
  await page.reload()
  await page.evaluate(() => window.kinora.ready)
  await expect.poll(() => page.evaluate(() => window.kinora.digest()).catch(() => null)).not.toBeNull()
  await begin(page, 'This clip: continue it', 'rain on the roofs', 3)
  const file = info.outputPath('third.mp4')
  await save(page, file)

  const verdict = await validate(file)
  expect(verdict).toMatchObject({ state: 'Valid', problems: untrusted })
  const line: string[] = []
  for (let label: string | undefined = verdict.active; label !== undefined; label = verdict.manifests[label]?.ingredients?.[0]?.active_manifest) line.push(label)
  expect(line).toHaveLength(3)
  expect(Object.keys(verdict.manifests).toSorted()).toEqual(line.toSorted())
  expect(assertion(verdict, 'c2pa.actions.v2')).toMatchObject({
    actions: [{ action: 'c2pa.opened' }, { action: 'c2pa.edited', digitalSourceType: expect.stringContaining('compositeWithTrainedAlgorithmicMedia') as unknown }],
  })
})
