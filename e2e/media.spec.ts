/** The media worker in a real browser, on films whose every frame and sample is known, read back by FFmpeg. */
import { writeFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { serveHarness, harnessOrigin } from './dev-server'
import { frames, keyFrameTimes, mean, probe, sound } from './film'
import type { Harness } from './harness/media'

declare const harness: Harness

let stop: () => Promise<void>

test.beforeAll(async () => {
  stop = await serveHarness()
})

test.afterAll(() => stop())

test.beforeEach(async ({ page }) => {
  await page.goto(`${harnessOrigin}media.html`)
  await page.waitForFunction(() => 'harness' in globalThis)
})

async function save(base64: string, path: string): Promise<string> {
  await writeFile(path, Buffer.from(base64, 'base64'))
  return path
}

const times = [0.5, 1, 1.75, 2.5, 3.125]

test('picture and sound of a film start together and stay together within 10 ms', async ({ page }, info) => {
  const result = await page.evaluate((at) => harness.export(harness.flashes({ width: 256, height: 256, seconds: 4, at })), times)
  const file = await save(result.base64, info.outputPath('flashes.mp4'))
  const { video, audio, seconds } = probe(file)
  console.log(`${video.codec_name} + ${audio.codec_name}, encoded in ${Math.round(result.encodeMs)} ms`)
  expect(Number(video.start_time)).toBe(0)
  expect(Math.abs(Number(audio.start_time))).toBeLessThan(0.001)
  expect(seconds).toBeCloseTo(4, 2)
  expect(Number(video.duration)).toBeCloseTo(4, 2)

  const seen = frames(file).frames.flatMap((frame, i) => (mean(frame) > 160 ? [i / 16] : []))
  expect(seen).toEqual(times)

  const samples = sound(file)
  const errors = times.map((time) => (onset(samples, time) - time) * 1000)
  console.log(`sound against picture, ms: ${errors.map((x) => x.toFixed(2)).join(' ')}`)
  for (const error of errors) expect(Math.abs(error)).toBeLessThan(10)
})

/** Where the click near `time` begins: the first sample above a quarter of the peak within ±100 ms. */
function onset(samples: Float32Array, time: number): number {
  const start = Math.round((time - 0.1) * 48_000)
  const near = samples.subarray(start, start + 9600)
  const peak = near.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  expect(peak).toBeGreaterThan(0.2)
  return (start + near.findIndex((x) => Math.abs(x) > peak / 4)) / 48_000
}

test('the file has H.264 or a successor, AAC or Opus at 48 kHz, a key frame every half second, and its tags', async ({ page }, info) => {
  const result = await page.evaluate(() => harness.export(harness.flashes({ width: 256, height: 256, seconds: 2, at: [1] })))
  const file = await save(result.base64, info.outputPath('tagged.mp4'))
  const { video, audio, tags } = probe(file)
  expect({ avc: 'h264', vp9: 'vp9', av1: 'av1' }[result.videoCodec!]).toBe(video.codec_name)
  expect(result.audioCodec).toBe(audio.codec_name)
  expect(audio.sample_rate).toBe('48000')
  expect(video.pix_fmt).toBe('yuv420p')
  expect([video.color_space, video.color_range]).toEqual(['bt709', 'tv'])
  expect(keyFrameTimes(file)).toEqual([0, 0.5, 1, 1.5])
  expect(tags['title']).toBe('flashes and clicks')
  expect(tags['encoder']).toMatch(/^Kinora \d/)
  expect(result.tags).toMatchObject({ prompt: 'flashes and clicks', seed: 7, steps: 12, pack: 'none' })
  expect(result.frames).toEqual(result.frames.toSorted((a, b) => a - b))
  expect(result.frames.at(-1)).toBe(32)
})

test('colours in the file are those of the clip', async ({ page }, info) => {
  const colours: Array<[number, number, number]> = [[230, 60, 50], [40, 160, 90], [50, 90, 200], [240, 220, 180]]
  const result = await page.evaluate((c) => harness.export(harness.fields(c, 256, 256)), colours)
  const picture = frames(await save(result.base64, info.outputPath('colours.mp4')))
  colours.forEach((colour, field) => {
    const x = field % 2 === 0 ? 64 : 192
    const y = field < 2 ? 64 : 192
    const at = (y * 256 + x) * 3
    const seen = [...picture.frames[8]!.subarray(at, at + 3)]
    console.log(`${colour.join(',')} → ${seen.join(',')}`)
    seen.forEach((value, i) => expect(Math.abs(value - colour[i]!)).toBeLessThanOrEqual(6))
  })
})

test('an odd size is made even', async ({ page }, info) => {
  const result = await page.evaluate(() => harness.export(harness.flashes({ width: 131, height: 129, seconds: 1, at: [0.5] })))
  const { video } = probe(await save(result.base64, info.outputPath('odd.mp4')))
  expect([video.width, video.height]).toEqual([132, 130])
})

test('a cancelled export stops at once', async ({ page }) => {
  const { error, milliseconds } = await page.evaluate(() =>
    harness.cancel(harness.flashes({ width: 512, height: 512, seconds: 10, at: [1] })),
  )
  expect(error).toBe('CancelledError')
  expect(milliseconds).toBeLessThan(1000)
})
