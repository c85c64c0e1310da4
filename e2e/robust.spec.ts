/** Stopping, healing, and staying out of the main thread's way. */
import { expect, test } from '@playwright/test'
import { generate, realPack, testPack, visit } from './page'

test('Cancel frees the engine within a second, and the next film is made', async ({ page }) => {
  await visit(page, { pack: realPack })
  for (const after of [1, 5]) {
    const { name, milliseconds } = await page.evaluate(async (after) => {
      let cancelledAt = 0
      const onEvent = (event: { phase: string; step?: number }): void => {
        if (event.phase !== 'step' || cancelledAt > 0 || (event.step ?? 0) < after) return
        cancelledAt = performance.now()
        window.kinora.cancel()
      }
      const job = window.kinora.generate({ prompt: 'a red rubber ball bounces', seed: 1, seconds: 20, steps: 12 }, onEvent)
      const error = await job.then(() => new Error('It was not cancelled.'), (cause: Error) => cause)
      return { name: error.name, milliseconds: performance.now() - cancelledAt }
    }, after)
    console.log(`cancelled after step ${after}: free after ${milliseconds.toFixed(0)} ms`)
    expect(name).toBe('CancelledError')
    expect(milliseconds).toBeLessThan(1000)
  }
  const film = await generate(page, { prompt: 'a red rubber ball bounces', seed: 1, steps: 2 })
  expect(film.frameCount).toBeGreaterThan(0)
})

test('a damaged copy of the weights on this machine is noticed and fetched again', async ({ page }) => {
  await visit(page, { pack: testPack })
  await generate(page, { prompt: 'a red ball', seed: 5, steps: 2 })
  const before = await page.evaluate(() => window.kinora.digest())

  const fetched: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('.bin')) fetched.push(request.url())
  })
  await visit(page, { pack: testPack })
  expect(fetched, 'a sound copy is not fetched again').toEqual([])

  const damaged = await page.evaluate(damageLargestFile)
  expect(damaged.bytes).toBeGreaterThan(1000)
  await visit(page, { pack: testPack })
  expect(fetched.length, 'the damaged copy is fetched again').toBe(1)
  await generate(page, { prompt: 'a red ball', seed: 5, steps: 2 })
  expect(await page.evaluate(() => window.kinora.digest())).toEqual(before)

  await visit(page, { pack: testPack })
  expect(fetched.length, 'the healed copy is kept').toBe(1)
})

/** In the page: flips one bit in the middle of the largest stored file. */
async function damageLargestFile(): Promise<{ key: string; bytes: number }> {
  const request = <T>(wish: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      wish.addEventListener('success', () => resolve(wish.result))
      wish.addEventListener('error', () => reject(wish.error ?? new Error('IndexedDB failed.')))
    })
  const database = await request(indexedDB.open('kinora-packs'))
  const files = (): IDBObjectStore => database.transaction('files', 'readwrite').objectStore('files')
  let largest: { key: string; value: Uint8Array } | undefined
  for (const key of await request(files().getAllKeys())) {
    const value: unknown = await request(files().get(key))
    if (value instanceof Uint8Array && value.length > (largest?.value.length ?? 0)) largest = { key: String(key), value }
  }
  if (!largest) throw new Error('There is no stored file.')
  const { key, value } = largest
  value[value.length >> 1]! ^= 1
  await request(files().put(value, key))
  database.close()
  return { key, bytes: value.length }
}

test('nothing blocks the main thread longer than 50 ms while a film is made', async ({ page }) => {
  await visit(page, { pack: realPack })
  // The page's own start is over.
  await page.waitForTimeout(2000)
  const tasks = await page.evaluate(async () => {
    const found: number[] = []
    const observer = new PerformanceObserver((list) => found.push(...list.getEntries().map(({ duration }) => duration)))
    observer.observe({ type: 'longtask' })
    await window.kinora.generate({ prompt: 'a red rubber ball bounces on a wooden floor', seed: 1 })
    await new Promise((resolve) => setTimeout(resolve, 500))
    found.push(...observer.takeRecords().map(({ duration }) => duration))
    observer.disconnect()
    return found
  })
  console.log(`long tasks: ${tasks.length === 0 ? 'none' : tasks.map((ms) => `${ms} ms`).join(', ')}`)
  expect(tasks).toEqual([])
})
