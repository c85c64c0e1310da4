/** Several clips become one film: put together, cut, played, kept and saved with pointer and keyboard, as a person would. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader, ZipWriter } from '@zip.js/zip.js/index-native.js'
import { coarse, distance, frames, keyFrameTimes, loudness, mean, probe, sound } from './film'
import { drop, generate, save, testPack, visit } from './page'

const clips = (page: Page): Locator => page.getByRole('list', { name: 'Clips of the film' }).getByRole('button')
const names = (page: Page): Promise<string[]> => clips(page).evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label') ?? ''))
const playhead = (page: Page): Locator => page.getByRole('slider', { name: 'Playhead' })
const frame = async (page: Page): Promise<number> => Number(await playhead(page).getAttribute('aria-valuenow')) - 1
const length = async (page: Page): Promise<number> => Number(await playhead(page).getAttribute('aria-valuemax'))

/** Makes a clip of 2 s (32 frames) and puts it at the end of the film. */
async function addClip(page: Page, prompt: string, seed: number): Promise<void> {
  await generate(page, { prompt, seed, steps: 2 })
  await page.getByRole('button', { name: 'Add to film', exact: true }).click()
}

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move((from.x + to.x) / 2, to.y, { steps: 3 })
  await page.mouse.move(to.x, to.y, { steps: 3 })
  await page.mouse.up()
}

async function box(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  await locator.scrollIntoViewIfNeeded()
  const found = await locator.boundingBox()
  if (!found) throw new Error('The element cannot be seen.')
  return found
}

test.beforeEach(async ({ page }) => {
  // The browser's own file dialogue is out of a test's reach; without it the film comes as a download.
  await page.addInitScript(() => delete (window as { showSaveFilePicker?: unknown }).showSaveFilePicker)
  await page.emulateMedia({ reducedMotion: 'reduce' })
})

