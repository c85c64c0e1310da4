/** The policy of the page: what it forbids is really forbidden, in workers too, and nothing that people do runs into it. */
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { serve } from '../bin/serve.mjs'
import { generate, open, save, visit } from './page'
import { origin } from './server'

test.use({ serviceWorkers: 'allow' })

const dist = fileURLToPath(new URL('../dist', import.meta.url))

/** Everything the page, its workers and its service worker were refused from now on, as the browser tells it. */
function watch(page: Page): string[] {
  const refused: string[] = []
  page.on('console', (message) => {
    if (/content security policy|trusted ?(type|script|html)|integrity/i.test(message.text())) refused.push(message.text())
  })
  return refused
}

/** In the page: what each attempt comes to. */
async function attempt(): Promise<Record<string, string>> {
  // The driver may evaluate strings whatever the policy says; a task of the page's own may not.
  await new Promise((resolve) => setTimeout(resolve))
  const outcome = async (work: () => unknown): Promise<string> => {
    try {
      await work()
      return 'done'
    } catch (error) {
      return (error as Error).name
    }
  }
  const workers = performance.getEntriesByType('resource').flatMap(({ name }) => (/\/assets\/index-[^/]+\.js$/.test(name) ? [name] : []))
  return {
    // oxlint-disable-next-line no-eval
    eval: await outcome(() => (0, eval)('1')),
    // oxlint-disable-next-line no-implied-eval, no-new-func
    function: await outcome(() => new Function('return 1')()),
    wasm: await outcome(() => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))),
    html: await outcome(() => (document.createElement('div').innerHTML = '<b>x</b>')),
    'own worker': await outcome(() => new Worker(workers[0] ?? 'none', { type: 'module' }).terminate()),
    'foreign worker': await outcome(() => new Worker('https://kinora.invalid/x.js')),
    'blob worker': await outcome(() => new Worker(URL.createObjectURL(new Blob([''])))),
    'foreign fetch': await outcome(() => fetch('https://kinora.invalid/')),
    'inline script': await outcome(() => {
      const script = document.createElement('script')
      script.append('window.ran = 1')
      document.head.append(script)
      if ((window as { ran?: number }).ran === undefined) throw new EvalError('did not run')
    }),
    image: await outcome(
      () =>
        new Promise((resolve, reject) => {
          document.addEventListener('securitypolicyviolation', () => reject(new EvalError('refused')), { once: true })
          const image = new Image()
          image.addEventListener('load', resolve)
          image.src = 'https://kinora.invalid/x.png'
        }),
    ),
  }
}

const forbidden = {
  eval: 'EvalError', function: 'EvalError', wasm: 'done', html: 'TypeError', 'own worker': 'done', 'foreign worker': 'TypeError',
  'blob worker': 'TypeError', 'foreign fetch': 'TypeError', image: 'EvalError',
}

test('a whole visit runs into nothing that the policy forbids', async ({ page }, info) => {
  const refused = watch(page)
  await visit(page)
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.keyboard.press('Escape')
  await generate(page, { prompt: 'a red ball', seed: 5, steps: 2 })
  await page.getByRole('button', { name: 'Add to film', exact: true }).click()
  await expect(page.getByRole('list', { name: 'Clips of the film' })).toBeAttached()
  await save(page, info.outputPath('clip.mp4'))
  await visit(page)
  expect(refused).toEqual([])

  expect(await page.evaluate(attempt)).toMatchObject({ ...forbidden, 'inline script': expect.stringMatching(/EvalError|TypeError/) })
  // The watch does see what is refused, or the silence above would prove nothing.
  expect(refused.length).toBeGreaterThan(4)
})

test('scripts and styles are taken only as they were built, and workers answer to the policy as well', async ({ page }) => {
  const text = await (await page.request.get(origin)).text()
  const loaded = [...text.matchAll(/<(?:script|link[^>]* rel="(?:stylesheet|modulepreload)")[^>]*>/g)].map(([tag]) => tag)
  // The page's script, its styles, and what registers the service worker.
  expect(loaded.length).toBeGreaterThanOrEqual(3)
  for (const tag of loaded) expect(tag).toMatch(/integrity="sha384-[A-Za-z0-9+/=]{64}"/)
  const address = /src="\.\/(assets\/[^"]+)"/.exec(text)?.[1] ?? ''
  const worker = await page.request.get(origin + address)
  expect(worker.headers()['content-security-policy']).toContain("default-src 'none'")

  await page.route('**/assets/index-*.js', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, body: `${await answer.text()}\n/* changed on the way */` })
  })
  const refused = watch(page)
  await page.goto(origin)
  await expect.poll(() => refused.join()).toContain('integrity')
  expect(await page.evaluate(() => 'kinora' in window)).toBe(false)
})

test('on a host that sends no headers, the page brings its policy along', async ({ page }, info) => {
  const site = info.outputPath('site')
  await mkdir(join(site, 'films'), { recursive: true })
  await symlink(dist, join(site, 'films/kinora'))
  const server = await serve({ folder: site })
  try {
    await open(page, { at: `${server.url}films/kinora/` })
    expect(await page.evaluate(attempt)).toMatchObject(forbidden)
  } finally {
    await server.close()
  }
})
