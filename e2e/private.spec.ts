/** No server, no third party: nothing the page does leaves its own origin. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import { browserArgs, findBrowser } from '../bin/browser.mjs'
import { origin } from './server'
import { generate, save, testPack, visit } from './page'

/** What Chromium itself asks its maker for, whatever page is open; the page's own requests are seen twice, see below. */
const browsersOwn = new Set([
  'accounts.google.com', 'android.clients.google.com', 'clients2.google.com', 'content-autofill.googleapis.com', 'edgedl.me.gvt1.com',
  'optimizationguide-pa.googleapis.com', 'redirector.gvt1.com', 'safebrowsing.googleapis.com', 'update.googleapis.com',
])

test('a whole visit asks nobody but its own origin', async ({ playwright }, info) => {
  // A proxy sees also what workers, service workers and the document's links ask for; localhost goes past it.
  const asked: string[] = []
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(502).end()
  })
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    socket.end()
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  const browser = await playwright.chromium.launch({
    executablePath: await findBrowser(),
    args: [...browserArgs, `--proxy-server=http://127.0.0.1:${port}`, '--proxy-bypass-list=localhost'],
  })
  try {
    const context = await browser.newContext({ serviceWorkers: 'allow' })
    const page = await context.newPage()
    const seen: string[] = []
    context.on('request', (request) => seen.push(request.url()))

    // The proxy does see what leaves: or the silence below would prove nothing.
    const elsewhere = await context.newPage()
    await elsewhere.goto('http://kinora.invalid/').catch(() => undefined)
    await elsewhere.close()
    expect(asked.join()).toContain('kinora.invalid')
    const foreign = (list: string[]): string[] => list.filter((url) => !url.includes('kinora.invalid') && !url.startsWith(origin) && !/^(blob|data):/.test(url))
    const host = (url: string): string => url.replace(/^\w+:\/\//, '').split(/[:/]/, 1)[0] ?? ''

    await visit(page, { pack: testPack })
    await page.evaluate(() => navigator.serviceWorker.ready)
    // What signs films (9 MB) is not fetched by who only looks.
    expect(seen.some((url) => url.endsWith('.wasm'))).toBe(true)
    expect(seen.filter((url) => url.includes('c2pa'))).toEqual([])
    await generate(page, { prompt: 'a red ball', seed: 5, steps: 2 })
    await save(page, info.outputPath('private.mp4'))
    expect(foreign(seen)).toEqual([])
    expect(foreign(asked).filter((url) => !browsersOwn.has(host(url)))).toEqual([])
    expect(seen.length).toBeGreaterThan(5)
  } finally {
    await browser.close()
    proxy.close()
  }
})
