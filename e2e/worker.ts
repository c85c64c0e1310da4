/** The page's workers under test: code that runs in each of them before its own. */
import type { BrowserContext } from '@playwright/test'
import { origin } from './server'

/**
 * Puts `code()` before every script of the page but those that it names itself, which are sealed, so that workers begin with it. The context must have no service
 * worker, whose store would answer in place of the network.
 */
export async function inWorkers(context: BrowserContext, code: () => string): Promise<void> {
  const page = await (await fetch(origin)).text()
  const sealed = [...page.matchAll(/"\.\/(assets\/[^"]+\.js)"/g)].map(([, address = '']) => address)
  await context.route('**/assets/*.js', async (route) => {
    if (sealed.some((address) => route.request().url().endsWith(address))) return route.continue()
    // By this process: what the browser fetches is gone with the page that asked.
    const answer = await fetch(route.request().url())
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !/^(?:content-length|content-encoding|transfer-encoding|connection|etag)$/.test(name)))
    await route.fulfill({ status: answer.status, headers, body: `${onceInWorkers(code())}\n${await answer.text()}` })
  })
}

/** A worker's modules are several, and some of them the page loads too. */
const onceInWorkers = (code: string): string => `if (!('document' in self) && !self.underTest) { self.underTest = true; ${code} }`
