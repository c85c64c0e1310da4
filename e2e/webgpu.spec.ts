/** A film on WebGPU (a software adapter: exact, slow), which goes away in the middle of it, beside the same film on wasm. */
import { expect, type Page, test } from '@playwright/test'
import { browserArgs, findBrowser, softwareWebGpuArgs } from '../bin/browser.mjs'
import { visit } from './page'
import { inWorkers } from './worker'

test.use({ launchOptions: { executablePath: await findBrowser(), args: [...browserArgs, ...softwareWebGpuArgs] }, serviceWorkers: 'block' })
test.setTimeout(600_000)

/**
 * Destroys the device when the page says so, and gives no other: that would cost another minute of compiling shaders. That a new device is tried
 * is told by src/lib/engine.test.ts.
 */
const losesDevices = `
  const word = new BroadcastChannel('lose')
  const [adapter, device] = [GPU.prototype.requestAdapter, GPUAdapter.prototype.requestDevice]
  GPU.prototype.requestAdapter = async function (...wish) {
    return (await caches.has('lost')) ? null : adapter.apply(this, wish)
  }
  GPUAdapter.prototype.requestDevice = async function (...wish) {
    const made = await device.apply(this, wish)
    word.addEventListener('message', () => void caches.open('lost').then(() => made.destroy()))
    return made
  }`

interface Made {
  steps: number[]
  /** The first step's, decoded from its guess. */
  preview: number[]
  video: number[]
  sound: number[]
  state: number[]
}

/** In the page: makes a film, and says "lose" when so many of its steps are finished. */
async function make(loseAfter: number): Promise<Made> {
  const steps: number[] = []
  let preview: number[] = []
  await window.kinora.generate({ prompt: 'a red ball', seed: 1, steps: 3 }, (event) => {
    if (event.phase !== 'step') return
    steps.push(event.step)
    if (event.preview && event.step === 1) preview = Array.from(event.preview.rgba)
    if (event.step === loseAfter) new BroadcastChannel('lose').postMessage('')
  })
  const settled = <T>(wish: IDBRequest<T>): Promise<T> => new Promise((resolve) => wish.addEventListener('success', () => resolve(wish.result)))
  const films = (await settled(indexedDB.open('kinora-films'))).transaction('films').objectStore('films')
  const [newest] = (await settled(films.get('index-1'))) as { id: string }[]
  const { video, sound, state } = (await settled(films.get(`latents:${newest?.id}`))) as Record<'video' | 'sound' | 'state', Float32Array>
  return { steps, preview, video: [...video], sound: [...sound], state: [...state] }
}

const makeIn = (page: Page, loseAfter: number): Promise<Made> => page.evaluate(make, loseAfter)

test('WebGPU computes what wasm computes, and when the device is lost in the middle of a step, the film goes on from the last finished one', async ({ page, context }) => {
  await inWorkers(context, () => losesDevices)
  const engine = await visit(page, { backend: 'webgpu' })
  // A fallback to wasm would compare wasm with itself.
  expect(engine.backend, engine.fallback).toBe('webgpu')
  console.log(`${engine.adapter}: ready after ${(engine.loadMs / 1000).toFixed(1)} s`)
  const making = makeIn(page, 2)
  await expect(page.getByText('The film goes on from its last finished step.', { exact: false })).toBeVisible({ timeout: 600_000 })
  const webgpu = await making
  expect(webgpu.steps, 'no step twice').toEqual([1, 2, 3])

  const wasm = await makeIn(page, 0)
  expect(wasm.steps).toEqual([1, 2, 3])
  for (const name of ['video', 'sound', 'state', 'preview'] as const) {
    const [a, b] = [wasm[name], webgpu[name]]
    expect(b.length).toBe(a.length)
    expect(a.some((value) => value !== a[0])).toBe(true)
    const most = a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0)
    console.log(`${name}: max |Δ| ${most.toPrecision(3)} over ${a.length} values`)
    expect(most).toBeLessThan(name === 'preview' ? 4 : 0.01)
  }
})
