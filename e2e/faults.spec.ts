/** What goes wrong on people's machines: full disks, cut networks, killed tabs, dead workers, two tabs, and prompts that no one should write. */
import { type BrowserContext, expect, type Locator, type Page, test } from '@playwright/test'
import { generate, open, save, testPack, visit } from './page'
import { origin } from './server'
import { inWorkers } from './worker'

const film = { prompt: 'a red ball', seed: 1, steps: 2 }
const library = (page: Page): Locator => page.getByRole('button', { name: /^Open: / })
const edited = (page: Page): Locator => page.getByRole('list', { name: 'Edited films' }).getByRole('listitem')
const failure = (page: Page): Promise<string> => page.evaluate(() => window.kinora.ready.then(() => 'none', (error: Error) => error.name))

/** Ends the page's process as the system would. */
async function kill(page: Page): Promise<void> {
  const dead = page.waitForEvent('crash')
  page.goto('chrome://crash').catch(() => undefined)
  await dead
  await page.close()
}

/** A notice over a button would be waited for until its time is over. */
async function dismissAll(page: Page): Promise<void> {
  const dismiss = page.getByRole('button', { name: 'Dismiss' })
  while ((await dismiss.count()) > 0) await dismiss.first().click()
}

async function another(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await visit(page)
  return page
}

test('with a full disk the film is made all the same, and the page says that the model is not kept', async ({ page, context }) => {
  const session = await context.newCDPSession(page)
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(origin).origin, quotaSize: 60_000 })
  const engine = await visit(page)
  expect(engine.notKept).toContain('no room')
  await generate(page, film)
  expect((await page.evaluate(() => window.kinora.digest())).picture).toHaveLength(64)
})

test('a download that breaks off says so, and goes on from where it was', async ({ page }) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url().split('/').at(-1) ?? ''))
  await page.route('**/weights-0.bin', (route) => route.abort('connectionreset'))
  await open(page)
  expect(await failure(page)).toBe('DownloadError')
  await expect(page.getByRole('alert')).toContainText('What arrived is kept')
  expect(asked).toContain('step.onnx')
  asked.length = 0
  await page.unroute('**/weights-0.bin')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.locator('.status.ready')).toBeVisible()
  expect(asked.filter((file) => file.endsWith('.onnx'))).toEqual([])
})

test('killed in the middle of a download, of a film, of saving and of exporting, the page opens again with all that was finished', async ({ page, context }, info) => {
  // Of a download: the weights never come.
  await page.route('**/weights-0.bin', () => new Promise(() => undefined))
  const stalled = page.waitForRequest(/weights-0\.bin/)
  await open(page)
  await stalled
  await kill(page)

  // Of a film.
  const second = await another(context)
  await generate(second, film)
  await expect(library(second)).toHaveCount(1)
  void second.evaluate(() => window.kinora.generate({ prompt: 'a long one', seed: 2, seconds: 20, steps: 48 })).catch(() => undefined)
  await expect(second.getByRole('progressbar', { name: 'Making the film' })).toBeVisible()
  await kill(second)

  // Of saving.
  const third = await another(context)
  await expect(library(third)).toHaveCount(1)
  await generate(third, { ...film, seed: 3 })
  await third.getByRole('button', { name: 'Add to film', exact: true }).click({ noWaitAfter: true })
  await kill(third)

  // Of exporting.
  const fourth = await another(context)
  expect(await edited(fourth).count(), 'the film is there as a whole or not at all').toBeLessThanOrEqual(1)
  await generate(fourth, { ...film, seed: 4 })
  // The dialogue for saving cannot be driven; the browser's private file system gives the same kind of handle.
  await fourth.evaluate(() => {
    Object.assign(window, { showSaveFilePicker: async () => (await navigator.storage.getDirectory()).getFileHandle('killed.mp4', { create: true }) })
  })
  await fourth.getByRole('button', { name: 'Save MP4' }).click()
  await expect(fourth.locator('[role=progressbar]').first()).toBeVisible()
  await kill(fourth)

  const last = await another(context)
  await expect.poll(() => library(last).count()).toBeGreaterThanOrEqual(2)
  const written = await last.evaluate(async () => (await (await (await navigator.storage.getDirectory()).getFileHandle('killed.mp4')).getFile()).size)
  expect(written, 'no half of a file').toBe(0)
  await generate(last, film)
  await save(last, info.outputPath('after.mp4'))
})