test('one clip meets no timeline; two become a film that is cut, taken back, kept over a reload, and played', async ({ page }, info) => {
  await visit(page)
  await generate(page, { prompt: 'a red ball', seed: 1, steps: 2 })
  await expect(playhead(page)).toHaveCount(0)
  await expect(page.getByRole('heading', { name: 'Edited films' })).toHaveCount(0)

  await page.getByRole('button', { name: 'Add to film', exact: true }).click()
  await addClip(page, 'a blue ball', 2)
  await expect(clips(page)).toHaveCount(2)
  expect((await names(page))[1]).toContain('Clip 2 of 2: a blue ball · from 2.00 s, 2.00 s long')
  expect(await length(page)).toBe(64)

  // By pointer: an end is dragged in, then a clip to another place.
  const first = await box(clips(page).first())
  const y = first.y + first.height / 2
  await drag(page, { x: first.x + first.width - 3, y }, { x: first.x + first.width * 0.75, y })
  const trimmed = await length(page)
  expect(trimmed).toBeGreaterThan(50)
  expect(trimmed).toBeLessThan(62)
  const [one, two] = [await box(clips(page).first()), await box(clips(page).nth(1))]
  await drag(page, { x: two.x + two.width / 2, y }, { x: one.x + one.width * 0.2, y })
  expect((await names(page))[0]).toContain('a blue ball')
  await page.getByRole('button', { name: 'Undo: Move' }).click()
  expect((await names(page))[0]).toContain('a red ball')

  // A drag that is given up leaves no trace.
  await page.mouse.move(one.x + one.width - 3, y)
  await page.mouse.down()
  await page.mouse.move(one.x + one.width * 0.4, y, { steps: 3 })
  expect(await length(page)).toBeLessThan(trimmed)
  await page.keyboard.press('Escape')
  await page.mouse.up()
  expect(await length(page)).toBe(trimmed)

  // By keyboard: to a frame, split there, take it back, do it again.
  await playhead(page).focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('ArrowLeft')
  expect(await frame(page)).toBe(15)
  await expect(playhead(page)).toHaveAttribute('aria-valuetext', /0\.94 seconds, frame 16/)
  await page.keyboard.press('s')
  await expect(clips(page)).toHaveCount(3)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(clips(page)).toHaveCount(2)
  await page.keyboard.press('ControlOrMeta+Shift+z')
  await expect(clips(page)).toHaveCount(3)
  expect(await length(page)).toBe(trimmed)
  await clips(page).nth(1).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Delete')
  await expect(clips(page)).toHaveCount(2)
  expect(await length(page)).toBe(15 + 32)

  await clips(page).nth(1).click()
  await page.getByRole('slider', { name: 'Volume of the clip' }).focus()
  for (let press = 0; press < 10; press++) await page.keyboard.press('ArrowLeft')
  await page.getByRole('slider', { name: 'Fade out' }).fill('8')
  const before = await names(page)
  expect(before[1]).toMatch(/Volume of the clip: 50 % · Fade out: 0\.50 seconds/)
  await page.screenshot({ path: info.outputPath('film.png'), fullPage: true })
  await page.getByRole('button', { name: 'Keys' }).click()
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Begin the clip here')
  // Another key for the same, and all as it was.
  await page.getByRole('button', { name: 'Split: S. Choose another key' }).click()
  await page.keyboard.press('x')
  await expect(page.getByRole('button', { name: 'Split: X. Choose another key' })).toBeFocused()
  await page.keyboard.press('Escape')
  await playhead(page).focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('x')
  await expect(clips(page)).toHaveCount(3)
  await page.keyboard.press('ControlOrMeta+z')
  await page.getByRole('button', { name: 'Keys', exact: true }).click()
  await page.getByRole('button', { name: 'All keys as they were' }).click()
  await page.getByRole('checkbox', { name: 'Letters work anywhere on the page' }).uncheck()
  await page.keyboard.press('Escape')
  await page.keyboard.press('s')
  await expect(clips(page)).toHaveCount(2)
  await page.getByRole('button', { name: 'Keys' }).click()
  await page.getByRole('checkbox', { name: 'Letters work anywhere on the page' }).check()
  await page.keyboard.press('Escape')

  // Nearer and back; the frame under the playhead stays in sight.
  const wide = (await box(clips(page).first())).width
  await page.keyboard.press('+')
  await expect.poll(async () => (await box(clips(page).first())).width).toBeCloseTo(wide * 1.5, -1)
  await page.keyboard.press('0')
  await expect.poll(async () => (await box(clips(page).first())).width).toBeCloseTo(wide, -1)

  // The shuttle: backwards from where it is to the beginning, and a stop on the way forward.
  await playhead(page).focus()
  await page.keyboard.press('End')
  await page.keyboard.press('j')
  await expect.poll(() => frame(page)).toBe(0)
  await page.keyboard.press('l')
  await expect.poll(() => frame(page)).toBeGreaterThan(2)
  await page.keyboard.press('k')
  const stopped = await frame(page)
  await page.waitForTimeout(300)
  expect(await frame(page)).toBe(stopped)

  // A part is marked: it is played alone, and offered when the film is saved.
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('i')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('o')
  const marked = page.getByText('Marked: 0:01:00 – 0:02:01, 1.06 s')
  await expect(marked).toBeVisible()
  await page.screenshot({ path: info.outputPath('marked.png'), fullPage: true })
  await page.keyboard.press('Space')
  await expect.poll(() => frame(page), { intervals: [30] }).toBeLessThan(31)
  await expect(page.getByRole('button', { name: 'Play' }).last()).toBeVisible({ timeout: 30_000 })
  expect(await frame(page)).toBe(32)
  await page.getByRole('button', { name: 'Save as…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save as a file' })
  await expect(dialog.getByRole('radio', { name: 'From one frame to another' })).toBeChecked()
  await expect(dialog.getByRole('spinbutton').first()).toHaveValue('16')
  await expect(dialog.getByRole('spinbutton').last()).toHaveValue('32')
  await dialog.getByRole('button', { name: 'Close' }).click()

  // In the middle of it all, the page is loaded again: a moment later everything is there.
  await page.waitForTimeout(600)
  await visit(page)
  await expect(clips(page)).toHaveCount(2)
  expect(await names(page)).toEqual(before)
  await expect(marked).toBeVisible()
  await page.keyboard.press('x')
  await expect(marked).toHaveCount(0)

  // It plays over the cut to its end, and the picture is there.
  await playhead(page).focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Space')
  await expect.poll(() => frame(page)).toBeGreaterThan(20)
  await expect.poll(() => frame(page)).toBe(46)
  await expect(page.getByRole('button', { name: 'Play' }).last()).toBeVisible()
  const seen = await page.locator('canvas.picture').evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement
    const pixels = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data
    return new Set(pixels).size
  })
  expect(seen, 'the stage shows more than one plain surface').toBeGreaterThan(8)
})

