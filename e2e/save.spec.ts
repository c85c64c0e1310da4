/** The dialogue for saving: by the keyboard, in every format, read by programs that are not ours; and a film of shots that comes back from its file. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { findValidator } from '../bin/validator.mjs'
import { difference, frames, mean } from './film'
import { generate, visit } from './page'

interface Verdict {
  state: string
  problems: string[]
  active: string
  manifests: Record<string, { assertions: { label: string; data: unknown }[]; ingredients?: { relationship: string; instance_id: string }[] }>
}

const validate = async (file: string): Promise<Verdict> =>
  JSON.parse(execFileSync(await findValidator(), [fileURLToPath(new URL('validate.py', import.meta.url)), file]).toString()) as Verdict

/** Nobody vouches for a key made on the device. That, and nothing worse. */
const signed = { state: 'Valid', problems: ['signingCredential.untrusted'] }

/** What FFmpeg finds in a file; it fails on one that it cannot decode to its end. */
function decoded(file: string): { codec_name: string; codec_type: string; width?: number; height?: number; nb_read_frames?: string; duration?: string }[] {
  const { status, stdout, stderr } = spawnSync('ffprobe', ['-v', 'error', '-count_frames', '-show_streams', '-of', 'json', file], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return (JSON.parse(stdout) as { streams: ReturnType<typeof decoded> }).streams
}

/** The system's dialogue cannot be driven: without it the page downloads. */
const withoutPicker = (page: Page) => page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }))

test.beforeAll(async () => {
  test.setTimeout(600_000)
  await findValidator().catch((error: Error) => {
    if (process.env['CI']) throw error
    test.skip(true, error.message)
  })
})

test('a part of a film is saved by the keyboard in every format, each signed and read by others', async ({ page }, info) => {
  await visit(page)
  await generate(page, { prompt: 'a red ball says "hello there"', seed: 7, steps: 2 })
  await expect(page.getByRole('img', { name: 'hello there' })).toBeVisible()
  await withoutPicker(page)
  await page.getByRole('button', { name: 'Save as…' }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Save as a file' })
  await expect(dialog.getByRole('radio', { name: 'MP4 film' })).toBeFocused()
  await expect(dialog.getByText(/about .*, in about .* H\.264 \+ (AAC|Opus)/)).toBeVisible()
  await page.waitForTimeout(300)

  // To the GIF, then to the parts, then into the field of the first frame.
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Tab')
  await page.keyboard.type('8')
  await expect(dialog.getByText('00:00.50 – 00:02.00').or(dialog.getByText(/0:00.*–.*0:02/))).toBeVisible()
  const save = async (name: string): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
    const file = info.outputPath(name)
    await download.saveAs(file)
    await expect(dialog).toBeHidden()
    await expect(page.getByText(/^Saved a-red-ball-says-hello-there-7\./)).toBeVisible()
    await expect(page.getByRole('button', { name: 'Save as…' })).toBeFocused()
    await page.keyboard.press('Enter')
    return file
  }
  const gif = await save('film.gif')
  // An own choice each time: 8 … 31 again, and what the format asks.
  const choose = async (format: string): Promise<void> => {
    await dialog.getByRole('radio', { name: format }).check()
    await dialog.getByRole('radio', { name: 'From one frame to another' }).check()
    await dialog.getByLabel('First frame').fill('8')
  }
  await choose('Animated WebP')
  await dialog.getByLabel('Shape').selectOption('wide')
  await dialog.getByRole('button', { name: 'Save', exact: true }).focus()
  const webp = await save('film.webp')
  await choose('PNG frames in a zip')
  await dialog.getByRole('button', { name: 'Save', exact: true }).focus()
  const zip = await save('film.zip')
  await choose('Sound (WAV)')
  await dialog.getByRole('button', { name: 'Save', exact: true }).focus()
  const wav = await save('film.wav')
  const chooseTall = async (): Promise<void> => {
    await choose('MP4 film')
    await dialog.getByLabel('Shape').selectOption('tall')
    await dialog.getByLabel('What does not fit').selectOption('fill')
    await dialog.getByLabel('Frames a second').selectOption('24')
    await dialog.getByLabel('In-between frames').selectOption('blend')
  }
  await chooseTall()
  await dialog.getByRole('checkbox', { name: 'Words in the picture' }).uncheck()
  await dialog.getByRole('button', { name: 'Save', exact: true }).focus()
  const wordless = await save('wordless.mp4')
  await chooseTall()
  await dialog.getByRole('combobox', { name: 'Captions' }).selectOption('speech')
  await dialog.getByRole('button', { name: 'Save', exact: true }).focus()
  const mp4 = await save('film.mp4')
  await choose('Captions (WebVTT)')
  await dialog.getByRole('button', { name: 'Save', exact: true }).focus()
  const both: string[] = []
  page.on('download', (download) => void download.saveAs(info.outputPath(download.suggestedFilename())).then(() => both.push(download.suggestedFilename())))
  await page.keyboard.press('Enter')
  await expect.poll(() => both.toSorted()).toEqual(['a-red-ball-says-hello-there-7.vtt', 'a-red-ball-says-hello-there-7.vtt.c2pa'])
  const vtt = info.outputPath('a-red-ball-says-hello-there-7.vtt')

  const [{ width: side = 0 } = {}] = decoded(gif)
  expect(decoded(gif)).toMatchObject([{ codec_name: 'gif', nb_read_frames: '24' }])
  expect(decoded(wav)).toMatchObject([{ codec_name: 'pcm_s16le' }])
  expect(Number(decoded(wav)[0]?.duration)).toBeCloseTo(1.5, 3)
  const streams = decoded(mp4)
  expect(streams.map(({ codec_type }) => codec_type)).toEqual(['video', 'audio', expect.stringMatching(/^(subtitle|data)$/)]) // FFmpeg 5 does not know WebVTT in MP4
  expect(streams[0]).toMatchObject({ codec_name: 'h264', width: side, height: 2 * Math.round((side * 16) / 18), nb_read_frames: '36' })
  // The words stand at the foot of the picture. Above it is the same, as far as an encoder keeps the noise that this pack draws.
  const [told, untold] = [frames(mp4), frames(wordless)]
  const apart = (from: number, to: number): number => {
    const band = (rgb: Uint8Array) => rgb.subarray(3 * told.width * Math.round(from * told.height), 3 * told.width * Math.round(to * told.height))
    return mean(told.frames.map((rgb, i) => difference(band(rgb), band(untold.frames[i]!))))
  }
  const [above, below] = [apart(0, 0.6), apart(0.75, 0.9)]
  console.log(`with and without words, pictures differ by ${above.toFixed(2)} of 255 a pixel above, by ${below.toFixed(2)} where the words are`)
  expect(below).toBeGreaterThan(1.5 * above + 5)
  expect((await readFile(vtt)).toString()).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nhello there\n')
  // FFmpeg here reads no moving WebP: the browser's own decoder does.
  const seen = await page.evaluate(async (base64) => {
    const decoder = new ImageDecoder({ type: 'image/webp', data: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) })
    await decoder.tracks.ready
    await decoder.completed
    const { image } = await decoder.decode({ frameIndex: 23 })
    return { frames: decoder.tracks.selectedTrack?.frameCount, width: image.displayWidth, height: image.displayHeight, duration: image.duration }
  }, (await readFile(webp)).toString('base64'))
  expect(seen).toMatchObject({ frames: 24, width: 2 * Math.round((side * 16) / 18), height: side })
  expect([62_000, 63_000]).toContain(seen.duration)
  const listed = execFileSync('python3', ['-c', 'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(len([n for n in z.namelist() if n.endswith(".png")])); open(sys.argv[2],"wb").write(z.read("frame-00005.png"))', zip, info.outputPath('frame.png')])
  expect(listed.toString().trim()).toBe('24')
  expect(decoded(info.outputPath('frame.png'))).toMatchObject([{ codec_name: 'png', width: side, height: side }])

  for (const file of [gif, webp, zip, wav, mp4, vtt, info.outputPath('frame.png')]) {
    expect(await validate(file), file).toMatchObject(signed)
    const changed = await readFile(file)
    // A byte of what is seen or heard: near the beginning of the data, which no format puts its manifest into.
    const at = file.endsWith('.vtt') ? 45 : file.endsWith('.zip') ? 5000 : Math.floor(changed.length * 0.75)
    changed[at]! ^= 1
    await writeFile(file, changed)
    expect((await validate(file)).state, `${file} with byte ${at} changed`).not.toBe('Valid')
  }
})