test('a worker that dies at its start is told, and a new one does the work', async ({ browser }) => {
  // Without the service worker, whose store would answer in place of the network.
  const context = await browser.newContext({ serviceWorkers: 'block' })
  const page = await context.newPage()
  await visit(page)
  const workers = await page.evaluate(() => performance.getEntriesByType('resource').flatMap(({ name }) => (name.endsWith('.js') ? [name] : [])))
  await page.route('**/assets/index-*.js', async (route) => {
    const answer = await route.fetch()
    const body = await answer.text()
    // Only the generator: the page's own script is sealed.
    await route.fulfill({ response: answer, body: body.includes('em-pthread') ? 'throw new Error("dead")' : body })
  })
  expect(workers.length).toBeGreaterThan(0)
  await open(page)
  expect(await failure(page)).toBe('WorkerError')
  await expect(page.getByRole('alert')).toBeVisible()
  await page.unroute('**/assets/index-*.js')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.locator('.status.ready')).toBeVisible()
  await page.locator('textarea#prompt').fill(film.prompt)
  await page.getByRole('button', { name: /^Generate/ }).click()
  await expect(library(page)).toHaveCount(1)
  await context.close()
})

/** What befalls a worker when the page says so. */
const faults = `
  new BroadcastChannel('fault').addEventListener('message', ({ data }) => {
    if (data === 'die' && self.name === 'generate') setTimeout(() => { throw new Error('dead') })
    if (data === 'full') {
      const Whole = Uint8ClampedArray
      self.Uint8ClampedArray = new Proxy(Whole, {
        construct(target, [size, ...rest]) {
          if (!(size > 2e6)) return new target(size, ...rest)
          self.Uint8ClampedArray = Whole
          throw new RangeError('Array buffer allocation failed')
        },
      })
    }
    if (data === 'clock') {
      const Real = Date
      const now = () => Real.now() - 400 * 24 * 3600_000
      self.Date = class extends Real { constructor(...at) { super(...(at.length > 0 ? at : [now()])) } static now() { return now() } }
    }
  })`
/** The heap may hardly grow: the session of the first large graph does not find its place. */
const tinyMemory = `
  const Memory = WebAssembly.Memory
  WebAssembly.Memory = new Proxy(Memory, { construct: (target, [wish]) => new target({ ...wish, maximum: wish.initial }) })`

test('a worker that dies, memory that runs out and a clock that is set back: each film goes on from its last finished step, and is the same', async ({ browser }, info) => {
  const context = await browser.newContext({ serviceWorkers: 'block', reducedMotion: 'reduce' })
  const page = await context.newPage()
  let code = faults
  await inWorkers(context, () => code)
  await visit(page)
  const make = (befalls: string, at: number): Promise<{ steps: number[]; picture: string; sound: string }> =>
    page.evaluate(
      async ([befalls, at]) => {
        const steps: number[] = []
        await window.kinora.generate({ prompt: 'a red ball', seed: 1, seconds: 3, steps: 4 }, (event) => {
          if (event.phase !== 'step') return
          steps.push(4 * event.window + event.step)
          if (steps.length === at) new BroadcastChannel('fault').postMessage(befalls)
        })
        return { steps, ...(await window.kinora.digest()) }
      },
      [befalls, at] as const,
    )
  const whole = await make('nothing', 0)
  expect(whole.steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  const said = (sentence: string): Promise<void> => expect(page.getByText(`${sentence} The film goes on`, { exact: false })).toBeVisible()
  const [afterDeath] = await Promise.all([make('die', 6), said('The part that computes stopped unexpectedly.')])
  expect(afterDeath, 'no step twice').toEqual(whole)
  const [afterMemory] = await Promise.all([make('full', 5), said('Memory ran out.')])
  expect(afterMemory).toEqual(whole)

  // A key made today signs when the clock stands more than a year back, and the newest film is the first of the list.
  await save(page, info.outputPath('today.mp4'))
  await page.evaluate(() => new BroadcastChannel('fault').postMessage('clock'))
  await page.clock.setFixedTime(Date.now() - 400 * 24 * 3600_000)
  await generate(page, { ...film, prompt: 'a film of last year' })
  await expect(library(page).first()).toHaveAccessibleName('Open: a film of last year')
  await save(page, info.outputPath('last-year.mp4'))

  code = tinyMemory
  await open(page)
  expect(await failure(page)).toBe('MemoryError')
  await expect(page.getByRole('alert').filter({ hasText: 'There was not enough memory.' })).toBeVisible()
  code = ''
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.locator('.status.ready')).toBeVisible()
  await context.close()
})

