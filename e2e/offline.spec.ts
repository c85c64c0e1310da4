/** The second visit: without a network, on hosts that set no headers, below a sub-path. */
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { serve } from '../bin/serve.mjs'
import { generate, open, realPack, save, testPack, visit } from './page'
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

for (const pack of [testPack, realPack]) {
  test(`with ${pack}, the second visit generates and exports with the cable out`, async ({ page, context }, info) => {
    const server = await serve({ folder: dist, port: 5277 })
    await visit(page, { pack, at: server.url })
    await generate(page, { prompt: 'a red ball', seed: 5, steps: 4 })
    const before = await page.evaluate(() => window.kinora.digest())
    await installed(page)
    await signerKept(page)

    await server.close()
    await context.setOffline(true)
    await expect(fetch(server.url)).rejects.toThrow()
    await page.close()
    const second = await context.newPage()
    const engine = await visit(second, { pack, at: server.url })
    expect(engine.pack.name).toBe(pack)
    expect(await second.evaluate(() => crossOriginIsolated)).toBe(true)
    await generate(second, { prompt: 'a red ball', seed: 5, steps: 4 })
    expect(await second.evaluate(() => window.kinora.digest())).toEqual(before)
    const file = info.outputPath('offline.mp4')
    await save(second, file)
    expect(probe(file).seconds).toBeCloseTo(2, 1)
  })
}

test('below a sub-path of a host that sets no headers, the page works and is isolated from the second visit on', async ({ page }, info) => {
  const site = info.outputPath('site')
  await mkdir(join(site, 'films'), { recursive: true })
  await symlink(dist, join(site, 'films/kinora'))
  const server = await serve({ folder: site })
  try {
    const at = `${server.url}films/kinora/`
    const first = await visit(page, { at })
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
    expect(first.threads).toBe(1)
    await installed(page)
    await open(page, { at })
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    const second = await page.evaluate(() => window.kinora.ready)
    expect(second.threads).toBe(Math.min(8, await page.evaluate(() => navigator.hardwareConcurrency)))
    await generate(page, { prompt: 'a red ball', seed: 5, steps: 2 })
  } finally {
    await server.close()
  }
})