test('a film of two shots names its clips in its signature, and comes back from its file on another device', async ({ page, browser }, info) => {
  await visit(page)
  await withoutPicker(page)
  for (const [prompt, seed] of [['a red ball', 1], ['rain on the roofs', 2]] as const) {
    await generate(page, { prompt, seed, steps: 2 })
    await page.getByRole('button', { name: 'Add to film', exact: true }).click()
  }
  const save = async (on: Page, path: string): Promise<Record<string, unknown>> => {
    const [download] = await Promise.all([on.waitForEvent('download'), on.getByRole('button', { name: 'Save MP4' }).click()])
    await download.saveAs(path)
    const { stdout } = spawnSync('ffprobe', ['-v', 'error', '-show_entries', 'format_tags=comment', '-of', 'default=nw=1:nk=1', path], { encoding: 'utf8' })
    return JSON.parse(stdout) as Record<string, unknown>
  }
  await page.getByRole('button', { name: /^Play|^Pause/ }).first().focus()
  await page.keyboard.press('ArrowDown')
  const file = info.outputPath('two.mp4')
  const tags = await save(page, file)
  const digests = (tags['shots'] as { film: string }[]).map(({ film }) => film)
  expect(new Set(digests).size).toBe(2)
  const verdict = await validate(file)
  expect(verdict).toMatchObject(signed)
  const manifest = verdict.manifests[verdict.active]
  expect(manifest?.ingredients?.map(({ relationship, instance_id }) => [relationship, instance_id])).toEqual(digests.map((digest) => ['componentOf', `kinora:tokens-sha256:${digest}`]))

  const context = await browser.newContext()
  const other = await context.newPage()
  await visit(other)
  await withoutPicker(other)
  await other.locator('input[type=file][accept*=kinora]').setInputFiles(file)
  await other.getByRole('button', { name: 'Make the whole film again' }).click()
  await expect(other.getByRole('heading', { name: 'a red ball' })).toBeVisible({ timeout: 120_000 })
  await expect(other.getByRole('button', { name: 'Save MP4' })).toBeVisible()
  const again = await save(other, info.outputPath('again.mp4'))
  expect(again['shots']).toEqual(tags['shots'])
  await context.close()
})