test('a film of three clips is saved with its cuts, volumes, fades and dissolve', async ({ page }, info) => {
  await visit(page)
  const files = [info.outputPath('a.mp4'), info.outputPath('b.mp4'), info.outputPath('c.mp4')]
  for (const [i, prompt] of ['a red ball', 'a thunderstorm at night', 'footsteps on snow'].entries()) {
    await generate(page, { prompt, seed: i + 1, steps: 2 })
    await save(page, files[i]!)
    await page.getByRole('button', { name: 'Add to film', exact: true }).click()
  }
  const set = async (clip: number, slider: string, value: string): Promise<void> => {
    await clips(page).nth(clip).click()
    await page.getByRole('slider', { name: slider }).fill(value)
  }
  // a: frames 8 to 31; b: 0 to 19, silent; c comes in over 8 frames and fades out over 16.
  await set(0, 'Beginning', '8')
  await set(1, 'End', '20')
  await set(1, 'Volume of the clip', '0')
  await set(2, 'Dissolve', '8')
  await set(2, 'Fade out', '16')
  expect(await length(page)).toBe(24 + 20 + 32 - 8)

  await playhead(page).focus()
  await page.keyboard.press('Home')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save MP4' }).click()
  const file = info.outputPath('film.mp4')
  const saved = await download
  expect(saved.suggestedFilename()).toBe('a-red-ball-1.mp4')
  await saved.saveAs(file)

  const { video, audio, seconds, tags } = probe(file)
  expect(['h264', 'vp9', 'av1']).toContain(video.codec_name)
  expect(['aac', 'opus']).toContain(audio.codec_name)
  expect(seconds).toBeCloseTo(68 / 16, 1)
  expect(Math.abs(Number(video.duration) - Number(audio.duration))).toBeLessThan(0.05)
  expect(keyFrameTimes(file)).toEqual(Array.from({ length: 9 }, (_, i) => i / 2))
  expect(tags['title']).toBe('a red ball')
  expect(JSON.parse(tags['comment'] ?? '')).toMatchObject({
    prompt: 'a red ball',
    seed: 1,
    pack: testPack,
    shots: [{ startFrame: 0, frames: 24 }, { prompt: 'a thunderstorm at night', startFrame: 24, frames: 20 }, { seed: 3, startFrame: 36, frames: 32 }],
  })

  // Frame by frame, the film is what its clips are; the coder's own error is far below the difference between clips.
  const film = frames(file).frames
  const [a, b, c] = files.map((clip) => frames(clip).frames)
  expect(film.length).toBe(68)
  // A pack of random weights draws noise, which no coder keeps to the pixel: so squares of 8 pixels are compared.
  const all = [a!, b!, c!].flatMap((clip, i) => clip.map((picture, n) => ({ name: `${'abc'[i]}${n}`, picture: coarse(picture) })))
  const nearest = (picture: Float32Array): string => all.toSorted((x, y) => distance(x.picture, picture) - distance(y.picture, picture))[0]!.name
  // Not the very first frames: at the start of a film of noise the coder has only rough ones.
  const shown = [4, 10, 23, 24, 35, 51].map((n) => nearest(coarse(film[n]!)))
  expect(shown).toEqual(['a12', 'a18', 'a31', 'b0', 'b11', 'c15'])
  // Frame 39 is the fourth of the eight in which c comes in over b.
  const [early, late] = [coarse(b![15]!), coarse(c![3]!)]
  const both = early.map((x, i) => (4.5 * x + 3.5 * late[i]!) / 8)
  const dissolving = coarse(film[39]!)
  expect(distance(dissolving, both)).toBeLessThan(0.9 * Math.min(distance(dissolving, early), distance(dissolving, late)))
  expect(mean(film[67]!)).toBeLessThan(0.15 * mean(c![31]!))

  // The middle clip is silent until the next one comes in; the last one falls silent.
  const samples = sound(file)
  const loud = (from: number, to: number): number => loudness(samples.subarray(from * 3000, to * 3000))
  console.log(`loudness: first ${loud(0, 24).toFixed(4)}, silent ${loud(26, 35).toFixed(6)}, third ${loud(44, 52).toFixed(4)}, last frame ${loud(67, 68).toFixed(5)}`)
  expect(loud(0, 24)).toBeGreaterThan(0.001)
  expect(loud(26, 35)).toBeLessThan(loud(0, 24) / 20)
  expect(loud(44, 52)).toBeGreaterThan(10 * loud(26, 35))
  expect(loud(67, 68)).toBeLessThan(loud(44, 52) / 5)
})

