/** The same film on WebGPU (a software adapter: exact, slow) and on wasm. */
import { expect, test } from '@playwright/test'
import { browserArgs, findBrowser, softwareWebGpuArgs } from '../bin/browser.mjs'
import { harnessOrigin, serveHarness } from './dev-server'
import type { GenerateHarness } from './harness/generate'
import { testPack } from './page'

declare const harness: GenerateHarness

test.use({ launchOptions: { executablePath: await findBrowser(), args: [...browserArgs, ...softwareWebGpuArgs] } })
test.setTimeout(600_000)

let stop: () => Promise<void>
test.beforeAll(async () => {
  stop = await serveHarness()
})
test.afterAll(() => stop())

test('WebGPU computes the film that wasm computes', async ({ page }) => {
  await page.goto(`${harnessOrigin}generate.html`)
  await page.waitForFunction(() => 'harness' in globalThis)
  const make = (backend: 'wasm' | 'webgpu'): ReturnType<GenerateHarness['make']> =>
    page.evaluate(
      ([to, pack]) => harness.make(to, pack, { prompt: 'a red ball', negative: '', seed: 1, seconds: 2, steps: 4 }),
      [backend, testPack] as const,
    )
  const wasm = await make('wasm')
  const webgpu = await make('webgpu')
  expect(wasm.info.backend).toBe('wasm')
  // A fallback to wasm would compare wasm with itself.
  expect(webgpu.info.backend, webgpu.info.fallback).toBe('webgpu')
  for (const name of ['video', 'sound', 'state', 'pixels'] as const) {
    const [a, b] = [wasm[name], webgpu[name]]
    expect(b.length).toBe(a.length)
    expect(a.some((value) => value !== a[0])).toBe(true)
    const most = a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0)
    console.log(`${name}: max |Δ| ${most.toPrecision(3)} over ${a.length} values`)
    expect(most).toBeLessThan(name === 'pixels' ? 4 : 0.01)
  }
})
