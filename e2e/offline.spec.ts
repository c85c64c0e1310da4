/** The second visit: without a network, on hosts that set no headers, below a sub-path. */
import { appendFile, cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { serve } from '../bin/serve.mjs'
import { generate, open, realPack, save, visit } from './page'
import { probe } from './film'

test.use({ serviceWorkers: 'allow' })

const dist = fileURLToPath(new URL('../dist', import.meta.url))

/** Until the service worker has everything and answers for this page. */
async function installed(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
    while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 100))
  })
}

/** Until what signs films is kept: it is fetched once the first film was made. */
async function signerKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const cache = await caches.open('kinora-c2pa')
    while ((await cache.keys()).length === 0) await new Promise((resolve) => setTimeout(resolve, 100))
  })
}

test('with the pack that people get, the second visit generates and exports with the cable out', async ({ page, context }, info) => {
  const server = await serve({ folder: dist, port: 5277 })
  await visit(page, { pack: realPack, at: server.url })
  await generate(page, { prompt: 'a red ball', seed: 5, steps: 4 })
  const before = await page.evaluate(() => window.kinora.digest())
  await installed(page)
  await signerKept(page)

  await server.close()
  await context.setOffline(true)
  await expect(fetch(server.url)).rejects.toThrow()
  await page.close()
  const second = await context.newPage()
  const engine = await visit(second, { pack: realPack, at: server.url })
  expect(engine.pack.name).toBe(realPack)
  expect(await second.evaluate(() => crossOriginIsolated)).toBe(true)
  await generate(second, { prompt: 'a red ball', seed: 5, steps: 4 })
  expect(await second.evaluate(() => window.kinora.digest())).toEqual(before)
  const file = info.outputPath('offline.mp4')
  await save(second, file)
  expect(probe(file).seconds).toBeCloseTo(2, 1)
})

test('below a sub-path of a host that sets no headers: isolated from the second visit on, made newer only when nothing runs, and all there with the cable out', async ({ page, context }, info) => {
  const folder = info.outputPath('site/films/kinora')
  await cp(dist, folder, { recursive: true })
  const server = await serve({ folder: info.outputPath('site') })
  const at = `${server.url}films/kinora/`
  const first = await visit(page, { at })
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
  expect(first.threads).toBe(1)
  await installed(page)
  await open(page, { at })
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  const second = await page.evaluate(() => window.kinora.ready)
  expect(second.threads).toBe(Math.min(8, await page.evaluate(() => navigator.hardwareConcurrency)))

  // A newer version is found while a film is made: it is offered, wanted, and comes when the film is over.
  await generate(page, { prompt: 'a red ball', seed: 5, steps: 2 })
  await appendFile(join(folder, 'service-worker.js'), '\n// newer')
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()))
  void page.evaluate(() => window.kinora.generate({ prompt: 'a long one', seconds: 20, steps: 48 })).catch(() => undefined)
  const making = page.getByRole('progressbar', { name: 'Making the film' })
  const reached = async () => Number(await making.getAttribute('aria-valuenow'))
  await expect(making).toBeVisible()
  await page.getByRole('button', { name: 'Use it now' }).click()
  await expect(page.getByText('comes when what runs is done and kept', { exact: false })).toBeVisible()
  await page.evaluate(() => Object.assign(window, { older: true }))
  const before = await reached()
  // The film goes on.
  await expect.poll(reached, { timeout: 120_000 }).toBeGreaterThan(before + 1)
  expect(await page.evaluate(() => 'older' in window)).toBe(true)
  const loaded = page.waitForEvent('load')
  await page.evaluate(() => window.kinora.cancel())
  await loaded
  await page.evaluate(() => window.kinora.ready)
  expect(await page.evaluate(async () => ['older' in window, (await navigator.serviceWorker.ready).waiting])).toEqual([false, null])
  await expect(page.getByRole('button', { name: 'Open: a red ball' })).toBeVisible()

  await generate(page, { prompt: 'a red ball', seed: 5, steps: 2 })
  const made = await page.evaluate(() => window.kinora.digest())
  await signerKept(page)
  await server.close()
  await context.setOffline(true)
  await page.close()

  const offline = await context.newPage()
  await offline.emulateMedia({ reducedMotion: 'reduce' })
  await visit(offline, { at })
  await generate(offline, { prompt: 'a red ball', seed: 5, steps: 2 })
  expect(await offline.evaluate(() => window.kinora.digest())).toEqual(made)
  // What is said is all that these two films differ by: the words come to the net, by a dictionary that is here too.
  const said = async (words: string) => {
    await generate(offline, { prompt: 'a woman talks', written: `a woman says "${words}"`, seed: 5, steps: 2 })
    return offline.evaluate(() => window.kinora.digest())
  }
  expect((await said('good morning')).sound).not.toBe((await said('good evening')).sound)
  await offline.getByRole('slider', { name: /timeline/i }).press('Home')
  await offline.keyboard.press('ArrowRight')
  await expect.poll(() => offline.evaluate(() => window.kinora.playback().frame)).toBe(1)
  const file = info.outputPath('offline.mp4')
  await save(offline, file)
  expect(probe(file).seconds).toBeCloseTo(2, 1)
  await offline.getByRole('link', { name: 'Verify' }).click()
  await offline.getByLabel('File to check').setInputFiles(file)
  await expect(offline.getByRole('heading', { name: 'Unchanged since it was signed' })).toBeVisible()
})
