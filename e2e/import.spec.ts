/** Films and pictures from elsewhere: brought by drop or by choice, looked at, made the beginning or the end of new films, and still there after a reload. */
import { spawnSync } from 'node:child_process'
import { truncate, writeFile } from 'node:fs/promises'
import { expect, type Page, test } from '@playwright/test'
import references from '../models/picture/reference.json' with { type: 'json' }
import { frames, probe } from './film'
import { drop, save, visit } from './page'

const digest = (page: Page) => page.evaluate(() => window.kinora.digest())
const films = (page: Page) => page.getByRole('button', { name: /^Open: / })
const go = (page: Page) => page.getByRole('button', { name: /^Generate/ })

function ffmpeg(...args: string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args])
  if (status !== 0) throw new Error(stderr.toString())
}

async function make(page: Page, words: string, count: number): Promise<void> {
  await page.locator('#prompt').fill(words)
  await go(page).click()
  await expect(films(page)).toHaveCount(count, { timeout: 60_000 })
  await expect(go(page)).toBeVisible()
}

/** The frames of a film or picture as `filter` leaves them, RGB of that size. */
function filtered(path: string, filter: string, width: number, height: number): Uint8Array[] {
  const { stdout } = spawnSync('ffmpeg', ['-v', 'error', '-i', path, '-vf', `${filter},scale=${width}:${height}`, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'], { maxBuffer: 2 ** 28 })
  const size = width * height * 3
  return Array.from({ length: stdout.length / size }, (_, i) => stdout.subarray(i * size, (i + 1) * size))
}

/** dB, of frames that should be the same. */
function psnr(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return 10 * Math.log10(255 ** 2 / (sum / a.length))
}

test('a film from elsewhere is given a new sound, changed, made longer at both ends, and joined by pictures', async ({ page }, info) => {
  const film = info.outputPath('holiday.mp4')
  const picture = info.outputPath('picture.png')
  // Wider than it is high, another frame rate and sample rate, two channels.
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=480x270:r=25:d=2.6', '-f', 'lavfi', '-i', 'sine=440:r=44100:d=2.6', '-ac', '2', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', film)
  ffmpeg('-f', 'lavfi', '-i', 'mandelbrot=s=300x300', '-frames:v', '1', picture)
  await visit(page)

  await drop(page, film, 'holiday.mp4', 'video/mp4')
  const dialog = page.getByRole('dialog', { name: 'A film from elsewhere' })
  await dialog.getByLabel('Which part: left to right').fill('0')
  await dialog.getByRole('button', { name: 'Take it' }).click()
  await expect(page.getByRole('button', { name: 'Open: holiday' })).toBeVisible({ timeout: 60_000 })
  const brought = await digest(page)

  // Sound for a picture that is given: it stays, and what is heard is new.
  await page.getByLabel('Keep', { exact: true }).selectOption('picture')
  await make(page, 'thunder over the city', 2)
  const sounding = await digest(page)
  expect(sounding.picture).toBe(brought.picture)
  expect(sounding.sound).not.toBe(brought.sound)

  // All of it drawn again, by a strength.
  await page.getByRole('button', { name: 'Open: holiday' }).click()
  await page.getByRole('radio', { name: 'This clip: change it' }).check()
  await page.getByLabel('Keep', { exact: true }).selectOption('nothing')
  await page.getByLabel('Strength').fill('50')
  await make(page, 'a red ball', 3)
  const changed = await digest(page)
  expect(changed.picture).not.toBe(brought.picture)
  expect(changed.sound).not.toBe(brought.sound)

  // Continued: it comes first, as it came. Led up to: it comes last. The middle of the ninth frame of 16 a second lies in the fourteenth of 25.
  const came = filtered(film, 'crop=270:270:0:0', 256, 256)
  for (const [i, [way, at]] of ([['This clip: continue it', 8], ['This clip: put something before it', 40]] as const).entries()) {
    await page.getByRole('button', { name: 'Open: holiday' }).click()
    await page.getByRole('radio', { name: way }).check()
    await make(page, 'a red ball', 4 + i)
    const longer = info.outputPath(`longer-${i}.mp4`)
    await save(page, longer)
    expect(probe(longer).seconds).toBeCloseTo(4, 1)
    expect(psnr(frames(longer).frames[at]!, came[13]!), way).toBeGreaterThan(22)
    expect(JSON.parse(probe(longer).tags['comment'] ?? '')).toMatchObject({ from: { how: 'extend', media: { name: 'holiday.mp4', kind: 'film' } } })
  }

  // A picture to begin with, and a frame of the film to end with.
  await page.getByRole('group', { name: 'Begin from' }).locator('input[type=file]').setInputFiles(picture)
  await page.getByRole('dialog', { name: 'A picture from elsewhere' }).getByRole('button', { name: 'Take it' }).click()
  await expect(page.getByLabel('Begin with', { exact: true })).toHaveValue(/.+/, { timeout: 60_000 })
  await page.getByRole('button', { name: 'Open: holiday' }).click()
  await page.getByRole('radio', { name: 'Pictures' }).check()
  await page.getByLabel('End with', { exact: true }).selectOption('frame')
  await expect(page.getByLabel('End with', { exact: true })).not.toHaveValue(/^(frame)?$/, { timeout: 60_000 })
  await make(page, 'a campfire', 7)
  const joined = info.outputPath('joined.mp4')
  await save(page, joined)
  const between = frames(joined).frames
  expect(psnr(between[0]!, filtered(picture, 'null', 256, 256)[0]!)).toBeGreaterThan(22)
  expect(psnr(between.at(-1)!, came[0]!)).toBeGreaterThan(20)

  await page.reload()
  await page.evaluate(() => window.kinora.ready)
  await page.getByRole('button', { name: 'Open: holiday' }).click()
  await expect.poll(() => digest(page).catch(() => null)).toEqual(brought)
  await page.getByRole('button', { name: 'Open: thunder over the city' }).click()
  await expect.poll(() => digest(page).catch(() => null)).toEqual(sounding)
})

test('a file that cannot be read, or that the picture check refuses, says why, and nothing of it is kept', async ({ page }, info) => {
  const path = (name: string) => info.outputPath(name)
  await writeFile(path('empty.mp4'), '')
  await writeFile(path('letter.mp4'), 'Dear reader, this is no film.')
  ffmpeg('-f', 'lavfi', '-i', 'sine=440:d=1', '-c:a', 'aac', path('song.mp4'))
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=320x180:d=3', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', path('cut.mp4'))
  await truncate(path('cut.mp4'), 20_000)
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x64', '-frames:v', '1', path('cut.png'))
  await truncate(path('cut.png'), 200)
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=320x180:d=1', '-c:v', 'mpeg2video', '-f', 'matroska', path('old.mkv'))
  // A film on its side, of an uneven frame rate.
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30:d=2', '-vf', "select='not(mod(n\\,3))+lt(n\\,20)'", '-fps_mode', 'vfr', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', path('uneven.mp4'))
  ffmpeg('-i', path('uneven.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=90', path('sideways.mp4'))
  // Blots of colour that the network takes for what they are not (models/picture/fool.py).
  const [blots] = references
  await writeFile(path('blots.rgb'), Buffer.from(blots!.rgb, 'base64'))
  ffmpeg('-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${blots!.width}x${blots!.height}`, '-i', path('blots.rgb'), '-vf', 'scale=512:512:flags=bilinear', path('blots.png'))

  await visit(page)
  const input = page.getByRole('group', { name: 'Begin from' }).locator('input[type=file]')
  for (const [name, sentence] of [
    ['empty.mp4', 'This file is empty'],
    ['letter.mp4', 'This is neither a film'],
    ['song.mp4', 'There is no picture in this file'],
    ['cut.mp4', 'This file cannot be read'],
    ['cut.png', 'This file cannot be read'],
    ['old.mkv', 'This browser cannot show the picture'],
  ] as const) {
    await input.setInputFiles(path(name))
    await expect(page.getByRole('alert').getByText(sentence).first(), name).toBeVisible()
    await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click()
  }

  await input.setInputFiles(path('blots.png'))
  const offered = page.getByRole('dialog', { name: 'A picture from elsewhere' })
  await offered.getByRole('button', { name: 'Take it' }).click()
  await expect(offered.getByRole('alert')).toContainText('Not taken: the picture check finds sexual content', { timeout: 60_000 })
  await page.screenshot({ path: info.outputPath('refused.png') })
  await offered.getByRole('button', { name: 'Cancel' }).click()
  await expect(offered).toHaveCount(0)
  await expect(films(page)).toHaveCount(0)
  expect(await page.evaluate(keptFiles)).toBe(0)

  await input.setInputFiles(path('sideways.mp4'))
  const dialog = page.getByRole('dialog', { name: 'A film from elsewhere' })
  await expect(dialog).toContainText('180 × 320 pixels')
  await expect(dialog).toContainText('It has no sound.')
  await dialog.getByRole('button', { name: 'Take it' }).click()
  await expect(films(page)).toHaveCount(1, { timeout: 60_000 })
  expect(await page.evaluate(keptFiles)).toBe(1)
})

/** Files from elsewhere that are kept on this device. */
const keptFiles = () =>
  new Promise<number>((resolve, reject) => {
    const opening = indexedDB.open('kinora-imports')
    // Not made here: it would be made wrongly.
    opening.onupgradeneeded = () => opening.transaction?.abort()
    opening.onerror = () => (opening.error?.name === 'AbortError' ? resolve(0) : reject(opening.error))
    opening.onsuccess = () => {
      const { result } = opening
      if (!result.objectStoreNames.contains('files')) return resolve(0)
      const counting = result.transaction('files').objectStore('files').count()
      counting.onsuccess = () => resolve(counting.result)
    }
  })