test('films are renamed, doubled, put away, opened, deleted and brought back', async ({ page }) => {
  await visit(page)
  await addClip(page, 'a red ball', 1)
  const films = page.getByRole('list', { name: 'Edited films' }).getByRole('listitem')
  await expect(films).toHaveCount(1)
  await page.getByRole('button', { name: 'Rename: a red ball' }).click()
  await page.getByRole('textbox', { name: 'Name of the film' }).fill('Opening night')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Opening night' })).toBeVisible()
  // The field is gone; who works by keyboard is still at its film.
  await expect(page.getByRole('button', { name: 'Open: Opening night' })).toBeFocused()

  await page.getByRole('button', { name: 'Duplicate: Opening night' }).click()
  await expect(page.getByRole('heading', { name: 'Opening night (copy)' })).toBeVisible()
  await page.getByRole('button', { name: 'New film' }).click()
  await expect(playhead(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Add to film', exact: true }).click()
  await expect(films).toHaveCount(3)

  await page.getByRole('button', { name: 'Open: Opening night', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Opening night', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Delete: Opening night', exact: true }).click()
  await expect(films).toHaveCount(2)
  await expect(playhead(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(clips(page)).toHaveCount(1)
  await visit(page)
  await expect(films).toHaveCount(3)
  await expect(page.getByRole('heading', { name: 'Opening night', exact: true })).toBeVisible()
})

test('a project brings the files from elsewhere along to another device', async ({ page, browser }, info) => {
  await visit(page)
  const picture = fileURLToPath(new URL('elsewhere.jpg', import.meta.url))
  await drop(page, picture, 'garden.jpg', 'image/jpeg')
  await page.getByRole('button', { name: 'Take it' }).click()
  await expect(page.getByRole('button', { name: 'Open: garden' })).toBeVisible({ timeout: 60_000 })
  const made = await page.evaluate(() => window.kinora.digest())
  await page.getByRole('button', { name: 'Add to film', exact: true }).click()
  const saveProject = async (on: Page, name: string): Promise<string> => {
    const download = on.waitForEvent('download')
    await on.getByRole('button', { name: /^Save as a project file/ }).first().click()
    const path = info.outputPath(name)
    await (await download).saveAs(path)
    return path
  }
  const project = await saveProject(page, 'garden.kinora')

  // The file is gone: that is said, and it is whole again when the file is brought again.
  await page.evaluate(forgetFiles)
  expect(await filesIn(await saveProject(page, 'without.kinora'))).toEqual([])
  await expect(page.getByText('Saved without “garden.jpg”')).toBeVisible()
  await drop(page, picture, 'garden.jpg', 'image/jpeg')
  await page.getByRole('button', { name: 'Take it' }).click()
  await expect(page.getByRole('button', { name: 'Open: garden' })).toHaveCount(2, { timeout: 60_000 })
  expect(await filesIn(await saveProject(page, 'again.kinora'))).toEqual([sha256(await readFile(picture))])

  const elsewhere = await browser.newContext()
  const other = await elsewhere.newPage()
  await visit(other)
  await drop(other, project, 'garden.kinora', 'application/zip')
  await expect(other.getByText('“garden” was opened from a file.')).toBeVisible({ timeout: 60_000 })
  await expect(clips(other)).toHaveCount(1)
  await playhead(other).press('End')
  await expect.poll(() => other.evaluate(() => window.kinora.playback().exact), { timeout: 60_000 }).toBe(31)
  // The very pixels that were on the stage: the file itself is here, not only a picture of it.
  const shown = await other.locator('canvas.picture').evaluate(async (canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    const frames = new Uint8Array(32 * data.length)
    for (let i = 0; i < 32; i++) frames.set(data, i * data.length)
    const hash = await crypto.subtle.digest('SHA-256', frames)
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  })
  expect(shown).toBe(made.picture)

  // A file that this browser cannot read: all else is there, and the file goes along when the project is saved again.
  const film = info.outputPath('holiday.mkv')
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:d=2', '-c:v', 'mpeg2video', '-f', 'matroska', film])
  await drop(other, await withFile(project, film, info.outputPath('holiday.kinora')), 'holiday.kinora', 'application/zip')
  await expect(other.getByText('This browser cannot read “holiday.mkv”.')).toBeVisible({ timeout: 60_000 })
  await expect(other.getByRole('heading', { name: 'holiday' })).toBeVisible()
  await expect(clips(other)).toHaveCount(1)
  await expect(other.getByText('“holiday.mkv” is not kept here any more, or this browser cannot read it.')).toBeVisible()
  await other.screenshot({ path: info.outputPath('holiday.png'), fullPage: true })
  // One small picture of it stands in.
  await expect.poll(() => other.locator('canvas.picture').evaluate((canvas: HTMLCanvasElement) => new Set(canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data).size)).toBeGreaterThan(8)
  expect(await filesIn(await saveProject(other, 'carried.kinora'))).toEqual([sha256(await readFile(film))])
  await elsewhere.close()
})

/** In the page: every file from elsewhere goes, as when a person clears what the site keeps. */
async function forgetFiles(): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => Object.assign(indexedDB.open('kinora-imports'), { onsuccess: (event: Event) => resolve((event.target as IDBOpenDBRequest).result), onerror: reject }))
  await new Promise((resolve, reject) => Object.assign(database.transaction('files', 'readwrite').objectStore('files').clear(), { onsuccess: resolve, onerror: reject }))
  database.close()
}

async function entriesOf(project: string): Promise<Map<string, Buffer>> {
  const entries = await new ZipReader(new Uint8ArrayReader(await readFile(project)), { useWebWorkers: false }).getEntries()
  return new Map(await Promise.all(entries.map(async (entry) => [entry.filename, Buffer.from(entry.directory ? [] : await entry.getData(new Uint8ArrayWriter()))] as const)))
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** SHA-256 of what a project brings along of files from elsewhere. */
async function filesIn(project: string): Promise<string[]> {
  return [...(await entriesOf(project))].filter(([name]) => name.startsWith('files/')).map(([, bytes]) => sha256(bytes))
}

/** The same project as if its picture from elsewhere had been this film, and its film were called by the film's name. */
async function withFile(project: string, film: string, to: string): Promise<string> {
  const entries = await entriesOf(project)
  const bytes = await readFile(film)
  const description = JSON.parse(entries.get('project.json')!.toString()) as { film: object; media: { request: { from: { media: object } } }[]; files: { ref: object }[] }
  const file = { name: basename(film), kind: 'film', sha256: sha256(bytes) }
  const renamed = { ...description, film: { ...description.film, name: basename(film, '.mkv') } }
  for (const ref of [renamed.files[0]!.ref, renamed.media[0]!.request.from.media]) Object.assign(ref, file)
  entries.set('project.json', Buffer.from(JSON.stringify(renamed))).set('files/0', bytes)
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level: 0 })
  for (const [name, content] of entries) await writer.add(name, new Uint8ArrayReader(content))
  await writeFile(to, await writer.close())
  return to
}