test('where the browser keeps nothing, films are made, listed, opened again and saved, and a sentence says that they go with the page', async ({ browser }, info) => {
  const context = await browser.newContext({ serviceWorkers: 'block', reducedMotion: 'reduce' })
  const forbidden = `Object.defineProperty(self, 'indexedDB', { get() { throw new DOMException('The operation is insecure.', 'SecurityError') } })`
  await context.addInitScript(forbidden)
  await inWorkers(context, () => forbidden)
  const page = await context.newPage()
  expect((await visit(page)).notKept).toContain('private window')
  await generate(page, film)
  await expect(page.getByRole('alert').filter({ hasText: 'does not let the page keep anything' })).toBeVisible()
  const first = await page.evaluate(() => window.kinora.digest())
  await generate(page, { ...film, seed: 2 })
  await expect(library(page)).toHaveCount(2)
  await dismissAll(page)
  await library(page).nth(1).click()
  expect(await page.evaluate(() => window.kinora.digest())).toEqual(first)
  await page.getByRole('button', { name: 'Add to film', exact: true }).click()
  await expect(page.getByRole('list', { name: 'Clips of the film' })).toBeAttached()
  const file = info.outputPath('kept.mp4')
  await save(page, file)
  await page.getByRole('link', { name: 'Verify' }).click()
  await page.getByLabel('File to check').setInputFiles(file)
  await expect(page.getByRole('heading', { name: 'Unchanged since it was signed' })).toBeVisible()
  await context.close()
})

test('two tabs that change one film: the second is told, its version becomes a copy, and nothing is lost', async ({ page, context }) => {
  await visit(page)
  await generate(page, film)
  await page.getByRole('button', { name: 'Add to film', exact: true }).click()
  await expect(edited(page)).toHaveCount(1)
  const other = await another(context)
  const rename = async (tab: Page, from: string, to: string): Promise<void> => {
    await tab.getByRole('button', { name: `Rename: ${from}`, exact: true }).click()
    await tab.getByRole('textbox', { name: 'Name of the film' }).fill(to)
    await tab.keyboard.press('Enter')
  }
  await expect(edited(other)).toHaveCount(1)
  await rename(other, 'a red ball', 'Theirs')
  await expect(page.getByText('is being changed in another tab', { exact: false })).toBeVisible()

  await rename(page, 'Theirs', 'Ours')
  await expect(page.getByText('also changed in another tab', { exact: false })).toBeVisible()
  for (const tab of [page, other]) {
    await expect(edited(tab)).toHaveCount(2)
    await expect(edited(tab).filter({ hasText: 'Theirs' })).toHaveCount(1)
    await expect(edited(tab).filter({ hasText: 'Ours (copy)' })).toHaveCount(1)
  }
  await dismissAll(page)
  await page.getByRole('button', { name: 'Undo: Rename', exact: false }).first().click()
  await expect(edited(page).filter({ hasText: 'Theirs' })).toHaveCount(1)
})

test('two tabs with a queue each: neither overwrites the other, and what a closed tab leaves comes over', async ({ page, context }) => {
  const queue = (tab: Page): Locator => tab.getByRole('region', { name: 'Queue' })
  const fill = async (tab: Page, prompt: string): Promise<void> => {
    await tab.getByRole('textbox', { name: 'What happens in your film?' }).fill(prompt)
    await tab.getByRole('button', { name: /^Make \d+ films/ }).click()
    await queue(tab).getByRole('button', { name: 'Pause the queue' }).click()
    await expect(queue(tab).getByText('being made')).toHaveCount(0, { timeout: 120_000 })
  }
  await visit(page)
  await fill(page, '{red|blue|green|yellow} ball')
  const waiting = await queue(page).getByRole('listitem').count()
  expect(waiting).toBeGreaterThan(0)

  const other = await another(context)
  await expect(queue(other), 'the queue of a tab that is open stays there').toHaveCount(0)
  await fill(other, '{tall|short|wide} wave')
  const own = await queue(other).getByRole('listitem').count()
  await page.close()
  await expect(queue(other).getByRole('listitem')).toHaveCount(own + waiting)
  await expect(queue(other)).toContainText('came over from a Kinora tab that was closed')
  await other.reload()
  await expect(queue(other).getByRole('listitem')).toHaveCount(own + waiting)
})

test('10,000 characters, emoji, right-to-left and control characters make a film or a sentence', async ({ page }) => {
  await visit(page)
  const prompts = ['ball '.repeat(1999), '👩‍👩‍👧‍👦🏳️‍🌈🔴'.repeat(30), 'كرة حمراء ‮llab‬ כדור', String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i)), '<img src=x onerror=alert(1)> ball']
  for (const prompt of prompts) {
    const summary = await generate(page, { prompt, seed: 1, steps: 2 })
    expect(summary.frameCount).toBeGreaterThan(0)
    await expect(library(page).first()).toBeVisible()
  }
  const tooLong = await page.evaluate(() => window.kinora.generate({ prompt: 'a'.repeat(10_001), steps: 2 }).then(() => 'made', (error: Error) => error.name))
  expect(tooLong).toBe('PromptTooLongError')
  expect(await page.locator('img[src="x"]').count(), 'a prompt is never HTML').toBe(0)
  await generate(page, { ...film, prompt: `${testPack} still works` })
})
