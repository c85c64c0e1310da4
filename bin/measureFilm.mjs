/** What `npm run bench` measures of a film of a minute, cut together from thirty clips: scrubbing it cold, its memory, and how far its picture is from its sound. */
import { readFile } from 'node:fs/promises'
import { openPage, prompt, quantile } from './measure.mjs'

const CLIPS = 30
/** Longer than anything should take; what did not come until then counts as this. ms */
const GIVEN_UP_MS = 5000

/** @returns {Promise<object>} times in ms, memory in MB */
export async function measureFilm(browser, url, pack, seeks = 120) {
  const context = await browser.newContext({ serviceWorkers: 'block', reducedMotion: 'reduce', locale: 'en-GB' })
  try {
    const seconds = await makeFilm(await context.newPage(), url, pack)
    const page = await context.newPage()
    await openPage(page, url, pack, 'wasm')
    const playhead = page.getByRole('slider', { name: 'Playhead' })
    await playhead.waitFor()
    const before = await memory(browser, page)
    const cold = await page.evaluate(scrubFilm, { seeks, givenUpMs: GIVEN_UP_MS })
    const after = await memory(browser, page)
    const again = await page.evaluate(scrubFilm, { seeks, givenUpMs: GIVEN_UP_MS })
    const end = await memory(browser, page)
    const playing = await play(page, playhead)
    return { seconds, clips: CLIPS, cold: times(cold), again: times(again), memoryMB: { before, after, again: end }, playing }
  } finally {
    await context.close()
  }
}

/** Makes the film and closes the page once all of it is kept. @returns its length in s */
async function makeFilm(page, url, pack) {
  await openPage(page, url, pack, 'wasm')
  let frames = 0
  for (let seed = 1; seed <= CLIPS; seed++) {
    const { frameCount, fps } = await page.evaluate((wish) => window.kinora.generate(wish), { prompt, seed })
    frames += frameCount / fps
    await page.getByRole('button', { name: 'Add to film', exact: true }).click()
  }
  // Written half a second after the last edit; then the small rest.
  await page.waitForTimeout(3000)
  await page.close()
  return frames
}

function times(taken) {
  return { p50: quantile(taken, 0.5), p95: quantile(taken, 0.95), max: Math.max(...taken), seeks: taken.length }
}

async function play(page, playhead) {
  await playhead.press('Home')
  await playhead.press('Space')
  await page.waitForFunction(() => window.kinora.playback().playing)
  await page.evaluate(countStandIns)
  await page.waitForFunction(() => !window.kinora.playback().playing, undefined, { timeout: 120_000, polling: 1000 })
  const { maxDriftMs, p95DriftMs, longestWaitMs, audible, standIns } = await page.evaluate(() => ({ ...window.kinora.playback(), standIns: window.standIns }))
  return { maxDriftMs, p95DriftMs, longestWaitMs, audible, standIns }
}

/** In the page: counts the display frames in which a small picture stands in for the film's own, until it stops. */
function countStandIns() {
  window.standIns = 0
  const look = () => {
    const { playing, exact } = window.kinora.playback()
    if (exact === null) window.standIns++
    if (playing) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/**
 * In the page: drags the playhead to and fro over the whole film, and times each move until the exact frame under the pointer is painted. No two moves
 * go to the same frame, and none lies near the one before.
 */
async function scrubFilm({ seeks, givenUpMs }) {
  const slider = document.querySelector('.ruler[role=slider]')
  const { left, top, width, height } = slider.getBoundingClientRect()
  const send = (type, fraction) =>
    slider.dispatchEvent(new PointerEvent(type, { pointerId: 1, bubbles: true, button: 0, altKey: true, clientX: left + fraction * width, clientY: top + height / 2 }))
  // A pointer that the page made itself cannot be captured; the timeline only asks whether it is.
  slider.setPointerCapture = () => {}
  slider.hasPointerCapture = () => true
  send('pointerdown', 0)
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  const taken = []
  for (let i = 1; i <= seeks; i++) {
    const began = performance.now()
    send('pointermove', (i * 0.618034) % 1)
    let ms
    do {
      await painted()
      const { exact, frame } = window.kinora.playback()
      ms = performance.now() - began
      if (exact === frame) break
    } while (ms < givenUpMs)
    taken.push(ms)
  }
  send('pointerup', 0)
  return taken
}

/** Resident memory of the browser's processes now, in MB, and of it what scripts hold. Undefined where /proc does not tell. */
async function memory(browser, page) {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const browserSession = await browser.newBrowserCDPSession()
  const { processInfo } = await browserSession.send('SystemInfo.getProcessInfo')
  const sizes = await Promise.all(
    processInfo.map(async ({ id }) => Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${id}/status`, 'utf8').catch(() => ''))?.[1] ?? 0)),
  )
  return sizes.reduce((all, kB) => all + kB, 0) / 1000
}
