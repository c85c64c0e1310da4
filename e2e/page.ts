/** The page under test, and what every test asks of it. */
import { readFile, writeFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import type { Automation, FilmSummary } from '../src/lib/automation'
import type { EngineInfo, GenerateRequest } from '../workers/generate/types'
import { origin } from './server'

declare global {
  interface Window {
    kinora: Automation
  }
}

/** The pack people get; most of what is tested here is about it. */
export const realPack = 'kinora-s'
/** Random weights, the same graphs scaled down: for what does not depend on what was learned. */
export const testPack = 'kinora-test'

export interface Visit {
  pack?: string
  backend?: 'wasm' | 'webgpu'
  at?: string
}

/** Opens the page without waiting for the model. */
export async function open(page: Page, { pack = testPack, backend = 'wasm', at = origin }: Visit = {}): Promise<void> {
  await page.goto(`${at}?${new URLSearchParams({ pack, backend })}`)
  await page.waitForFunction(() => 'kinora' in window)
}

/** Opens the page and waits until the model is ready. */
export async function visit(page: Page, options?: Visit): Promise<EngineInfo> {
  await open(page, options)
  return page.evaluate(() => window.kinora.ready)
}

export type Wish = Pick<GenerateRequest, 'prompt'> & Partial<GenerateRequest>

export function generate(page: Page, wish: Wish): Promise<FilmSummary> {
  return page.evaluate((request) => window.kinora.generate(request), wish)
}

/** Exports the film on the stage to `path`. */
export async function save(page: Page, path: string): Promise<{ videoCodec?: string; audioCodec?: string; bytes: number; encodeMs: number; signMs: number }> {
  const { base64, ...result } = await page.evaluate(() => window.kinora.exportLast())
  await writeFile(path, Buffer.from(base64, 'base64'))
  return result
}

/** Drops a file on the page, as a hand does. */
export async function drop(page: Page, path: string, name: string, type: string): Promise<void> {
  const base64 = (await readFile(path)).toString('base64')
  const transfer = await page.evaluateHandle(
    async ([base64, name, type]) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
      const data = new DataTransfer()
      data.items.add(new File([bytes], name, { type }))
      return data
    },
    [base64, name, type] as const,
  )
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
}
