/** The main job with the pack people get, on wasm: a prompt in, a film with its sound out, in a file that plays anywhere. */
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import type { EngineInfo } from '../workers/generate/types'
import { difference, frames, keyFrameTimes, loudness, mean, probe, range, sound } from './film'
import { generate, realPack, save, visit } from './page'

const ball = { prompt: 'a blue metal ball falls onto a stone floor', seed: 3 }

/** One page for all: each test makes films of its own, and what it finds does not depend on those before. */
let page: Page
let engine: EngineInfo
test.beforeAll(async ({ browser }) => {
  page = await browser.newPage()
  engine = await visit(page, { pack: realPack })
})
test.afterAll(() => page.close())

/** The film of `ball`, made and saved by whichever test needs it first. */
let made: ReturnType<typeof makeBall> | undefined
const theBall = (): ReturnType<typeof makeBall> => (made ??= makeBall(test.info().outputPath('ball.mp4')))
async function makeBall(file: string) {
  const summary = await generate(page, ball)
  const digest = await page.evaluate(() => window.kinora.digest())
  return { summary, digest, file, result: await save(page, file) }
}

test('a prompt becomes an MP4 with H.264 and sound that is neither still nor silent, and knows how it was made', async () => {
  expect(engine).toMatchObject({ backend: 'wasm', pack: { name: realPack } })
  expect(engine.fallback).toBeUndefined()
  const { summary, file, result } = await theBall()
  const { load, steps, decode, vocoder, total } = summary.timings
  console.log(
    `${engine.threads} threads: load ${load.toFixed(0)} ms, ${steps.length} steps of ${mean(steps).toFixed(0)} ms, decode ${decode.toFixed(0)}, ` +
      `vocoder ${vocoder.toFixed(0)}, all ${total.toFixed(0)}, encode ${result.encodeMs.toFixed(0)} ms, ${result.bytes} bytes`,
  )

  const { video, audio, seconds, tags } = probe(file)
  expect(video.codec_name).toBe('h264')
  expect(['aac', 'opus']).toContain(audio.codec_name)
  expect(Math.min(video.width ?? 0, video.height ?? 0)).toBeGreaterThanOrEqual(256)
  expect(seconds).toBeGreaterThanOrEqual(2)
  expect(Math.abs(Number(video.duration) - Number(audio.duration))).toBeLessThan(0.05)
  expect(keyFrameTimes(file)).toEqual([0, 0.5, 1, 1.5])
  expect(tags['title']).toBe(ball.prompt)
  expect(JSON.parse(tags['comment'] ?? '')).toMatchObject({ ...ball, pack: realPack, backend: 'wasm', steps: summary.steps })

  const picture = frames(file)
  expect(picture.frames.length).toBe(summary.frameCount)
  const motion = picture.frames.slice(1).map((frame, i) => difference(frame, picture.frames[i]!))
  console.log(`mean change from frame to frame: ${mean(motion).toFixed(2)} of 255; loudness ${loudness(sound(file)).toFixed(4)}`)
  expect(mean(motion)).toBeGreaterThan(0.1)
  expect(range(picture.frames[0]!), 'a plain surface is no picture').toBeGreaterThan(60)
  const samples = sound(file)
  expect(loudness(samples)).toBeGreaterThan(0.003)
  expect(samples.every((x) => Number.isFinite(x))).toBe(true)
})

test('the same seed gives the same film, another seed or another prompt another one', async () => {
  const info = test.info()
  const { digest, file } = await theBall()
  const make = async (wish: typeof ball, name?: string) => {
    await generate(page, wish)
    const found = await page.evaluate(() => window.kinora.digest())
    if (name) await save(page, info.outputPath(name))
    return found
  }
  expect(await make(ball, 'again.mp4')).toEqual(digest)
  for (const other of [await make({ ...ball, seed: 4 }), await make({ prompt: 'a thunderstorm over the city at night', seed: 3 }, 'storm.mp4')]) {
    expect(other.picture).not.toBe(digest.picture)
    expect(other.sound).not.toBe(digest.sound)
  }
  const [first, again, storm] = [file, info.outputPath('again.mp4'), info.outputPath('storm.mp4')].map((path) => frames(path))
  const apart = (a: typeof first, b: typeof first): number => mean(a!.frames.map((frame, i) => difference(frame, b!.frames[i]!)))
  // The encoder may use hardware that is not exact to the bit; the clip before it is (see the digests).
  expect(apart(first, again)).toBeLessThan(0.5)
  const distance = apart(first, storm)
  console.log(`ball and thunderstorm differ by ${distance.toFixed(1)} of 255 a pixel`)
  expect(distance).toBeGreaterThan(10)
})

test('a longer film goes on where its first window ends', async () => {
  const info = test.info()
  const summary = await generate(page, { ...ball, seconds: 4 })
  const file = info.outputPath('long.mp4')
  await save(page, file)
  expect(probe(file).seconds).toBeCloseTo(4, 1)
  const { frames: all } = frames(file)
  expect(all.length).toBe(4 * summary.fps)
  // A cut would stand out from the ordinary change between frames.
  const motion = all.slice(1).map((frame, i) => difference(frame, all[i]!))
  const seam = Math.max(...motion.slice(2 * summary.fps - 2, 2 * summary.fps + 1))
  console.log(`change at the seam ${seam.toFixed(2)}, elsewhere up to ${Math.max(...motion).toFixed(2)}, mean ${mean(motion).toFixed(2)}`)
  expect(seam).toBeLessThan(20)
})

test('the shell makes the same film as the page', async () => {
  const info = test.info()
  const root = fileURLToPath(new URL('..', import.meta.url))
  const file = info.outputPath('shell.mp4')
  const args = ['bin/generate.mjs', '--prompt', ball.prompt, '--seed', String(ball.seed), '--no-details', '--backend', 'wasm', '--out', file, '--json']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  const lines = stdout.trim().split('\n')
  expect(lines).toHaveLength(1)
  const report = JSON.parse(lines[0]!) as Record<string, unknown> & { timings: Record<string, number | number[]>; steps: number }
  console.log(lines[0])
  expect(report).toMatchObject({ file, seconds: 2, prompt: ball.prompt, seed: ball.seed, pack: realPack, backend: 'wasm' })
  expect(report['width']).toBeGreaterThanOrEqual(256)
  for (const name of ['load', 'text', 'decode', 'vocoder', 'encode', 'total']) expect(report.timings[name], name).toBeGreaterThanOrEqual(0)
  expect(report.timings['steps']).toHaveLength(report.steps)

  const [a, b] = [frames(file), frames((await theBall()).file)]
  expect(mean(a.frames.map((frame, i) => difference(frame, b.frames[i]!)))).toBeLessThan(0.5)
  expect((await readFile(file)).length).toBeGreaterThan(5000)
})

test('the shell refuses what makes no sense with a sentence and exit status 2', () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['bin/generate.mjs', ...args], { cwd: root, encoding: 'utf8' })
  const noPack = run('--prompt', 'a ball', '--out', '/tmp/x.mp4', '--pack', 'no-such-pack')
  expect([noPack.status, noPack.stdout]).toEqual([2, ''])
  expect(noPack.stderr).toContain('no pack "no-such-pack"')
  expect(run('--out', '/tmp/x.mp4').status).toBe(2)
})
